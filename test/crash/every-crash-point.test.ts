/**
 * A process that dies at any commit of a run, before or after the disk has it, loses nothing and repeats no more than the
 * effects in flight: tried at every commit in turn, on the real store, for a workflow that needs every kind of command.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ActionRecord, type Command, foldHistory, type RunEvent, type RunState, step } from '#engine';
import type { JournalRow, Json } from '#foundation';
import type { CrashPoint } from '../suites/crashing-store.ts';
import { StoredContent } from '../suites/stored-content.ts';
import { EmbeddedHostUnderTest } from '../suites/embedded-host-under-test.ts';
import { crashRunKey, EveryCommandWorld } from './every-command.ts';
import { sqliteUnderTest } from './sqlite-under-test.ts';

interface Crash {
  readonly commit: number;
  readonly point: CrashPoint;
}

class Attempt {
  readonly world = new EveryCommandWorld();
  readonly under: EmbeddedHostUnderTest;
  hasCrashed = false;

  constructor(under: (world: EveryCommandWorld) => EmbeddedHostUnderTest) {
    this.under = under(this.world);
  }

  static async make(): Promise<Attempt> {
    const store = await sqliteUnderTest();
    // Snapshots often, and no waiting run in memory: both are then crossed by crashes too.
    return new Attempt((world) => new EmbeddedHostUnderTest(world, store, { snapshotEvents: 4, waitingRunsKept: 0 }));
  }

  /** Drives the run to its very end, through the crash if there is one. */
  async drive(crash?: Crash): Promise<void> {
    const { world, under } = this;
    if (crash !== undefined) under.crashAt(crash.commit, crash.point);
    this.#start();
    for (let move = 0; move < 300; move += 1) {
      await this.#settle();
      if (under.crashed()) await this.#reopen();
      else if (under.store.history.run(crashRunKey)?.endTime !== undefined) return;
      else if (!this.#approves()) assert.ok(world.clock.advanceToNext(), 'the run waits for nothing');
    }
    throw new Error('the run did not end');
  }

  get journal(): readonly JournalRow[] {
    return this.under.store.history.journal(crashRunKey);
  }

  #start(): void {
    this.under.host.start(this.world.newRun()).catch(() => undefined);
  }

  /** Waits until nothing moves but the call that hangs. */
  async #settle(): Promise<void> {
    for (;;) {
      const { stepsUnderWay, effectsUnderWay } = this.under.host.counts();
      if (this.under.crashed() || (stepsUnderWay === 0 && effectsUnderWay === this.world.effects.hanging)) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Opens the next life and checks that it repeats nothing but what was in flight. */
  async #reopen(): Promise<void> {
    const { world, under } = this;
    this.hasCrashed = true;
    const before = world.effects.calls.length;
    await under.reopen();
    if (under.store.history.run(crashRunKey) === undefined) {
      assert.equal(before, 0, 'a run that was never durable made a call');
      this.#start();
      return;
    }
    const made = new Map(world.effects.calls.slice(0, before).map((call) => [call.id, call]));
    const done = new Set(this.journal.flatMap(({ event }) => effectOf(event as unknown as RunEvent)));
    await this.#settle();
    for (const call of world.effects.calls.slice(before)) {
      assert.ok(!done.has(call.id), `the finished call ${call.idempotencyKey} is repeated`);
      const first = made.get(call.id);
      if (first === undefined) continue;
      assert.deepEqual(
        [call.idempotencyKey, call.clientRequestId, call.attempt],
        [first.idempotencyKey, first.clientRequestId, first.attempt],
      );
    }
  }

  #approves(): boolean {
    const approve = foldHistory(this.under.history(crashRunKey)).actions.get('Approve');
    if (approve?.status !== 'Running') return false;
    const body = { approved: true, text: 'z'.repeat(40_000) };
    this.under.host.deliver(crashRunKey, 'Approve', { value: { headers: {}, body } }).catch(() => undefined);
    return true;
  }
}

function effectOf(event: RunEvent): readonly string[] {
  return event.kind === 'actionDone' ? [event.effect] : [];
}

/** Everything a reader of the run sees, but times, tracking ids, and the Response: whose caller a crash takes away. */
function outcomeOf(attempt: Attempt): Json {
  const folded = foldHistory(attempt.under.history(crashRunKey));
  const plain = ({ startTime: _s, endTime: _e, trackingId: _t, retryHistory, ...record }: ActionRecord): Json =>
    JSON.parse(JSON.stringify({ ...record, retries: retryHistory?.length ?? 0 })) as Json;
  const names = [...folded.actions.keys()].filter((name) => name !== 'Response').sort();
  return {
    status: folded.run?.status ?? null,
    row: attempt.under.store.history.run(crashRunKey)?.status ?? null,
    actions: names.map((name) => plain(folded.actions.get(name) as ActionRecord)),
    repetitions: names.map((name) => folded.repetitions(name).map(plain)),
    iterations: folded.scopeRepetitions('Each').map(plain),
  };
}

/** Replays the whole journal with the bare step function: it must give the history it holds. Answers all commands. */
function replay(attempt: Attempt): readonly Command[] {
  const { world, under, journal } = attempt;
  const plan = world.plans.plan('', '');
  assert.ok(plan);
  const content = new StoredContent(under.store.blobs);
  let state: RunState | undefined;
  const commands: Command[] = [];
  for (const [index, row] of journal.entries()) {
    assert.equal(row.sequence, index, 'the journal has a gap');
    const result = step(plan, state, row.event as unknown as RunEvent, { content, settings: world.settings });
    state = result.state;
    commands.push(...result.commands);
    assert.deepEqual(JSON.parse(JSON.stringify(result.history)), row.history, `row ${index} replays differently`);
  }
  return commands;
}

async function inAttempt(body: (attempt: Attempt) => Promise<void>): Promise<void> {
  const attempt = await Attempt.make();
  try {
    await body(attempt);
  } finally {
    await attempt.under.close();
  }
}

test('a process that dies at any commit loses nothing and repeats only what was in flight', async () => {
  let expected: Json = null;
  let commits = 0;
  await inAttempt(async (whole) => {
    await whole.drive();
    expected = outcomeOf(whole);
    commits = whole.under.store.commits;
    const kinds = new Set(replay(whole).map(({ kind }) => kind));
    const everyKind = 'abort cancelTimer closeCallback continue effect finish openCallback respond timer';
    assert.equal([...kinds].sort().join(' '), everyKind);
  });
  assert.ok(commits >= 15, `only ${commits} commits to crash at`);
  for (let commit = 1; commit <= commits; commit += 1) {
    for (const point of ['before', 'after'] as const) {
      await inAttempt(async (attempt) => {
        await attempt.drive({ commit, point });
        assert.ok(attempt.hasCrashed, `no crash ${point} commit ${commit}`);
        replay(attempt);
        assert.deepEqual(outcomeOf(attempt), expected, `crash ${point} commit ${commit}`);
      });
    }
  }
});
