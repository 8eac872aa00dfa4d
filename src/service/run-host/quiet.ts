/** Counts what is under way and tells who waits for silence. */
export class Quiet {
  readonly #isElseQuiet: () => boolean;
  readonly #waiters: (() => void)[] = [];
  #underWay = 0;

  /** @param isElseQuiet what must hold too beside the count; call `check` when it may have changed. */
  constructor(isElseQuiet: () => boolean) {
    this.#isElseQuiet = isElseQuiet;
  }

  get underWay(): number {
    return this.#underWay;
  }

  begin(): void {
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
    this.check();
  }

  /** Nothing that is under way will end any more. */
  abandon(): void {
    this.#underWay = 0;
    this.check();
  }

  check(): void {
    if (this.#underWay > 0 || !this.#isElseQuiet()) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  async wait(): Promise<void> {
    while (this.#underWay > 0 || !this.#isElseQuiet()) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }
}
