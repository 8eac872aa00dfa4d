/**
 * When to try again, and after how long: pure arithmetic.
 *
 * Owns: the rule of retry policies and of `Retry-After`. Does not own: counting attempts (`calls.ts`), refusing bad
 * policies (`#workflow`).
 * Source: engine reference 4.1 (retry policy).
 */
import { parseTimeText } from '#foundation';
import type { RetryPolicyPlan } from '#workflow';
import type { EffectOutcome } from './messages.ts';

const second = 1_000;
const day = 86_400_000;
/** The default policy's bounds; an explicit `exponential` has wider ones. */
const bounds = {
  Default: { minimum: 5 * second, maximum: 45 * second },
  Exponential: { minimum: 5 * second, maximum: day },
} as const;

/** True for outcomes that another attempt may change: 408, 429, 5xx, no answer. */
export function isRetryable(outcome: EffectOutcome, policy: RetryPolicyPlan): boolean {
  if (policy.type === 'None') return false;
  if (outcome.kind === 'failure') return outcome.retryable;
  const { statusCode } = outcome;
  if (policy.statusCodes !== undefined) return policy.statusCodes.has(statusCode);
  return statusCode === 408 || statusCode === 429 || statusCode >= 500;
}

/**
 * Milliseconds to wait before retry number `retry` (counting from 1).
 * @param fraction in [0, 1): where in its interval an exponential wait falls.
 */
export function retryDelay(policy: RetryPolicyPlan, retry: number, fraction: number): number {
  if (policy.type === 'Fixed' || policy.type === 'None') return policy.interval;
  const minimum = policy.minimumInterval ?? bounds[policy.type].minimum;
  const maximum = policy.maximumInterval ?? bounds[policy.type].maximum;
  const lower = retry === 1 ? minimum : Math.max(2 ** (retry - 2) * policy.interval, minimum);
  const upper = Math.min(2 ** (retry - 1) * policy.interval, maximum);
  return Math.round(Math.min(lower, Math.max(upper, minimum)) + fraction * Math.max(0, upper - lower));
}

/** What a `Retry-After` header asks for, in milliseconds: seconds or an HTTP date; undefined when it is neither. */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const text = headerOf(headers, 'retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * second, day);
  const time = parseTimeText(text);
  return time === undefined ? undefined : Math.min(Math.max(0, time - now), day);
}

/** A header's value, whatever the case of its name. */
export function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  if (Object.hasOwn(headers, name)) return headers[name];
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return found === undefined ? undefined : headers[found];
}
