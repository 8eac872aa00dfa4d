/** What an import did, in numbers, with the first reasons why something was left out. */
import type { Fault, JsonObject } from '#foundation';

export class ImportReport {
  readonly #counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  readonly #problems: JsonObject[] = [];

  count(outcome: 'created' | 'updated' | 'unchanged'): void {
    this.#counts[outcome] += 1;
  }

  refuse(id: string, { code, message }: Pick<Fault, 'code' | 'message'>): void {
    this.#counts.refused += 1;
    if (this.#problems.length < 100) this.#problems.push({ id, code, message });
  }

  answer(more: JsonObject): JsonObject {
    return { ...more, ...this.#counts, problems: this.#problems };
  }
}
