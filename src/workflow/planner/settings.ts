/**
 * What may be set on any action or trigger: run-time configuration, options, limits, retry.
 *
 * Owns: reading them and their bounds. Source: engine reference 1.1, 1.2, 4.1 (retry policy).
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  textMember,
} from '#foundation';
import { parseIsoDuration } from '../duration.ts';
import type { RetryPolicyPlan, SecureData } from '../plan.ts';
import type { Planning } from './planning.ts';

/** A member of `runtimeConfiguration`, whose names are matched ignoring case: `runTimeConfiguration` occurs. */
export function configuration(source: JsonObject, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>(
    (value, name) => memberIgnoringCase(value, name),
    memberIgnoringCase(source, 'runtimeConfiguration'),
  );
}

/** `operationOptions`: one text, several values separated by comma; in lower case. */
export function operationOptions(source: JsonObject): ReadonlySet<string> {
  const text = textMember(source, 'operationOptions') ?? '';
  return new Set(
    text
      .split(',')
      .map((option) => option.trim().toLowerCase())
      .filter((option) => option !== ''),
  );
}

export function secureData(source: JsonObject): SecureData {
  const properties = configuration(source, 'secureData', 'properties');
  const names = isJsonArray(properties) ? properties : [];
  return { inputs: names.includes('inputs'), outputs: names.includes('outputs') };
}

/** Milliseconds of `limit.timeout`; undefined when absent. */
export function timeoutOf(planning: Planning, source: JsonObject, name: string, path: string): number | undefined {
  const given = memberOf(memberOf(source, 'limit'), 'timeout');
  if (given === undefined || given === null) return undefined;
  const milliseconds = typeof given === 'string' ? parseIsoDuration(given) : undefined;
  if (milliseconds === undefined) {
    const message = `The limit timeout of action '${name}' is not a valid ISO 8601 duration.`;
    planning.refuse('WorkflowRunActionTimeoutLimitInvalid', message, `${path}.limit.timeout`);
  }
  return milliseconds;
}

const defaultRetry: RetryPolicyPlan = {
  type: 'Default',
  count: 4,
  interval: 7_500,
  minimumInterval: 5_000,
  maximumInterval: 45_000,
};

const retryTypes = { default: 'Default', none: 'None', fixed: 'Fixed', exponential: 'Exponential' } as const;

/** The retry policy of a call; the default one when there is none. */
export function retryPolicy(planning: Planning, inputs: Json | undefined, name: string, path: string): RetryPolicyPlan {
  const policy = memberIgnoringCase(inputs, 'retryPolicy');
  if (policy === undefined || policy === null) return defaultRetry;
  const at = `${path}.inputs.retryPolicy`;
  const refuse = (what: string): RetryPolicyPlan => {
    planning.refuse('InvalidRetryPolicy', `The retry policy of action '${name}' is not valid: ${what}.`, at);
    return defaultRetry;
  };
  if (!isJsonObject(policy)) return refuse('it must be an object');
  const typeText = (textMember(policy, 'type') ?? 'default').toLowerCase();
  const type = Object.hasOwn(retryTypes, typeText) ? retryTypes[typeText as keyof typeof retryTypes] : undefined;
  if (type === undefined) return refuse(`the type '${typeText}' is not one of none, fixed, exponential, default`);
  if (type === 'Default') return defaultRetry;
  if (type === 'None') return { type, count: 0, interval: 0 };
  return boundedPolicy(planning, policy, type, refuse);
}

function boundedPolicy(
  planning: Planning,
  policy: JsonObject,
  type: 'Fixed' | 'Exponential',
  refuse: (what: string) => RetryPolicyPlan,
): RetryPolicyPlan {
  const { retryCount, retryInterval } = planning.limits;
  const count = Number(memberIgnoringCase(policy, 'count'));
  if (!Number.isInteger(count) || count < 1 || count > retryCount) {
    return refuse(`'count' must be a whole number from 1 to ${retryCount}`);
  }
  const interval = parseIsoDuration(textMember(policy, 'interval') ?? '');
  if (interval === undefined || interval < retryInterval.minimum || interval > retryInterval.maximum) {
    return refuse("'interval' must be a duration from PT5S to P1D");
  }
  const minimum = optionalDuration(policy, 'minimumInterval');
  const maximum = optionalDuration(policy, 'maximumInterval');
  if (minimum === 'invalid' || maximum === 'invalid') return refuse('an interval is not an ISO 8601 duration');
  const codes = memberIgnoringCase(policy, 'httpStatusCodes');
  return {
    type,
    count,
    interval,
    ...(minimum === undefined ? {} : { minimumInterval: minimum }),
    ...(maximum === undefined ? {} : { maximumInterval: maximum }),
    ...(isJsonArray(codes) ? { statusCodes: new Set(codes.map(Number)) } : {}),
  };
}

function optionalDuration(policy: JsonObject, name: string): number | undefined | 'invalid' {
  const text = textMember(policy, name);
  return text === undefined ? undefined : (parseIsoDuration(text) ?? 'invalid');
}
