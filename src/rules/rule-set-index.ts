/**
 * The rule sets of one event source and one scope, found from an event without asking each of them.
 *
 * Owns: shared predicates, shared rule sets, and through which predicate a rule set is reached.
 * Does not own: scopes and sources (`indexed.ts`).
 *
 * Every distinct rule set hangs on one of its predicates, the one that the fewest rule sets share. An event enumerates the
 * predicates it satisfies among those; each hanging rule set then has its other predicates tested, each at most once per
 * event. Counting satisfied rules instead touches every rule set that shares a common rule: with 10,000 automations that
 * all ask for `Severity = High`, every high alert would pay for all of them.
 *
 * Invariants
 * X1. Rule sets with the same predicates are one node, however many automations hold them.
 * X2. A predicate is indexed in its slot exactly while a rule set hangs on it.
 */
import type { Json } from '#foundation';
import type { Predicate, RuleSetNode, Target } from './index-model.ts';
import type { PlannedRule, PlannedRuleSet } from './model.ts';
import type { PropertyPath } from './path.ts';
import { PathTrie, pathKey } from './path-walk.ts';
import type { Slot } from './slot.ts';

/** A count of hanging rule sets from which on a crowded predicate looks for better ones, each time it doubles. */
const crowded = 16;

export class RuleSetIndex {
  readonly #trie = new PathTrie();
  readonly #nodes = new Map<string, RuleSetNode>();
  readonly #always = new Set<RuleSetNode>();
  /** Slots of the path `Version`, which alerts have virtually. */
  readonly #versionSlots = new Set<Slot>();
  readonly #virtualVersion: Json | undefined;
  readonly #isVersionPath: (path: PropertyPath) => boolean;
  #epoch = 0;

  constructor(version?: { readonly value: Json; readonly isPath: (path: PropertyPath) => boolean }) {
    this.#virtualVersion = version?.value;
    this.#isVersionPath = version?.isPath ?? (() => false);
  }

  get isEmpty(): boolean {
    return this.#nodes.size === 0;
  }

  /** Adds the rule set for the target; answers what takes it out again. */
  add(ruleSet: PlannedRuleSet, target: Target): () => void {
    const node = this.#nodeOf(ruleSet);
    node.targets.set(target, (node.targets.get(target) ?? 0) + 1);
    return () => {
      const left = (node.targets.get(target) ?? 0) - 1;
      if (left > 0) {
        node.targets.set(target, left);
        return;
      }
      node.targets.delete(target);
      if (node.targets.size === 0) this.#dropNode(node);
    };
  }

