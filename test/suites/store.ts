/**
 * What every `Store` must do, as one suite of tests over a factory.
 *
 * Owns: the tests. Does not own: what only files can do (`test/store/sqlite-*.test.ts`).
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type DocumentQuery,
  faultOf,
  type JournalRow,
  type Json,
  type JsonObject,
  JsonNumber,
  parseJson,
  type ResourceDocument,
  type RunRow,
  type Store,
  type StoredDocument,
  stringifyJson,
  type Write,
} from '#foundation';
import { logRowTests } from './log-rows.ts';
import { policyRecordTests } from './policy-records.ts';
import { documentOrderTests } from './document-orders.ts';
import { tallyTests } from './tallies.ts';

/** Makes an empty store; the suite closes it. */
export type StoreFactory = () => Promise<Store>;

type Check = (name: string, body: (store: Store) => Promise<void>) => void;

export function storeSuite(title: string, factory: StoreFactory): void {
  const check: Check = (name, body) => {
    test(name, async () => {
      const store = await factory();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  };
  describe(`${title}: commits`, () => commitTests(check));
  describe(`${title}: resources`, () => resourceTests(check));
  describe(`${title}: documents`, () => documentTests(check));
  describe(`${title}: runs`, () => runTests(check));
  describe(`${title}: journals`, () => journalTests(check));
  describe(`${title}: policy records`, () => policyRecordTests(check));
  describe(`${title}: log tables`, () => logRowTests(check));
  describe(`${title}: tallies`, () => tallyTests(check));
  describe(`${title}: orders of documents`, () => documentOrderTests(check));
  describe(`${title}: hostile input`, () => hostileTests(check));
}

// --- Rows -------------------------------------------------------------------------------------------------------

const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const workflow = `${subscription}/resourcegroups/rg/providers/microsoft.logic/workflows/w`;

function document(key: string, more: Partial<StoredDocument> = {}): StoredDocument {
  return { collection: 'alerts', key, parent: 'p', time: 1, status: '', body: { key }, ...more };
}

const putDocument = (key: string, more: Partial<StoredDocument> = {}): Write => ({
  kind: 'putDocument',
  document: document(key, more),
});

function resource(id: string, more: Partial<ResourceDocument> = {}): ResourceDocument {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return { id, type: 'Microsoft.Test/things', name, body: {}, etag: '"1"', createdTime: 1, changedTime: 2, ...more };
}

const putResource = (id: string, more: Partial<ResourceDocument> = {}): Write => ({
  kind: 'putResource',
  resource: resource(id, more),
});

function run(name: string, more: Partial<RunRow> = {}): RunRow {
  const owner = more.workflow ?? workflow;
  const key = `${owner}/runs/${name}`;
  return { key, workflow: owner, name, status: 'Running', startTime: 1, clientTrackingId: name, body: {}, ...more };
}

const putRun = (name: string, more: Partial<RunRow> = {}): Write => ({ kind: 'putRun', run: run(name, more) });

const append = (name: string, sequence: number, more: Partial<JournalRow> = {}): Write => ({
  kind: 'appendJournal',
  row: { run: `${workflow}/runs/${name}`, sequence, event: { sequence }, history: [{ of: name }], ...more },
});

const putBlob = (hash: string, text: string): Write => ({
  kind: 'putBlob',
  hash,
  bytes: new TextEncoder().encode(text),
});

const keysOf = (store: Store, query: DocumentQuery): string[] => store.documents.list(query).map(({ key }) => key);

// --- Commits ----------------------------------------------------------------------------------------------------

function commitTests(check: Check): void {
  check('a read after a commit resolved sees it', async (store) => {
    await store.commit([putDocument('a'), putResource('/subscriptions/s'), putRun('r'), putBlob('h', 'text')]);
    assert.deepEqual(store.documents.get('alerts', 'a'), document('a'));
    assert.deepEqual(store.resources.get('/subscriptions/s'), resource('/subscriptions/s'));
    assert.deepEqual(store.history.run(`${workflow}/runs/r`), run('r'));
    assert.equal(new TextDecoder().decode(store.blobs.read('h')), 'text');
  });

  check('a commit with one impossible write changes nothing at all', async (store) => {
    await store.commit([putRun('r'), append('r', 0), putDocument('old', { body: { old: true } })]);
    const writes = [
      putDocument('new'),
      putDocument('old', { body: { old: false } }),
      { kind: 'deleteRun', key: `${workflow}/runs/r` } as const,
      putBlob('h', 'text'),
      append('nobody', 0),
    ];
    await assert.rejects(store.commit(writes), (error) => faultOf(error).code === 'StoreRefused');
    assert.equal(store.documents.get('alerts', 'new'), undefined);
    assert.deepEqual(store.documents.get('alerts', 'old')?.body, { old: true });
    assert.equal(store.history.journal(`${workflow}/runs/r`).length, 1);
    assert.equal(store.blobs.read('h'), undefined);
  });

  check('a commit that fails does not fail the others of the same turn', async (store) => {
    const results = await Promise.allSettled([
      store.commit([putDocument('one')]),
      store.commit([putDocument('two'), append('nobody', 0)]),
      store.commit([putDocument('three')]),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(keysOf(store, { collection: 'alerts' }), ['three', 'one']);
  });

  check('a run that a failed commit would have made does not exist for later commits', async (store) => {
    await assert.rejects(store.commit([putRun('r'), append('r', 0), append('nobody', 0)]));
    await assert.rejects(store.commit([append('r', 1)]));
    await store.commit([putRun('r'), append('r', 0)]);
    assert.equal(store.history.journal(`${workflow}/runs/r`).length, 1);
  });

  check('commits are applied in the order they were asked for', async (store) => {
    const commits = Array.from({ length: 50 }, (_, index) =>
      store.commit([putDocument('same', { body: { index }, time: index })]),
    );
    commits.push(store.commit([putRun('r'), append('r', 0)]), store.commit([append('r', 1)]));
    await Promise.all(commits);
    assert.deepEqual(store.documents.get('alerts', 'same')?.body, { index: 49 });
    assert.equal(store.history.journal(`${workflow}/runs/r`).length, 2);
  });

  check('promises of commits resolve in the order of the calls', async (store) => {
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        await store.commit([putDocument(`d${index}`)]);
        order.push(index);
      }),
    );
    assert.deepEqual(order, [0, 1, 2, 3]);
  });

  check('an empty commit resolves', async (store) => {
    await store.commit([]);
  });

  check('what the caller changes after the call is not stored', async (store) => {
    const body: { list: Json[] } = { list: [1] };
    const committed = store.commit([putDocument('a', { body })]);
    body.list.push(2);
    await committed;
    assert.deepEqual(store.documents.get('alerts', 'a')?.body, { list: [1] });
  });

  check('a closed store refuses commits, after finishing those under way', async (store) => {
    const last = store.commit([putDocument('a')]);
    await store.close();
    await last;
    await assert.rejects(store.commit([putDocument('b')]), (error) => faultOf(error).code === 'StoreUnavailable');
    await store.close();
  });
}

// --- Resources --------------------------------------------------------------------------------------------------

function resourceTests(check: Check): void {
  const ids = ['/Subscriptions/S/resourceGroups/RG', '/subscriptions/s/resourceGroups/rg1', '/subscriptions/s2'];

  check('ids are found in any case and keep the one they were stored with', async (store) => {
    await store.commit([putResource(ids[0] as string, { location: 'westeurope', subscriptionId: 'S' })]);
    const found = store.resources.get('/SUBSCRIPTIONS/s/RESOURCEGROUPS/rg/');
    assert.equal(found?.id, ids[0]);
    assert.equal(found?.location, 'westeurope');
  });

  check('a second put replaces the whole document', async (store) => {
    await store.commit([putResource('/a/b', { location: 'x', secrets: { key: 'v' }, body: { n: 1 } })]);
    await store.commit([putResource('/A/b', { body: { n: 2 }, etag: '"2"' })]);
    assert.deepEqual(store.resources.get('/a/b'), resource('/A/b', { body: { n: 2 }, etag: '"2"' }));
  });

  check('a deleted resource is gone; deleting it again does nothing', async (store) => {
    await store.commit([putResource('/a/b')]);
    await store.commit([{ kind: 'deleteResource', id: '/A/B' }]);
    await store.commit([{ kind: 'deleteResource', id: '/A/B' }]);
    assert.equal(store.resources.get('/a/b'), undefined);
  });

  check('scopes take whole segments', async (store) => {
    await store.commit(ids.map((id) => putResource(id)));
    const below = (scope: string): string[] => store.resources.list({ scope }).map(({ id }) => id);
    assert.deepEqual(below('/subscriptions/S'), [ids[0], ids[1]]);
    assert.deepEqual(below('/subscriptions/s/resourcegroups/rg'), [ids[0]]);
    assert.deepEqual(below('/'), ids);
    assert.deepEqual(below('/subscriptions/s/resourceGroups/r'), []);
  });

  check('lists filter by type, subscription and group in any case, and page by id key', async (store) => {
    const group = { subscriptionId: 'S', resourceGroup: 'RG' };
    await store.commit([
      putResource('/c', { ...group, type: 'Microsoft.Test/THINGS' }),
      putResource('/a', group),
      putResource('/b', { subscriptionId: 's' }),
      putResource('/d', { ...group, type: 'Microsoft.Test/others' }),
    ]);
    const list = (query: Parameters<Store['resources']['list']>[0]): string[] =>
      store.resources.list(query).map(({ id }) => id);
    assert.deepEqual(list({ type: 'microsoft.test/things' }), ['/a', '/b', '/c']);
    assert.deepEqual(list({ subscriptionId: 's', resourceGroup: 'rg' }), ['/a', '/c', '/d']);
    assert.deepEqual(list({ subscriptionId: 'S', top: 2 }), ['/a', '/b']);
    assert.deepEqual(list({ subscriptionId: 'S', top: 2, after: '/b' }), ['/c', '/d']);
    assert.deepEqual(list({ type: 'microsoft.test/nothing' }), []);
  });

  check('lists find resources by a part of their names in any case, and by nothing else of them', async (store) => {
    const at = (name: string): Write => {
      const write = putResource(`/subscriptions/s/providers/Microsoft.Test/things/${name}`, { subscriptionId: 's' });
      return write.kind === 'putResource' ? { ...write, resource: { ...write.resource, name } } : write;
    };
    await store.commit([at('Web-SQL-01'), at('web-02'), at('Ärger_%')]);
    const named = (text: string, top?: number): string[] =>
      store.resources.list({ named: text, ...(top === undefined ? {} : { top }) }).map(({ name }) => name);
    assert.deepEqual(named('sql'), ['Web-SQL-01']);
    assert.deepEqual(named('WEB'), ['web-02', 'Web-SQL-01']);
    assert.deepEqual(named('WEB', 1), ['web-02']);
    assert.deepEqual(named('ärger'), ['Ärger_%']);
    assert.deepEqual(named('_%'), ['Ärger_%']);
    assert.deepEqual(named('things'), []);
    const entries = store.resources.entries({ named: 'sql' });
    assert.deepEqual(
      entries.map(({ id, name, type, subscriptionId }) => [id, name, type, subscriptionId]),
      store.resources
        .list({ named: 'sql' })
        .map(({ id, name, type, subscriptionId }) => [id, name, type, subscriptionId]),
    );
    assert.deepEqual(Object.keys(entries[0] ?? {}).toSorted(), ['id', 'name', 'subscriptionId', 'type']);
  });
}

// --- Documents --------------------------------------------------------------------------------------------------

function documentTests(check: Check): void {
  const some = [
    putDocument('a', { time: 10, status: 'Active' }),
    putDocument('b', { time: 30, status: 'Active', parent: 'q' }),
    putDocument('c', { time: 20 }),
    putDocument('d', { time: 20, status: 'Dismissed' }),
    putDocument('e', { time: 99, collection: 'other' }),
  ];

  check('lists run newest first, equal times by key from the last', async (store) => {
    await store.commit(some);
    assert.deepEqual(keysOf(store, { collection: 'alerts' }), ['b', 'd', 'c', 'a']);
    assert.deepEqual(keysOf(store, { collection: 'nothing' }), []);
  });

  check('parent, status and time filter together', async (store) => {
    await store.commit(some);
    assert.deepEqual(keysOf(store, { collection: 'alerts', parent: 'p' }), ['d', 'c', 'a']);
    assert.deepEqual(keysOf(store, { collection: 'alerts', status: 'Active' }), ['b', 'a']);
    assert.deepEqual(keysOf(store, { collection: 'alerts', parent: 'p', status: 'Active' }), ['a']);
    assert.deepEqual(keysOf(store, { collection: 'alerts', status: '' }), ['c']);
    assert.deepEqual(keysOf(store, { collection: 'alerts', from: 20, to: 20 }), ['d', 'c']);
    assert.deepEqual(keysOf(store, { collection: 'alerts', parent: 'p', from: 11 }), ['d', 'c']);
    assert.deepEqual(keysOf(store, { collection: 'alerts', status: 'Active', to: 29 }), ['a']);
  });

  check('a label filters within its parent, and goes with the next put', async (store) => {
    const labelled = { label: 'rg-1', status: 'Active' };
    await store.commit([putDocument('a', labelled), putDocument('b', { label: 'rg-2' }), putDocument('c')]);
    await store.commit([
      putDocument('d', { ...labelled, time: 2, status: '' }),
      putDocument('e', { ...labelled, parent: 'q' }),
    ]);
    const query = { collection: 'alerts', parent: 'p', label: 'rg-1' };
    assert.deepEqual(keysOf(store, query), ['d', 'a']);
    assert.deepEqual(keysOf(store, { ...query, status: 'Active' }), ['a']);
    assert.deepEqual(keysOf(store, { ...query, label: '' }), ['c']);
    assert.equal(store.documents.count(query), 2);
    assert.equal(store.documents.get('alerts', 'a')?.label, 'rg-1');
    assert.equal('label' in (store.documents.get('alerts', 'c') ?? {}), false);
    await store.commit([putDocument('a', { label: 'rg-2' })]);
    assert.deepEqual(keysOf(store, query), ['d']);
  });

  check('what lies below a key is walked in the order of keys, whatever is written meanwhile', async (store) => {
    const put = (key: string, time: number, status = 'A'): Write => putDocument(key, { time, status });
    const keys = ['/s/vm/c', '/s/vm/a', '/s/vm', '/s/vm/b/x', '/s/vmx/a', '/s/vm/b'];
    await store.commit(keys.map((key, at) => put(key, at)));
    const seen: string[] = [];
    for (let behindKey = ''; ; ) {
      const page = store.documents.list({ collection: 'alerts', below: '/s/vm', behindKey, top: 2 });
      seen.push(...page.map(({ key }) => key));
      const last = page.at(-1);
      if (last === undefined) break;
      behindKey = last.key;
      await store.commit(page.map(({ key }) => put(key, 100, 'B')));
    }
    assert.deepEqual(seen, ['/s/vm/a', '/s/vm/b', '/s/vm/b/x', '/s/vm/c']);
    const query = { collection: 'alerts', below: '/s/vm', behindKey: '', status: 'A' };
    assert.deepEqual(store.documents.list(query), []);
  });

  check('what lies below a key is found by whole segments, newest first, with the other filters', async (store) => {
    const keys = ['/s/vm', '/s/vm/a', '/s/vm/a/b', '/s/vm-1/a', '/s/vm.x', '/s/vm0', '/s/vn/a'];
    await store.commit(
      keys.map((key, index) => putDocument(key, { time: index, status: index === 1 ? 'Active' : '' })),
    );
    const query = { collection: 'alerts', below: '/s/vm' };
    assert.deepEqual(keysOf(store, query), ['/s/vm/a/b', '/s/vm/a']);
    assert.deepEqual(keysOf(store, { ...query, status: 'Active' }), ['/s/vm/a']);
    assert.deepEqual(keysOf(store, { ...query, top: 1 }), ['/s/vm/a/b']);
    assert.deepEqual(keysOf(store, { ...query, after: { time: 2, key: '/s/vm/a/b' } }), ['/s/vm/a']);
    assert.equal(store.documents.count(query), 2);
  });

  check('counts are those of the lists', async (store) => {
    await store.commit(some);
    assert.equal(store.documents.count({ collection: 'alerts' }), 4);
    assert.equal(store.documents.count({ collection: 'alerts', parent: 'p', status: 'Active' }), 1);
    assert.equal(store.documents.count({ collection: 'alerts', top: 3 }), 3);
    assert.equal(store.documents.count({ collection: 'nothing' }), 0);
  });

  check('pages behind one another give the whole list once, equal times included', async (store) => {
    const writes = Array.from({ length: 25 }, (_, index) => putDocument(`k${index}`, { time: index >> 2 }));
    await store.commit(writes);
    const whole = keysOf(store, { collection: 'alerts' });
    const paged: string[] = [];
    let after: { time: number; key: string } | undefined;
    for (;;) {
      const page = store.documents.list({ collection: 'alerts', top: 4, ...(after === undefined ? {} : { after }) });
      const last = page.at(-1);
      if (last === undefined) break;
      paged.push(...page.map(({ key }) => key));
      after = { time: last.time, key: last.key };
    }
    assert.equal(paged.length, 25);
    assert.deepEqual(paged, whole);
  });

  check('a second put moves the document in the lists', async (store) => {
    await store.commit(some);
    await store.commit([putDocument('a', { time: 40, status: 'Dismissed', secrets: { s: 1 } })]);
    assert.deepEqual(keysOf(store, { collection: 'alerts' }), ['a', 'b', 'd', 'c']);
    assert.deepEqual(keysOf(store, { collection: 'alerts', status: 'Active' }), ['b']);
    assert.deepEqual(store.documents.get('alerts', 'a')?.secrets, { s: 1 });
    await store.commit([putDocument('a')]);
    assert.deepEqual(store.documents.get('alerts', 'a'), document('a'));
  });

  check('a deleted document is gone from its collection only', async (store) => {
    await store.commit([...some, putDocument('e')]);
    await store.commit([{ kind: 'deleteDocument', collection: 'alerts', key: 'e' }]);
    assert.equal(store.documents.get('alerts', 'e'), undefined);
    assert.equal(store.documents.get('other', 'e')?.time, 99);
  });
}

// --- Runs -------------------------------------------------------------------------------------------------------

function runTests(check: Check): void {
  const other = workflow.replace('/rg/', '/rg2/');
  const runs = [
    putRun('05', { startTime: 50, startedBy: 'Person' }),
    putRun('01', { startTime: 90, status: 'Failed', endTime: 95 }),
    putRun('03', { startTime: 70, status: 'Succeeded', endTime: 71, clientTrackingId: 'mine' }),
    putRun('04', { startTime: 60, status: 'Failed', endTime: 61, startedBy: 'Alert' }),
    putRun('02', { startTime: 80, workflow: other, clientTrackingId: 'mine', startedBy: 'Alert' }),
  ];
  const names = (store: Store, query: Partial<Parameters<Store['history']['runs']>[0]>): string[] =>
    store.history.runs({ top: 10, ...query }).map(({ name }) => name);

  check('lists of a workflow run in order of names and page behind a name', async (store) => {
    await store.commit(runs);
    assert.deepEqual(names(store, { workflow }), ['01', '03', '04', '05']);
    assert.deepEqual(names(store, { workflow, top: 2 }), ['01', '03']);
    assert.deepEqual(names(store, { workflow, top: 2, after: '03' }), ['04', '05']);
    assert.deepEqual(names(store, { workflow, after: '01', until: '04' }), ['03', '04']);
    assert.deepEqual(names(store, { workflow: `${workflow}x` }), []);
  });

  check('lists filter by status, start, tracking id and what started a run', async (store) => {
    await store.commit(runs);
    assert.deepEqual(names(store, { workflow, status: 'Failed' }), ['01', '04']);
    assert.deepEqual(names(store, { workflow, status: 'Failed', startTimeTo: 60 }), ['04']);
    assert.deepEqual(names(store, { workflow, startTimeFrom: 60 }), ['01', '03', '04']);
    assert.deepEqual(names(store, { workflow, startTimeFrom: 60, startTimeTo: 70, after: '03' }), ['04']);
    assert.deepEqual(names(store, { workflow, clientTrackingId: 'mine' }), ['03']);
    await store.commit([putRun('04', { startTime: 60, status: 'Succeeded', endTime: 62, startedBy: 'Alert' })]);
    assert.deepEqual(names(store, { workflow, startedBy: 'Alert' }), ['04']);
    assert.deepEqual(names(store, { workflow, startedBy: 'Alert', status: 'Failed' }), []);
    assert.deepEqual(names(store, { startedBy: 'Alert' }), ['02', '04']);
    assert.equal(store.history.run(`${workflow}/runs/01`)?.startedBy, undefined);
  });

  check('a scope takes the workflows at and below it, merged in one order', async (store) => {
    await store.commit(runs);
    assert.deepEqual(names(store, { scope: subscription.toUpperCase() }), ['01', '02', '03', '04', '05']);
    assert.deepEqual(names(store, { scope: `${subscription}/resourceGroups/RG` }), ['01', '03', '04', '05']);
    assert.deepEqual(names(store, { scope: other }), ['02']);
    assert.deepEqual(names(store, { clientTrackingId: 'mine' }), ['02', '03']);
    assert.deepEqual(names(store, { top: 2, after: '01' }), ['02', '03']);
    assert.deepEqual(names(store, { scope: '/subscriptions/nobody' }), []);
    assert.deepEqual(names(store, { status: 'Failed', until: '03' }), ['01']);
  });

  check('runs of many workflows come in one order, page by page', async (store) => {
    const many = Array.from({ length: 200 }, (_, index) =>
      putRun(String(index).padStart(3, '0'), { workflow: `${workflow}-${(index * 7) % 23}`, startTime: index }),
    );
    await store.commit(many);
    const seen: string[] = [];
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const found = names(store, { top: 30, ...(after === undefined ? {} : { after }) });
      seen.push(...found);
      if (found.length < 30) break;
    }
    assert.deepEqual(
      seen,
      many.map((_, index) => String(index).padStart(3, '0')),
    );
  });

  check('unfinished runs are those without an end, oldest first', async (store) => {
    await store.commit(runs);
    assert.deepEqual(store.history.unfinished(), [`${workflow}/runs/05`, `${other}/runs/02`]);
    await store.commit([putRun('05', { startTime: 50, status: 'Succeeded', endTime: 99 })]);
    assert.deepEqual(store.history.unfinished(), [`${other}/runs/02`]);
  });

  check('a second put of a run replaces its row and leaves its journal', async (store) => {
    await store.commit([putRun('r'), append('r', 0)]);
    const changed = run('r', { status: 'Succeeded', startTime: 7, endTime: 8, clientTrackingId: 't', body: { a: 1 } });
    await store.commit([{ kind: 'putRun', run: changed }]);
    assert.deepEqual(store.history.run(changed.key), changed);
    assert.deepEqual(names(store, { workflow, startTimeFrom: 7, clientTrackingId: 't', status: 'Succeeded' }), ['r']);
    assert.equal(store.history.journal(changed.key).length, 1);
  });

  check('a deleted run takes its journal along, and its name can be used again', async (store) => {
    await store.commit([putRun('r'), append('r', 0)]);
    await store.commit([{ kind: 'deleteRun', key: `${workflow}/runs/r` }]);
    assert.equal(store.history.run(`${workflow}/runs/r`), undefined);
    assert.deepEqual(store.history.journal(`${workflow}/runs/r`), []);
    await assert.rejects(store.commit([append('r', 1)]));
    await store.commit([putRun('r'), append('r', 0), { kind: 'deleteRun', key: `${workflow}/runs/nobody` }]);
    assert.equal(store.history.journal(`${workflow}/runs/r`).length, 1);
  });
}

