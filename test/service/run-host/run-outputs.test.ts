import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, RunAnswer, RunEvent } from '#engine';
import { silentLog, VirtualClock } from '#foundation';
import { planFor } from '../../engine/plan-for.ts';
import { type LiveRun, liveRun } from '../../../src/service/run-host/live-run.ts';
import { RunOutputs } from '../../../src/service/run-host/run-outputs.ts';

function outputs() {
  const begun: string[] = [];
  const events: RunEvent[] = [];
  const finished: string[] = [];
  const clock = new VirtualClock();
  const made = new RunOutputs({
    effects: {
      run: async ({ id }) => {
        begun.push(id);
        return { kind: 'response', statusCode: 200, headers: {} };
      },
    },
    effectsAtOnce: 10,
    clock,
    log: silentLog,
    onEvent: (_run, event) => events.push(event),
    onTimer: (_run, timer) => events.push({ kind: 'timerFired', now: clock.now(), timer }),
    onFinish: (run) => finished.push(run.key),
    onIdle: () => {},
  });
  return { outputs: made, begun, events, finished, clock };
}

function someRun(): LiveRun {
  const plan = planFor({ triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} });
  const identity = { name: 'r', workflowId: '/w', version: 'v', clientTrackingId: 'r', workflow: {} };
  const key = '/w/runs/r';
  const row = { key, workflow: '/w', name: 'r', status: 'Running', startTime: 0, clientTrackingId: 'r', body: {} };
  return liveRun(key, identity, plan, row, new Set());
}

const effect = (id: string): Command => ({
  kind: 'effect',
  id,
  path: { action: id, indexes: [] },
  idempotencyKey: `r/${id}`,
  attempt: 1,
  clientRequestId: '',
  trackingId: '',
  request: { type: 'Http', inputs: { value: {} } },
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an effect that later steps of the same commit gave up is never begun', async () => {
  const { outputs: made, begun } = outputs();
  made.carryOut(someRun(), [effect('e1'), effect('e2'), { kind: 'abort', effect: 'e1' }]);
  await turn();
  assert.deepEqual(begun, ['e2']);
});

test('what comes back for a run that was let go is dropped, timers included', async () => {
  const { outputs: made, events, clock } = outputs();
  const run = someRun();
  made.carryOut(run, [effect('e1'), { kind: 'timer', id: 't1', delayMilliseconds: 10 }]);
  made.letGo(run);
  await turn();
  clock.advance(10);
  assert.deepEqual(events, []);
});

test('once closed neither effects nor timers nor further slices begin, callers are still answered', async () => {
  const { outputs: made, begun, events, finished } = outputs();
  const run = someRun();
  const answers: RunAnswer[] = [];
  run.onAnswer = (answer) => answers.push(answer);
  made.close();
  made.carryOut(run, [
    effect('e1'),
    { kind: 'timer', id: 't1', delayMilliseconds: 0 },
    { kind: 'continue' },
    { kind: 'respond', statusCode: 200, headers: {} },
    { kind: 'finish', status: 'Succeeded' },
  ]);
  await turn();
  assert.deepEqual([begun, events, made.timers], [[], [], 0]);
  assert.deepEqual(finished, ['/w/runs/r']);
  assert.deepEqual(answers, [{ kind: 'response', statusCode: 200, headers: {} }]);
});
