/** Recurrences, sliding windows and polls in virtual time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { TriggerWorld } from './trigger-world.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('recurrences', () => {
  const hourly = { type: 'Recurrence', recurrence: { frequency: 'Hour', interval: 1 } };

  test('without a start time the first run is at the save, the next an interval later', async () => {
    const w = await TriggerWorld.start();
    await w.save(hourly);
    await w.pass(2 * hour + minute);
    assert.deepEqual(w.times(), [0, hour, 2 * hour]);
  });

  test('a start time in the past gives the rhythm, one in the future the first run', async () => {
    const w = await TriggerWorld.start();
    const at = (startTime: string) => ({
      type: 'Recurrence',
      recurrence: { frequency: 'Hour', interval: 1, startTime },
    });
    await w.save(at('2025-12-31T00:20:00Z'), { name: 'past' });
    await w.pass(hour);
    assert.deepEqual(w.times(), [20 * minute]);
    await w.save(at('2026-01-01T03:30:00Z'), { name: 'future' });
    await w.post(
      '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Logic/workflows/past',
      'disable',
    );
    await w.pass(4 * hour);
    assert.deepEqual(w.times().slice(1), [3.5 * hour, 4.5 * hour]);
  });

  test('RT1: what was missed while the server was down is not made up', async () => {
    const w = await TriggerWorld.start();
    await w.save(hourly);
    w.crash();
    await w.pass(5 * hour + minute);
    w.boot();
    await w.pass(hour);
    assert.deepEqual(w.times(), [0, 6 * hour]);
  });

  test('RT1: the run at the save is made up, for the save was acknowledged', async () => {
    const w = await TriggerWorld.start();
    w.crash();
    await w.save(hourly);
    assert.deepEqual(w.times(), []);
    await w.pass(10 * minute);
    w.boot();
    await w.pass(hour);
    assert.deepEqual(w.times(), [0, hour]);
  });

  test('RT2: a clock that is set back by hours or by years does not silence a recurrence, and fires no occurrence twice', async () => {
    for (const [jump, step] of [
      [-30 * minute, hour],
      [-400 * 24 * hour, hour],
    ] as const) {
      const w = await TriggerWorld.start();
      await w.save(hourly);
      await w.pass(3 * hour + minute);
      assert.equal(w.times().length, 4);
      w.world.clock.jump(jump);
      w.crash();
      w.boot();
      await w.pass(3 * step + 31 * minute, minute);
      const later = w.times().length - 4;
      assert.ok(later === 3 || later === 4, `${later} occurrences in three hours and a half`);
      assert.equal(new Set(w.times()).size, w.times().length);
    }
  });

  test('TT3: a firing whose commit fails is tried again and counts once', async () => {
    const w = await TriggerWorld.start();
    const { host } = w.world.services;
    const startMany = host.startMany.bind(host);
    let failures = 2;
    Object.assign(host, {
      startMany: (...given: Parameters<typeof startMany>) =>
        failures-- > 0 ? Promise.reject(new Error('disk full')) : startMany(...given),
    });
    await w.save(hourly);
    await w.pass(minute);
    assert.deepEqual(w.times(), [0]);
  });

  test('a disabled workflow runs no more; enabling it arms it as a save does', async () => {
    const w = await TriggerWorld.start();
    const id = await w.save(hourly);
    await w.post(id, 'disable');
    assert.equal(w.triggers.next(id, 't'), undefined);
    await w.pass(3 * hour);
    await w.post(id, 'enable');
    await w.pass(hour);
    assert.deepEqual(w.times(), [0, 3 * hour, 4 * hour]);
  });

  test('a new version arms anew, a change that makes none keeps the rhythm', async () => {
    const w = await TriggerWorld.start();
    const id = await w.save(hourly);
    await w.pass(30 * minute);
    await w.save(hourly);
    await w.post(id, 'regenerateAccessKey', { keyType: 'Primary' });
    await w.pass(hour);
    assert.deepEqual(w.times(), [0, hour]);
    await w.save(hourly, { note: 'other' });
    await w.pass(hour);
    assert.deepEqual(w.times(), [0, hour, 1.5 * hour, 2.5 * hour]);
  });

  test('count and end time end it, and the trigger is then completed', async () => {
    const w = await TriggerWorld.start();
    const id = await w.save({ type: 'Recurrence', recurrence: { frequency: 'Hour', interval: 1, count: 2 } });
    await w.save(
      { type: 'Recurrence', recurrence: { frequency: 'Hour', interval: 1, endTime: '2026-01-01T01:30:00Z' } },
      { name: 'ending' },
    );
    await w.pass(4 * hour);
    assert.deepEqual(w.times(), [0, 0, hour, hour]);
    const { body } = await w.world.call('GET', `${id}/triggers/t?api-version=2019-05-01`);
    assert.equal(((body as JsonObject).properties as JsonObject).state, 'Completed');
  });

  test('a deleted workflow runs no more, and one of its name begins anew', async () => {
    const w = await TriggerWorld.start();
    const id = await w.save(hourly);
    await w.world.call('DELETE', `${id}?api-version=2019-05-01`);
    await w.pass(2 * hour);
    assert.deepEqual(w.times(), [0]);
    await w.save(hourly);
    assert.deepEqual(w.times(), [0, 2 * hour]);
  });
});

describe('sliding windows', () => {
  const windows = (w: TriggerWorld) =>
    w.world.runs.map(({ trigger: { outputs } }) =>
      outputs !== undefined && 'value' in outputs ? outputs.value : null,
    );
  const at = (time: string) => `2026-01-01T${time}:00.0000000Z`;

  test('SW2: every window has its run, those of a stop too, in order and once', async () => {
    const w = await TriggerWorld.start();
    await w.save({
      type: 'SlidingWindow',
      inputs: { delay: 'PT10M' },
      recurrence: { frequency: 'Hour', interval: 1, startTime: '2025-12-31T22:00:00Z' },
    });
    assert.equal(windows(w).length, 1);
    await w.pass(10 * minute);
    assert.equal(windows(w).length, 2);
    w.crash();
    await w.pass(3 * hour);
    w.boot();
    await w.pass(minute);
    assert.deepEqual(windows(w).slice(2), [
      { windowStartTime: at('00:00'), windowEndTime: at('01:00') },
      { windowStartTime: at('01:00'), windowEndTime: at('02:00') },
      { windowStartTime: at('02:00'), windowEndTime: at('03:00') },
    ]);
  });

  test('windows go on over disabling, and begin anew when the trigger is changed', async () => {
    const w = await TriggerWorld.start();
    const sliding = (interval: number) => ({ type: 'SlidingWindow', recurrence: { frequency: 'Hour', interval } });
    const id = await w.save(sliding(1));
    await w.pass(hour);
    await w.post(id, 'disable');
    await w.pass(2 * hour);
    assert.equal(windows(w).length, 1);
    await w.post(id, 'enable');
    await w.pass(minute);
    assert.equal(windows(w).length, 3);
    await w.save(sliding(2));
    await w.pass(2 * hour);
    assert.deepEqual(windows(w).slice(3), [{ windowStartTime: at('03:01'), windowEndTime: at('05:01') }]);
  });

  test('run gives the window under way and takes none away', async () => {
    const w = await TriggerWorld.start();
    const id = await w.save({ type: 'SlidingWindow', recurrence: { frequency: 'Hour', interval: 1 } });
    assert.equal(await w.post(id, 'triggers/t/run'), 202);
    await w.pass(hour);
    const first = { windowStartTime: at('00:00'), windowEndTime: at('01:00') };
    assert.deepEqual(windows(w), [first, first]);
  });
});

describe('polls', () => {
  const http = (more: JsonObject = {}) => ({
    type: 'Http',
    inputs: { method: 'GET', uri: 'https://example.org/start' },
    recurrence: { frequency: 'Hour', interval: 1 },
    ...more,
  });

  test('PT2: the cursor and the next due time survive a crash, and a poll cut off is repeated with its key', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 202, headers: { Location: '/next?triggerState=7', 'Retry-After': '7200' } });
    await w.save(http());
    w.boot();
    await w.pass(2 * hour - minute);
    assert.equal(w.calls.length, 1);
    w.script = () => undefined;
    await w.pass(2 * minute);
    w.boot();
    w.script = () => ({ body: 'found' });
    await w.pass(minute);
    assert.deepEqual(
      w.calls.map(({ uri }) => uri),
      [
        'https://example.org/start',
        'https://example.org/next?triggerState=7',
        'https://example.org/next?triggerState=7',
      ],
    );
    assert.notEqual(w.calls[0]?.key, w.calls[1]?.key);
    assert.equal(w.calls[1]?.key, w.calls[2]?.key);
    assert.deepEqual(w.bodies(), ['found']);
  });

  test('PT2: an answer whose commit fails moves no cursor and fires once', async () => {
    const w = await TriggerWorld.start();
    const { host } = w.world.services;
    const startMany = host.startMany.bind(host);
    let isBroken = true;
    Object.assign(host, {
      startMany: (...given: Parameters<typeof startMany>) =>
        isBroken ? Promise.reject(new Error('disk full')) : startMany(...given),
    });
    w.script = ({ uri }) => ({ body: uri, headers: { location: 'https://example.org/second' } });
    await w.save(http());
    assert.deepEqual(w.bodies(), []);
    isBroken = false;
    await w.pass(10_000);
    assert.deepEqual(w.bodies(), ['https://example.org/start']);
    assert.equal(new Set(w.calls.map(({ key }) => key)).size, 1);
  });

  test('PT1: attempts are part of one poll, wait over a restart, and their policy decides', async () => {
    const w = await TriggerWorld.start();
    const retryPolicy = { type: 'fixed', count: 2, interval: 'PT10M' };
    w.script = () => ({ status: 503 });
    const id = await w.save(http({ inputs: { method: 'GET', uri: 'https://example.org/start', retryPolicy } }));
    await w.pass(5 * minute);
    w.boot();
    await w.pass(4 * minute);
    assert.equal(w.calls.length, 1);
    await w.pass(20 * minute);
    assert.deepEqual(
      w.calls.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    const [failed, ...others] = w.histories(id);
    assert.deepEqual([failed?.status, failed?.code, failed?.fired], ['Failed', 'ServiceUnavailable', false]);
    assert.equal(failed?.retryHistory?.length, 2);
    assert.equal(failed?.startTime, '2026-01-01T00:00:00.0000000Z');
    assert.deepEqual(others, []);
    assert.deepEqual(w.world.runs, []);
  });

  test('limit.timeout ends the attempts of a poll', async () => {
    const w = await TriggerWorld.start();
    const retryPolicy = { type: 'fixed', count: 9, interval: 'PT10M' };
    w.script = () => ({ status: 503 });
    const inputs = { method: 'GET', uri: 'https://example.org/start', retryPolicy };
    const id = await w.save(http({ inputs, limit: { timeout: 'PT25M' } }));
    await w.pass(50 * minute);
    assert.equal(w.calls.length, 3);
    assert.equal(w.histories(id).length, 1);
  });

  test('PT3: an answer that comes after the workflow was disabled counts for nothing', async () => {
    const w = await TriggerWorld.start();
    w.script = () => undefined;
    const id = await w.save(http());
    assert.equal(w.calls.length, 1);
    await w.post(id, 'disable');
    assert.deepEqual(w.histories(id), []);
    w.script = () => ({ body: 1 });
    await w.post(id, 'enable');
    await w.pass(10);
    assert.deepEqual(w.bodies(), [1]);
  });

  test('the cursor stays over saves of other parts and is gone with a change of the trigger or a reset', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 202, headers: { location: 'https://example.org/cursor' } });
    const id = await w.save(http());
    await w.save(http(), { note: 'other' });
    await w.pass(10);
    await w.post(id, 'disable');
    await w.post(id, 'enable');
    await w.pass(10);
    await w.save(http({ recurrence: { frequency: 'Hour', interval: 2 } }));
    await w.pass(2 * hour);
    await w.post(id, 'triggers/t/reset');
    assert.deepEqual(
      w.calls.map(({ uri }) => uri.split('/').at(-1)),
      ['start', 'cursor', 'cursor', 'start', 'cursor', 'start'],
    );
  });

  test('setState goes on from where another trigger is', async () => {
    const w = await TriggerWorld.start();
    w.script = ({ uri }) => ({ status: 202, headers: { location: `${uri}x` } });
    const from = await w.save(http(), { name: 'from' });
    const id = await w.save(http(), { name: 'to' });
    assert.equal(await w.post(id, 'triggers/t/setState', { source: { id: `${from}/triggers/t` } }), 200);
    assert.equal(w.calls.at(-1)?.uri, 'https://example.org/startx');
    assert.equal(await w.post(id, 'triggers/t/setState', {}), 400);
  });

  test('Retry-After: 0 after a 200 polls again at once; after a 202 the recurrence is the least', async () => {
    const w = await TriggerWorld.start();
    w.script = () =>
      w.calls.length < 4
        ? { body: w.calls.length, headers: { 'retry-after': '0' } }
        : { status: 202, headers: { 'retry-after': '0' } };
    await w.save(http());
    await w.pass(minute);
    assert.deepEqual(w.bodies(), [1, 2, 3]);
    assert.equal(w.calls.length, 4);
    await w.pass(hour);
    assert.equal(w.calls.length, 5);
  });

  test('only 200 fires, an error fails, and what else there is is skipped', async () => {
    const w = await TriggerWorld.start();
    const statuses = [200, 201, 204, 302, 400];
    w.script = () => ({ status: statuses[w.calls.length - 1] ?? 202, body: 'b' });
    const id = await w.save(http());
    await w.pass(4 * hour);
    assert.equal(w.world.runs.length, 1);
    assert.deepEqual(
      w.histories(id).map(({ status, code }) => `${status} ${code}`),
      ['Skipped Created', 'Skipped NoContent', 'Skipped Found', 'Failed BadRequest'],
    );
  });

  test('what the sandbox made up fires nothing by itself', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ body: {}, sandbox: 'inferred' });
    const id = await w.save(http());
    assert.deepEqual(
      w.histories(id).map(({ status, fired }) => [status, fired]),
      [['Succeeded', false]],
    );
    assert.equal(await w.post(id, 'triggers/t/run'), 202);
    assert.equal(w.world.runs.length, 1);
  });

  test('a connection is polled at the place its answer names', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({
      status: 202,
      headers: { location: 'https://gateway.example.org/apim/office365/abc/trigger/mail?state=1' },
    });
    await w.save({
      type: 'ApiConnection',
      inputs: { host: { connection: { name: 'c' } }, method: 'get', path: '/trigger/mail', queries: { folder: 'in' } },
      recurrence: { frequency: 'Hour', interval: 1 },
    });
    await w.pass(hour);
    assert.deepEqual(w.calls[1]?.inputs, {
      host: { connection: { name: 'c' } },
      method: 'get',
      path: '/trigger/mail',
      queries: { state: '1' },
    });
  });

  test('secrets of the inputs are in no history', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 400 });
    const authentication = { type: 'Basic', username: 'u', password: 'p4ssw0rd' };
    await w.save(http({ inputs: { method: 'GET', uri: 'https://example.org', authentication } }));
    const written = w.world.commits.flat().filter((write) => write.kind === 'putDocument');
    const histories = written.filter(({ document }) =>
      /^trigger(Histories|Contents|States)$/.test(document.collection),
    );
    assert.ok(histories.length > 0);
    assert.ok(!JSON.stringify(histories).includes('p4ssw0rd'));
  });
});
