/**
 * One scenario of a run as data, and what it expects.
 *
 * Owns: the scenario's form and the comparison. Does not own: running it (`run-scenario.ts`).
 *
 * Expectations are partial: every member that is expected must be there and fit, others may be there too. Lists must have
 * the same length. `{"$absent": true}` expects a member to be missing, `{"$any": true}` to be there with any value,
 * `{"$first": […]}` a list that begins so, `{"$matches": "…"}` a text that fits the regular expression, `{"$from", "$to"}` a time
 * or a number between (milliseconds).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonEquals, memberOf, textMember } from '#foundation';
import type { Endpoint } from './endpoint.ts';
import type { Story } from './story.ts';

/** Something that happens from outside, `at` seconds after the start. */
export interface OutsideEvent {
  readonly at: number;
  readonly callback?: string;
  readonly content?: Json;
  readonly cancel?: true;
  readonly callerGone?: true;
}

export interface Scenario {
  /** A sentence: the rule. */
  readonly name: string;
  readonly definition: JsonObject;
  /** Why no client can act this out against a server: the scenario then runs in virtual time only. */
  readonly onlyInMemory?: string;
  /** Why virtual time in memory cannot show this. */
  readonly onlyOverHttp?: string;
  /** As at resource level: `{ name: { value } }`. */
  readonly parameters?: JsonObject;
  /** Outputs of the trigger: `{ headers?, body? }`. */
  readonly trigger?: JsonObject;
  /** Somebody waits for a Response; `patient` for another workflow. */
  readonly caller?: true | 'patient';
  readonly endpoints?: readonly Endpoint[];
  readonly events?: readonly OutsideEvent[];
  readonly expect: {
    readonly run: JsonObject;
    /** By action name; contents are shown as their values. */
    readonly actions?: JsonObject;
    readonly repetitions?: JsonObject;
    readonly scopeRepetitions?: JsonObject;
    readonly response?: JsonObject;
    /** In the order they were made; `at` is seconds after the start. */
    readonly calls?: readonly Json[];
    readonly callCount?: number;
    /** What receivers got, over HTTP only: `{ method, uri, headers, body }` with the body as text, header names in lower case. */
    readonly received?: readonly Json[];
    /** From the run's start to its end. */
    readonly elapsedSeconds?: number;
  };
}

export interface ScenarioFile {
  readonly source: string;
  readonly scenarios?: readonly Scenario[];
  readonly stories?: readonly Story[];
}

/** Where `actual` does not fit `expected`; empty when it fits. */
export function differences(expected: Json, actual: Json | undefined, path: string): readonly string[] {
  if (memberOf(expected, '$any') === true) return actual === undefined ? [`${path} is missing`] : [];
  if (memberOf(expected, '$absent') === true) {
    return actual === undefined ? [] : [`${path} is ${JSON.stringify(actual)}, should be absent`];
  }
  const special = specialDifferences(expected, actual, path);
  if (special !== undefined) return special;
  if (isJsonArray(expected)) {
    if (!isJsonArray(actual)) return [`${path} is ${JSON.stringify(actual)}, should be a list`];
    if (actual.length !== expected.length) {
      return [`${path} has ${actual.length} items, should have ${expected.length}: ${JSON.stringify(actual)}`];
    }
    return expected.flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`));
  }
  if (isJsonObject(expected)) {
    if (!isJsonObject(actual)) return [`${path} is ${JSON.stringify(actual)}, should be an object`];
    return Object.entries(expected).flatMap(([name, member]) =>
      differences(member, memberOf(actual, name), `${path}.${name}`),
    );
  }
  if (actual !== undefined && jsonEquals(expected, actual)) return [];
  return [`${path} is ${JSON.stringify(actual)}, should be ${JSON.stringify(expected)}`];
}

/** For expectations that are no plain value; undefined for the others. */
function specialDifferences(expected: Json, actual: Json | undefined, path: string): readonly string[] | undefined {
  const first = memberOf(expected, '$first');
  if (isJsonArray(first)) {
    if (!isJsonArray(actual) || actual.length < first.length) {
      return [`${path} is ${JSON.stringify(actual)}, should be a list of at least ${first.length}`];
    }
    return first.flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`));
  }
  const pattern = textMember(expected, '$matches');
  if (pattern !== undefined) {
    if (typeof actual === 'string' && new RegExp(pattern).test(actual)) return [];
    return [`${path} is ${JSON.stringify(actual)}, should match ${pattern}`];
  }
  const from = memberOf(expected, '$from');
  const to = memberOf(expected, '$to');
  if (typeof from !== 'number' || typeof to !== 'number') return undefined;
  const value = typeof actual === 'string' ? Date.parse(actual) : actual;
  if (typeof value === 'number' && value >= from && value <= to) return [];
  const bound = (milliseconds: number): string => new Date(milliseconds).toISOString();
  return [`${path} is ${JSON.stringify(actual)}, should be between ${bound(from)} and ${bound(to)}`];
}
