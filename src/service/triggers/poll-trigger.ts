/**
 * Polling triggers: Http, ApiConnection, ApiManagement.
 *
 * Owns: one poll from its inputs to what it starts and what is remembered of it.
 * Does not own: where the call goes (`poll-target.ts`, `run-effects.ts`), the arithmetic of retries (`#engine`).
 * Source: engine reference 2.1, 2.8, 2.10, 2.12, 4.1 (retry policy).
 *
 * Invariants
 * PT1. Every poll is one history entry; attempts that are tried again are in its `retryHistory`.
 * PT2. Cursor, next due time and the runs of an answer are one commit: an answer fires once, as far as the store can say. A
 *      poll cut off by a crash is repeated with the same idempotency key.
 * PT3. An answer that comes when the workflow has been changed or disabled counts for nothing.
 */
import { type EffectOutcome, headerOf, isRetryable, retryAfter, retryDelay, statusName } from '#engine';
import { formatTime, isFault, type Json, type JsonObject, type RunOrigin, type Write } from '#foundation';
import { nextOccurrence, type RetryPolicyPlan } from '#workflow';
import { prepareTrigger, recordWithoutRun, type TriggerFiring } from '../fire-trigger.ts';
import type { PreparedTrigger } from '../prepared-trigger.ts';
import { isFull } from '../trigger-queue.ts';
import { armedTimeOf, findWorkflow } from '../workflow-resource.ts';
import { cursorFrom, pollInputs, pollRequest } from './poll-target.ts';
import type { Performed, TimedKind, TriggerParts } from './timed-kind.ts';
import { shownAt } from './timeline.ts';
import { callOwner, evaluatedInputs, recordedInputs } from './trigger-call.ts';
import { type ArmedTrigger, stateWrite, triggerKey, type TriggerState } from './trigger-state.ts';

/** Who asks for a poll: the clock, a notification, or a person who gets one attempt and what it says at once. */
export type PollReason = 'due' | 'notified' | 'manual';

export const pollTrigger: TimedKind = {
  due({ trigger: { recurrence }, state: { savedAt, lastRun, due } }) {
    if (due !== undefined || recurrence === undefined) return due;
    return nextOccurrence(recurrence, lastRun ?? savedAt - 1, savedAt, lastRun);
  },
  perform: (parts, armed) => poll(parts, armed, 'due'),
};

type Answer = Extract<EffectOutcome, { kind: 'response' }>;

/** One attempt of one poll, with everything that decides what becomes of it. */
interface Attempt {
  readonly parts: TriggerParts;
  readonly armed: ArmedTrigger;
  readonly reason: PollReason;
  readonly firing: TriggerFiring;
  /** What was asked, for answers that name the next place relative to it. */
  readonly inputs: Json;
  /** On the trigger's clock. */
  readonly began: number;
  readonly number: number;
  /** When this attempt began, RFC 3339. */
  readonly time: string;
}

/** Performs a poll and commits what comes of it. */
export async function poll(
  parts: TriggerParts,
  armed: ArmedTrigger,
  reason: PollReason,
  startedBy: RunOrigin = { kind: 'Connector' },
): Promise<Performed> {
  const { services, calls } = parts;
  const { workflow, plan, trigger, state } = armed;
  const historyName = state.historyName ?? services.runNames.run();
  const startTime = formatTime(services.clock.now());
  const firing: TriggerFiring = {
    workflow,
    triggerName: trigger.name,
    startedBy,
    historyName,
    startTime: state.startTime ?? startTime,
    retryHistory: state.retryHistory ?? [],
  };
  const evaluated = evaluatedInputs(services, armed);
  const inputs = isFault(evaluated) ? evaluated : pollInputs(services, trigger, evaluated, state.cursor);
  const attempt: Attempt = {
    parts,
    armed,
    reason,
    firing,
    inputs: null,
    began: shownAt(state.timeline, services.clock.now()),
    number: state.attempt ?? 1,
    time: startTime,
  };
  if (isFault(inputs)) return ended(attempt, failure(attempt, inputs.code, inputs.message));
  if (isFull(services, workflow, trigger)) return ended(attempt, prepareTrigger(services, firing));
  const outcome = await calls.perform(triggerKey(workflow, trigger.name), {
    owner: callOwner(workflow, trigger.name, historyName),
    request: pollRequest(trigger, inputs),
    idempotencyKey: `${workflow.body.opaqueId}/${trigger.name}/${state.armedTime}/${state.polls ?? 0}`,
    attempt: attempt.number,
  });
  if (!isCurrent(parts, armed) || isAborted(outcome)) return {};
  const recorded = { ...firing, inputs: recordedInputs(plan, inputs) };
  return judge({ ...attempt, inputs, firing: recorded }, outcome);
}

