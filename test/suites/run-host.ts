/**
 * What every `RunHost` must do, as one suite of tests over a factory.
 *
 * Owns: the factory's shape and the tests. Does not own: the hosts (`memory-host.ts`, the embedded one), the engine's own
 * rules (`test/engine`).
 *
 * How to use it
 *   runHostSuite('MemoryHost', async (world) => …a RunHostUnderTest over `world`…);
 *
 * The factory is called once per test with a fresh world and returns a host over an empty store. The harness must
 * - use the world's plans, effects, clock and settings, and nothing else of the kind;
 * - carry out a step's commands only after its commit, as the port says;
 * - count commits that hold at least one journal row (or started run); a group commit counts once.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ActionRecord,
  defaultSettings,
  type EffectRunner,
  type EngineSettings,
  foldHistory,
  type HistoryRecord,
  type NewRun,
  type PlanSource,
  type RunAnswer,
  type RunHost,
  runKey,
} from '#engine';
import { formatTime, type Json, type JsonObject, TocsinError, VirtualClock } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import { planFor } from '../engine/plan-for.ts';
import { type Answer, ScriptedEffects } from './scripted-effects.ts';

/** What a host under test is built from. */
export interface RunHostWorld {
  readonly plans: PlanSource;
  readonly effects: EffectRunner;
  readonly clock: VirtualClock;
  readonly settings: EngineSettings;
}

/** A host with the hooks the suite needs. */
export interface RunHostUnderTest {
  /** The living instance; another one after `reopen`. */
  readonly host: RunHost;
  /** Resolves when no step, commit or effect is under way (timers may be waiting), or when the instance has crashed. */
  quiet(): Promise<void>;
  /**
   * The process "dies" directly after the n-th commit from now (counting from 1) became durable: none of that commit's
   * commands is carried out, no promise of the dead instance need ever settle, outcomes of its effects are lost.
   */
  crashAfterCommit(n: number): void;
  /** True from a crash until `reopen`. */
  crashed(): boolean;
  /** Crashes the living instance if it has not crashed yet, then opens another over what was committed and recovers. */
  reopen(): Promise<void>;
  /** The committed history of a run, in order; empty when there is no such run. */
  history(key: string): readonly HistoryRecord[];
  /** True when a write given alongside put this document. */
  hasDocument(collection: string, key: string): boolean;
  close(): Promise<void>;
}

export type RunHostFactory = (world: RunHostWorld) => Promise<RunHostUnderTest>;

// --- World ------------------------------------------------------------------------------------------------------

const workflowId =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-suite/providers/Microsoft.Logic/workflows/Suite';

const post = (uri: string, more: JsonObject = {}): JsonObject => ({
  type: 'Http',
  inputs: { method: 'POST', uri, body: { n: 1 }, ...more },
});
const after = (name: string): JsonObject => ({ [name]: ['Succeeded'] });
const request: JsonObject = { manual: { type: 'Request', kind: 'Http', inputs: {} } };

/** The definitions by version name. */
const definitions: Readonly<Record<string, JsonObject>> = {
  calls: {
    First: post('https://first.test/'),
    Note: { type: 'Compose', inputs: "@body('First')", runAfter: after('First') },
    Second: { ...post('https://second.test/', { body: "@outputs('Note')" }), runAfter: after('Note') },
  },
  wait: {
    Pause: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } } },
    Then: { ...post('https://first.test/'), runAfter: after('Pause') },
  },
  retry: { Flaky: post('https://flaky.test/', { retryPolicy: { type: 'fixed', count: 3, interval: 'PT10S' } }) },
  webhook: {
    Approve: {
      type: 'HttpWebhook',
      inputs: {
        subscribe: { method: 'POST', uri: 'https://hook.test/subscribe', body: { url: '@{listCallbackUrl()}' } },
        unsubscribe: { method: 'POST', uri: 'https://hook.test/unsubscribe' },
      },
    },
    Decision: { type: 'Compose', inputs: "@body('Approve')", runAfter: after('Approve') },
  },
  response: {
    First: post('https://first.test/'),
    Response: {
      type: 'Response',
      kind: 'Http',
      inputs: { statusCode: 201, headers: { 'x-answer': 'yes' }, body: "@body('First')" },
      runAfter: after('First'),
    },
    Second: { ...post('https://second.test/'), runAfter: after('Response') },
  },
  loop: {
    Each: {
      type: 'Foreach',
      foreach: "@createArray('a', 'b', 'c', 'd', 'e')",
      runtimeConfiguration: { concurrency: { repetitions: 2 } },
      actions: {
        Send: post('https://first.test/', { body: '@item()' }),
        Rest: { type: 'Wait', inputs: { interval: { count: 5, unit: 'Second' } }, runAfter: after('Send') },
        Keep: { type: 'Compose', inputs: "@concat(item(), '!')", runAfter: after('Rest') },
      },
    },
    Done: { type: 'Compose', inputs: 'done', runAfter: after('Each') },
  },
};

