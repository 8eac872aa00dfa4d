/**
 * Name-based UUIDs (version 5).
 *
 * Owns: SHA-1 and the UUID made from it. SHA-1 only makes names here; nothing relies on its strength.
 * Source: RFC 9562 section 5.5; FIPS 180-4.
 */

/** One schedule for all: nothing here waits, so no two names are ever hashed at once. */
const schedule = new Int32Array(80);

function sha1(message: Uint8Array): Int32Array {
  const blocks = (message.length + 8) >> 6;
  const words = new Int32Array((blocks + 1) * 16);
  for (let at = 0; at < message.length; at += 1) {
    words[at >> 2] = (words[at >> 2] as number) | ((message[at] as number) << (24 - (at & 3) * 8));
  }
  words[message.length >> 2] = (words[message.length >> 2] as number) | (0x80 << (24 - (message.length & 3) * 8));
  words[words.length - 2] = Math.floor(message.length / 0x20000000);
  words[words.length - 1] = message.length << 3;
  const hash = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  for (let block = 0; block < words.length; block += 16) addBlock(hash, words, block);
  return hash;
}

/** Adds one block. Written out flat: ids are made for every event, and this is where their time goes. */
function addBlock(hash: Int32Array, words: Int32Array, from: number): void {
  for (let at = 0; at < 16; at += 1) schedule[at] = words[from + at] as number;
  for (let at = 16; at < 80; at += 1) {
    const mixed =
      (schedule[at - 3] as number) ^
      (schedule[at - 8] as number) ^
      (schedule[at - 14] as number) ^
      (schedule[at - 16] as number);
    schedule[at] = (mixed << 1) | (mixed >>> 31);
  }
  let a = hash[0] as number;
  let b = hash[1] as number;
  let c = hash[2] as number;
  let d = hash[3] as number;
  let e = hash[4] as number;
  for (let at = 0; at < 80; at += 1) {
    const mixed =
      at < 20
        ? ((b & c) | (~b & d)) + 0x5a827999
        : at < 40
          ? (b ^ c ^ d) + 0x6ed9eba1
          : at < 60
            ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
            : (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + (schedule[at] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  hash[0] = (hash[0] as number) + a;
  hash[1] = (hash[1] as number) + b;
  hash[2] = (hash[2] as number) + c;
  hash[3] = (hash[3] as number) + d;
  hash[4] = (hash[4] as number) + e;
}

const encoder = new TextEncoder();

/** The bytes of namespaces already met; a server knows a handful. */
const prefixes = new Map<string, Uint8Array>();

function prefixOf(namespace: string): Uint8Array {
  let prefix = prefixes.get(namespace);
  if (prefix === undefined) {
    prefix = Uint8Array.from(namespace.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    if (prefixes.size < 100) prefixes.set(namespace, prefix);
  }
  return prefix;
}

/** The version 5 UUID of a name's UTF-8 text in a namespace; lower case. */
export function nameUuid(namespace: string, name: string): string {
  const prefix = prefixOf(namespace);
  const text = encoder.encode(name);
  const message = new Uint8Array(prefix.length + text.length);
  message.set(prefix);
  message.set(text, prefix.length);
  const hash = sha1(message);
  hash[1] = ((hash[1] as number) & 0xffff0fff) | 0x5000;
  hash[2] = ((hash[2] as number) & 0x3fffffff) | 0x80000000;
  const second = hexOf(hash[1]);
  const third = hexOf(hash[2]);
  const last = hexOf(hash[3] as number);
  return `${hexOf(hash[0] as number)}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${last}`;
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
