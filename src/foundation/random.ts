/**
 * Chance as a port, and the seeded generator whose state is plain data.
 *
 * Owns: the `Random` interface and `SeededRandom`.
 * Does not own: the system's generator (`#service`), keys and signatures (`#service`).
 *
 * Invariants
 * R1. Two generators with the same state give the same values for ever: runs replay with it.
 */

export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A random version 4 UUID in lower case. */
  uuid(): string;
}

/** Mulberry32: small, fast, good enough for jitter and ids inside a run; never for secrets. */
export class SeededRandom implements Random {
  /** The whole state: an unsigned 32-bit integer. */
  state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  fraction(): number {
    return this.#next() / 4_294_967_296;
  }

  uuid(): string {
    const first = this.#next();
    const second = this.#next();
    const third = this.#next();
    const fourth = this.#next();
    const version = (second & 0x0fff) | 0x4000;
    const variant = ((third >>> 16) & 0x3fff) | 0x8000;
    const node = `${fourDigits(third)}${fourDigits(fourth >>> 16)}${fourDigits(fourth)}`;
    return `${fourDigits(first >>> 16)}${fourDigits(first)}-${fourDigits(second >>> 16)}-${fourDigits(version)}-${fourDigits(variant)}-${node}`;
  }

  #next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

const byteDigits: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The low 16 bits of a number as hexadecimal digits. */
function fourDigits(bits: number): string {
  return `${byteDigits[(bits >>> 8) & 0xff]}${byteDigits[bits & 0xff]}`;
}
