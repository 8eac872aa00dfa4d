/**
 * Bytes as they come become lines.
 *
 * Owns: cutting at line feeds, lines over several pieces, the limit of a line. A carriage return stays: to JSON it is blank.
 *
 * Invariants
 * S1. Of a line over the limit nothing is kept but that it was too long.
 */
export class LineSplitter {
  readonly #limit: number;
  /** The line that has begun. */
  #pieces: Uint8Array[] = [];
  #size = 0;

  /** @param limit bytes of one line. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Lines that these bytes end, without their line feeds. */
  *push(bytes: Uint8Array): Generator<Uint8Array | 'tooLong', void, undefined> {
    let from = 0;
    for (;;) {
      const at = bytes.indexOf(0x0a, from);
      if (at < 0) break;
      this.#keep(bytes.subarray(from, at));
      from = at + 1;
      yield this.#take();
    }
    // A copy: the piece may be a small part of a large buffer, and the buffer may be used again.
    if (from < bytes.length) this.#keep(Uint8Array.from(bytes.subarray(from)));
  }

  /** The last line, when it has no end. */
  *end(): Generator<Uint8Array | 'tooLong', void, undefined> {
    if (this.#size > 0) yield this.#take();
  }

  #keep(piece: Uint8Array): void {
    this.#size += piece.length;
    if (this.#size > this.#limit) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  #take(): Uint8Array | 'tooLong' {
    const line = this.#size > this.#limit ? 'tooLong' : joined(this.#pieces, this.#size);
    this.#pieces = [];
    this.#size = 0;
    return line;
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
