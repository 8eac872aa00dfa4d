/**
 * Scalar functions over addresses of the Internet.
 *
 * Source: published reference of the Kusto query language, functions on IPv4 and IPv6.
 */
import { type IpAddress, ipRangeHolds, parseIpAddress, parseIpRange } from '#foundation';
import type { KqlType } from '../types.ts';
import type { Value } from '../values.ts';
import { scalar, type ScalarFunction, textArgument } from './function-entry.ts';

const isPrivate = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Whether an address, with a prefix or without, lies in a range; null for what is no address. */
function liesIn(address: string, ranges: readonly string[], bits: 32 | 128): Value {
  const range = parseIpRange(address);
  if (range === undefined || range.bits !== bits || address.includes('-')) return null;
  return ranges.some((each) => {
    const outer = parseIpRange(each);
    return outer !== undefined && ipRangeHolds(outer, range);
  });
}

function listOf(values: readonly Value[]): readonly string[] {
  return values.flatMap((value) => (Array.isArray(value) ? value.map(textArgument) : [textArgument(value)]));
}

/** The length of the prefix behind an address, `most` at most. */
function lengthOf(text: string, most: number): number {
  const found = /\/(\d{1,3})$/.exec(text)?.[1];
  return found === undefined ? most : Math.min(most, Number(found));
}

/** An address of version 4 without its host bits; undefined for what is none. */
function maskedV4(text: string, prefix: number | undefined): bigint | undefined {
  const length = lengthOf(text, prefix ?? 32);
  const parsed = parseIpAddress(text.replace(/\/\d{1,3}$/, ''));
  if (parsed === undefined || parsed.bits !== 32 || !(length >= 0 && length <= 32)) return undefined;
  const host = BigInt(32 - length);
  return (parsed.value >> host) << host;
}

