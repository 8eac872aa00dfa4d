/**
 * The plain evaluator: every rule of every automation against the event, one after the other.
 *
 * Owns: the meaning that the indexed matcher must reproduce, and the detail that *explain* shows.
 * Does not own: speed (`indexed.ts`).
 *
 * Invariants
 * N1. Rules of a set are ANDed, sets and sources ORed, an automation fires once per event.
 * N2. `Version` on an alert that carries none, or null, reads as the virtual version; the event itself is not changed.
 * Source: domain reference 6 and 8; own API reference, eval and match.
 */
import { type Json, isWithin } from '#foundation';
import { virtualAlertVersion } from './contract.data.ts';
import type { MatchableEvent, Matcher, PlannedAutomation, PlannedRule, PlannedRuleSet } from './model.ts';
import { readPath } from './path.ts';
import { isVersionPath } from './plan.ts';
import { holds } from './test.ts';

/** The values a rule looks at in an event. */
export function valuesFor(rule: PlannedRule, event: MatchableEvent): readonly Json[] {
  const found = readPath(event.body, rule.path);
  if (event.source !== 'Alerts' || !isVersionPath(rule.path)) return found;
  return found.length === 0 || found[0] === null ? [virtualAlertVersion] : found;
}

export function ruleHolds(rule: PlannedRule, event: MatchableEvent): boolean {
  return valuesFor(rule, event).some((value) => holds(rule.test, value));
}

export function ruleSetHolds(ruleSet: PlannedRuleSet, event: MatchableEvent): boolean {
  return ruleSet.rules.every((rule) => ruleHolds(rule, event));
}

/** Whether one of the event's subjects is one of the scopes or lies below it. */
export function inScope(automation: PlannedAutomation, event: MatchableEvent): boolean {
  const { scopes } = automation;
  return scopes === undefined || event.subjects.some((subject) => scopes.some((scope) => isWithin(subject, scope)));
}

/** Whether the conditions hold, whatever the automation's scope and whether it is enabled. */
export function conditionsHold(automation: PlannedAutomation, event: MatchableEvent): boolean {
  return automation.sources.some(
    (source) =>
      source.eventSource === event.source &&
      (source.ruleSets.length === 0 || source.ruleSets.some((ruleSet) => ruleSetHolds(ruleSet, event))),
  );
}

/** Whether the event fires the automation. */
export function fires(automation: PlannedAutomation, event: MatchableEvent): boolean {
  return automation.enabled && inScope(automation, event) && conditionsHold(automation, event);
}

/** A matcher that evaluates everything; the reference for the indexed one. */
export class NaiveMatcher implements Matcher {
  readonly #automations = new Map<string, PlannedAutomation>();

  get size(): number {
    return this.#automations.size;
  }

  put(automation: PlannedAutomation): void {
    this.#automations.set(automation.id, automation);
  }

  remove(id: string): void {
    this.#automations.delete(id);
  }

  match(event: MatchableEvent): readonly string[] {
    const matched: string[] = [];
    for (const automation of this.#automations.values()) {
      if (fires(automation, event)) matched.push(automation.id);
    }
    return matched;
  }
}
