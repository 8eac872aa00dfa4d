import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Command,
  defaultSettings,
  type EffectOutcome,
  type EffectRunner,
  foldHistory,
  type HistoryRecord,
  type NewRun,
  type PlanSource,
  type RunAnswer,
  runKey,
} from '#engine';
import {
  Fault,
  faultOf,
  formatTime,
  type JsonObject,
  type Log,
  SeededRandom,
  type Store,
  TocsinError,
  VirtualClock,
  type Write,
} from '#foundation';
import { EmbeddedHost, type HostLimits } from '#service';
import { memoryStore } from '#store';
import { planFor } from '../engine/plan-for.ts';

const workflowId =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Logic/workflows/W';
const key = (name: string): string => runKey(workflowId, name);
const post = (uri: string, body: string | JsonObject = {}): JsonObject => ({
  type: 'Http',
  inputs: { method: 'POST', uri, body },
});
const after = (name: string): JsonObject => ({ runAfter: { [name]: ['Succeeded'] } });

const definitions: Readonly<Record<string, JsonObject>> = {
  call: { First: post('https://a.test/'), Second: { ...post('https://b.test/'), ...after('First') } },
  big: {
    Send: post('https://a.test/', '@triggerBody()'),
    Keep: { type: 'Compose', inputs: "@body('Send')", ...after('Send') },
  },
  wait: {
    Pause: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } } },
    Then: { ...post('https://a.test/'), ...after('Pause') },
  },
  hook: {
    Approve: {
      type: 'HttpWebhook',
      inputs: {
        subscribe: { method: 'POST', uri: 'https://a.test/subscribe', body: {} },
        unsubscribe: { method: 'POST', uri: 'https://a.test/unsubscribe' },
      },
    },
  },
  broken: {
    First: post('https://a.test/'),
    Bad: { type: 'Compose', inputs: "@appsetting('broken')", ...after('First') },
  },
  respond: {
    First: post('https://a.test/'),
    Response: { type: 'Response', kind: 'Http', inputs: { statusCode: 200 }, ...after('First') },
  },
};

type Effect = Extract<Command, { readonly kind: 'effect' }>;

class Effects implements EffectRunner {
  readonly calls: Effect[] = [];
  body: JsonObject = { ok: true };
  isHeld = false;
  #waiting: (() => void)[] = [];

