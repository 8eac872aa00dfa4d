import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RunRow, silentLog, type Write } from '#foundation';
import { openStore } from '#store';
import { dataFolder } from './data-folder.ts';

const workflow = '/subscriptions/s/resourcegroups/g/providers/microsoft.logic/workflows/w';
const keyOf = (name: string): string => `${workflow}/runs/${name}`;

function run(name: string, startTime: number, endTime?: number): RunRow {
  const end = endTime === undefined ? {} : { endTime };
  const row = { key: keyOf(name), workflow, name, status: 'x', startTime, clientTrackingId: name, body: {} };
  return { ...row, ...end };
}

const put = (row: RunRow): Write => ({ kind: 'putRun', run: row });
const step = (name: string, sequence: number, text = ''): Write => ({
  kind: 'appendJournal',
  row: { run: keyOf(name), sequence, event: { text }, history: [] },
});
const blob = (hash: string): Write => ({ kind: 'putBlob', hash, bytes: new Uint8Array(100) });

test('pruning takes ended runs that started before the time, and nothing else', async () => {
  const folder = dataFolder();
  const store = await openStore({ folder: folder.path, log: silentLog, now: () => 50 });
  await store.commit([put(run('old', 10, 20)), step('old', 0), put(run('waiting', 10)), step('waiting', 0)]);
  await store.commit([put(run('new', 100, 101)), step('new', 0)]);
  assert.deepEqual(await store.pruneRuns({ olderThan: 100 }), { runs: 1, blobs: 0 });
  assert.deepEqual(
    store.history.runs({ workflow, top: 9 }).map(({ name }) => name),
    ['new', 'waiting'],
  );
  assert.equal(store.history.journal(keyOf('old')).length, 0);
  assert.equal(store.history.journal(keyOf('waiting')).length, 1);
  // Numbers of runs that were kept in memory are not used for others.
  await store.commit([put(run('old', 10)), step('old', 0), step('waiting', 1)]);
  assert.equal(store.history.journal(keyOf('old')).length, 1);
  await store.close();
  folder.remove();
});

test('a blob goes when the last run that may refer to it is gone', async () => {
  const folder = dataFolder();
  let now = 10;
  const store = await openStore({ folder: folder.path, log: silentLog, now: () => now });
  const kept = (): string[] => ['one', 'both', 'later', 'loose'].filter((hash) => store.blobs.read(hash) !== undefined);
  await store.commit([put(run('a', 10, 20)), blob('one'), blob('both'), step('a', 0)]);
  await store.commit([put(run('b', 30)), blob('both'), step('b', 0)]);
  await store.commit([blob('later'), step('b', 1)]);
  now = 500;
  await store.commit([blob('loose')]);
  await store.pruneRuns({ olderThan: 100 });
  assert.deepEqual(kept(), ['both', 'later', 'loose']);
  await store.commit([put(run('b', 30, 40))]);
  await store.pruneRuns({ olderThan: 100 });
  assert.deepEqual(kept(), ['loose']);
  await store.pruneRuns({ olderThan: 1_000 });
  assert.deepEqual(kept(), []);
  await store.close();
  folder.remove();
});

test('pruning many runs gives the space back while commits go on', async () => {
  const folder = dataFolder();
  const store = await openStore({ folder: folder.path, log: silentLog });
  const text = 'x'.repeat(2_000);
  const runs = Array.from({ length: 1_500 }, (_, index) => `r${String(index).padStart(5, '0')}`);
  await store.commit(runs.flatMap((name) => [put(run(name, 10, 20)), ...[0, 1, 2, 3].map((s) => step(name, s, text))]));
  await store.commit([put(run('long', 10, 20)), ...Array.from({ length: 9_000 }, (_, s) => step('long', s))]);
  const pruned = store.pruneRuns({ olderThan: 100 });
  const commits = Promise.all(
    [1, 2, 3].map((index) => store.commit([put(run(`n${index}`, 200)), step(`n${index}`, 0)])),
  );
  assert.deepEqual(await pruned, { runs: 1_501, blobs: 0 });
  await commits;
  assert.equal(store.history.runs({ workflow, top: 10 }).length, 3);
  await store.close();
  assert.ok(statSync(join(folder.path, 'tocsin.db')).size < 1_000_000);
  folder.remove();
});