export class World {
  readonly clock = new VirtualClock();
  readonly effects = new ScriptedEffects();
  readonly settings: EngineSettings = defaultSettings;
  readonly plans: PlanSource = { plan: (_id, version) => this.#plan(version) };
  readonly #planned = new Map<string, WorkflowPlan>();

  #plan(version: string): WorkflowPlan | undefined {
    const actions = definitions[version];
    if (actions === undefined) return undefined;
    let plan = this.#planned.get(version);
    if (plan === undefined) {
      plan = planFor({ triggers: request, actions });
      this.#planned.set(version, plan);
    }
    return plan;
  }

  newRun(version: string, name: string, onAnswer?: (answer: RunAnswer) => void): NewRun {
    const time = formatTime(this.clock.now());
    return {
      identity: {
        name,
        workflowId,
        version,
        clientTrackingId: name,
        workflow: { id: workflowId, name: 'Suite', run: { name } },
      },
      trigger: {
        name: 'manual',
        outputs: { value: { headers: {}, body: { from: 'suite' } } },
        startTime: time,
        endTime: time,
        trackingId: '00000000-0000-4000-8000-00000000abcd',
        clientTrackingId: name,
        originHistoryName: name,
        status: 'Succeeded',
      },
      ...(onAnswer === undefined ? {} : { onAnswer }),
    };
  }
}

export const keyOf = (name: string): string => runKey(workflowId, name);
const finalStatuses = new Set(['Succeeded', 'Failed', 'Cancelled', 'TimedOut', 'Skipped', 'Aborted']);

export function statusOf(under: RunHostUnderTest, name: string): string | undefined {
  return foldHistory(under.history(keyOf(name))).run?.status;
}

export function actionOf(under: RunHostUnderTest, name: string, action: string): ActionRecord | undefined {
  return foldHistory(under.history(keyOf(name))).actions.get(action);
}

/** Reopens after crashes and moves time until the run has ended; at most `moves` times. */
export async function driveToEnd(world: World, under: RunHostUnderTest, name: string, moves = 300): Promise<string> {
  for (let move = 0; move < moves; move += 1) {
    await under.quiet();
    if (under.crashed()) {
      await under.reopen();
      continue;
    }
    const status = statusOf(under, name);
    if (status !== undefined && finalStatuses.has(status)) return status;
    assert.ok(world.clock.advanceToNext(), `the run ${name} waits for nothing`);
  }
  throw new Error(`the run ${name} did not end`);
}

/** What must be the same with and without crashes: everything but times, and tracking ids, which follow the order of events. */
function outcomeOf(under: RunHostUnderTest, name: string): Json {
  const folded = foldHistory(under.history(keyOf(name)));
  const plain = (record: ActionRecord): Json => {
    const { startTime: _start, endTime: _end, trackingId: _id, retryHistory, ...rest } = record;
    return JSON.parse(JSON.stringify({ ...rest, retries: retryHistory?.length ?? 0 })) as Json;
  };
  const names = [...folded.actions.keys()].sort();
  return {
    status: folded.run?.status ?? null,
    actions: names.map((action) => plain(folded.actions.get(action) as ActionRecord)),
    repetitions: names.map((action) => folded.repetitions(action).map(plain)),
    scopeRepetitions: names.map((action) => folded.scopeRepetitions(action).map(plain)),
  };
}

export const failsWith =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof TocsinError && error.fault.code === code;

export const ok = (body: Json): Answer => ({ statusCode: 200, body });

/** Starts without waiting for the acknowledgement, which a crash may swallow. */
export function startLoosely(under: RunHostUnderTest, run: NewRun): void {
  under.host.start(run).catch(() => undefined);
}

