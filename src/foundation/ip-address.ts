/**
 * IPv4 and IPv6 addresses and ranges as numbers.
 *
 * Owns: reading an address, a CIDR block or a range `a-b`. Does not own: who may call or be called from where.
 *
 * Invariants
 * IP1. Text that is not exactly an address is none: no shortened IPv4 forms, no zones, no brackets.
 */

export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** From `first` to `last`, both included. */
export interface IpRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** `10.0.0.1`, `2001:db8::1`; undefined for anything else. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bits = text.includes(':') ? 128 : 32;
  const value = bits === 128 ? readV6(text) : readV4(text);
  return value === undefined ? undefined : { bits, value };
}

/** An address, a block `10.0.0.0/8`, or a range `10.0.0.1-10.0.0.9`; undefined for anything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const [from = '', to, ...more] = text.split('-').map((part) => part.trim());
  if (more.length > 0) return undefined;
  if (to !== undefined) return rangeBetween(parseIpAddress(from), parseIpAddress(to));
  const [address = '', length, ...rest] = from.split('/');
  const start = parseIpAddress(address);
  if (start === undefined || rest.length > 0) return undefined;
  if (length === undefined) return { bits: start.bits, first: start.value, last: start.value };
  if (!/^\d{1,3}$/.test(length) || Number(length) > start.bits) return undefined;
  const host = BigInt(start.bits - Number(length));
  const first = (start.value >> host) << host;
  return { bits: start.bits, first, last: first + (1n << host) - 1n };
}

/** Whether `outer` holds all of `inner`; ranges of different families hold nothing of each other. */
export function ipRangeHolds(outer: IpRange, inner: IpRange): boolean {
  return outer.bits === inner.bits && outer.first <= inner.first && inner.last <= outer.last;
}

function rangeBetween(from: IpAddress | undefined, to: IpAddress | undefined): IpRange | undefined {
  if (from === undefined || to === undefined || from.bits !== to.bits || from.value > to.value) return undefined;
  return { bits: from.bits, first: from.value, last: to.value };
}

function readV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n);
}

function readV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 45) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}
