/**
 * The fast matcher: automations planned on save into indexes by source, scope, path and operator.
 *
 * Owns: the partition by source and scope. Does not own: the indexes of one partition (`rule-set-index.ts`).
 *
 * Invariants
 * I1. Same answers as `NaiveMatcher`, event by event (proved by the shared suite and a property test).
 * I2. An event pays for the automations of the scopes above it, not for those of other subscriptions.
 */
import { virtualAlertVersion } from './contract.data.ts';
import type { EventSource } from './contract.data.ts';
import type { MatchableEvent, Matcher, PlannedAutomation, PlannedRuleSet } from './model.ts';
import { isVersionPath } from './plan.ts';
import { RuleSetIndex, type Target } from './rule-set-index.ts';
import { scopeChain } from './subject.ts';

/** The key of automations without scope restriction; no id has it. */
const anywhere = '';

const everyEvent: readonly PlannedRuleSet[] = [{ rules: [] }];

export class IndexedMatcher implements Matcher {
  readonly #partitions = new Map<EventSource, Map<string, RuleSetIndex>>();
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
    const scopes = this.#partitions.get(event.source);
    if (scopes === undefined) return matched;
    this.#epoch += 1;
    scopes.get(anywhere)?.match(event.body, this.#epoch, matched);
    const met = new Set<string>();
    for (const subject of event.subjects) {
      for (const scope of scopeChain(subject)) {
        if (met.has(scope)) break;
        met.add(scope);
        scopes.get(scope)?.match(event.body, this.#epoch, matched);
      }
    }
    return matched;
  }

  #add(source: EventSource, scope: string, ruleSet: PlannedRuleSet, target: Target): () => void {
    const scopes = this.#partitions.get(source) ?? new Map<string, RuleSetIndex>();
    this.#partitions.set(source, scopes);
    const index = scopes.get(scope) ?? new RuleSetIndex(source === 'Alerts' ? alertVersion : undefined);
    scopes.set(scope, index);
    const removal = index.add(ruleSet, target);
    return () => {
      removal();
      if (index.isEmpty && scopes.get(scope) === index) scopes.delete(scope);
    };
  }
}

const alertVersion = { value: virtualAlertVersion, isPath: isVersionPath };