/** Whether the workflow still is what the poll was begun for (PT3). */
function isCurrent({ services }: TriggerParts, { workflow, state }: ArmedTrigger): boolean {
  const now = findWorkflow(services, workflow.id);
  if (now === undefined || now.body.state !== 'Enabled') return false;
  return now.body.opaqueId === state.opaqueId && armedTimeOf(now) === state.armedTime;
}

/** Cut short by a change of the workflow or the end of the server. */
function isAborted(outcome: EffectOutcome): boolean {
  return outcome.kind === 'failure' && outcome.code === 'ActionAborted';
}

function judge(attempt: Attempt, outcome: EffectOutcome): Promise<Performed> {
  const { reason, number } = attempt;
  const policy = attempt.armed.trigger.retry;
  if (reason !== 'manual' && policy !== undefined && number <= policy.count && isRetryable(outcome, policy)) {
    const delay = delayBefore(attempt, policy, outcome);
    if (delay !== undefined) return tryLater(attempt, delay, outcome);
  }
  if (outcome.kind === 'failure') return ended(attempt, failure(attempt, outcome.code, outcome.message));
  return ended(attempt, prepareAnswer(attempt, outcome), outcome);
}

// --- What an answer starts --------------------------------------------------------------------------------------

function failure({ parts, firing }: Attempt, code: string, message: string): PreparedTrigger {
  return recordWithoutRun(parts.services, firing, { status: 'Failed', code, error: { code, message } });
}

function prepareAnswer({ parts: { services }, armed: { trigger }, firing, reason }: Attempt, answer: Answer) {
  const { statusCode, headers, body, sandbox } = answer;
  const code = statusName(statusCode);
  const outputs: JsonObject = {
    statusCode,
    headers,
    ...(body !== undefined && 'value' in body ? { body: body.value } : {}),
  };
  const answered = { ...firing, code, outputs };
  // The sandbox made the answer up: only somebody who asks for it gets runs from it.
  if (sandbox !== undefined && reason === 'due') return recordWithoutRun(services, answered, { status: 'Succeeded' });
  if (statusCode === 200 || trigger.watchesStatus === true) {
    const prepared = prepareTrigger(services, answered);
    if (statusCode < 400 || prepared.outcome !== 'skipped' || prepared.fault !== undefined) return prepared;
  }
  if (statusCode >= 400) return recordWithoutRun(services, answered, { status: 'Failed' });
  return recordWithoutRun(services, { ...answered, outputs: { statusCode } }, { status: 'Skipped' });
}

// --- What is remembered -----------------------------------------------------------------------------------------

/** The poll is over: history, runs and the state of the next poll in one commit (PT2). */
async function ended(attempt: Attempt, prepared: PreparedTrigger, answer?: Answer): Promise<Performed> {
  const { parts, armed } = attempt;
  await commit(parts, armed, prepared, nextState(attempt, answer));
  return { prepared };
}

