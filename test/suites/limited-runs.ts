/**
 * What every `RunHost` must do for triggers that limit their runs, and for callers that wait over a restart.
 *
 * Owns: the tests. Does not own: the factory and the world (`run-host.ts`).
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foldHistory, type RunAnswer, type RunQueue } from '#engine';
import {
  actionOf,
  type Check,
  checkWith,
  driveToEnd,
  failsWith,
  keyOf,
  ok,
  type RunHostFactory,
  type RunHostUnderTest,
  startLoosely,
  statusOf,
  World,
} from './run-host.ts';

export function limitedRunsSuite(title: string, factory: RunHostFactory): void {
  const check = checkWith(factory);
  describe(`${title}: limited triggers`, () => queueTests(check, factory));
  describe(`${title}: patient callers`, () => patientTests(check));
}

// --- Limited triggers (H5) --------------------------------------------------------------------------------------

const queue: RunQueue = { key: 'suite/triggers/manual', runs: 2, waitingRuns: 3 };
const five = ['run1', 'run2', 'run3', 'run4', 'run5'];

const statuses = (under: RunHostUnderTest, names: readonly string[] = five): readonly (string | undefined)[] =>
  names.map((name) => statusOf(under, name));

async function startQueued(world: World, under: RunHostUnderTest, version = 'calls'): Promise<void> {
  for (const name of five) await under.host.start({ ...world.newRun(version, name), queue });
}

function queueTests(check: Check, factory: RunHostFactory): void {
  check('beyond the limit runs are created waiting, make no call, and leave room for fewer', async (world, under) => {
    world.effects.hold('https://first.test/');
    assert.equal(under.host.room(queue), 5);
    await startQueued(world, under);
    assert.deepEqual(statuses(under), ['Running', 'Running', 'Waiting', 'Waiting', 'Waiting']);
    assert.equal(under.host.room(queue), 0);
    assert.equal(under.host.room({ ...queue, key: 'another' }), 5);
    assert.ok(world.effects.calls.length <= 2);
    world.effects.release();
    for (const name of five) assert.equal(await driveToEnd(world, under, name), 'Succeeded');
    assert.equal(under.host.room(queue), 5);
  });

  check(
    'a run that ends lets the one that has waited longest go on, and notes when its wait ended',
    async (world, under) => {
      await startQueued(world, under, 'wait');
      world.clock.advance(3_600_000);
      await under.quiet();
      assert.deepEqual(statuses(under), ['Succeeded', 'Succeeded', 'Running', 'Running', 'Waiting']);
      const run = foldHistory(under.history(keyOf('run3'))).run;
      assert.equal(run?.startTime, '2026-01-01T00:00:00.0000000Z');
      assert.equal(run.waitEndTime, '2026-01-01T01:00:00.0000000Z');
      await driveToEnd(world, under, 'run5');
      assert.equal(foldHistory(under.history(keyOf('run5'))).run?.waitEndTime, '2026-01-01T02:00:00.0000000Z');
    },
  );

  check('runs of one start beyond the limit wait as well', async (world, under) => {
    world.effects.hold('https://first.test/');
    await under.host.startMany(five.map((name) => ({ ...world.newRun('calls', name), queue })));
    assert.deepEqual(statuses(under), ['Running', 'Running', 'Waiting', 'Waiting', 'Waiting']);
    world.effects.release();
    for (const name of five) assert.equal(await driveToEnd(world, under, name), 'Succeeded');
  });

  check('a waiting run can be cancelled: its actions are skipped and its place is free', async (world, under) => {
    world.effects.hold('https://first.test/');
    await startQueued(world, under);
    assert.equal(await under.host.cancel(keyOf('run4')), 'accepted');
    assert.equal(statusOf(under, 'run4'), 'Cancelled');
    assert.deepEqual(
      [actionOf(under, 'run4', 'First')?.status, actionOf(under, 'run4', 'First')?.code],
      ['Skipped', 'Terminated'],
    );
    assert.equal(under.host.room(queue), 1);
    assert.equal(await under.host.cancel(keyOf('run4')), 'finished');
    world.effects.release();
    for (const name of ['run3', 'run5']) assert.equal(await driveToEnd(world, under, name), 'Succeeded');
    assert.ok(world.effects.calls.every((call) => !call.idempotencyKey.startsWith('run4/')));
  });

  check('cancelling a running run lets a waiting one go on', async (world, under) => {
    await startQueued(world, under, 'wait');
    await under.host.cancel(keyOf('run1'));
    await under.quiet();
    assert.deepEqual(statuses(under), ['Cancelled', 'Running', 'Running', 'Waiting', 'Waiting']);
  });

  check('a limit raised by a later firing lets more runs go on at once', async (world, under) => {
    await startQueued(world, under, 'wait');
    await under.host.start({ ...world.newRun('wait', 'run6'), queue: { ...queue, runs: 5 } });
    await under.quiet();
    assert.deepEqual(statuses(under), ['Running', 'Running', 'Running', 'Running', 'Running']);
    assert.equal(statusOf(under, 'run6'), 'Waiting');
  });

  check('a start that writes nothing leaves no one in the queue', async (world, under) => {
    const runs = [{ ...world.newRun('calls', 'run1'), queue }, world.newRun('unknown', 'run2')];
    await assert.rejects(under.host.startMany(runs), failsWith('WorkflowVersionNotFound'));
    assert.equal(under.host.room(queue), 5);
  });

  check('a waiting run times out when its duration has passed', async (world, under) => {
    await startQueued(world, under, 'webhook');
    world.clock.advance(world.settings.runDuration);
    await under.quiet();
    assert.deepEqual(new Set(statuses(under)), new Set(['TimedOut']));
  });

  check('the caller of a waiting run gets 504 when its turn does not come in time', async (world, under) => {
    const answers: RunAnswer[] = [];
    for (const name of ['run1', 'run2']) await under.host.start({ ...world.newRun('wait', name), queue });
    await under.host.start({ ...world.newRun('response', 'run3', (answer) => answers.push(answer)), queue });
    world.clock.advance(world.settings.responseTimeout);
    await under.quiet();
    assert.deepEqual(
      answers.map((answer) => answer.kind === 'response' && answer.statusCode),
      [504],
    );
    assert.equal(statusOf(under, 'run3'), 'Waiting');
  });

  check('after a crash running runs run, waiting ones wait, and their order holds', async (world, under) => {
    await startQueued(world, under, 'wait');
    await under.reopen();
    await under.quiet();
    assert.deepEqual(statuses(under), ['Running', 'Running', 'Waiting', 'Waiting', 'Waiting']);
    assert.equal(under.host.room(queue), 0);
    world.clock.advance(3_600_000);
    await under.quiet();
    assert.deepEqual(statuses(under), ['Succeeded', 'Succeeded', 'Running', 'Running', 'Waiting']);
  });

  test('a crash after any commit never runs more than the limit, and loses no run', async () => {
    for (let commit = 1; commit <= 24; commit += 1) {
      const world = new World();
      let most = 0;
      const executing = (): number => statuses(under).filter((status) => status === 'Running').length;
      world.effects.answerBy('https://first.test/', () => {
        most = Math.max(most, executing());
        return ok({ done: true });
      });
      world.effects.answerBy('https://second.test/', () => ok({ done: true }));
      const under = await factory(world);
      under.crashAfterCommit(commit);
      for (const name of five) startLoosely(under, { ...world.newRun('calls', name), queue });
      await under.quiet();
      if (under.crashed()) await under.reopen();
      const kept = five.filter((name) => statusOf(under, name) !== undefined);
      assert.ok(kept.length > 0);
      for (const name of kept) assert.equal(await driveToEnd(world, under, name), 'Succeeded', `crash after ${commit}`);
      assert.ok(most <= 2, `${most} runs at once after a crash at commit ${commit}`);
      assert.equal(under.host.room(queue), 5);
      await under.close();
    }
  });
}

// --- Patient callers --------------------------------------------------------------------------------------------

function patientTests(check: Check): void {
  const answered = {
    kind: 'response',
    statusCode: 201,
    headers: { 'x-answer': 'yes' },
    body: { value: { done: true } },
  };
  const sameAs = (actual: readonly RunAnswer[], times: number): void => {
    assert.deepEqual(
      [...actual],
      Array.from({ length: times }, () => answered),
    );
  };

  check('a patient caller gets its answer however late', async (world, under) => {
    const answers: RunAnswer[] = [];
    world.effects.hold('https://first.test/');
    const run = world.newRun('response', 'run1', (answer) => answers.push(answer));
    await under.host.start({ ...run, patientCaller: true });
    world.clock.advance(10 * world.settings.responseTimeout);
    world.effects.release();
    await driveToEnd(world, under, 'run1');
    sameAs(answers, 1);
  });

  check(
    'after a crash a patient caller asks again and gets the same answer, before and after it was given',
    async (world, under) => {
      world.effects.hold('https://first.test/');
      await under.host.start({ ...world.newRun('response', 'run1'), patientCaller: true });
      await under.reopen();
      const answers: RunAnswer[] = [];
      assert.equal(await under.host.awaitAnswer(keyOf('run1'), (answer) => answers.push(answer)), true);
      assert.equal(answers.length, 0);
      world.effects.release();
      await driveToEnd(world, under, 'run1');
      sameAs(answers, 1);
      await under.reopen();
      assert.equal(await under.host.awaitAnswer(keyOf('run1'), (answer) => answers.push(answer)), true);
      sameAs(answers, 2);
    },
  );

  check('a run without a Response answers a patient caller with its end', async (world, under) => {
    await under.host.start({ ...world.newRun('wait', 'run1'), patientCaller: true });
    const answers: RunAnswer[] = [];
    await under.host.awaitAnswer(keyOf('run1'), (answer) => answers.push(answer));
    await driveToEnd(world, under, 'run1');
    assert.deepEqual(answers, [{ kind: 'noResponse' }]);
    assert.equal(await under.host.awaitAnswer(keyOf('nobody'), (answer) => answers.push(answer)), false);
  });
}
