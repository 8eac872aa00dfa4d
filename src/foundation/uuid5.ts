/**
 * Name-based UUIDs (version 5).
 *
 * Owns: SHA-1 and the UUID made from it. SHA-1 only makes names here; nothing relies on its strength.
 * Source: RFC 9562 section 5.5; FIPS 180-4.
 */

function sha1(message: Uint8Array): Uint32Array {
  const blocks = (message.length + 8) >> 6;
  const words = new Uint32Array((blocks + 1) * 16);
  message.forEach((byte, index) => {
    words[index >> 2] = (words[index >> 2] as number) | (byte << (24 - (index & 3) * 8));
  });
  words[message.length >> 2] = (words[message.length >> 2] as number) | (0x80 << (24 - (message.length & 3) * 8));
  words[words.length - 2] = Math.floor(message.length / 0x20000000);
  words[words.length - 1] = message.length << 3;
  const hash = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const schedule = new Uint32Array(80);
  for (let block = 0; block < words.length; block += 16) addBlock(hash, schedule, words.subarray(block, block + 16));
  return hash;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function addBlock(hash: Uint32Array, schedule: Uint32Array, block: Uint32Array): void {
  schedule.set(block);
  const word = (at: number): number => schedule[at] as number;
  for (let at = 16; at < 80; at += 1)
    schedule[at] = rotate(word(at - 3) ^ word(at - 8) ^ word(at - 14) ^ word(at - 16), 1);
  let [a, b, c, d, e] = hash as unknown as [number, number, number, number, number];
  for (let at = 0; at < 80; at += 1) {
    const [mixed, constant] = round(at, b, c, d);
    const next = (rotate(a, 5) + mixed + e + constant + word(at)) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  [a, b, c, d, e].forEach((value, index) => {
    hash[index] = (hash[index] as number) + value;
  });
}

function round(at: number, b: number, c: number, d: number): readonly [number, number] {
  if (at < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (at < 40) return [b ^ c ^ d, 0x6ed9eba1];
  if (at < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
  return [b ^ c ^ d, 0xca62c1d6];
}

/** The version 5 UUID of a name's UTF-8 text in a namespace; lower case. */
export function nameUuid(namespace: string, name: string): string {
  const prefix = Uint8Array.from(namespace.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const text = new TextEncoder().encode(name);
  const message = new Uint8Array(prefix.length + text.length);
  message.set(prefix);
  message.set(text, prefix.length);
  const hash = sha1(message);
  hash[1] = ((hash[1] as number) & 0xffff0fff) | 0x5000;
  hash[2] = ((hash[2] as number) & 0x3fffffff) | 0x80000000;
  const hex = Array.from(hash.subarray(0, 4), (value) => value.toString(16).padStart(8, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
