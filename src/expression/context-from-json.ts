/**
 * An evaluation context over one JSON document: the command line's `eval`, tests, the designer's sample data.
 *
 * Owns: the document's keys. Does not own: the engine's context over a run.
 *
 * Invariants
 * CJ1. Names are found exactly, else ignoring case.
 *
 * Source: own API reference, "eval and match".
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  type Random,
  raise,
  SeededRandom,
} from '#foundation';
import type { EvaluationContext } from './context.ts';

/** Characters one function may produce. Source: engine reference 1.2. */
export const defaultTextLimit = 131_072;

export interface JsonContextOptions {
  /** Ticks for `now` when the document has none; the default is 2026-01-01T00:00:00Z. */
  readonly now?: () => bigint;
  readonly random?: Random;
  readonly textLimit?: number;
}

const ticksAtUnixEpoch = 621_355_968_000_000_000n;
const ticksPerMillisecond = 10_000n;

/** 100-ns ticks since 0001-01-01 of a time in milliseconds since the Unix epoch. */
export function ticksOfMilliseconds(milliseconds: number): bigint {
  return ticksAtUnixEpoch + BigInt(Math.trunc(milliseconds)) * ticksPerMillisecond;
}

/**
 * A context over `{parameters, variables, trigger, triggerBody, actions, outputs, action, item, items, iterationIndexes,
 * results, workflow, callbackUrl, settings, now}`; all keys are optional. `outputs` maps an action's name to its outputs, `actions`
 * to its record; `now` is an RFC 3339 timestamp.
 * @throws TocsinError `InvalidParameter` when `now` is something else.
 */
export function contextFromJson(json: Json, options: JsonContextOptions = {}): EvaluationContext {
  const document = isJsonObject(json) ? json : {};
  const trigger = triggerRecord(document);
  const now = clockOf(memberOf(document, 'now'), options.now);
  const named = (key: string, name: string): Json | undefined => memberIgnoringCase(memberOf(document, key), name);
  const object = (key: string): JsonObject | undefined => objectOrNothing(memberOf(document, key));
  return {
    parameter: (name) => named('parameters', name),
    variable: (name) => named('variables', name),
    trigger: () => trigger,
    action: (name) => actionRecord(name, named('actions', name), named('outputs', name)),
    currentAction: () => object('action'),
    item: () => memberOf(document, 'item'),
    loopItem: (name) => named('items', name),
    loopIndex: (name) => numberOrNothing(named('iterationIndexes', name)),
    scopeResults: (name) => arrayOrNothing(named('results', name)),
    workflow: () => object('workflow'),
    callbackUrl: () => textOrNothing(memberOf(document, 'callbackUrl')),
    setting: (name) => textOrNothing(named('settings', name)),
    now,
    random: options.random ?? new SeededRandom(0),
    textLimit: options.textLimit ?? defaultTextLimit,
  };
}

function objectOrNothing(json: Json | undefined): JsonObject | undefined {
  return isJsonObject(json) ? json : undefined;
}

function arrayOrNothing(json: Json | undefined): readonly Json[] | undefined {
  return isJsonArray(json) ? json : undefined;
}

function numberOrNothing(json: Json | undefined): number | undefined {
  return typeof json === 'number' ? json : undefined;
}

function textOrNothing(json: Json | undefined): string | undefined {
  return typeof json === 'string' ? json : undefined;
}

/** `triggerBody` is a short way to write `trigger.outputs.body`. */
function triggerRecord(document: JsonObject): JsonObject | undefined {
  const record = objectOrNothing(memberOf(document, 'trigger'));
  const body = memberOf(document, 'triggerBody');
  if (body === undefined) return record;
  const outputs = objectOrNothing(memberOf(record, 'outputs'));
  return { ...record, outputs: { ...outputs, body } };
}

function actionRecord(name: string, record: Json | undefined, outputs: Json | undefined): JsonObject | undefined {
  const known = objectOrNothing(record);
  if (outputs === undefined) return known;
  return { name, ...known, outputs };
}

function clockOf(now: Json | undefined, fallback: (() => bigint) | undefined): () => bigint {
  if (now === undefined) return fallback ?? (() => ticksOfMilliseconds(Date.UTC(2026, 0, 1)));
  const fixed = typeof now === 'string' ? ticksOfText(now) : undefined;
  if (fixed === undefined) raise('InvalidParameter', "The context's 'now' must be an RFC 3339 timestamp.");
  return () => fixed;
}

/** RFC 3339 with up to seven digits of a second. */
function ticksOfText(text: string): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) return undefined;
  const [, date, time = '00:00:00', fraction = '', zone = 'Z'] = match;
  const milliseconds = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(milliseconds) ? undefined : ticksOfMilliseconds(milliseconds) + BigInt(fraction.padEnd(7, '0'));
}
