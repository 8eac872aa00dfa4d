/**
 * Which addresses outbound calls may reach.
 *
 * Owns: the classes of addresses and the operator's exceptions. Does not own: the client that asks (`outbound-client.ts`).
 * Source: own-api reference (outbound guard).
 *
 * Invariants
 * A1. Link-local and cloud metadata addresses are refused whatever the operator allows.
 * A2. Loopback and private ranges are refused unless an exception names the host, the address or its range.
 * A3. The decision is about the address connected to, so a name that resolves differently later gains nothing.
 */
import { BlockList, isIP } from 'node:net';

/** Ranges nobody may reach: link-local, which holds the metadata services of the clouds, and their other addresses. */
const forbidden = ranges([
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['0.0.0.0', 8],
  // Multicast, reserved and broadcast.
  ['224.0.0.0', 3],
  ['ff00::', 8],
]);

const loopback = ranges([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

const inside = ranges([
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['198.18.0.0', 15],
  ['192.0.0.0', 24],
  ['fc00::', 7],
  ['fec0::', 10],
  // IPv4 in other clothes: behind a translator these may be any address, inside ones included.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['::', 96],
  ['::ffff:0:0:0', 96],
]);

function ranges(list: readonly (readonly [string, number])[]): BlockList {
  const block = new BlockList();
  for (const [network, prefix] of list) block.addSubnet(network, prefix, familyOf(network));
  return block;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

export class AddressGuard {
  readonly #hosts = new Set<string>();
  readonly #allowed = new BlockList();
  readonly #allowLoopback: boolean;

  /**
   * `exceptions`: host names, addresses or ranges `a.b.c.d/n`; `allowLoopback`: the server listens on loopback only.
   * @throws RangeError for an exception that is none of these.
   */
  constructor(exceptions: readonly string[] = [], allowLoopback = true) {
    this.#allowLoopback = allowLoopback;
    for (const exception of exceptions) this.#allow(exception);
  }

  #allow(exception: string): void {
    const [network = '', prefix] = exception.split('/');
    const family = isIP(network);
    if (family === 0) {
      if (prefix !== undefined || !/^[\w.-]+$/.test(network)) {
        throw new RangeError(`'${exception}' is neither a host, an address nor a range.`);
      }
      this.#hosts.add(network.toLowerCase());
      return;
    }
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
    this.#allowed.addSubnet(network, bits, familyOf(network));
  }

  /** Why `address`, reached under the name `host`, is refused; undefined when it is allowed. */
  refusal(host: string, address: string): string | undefined {
    const plain = unmapped(address);
    const family = familyOf(plain);
    if (forbidden.check(plain, family)) return `The address ${plain} is link-local or reserved.`;
    if (this.#hosts.has(host.toLowerCase()) || this.#allowed.check(plain, family)) return undefined;
    if (loopback.check(plain, family)) {
      return this.#allowLoopback ? undefined : `The address ${plain} is a loopback address.`;
    }
    return inside.check(plain, family) ? `The address ${plain} is in a private range.` : undefined;
  }
}

/** `::ffff:10.0.0.1` is the IPv4 address inside it. */
function unmapped(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}
