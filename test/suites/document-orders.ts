/**
 * In which orders every `Store` must list documents by a text of their bodies, as a suite of tests over a factory.
 *
 * Owns: the tests of `DocumentQuery.by` and `groups`. Does not own: the other lists (`store.ts`).
 */
import assert from 'node:assert/strict';
import { type DocumentQuery, memberText, type Store, type StoredDocument, type Write } from '#foundation';

type Check = (name: string, body: (store: Store) => Promise<void>) => void;

const title = ['event.AlertDisplayName'];
const resource = ['event.CompromisedEntity', 'event.AzureResourceId'];

/** An alert of a title, arrived at a time. */
function alert(key: string, time: number, event: Readonly<Record<string, string>>, more: Partial<StoredDocument> = {}) {
  const base = { collection: 'alerts', key, parent: 'p', time, status: 'Active', tally: 'High' };
  return { kind: 'putDocument', document: { ...base, body: { event }, ...more } } as const satisfies Write;
}

const alerts: readonly Write[] = [
  alert('a', 1, { AlertDisplayName: 'beta', CompromisedEntity: 'vm-2' }),
  alert('b', 2, { AlertDisplayName: 'Alpha', AzureResourceId: '/x/VM-1' }, { status: 'Resolved' }),
  alert('c', 3, { AlertDisplayName: 'BETA', CompromisedEntity: 'vm-2' }, { tally: 'Low', label: 'rg' }),
  alert('d', 4, {}),
  alert('e', 5, { AlertDisplayName: 'beta' }, { parent: 'q' }),
];

const keys = (store: Store, query: Partial<DocumentQuery>): string =>
  store.documents
    .list({ collection: 'alerts', ...query })
    .map(({ key }) => key)
    .join('');

export function documentOrderTests(check: Check): void {
  check('documents come by a text of their bodies without regard to case, equal ones newest first', async (store) => {
    await store.commit(alerts);
    assert.equal(keys(store, { by: { members: title } }), 'dbeca');
    assert.equal(keys(store, { by: { members: title, descending: true } }), 'acebd');
    assert.equal(keys(store, { by: { members: resource } }), 'edbca');
    assert.equal(keys(store, { parent: 'p', by: { members: title } }), 'dbca');
    assert.equal(keys(store, { by: { members: title, statuses: ['Active'], tallies: ['High'] } }), 'dea');
    const other = alert('o', 1, { AlertDisplayName: 'x' }, { collection: 'other' });
    await store.commit([other]);
    assert.equal(keys(store, { collection: 'other', by: { members: title } }), 'o');
  });

  check('documents of one text come newest first, page by page', async (store) => {
    await store.commit(alerts);
    const by = { members: title, equals: 'Beta' };
    assert.equal(keys(store, { by }), 'eca');
    assert.equal(keys(store, { by: { ...by, descending: true } }), 'eca');
    assert.equal(keys(store, { by, top: 1, after: { time: 5, key: 'e' } }), 'c');
  });

  check('pages in the order of a text give the whole list once, in both directions', async (store) => {
    await store.commit(alerts);
    for (const descending of [false, true]) {
      let seen = '';
      for (let after: DocumentQuery['after']; ; ) {
        const by = { members: title, descending };
        const page = store.documents.list({
          collection: 'alerts',
          by,
          top: 2,
          ...(after === undefined ? {} : { after }),
        });
        seen += page.map(({ key }) => key).join('');
        const last = page.at(-1);
        if (last === undefined || page.length < 2) break;
        after = { time: last.time, key: last.key, value: memberText(last.body, title) };
      }
      assert.equal(seen, descending ? 'acebd' : 'dbeca');
    }
  });

  check('texts are grouped with how many have them, by parent, label, state and tally', async (store) => {
    await store.commit(alerts);
    const groups = store.documents.groups({ collection: 'alerts', by: { members: title }, top: 10 });
    const total = groups.map(({ value, counts }) => [value, counts.reduce((sum, { count }) => sum + count, 0)]);
    assert.deepEqual(total, [
      ['', 1],
      ['alpha', 1],
      ['beta', 3],
    ]);
    const [, , beta] = groups;
    const places = beta?.counts.map(({ parent, label, tally, count }) => `${parent} ${label} ${tally} ${count}`);
    assert.deepEqual(places?.toSorted(), ['p  High 1', 'p rg Low 1', 'q  High 1']);
    const behind = store.documents.groups({ collection: 'alerts', by: { members: title }, behind: 'alpha', top: 1 });
    assert.deepEqual(
      behind.map(({ value }) => value),
      ['beta'],
    );
  });

  check('groups of many places are counted whole, slice by slice', async (store) => {
    const many = Array.from({ length: 90 }, (_, index) =>
      alert(`k${index}`, index, { AlertDisplayName: index < 60 ? 'wide' : `t${index}` }, { parent: `p${index}` }),
    );
    await store.commit(many);
    const seen = new Map<string, number>();
    for (let behind: string | undefined; ; ) {
      const place = behind === undefined ? {} : { behind };
      const groups = store.documents.groups({ collection: 'alerts', by: { members: title }, ...place, top: 2 });
      if (groups.length === 0) break;
      for (const { value, counts } of groups)
        seen.set(
          value,
          counts.reduce((sum, { count }) => sum + count, 0),
        );
      behind = groups.at(-1)?.value;
    }
    assert.equal(seen.size, 31);
    assert.equal(seen.get('wide'), 60);
  });

  check('of long texts the first 256 characters count, so that a place in the order is short', async (store) => {
    const long = 'x'.repeat(300);
    await store.commit([
      alert('a', 1, { AlertDisplayName: `${long}b` }),
      alert('b', 2, { AlertDisplayName: `${long}a` }),
    ]);
    assert.equal(keys(store, { by: { members: title } }), 'ba');
    const by = { members: title };
    assert.equal(keys(store, { by, after: { time: 2, key: 'b', value: long.slice(0, 256) } }), 'a');
  });
}
