/**
 * What a query tells the store must never change its answer: the same rows in SQLite, which filters, orders and groups, and in
 * memory, which does neither, answer every query alike.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LogCell, type LogColumn, silentLog, type Store, type Write } from '#foundation';
import { isKqlFault } from '#query';
import { memoryStore, openStore } from '#store';
import { runLogQuery } from '../../../src/service/logs/query-logs.ts';
import { dataFolder } from '../../store/data-folder.ts';

const workspace = '/subscriptions/s/resourcegroups/g/providers/microsoft.operationalinsights/workspaces/w';
const columns: readonly LogColumn[] = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Name_s', type: 'string' },
  { name: 'Score_d', type: 'real' },
  { name: 'Count', type: 'long' },
  { name: 'Ok_b', type: 'bool' },
  { name: 'Id_g', type: 'guid' },
  { name: 'Bag', type: 'dynamic' },
];
const texts = ['', 'Alpha', 'alpha', 'ALPHA beta', '50%_x', 'Kelvin', 'naïve', 'beta,alpha', 'ǅ'];
const start = 639_000_000_000_000_000n;
const day = 864_000_000_000n;

function rows(): readonly (readonly LogCell[])[] {
  let seed = 11;
  const pick = <T>(values: readonly T[]): T => {
    seed = (seed * 48_271) % 2_147_483_647;
    return values[seed % values.length] as T;
  };
  return Array.from({ length: 400 }, (_, at) => [
    start + BigInt(at % 37) * (day / 5n) + BigInt(at % 3),
    pick(texts),
    pick([null, 0, 1.5, -2.25, 1e9]),
    pick([null, 0n, 7n, -3n, 9_223_372_036_854_775_807n]),
    pick([null, 0n, 1n]),
    pick([null, '11111111-1111-4111-8111-111111111111']),
    pick([null, '{"a":1}', '[1,2]']),
  ]);
}

const queries = [
  'T | count',
  "T | where Name_s == 'alpha' | count",
  "T | where Name_s =~ 'alpha' | summarize count() by Name_s",
  "T | where Name_s has 'alpha' | summarize count() by Name_s",
  "T | where Name_s contains '%_' | count",
  "T | where Name_s contains 'kel' | summarize count() by Name_s",
  "T | where Name_s startswith 'al' | count",
  "T | where Name_s != '' | summarize dcount(Name_s)",
  "T | where Name_s in ('alpha', '', 'x') | summarize count() by Name_s",
  'T | where Count != 7 | count',
  'T | where Count > 0 | count',
  'T | where Count >= 0 and Score_d < 2 | summarize count(), sum(Score_d) by Ok_b',
  'T | where Ok_b == true | count',
  'T | where Ok_b | count',
  'T | where TimeGenerated > datetime(2025-12-03) | count',
  'T | where TimeGenerated between (datetime(2025-12-01) .. 2d) | count',
  "T | where Id_g == '11111111-1111-4111-8111-111111111111' | count",
  'T | summarize count() by bin(TimeGenerated, 1d)',
  'T | summarize count() by startofday(TimeGenerated), Ok_b',
  'T | where Count < 8 | summarize count() by bin(Count, 5)',
  'T | summarize min(Score_d), max(Score_d), avg(Score_d), sum(Score_d), dcount(Score_d)',
  'T | where Count < 8 | summarize sum(Count), min(Count), max(Count), avg(Count) by Name_s',
  'T | summarize sum(Count)',
  'T | where Count == 123 | summarize sum(Count), avg(Score_d), max(TimeGenerated), count()',
  'T | where Count == 123 | summarize count() by Name_s',
  'T | summarize max(TimeGenerated), min(TimeGenerated) by Id_g',
  'T | distinct Name_s, Ok_b',
  'T | summarize arg_max(TimeGenerated, Name_s) by Count | project Count, TimeGenerated',
  'T | summarize arg_min(Score_d, *) | project Score_d, Type',
  'T | summarize count() by Type, Name_s',
  'T | summarize count() by tostring(Bag)',
  'T | summarize dcount(Id_g), countif(Ok_b)',
  'T | top 5 by Count desc | project Count',
  'T | top 3 by Score_d asc | project Score_d',
  'T | sort by TimeGenerated desc, Name_s asc | take 7 | project TimeGenerated, Name_s',
  'T | sort by TimeGenerated asc | take 1 | project TimeGenerated',
  "T | where Name_s =~ 'alpha' | take 1000 | count",
  "T | where Name_s has 'beta' | top 2 by TimeGenerated desc | project TimeGenerated",
  'T | project N = Name_s, Count | join kind=inner (T | where Ok_b == true | distinct N = Name_s) on N | summarize count() by N',
  'T | join kind=leftsemi (T | where Count == 7 | distinct Name_s) on Name_s | count',
  'T | join kind=leftanti (T | where Count == 7 and Score_d == 0 | distinct Name_s) on Name_s | count',
  'T | extend Name_s = toupper(Name_s) | join kind=inner (print Name_s = "ALPHA") on Name_s | count',
  'T | where Bag.a == 1 | summarize count() by Ok_b',
  'T | where isnull(Count) | project Bag | take 1000 | count',
];

describe('queries that the store answers in part', () => {
  const folder = dataFolder();
  const stores: Store[] = [];
  before(async () => {
    const key = { workspace, name: 'T' };
    const writes: readonly Write[] = [
      { kind: 'putLogTable', table: { ...key, columns } },
      { kind: 'appendLogRows', key, columns: columns.map(({ name }) => name), rows: rows() },
    ];
    stores.push(memoryStore(), await openStore({ folder: folder.path, log: silentLog }));
    for (const store of stores) await store.commit(writes);
  });
  after(async () => {
    for (const store of stores) await store.close();
    folder.remove();
  });

  for (const query of queries) {
    test(query, () => {
      const [inMemory, inSqlite] = stores.map((store) => {
        const answer = runLogQuery(store, {
          query,
          workspaces: [{ id: workspace, customerId: 'c' }],
          others: [],
          span: {},
          now: Date.UTC(2026, 0, 31),
          activityOf: [],
          eventsOf: [],
          milliseconds: 60_000,
        });
        assert.ok(!isKqlFault(answer), JSON.stringify(answer));
        const found = (JSON.parse(answer.rows) as unknown[]).map((row) => JSON.stringify(row));
        return { columns: answer.columns, rows: found.toSorted((a, b) => (a < b ? -1 : 1)) };
      });
      assert.deepEqual(inSqlite, inMemory);
      assert.ok((inMemory?.columns.length ?? 0) > 0);
    });
  }
});
