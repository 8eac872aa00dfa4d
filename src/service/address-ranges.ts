/**
 * Ranges of IP addresses as access control writes them: one address, `network/bits`, or `first-last`, of either family.
 *
 * Owns: reading and asking them. Source: engine reference 10.
 */
import { BlockList, isIP } from 'node:net';

export class AddressRanges {
  readonly #ranges = new BlockList();

  /** Adds a range; false when it is none. */
  add(text: string): boolean {
    const given = text.trim();
    const [first = '', last, more] = given.split('-').map((part) => unmapped(part.trim()));
    if (more !== undefined) return false;
    if (last !== undefined) return this.#addRange(first, last);
    const [network = '', bits, extra] = first.split('/');
    const family = familyOf(network);
    if (family === undefined || extra !== undefined) return false;
    if (bits === undefined) this.#ranges.addAddress(network, family);
    else {
      const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
      if (!(prefix <= (family === 'ipv6' ? 128 : 32))) return false;
      this.#ranges.addSubnet(network, prefix, family);
    }
    return true;
  }

  has(address: string): boolean {
    const plain = unmapped(address);
    const family = familyOf(plain);
    return family !== undefined && this.#ranges.check(plain, family);
  }

  #addRange(first: string, last: string): boolean {
    const family = familyOf(first);
    if (family === undefined || family !== familyOf(last)) return false;
    try {
      this.#ranges.addRange(first, last, family);
      return true;
    } catch {
      // The end lies before the beginning.
      return false;
    }
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 6 ? 'ipv6' : 'ipv4';
}

/** `::ffff:10.0.0.1` is the IPv4 address inside it. */
export function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