// --- Journals ---------------------------------------------------------------------------------------------------

function journalTests(check: Check): void {
  const key = `${workflow}/runs/r`;

  check('rows come back in order of sequence, as they were written', async (store) => {
    await store.commit([putRun('r'), putRun('s'), append('r', 0), append('s', 0)]);
    await store.commit([append('r', 1, { snapshot: { state: [1] } }), append('r', 2, { history: [] })]);
    assert.deepEqual(store.history.journal(key), [
      { run: key, sequence: 0, event: { sequence: 0 }, history: [{ of: 'r' }] },
      { run: key, sequence: 1, event: { sequence: 1 }, history: [{ of: 'r' }], snapshot: { state: [1] } },
      { run: key, sequence: 2, event: { sequence: 2 }, history: [] },
    ]);
    assert.deepEqual(store.history.journal(`${workflow}/runs/nobody`), []);
  });

  check('from the snapshot on means from the last one, itself included', async (store) => {
    const sequences = (): number[] => store.history.journal(key, { fromSnapshot: true }).map((row) => row.sequence);
    await store.commit([putRun('r'), append('r', 0), append('r', 1)]);
    assert.deepEqual(sequences(), [0, 1]);
    await store.commit([append('r', 2, { snapshot: {} }), append('r', 3), append('r', 4, { snapshot: {} })]);
    await store.commit([append('r', 5)]);
    assert.deepEqual(sequences(), [4, 5]);
    assert.equal(store.history.journal(key).length, 6);
  });

  check('the first rows alone, and the history alone, can be read', async (store) => {
    await store.commit([putRun('r'), append('r', 0, { snapshot: {} }), append('r', 1), append('r', 2)]);
    assert.deepEqual(
      store.history.journal(key, { top: 2 }).map((row) => row.sequence),
      [0, 1],
    );
    assert.deepEqual(store.history.records(key, 1, 9), [
      { sequence: 1, history: [{ of: 'r' }] },
      { sequence: 2, history: [{ of: 'r' }] },
    ]);
    assert.deepEqual(store.history.records(key, 0, 1), [{ sequence: 0, history: [{ of: 'r' }] }]);
    assert.deepEqual(store.history.records(key, 3, 9), []);
    assert.deepEqual(store.history.records(`${workflow}/runs/nobody`, 0, 9), []);
    assert.deepEqual(store.history.events(key, 1, 1), [{ sequence: 1, event: { sequence: 1 } }]);
    assert.deepEqual(store.history.events(`${workflow}/runs/nobody`, 0, 9), []);
  });

  check('secret rows and blobs are read back as they were written', async (store) => {
    const bytes = new TextEncoder().encode('{"ä":"secret"}');
    await store.commit([
      putRun('r'),
      append('r', 0, { secret: true, event: { password: 'ä' }, snapshot: { state: 1 } }),
      { kind: 'putBlob', hash: 'h', bytes, run: key, secret: true },
    ]);
    assert.deepEqual(store.history.journal(key), [
      { run: key, sequence: 0, event: { password: 'ä' }, history: [{ of: 'r' }], snapshot: { state: 1 } },
    ]);
    assert.deepEqual(Buffer.from(store.blobs.read('h') ?? []), Buffer.from(bytes));
  });

  check('a sequence is written once', async (store) => {
    await store.commit([putRun('r'), append('r', 0)]);
    await assert.rejects(store.commit([append('r', 1), append('r', 1)]));
    await assert.rejects(store.commit([append('r', 0)]));
    assert.equal(store.history.journal(key).length, 1);
  });
}

