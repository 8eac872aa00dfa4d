/**
 * The parsed and the planned form of an automation's conditions.
 *
 * Owns: the types that parse, check, plan and the matchers hand to one another, and the `Matcher` port.
 * Does not own: the automation resource around them (`#service`).
 *
 * Invariants
 * M1. A planned automation is immutable and holds no event data; one plan serves all events at once.
 * M2. Every `Matcher` gives the same answers; `test/suites/matcher.ts` holds all implementations to it.
 */
import type { JsonObject } from '#foundation';
import type { EventSource, Operator, PropertyType } from './contract.data.ts';
import type { PropertyPath } from './path.ts';
import type { RuleTest } from './test.ts';

/** A rule as written, enumerations in canonical spelling, other texts untouched. */
export interface ParsedRule {
  readonly propertyJPath: string;
  readonly propertyType: PropertyType;
  readonly expectedValue: string;
  readonly operator: Operator;
}

/** Rules that must all hold. */
export interface ParsedRuleSet {
  readonly rules: readonly ParsedRule[];
}

/** Rule sets of which one must hold; none at all means every event of the source. */
export interface ParsedSource {
  readonly eventSource: EventSource;
  readonly ruleSets: readonly ParsedRuleSet[];
}

export interface ParsedScope {
  readonly description?: string;
  readonly scopePath: string;
}

/** The part of an automation's `properties` that decides what it fires on. */
export interface ParsedConditions {
  /** Absent when not given. */
  readonly isEnabled?: boolean;
  readonly scopes: readonly ParsedScope[];
  readonly sources: readonly ParsedSource[];
}

/** What is wrong with a definition, and where: `sources[0].ruleSets[1].rules[0].operator`. */
export interface DefinitionFault {
  readonly target: string;
  readonly message: string;
}

export interface PlannedRule extends ParsedRule {
  readonly path: PropertyPath;
  readonly test: RuleTest;
}

export interface PlannedRuleSet {
  readonly rules: readonly PlannedRule[];
}

export interface PlannedSource {
  readonly eventSource: EventSource;
  /** Empty: every event of the source. */
  readonly ruleSets: readonly PlannedRuleSet[];
}

export interface PlannedAutomation {
  /** What `match` answers with; unique within a matcher. */
  readonly id: string;
  readonly enabled: boolean;
  /** Ids at or above the subjects it fires for; undefined means no restriction. */
  readonly scopes: readonly string[] | undefined;
  readonly sources: readonly PlannedSource[];
}

/** An event as the matchers see it. */
export interface MatchableEvent {
  /** With `Snapshot` at its end for snapshot events. */
  readonly source: EventSource;
  readonly body: JsonObject;
  /** Ids of what the event is about; scopes are compared with each. */
  readonly subjects: readonly string[];
}

export interface Matcher {
  readonly size: number;
  /** Adds the automation, or replaces the one of the same id. */
  put(automation: PlannedAutomation): void;
  /** Forgets the automation; unknown ids are ignored. */
  remove(id: string): void;
  /** Ids of the automations the event fires, each once, in no particular order. */
  match(event: MatchableEvent): readonly string[];
}
