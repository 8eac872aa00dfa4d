/**
 * One workflow that makes the engine give every kind of command, and the world around it.
 *
 * Commands, and where they come from: `effect` (every call), `timer` (Wait, retry, limits), `cancelTimer` (Approve's limit
 * when its callback comes), `openCallback` and `closeCallback` (Approve), `respond` (Response), `continue` (a small
 * `recordsPerStep`), `abort` (Hang, when Stop terminates the run), `finish`. Contents beyond the threshold are blobs.
 */
import {
  type Command,
  defaultSettings,
  type EffectOutcome,
  type EffectRunner,
  type EngineSettings,
  type NewRun,
  type PlanSource,
  runKey,
} from '#engine';
import { formatTime, type Json, type JsonObject, VirtualClock } from '#foundation';
import { planFor } from '../engine/plan-for.ts';
import type { RunHostWorld } from '../suites/run-host.ts';

const post = (uri: string, body: JsonObject | string = { n: 1 }, more: JsonObject = {}): JsonObject => ({
  type: 'Http',
  inputs: { method: 'POST', uri, body },
  ...more,
});
const after = (...names: string[]): JsonObject => ({
  runAfter: Object.fromEntries(names.map((name) => [name, ['Succeeded']])),
});
const wait = (count: number, unit: string): JsonObject => ({ type: 'Wait', inputs: { interval: { count, unit } } });

const actions: JsonObject = {
  Big: { type: 'Compose', inputs: '@string(range(0, 6000))' },
  First: post('https://first.test/', "@outputs('Big')", after('Big')),
  Flaky: {
    ...post('https://flaky.test/', { n: 1 }, after('First')),
    inputs: {
      method: 'POST',
      uri: 'https://flaky.test/',
      retryPolicy: { type: 'fixed', count: 3, interval: 'PT10S' },
    },
  },
  Response: {
    type: 'Response',
    kind: 'Http',
    inputs: { statusCode: 201, body: "@body('First')" },
    ...after('Flaky'),
  },
  Pause: { ...wait(1, 'Minute'), runAfter: { Response: ['Succeeded', 'Skipped'] } },
  Each: {
    type: 'Foreach',
    foreach: "@createArray('a', 'b', 'c', 'd')",
    runtimeConfiguration: { concurrency: { repetitions: 2 } },
    actions: {
      Send: post('https://first.test/', '@item()'),
      Keep: { type: 'Compose', inputs: "@concat(item(), '!')", ...after('Send') },
      Note: { type: 'Compose', inputs: "@outputs('Keep')", ...after('Keep') },
    },
    ...after('Pause'),
  },
  Approve: {
    type: 'HttpWebhook',
    inputs: {
      subscribe: { method: 'POST', uri: 'https://hook.test/subscribe', body: { url: '@{listCallbackUrl()}' } },
      unsubscribe: { method: 'POST', uri: 'https://hook.test/unsubscribe' },
    },
    limit: { timeout: 'PT1H' },
    ...after('Each'),
  },
  Decision: { type: 'Compose', inputs: "@body('Approve')", ...after('Approve') },
  Hang: post('https://hang.test/', { n: 1 }, after('Decision')),
  Rest: { ...wait(5, 'Second'), ...after('Decision') },
  Stop: { type: 'Terminate', inputs: { runStatus: 'Succeeded' }, ...after('Rest') },
};

const workflowId =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-crash/providers/Microsoft.Logic/workflows/Crash';

export const runName = '08584000000000000000000000000CU00';
export const crashRunKey = runKey(workflowId, runName);

type Effect = Extract<Command, { readonly kind: 'effect' }>;

/** Answers at once, but for the action `Hang`, which is answered when it is aborted. */
export class CrashEffects implements EffectRunner {
  readonly calls: Effect[] = [];
  hanging = 0;

  async run(effect: Effect, _run: unknown, signal: AbortSignal): Promise<EffectOutcome> {
    this.calls.push(effect);
    const { action } = effect.path;
    if (action !== 'Hang') return answerTo(action, effect.attempt);
    this.hanging += 1;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    this.hanging -= 1;
    return { kind: 'failure', code: 'Aborted', message: 'aborted', retryable: false };
  }
}

/** By attempt, not by count of calls: an attempt in flight at a crash is made twice. */
function answerTo(action: string, attempt: number): EffectOutcome {
  const statusCode = action === 'Flaky' && attempt < 3 ? 503 : 200;
  const body: Json = action === 'First' || action === 'Send' ? { text: 'x'.repeat(30_000) } : { done: true };
  return { kind: 'response', statusCode, headers: {}, body: { value: body } };
}

export class EveryCommandWorld implements RunHostWorld {
  readonly clock = new VirtualClock();
  readonly effects = new CrashEffects();
  readonly settings: EngineSettings = { ...defaultSettings, recordsPerStep: 3 };
  readonly plans: PlanSource;

  constructor() {
    const plan = planFor({ triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions });
    this.plans = { plan: () => plan };
  }

  newRun(): NewRun {
    const time = formatTime(this.clock.now());
    return {
      identity: {
        name: runName,
        workflowId,
        version: 'v1',
        clientTrackingId: runName,
        workflow: { id: workflowId, name: 'Crash', run: { name: runName } },
      },
      trigger: {
        name: 'manual',
        outputs: { value: { headers: {}, body: { text: 'y'.repeat(20_000) } } },
        startTime: time,
        endTime: time,
        trackingId: '00000000-0000-4000-8000-00000000abcd',
        clientTrackingId: runName,
        originHistoryName: runName,
        status: 'Succeeded',
      },
      onAnswer: () => {},
    };
  }
}
