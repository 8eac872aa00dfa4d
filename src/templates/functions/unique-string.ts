/** The 64-bit hash behind `uniqueString`. Source: template reference 5.4. */

const first = 597_399_067;
const second = 2_869_860_233;

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 2_246_822_507);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 3_266_489_909);
  return mixed ^ (mixed >>> 16);
}

function wordAt(bytes: Uint8Array, from: number, until: number): number {
  let word = 0;
  for (let at = from; at < Math.min(until, from + 4); at += 1) word |= (bytes[at] as number) << (8 * (at - from));
  return word;
}

/** The hash of a text's UTF-8 bytes as an unsigned 64-bit number. */
export function hash64(text: string): bigint {
  const bytes = new TextEncoder().encode(text);
  const { length } = bytes;
  let low = 0;
  let high = 0;
  let at = 0;
  for (; at + 8 <= length; at += 8) {
    low ^= Math.imul(rotate(Math.imul(wordAt(bytes, at, length), first), 15), second);
    low = (Math.imul((rotate(low, 19) + high) | 0, 5) + 1_444_728_091) | 0;
    high ^= Math.imul(rotate(Math.imul(wordAt(bytes, at + 4, length), second), 17), first);
    high = (Math.imul((rotate(high, 13) + low) | 0, 5) + 197_830_471) | 0;
  }
  if (at < length) low ^= Math.imul(rotate(Math.imul(wordAt(bytes, at, length), first), 15), second);
  if (at + 4 < length) high ^= Math.imul(rotate(Math.imul(wordAt(bytes, at + 4, length), second), 17), first);
  low = ((low ^ length) + (high ^ length)) | 0;
  high = ((high ^ length) + low) | 0;
  low = finish(low);
  high = finish(high);
  low = (low + high) | 0;
  high = (high + low) | 0;
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Thirteen letters of base 32, from the top bits down. */
export function uniqueText(text: string): string {
  let value = hash64(text);
  let letters = '';
  for (let digit = 0; digit < 13; digit += 1) {
    letters += alphabet.charAt(Number((value >> 59n) & 31n));
    value = (value << 5n) & 0xffff_ffff_ffff_ffffn;
  }
  return letters;
}
