/**
 * Digests of texts: `hash_md5`, `hash_sha1`, `hash_sha256`.
 *
 * Owns: the three algorithms, since this folder knows no libraries of the machine. They tell texts apart and are no protection.
 * Source: RFC 1321; FIPS 180-4.
 */
import { textOf } from '../conversion.ts';
import { scalar, type ScalarFunction } from './function-entry.ts';

const rotateLeft = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
const rotateRight = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

/** Words of the text in blocks of sixteen, one bit and the length behind it. */
function wordsOf(text: string, littleEndian: boolean): Uint32Array {
  const bytes = new TextEncoder().encode(text);
  const blocks = Math.ceil((bytes.length + 9) / 64);
  const padded = new Uint8Array(blocks * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  const bits = BigInt(bytes.length) * 8n;
  view.setBigUint64(padded.length - 8, bits, littleEndian);
  return Uint32Array.from({ length: blocks * 16 }, (_, index) => view.getUint32(index * 4, littleEndian));
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
/** The same with the bytes turned around. */
const hexTurned = (word: number): string => hex(word).match(/../g)?.toReversed().join('') ?? '';

const md5Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const md5Constants = Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32) | 0);

function md5Round(round: number, [b, c, d]: readonly [number, number, number]): readonly [mixed: number, word: number] {
  if (round < 16) return [(b & c) | (~b & d), round];
  if (round < 32) return [(d & b) | (~d & c), (5 * round + 1) % 16];
  if (round < 48) return [b ^ c ^ d, (3 * round + 5) % 16];
  return [c ^ (b | ~d), (7 * round) % 16];
}

export function md5(text: string): string {
  const words = wordsOf(text, true);
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let start = 0; start < words.length; start += 16) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let round = 0; round < 64; round++) {
      const [mixed, word] = md5Round(round, [b, c, d]);
      const sum = (a + mixed + (md5Constants[round] ?? 0) + (words[start + word] ?? 0)) | 0;
      const shift = md5Shifts[(round >> 4) * 4 + (round % 4)] ?? 0;
      [a, b, c, d] = [d, (b + rotateLeft(sum, shift)) | 0, b, c];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return [a0, b0, c0, d0].map(hexTurned).join('');
}

function sha1Round(
  round: number,
  [b, c, d]: readonly [number, number, number],
): readonly [mixed: number, constant: number] {
  if (round < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (round < 40) return [b ^ c ^ d, 0x6ed9eba1];
  if (round < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
  return [b ^ c ^ d, 0xca62c1d6];
}

export function sha1(text: string): string {
  const words = wordsOf(text, false);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const schedule = new Int32Array(80);
  for (let start = 0; start < words.length; start += 16) {
    for (let index = 0; index < 80; index++) {
      const at = (back: number): number => schedule[index - back] ?? 0;
      schedule[index] = index < 16 ? (words[start + index] ?? 0) : rotateLeft(at(3) ^ at(8) ^ at(14) ^ at(16), 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let round = 0; round < 80; round++) {
      const [mixed, constant] = sha1Round(round, [b, c, d]);
      const next = (rotateLeft(a, 5) + mixed + e + constant + (schedule[round] ?? 0)) | 0;
      [a, b, c, d, e] = [next, a, rotateLeft(b, 30), c, d];
    }
    state = [a, b, c, d, e].map((word, index) => (word + (state[index] ?? 0)) | 0);
  }
  return state.map(hex).join('');
}

/** The first digits behind the point of roots of the first primes. */
function primeRoots(count: number, root: (prime: number) => number): readonly number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32) | 0);
}

const sha256Constants = primeRoots(64, Math.cbrt);
const sha256Start = primeRoots(8, Math.sqrt);

export function sha256(text: string): string {
  const words = wordsOf(text, false);
  let state = sha256Start;
  const schedule = new Int32Array(64);
  for (let start = 0; start < words.length; start += 16) {
    for (let index = 0; index < 64; index++) {
      const at = (back: number): number => schedule[index - back] ?? 0;
      const low = rotateRight(at(15), 7) ^ rotateRight(at(15), 18) ^ (at(15) >>> 3);
      const high = rotateRight(at(2), 17) ^ rotateRight(at(2), 19) ^ (at(2) >>> 10);
      schedule[index] = index < 16 ? (words[start + index] ?? 0) : at(16) + low + at(7) + high;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let round = 0; round < 64; round++) {
      const high = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const first = (h + high + ((e & f) ^ (~e & g)) + (sha256Constants[round] ?? 0) + (schedule[round] ?? 0)) | 0;
      const low = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] ?? 0)) | 0);
  }
  return state.map(hex).join('');
}

const digest = (name: string, work: (text: string) => string): ScalarFunction =>
  scalar(name, 'any', 'string', ([value], _context, types) => work(textOf(value ?? null, types[0] ?? 'dynamic')));

export const hashFunctions: readonly ScalarFunction[] = [
  digest('hash_md5', md5),
  digest('hash_sha1', sha1),
  digest('hash_sha256', sha256),
];
