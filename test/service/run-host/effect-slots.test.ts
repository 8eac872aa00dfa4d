import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EffectOutcome, EffectRunner, RunIdentity } from '#engine';
import { type EffectCommand, EffectSlots } from '../../../src/service/run-host/effect-slots.ts';

const run: RunIdentity = {
  name: 'r',
  workflowId: '/w',
  version: 'v',
  clientTrackingId: 'r',
  workflow: {},
};

function effect(id: string): EffectCommand {
  return {
    kind: 'effect',
    id,
    path: { action: id, indexes: [] },
    idempotencyKey: `r/${id}`,
    attempt: 1,
    clientRequestId: '',
    trackingId: '',
    request: { type: 'Http', inputs: { value: {} } },
  };
}

class HeldRunner implements EffectRunner {
  readonly begun: string[] = [];
  readonly signals = new Map<string, AbortSignal>();
  readonly #answers = new Map<string, (outcome: EffectOutcome) => void>();

  run(command: EffectCommand, _run: RunIdentity, signal: AbortSignal): Promise<EffectOutcome> {
    this.begun.push(command.id);
    this.signals.set(command.id, signal);
    return new Promise((resolve) => this.#answers.set(command.id, resolve));
  }

  async answer(id: string, statusCode = 200): Promise<void> {
    this.#answers.get(id)?.({ kind: 'response', statusCode, headers: {} });
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function slotsOf(runner: EffectRunner, count: number) {
  const outcomes: string[] = [];
  const idle: number[] = [];
  const slots: EffectSlots = new EffectSlots(runner, count, () => idle.push(slots.busy));
  const ask = (id: string) =>
    slots.ask(effect(id), run, (outcome) =>
      outcomes.push(`${id} ${outcome.kind === 'response' ? outcome.statusCode : outcome.code}`),
    );
  return { slots, outcomes, idle, ask };
}

test('no more effects than slots are under way, the others begin in the order of asking', async () => {
  const runner = new HeldRunner();
  const { slots, outcomes, ask } = slotsOf(runner, 2);
  for (const id of ['a', 'b', 'c', 'd']) ask(id);
  await turn();
  assert.deepEqual(runner.begun, ['a', 'b']);
  assert.deepEqual([slots.busy, slots.queued], [2, 2]);
  await runner.answer('b', 201);
  assert.deepEqual(runner.begun, ['a', 'b', 'c']);
  await runner.answer('a');
  await runner.answer('c');
  await runner.answer('d');
  assert.deepEqual(outcomes, ['b 201', 'a 200', 'c 200', 'd 200']);
  assert.deepEqual([slots.busy, slots.queued], [0, 0]);
});

test('an aborted effect hears the signal and its outcome is dropped; one in the queue is never begun', async () => {
  const runner = new HeldRunner();
  const { slots, outcomes, idle, ask } = slotsOf(runner, 1);
  const first = ask('a');
  const second = ask('b');
  ask('c');
  await turn();
  slots.abort(second);
  slots.abort(first);
  assert.equal(runner.signals.get('a')?.aborted, true);
  await runner.answer('a');
  assert.deepEqual(runner.begun, ['a', 'c']);
  await runner.answer('c');
  assert.deepEqual(outcomes, ['c 200']);
  assert.equal(idle.at(-1), 0);
});

test('a runner that rejects or throws makes a failed effect', async () => {
  const { outcomes, ask } = slotsOf({ run: () => Promise.reject(new Error('no')) }, 1);
  ask('a');
  await turn();
  const throwing = slotsOf(
    {
      run: () => {
        throw new TypeError('no');
      },
    },
    1,
  );
  throwing.ask('b');
  await turn();
  assert.deepEqual([...outcomes, ...throwing.outcomes], ['a InternalServerError', 'b InternalServerError']);
});

test('once closed nothing begins; what is under way still answers', async () => {
  const runner = new HeldRunner();
  const { slots, outcomes, ask } = slotsOf(runner, 1);
  ask('a');
  ask('b');
  await turn();
  slots.close();
  ask('c');
  await runner.answer('a');
  assert.deepEqual(runner.begun, ['a']);
  assert.deepEqual(outcomes, ['a 200']);
  assert.deepEqual([slots.busy, slots.queued], [0, 0]);
});

test('five thousand effects in one slot keep their order', async () => {
  const runner: EffectRunner & { begun: string[] } = {
    begun: [],
    run: async (command) => {
      runner.begun.push(command.id);
      return { kind: 'response', statusCode: 200, headers: {} };
    },
  };
  const { slots, outcomes, ask } = slotsOf(runner, 1);
  const ids = Array.from({ length: 5_000 }, (_, index) => `e${index}`);
  for (const id of ids) ask(id);
  while (slots.busy > 0) await turn();
  assert.deepEqual(runner.begun, ids);
  assert.equal(outcomes.length, 5_000);
});