// --- Tests ------------------------------------------------------------------------------------------------------

/** Runs each test with a world and a host of its own. */
export function checkWith(factory: RunHostFactory): Check {
  return (name, body) => {
    test(name, async () => {
      const world = new World();
      world.effects.answerAll(ok({ done: true }));
      const under = await factory(world);
      try {
        await body(world, under);
      } finally {
        await under.close();
      }
    });
  };
}

export function runHostSuite(title: string, factory: RunHostFactory): void {
  const check = checkWith(factory);
  describe(`${title}: starting and running`, () => startingTests(check));
  describe(`${title}: callbacks, cancelling and callers`, () => deliveryTests(check));
  describe(`${title}: draining`, () => drainTests(check));
  describe(`${title}: crashes`, () => crashTests(check, factory));
}

export type Check = (name: string, body: (world: World, under: RunHostUnderTest) => Promise<void>) => void;

function startingTests(check: Check): void {
  check('a run that was started is in the committed history when start resolves', async (world, under) => {
    world.effects.hold('https://first.test/');
    await under.host.start(world.newRun('calls', 'run1'));
    assert.equal(statusOf(under, 'run1'), 'Running');
    world.effects.release();
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
  });

  check('effects run in order and their answers become outputs', async (world, under) => {
    await under.host.start(world.newRun('calls', 'run1'));
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.deepEqual(
      world.effects.calls.map((call) => call.idempotencyKey),
      ['run1/First', 'run1/Second'],
    );
    assert.deepEqual(actionOf(under, 'run1', 'Note')?.outputs, { value: { done: true } });
  });

  check('startMany starts every run and keeps the writes given alongside', async (world, under) => {
    const document = { collection: 'suite', key: 'd1', parent: '', time: 0, status: '', body: {} };
    const runs = ['run1', 'run2', 'run3'].map((name) => world.newRun('calls', name));
    await under.host.startMany(runs, [{ kind: 'putDocument', document }]);
    assert.ok(under.hasDocument('suite', 'd1'));
    for (const name of ['run1', 'run2', 'run3']) {
      assert.equal(await driveToEnd(world, under, name), 'Succeeded');
    }
  });

  check('startMany with a version nobody knows starts nothing and writes nothing', async (world, under) => {
    const document = { collection: 'suite', key: 'd1', parent: '', time: 0, status: '', body: {} };
    const runs = [world.newRun('calls', 'run1'), world.newRun('unknown', 'run2')];
    await assert.rejects(
      under.host.startMany(runs, [{ kind: 'putDocument', document }]),
      failsWith('WorkflowVersionNotFound'),
    );
    await under.quiet();
    assert.deepEqual(under.history(keyOf('run1')), []);
    assert.ok(!under.hasDocument('suite', 'd1'));
    assert.equal(world.effects.calls.length, 0);
  });

  check('a timer fires after its engine time and not before', async (world, under) => {
    await under.host.start(world.newRun('wait', 'run1'));
    await under.quiet();
    world.clock.advance(3_599_000);
    await under.quiet();
    assert.equal(actionOf(under, 'run1', 'Pause')?.status, 'Running');
    world.clock.advance(1_000);
    await under.quiet();
    assert.equal(statusOf(under, 'run1'), 'Succeeded');
  });

  check('a failed attempt is retried after its wait with the same idempotency key', async (world, under) => {
    world.effects.script('https://flaky.test/', [{ statusCode: 503 }, { statusCode: 503 }, ok('fine')]);
    await under.host.start(world.newRun('retry', 'run1'));
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.deepEqual(
      world.effects.calls.map((call) => [call.idempotencyKey, call.attempt]),
      [
        ['run1/Flaky', 1],
        ['run1/Flaky', 2],
        ['run1/Flaky', 3],
      ],
    );
    assert.equal(new Set(world.effects.calls.map((call) => call.clientRequestId)).size, 3);
    assert.equal(actionOf(under, 'run1', 'Flaky')?.retryHistory?.length, 2);
  });

  check('a loop keeps its repetitions apart by iteration', async (world, under) => {
    await under.host.start(world.newRun('loop', 'run1'));
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    const folded = foldHistory(under.history(keyOf('run1')));
    assert.equal(folded.actions.get('Send')?.repetitionCount, 5);
    assert.deepEqual(
      folded.repetitions('Keep').map((record) => record.outputs),
      ['a!', 'b!', 'c!', 'd!', 'e!'].map((value) => ({ value })),
    );
    assert.deepEqual(
      world.effects.calls.map((call) => call.idempotencyKey).sort(),
      [0, 1, 2, 3, 4].map((index) => `run1/Send/00000${index}`),
    );
  });

  check('two hundred runs at once all end', async (world, under) => {
    const names = Array.from({ length: 200 }, (_, index) => `run${index}`);
    await under.host.startMany(names.map((name) => world.newRun('calls', name)));
    for (const name of names) assert.equal(await driveToEnd(world, under, name), 'Succeeded');
    assert.equal(world.effects.calls.length, 400);
  });
}

