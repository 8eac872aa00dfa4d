/** The server's side of SCRAM (RFC 5802, 7677): a challenge, and a proof that the other side knows the password. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const iterations = 4096;

export class ScramServer {
  readonly #hash: 'sha256' | 'sha512';
  readonly #user: string;
  readonly #salted: Buffer;
  readonly #salt = randomBytes(16);
  #first = '';
  #challenge = '';
  #nonce = '';
  /** Whether the proof was right. */
  isSignedIn = false;

  constructor(hash: 'sha256' | 'sha512', user: string, password: string) {
    this.#hash = hash;
    this.#user = user;
    this.#salted = pbkdf2Sync(password, this.#salt, iterations, hash === 'sha256' ? 32 : 64, hash);
  }

  /** What is said to a message; undefined when the other side is not who it says. */
  answer(message: string): string | undefined {
    return message.startsWith('n,,') ? this.#challengeTo(message.slice(3)) : this.#judge(message);
  }

  #challengeTo(first: string): string | undefined {
    const { n, r } = attributes(first);
    if (n !== this.#user || r === undefined) return undefined;
    this.#first = first;
    this.#nonce = `${r}${randomBytes(12).toString('hex')}`;
    this.#challenge = `r=${this.#nonce},s=${this.#salt.toString('base64')},i=${iterations}`;
    return this.#challenge;
  }

  #judge(last: string): string | undefined {
    const { c, r, p = '' } = attributes(last);
    if (c !== 'biws' || r !== this.#nonce) return undefined;
    const signed = `${this.#first},${this.#challenge},${last.slice(0, last.lastIndexOf(',p='))}`;
    const clientKey = this.#hmac(this.#salted, 'Client Key');
    const stored = createHash(this.#hash).update(clientKey).digest();
    const signature = this.#hmac(stored, signed);
    const expected = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
    const proof = Buffer.from(p, 'base64');
    if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) return undefined;
    this.isSignedIn = true;
    return `v=${this.#hmac(this.#hmac(this.#salted, 'Server Key'), signed).toString('base64')}`;
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#hash, key).update(text).digest();
  }
}

/** `n=a,r=b` by their letters. */
function attributes(message: string): Readonly<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