// --- Hostile input ----------------------------------------------------------------------------------------------

function hostileTests(check: Check): void {
  const names = [
    "'; DROP TABLE documents; --",
    '"',
    '%',
    '_',
    '',
    ' ',
    '__proto__',
    'constructor',
    'ÄÖ😀',
    '\n\t',
    'a\0b',
  ];

  check('keys with quotes, wildcards, line ends and zero characters stay themselves', async (store) => {
    await store.commit(names.map((name) => putDocument(name, { collection: name, parent: name, status: name })));
    for (const name of names) {
      const found = store.documents.list({ collection: name, parent: name, status: name });
      assert.deepEqual(
        found.map(({ key }) => key),
        [name],
        JSON.stringify(name),
      );
    }
    assert.equal(store.documents.get('__proto__', 'constructor'), undefined);
  });

  check('bodies keep numbers, names and texts exactly', async (store) => {
    const text = '{"big":12345678901234567890,"real":5.0,"__proto__":{"x":1},"lone":"\\ud800","zero":"a\\u0000b"}';
    const body = parseJson(text) as JsonObject;
    await store.commit([putDocument('a', { body, secrets: body }), putRun('r', { body })]);
    await store.commit([append('r', 0, { event: body, history: [body], snapshot: body })]);
    assert.equal(stringifyJson(store.documents.get('alerts', 'a')?.body as Json), text);
    assert.equal(stringifyJson(store.documents.get('alerts', 'a')?.secrets as Json), text);
    assert.equal(stringifyJson(store.history.run(`${workflow}/runs/r`)?.body as Json), text);
    const row = store.history.journal(`${workflow}/runs/r`)[0];
    assert.equal(stringifyJson([row?.event, row?.history[0], row?.snapshot] as Json), `[${text},${text},${text}]`);
    assert.ok((store.documents.get('alerts', 'a')?.body['big'] as unknown) instanceof JsonNumber);
  });

  check('a blob of any bytes comes back, and writing it again is harmless', async (store) => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index & 0xff);
    await store.commit([{ kind: 'putBlob', hash: 'h', bytes }]);
    await store.commit([{ kind: 'putBlob', hash: 'h', bytes }]);
    assert.deepEqual(Uint8Array.from(store.blobs.read('h') ?? []), bytes);
    assert.equal(store.blobs.read('H'), undefined);
  });

  check('two thousand writes in one commit are one commit', async (store) => {
    const writes = Array.from({ length: 2_000 }, (_, index) => putDocument(`k${index}`));
    await assert.rejects(store.commit([...writes, append('nobody', 0)]));
    assert.equal(store.documents.count({ collection: 'alerts' }), 0);
    await store.commit(writes);
    assert.equal(store.documents.count({ collection: 'alerts' }), 2_000);
  });
}