function deliveryTests(check: Check): void {
  check('a callback finishes the waiting webhook action, and only once', async (world, under) => {
    await under.host.start(world.newRun('webhook', 'run1'));
    await under.quiet();
    assert.equal(actionOf(under, 'run1', 'Approve')?.status, 'Running');
    const content = { value: { headers: {}, body: { approved: true } } };
    assert.equal(await under.host.deliver(keyOf('nobody'), 'Approve', content), 'unknownRun');
    assert.equal(await under.host.deliver(keyOf('run1'), 'Other', content), 'closed');
    assert.equal(await under.host.deliver(keyOf('run1'), 'Approve', content), 'accepted');
    assert.equal(actionOf(under, 'run1', 'Approve')?.status, 'Succeeded');
    assert.notEqual(await under.host.deliver(keyOf('run1'), 'Approve', content), 'accepted');
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.deepEqual(actionOf(under, 'run1', 'Decision')?.outputs, { value: { approved: true } });
    assert.equal(await under.host.deliver(keyOf('run1'), 'Approve', content), 'finished');
  });

  check('a callback that comes before the subscription is answered counts', async (world, under) => {
    world.effects.hold('https://hook.test/subscribe');
    await under.host.start(world.newRun('webhook', 'run1'));
    await world.effects.reached('https://hook.test/subscribe');
    const content = { value: { headers: {}, body: 'early' } };
    assert.equal(await under.host.deliver(keyOf('run1'), 'Approve', content), 'accepted');
    world.effects.release();
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.deepEqual(actionOf(under, 'run1', 'Decision')?.outputs, { value: 'early' });
  });

  check('cancelling ends the run, stops its timers and unsubscribes its webhooks', async (world, under) => {
    await under.host.start(world.newRun('webhook', 'run1'));
    await under.host.start(world.newRun('wait', 'run2'));
    await under.quiet();
    assert.equal(await under.host.cancel(keyOf('nobody')), 'unknownRun');
    assert.equal(await under.host.cancel(keyOf('run1')), 'accepted');
    assert.equal(await under.host.cancel(keyOf('run2')), 'accepted');
    assert.equal(statusOf(under, 'run1'), 'Cancelled');
    assert.equal(statusOf(under, 'run2'), 'Cancelled');
    assert.equal(await under.host.cancel(keyOf('run1')), 'finished');
    await under.quiet();
    assert.ok(world.effects.calls.some((call) => call.uri === 'https://hook.test/unsubscribe'));
    world.clock.advance(7_200_000);
    await under.quiet();
    assert.equal(statusOf(under, 'run2'), 'Cancelled');
    assert.ok(!world.effects.calls.some((call) => call.uri === 'https://first.test/'));
  });

  check('cancelling aborts an effect under way and its late outcome changes nothing', async (world, under) => {
    world.effects.hold('https://first.test/');
    await under.host.start(world.newRun('calls', 'run1'));
    await world.effects.reached('https://first.test/');
    assert.equal(await under.host.cancel(keyOf('run1')), 'accepted');
    assert.equal(world.effects.aborted, 1);
    world.effects.release();
    await under.quiet();
    assert.equal(statusOf(under, 'run1'), 'Cancelled');
    assert.equal(actionOf(under, 'run1', 'First')?.status, 'Cancelled');
  });

  check('the caller gets the Response after it is committed, and the run goes on', async (world, under) => {
    const answers: RunAnswer[] = [];
    let recorded: string | undefined;
    const run = world.newRun('response', 'run1', (answer) => {
      answers.push(answer);
      recorded = actionOf(under, 'run1', 'Response')?.status;
    });
    await under.host.start(run);
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.deepEqual(answers, [
      { kind: 'response', statusCode: 201, headers: { 'x-answer': 'yes' }, body: { value: { done: true } } },
    ]);
    assert.equal(recorded, 'Succeeded');
    assert.equal(actionOf(under, 'run1', 'Second')?.status, 'Succeeded');
  });

  check('a caller of a run that never responds is told so when the run ends', async (world, under) => {
    const answers: RunAnswer[] = [];
    await under.host.start(world.newRun('calls', 'run1', (answer) => answers.push(answer)));
    await driveToEnd(world, under, 'run1');
    await under.quiet();
    assert.deepEqual(answers, [{ kind: 'noResponse' }]);
  });

  check('a caller that went away turns the Response into a skipped action', async (world, under) => {
    world.effects.hold('https://first.test/');
    const answers: RunAnswer[] = [];
    await under.host.start(world.newRun('response', 'run1', (answer) => answers.push(answer)));
    await world.effects.reached('https://first.test/');
    await under.host.callerGone(keyOf('run1'));
    world.effects.release();
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.equal(actionOf(under, 'run1', 'Response')?.status, 'Skipped');
    assert.deepEqual(answers, []);
  });

  check('a caller waits at most two minutes', async (world, under) => {
    world.effects.hold('https://first.test/');
    const answers: RunAnswer[] = [];
    await under.host.start(world.newRun('response', 'run1', (answer) => answers.push(answer)));
    await world.effects.reached('https://first.test/');
    world.clock.advance(120_000);
    await world.effects.until(() => answers.length > 0);
    assert.equal(answers[0]?.kind === 'response' ? answers[0].statusCode : undefined, 504);
    world.effects.release();
    await driveToEnd(world, under, 'run1');
    assert.equal(answers.length, 1);
  });
}

