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
    const words = [this.#next(), this.#next(), this.#next(), this.#next()];
    const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
    const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  #next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