test('a workflow may keep its runs for a shorter time, and less of them; the oldest go first', async () => {
  const folder = dataFolder();
  const store = await openStore({ folder: folder.path, log: silentLog });
  // Names fall as time rises.
  const names = [1, 2, 3, 4, 5].map((time) => ({ name: `r${9 - time}`, time: time * 100 }));
  await store.commit(names.flatMap(({ name, time }) => [put(run(name, time)), step(name, 0, 'x'.repeat(10_000))]));
  await store.commit(names.map(({ name, time }) => put(run(name, time, time + 1))));
  const left = (): string[] => store.history.runs({ workflow, top: 9 }).map(({ name }) => name);
  await store.pruneRuns({ olderThan: 0, workflows: { [workflow]: { olderThan: 150 } } });
  assert.deepEqual(left(), ['r4', 'r5', 'r6', 'r7']);
  await store.pruneRuns({ olderThan: 0, workflows: { [workflow]: { bytes: 25_000 } } });
  assert.deepEqual(left(), ['r4', 'r5']);
  await store.pruneRuns({ olderThan: 0, workflows: { [`${workflow}x`]: { olderThan: 1_000 } } });
  assert.deepEqual(left(), ['r4', 'r5']);
  await store.close();
  folder.remove();
});

test('a blob goes with the last run it was put for, whatever other runs are kept', async () => {
  const folder = dataFolder();
  const store = await openStore({ folder: folder.path, log: silentLog });
  const blobOf = (hash: string, name: string): Write => ({
    kind: 'putBlob',
    hash,
    bytes: new Uint8Array(100),
    run: keyOf(name),
  });
  const kept = (): string[] => ['one', 'both'].filter((hash) => store.blobs.read(hash) !== undefined);
  await store.commit([put(run('waits', 5)), step('waits', 0)]);
  await store.commit([put(run('b', 10, 20)), step('b', 0), blobOf('one', 'b'), blobOf('both', 'b')]);
  await store.commit([put(run('a', 200, 210)), step('a', 0), blobOf('both', 'a')]);
  assert.deepEqual(await store.pruneRuns({ olderThan: 100 }), { runs: 1, blobs: 1 });
  assert.deepEqual(kept(), ['both']);
  await store.commit([{ kind: 'deleteRun', key: keyOf('a') }]);
  assert.deepEqual(kept(), []);
  await assert.rejects(store.commit([blobOf('loose', 'nobody')]));
  await store.close();
  folder.remove();
});

test('a store over its size loses its oldest ended runs, and its files shrink while it is open', async () => {
  const folder = dataFolder();
  const store = await openStore({ folder: folder.path, log: silentLog });
  const text = 'x'.repeat(4_000);
  const names = Array.from({ length: 2_000 }, (_, index) => `r${String(9_999 - index)}`);
  await store.commit([put(run('waits', 1)), step('waits', 0, text)]);
  for (const name of names) {
    void store.commit([put(run(name, 10)), step(name, 0, text)]);
    void store.commit([put(run(name, 10, 20)), step(name, 1, text)]);
  }
  await store.commit([]);
  const size = (): number =>
    ['tocsin.db', 'tocsin.db-wal'].reduce((sum, name) => sum + statSync(join(folder.path, name)).size, 0);
  assert.ok(size() > 15_000_000);
  const limit = 6_000_000;
  const { runs } = await store.pruneRuns({ olderThan: 0, bytes: limit });
  assert.ok(size() <= limit, `${size()} bytes are left`);
  assert.ok(runs > 1_000 && runs < 1_700, `${runs} runs went`);
  const left = store.history.runs({ workflow, top: 5_000 }).map(({ name }) => name);
  assert.deepEqual(
    left,
    ['waits', ...names]
      .sort()
      .slice(0, left.length - 1)
      .concat('waits'),
  );
  assert.deepEqual(await store.pruneRuns({ olderThan: 0, bytes: limit }), { runs: 0, blobs: 0 });
  await store.close();
  folder.remove();
});
