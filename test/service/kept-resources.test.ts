import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type ResourceDocument, silentLog, type Store } from '#foundation';
import { observeStore } from '#service';
import { memoryStore } from '#store';

const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/W';

function resource(
  body: { readonly [name: string]: Json },
  type = 'Microsoft.Logic/workflows',
  at = id,
): ResourceDocument {
  return { id: at, type, name: 'W', body, secrets: { key: 'k' }, etag: 'e', createdTime: 0, changedTime: 0 };
}

/** A store that counts what is read of its resources. */
function countingStore(): { readonly store: ReturnType<typeof observeStore>; readonly reads: () => number } {
  const rows = memoryStore();
  let reads = 0;
  const counting: Store = {
    ...rows,
    documents: rows.documents,
    history: rows.history,
    blobs: rows.blobs,
    commit: (writes) => rows.commit(writes),
    close: () => rows.close(),
    resources: {
      get: (wanted) => {
        reads += 1;
        return rows.resources.get(wanted);
      },
      list: (query) => rows.resources.list(query),
      entries: (query) => rows.resources.entries(query),
    },
  };
  return { store: observeStore(counting, silentLog), reads: () => reads };
}

test('a workflow is read once and again only when a commit has changed it, whatever the case of its id', async () => {
  const { store, reads } = countingStore();
  await store.commit([{ kind: 'putResource', resource: resource({ state: 'one' }) }]);
  assert.equal(store.resources.get(id)?.body['state'], 'one');
  assert.equal(store.resources.get(id.toUpperCase())?.body['state'], 'one');
  assert.equal(reads(), 1);
  await store.commit([{ kind: 'putResource', resource: resource({ state: 'two' }, undefined, id.toLowerCase()) }]);
  assert.equal(store.resources.get(id)?.body['state'], 'two');
  await store.commit([{ kind: 'deleteResource', id: id.toUpperCase() }]);
  assert.equal(store.resources.get(id), undefined);
});

test('who follows commits reads the new rows, not what was kept of the old ones', async () => {
  const { store } = countingStore();
  const seen: (Json | undefined)[] = [];
  store.onCommit(() => seen.push(store.resources.get(id)?.body['state']));
  await store.commit([{ kind: 'putResource', resource: resource({ state: 'one' }) }]);
  await store.commit([{ kind: 'putResource', resource: resource({ state: 'two' }) }]);
  assert.deepEqual(seen, ['one', 'two']);
});

test('a commit that fails leaves what is kept as it is', async () => {
  const { store } = countingStore();
  await store.commit([{ kind: 'putResource', resource: resource({ state: 'one' }) }]);
  store.resources.get(id);
  const stray = { kind: 'appendJournal', row: { run: 'w/runs/none', sequence: 0, event: {}, history: [] } } as const;
  await assert.rejects(store.commit([{ kind: 'putResource', resource: resource({ state: 'two' }) }, stray]));
  assert.equal(store.resources.get(id)?.body['state'], 'one');
});

test('what is shared cannot be changed by a reader, secrets included', async () => {
  const { store } = countingStore();
  await store.commit([{ kind: 'putResource', resource: resource({ inner: { list: [1] } }) }]);
  const read = store.resources.get(id) as unknown as {
    body: { inner: { list: number[] } };
    secrets: { key: string };
  };
  assert.throws(() => read.body.inner.list.push(2), TypeError);
  assert.throws(() => {
    read.secrets.key = 'other';
  }, TypeError);
});

test('other resources, and very large ones, are read every time', async () => {
  const { store, reads } = countingStore();
  const other = id.replace('Microsoft.Logic/workflows', 'Microsoft.Compute/virtualMachines');
  await store.commit([
    { kind: 'putResource', resource: resource({}, 'Microsoft.Compute/virtualMachines', other) },
    { kind: 'putResource', resource: resource({ text: 'x'.repeat(1_000_000) }) },
  ]);
  for (let time = 0; time < 2; time += 1) {
    store.resources.get(other);
    store.resources.get(id);
  }
  assert.equal(reads(), 4);
});
