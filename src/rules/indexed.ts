/**
 * The fast matcher: automations planned on save into indexes by source, scope, path and operator.
 *
 * Owns: the partition by source and scope. Does not own: the indexes of one partition (`rule-set-index.ts`).
 *
 * Invariants
 * I1. Same answers as `NaiveMatcher`, event by event (proved by the shared suite and a property test).
 * I2. An event pays for the automations of the scopes above it, not for those of other subscriptions.
 */
import { type EventSource, virtualAlertVersion } from './contract.data.ts';
import type { Target } from './index-model.ts';
import type { MatchableEvent, Matcher, PlannedAutomation, PlannedRuleSet } from './model.ts';
import { isVersionPath } from './plan.ts';
import { RuleSetIndex } from './rule-set-index.ts';
import { depthOf, scopesAbove } from './subject.ts';

/** The key of automations without scope restriction; no id has it. */
const anywhere = '';

const everyEvent: readonly PlannedRuleSet[] = [{ rules: [] }];

/** The automations of one source by scope, and how many scopes there are of each depth. */
class Partition {
  readonly byScope = new Map<string, RuleSetIndex>();
  readonly #counts = new Map<number, number>();
  /** Depths that occur: the only prefixes of a subject worth looking up. */
  readonly depths = new Set<number>();

  indexAt(scope: string, make: () => RuleSetIndex): RuleSetIndex {
    const known = this.byScope.get(scope);
    if (known !== undefined) return known;
    const made = make();
    this.byScope.set(scope, made);
    if (scope !== anywhere) this.#count(depthOf(scope), 1);
    return made;
  }

  drop(scope: string): void {
    if (this.byScope.delete(scope) && scope !== anywhere) this.#count(depthOf(scope), -1);
  }

  #count(depth: number, by: number): void {
    const count = (this.#counts.get(depth) ?? 0) + by;
    this.#counts.set(depth, count);
    if (count > 0) this.depths.add(depth);
    else this.depths.delete(depth);
  }
}

export class IndexedMatcher implements Matcher {
  readonly #partitions = new Map<EventSource, Partition>();
  readonly #removals = new Map<string, () => void>();
  #epoch = 0;

  get size(): number {
    return this.#removals.size;
  }

  put(automation: PlannedAutomation): void {
    this.remove(automation.id);
    const target: Target = { id: automation.id, epoch: 0 };
    const removals: (() => void)[] = [];
    for (const source of automation.enabled ? automation.sources : []) {
      for (const scope of automation.scopes ?? [anywhere]) {
        for (const ruleSet of source.ruleSets.length === 0 ? everyEvent : source.ruleSets) {
          removals.push(this.#add(source.eventSource, scope, ruleSet, target));
        }
      }
    }
    this.#removals.set(automation.id, () => {
      for (const removal of removals) removal();
    });
  }

  remove(id: string): void {
    this.#removals.get(id)?.();
    this.#removals.delete(id);
  }

  match(event: MatchableEvent): readonly string[] {
    const matched: string[] = [];
    const partition = this.#partitions.get(event.source);
    if (partition === undefined) return matched;
    this.#epoch += 1;
    partition.byScope.get(anywhere)?.match(event.body, this.#epoch, matched);
    for (const subject of event.subjects) {
      for (const scope of scopesAbove(subject, partition.depths)) {
        partition.byScope.get(scope)?.match(event.body, this.#epoch, matched);
      }
    }
    return matched;
  }

  #add(source: EventSource, scope: string, ruleSet: PlannedRuleSet, target: Target): () => void {
    const partition = this.#partitions.get(source) ?? new Partition();
    this.#partitions.set(source, partition);
    const index = partition.indexAt(scope, () => new RuleSetIndex(source === 'Alerts' ? alertVersion : undefined));
    const removal = index.add(ruleSet, target);
    return () => {
      removal();
      if (index.isEmpty && partition.byScope.get(scope) === index) partition.drop(scope);
    };
  }
}

const alertVersion = { value: virtualAlertVersion, isPath: isVersionPath };
