/**
 * One scenario of a run as data, and what it expects.
 *
 * Owns: the scenario's form and the comparison. Does not own: running it (`run-scenario.ts`).
 *
 * Expectations are partial: every member that is expected must be there and fit, others may be there too. Lists must have
 * the same length. `{"$absent": true}` expects a member to be missing, `{"$any": true}` to be there with any value.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonEquals, memberOf } from '#foundation';

export type ScriptedAnswer =
  | {
      readonly statusCode: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Json;
    }
  | { readonly failure: string; readonly retryable?: boolean };

/** Who answers calls to `uri` (connections: the path; workflows: the id): one answer after the other, the last for ever. */
export interface Endpoint {
  readonly uri: string;
  readonly method?: string;
  readonly answers: readonly ScriptedAnswer[];
}

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
  readonly scenarios: readonly Scenario[];
}

/** Where `actual` does not fit `expected`; empty when it fits. */
export function differences(expected: Json, actual: Json | undefined, path: string): readonly string[] {
  if (memberOf(expected, '$any') === true) return actual === undefined ? [`${path} is missing`] : [];
  if (memberOf(expected, '$absent') === true) {
    return actual === undefined ? [] : [`${path} is ${JSON.stringify(actual)}, should be absent`];
  }
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
