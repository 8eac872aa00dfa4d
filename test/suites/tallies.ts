/**
 * What every `Store` must count, as a suite of tests over a factory.
 *
 * Owns: the tests of `tallies`. Does not own: the other rows (`store.ts`).
 */
import assert from 'node:assert/strict';
import type { CountedWorkflows, DocumentQuery, RunRow, Store, StoredDocument, Write } from '#foundation';

type Check = (name: string, body: (store: Store) => Promise<void>) => void;

const hour = 3_600_000;
const day = 24 * hour;
const workflow = '/subscriptions/s/resourcegroups/rg/providers/microsoft.logic/workflows/w';

const put = (key: string, more: Partial<StoredDocument> = {}): Write => ({
  kind: 'putDocument',
  document: { collection: 'alerts', key, parent: 'p', time: 1, status: 'Active', tally: 'High', body: {}, ...more },
});

function putRun(name: string, more: Partial<RunRow> = {}): Write {
  const owner = more.workflow ?? workflow;
  const row = { key: `${owner}/runs/${name}`, workflow: owner, name, status: 'Running', startTime: 1 };
  return { kind: 'putRun', run: { ...row, clientTrackingId: name, body: {}, ...more } };
}

/** Rows as texts in order, so that they compare whatever order a store gives them in. */
const texts = (rows: readonly object[]): string[] => rows.map((row) => Object.values(row).join(' ')).toSorted();

const documents = (store: Store): string[] =>
  texts(
    store.tallies.documents('alerts').map((each) => [each.parent, each.label, each.status, each.tally, each.count]),
  );