function nextState(attempt: Attempt, answer: Answer | undefined): TriggerState {
  const { armed, inputs, began, parts } = attempt;
  const { due: _, attempt: __, startTime: ___, retryHistory: ____, historyName: _____, ...state } = armed.state;
  const location = answer === undefined || answer.statusCode >= 400 ? '' : headerOf(answer.headers, 'location');
  const every = everyOf(attempt, answer);
  const due = nextDue(attempt, answer, every, shownAt(state.timeline, parts.services.clock.now()));
  return {
    ...state,
    lastRun: began,
    polls: (state.polls ?? 0) + 1,
    ...(location === undefined || location === '' ? {} : { cursor: cursorFrom(inputs, location) }),
    ...(every === undefined ? {} : { every }),
    ...(due === undefined ? {} : { due }),
  };
}

/** A notification whose fetch found nothing yet and was told when to ask again is one that is polled for, from then on. */
function everyOf({ armed: { trigger, state }, parts }: Attempt, answer: Answer | undefined): number | undefined {
  if (trigger.type !== 'ApiConnectionNotification') return undefined;
  const asked = answer?.statusCode === 202 ? retryAfter(answer.headers, parts.services.clock.now()) : undefined;
  return asked ?? state.every;
}

/** The recurrence, unless the answer asks for another time: instead of it after a 200, if later after a 202. */
function nextDue(
  { armed, began, parts }: Attempt,
  answer: Answer | undefined,
  every: number | undefined,
  now: number,
): number | undefined {
  const { recurrence } = armed.trigger;
  const regular =
    recurrence === undefined
      ? every === undefined
        ? undefined
        : now + every
      : nextOccurrence(recurrence, Math.max(now, began), armed.state.savedAt, began);
  const asked = answer === undefined ? undefined : retryAfter(answer.headers, parts.services.clock.now());
  if (asked === undefined || answer === undefined) return regular;
  const isNotification = armed.trigger.type === 'ApiConnectionNotification';
  if (regular === undefined && !isNotification) return undefined;
  if (answer.statusCode === 200 || (isNotification && answer.statusCode === 202)) return now + asked;
  return answer.statusCode === 202 ? Math.max(regular ?? 0, now + asked) : regular;
}

/** Engine milliseconds until the next attempt; undefined when `limit.timeout` does not allow one. */
function delayBefore({ parts, armed, firing, number }: Attempt, policy: RetryPolicyPlan, outcome: EffectOutcome) {
  const { clock, random } = parts.services;
  const asked = outcome.kind === 'response' ? retryAfter(outcome.headers, clock.now()) : undefined;
  const delay = asked ?? retryDelay(policy, number, random.fraction());
  const passed = (clock.now() - Date.parse(firing.startTime ?? '')) * clock.scale;
  return passed + delay > (armed.trigger.timeout ?? Number.POSITIVE_INFINITY) ? undefined : delay;
}

async function tryLater(attempt: Attempt, delay: number, outcome: EffectOutcome): Promise<Performed> {
  const { parts, armed, firing, number, time } = attempt;
  const { services } = parts;
  const now = services.clock.now();
  const note: JsonObject = {
    startTime: time,
    endTime: formatTime(now),
    code: outcome.kind === 'response' ? statusName(outcome.statusCode) : outcome.code,
    ...(outcome.kind === 'failure' ? { error: { code: outcome.code, message: outcome.message } } : {}),
  };
  await commit(parts, armed, undefined, {
    ...armed.state,
    due: shownAt(armed.state.timeline, now) + delay,
    attempt: number + 1,
    retryHistory: [...(firing.retryHistory ?? []), note],
    ...(firing.startTime === undefined ? {} : { startTime: firing.startTime }),
  });
  return {};
}

async function commit(
  { services }: TriggerParts,
  armed: ArmedTrigger,
  prepared: PreparedTrigger | undefined,
  state: TriggerState,
): Promise<void> {
  const writes: Write[] = [...(prepared?.writes ?? []), stateWrite(services, armed, state)];
  await services.host.startMany(prepared?.runs ?? [], writes);
}
