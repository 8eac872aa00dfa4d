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
  assert.deepEqual(await store.pruneRuns(100), { runs: 1, blobs: 0 });
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
  await store.pruneRuns(100);
  assert.deepEqual(kept(), ['both', 'later', 'loose']);
  await store.commit([put(run('b', 30, 40))]);
  await store.pruneRuns(100);
  assert.deepEqual(kept(), ['loose']);
  await store.pruneRuns(1_000);
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
  const pruned = store.pruneRuns(100);
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