  /** Adds to `matched` the ids of the targets not yet stamped with `epoch`. Epochs only grow. */
  match(event: Json, epoch: number, matched: string[]): void {
    if (this.#epoch === epoch) return;
    this.#epoch = epoch;
    const met: Slot[] = [];
    this.#trie.walk(event, epoch, (slot) => met.push(slot));
    this.#fillVersion(epoch, met);
    for (const node of this.#always) yieldTargets(node, epoch, matched);
    const visit = (predicate: Predicate): void => this.#reach(predicate, epoch, matched);
    for (const slot of met) slot.satisfied(visit);
  }

  #fillVersion(epoch: number, met: Slot[]): void {
    if (this.#virtualVersion === undefined) return;
    for (const slot of this.#versionSlots) {
      if (!slot.isVoid(epoch)) continue;
      if (!slot.hasValues(epoch)) met.push(slot);
      slot.clear();
      slot.put(this.#virtualVersion, epoch);
    }
  }

  #reach(predicate: Predicate, epoch: number, matched: string[]): void {
    if (predicate.reached === epoch) return;
    predicate.reached = epoch;
    predicate.epoch = epoch;
    predicate.verdict = true;
    for (const node of predicate.hanging) if (holdsWhole(node, epoch)) yieldTargets(node, epoch, matched);
  }

  #nodeOf(ruleSet: PlannedRuleSet): RuleSetNode {
    const rules = new Map(ruleSet.rules.map((rule) => [ruleKey(rule), rule]));
    const key = [...rules.keys()].toSorted().join('\n');
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const distinct = [...rules.entries()];
    const node: RuleSetNode = {
      key,
      predicates: distinct.map(([name, rule]) => this.#predicateOf(name, rule)),
      targets: new Map(),
      access: undefined,
    };
    this.#nodes.set(key, node);
    if (node.predicates.length === 0) this.#always.add(node);
    else this.#hang(node, rarest(node));
    return node;
  }

  #predicateOf(key: string, rule: PlannedRule): Predicate {
    const slot = this.#trie.slotOf(rule.path);
    if (this.#isVersionPath(rule.path)) this.#versionSlots.add(slot);
    const known = slot.predicates.get(key);
    if (known !== undefined) {
      known.uses += 1;
      return known;
    }
    const predicate: Predicate = {
      key,
      path: rule.path,
      slot,
      test: rule.test,
      uses: 1,
      epoch: 0,
      reached: 0,
      verdict: false,
      hanging: new Set(),
    };
    slot.predicates.set(key, predicate);
    return predicate;
  }

  #hang(node: RuleSetNode, access: Predicate): void {
    const { hanging } = access;
    node.access = access;
    if (hanging.size === 0) access.slot.index(access);
    hanging.add(node);
    const { size } = hanging;
    if (size >= crowded && (size & (size - 1)) === 0) this.#spread([...hanging]);
  }

  #unhang(node: RuleSetNode): void {
    const { access } = node;
    if (access === undefined) return;
    access.hanging.delete(node);
    node.access = undefined;
    if (access.hanging.size === 0) access.slot.unindex(access);
  }

  /** Moves rule sets to predicates that have become rarer than the one they hang on. */
  #spread(nodes: readonly RuleSetNode[]): void {
    for (const node of nodes) {
      const better = rarest(node);
      if (node.access === undefined || better === node.access || weight(better) * 2 > weight(node.access)) continue;
      this.#unhang(node);
      this.#hang(node, better);
    }
  }

  #dropNode(node: RuleSetNode): void {
    this.#nodes.delete(node.key);
    this.#always.delete(node);
    this.#unhang(node);
    for (const predicate of node.predicates) {
      predicate.uses -= 1;
      if (predicate.uses === 0) this.#dropPredicate(predicate);
    }
  }

  #dropPredicate(predicate: Predicate): void {
    const slot = this.#trie.slotOf(predicate.path);
    slot.predicates.delete(predicate.key);
    if (slot.predicates.size > 0) return;
    this.#versionSlots.delete(slot);
    this.#trie.drop(predicate.path);
  }
}

function holdsWhole(node: RuleSetNode, epoch: number): boolean {
  for (const predicate of node.predicates) if (!predicate.slot.test(predicate, epoch)) return false;
  return true;
}

function yieldTargets(node: RuleSetNode, epoch: number, matched: string[]): void {
  for (const target of node.targets.keys()) {
    if (target.epoch === epoch) continue;
    target.epoch = epoch;
    matched.push(target.id);
  }
}

/** The same key for rules that ask the same of the same path, whatever their spelling. */
function ruleKey(rule: PlannedRule): string {
  const { test } = rule;
  const expected =
    test.kind === 'number' ? [test.expected.sign, test.expected.magnitude, test.expected.digits] : test.expected;
  const whole = test.kind === 'number' && test.wholeOnly;
  return JSON.stringify([pathKey(rule.path), test.kind, test.operator, whole, expected]);
}

/** How often a predicate is likely to send an event to its rule sets, roughly. */
function weight(predicate: Predicate): number {
  const { test, uses, slot } = predicate;
  if (test.operator === 'NotEquals') return uses + 1_000_000;
  if (test.kind === 'truth') return uses + 1_000;
  if (test.kind === 'number' && test.operator !== 'Equals') return uses + slot.orderedCount / 2 + 4;
  if (test.kind === 'text' && test.operator === 'Contains') return uses + (test.expected.length < 3 ? 8 : 0);
  return uses;
}

function rarest(node: RuleSetNode): Predicate {
  return node.predicates.reduce((best, predicate) => (weight(predicate) < weight(best) ? predicate : best));
}