function dotted(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function addressText(value: Value, type: KqlType | undefined): string {
  if (type === 'string') return textArgument(value);
  return typeof value === 'number' && value >= 0 && value < 2 ** 32 ? dotted(BigInt(value)) : textArgument(value);
}

/** An address of version 4, alone or behind `::ffff:`, as one of version 6. */
function asV6(text: string): string {
  const found = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/i.exec(text);
  const parsed = found === null ? undefined : parseIpAddress(found[1] ?? '');
  if (parsed === undefined) return text;
  const [high, low] = [parsed.value >> 16n, parsed.value & 0xffffn].map((part) => part.toString(16));
  return `::ffff:${high}:${low}${found?.[2] === undefined ? '' : `/${Number(found[2]) + (text.includes(':') ? 0 : 96)}`}`;
}

/** Below, at or above zero for two addresses under the shortest of the prefixes; null for what is none. */
function compared(left: string, right: string, prefix: number, bits: 32 | 128): Value {
  const length = Math.min(prefix, lengthOf(left, bits), lengthOf(right, bits));
  const [one, other] = [left, right].map((text) => parseIpRange(`${text.replace(/\/\d{1,3}$/, '')}/${length}`));
  if (one?.bits !== bits || other?.bits !== bits) return null;
  return one.first < other.first ? -1 : Number(one.first > other.first);
}

/** All eight groups of an address of version 6, of four digits each; the empty text for what is none. */
function longV6(text: string, prefix: number): string {
  const full = asV6(text);
  const range = parseIpRange(`${full.replace(/\/\d{1,3}$/, '')}/${Math.min(prefix, lengthOf(full, 128))}`);
  if (range?.bits !== 128) return '';
  const digits = range.first.toString(16).padStart(32, '0');
  return digits.match(/.{4}/g)?.join(':') ?? '';
}

/** Whether one of the addresses stands in a text by itself. */
function hasAddress(text: string, addresses: readonly string[]): boolean {
  const wanted = new Set(addresses.filter((address) => parseIpAddress(address)?.bits === 32));
  return addressesIn(text).some((address) => wanted.has(address));
}

/** Whether an address stands in a text that begins with one of the prefixes: whole parts with a dot behind, or an address. */
function hasAddressPrefix(text: string, prefixes: readonly string[]): boolean {
  const wanted = prefixes.filter(
    (prefix) => /^(?:\d{1,3}\.){1,3}$/.test(prefix) || parseIpAddress(prefix)?.bits === 32,
  );
  return addressesIn(text).some((address) =>
    wanted.some((prefix) => (prefix.endsWith('.') ? address.startsWith(prefix) : address === prefix)),
  );
}

function addressesIn(text: string): readonly string[] {
  const found = text.match(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g) ?? [];
  return found.filter((address) => parseIpAddress(address)?.bits === 32);
}

/** The blocks that make up a range of addresses, the first first. */
function blocksBetween(from: IpAddress | undefined, to: IpAddress | undefined): Value {
  if (from?.bits !== 32 || to?.bits !== 32 || from.value > to.value) return null;
  const blocks: string[] = [];
  for (let at = from.value; at <= to.value; ) {
    let host = 0n;
    while (host < 32n && (at & ((2n << host) - 1n)) === 0n && at + (2n << host) - 1n <= to.value) host++;
    blocks.push(`${dotted(at)}/${32n - host}`);
    at += 1n << host;
  }
  return blocks;
}

export const addressFunctions: readonly ScalarFunction[] = [
  scalar('ipv4_is_private', 'string', 'bool', ([address]) => liesIn(textArgument(address), isPrivate, 32)),
  scalar('ipv4_is_in_range', 'string, string', 'bool', ([address, range]) =>
    liesIn(textArgument(address), [textArgument(range)], 32),
  ),
  scalar('ipv6_is_in_range', 'string, string', 'bool', ([address, range]) =>
    liesIn(textArgument(address), [textArgument(range)], 128),
  ),
  scalar('ipv4_is_in_any_range', 'string, any...', 'bool', ([address, ...ranges]) =>
    liesIn(textArgument(address), listOf(ranges), 32),
  ),
  scalar('ipv4_is_match', 'string, string, [long]', 'bool', ([left, right, prefix]) => {
    const length = prefix === undefined ? '' : `/${Number(prefix)}`;
    const [one, other] = [
      parseIpRange(`${textArgument(left)}${length}`),
      parseIpRange(`${textArgument(right)}${length}`),
    ];
    return one === undefined || other === undefined ? null : one.first === other.first && one.bits === other.bits;
  }),
  scalar('parse_ipv4', 'string', 'long', ([address]) => {
    const parsed = parseIpAddress(textArgument(address));
    return parsed === undefined || parsed.bits !== 32 ? null : Number(parsed.value);
  }),
  scalar('parse_ipv4_mask', 'string, long', 'long', ([address, prefix]) => {
    const masked = maskedV4(textArgument(address), Number(prefix));
    return masked === undefined ? null : Number(masked);
  }),
  scalar('format_ipv4', 'any, [long]', 'string', ([address, prefix], _context, types) => {
    const masked = maskedV4(addressText(address ?? null, types[0]), prefix === undefined ? undefined : Number(prefix));
    return masked === undefined ? '' : dotted(masked);
  }),
  scalar('format_ipv4_mask', 'any, [long]', 'string', ([address, prefix], _context, types) => {
    const text = addressText(address ?? null, types[0]);
    const length = lengthOf(text, prefix === undefined ? 32 : Number(prefix));
    const masked = maskedV4(text, prefix === undefined ? undefined : Number(prefix));
    return masked === undefined ? '' : `${dotted(masked)}/${length}`;
  }),
  scalar('ipv4_compare', 'string, string, [long]', 'long', ([left, right, prefix]) =>
    compared(textArgument(left), textArgument(right), prefix === undefined ? 32 : Number(prefix), 32),
  ),
  scalar('ipv4_netmask_suffix', 'string', 'long', ([address]) => {
    const text = textArgument(address);
    return parseIpRange(text)?.bits === 32 && !text.includes('-') ? lengthOf(text, 32) : null;
  }),
  scalar('ipv4_range_to_cidr_list', 'string, string', 'dynamic', ([from, to]) =>
    blocksBetween(parseIpAddress(textArgument(from)), parseIpAddress(textArgument(to))),
  ),
  scalar('parse_ipv6', 'string', 'string', ([address]) => longV6(textArgument(address), 128)),
  scalar('parse_ipv6_mask', 'string, long', 'string', ([address, prefix]) =>
    longV6(textArgument(address), Number(prefix)),
  ),
  scalar('ipv6_compare', 'string, string, [long]', 'long', ([left, right, prefix]) =>
    compared(asV6(textArgument(left)), asV6(textArgument(right)), prefix === undefined ? 128 : Number(prefix), 128),
  ),
  scalar('ipv6_is_match', 'string, string, [long]', 'bool', ([left, right, prefix]) => {
    const length = prefix === undefined ? 128 : Number(prefix);
    const order = compared(asV6(textArgument(left)), asV6(textArgument(right)), length, 128);
    return order === null ? null : order === 0;
  }),
  scalar('ipv6_is_in_any_range', 'string, any...', 'bool', ([address, ...ranges]) =>
    liesIn(asV6(textArgument(address)), listOf(ranges), 128),
  ),
  scalar('has_ipv4', 'string, string', 'bool', ([text, address]) =>
    hasAddress(textArgument(text), [textArgument(address)]),
  ),
  scalar('has_any_ipv4', 'string, any...', 'bool', ([text, ...addresses]) =>
    hasAddress(textArgument(text), listOf(addresses)),
  ),
  scalar('has_ipv4_prefix', 'string, string', 'bool', ([text, prefix]) =>
    hasAddressPrefix(textArgument(text), [textArgument(prefix)]),
  ),
  scalar('has_any_ipv4_prefix', 'string, any...', 'bool', ([text, ...prefixes]) =>
    hasAddressPrefix(textArgument(text), listOf(prefixes)),
  ),
];