function drainTests(check: Check): void {
  check('a drained host takes no new run and says it is stopping', async (world, under) => {
    await under.host.drain();
    await assert.rejects(under.host.start(world.newRun('calls', 'run1')), failsWith('ServiceUnavailable'));
  });

  check('what waited when the host was drained goes on in the next one', async (world, under) => {
    await under.host.start(world.newRun('wait', 'run1'));
    await under.quiet();
    await under.host.drain();
    await under.reopen();
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
  });
}

// --- Crashes ----------------------------------------------------------------------------------------------------

function crashTests(check: Check, factory: RunHostFactory): void {
  check('a timer that was armed before the crash fires when it is due', async (world, under) => {
    await under.host.start(world.newRun('wait', 'run1'));
    await under.quiet();
    world.clock.advance(1_800_000);
    await under.reopen();
    await under.quiet();
    assert.equal(actionOf(under, 'run1', 'Pause')?.status, 'Running');
    world.clock.advance(1_800_000);
    await under.quiet();
    assert.equal(statusOf(under, 'run1'), 'Succeeded');
  });

  check('an effect in flight at the crash is repeated under the same idempotency key', async (world, under) => {
    world.effects.hold('https://first.test/');
    await under.host.start(world.newRun('calls', 'run1'));
    await world.effects.reached('https://first.test/');
    await under.reopen();
    world.effects.release();
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.deepEqual(
      world.effects.calls.map((call) => call.idempotencyKey),
      ['run1/First', 'run1/First', 'run1/Second'],
    );
    assert.equal(world.effects.calls[0]?.clientRequestId, world.effects.calls[1]?.clientRequestId);
  });

  check('no command is carried out by a process that died right after its commit', async (world, under) => {
    under.crashAfterCommit(1);
    startLoosely(under, world.newRun('calls', 'run1'));
    await under.quiet();
    assert.ok(under.crashed());
    assert.equal(world.effects.calls.length, 0);
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.equal(world.effects.calls.length, 2);
  });

  check('an unsubscription in flight at the crash is repeated although its run has ended', async (world, under) => {
    world.effects.hold('https://hook.test/unsubscribe');
    await under.host.start(world.newRun('webhook', 'run1'));
    await under.quiet();
    assert.equal(await under.host.cancel(keyOf('run1')), 'accepted');
    await world.effects.reached('https://hook.test/unsubscribe');
    assert.equal(statusOf(under, 'run1'), 'Cancelled');
    await under.reopen();
    world.effects.release();
    await under.quiet();
    const calls = world.effects.calls.filter((call) => call.uri === 'https://hook.test/unsubscribe');
    assert.deepEqual(
      calls.map((call) => call.idempotencyKey),
      ['run1/Approve/unsubscribe', 'run1/Approve/unsubscribe'],
    );
    await under.reopen();
    await under.quiet();
    assert.equal(world.effects.calls.length, 3);
  });

  check('a webhook that waited before the crash still takes its callback', async (world, under) => {
    await under.host.start(world.newRun('webhook', 'run1'));
    await under.quiet();
    await under.reopen();
    await under.quiet();
    const content = { value: { headers: {}, body: 'late' } };
    assert.equal(await under.host.deliver(keyOf('run1'), 'Approve', content), 'accepted');
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.equal(world.effects.calls.length, 1);
  });

  check('a callback acknowledged before the crash is not lost', async (world, under) => {
    await under.host.start(world.newRun('webhook', 'run1'));
    await under.quiet();
    const content = { value: { headers: {}, body: 'kept' } };
    assert.equal(await under.host.deliver(keyOf('run1'), 'Approve', content), 'accepted');
    await under.reopen();
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.deepEqual(actionOf(under, 'run1', 'Decision')?.outputs, { value: 'kept' });
  });

  check('a caller lost in the crash turns the Response into a skipped action', async (world, under) => {
    world.effects.hold('https://first.test/');
    const answers: RunAnswer[] = [];
    await under.host.start(world.newRun('response', 'run1', (answer) => answers.push(answer)));
    await world.effects.reached('https://first.test/');
    await under.reopen();
    world.effects.release();
    assert.equal(await driveToEnd(world, under, 'run1'), 'Succeeded');
    assert.equal(actionOf(under, 'run1', 'Response')?.status, 'Skipped');
    assert.deepEqual(answers, []);
  });

  for (const version of ['calls', 'wait', 'retry', 'loop']) {
    test(`'${version}' ends with the same history whichever commit the process dies after`, async () => {
      await crashAtEveryCommit(version, factory);
    });
  }
}