  async run(effect: Effect, _run: unknown, signal: AbortSignal): Promise<EffectOutcome> {
    this.calls.push(effect);
    if (this.isHeld) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => resolve());
      });
    }
    return { kind: 'response', statusCode: 200, headers: {}, body: { value: this.body } };
  }

  release(): void {
    this.isHeld = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A store whose commits can be made to fail. */
class FailingStore {
  readonly inner = memoryStore();
  readonly commits: (readonly Write[])[] = [];
  failure: Fault | undefined;

  get store(): Store {
    const { inner } = this;
    return {
      resources: inner.resources,
      documents: inner.documents,
      history: inner.history,
      blobs: inner.blobs,
      policyRecords: inner.policyRecords,
      logs: inner.logs,
      tallies: inner.tallies,
      commit: async (writes) => {
        await turn();
        if (this.failure !== undefined) throw new TocsinError(this.failure);
        this.commits.push(writes);
        await inner.commit(writes);
      },
      close: () => inner.close(),
    };
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Trial {
  readonly clock = new VirtualClock();
  readonly effects = new Effects();
  readonly failing = new FailingStore();
  readonly logged: string[] = [];
  readonly unknownVersions = new Set<string>();
  host: EmbeddedHost;
  readonly #limits: Partial<HostLimits>;

  constructor(limits: Partial<HostLimits> = {}) {
    this.#limits = limits;
    this.host = this.#newHost();
  }

  get store(): Store {
    return this.failing.inner;
  }

  #newHost(): EmbeddedHost {
    const write = (message: string): void => {
      this.logged.push(message);
    };
    const log: Log = { debug: () => {}, info: () => {}, warn: write, error: write };
    const { clock, effects, failing } = this;
    const random = new SeededRandom(3);
    const plans = plansBut(this.unknownVersions);
    return new EmbeddedHost({
      clock,
      effects,
      random,
      log,
      plans,
      store: failing.store,
      limits: this.#limits,
      settings: { ...defaultSettings, setting: brokenSetting },
    });
  }

  /** Another process over the same store, which has not recovered yet. */
  reopen(): void {
    this.host.halt();
    this.host = this.#newHost();
  }

  async restart(): Promise<void> {
    this.reopen();
    await this.host.recover();
  }

  async start(
    version: string,
    name: string,
    more: Partial<NewRun> & { readonly body?: JsonObject } = {},
  ): Promise<void> {
    const { body = {}, ...rest } = more;
    await this.host.start({ ...newRun(version, name, this.clock.now(), body), ...rest });
  }

  status(name: string): string | undefined {
    return this.store.history.run(key(name))?.status;
  }

  actions(name: string): ReadonlyMap<string, { readonly status: string; readonly outputs?: unknown }> {
    const records = this.store.history.journal(key(name)).flatMap(({ history }) => history);
    return foldHistory(records as unknown as HistoryRecord[]).actions;
  }
}

/** `appsetting('broken')` throws: the way to make a step throw. */
function brokenSetting(name: string): string | undefined {
  if (name === 'broken') throw new TypeError('secret text');
  return undefined;
}

function plansBut(unknown: ReadonlySet<string>): PlanSource {
  return {
    plan: (_id, version) => {
      const actions = definitions[version];
      if (actions === undefined || unknown.has(version)) return undefined;
      return planFor({ triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions });
    },
  };
}

function newRun(version: string, name: string, now: number, body: JsonObject): NewRun {
  const time = formatTime(now);
  return {
    identity: {
      name,
      workflowId,
      version,
      clientTrackingId: name,
      workflow: { id: workflowId, name: 'W', run: { name } },
    },
    trigger: {
      name: 'manual',
      outputs: { value: { headers: {}, body } },
      startTime: time,
      endTime: time,
      trackingId: '00000000-0000-4000-8000-00000000abcd',
      clientTrackingId: name,
      originHistoryName: name,
      status: 'Succeeded',
    },
  };
}

describe('embedded host: contents', () => {
  test('large contents go into blobs of the same commit and not into the journal', async () => {
    const trial = new Trial();
    trial.effects.body = { text: 'answer'.repeat(10_000) };
    await trial.start('big', 'r', { body: { text: 'question'.repeat(10_000) } });
    await trial.host.quiet();
    assert.equal(trial.status('r'), 'Succeeded');
    const journal = JSON.stringify(trial.store.history.journal(key('r')));
    assert.ok(!journal.includes('questionquestion') && !journal.includes('answeranswer'));
    for (const writes of trial.failing.commits) {
      const put = new Set(writes.flatMap((write) => (write.kind === 'putBlob' ? [write.hash] : [])));
      for (const write of writes) {
        if (write.kind !== 'appendJournal') continue;
        for (const [, hash] of JSON.stringify(write.row).matchAll(/"blob":"([0-9a-f]{64})"/g)) {
          assert.ok(put.has(hash as string) || trial.store.blobs.read(hash as string) !== undefined);
        }
      }
    }
    const sizes = trial.failing.commits.map((writes) => writes.filter(({ kind }) => kind === 'putBlob').length);
    assert.ok((sizes[0] ?? 0) >= 1 && (sizes[1] ?? 0) >= 1, String(sizes));
  });

  test('every run puts the blobs it refers to, though another run has put them before', async () => {
    const trial = new Trial();
    const body = { text: 'same'.repeat(10_000) };
    await trial.start('big', 'r1', { body });
    await trial.start('big', 'r2', { body });
    await trial.host.quiet();
    const starts = trial.failing.commits.filter((writes) => writes.some(({ kind }) => kind === 'putBlob'));
    const hashes = starts.map((writes) => writes.flatMap((write) => (write.kind === 'putBlob' ? [write.hash] : [])));
    assert.equal(hashes.flat().filter((hash) => hash === hashes[0]?.[0]).length, 2);
  });
});

describe('embedded host: faults', () => {
  test('a start whose commit fails is refused, and nothing of it is left or carried out', async () => {
    const trial = new Trial();
    trial.failing.failure = new Fault('StoreUnavailable', 'disk full');
    await assert.rejects(trial.start('call', 'r'), (error) => faultOf(error).code === 'StoreUnavailable');
    await trial.host.quiet();
    assert.equal(trial.effects.calls.length, 0);
    assert.equal(trial.host.counts().runsInMemory, 0);
    trial.failing.failure = undefined;
    await trial.start('call', 'r');
    await trial.host.quiet();
    assert.equal(trial.status('r'), 'Succeeded');
  });

  test('an event that comes while the start is being committed waits for it, and fails with it', async () => {
    const trial = new Trial();
    const good = [trial.start('wait', 'r1'), trial.host.cancel(key('r1'))];
    assert.deepEqual(await Promise.all(good), [undefined, 'accepted']);
    assert.equal(trial.status('r1'), 'Cancelled');
    trial.failing.failure = new Fault('StoreUnavailable', 'disk full');
    const results = await Promise.allSettled([trial.start('wait', 'r2'), trial.host.cancel(key('r2'))]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(trial.host.counts().runsInMemory, 0);
  });

  test('a step whose commit fails for a lack of disk goes on once the disk is back, without a second call', async () => {
    const trial = new Trial({ commitRetry: 1_000 });
    trial.effects.isHeld = true;
    await trial.start('call', 'r');
    trial.failing.failure = new Fault('StoreUnavailable', 'disk full');
    trial.effects.release();
    for (let index = 0; index < 5; index += 1) {
      for (let turns = 0; turns < 5; turns += 1) await turn();
      trial.clock.advance(1_000);
    }
    assert.equal(trial.effects.calls.length, 1, 'the next action was begun before its cause was durable');
    assert.deepEqual(trial.logged, ['Commits fail and are tried again until they succeed.']);
    trial.failing.failure = undefined;
    for (let turns = 0; turns < 5; turns += 1) await turn();
    trial.clock.advance(1_000);
    await trial.host.quiet();
    assert.equal(trial.status('r'), 'Succeeded');
    assert.deepEqual(
      trial.effects.calls.map(({ path }) => path.action),
      ['First', 'Second'],
    );
  });

  test('a step that the store refuses takes its run out of memory; a restart goes on with it', async () => {
    const trial = new Trial();
    trial.effects.isHeld = true;
    await trial.start('call', 'r');
    trial.failing.failure = new Fault('StoreRefused', 'constraint');
    trial.effects.release();
    await trial.host.quiet();
    assert.equal(trial.host.counts().runsInMemory, 0);
    trial.failing.failure = undefined;
    await trial.restart();
    await trial.host.quiet();
    assert.equal(trial.status('r'), 'Succeeded');
  });

  test('a step that throws ends its run as failed, and is not made again', async () => {
    const trial = new Trial();
    const answers: RunAnswer[] = [];
    await trial.start('broken', 'r', { onAnswer: (answer) => answers.push(answer) });
    await trial.host.quiet();
    assert.equal(trial.status('r'), 'Failed');
    assert.ok(!JSON.stringify(trial.store.history.journal(key('r'))).includes('secret text'));
    assert.ok(!trial.logged.join().includes('secret text'));
    assert.deepEqual(trial.store.history.unfinished(), []);
    assert.deepEqual(answers, [{ kind: 'noResponse' }]);
    assert.equal(await trial.host.cancel(key('r')), 'finished');
    await trial.restart();
    assert.deepEqual([trial.host.counts().runsInMemory, trial.host.counts().timers], [0, 0]);
  });

  test('two runs of one name: the second start is refused', async () => {
    const trial = new Trial();
    await trial.start('wait', 'r');
    await assert.rejects(trial.start('wait', 'r'), (error) => faultOf(error).code === 'Conflict');
    await trial.restart();
    await trial.host.cancel(key('r'));
    await assert.rejects(trial.start('wait', 'r'));
    assert.equal(trial.status('r'), 'Cancelled');
  });

  test('a caller that throws when it is answered harms nobody', async () => {
    const trial = new Trial();
    const onAnswer = (): void => {
      throw new Error('gone');
    };
    await trial.start('respond', 'r', { onAnswer });
    await trial.host.quiet();
    assert.equal(trial.status('r'), 'Succeeded');
    assert.equal(trial.logged.length, 1);
  });
});

describe('embedded host: waiting runs', () => {
  test('runs that only wait leave memory and end all the same', async () => {
    const trial = new Trial({ waitingRunsKept: 10 });
    const names = Array.from({ length: 50 }, (_, index) => `r${index}`);
    for (const name of names) await trial.start('wait', name);
    await trial.host.quiet();
    assert.equal(trial.host.counts().runsInMemory, 10);
    assert.equal(trial.host.counts().timers, 100);
    trial.clock.advance(3_600_000);
    await trial.host.quiet();
    for (const name of names) assert.equal(trial.status(name), 'Succeeded');
    assert.equal(trial.effects.calls.length, 50);
    assert.deepEqual([trial.host.counts().runsInMemory, trial.host.counts().timers], [0, 0]);
  });

  test('a run that left memory takes its callback and its cancellation', async () => {
    const trial = new Trial({ waitingRunsKept: 0 });
    await trial.start('hook', 'r1');
    await trial.start('wait', 'r2');
    await trial.host.quiet();
    assert.equal(trial.host.counts().runsInMemory, 0);
    assert.equal(await trial.host.deliver(key('r1'), 'Approve', { value: { body: 1 } }), 'accepted');
    assert.equal(await trial.host.cancel(key('r2')), 'accepted');
    assert.equal(trial.effects.calls.length, 1, 'taking a run up repeats nothing');
    assert.deepEqual([trial.status('r1'), trial.status('r2')], ['Succeeded', 'Cancelled']);
  });

  test('of two callbacks at once one is accepted', async () => {
    const trial = new Trial();
    await trial.start('hook', 'r');
    await trial.host.quiet();
    const content = { value: { body: 1 } };
    const results = await Promise.all([1, 2, 3].map(() => trial.host.deliver(key('r'), 'Approve', content)));
    assert.equal(results.filter((result) => result === 'accepted').length, 1);
  });
});

describe('embedded host: recovery', () => {
  test('many unfinished runs are taken up in slices; one asked for meanwhile is taken up once', async () => {
    const trial = new Trial({ slice: 0 });
    const names = Array.from({ length: 60 }, (_, index) => `r${index}`);
    for (const name of names) await trial.start('hook', name);
    await trial.host.quiet();
    const calls = trial.effects.calls.length;
    trial.reopen();
    const recovered = trial.host.recover();
    assert.equal(await trial.host.deliver(key('r59'), 'Approve', { value: { body: 1 } }), 'accepted');
    assert.ok(trial.host.counts().runsToRecover > 0, 'recovery did not make way');
    await recovered;
    assert.equal(trial.host.counts().runsToRecover, 0);
    for (const name of names.slice(0, -1)) {
      assert.equal(await trial.host.deliver(key(name), 'Approve', { value: { body: 1 } }), 'accepted');
    }
    assert.equal(await trial.host.deliver(key('r59'), 'Approve', { value: { body: 1 } }), 'finished');
    assert.deepEqual([calls, trial.effects.calls.length], [60, 60]);
  });

  test('events come before recovery has reached their run', async () => {
    const trial = new Trial();
    for (const name of ['r1', 'r2', 'r3']) await trial.start('wait', name);
    trial.reopen();
    assert.equal(trial.host.counts().runsToRecover, 3);
    assert.equal(await trial.host.cancel(key('r3')), 'accepted');
    assert.equal(trial.host.counts().runsToRecover, 2);
    await trial.host.recover();
    assert.equal(await trial.host.cancel(key('r3')), 'finished');
    trial.clock.advance(3_600_000);
    await trial.host.quiet();
    const statuses = ['r1', 'r2', 'r3'].map((name) => trial.status(name));
    assert.deepEqual(statuses, ['Succeeded', 'Succeeded', 'Cancelled']);
  });

  test('a run whose definition is gone is left as it is, and the others go on', async () => {
    const trial = new Trial();
    await trial.start('wait', 'r1');
    await trial.start('call', 'r2', {});
    await trial.start('hook', 'r3');
    await trial.host.quiet();
    trial.unknownVersions.add('wait');
    await trial.restart();
    assert.equal(trial.logged.length, 1);
    assert.equal(await trial.host.deliver(key('r3'), 'Approve', { value: { body: 1 } }), 'accepted');
    assert.equal(trial.status('r1'), 'Running');
    trial.unknownVersions.clear();
    await trial.restart();
    trial.clock.advance(3_600_000);
    await trial.host.quiet();
    assert.equal(trial.status('r1'), 'Succeeded');
  });

  test('a run whose record has ended is taken up while its last call is under way', async () => {
    const trial = new Trial();
    await trial.start('hook', 'r');
    await trial.host.quiet();
    trial.effects.isHeld = true;
    assert.equal(await trial.host.cancel(key('r')), 'accepted');
    assert.equal(trial.status('r'), 'Cancelled');
    assert.equal(trial.store.history.run(key('r'))?.endTime, undefined);
    trial.effects.isHeld = false;
    await trial.restart();
    await trial.host.quiet();
    assert.deepEqual(
      trial.effects.calls.map(({ request }) => request.type),
      ['Subscribe', 'Unsubscribe', 'Unsubscribe'],
    );
    assert.ok(trial.store.history.run(key('r'))?.endTime !== undefined);
    assert.deepEqual(trial.store.history.unfinished(), []);
  });
});

describe('embedded host: draining', () => {
  test('effects under way may finish and their outcome is kept; what comes next waits for the next start', async () => {
    const trial = new Trial();
    trial.effects.isHeld = true;
    const answers: RunAnswer[] = [];
    await trial.start('call', 'r', { onAnswer: (answer) => answers.push(answer) });
    const drained = trial.host.drain();
    await turn();
    await assert.rejects(trial.host.cancel(key('r')), (error) => faultOf(error).code === 'ServiceUnavailable');
    trial.effects.release();
    await drained;
    assert.equal(trial.actions('r').get('First')?.status, 'Succeeded');
    assert.equal(trial.effects.calls.length, 1);
    assert.deepEqual(answers, [{ kind: 'noResponse' }]);
    await trial.restart();
    await trial.host.quiet();
    assert.equal(trial.status('r'), 'Succeeded');
    assert.deepEqual(
      trial.effects.calls.map(({ path }) => path.action),
      ['First', 'Second'],
    );
  });

  test('an effect that takes too long is aborted and repeated by the next start', async () => {
    const trial = new Trial({ drain: 5_000 });
    trial.effects.isHeld = true;
    await trial.start('call', 'r');
    const drained = trial.host.drain();
    await turn();
    trial.clock.advance(5_000);
    await drained;
    assert.equal(trial.actions('r').get('First')?.status, 'Running');
    trial.effects.isHeld = false;
    await trial.restart();
    await trial.host.quiet();
    assert.deepEqual(
      trial.effects.calls.map(({ idempotencyKey }) => idempotencyKey),
      ['r/First', 'r/First', 'r/Second'],
    );
  });

  test('draining twice, and after a halt, resolves', async () => {
    const trial = new Trial();
    await Promise.all([trial.host.drain(), trial.host.drain()]);
    trial.host.halt();
    await trial.host.drain();
    await trial.host.quiet();
  });
});
