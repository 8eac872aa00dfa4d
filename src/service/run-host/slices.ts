/** Long work in slices, so that everything else on the thread goes on in between. */
export class Slices {
  readonly #length: number;
  #end: number;

  /** @param length milliseconds one slice keeps the thread. */
  constructor(length: number) {
    this.#length = length;
    this.#end = performance.now() + length;
  }

  get isOver(): boolean {
    return performance.now() > this.#end;
  }

  /** Lets everything that waits go first. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#end = performance.now() + this.#length;
  }
}
