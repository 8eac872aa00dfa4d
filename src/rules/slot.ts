/**
 * One property path inside the indexed matcher: the values the current event has there, and the predicates asked of them.
 *
 * Owns: the values of one event by path, converted at most once per event; the look-ups per operator.
 * Does not own: how values get here (`path-walk.ts`), rule sets (`rule-set-index.ts`).
 *
 * Invariants
 * S1. Values belong to one epoch (one `match` call); a slot whose epoch is not the current one has none.
 * S2. `satisfied` visits an indexed predicate exactly when `test` says true for it.
 */
import type { Json } from '#foundation';
import { foldCase } from './case-fold.ts';
import { type Decimal, compareDecimals, isWhole } from './decimal.ts';
import type { Predicate, PredicateSlot } from './index-model.ts';
import { OrderIndex } from './order-index.ts';
import { EdgeIndex, SubstringIndex } from './text-index.ts';
import { type RuleTest, holds, orderHolds } from './test.ts';
import { decimalOf, searchableTexts, textOf } from './token.ts';

type Visit = (predicate: Predicate) => void;
type TextTest = Extract<RuleTest, { kind: 'text' }>;

export class Slot implements PredicateSlot {
  readonly predicates = new Map<string, Predicate>();
  readonly #equal = new Map<string, Predicate>();
  readonly #contains = new SubstringIndex<Predicate>();
  readonly #starts = new EdgeIndex<Predicate>('start');
  readonly #ends = new EdgeIndex<Predicate>('end');
  readonly #numbers = new OrderIndex<Predicate>();
  /** Tests that nearly every value satisfies (`NotEquals`) or that are few (truth values): asked one by one. */
  readonly #plain = new Set<Predicate>();
  readonly #indexed = { whole: 0, contains: 0, numbers: 0 };

  #epoch = 0;
  #values: Json[] = [];
  #texts: readonly string[] | undefined;
  #searchable: readonly string[] | undefined;
  #decimals: readonly Decimal[] | undefined;

  /** Adds a value of the event of `epoch`, dropping those of earlier events. */
  put(value: Json, epoch: number): void {
    if (this.#epoch === epoch) {
      this.#values.push(value);
      return;
    }
    this.#epoch = epoch;
    this.#values = [value];
    this.#texts = undefined;
    this.#searchable = undefined;
    this.#decimals = undefined;
  }

  /** Whether the event of `epoch` has nothing here, or null. */
  isVoid(epoch: number): boolean {
    return this.#epoch !== epoch || this.#values[0] === null;
  }

  /** Forgets the values of the current event. */
  clear(): void {
    this.#epoch = 0;
  }

  hasValues(epoch: number): boolean {
    return this.#epoch === epoch;
  }

  /** How many ordering tests are indexed here. */
  get orderedCount(): number {
    return this.#numbers.ordered;
  }

  /** Makes `satisfied` find the predicate. */
  index(predicate: Predicate): void {
    const { test } = predicate;
    if (test.kind === 'truth' || test.operator === 'NotEquals') {
      this.#plain.add(predicate);
    } else if (test.kind === 'number') {
      this.#indexed.numbers += 1;
      this.#numbers.add(test, predicate);
    } else {
      this.#countText(test, 1);
      if (test.operator === 'Equals') this.#equal.set(test.expected, predicate);
      else this.#indexOf(test).add(test.expected, predicate);
    }
  }

  unindex(predicate: Predicate): void {
    const { test } = predicate;
    if (test.kind === 'truth' || test.operator === 'NotEquals') {
      this.#plain.delete(predicate);
    } else if (test.kind === 'number') {
      this.#indexed.numbers -= 1;
      this.#numbers.remove(test, predicate);
    } else {
      this.#countText(test, -1);
      if (test.operator === 'Equals') this.#equal.delete(test.expected);
      else this.#indexOf(test).remove(test.expected);
    }
  }

  #countText(test: TextTest, by: number): void {
    if (test.operator === 'Contains') this.#indexed.contains += by;
    else this.#indexed.whole += by;
  }

  #indexOf(test: TextTest): SubstringIndex<Predicate> | EdgeIndex<Predicate> {
    if (test.operator === 'Contains') return this.#contains;
    return test.operator === 'StartsWith' ? this.#starts : this.#ends;
  }

  /** Calls `visit` for each indexed predicate that holds for the current event, possibly repeatedly. */
  satisfied(visit: Visit): void {
    if (this.#indexed.whole > 0) {
      for (const text of this.#textsOf()) {
        const equal = this.#equal.get(text);
        if (equal !== undefined) visit(equal);
        this.#starts.scan(text, visit);
        this.#ends.scan(text, visit);
      }
    }
    if (this.#indexed.contains > 0) {
      for (const text of this.#searchableOf()) this.#contains.scan(text, visit);
    }
    if (this.#indexed.numbers > 0) {
      for (const actual of this.#decimalsOf()) this.#numbers.scan(actual, visit);
    }
    for (const predicate of this.#plain) if (this.#holds(predicate.test)) visit(predicate);
  }

  /** Whether the predicate holds in `epoch`; found at most once per epoch. */
  test(predicate: Predicate, epoch: number): boolean {
    if (this.#epoch !== epoch) return false;
    if (predicate.epoch !== epoch) {
      predicate.epoch = epoch;
      predicate.verdict = this.#holds(predicate.test);
    }
    return predicate.verdict;
  }

  #holds(test: RuleTest): boolean {
    switch (test.kind) {
      case 'truth':
        return this.#values.some((value) => holds(test, value));
      case 'number':
        return this.#decimalsOf().some(
          (actual) =>
            (!test.wholeOnly || isWhole(actual)) && orderHolds(test.operator, compareDecimals(actual, test.expected)),
        );
      case 'text':
        return this.#textHolds(test);
    }
  }

  #textHolds(test: TextTest): boolean {
    const { expected } = test;
    switch (test.operator) {
      case 'Contains':
        return this.#searchableOf().some((text) => text.includes(expected));
      case 'Equals':
        return this.#textsOf().includes(expected);
      case 'NotEquals':
        return this.#textsOf().some((text) => text !== expected);
      case 'StartsWith':
        return this.#textsOf().some((text) => text.startsWith(expected));
      case 'EndsWith':
        return this.#textsOf().some((text) => text.endsWith(expected));
    }
  }

  #textsOf(): readonly string[] {
    if (this.#texts !== undefined) return this.#texts;
    const texts: string[] = [];
    for (const value of this.#values) {
      const text = textOf(value);
      if (text !== undefined) texts.push(foldCase(text));
    }
    this.#texts = texts;
    return texts;
  }

  #searchableOf(): readonly string[] {
    this.#searchable ??= this.#values.some(Array.isArray)
      ? this.#values.flatMap((value) => searchableTexts(value).map(foldCase))
      : this.#textsOf();
    return this.#searchable;
  }

  #decimalsOf(): readonly Decimal[] {
    this.#decimals ??= this.#values.flatMap((value) => decimalOf(value) ?? []);
    return this.#decimals;
  }
}
