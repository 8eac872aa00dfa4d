/**
 * Which of many number tests hold for one number: equality by key, order by sorted lists.
 *
 * Owns: the index behind numeric operators. Does not own: reading numbers (`decimal.ts`).
 *
 * Invariants
 * O1. A look-up costs a binary search and the tests that hold, not the tests that exist.
 */
import { type Decimal, compareDecimals, decimalKey, isWhole } from './decimal.ts';
import { type RuleTest, orderHolds } from './test.ts';

export type NumberTest = Extract<RuleTest, { kind: 'number' }>;

interface Entry<T> {
  readonly test: NumberTest;
  readonly value: T;
}

/** Finds the values whose number test holds. `NotEquals` does not belong in it. */
export class OrderIndex<T> {
  readonly #equal = new Map<string, T>();
  /** Ascending: tests that hold for numbers above theirs. */
  readonly #greater: Entry<T>[] = [];
  /** Ascending: tests that hold for numbers below theirs. */
  readonly #lesser: Entry<T>[] = [];

  /** How many ordering tests it holds; about half of them hold for any number. */
  get ordered(): number {
    return this.#greater.length + this.#lesser.length;
  }

  add(test: NumberTest, value: T): void {
    if (test.operator === 'Equals') {
      this.#equal.set(equalKey(test.expected, test.wholeOnly), value);
      return;
    }
    const list = this.#listOf(test);
    list.splice(lowerBound(list, test.expected), 0, { test, value });
  }

  remove(test: NumberTest, value: T): void {
    if (test.operator === 'Equals') {
      this.#equal.delete(equalKey(test.expected, test.wholeOnly));
      return;
    }
    const list = this.#listOf(test);
    const at = list.findIndex((entry) => entry.value === value);
    if (at >= 0) list.splice(at, 1);
  }

  scan(actual: Decimal, visit: (value: T) => void): void {
    const whole = isWhole(actual);
    this.#scanEqual(actual, whole, visit);
    for (const { test, value } of this.#greater) {
      const compared = compareDecimals(actual, test.expected);
      if (compared < 0) break;
      if ((whole || !test.wholeOnly) && orderHolds(test.operator, compared)) visit(value);
    }
    for (let at = lowerBound(this.#lesser, actual); at < this.#lesser.length; at += 1) {
      const { test, value } = this.#lesser[at] as Entry<T>;
      const compared = compareDecimals(actual, test.expected);
      if ((whole || !test.wholeOnly) && orderHolds(test.operator, compared)) visit(value);
    }
  }

  #scanEqual(actual: Decimal, whole: boolean, visit: (value: T) => void): void {
    if (this.#equal.size === 0) return;
    const any = this.#equal.get(equalKey(actual, false));
    if (any !== undefined) visit(any);
    const integer = whole ? this.#equal.get(equalKey(actual, true)) : undefined;
    if (integer !== undefined) visit(integer);
  }

  #listOf(test: NumberTest): Entry<T>[] {
    return test.operator === 'GreaterThan' || test.operator === 'GreaterThanOrEqualTo' ? this.#greater : this.#lesser;
  }
}

function equalKey(value: Decimal, wholeOnly: boolean): string {
  return `${wholeOnly ? 'i' : 'n'}${decimalKey(value)}`;
}

/** The first position whose number is not below `value`. */
function lowerBound<T>(list: readonly Entry<T>[], value: Decimal): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareDecimals((list[middle] as Entry<T>).test.expected, value) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
