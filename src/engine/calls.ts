/**
 * Calls to the outside: attempts, waits between them, polling of a 202, pages, the limit of time.
 *
 * Owns: the course of one call from its inputs to its outputs, shared by Http, ApiConnection and Workflow.
 * Does not own: inputs (`actions/*.ts`), the arithmetic of waits (`retry.ts`), performing calls (the effect runner).
 * Source: engine reference 3.5 (timeouts), 4.1 (retry policy, asynchronous pattern, pagination).
 *
 * Invariants
 * CA1. One call has at most one effect or one wait under way.
 * CA2. `limit.timeout` cuts waits, polls and pages at once; the first, synchronous attempts it lets finish, but not repeat.
 */
import { formatTime, isJsonArray, isJsonObject, type Json, memberOf } from '#foundation';
import type { RetryPolicyPlan } from '#workflow';
import { plainError, timedOutError } from './errors.ts';
import type { AnyActivation } from './kind.ts';
import type { EffectOutcome, EffectRequest } from './messages.ts';
import { headerOf, isRetryable, retryAfter, retryDelay } from './retry.ts';
import type { CallState } from './state.ts';
import { statusName } from './status-names.data.ts';

type Answer = Extract<EffectOutcome, { kind: 'response' }>;

/** What tells one kind of call from another. */
export interface CallRule {
  readonly retry: RetryPolicyPlan;
  /** Poll a 202 that has a `Location`. */
  readonly asynchronous: boolean;
  readonly minimumItemCount?: number | undefined;
  /** How polls and pages are asked for; undefined where there are none. */
  readonly pollAs?: 'Http' | 'ApiConnection';
  /** The whole call is asynchronous: `limit.timeout` cuts it at any moment. */
  readonly patient?: boolean;
  readonly request: (inputs: CallState['inputs']) => EffectRequest;
}

export function startCall(act: AnyActivation, rule: CallRule, inputs: Json): void {
  const { timeout } = act.plan;
  const call: CallState = {
    phase: 'calling',
    inputs: act.keep(inputs),
    attempt: 1,
    attemptTime: formatTime(act.now),
    clientRequestId: act.uuid(),
    polls: 0,
    ...(timeout === undefined ? {} : { timeout: act.arm(timeout, 'timeout') }),
  };
  act.cell.call = call;
  send(act, rule, call);
}

function send(act: AnyActivation, rule: CallRule, call: CallState): void {
  call.phase = 'calling';
  call.attemptTime = formatTime(act.now);
  const { attempt, clientRequestId, url } = call;
  if (url === undefined || rule.pollAs === undefined) {
    call.effect = act.effect(rule.request(call.inputs), { attempt, clientRequestId });
    return;
  }
  const suffix = call.pages === undefined ? `poll-${call.polls}` : `page-${call.pages.length + 1}`;
  const request: EffectRequest = { type: 'Poll', url, of: rule.pollAs, inputs: call.inputs };
  call.effect = act.effect(request, { attempt, clientRequestId, suffix });
}

/** A wait has passed: the next attempt, poll or page. */
export function callAwoken(act: AnyActivation, rule: CallRule): void {
  const { call } = act.cell;
  if (call === undefined || call.phase !== 'waiting') return;
  delete act.cell.timer;
  send(act, rule, call);
}

/** `limit.timeout` has passed (CA2). */
export function callTimedOut(act: AnyActivation, rule: CallRule): void {
  const { call } = act.cell;
  if (call === undefined) return;
  delete call.timeout;
  if (call.phase === 'calling' && call.url === undefined && rule.patient !== true) {
    call.overdue = true;
    return;
  }
  if (call.effect !== undefined) act.abortEffect(call.effect);
  endTimedOut(act);
}

export function endTimedOut(act: AnyActivation): void {
  act.end({ status: 'TimedOut', code: 'ActionTimedOut', error: timedOutError(act.plan.name) });
}

/** Writes the record of a call that is not the only one of its action, the last one included. */
export function noteCall(act: AnyActivation, call: CallState, outcome: EffectOutcome): void {
  const number = (call.requests ?? 0) + 1;
  call.requests = number;
  if (number > act.settings.requestRecords) return;
  const { attemptTime: startTime, clientRequestId, url } = call;
  act.noteRequest({ number, startTime, clientRequestId, url, outcome });
}

export function callAnswered(act: AnyActivation, rule: CallRule, outcome: EffectOutcome): void {
  const { call } = act.cell;
  if (call === undefined || call.phase !== 'calling') return;
  delete call.effect;
  if (outcome.kind === 'response' && outcome.sandbox !== undefined) act.cell.sandbox = outcome.sandbox;
  if (call.requests !== undefined) noteCall(act, call, outcome);
  if (tryAgain(act, rule.retry, call, outcome)) return;
  if (outcome.kind === 'failure') {
    act.end({ status: 'Failed', code: outcome.code, error: plainError(outcome.code, outcome.message) });
    return;
  }
  if (rule.asynchronous && outcome.statusCode === 202 && pollLater(act, call, outcome)) return;
  if (rule.minimumItemCount !== undefined && outcome.statusCode < 300) {
    readPage(act, rule, call, outcome, rule.minimumItemCount);
    return;
  }
  endWithAnswer(act, outcome);
}

// --- Attempts ---------------------------------------------------------------------------------------------------

/**
 * Arranges another attempt where the policy allows one; true when the call goes on or has ended by its limit of time.
 * Used for subscriptions too.
 */