export function tallyTests(check: Check): void {
  check('documents are counted by parent, label, state and tally; those without a tally are not', async (store) => {
    const plain = { collection: 'alerts', key: 'x', parent: 'p', time: 1, status: '', body: {} };
    await store.commit([
      put('a'),
      put('b'),
      put('c', { status: 'Resolved' }),
      put('d', { parent: 'q', label: 'rg', tally: 'Low' }),
      put('e', { collection: 'other' }),
      { kind: 'putDocument', document: plain },
    ]);
    assert.deepEqual(documents(store), ['p  Active High 2', 'p  Resolved High 1', 'q rg Active Low 1']);
    assert.deepEqual(store.documents.get('alerts', 'a')?.tally, 'High');
    assert.equal('tally' in (store.documents.get('alerts', 'x') ?? {}), false);
  });

  check('a document that changes or goes is counted where it is now, and nothing counts as zero', async (store) => {
    await store.commit([put('a'), put('b')]);
    await store.commit([put('a', { status: 'Dismissed', tally: 'Low' }), put('b', { body: { changed: true } })]);
    assert.deepEqual(documents(store), ['p  Active High 1', 'p  Dismissed Low 1']);
    await store.commit([{ kind: 'deleteDocument', collection: 'alerts', key: 'b' }]);
    const { tally: _, ...uncounted } = { collection: 'alerts', key: 'a', parent: 'p', time: 1, status: '', tally: '' };
    await store.commit([{ kind: 'putDocument', document: { ...uncounted, body: {} } }]);
    assert.deepEqual(documents(store), []);
  });

  check('a commit that is refused counts for nothing', async (store) => {
    await assert.rejects(
      store.commit([
        put('a'),
        { kind: 'appendJournal', row: { run: `${workflow}/runs/none`, sequence: 0, event: {}, history: [] } },
      ]),
    );
    assert.deepEqual(documents(store), []);
  });

  check('documents of a tally are listed by state and time', async (store) => {
    await store.commit([
      put('a', { time: 1 }),
      put('b', { time: 2, status: 'Resolved' }),
      put('c', { time: 3 }),
      put('d', { time: 4, tally: 'Low' }),
    ]);
    const keys = (more: Partial<DocumentQuery>): readonly string[] =>
      store.documents.list({ collection: 'alerts', tally: 'High', ...more }).map(({ key }) => key);
    assert.deepEqual(keys({}), ['c', 'b', 'a']);
    assert.deepEqual(keys({ status: 'Active' }), ['c', 'a']);
    assert.deepEqual(keys({ status: 'Active', after: { time: 3, key: 'c' } }), ['a']);
    assert.equal(store.documents.count({ collection: 'alerts', tally: 'Low' }), 1);
  });

  check('different subjects are counted once for each state, however many documents are about them', async (store) => {
    const about = (key: string, subject: string, status: string): Write => put(key, { subject, status });
    await store.commit([
      about('a', 'vm-1', 'Unhealthy'),
      about('b', 'vm-1', 'Unhealthy'),
      about('c', 'vm-2', 'Unhealthy'),
    ]);
    const subjects = (): string[] =>
      texts(store.tallies.subjects('alerts').map(({ parent, label, status, count }) => [parent, label, status, count]));
    assert.deepEqual(subjects(), ['p  Unhealthy 2']);
    await store.commit([about('a', 'vm-1', 'Healthy')]);
    assert.deepEqual(subjects(), ['p  Healthy 1', 'p  Unhealthy 2']);
    await store.commit([about('b', 'vm-1', 'Healthy'), { kind: 'deleteDocument', collection: 'alerts', key: 'c' }]);
    assert.deepEqual(subjects(), ['p  Healthy 1']);
    assert.equal(store.documents.get('alerts', 'a')?.subject, 'vm-1');
  });

  check('documents are counted by the hours and days of their time', async (store) => {
    const from = 100 * day;
    const at = (key: string, time: number): Write => put(key, { time });
    await store.commit([
      at('a', from - 1),
      at('b', from),
      at('c', from + 3 * hour - 1),
      at('d', from + 3 * hour),
      at('e', from + day),
    ]);
    const starts = (hours: number, parts: number): (readonly number[])[] =>
      store.tallies
        .documentsInTime('alerts', { from, hours, parts })
        .map(({ start, count }) => [(start - from) / hour, count])
        .toSorted(([left = 0], [right = 0]) => left - right);
    assert.deepEqual(starts(1, 24), [
      [0, 1],
      [2, 1],
      [3, 1],
    ]);
    assert.deepEqual(starts(3, 8), [
      [0, 2],
      [3, 1],
    ]);
    assert.deepEqual(starts(24, 30), [
      [0, 3],
      [24, 1],
    ]);
    assert.deepEqual(starts(1, 3), [
      [0, 1],
      [2, 1],
    ]);
    assert.throws(() => store.tallies.documentsInTime('alerts', { from: from + 1, hours: 1, parts: 1 }));
  });

  check('runs are counted by the hour they started in, and where their state is now', async (store) => {
    const other = workflow.replace(/w$/, 'v');
    const from = 50 * day;
    await store.commit([
      putRun('1', { startTime: from }),
      putRun('2', { startTime: from + hour, status: 'Succeeded', endTime: from + hour }),
      putRun('3', { startTime: from + 2 * hour, status: 'Failed', endTime: from + 2 * hour, workflow: other }),
    ]);
    await store.commit([putRun('1', { startTime: from, status: 'Succeeded', endTime: from + 5 })]);
    const runs = (hours: number, workflows: CountedWorkflows): string[] =>
      texts(
        store.tallies
          .runsInTime({ from, hours, parts: 24 / hours }, workflows)
          .map(({ start, status, count }) => [(start - from) / hour, status, count]),
      );
    const all = (): boolean => true;
    assert.deepEqual(runs(1, all), ['0 Succeeded 1', '1 Succeeded 1', '2 Failed 1']);
    assert.deepEqual(runs(24, all), ['0 Failed 1', '0 Succeeded 2']);
    assert.deepEqual(
      runs(24, (id) => id === workflow),
      ['0 Succeeded 2'],
    );
    assert.deepEqual(
      runs(1, (id) => id !== workflow),
      ['2 Failed 1'],
    );
    assert.deepEqual(runs(1, other), ['2 Failed 1']);
    assert.deepEqual(runs(1, '/none'), []);
    await store.commit([{ kind: 'deleteRun', key: `${other}/runs/3` }]);
    assert.deepEqual(runs(24, all), ['0 Succeeded 2']);
  });
}
