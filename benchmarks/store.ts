/**
 * What reading costs when the store is large: pages of runs and of documents, opening the data folder.
 *
 * What it measures: synchronous reads of the SQLite store on the calling thread, bodies parsed, after the writer has
 * filled it; the opening of that folder by a process that has not seen it (the disk's cache is warm). What it does not:
 * writing (`runs.ts`), HTTP. Half the runs failed: a status that is rare, and one that is not, are both tried.
 *
 * Run: `node benchmarks/store.ts [runs]`
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { type DocumentQuery, type RunQuery, silentLog, type Write } from '#foundation';
import { openStore } from '#store';

const total = Number(argv[2] ?? 1_000_000);
const perCommit = 2_000;
const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const workflow = `${subscription}/resourcegroups/rg-bench/providers/microsoft.logic/workflows/bench`;

const body = {
  version: '08584286000000000000',
  trigger: { name: 'manual', startTime: '2026-11-24T10:11:12.0000000Z', status: 'Succeeded', outputsSize: 2_900 },
  run: { status: 'Succeeded', startTime: '2026-11-24T10:11:12.0000000Z', endTime: '2026-11-24T10:11:13.0000000Z' },
};

function nameOf(index: number): string {
  return `${String(10 ** 12 - index).padStart(29, '0')}CU00`;
}

function rowsOf(index: number): Write[] {
  const name = nameOf(index);
  const owner = index % 10 === 0 ? `${workflow}${index % 1_000}` : workflow;
  const status = index % 50_000 === 7 ? 'TimedOut' : index % 2 === 0 ? 'Failed' : 'Succeeded';
  const run = {
    key: `${owner}/runs/${name}`,
    workflow: owner,
    name,
    status,
    startTime: index,
    endTime: index + 1,
    clientTrackingId: name,
    body,
  };
  const document = {
    collection: 'alerts',
    key: `alert-${index}`,
    parent: `sub-${index % 3}`,
    time: index,
    status: index % 1e3 === 0 ? 'Dismissed' : 'Active',
    body,
  };
  return [
    { kind: 'putRun', run },
    { kind: 'putDocument', document },
  ];
}

function time(title: string, read: () => number): void {
  read();
  const times = Array.from({ length: 9 }, () => {
    const began = performance.now();
    read();
    return performance.now() - began;
  }).sort((left, right) => left - right);
  const [best = 0] = times;
  stdout.write(`${title.padEnd(62)} ${(times[4] ?? 0).toFixed(2)} ms (best ${best.toFixed(2)}), ${read()} found\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
try {
  const filling = await openStore({ folder, log: silentLog });
  const began = performance.now();
  for (let index = 0; index < total; index += perCommit) {
    const writes = Array.from({ length: Math.min(perCommit, total - index) }, (_, at) => rowsOf(index + at)).flat();
    await filling.commit(writes);
  }
  const seconds = (performance.now() - began) / 1_000;
  const size = statSync(join(folder, 'tocsin.db')).size / 1e6;
  stdout.write(`filled with ${total} runs and documents in ${seconds.toFixed(0)} s, ${size.toFixed(0)} MB\n`);
  await filling.close();

  const opened = performance.now();
  const store = await openStore({ folder, log: silentLog });
  stdout.write(`opened in ${(performance.now() - opened).toFixed(0)} ms\n`);

  const runs = (query: Partial<RunQuery>) => () => store.history.runs({ workflow, top: 30, ...query }).length;
  time('runs: newest page', runs({}));
  time('runs: a page in the middle', runs({ after: nameOf(total / 2) }));
  time('runs: status that half of them have', runs({ status: 'Failed' }));
  time('runs: status that few have', runs({ status: 'TimedOut' }));
  time('runs: started in the last hundredth', runs({ startTimeFrom: total * 0.99 }));
  time('runs: started in one hundredth of long ago', runs({ startTimeFrom: total * 0.1, startTimeTo: total * 0.11 }));
  time('runs: started in the first half', runs({ startTimeTo: total / 2 }));
  time('runs: failed in one hundredth of long ago', runs({ status: 'Failed', startTimeTo: total * 0.01 }));
  time('runs: by tracking id', runs({ clientTrackingId: nameOf(total - 1) }));
  time('runs: of all workflows', () => store.history.runs({ scope: '/', top: 30 }).length);
  time('runs: failed, of all workflows', () => store.history.runs({ scope: '/', top: 30, status: 'TimedOut' }).length);
  time('runs: one by its key', () =>
    store.history.run(`${workflow}/runs/${nameOf(total - 1)}`) === undefined ? 0 : 1,
  );

  const documents = (query: Partial<DocumentQuery>) => () =>
    store.documents.list({ collection: 'alerts', top: 100, ...query }).length;
  time('documents: newest page', documents({}));
  time('documents: of a parent', documents({ parent: 'sub-1' }));
  time('documents: of a parent with a rare status', documents({ parent: 'sub-1', status: 'Dismissed' }));
  time('documents: of a time range', documents({ from: total * 0.4, to: total * 0.5 }));
  time('documents: counted by parent and rare status', () =>
    store.documents.count({ collection: 'alerts', parent: 'sub-1', status: 'Dismissed' }),
  );
  time('documents: counted, all', () => store.documents.count({ collection: 'alerts' }));
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
