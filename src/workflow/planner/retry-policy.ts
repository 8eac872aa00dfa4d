/**
 * Retry policies of outbound calls.
 *
 * Owns: reading them, their defaults and bounds. Does not own: waiting and trying again (`#engine`).
 * Source: engine reference 1.2, 4.1.
 */
import { isJsonArray, isJsonObject, type Json } from '#foundation';
import { parseIsoDuration } from '../duration.ts';
import type { RetryPolicyPlan } from '../plan.ts';
import { Members, wholeNumber } from './members.ts';
import type { Steps } from './paths.ts';
import { nameOf } from './planning.ts';
import type { Operation } from './settings.ts';

const defaultPolicy: RetryPolicyPlan = {
  type: 'Default',
  count: 4,
  interval: 7_500,
  minimumInterval: 5_000,
  maximumInterval: 45_000,
};

const types: Readonly<Record<string, RetryPolicyPlan['type']>> = {
  default: 'Default',
  none: 'None',
  fixed: 'Fixed',
  exponential: 'Exponential',
};

const known = new Set(['type', 'count', 'interval', 'minimuminterval', 'maximuminterval', 'httpstatuscodes']);

/** The policy given, or the default one; `at` is where it stands. */
export function planRetryPolicy(operation: Operation, given: Json | undefined, at: Steps): RetryPolicyPlan {
  if (given === undefined || given === null) return defaultPolicy;
  const { planning, owner } = operation;
  const policy = planning.setting(given, { owner, what: 'retryPolicy', steps: at });
  if (policy === undefined) return defaultPolicy;
  const refuse = (what: string): RetryPolicyPlan => {
    planning.refuse('InvalidRetryPolicy', `The retry policy of ${nameOf(owner)} is not valid: ${what}.`, at);
    return defaultPolicy;
  };
  if (!isJsonObject(policy)) return refuse('it must be an object');
  const members = Members.of(policy);
  const unknown = members.names.find((name) => !known.has(name));
  if (unknown !== undefined) return refuse(`it has the unknown property '${unknown}'`);
  const typeText = (members.text('type') ?? 'default').toLowerCase();
  const type = Object.hasOwn(types, typeText) ? types[typeText] : undefined;
  if (type === undefined) return refuse(`the type '${typeText}' is not one of none, fixed, exponential, default`);
  if (type === 'Default') return defaultPolicy;
  if (type === 'None') return { type, count: 0, interval: 0 };
  return boundedPolicy(operation, members, type, refuse);
}

function boundedPolicy(
  { planning }: Operation,
  members: Members,
  type: 'Fixed' | 'Exponential',
  refuse: (what: string) => RetryPolicyPlan,
): RetryPolicyPlan {
  const { retryCount, retryInterval } = planning.limits;
  const count = wholeNumber(members.get('count'));
  if (count === undefined || count < 1 || count > retryCount) {
    return refuse(`'count' must be a whole number from 1 to ${retryCount}`);
  }
  const interval = duration(members, 'interval');
  if (interval === undefined || interval < retryInterval.minimum || interval > retryInterval.maximum) {
    const { minimum, maximum } = retryInterval;
    return refuse(`'interval' must be a duration from ${minimum / 1000} to ${maximum / 1000} seconds`);
  }
  const minimum = duration(members, 'minimumInterval');
  const maximum = duration(members, 'maximumInterval');
  const broken = ['minimumInterval', 'maximumInterval'].find(
    (name) => members.has(name) && duration(members, name) === undefined,
  );
  if (broken !== undefined) return refuse(`'${broken}' is not an ISO 8601 duration`);
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    return refuse("'minimumInterval' is longer than 'maximumInterval'");
  }
  const codes = members.get('httpStatusCodes');
  const numbers = isJsonArray(codes) ? codes.map(wholeNumber) : [];
  if ((codes !== undefined && !isJsonArray(codes)) || numbers.includes(undefined)) {
    return refuse("'httpStatusCodes' must be an array of whole numbers");
  }
  return {
    type,
    count,
    interval,
    ...(minimum === undefined ? {} : { minimumInterval: minimum }),
    ...(maximum === undefined ? {} : { maximumInterval: maximum }),
    ...(codes === undefined ? {} : { statusCodes: new Set(numbers.filter((code) => code !== undefined)) }),
  };
}

function duration(members: Members, name: string): number | undefined {
  const text = members.text(name);
  return text === undefined ? undefined : parseIsoDuration(text);
}