export function tryAgain(
  act: AnyActivation,
  policy: RetryPolicyPlan,
  call: CallState,
  outcome: EffectOutcome,
): boolean {
  if (call.attempt > policy.count || !isRetryable(outcome, policy)) return false;
  if (call.overdue === true) {
    endTimedOut(act);
    return true;
  }
  noteAttempt(act, call, outcome);
  noteFirst(act, call, outcome);
  const asked = outcome.kind === 'response' ? retryAfter(outcome.headers, act.now) : undefined;
  const delay = asked ?? retryDelay(policy, call.attempt, act.fraction());
  call.attempt += 1;
  call.clientRequestId = act.uuid();
  wait(act, call, delay);
  act.showProgress();
  return true;
}

/** The first call turned out not to be the only one. */
function noteFirst(act: AnyActivation, call: CallState, outcome: EffectOutcome): void {
  if (call.requests === undefined) noteCall(act, call, outcome);
}

function wait(act: AnyActivation, call: CallState, delayMilliseconds: number): void {
  call.phase = 'waiting';
  act.cell.timer = act.arm(delayMilliseconds, 'wait');
}

/** One entry of the record's `retryHistory`. */
function noteAttempt(act: AnyActivation, call: CallState, outcome: EffectOutcome): void {
  const serviceRequestId = outcome.kind === 'response' ? headerOf(outcome.headers, 'x-ms-request-id') : undefined;
  act.cell.retryHistory ??= [];
  act.cell.retryHistory.push({
    startTime: call.attemptTime,
    endTime: formatTime(act.now),
    code: outcome.kind === 'response' ? statusName(outcome.statusCode) : outcome.code,
    clientRequestId: call.clientRequestId,
    ...(serviceRequestId === undefined ? {} : { serviceRequestId }),
    ...(outcome.kind === 'failure' ? { error: { code: outcome.code, message: outcome.message } } : {}),
  });
}

// --- Polling ----------------------------------------------------------------------------------------------------

/**
 * True when there is a place to poll: the one the answer names, or the one being polled. A first 202 that names none is the
 * result (engine reference 16.4).
 */
function pollLater(act: AnyActivation, call: CallState, answer: Answer): boolean {
  const location = headerOf(answer.headers, 'location') || call.url;
  if (location === undefined) return false;
  if (call.overdue === true) {
    endTimedOut(act);
    return true;
  }
  noteFirst(act, call, answer);
  call.url = resolveUrl(location, call.url ?? originalUrl(act, call));
  call.polls += 1;
  call.attempt = 1;
  call.clientRequestId = act.uuid();
  const asked = retryAfter(answer.headers, act.now) ?? act.settings.pollInterval;
  wait(act, call, Math.max(asked, act.settings.shortestPoll));
  return true;
}

function originalUrl(act: AnyActivation, call: CallState): string | undefined {
  const uri = memberOf(act.load(call.inputs), 'uri');
  return typeof uri === 'string' ? uri : undefined;
}

/** A relative location where the base is unknown (connections) stays relative: the runner knows the base. */
function resolveUrl(location: string, base: string | undefined): string {
  return URL.parse(location, base)?.href ?? location;
}

// --- Pages ------------------------------------------------------------------------------------------------------

function readPage(act: AnyActivation, rule: CallRule, call: CallState, answer: Answer, minimum: number): void {
  const body = answer.body === undefined ? null : act.load(answer.body);
  const items = memberOf(body, 'value');
  if (!isJsonArray(items)) {
    if (call.pages === undefined) endWithAnswer(act, answer);
    else act.fail('InvalidPageResponse', 'A page of the response is not an object with an array named value.');
    return;
  }
  call.pages ??= [];
  call.pages.push(act.keep(items));
  call.items = (call.items ?? 0) + items.length;
  const next = nextLink(body);
  const enough = call.items >= Math.min(minimum, act.settings.paginationItems);
  if (next === undefined || enough) {
    const value = call.pages.flatMap((page) => act.load(page) as readonly Json[]);
    end(act, answer, { value });
    return;
  }
  if (call.pages.length >= act.settings.pages) {
    const message = `The response has more than ${act.settings.pages} pages.`;
    act.fail('MaxRequestCountReached', message, 'MaxRequestCountReached');
    return;
  }
  if (call.overdue === true) {
    endTimedOut(act);
    return;
  }
  noteFirst(act, call, answer);
  call.url = resolveUrl(next, call.url ?? originalUrl(act, call));
  call.attempt = 1;
  call.clientRequestId = act.uuid();
  send(act, rule, call);
}

function nextLink(body: Json): string | undefined {
  if (!isJsonObject(body)) return undefined;
  const link = memberOf(body, 'nextLink') ?? memberOf(body, '@odata.nextLink');
  return typeof link === 'string' && link !== '' ? link : undefined;
}

// --- Results ----------------------------------------------------------------------------------------------------

/** Below 400 the action succeeded; from 400 on it failed, with its outputs and without an error object. */
function endWithAnswer(act: AnyActivation, answer: Answer): void {
  end(act, answer, answer.body === undefined ? undefined : act.load(answer.body));
}

function end(act: AnyActivation, answer: Answer, body: Json | undefined): void {
  const { statusCode, headers } = answer;
  act.end({
    status: statusCode < 400 ? 'Succeeded' : 'Failed',
    code: statusName(statusCode),
    outputs: { statusCode, headers, ...(body === undefined ? {} : { body }) },
  });
}