/** Runs a definition once without a crash, then once for every commit with a crash after that commit. */
async function crashAtEveryCommit(version: string, factory: RunHostFactory): Promise<void> {
  const attempt = async (crashAt: number | undefined): Promise<{ outcome: Json; crashed: boolean }> => {
    const world = new World();
    world.effects.answerAll(ok({ done: true }));
    if (version === 'retry') {
      // After a crash a failed attempt may be repeated: answer by attempt number, not by count of calls.
      world.effects.answerBy('https://flaky.test/', (call) => (call.attempt < 3 ? { statusCode: 503 } : ok('fine')));
    }
    const under = await factory(world);
    try {
      let crashed = false;
      if (crashAt !== undefined) under.crashAfterCommit(crashAt);
      startLoosely(under, world.newRun(version, 'run1'));
      await under.quiet();
      crashed = under.crashed();
      const note = (): void => {
        crashed ||= under.crashed();
      };
      assert.equal(await driveNoting(world, under, note), 'Succeeded');
      return { outcome: outcomeOf(under, 'run1'), crashed };
    } finally {
      await under.close();
    }
  };
  const expected = (await attempt(undefined)).outcome;
  let crashes = 0;
  for (let commit = 1; commit <= 60; commit += 1) {
    const { outcome, crashed } = await attempt(commit);
    assert.deepEqual(outcome, expected, `crash after commit ${commit}`);
    if (!crashed) break;
    crashes += 1;
  }
  assert.ok(crashes >= 2, `only ${crashes} crashes were injected`);
}

async function driveNoting(world: World, under: RunHostUnderTest, note: () => void): Promise<string> {
  for (let move = 0; move < 300; move += 1) {
    await under.quiet();
    note();
    if (under.crashed()) {
      await under.reopen();
      continue;
    }
    const status = statusOf(under, 'run1');
    if (status !== undefined && finalStatuses.has(status)) return status;
    assert.ok(world.clock.advanceToNext(), 'the run waits for nothing');
  }
  throw new Error('the run did not end');
}
