/** What every `Store` must do with log tables; part of `store.ts`. */
import assert from 'node:assert/strict';
import { faultOf, type LogCell, type LogColumn, type LogScan, type Store, type Write } from '#foundation';

type Check = (name: string, body: (store: Store) => Promise<void>) => void;

const key = { workspace: '/w', name: 'Things_CL' };
const columns: readonly LogColumn[] = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Name_s', type: 'string' },
  { name: 'Count_d', type: 'real' },
  { name: 'Wide', type: 'long' },
];
const names = columns.map(({ name }) => name);
/** Beyond what a double holds exactly. */
const start = 639_000_000_000_000_001n;

const table = (more: readonly LogColumn[] = []): Write => ({
  kind: 'putLogTable',
  table: { ...key, columns: [...columns, ...more] },
});
const append = (rows: readonly (readonly LogCell[])[], of: readonly string[] = names): Write => ({
  kind: 'appendLogRows',
  key,
  columns: of,
  rows,
});
const row = (at: number, name: string, count: number | null = at, wide: bigint | null = BigInt(at)): LogCell[] => [
  start + BigInt(at),
  name,
  count,
  wide,
];
const read = (store: Store, scan: Partial<LogScan> = {}): readonly (readonly LogCell[])[] => [
  ...store.logs.rows({ ...key, columns: names, conditions: [], ...scan }),
];
const namesOf = (store: Store, scan: Partial<LogScan> = {}): readonly LogCell[] =>
  read(store, { ...scan, columns: ['Name_s'] }).map(([name]) => name ?? null);

const sorted = (names: readonly LogCell[]): readonly string[] => names.map(String).toSorted((a, b) => (a < b ? -1 : 1));

export function logRowTests(check: Check): void {
  check('rows come back as they were, wide integers and times exact', async (store) => {
    const wide = 9_223_372_036_854_775_807n;
    await store.commit([table(), append([row(1, 'a', 1.5, wide), row(2, '', null, null)])]);
    assert.deepEqual(read(store), [
      [start + 1n, 'a', 1.5, wide],
      [start + 2n, '', null, null],
    ]);
    assert.equal(store.logs.table({ workspace: '/w', name: 'THINGS_cl' })?.name, 'Things_CL');
    assert.deepEqual(
      store.logs.tables('/w').map(({ name }) => name),
      ['Things_CL'],
    );
    assert.deepEqual(store.logs.tables('/other'), []);
  });
  check('LR2 columns are added behind the others, empty in the rows before', async (store) => {
    await store.commit([table(), append([row(1, 'a')])]);
    const more: readonly LogColumn[] = [
      { name: 'Late_s', type: 'string' },
      { name: 'Late_b', type: 'bool' },
    ];
    await store.commit([table(more), append([[start + 2n, 'yes', 1n]], ['TimeGenerated', 'Late_s', 'Late_b'])]);
    const all = [...store.logs.rows({ ...key, columns: ['Name_s', 'Late_s', 'Late_b'], conditions: [] })];
    assert.deepEqual(all, [
      ['a', '', null],
      ['', 'yes', 1n],
    ]);
    assert.equal(store.logs.table(key)?.columns.length, 6);
  });
  check('conditions, order and top leave the rows they mean', async (store) => {
    await store.commit([table(), append([row(3, 'c'), row(1, 'a'), row(2, 'b', null, null)])]);
    const from: LogScan['conditions'] = [{ column: 'TimeGenerated', operator: '>=', values: [start + 2n] }];
    assert.deepEqual(sorted(namesOf(store, { conditions: from })), ['b', 'c']);
    assert.deepEqual(namesOf(store, { order: { column: 'TimeGenerated', descending: true }, top: 2 }), ['c', 'b']);
    const not: LogScan['conditions'] = [{ column: 'Wide', operator: '!=', values: [3n] }];
    assert.deepEqual(sorted(namesOf(store, { conditions: not })), ['a', 'b']);
    const among: LogScan['conditions'] = [{ column: 'Name_s', operator: 'in', values: ['a', 'c', 'x'] }];
    assert.deepEqual(sorted(namesOf(store, { conditions: among })), ['a', 'c']);
    const like: LogScan['conditions'] = [{ column: 'Name_s', operator: 'like', values: ['%C%'] }];
    assert.ok(namesOf(store, { conditions: like }).includes('c'));
  });
  check('a text with wildcards, quotes or other letters is a value and nothing else', async (store) => {
    const odd = `50%_\\'";DROP TABLE log_1; -- 50İ`;
    await store.commit([table(), append([row(1, odd), row(2, 'x')])]);
    assert.deepEqual(namesOf(store, { conditions: [{ column: 'Name_s', operator: '==', values: [odd] }] }), [odd]);
    assert.ok(namesOf(store, { conditions: [{ column: 'Name_s', operator: 'like', values: ['i'] }] }).includes(odd));
  });
  check(
    'rows before a time are forgotten, the oldest first and so many at most; a table goes with its rows',
    async (store) => {
      await store.commit([table(), append([row(3, 'c'), row(1, 'a'), row(2, 'b')])]);
      await store.commit([{ kind: 'forgetLogRows', key, before: start + 3n, top: 1 }]);
      assert.deepEqual(sorted(namesOf(store)), ['b', 'c']);
      await store.commit([{ kind: 'forgetLogRows', key, before: start + 3n, top: 10 }]);
      assert.deepEqual(namesOf(store), ['c']);
      await store.commit([{ kind: 'deleteLogTable', key }]);
      assert.equal(store.logs.table(key), undefined);
      await store.commit([table()]);
      assert.deepEqual(read(store), []);
    },
  );
  check(
    'rows of a table that is not there, or without their time, are refused with all of their commit',
    async (store) => {
      await assert.rejects(store.commit([append([row(1, 'a')])]));
      await store.commit([table()]);
      const fault = await store
        .commit([append([row(1, 'a')]), append([['b']], ['Name_s'])])
        .then(() => undefined, faultOf);
      assert.equal(fault?.retryable, false);
      assert.deepEqual(read(store), []);
      await store.commit([append([row(1, 'a')])]);
      assert.deepEqual(namesOf(store), ['a']);
    },
  );
  check('groups, where the store makes them, are counted, added up, binned and told apart', async (store) => {
    const { groups } = store.logs;
    if (groups === undefined) return;
    await store.commit([table(), append([row(1, 'a', 1), row(2, 'a', 2.5), row(12, 'b', null, null)])]);
    const all = (more: object): readonly (readonly LogCell[])[] => [
      ...groups.call(store.logs, { ...key, conditions: [], keys: [], aggregates: [{ kind: 'count' }], ...more }),
    ];
    assert.deepEqual(all({}), [[3n]]);
    const byName = all({
      keys: [{ column: 'Name_s' }],
      aggregates: [
        { kind: 'count' },
        { kind: 'sum', column: 'Count_d' },
        { kind: 'dcount', column: 'Wide' },
        { kind: 'max', column: 'TimeGenerated' },
      ],
    });
    assert.deepEqual(byName, [
      ['a', 2n, 3.5, 2n, start + 2n],
      ['b', 1n, 0n, 0n, start + 12n],
    ]);
    assert.deepEqual(all({ keys: [{ column: 'TimeGenerated', size: 10n }] }), [
      [start - 1n, 2n],
      [start + 9n, 1n],
    ]);
    const best = all({
      keys: [{ column: 'Name_s' }],
      aggregates: [{ kind: 'best', column: 'TimeGenerated', sign: 1, columns: ['Count_d'] }],
    });
    assert.deepEqual(best[0], ['a', start + 2n, 2.5]);
  });
}
