/** Address ranges. Source: template reference 5.3. */
import { type Json, parseIpAddress } from '#foundation';
import { badArguments, type EvaluationStop, isStop } from '../stop.ts';
import { smallInteger } from '../values.ts';
import { plain, type PlainFunction } from './function.ts';

interface Range {
  readonly bits: 32 | 128;
  readonly network: bigint;
  readonly length: number;
}

function readRange(name: string, value: Json | undefined): Range | EvaluationStop {
  const [address = '', length = ''] = typeof value === 'string' ? value.split('/') : [];
  const parsed = parseIpAddress(address);
  const size = Number(length);
  if (parsed === undefined || !/^\d{1,3}$/.test(length) || size > parsed.bits) {
    return badArguments(
      name,
      `the value '${typeof value === 'string' ? value.slice(0, 60) : ''}' is not an address range.`,
    );
  }
  const { bits, value: start } = parsed;
  const host = BigInt(bits - size);
  return { bits, network: (start >> host) << host, length: size };
}

function print(address: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const zeros = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)];
  const longest = zeros.reduce<RegExpMatchArray | undefined>(
    (best, run) => (run[0].length > (best?.[0].length ?? 0) ? run : best),
    undefined,
  );
  const text = groups.join(':');
  if (longest?.index === undefined) return text;
  return `${text.slice(0, longest.index)}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}

function parseCidr([value]: readonly Json[]): Json | EvaluationStop {
  const range = readRange('parseCidr', value);
  if (isStop(range)) return range;
  const { bits, network, length } = range;
  const size = 1n << BigInt(bits - length);
  const last = network + size - 1n;
  const inner = bits === 32 && size > 2n;
  const whole = (1n << BigInt(bits)) - 1n;
  return {
    network: print(network, bits),
    netmask: print(whole ^ (size - 1n), bits),
    ...(bits === 32 ? { broadcast: print(last, bits) } : {}),
    firstUsable: print(inner ? network + 1n : network, bits),
    lastUsable: print(inner ? last - 1n : last, bits),
    cidr: length,
  };
}

function cidrSubnet([value, newLength, index]: readonly Json[]): Json | EvaluationStop {
  const range = readRange('cidrSubnet', value);
  if (isStop(range)) return range;
  const size = smallInteger(newLength) ?? -1;
  const at = smallInteger(index) ?? -1;
  if (size < range.length || size > range.bits || at < 0 || BigInt(at) >= 1n << BigInt(size - range.length)) {
    return badArguments('cidrSubnet', 'the new length or the index is out of the range.');
  }
  return `${print(range.network + (BigInt(at) << BigInt(range.bits - size)), range.bits)}/${size}`;
}

function cidrHost([value, index]: readonly Json[]): Json | EvaluationStop {
  const range = readRange('cidrHost', value);
  if (isStop(range)) return range;
  const at = smallInteger(index) ?? -1;
  const hosts = (1n << BigInt(range.bits - range.length)) - (range.bits === 32 ? 2n : 1n);
  if (at < 0 || BigInt(at) >= hosts) return badArguments('cidrHost', 'the index is out of the range.');
  return print(range.network + 1n + BigInt(at), range.bits);
}

export const cidrFunctions: readonly PlainFunction[] = [
  plain('parseCidr', 1, 1, parseCidr),
  plain('cidrSubnet', 3, 3, cidrSubnet),
  plain('cidrHost', 2, 2, cidrHost),
];
