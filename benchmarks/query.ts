/**
 * How long log queries take over many rows, beside the same asked of SQLite in plain SQL.
 *
 * What it measures: a store with one table of rows of six columns in time order; a count of a time range, groups, the best row of
 * each, bins of an hour, top, a text search, a join with a small table; the memory the process held at most. What it does
 * not: HTTP, JSON of answers. The data folder is made once in the system's folder for temporary files and used again.
 *
 * Run: `node benchmarks/query.ts [rows]` (10,000,000)
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, memoryUsage } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { type LogCell, silentLog } from '#foundation';
import { isKqlFault } from '#query';
import { openReadingStore, openStore } from '#store';
import { runLogQuery } from '../src/service/logs/query-logs.ts';

const total = Number(argv[2] ?? 10_000_000);
const workspace = '/subscriptions/s/resourcegroups/g/providers/microsoft.operationalinsights/workspaces/w';
const folder = join(tmpdir(), `tocsin-bench-query-${total}`);
const start = 639_000_000_000_000_000n;
const step = 1_000_000n;
const severities = ['Informational', 'Low', 'Medium', 'High'];

function row(at: number): readonly LogCell[] {
  return [
    start + BigInt(at) * step,
    `host${(at * 7919) % 1000}`,
    severities[(at * 31) % 4] ?? '',
    (at % 9973) / 7,
    BigInt(at % 97),
    `Process ${at % 5003} wrote file number ${at}`,
  ];
}

async function fill(): Promise<void> {
  const making = `${folder}.making`;
  mkdirSync(making, { recursive: true });
  const store = await openStore({ folder: making, log: silentLog });
  const names = ['TimeGenerated', 'Computer', 'Severity', 'Score', 'Code', 'Message'];
  const types = ['datetime', 'string', 'string', 'real', 'long', 'string'] as const;
  const columns = names.map((name, index) => ({ name, type: types[index] ?? 'string' }));
  const key = { workspace, name: 'Big_CL' };
  const small = { workspace, name: 'Hosts_CL' };
  await store.commit([{ kind: 'putLogTable', table: { ...key, columns } }]);
  await store.commit([
    { kind: 'putLogTable', table: { ...small, columns: [columns[0] as never, { name: 'Computer', type: 'string' }] } },
    {
      kind: 'appendLogRows',
      key: small,
      columns: ['TimeGenerated', 'Computer'],
      rows: Array.from({ length: 10 }, (_, at) => [start, `host${at * 100}`]),
    },
  ]);
  const size = 5_000;
  const began = performance.now();
  for (let from = 0; from < total; from += size) {
    const rows = Array.from({ length: Math.min(size, total - from) }, (_, at) => row(from + at));
    await store.commit([{ kind: 'appendLogRows', key, columns: names, rows }]);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`filled with ${total} rows in ${seconds.toFixed(0)} s, ${Math.round(total / seconds)} rows/s durable`);
  await store.close();
  renameSync(making, folder);
}

if (!existsSync(folder)) await fill();

const store = openReadingStore(folder);
const plain = new DatabaseSync(join(folder, 'tocsin.db'), { readOnly: true });
plain.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = FILE');
const id = Number(plain.prepare("SELECT id FROM log_tables WHERE name_key = 'big_cl'").get()?.['id']);
const big = `log_${id}`;
const middle = start + (BigInt(total) / 2n) * step;
const hour = 36_000_000_000n;
const end = middle + 24n * hour;
const until = `datetime(${new Date(Number((end - 621_355_968_000_000_000n) / 10_000n)).toISOString()})`;
const range = `TimeGenerated between (${until}-1d .. ${until})`;
const sqlRange = `c0 >= ${middle} AND c0 <= ${end}`;

const cases: readonly (readonly [name: string, kql: string, sql: string])[] = [
  ['count of a day', `Big_CL | where ${range} | count`, `SELECT count(*) FROM ${big} WHERE ${sqlRange}`],
  [
    'summarize by (all rows)',
    'Big_CL | summarize count(), sum(Score), max(TimeGenerated) by Severity',
    `SELECT c2, count(*), sum(c3), max(c0) FROM ${big} GROUP BY c2`,
  ],
  [
    'summarize by (1,000 groups)',
    'Big_CL | summarize count(), avg(Score) by Computer | top 10 by avg_Score',
    `SELECT c1, count(*), avg(c3) a FROM ${big} GROUP BY c1 ORDER BY a DESC LIMIT 10`,
  ],
  [
    'bins of an hour in a day',
    `Big_CL | where ${range} | summarize count() by bin(TimeGenerated, 1h)`,
    `SELECT c0 / ${hour}, count(*) FROM ${big} WHERE ${sqlRange} GROUP BY 1`,
  ],
  [
    'last row of each (arg_max)',
    'Big_CL | summarize arg_max(TimeGenerated, Severity, Code) by Computer',
    `SELECT c1, max(c0), c2, c4 FROM ${big} GROUP BY c1`,
  ],
  ['newest 10 by time', 'Big_CL | top 10 by TimeGenerated', `SELECT * FROM ${big} ORDER BY c0 DESC LIMIT 10`],
  ['top 10 by score', 'Big_CL | top 10 by Score', `SELECT * FROM ${big} ORDER BY c3 DESC LIMIT 10`],
  [
    'text search (has)',
    "Big_CL | where Message has '777' | count",
    `SELECT count(*) FROM ${big} WHERE c5 LIKE '%777%'`,
  ],
  [
    'evaluated row by row',
    `Big_CL | where ${range} | extend Even = Code % 2 == 0 | summarize count() by Even`,
    `SELECT c4 % 2 = 0, count(*) FROM ${big} WHERE ${sqlRange} GROUP BY 1`,
  ],
  [
    'join with 10 hosts, a day',
    `Big_CL | where ${range} | join kind=inner (Hosts_CL | project Computer) on Computer | summarize count() by Computer`,
    `SELECT c1, count(*) FROM ${big} WHERE ${sqlRange} AND c1 IN (${Array.from({ length: 10 }, (_, at) => `'host${at * 100}'`).join()}) GROUP BY c1`,
  ],
];

const asked = {
  workspaces: [{ id: workspace, customerId: 'c' }],
  others: [],
  span: {},
  now: Date.now(),
  activityOf: [],
  eventsOf: [],
};
console.log(`${total} rows; milliseconds`);
for (const [name, query, sql] of cases) {
  const began = performance.now();
  const answer = runLogQuery(store, { ...asked, query, milliseconds: 600_000 });
  const own = performance.now() - began;
  const result = isKqlFault(answer) ? answer.message : `${answer.count} rows`;
  const statement = plain.prepare(sql);
  statement.setReadBigInts(true);
  const before = performance.now();
  statement.all();
  const bound = performance.now() - before;
  console.log(
    `${name.padEnd(30)} ${own.toFixed(0).padStart(8)}   plain SQL ${bound.toFixed(0).padStart(8)}   ${result}`,
  );
}
console.log(
  `memory at most ${Math.round(Math.max(memoryUsage().rss, process.resourceUsage().maxRSS * 1024) / 1e6)} MB`,
);
await store.close();
plain.close();
