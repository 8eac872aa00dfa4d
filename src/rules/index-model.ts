/**
 * What the parts of the indexed matcher hand to one another: predicates, the rule sets hanging on them, their targets.
 *
 * Owns: the types only. All of them are mutable on purpose: they are the index.
 */
import type { PropertyPath } from './path.ts';
import type { RuleTest } from './test.ts';

/** What a matched rule set yields: the automation, stamped with the epoch in which it was last yielded. */
export interface Target {
  readonly id: string;
  epoch: number;
}

/** What a predicate asks of the place of its path. */
export interface PredicateSlot {
  readonly predicates: Map<string, Predicate>;
  /** How many ordering tests are indexed here. */
  readonly orderedCount: number;
  index(predicate: Predicate): void;
  unindex(predicate: Predicate): void;
  test(predicate: Predicate, epoch: number): boolean;
}

/** A distinct comparison on one path, shared by every rule set that asks it. */
export interface Predicate {
  readonly key: string;
  readonly path: PropertyPath;
  readonly slot: PredicateSlot;
  readonly test: RuleTest;
  /** How many rule sets hold it. */
  uses: number;
  /** The epoch in which `verdict` was found. */
  epoch: number;
  verdict: boolean;
  /** The epoch in which the rule sets hanging on it were last looked at. */
  reached: number;
  /** Rule sets reached through this predicate; it is indexed in its slot while there are any. */
  readonly hanging: Set<RuleSetNode>;
}

/** A distinct rule set, whatever number of automations hold it. */
export interface RuleSetNode {
  readonly key: string;
  readonly predicates: readonly Predicate[];
  /** With the number of times each was added: an automation may hold the same rule set twice. */
  readonly targets: Map<Target, number>;
  /** The predicate it hangs on; undefined for the set without rules. */
  access: Predicate | undefined;
}
