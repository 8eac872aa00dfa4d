/**
 * How many five-action workflow runs per second one process starts and finishes with full history on disk.
 *
 * What it measures: the embedded host with the SQLite store and the real engine: a Compose, a condition with five
 * expressions, two HTTP calls answered at once, a Response; every step durable before it is acted upon. What it does not:
 * HTTP, matching, real calls. The lower bound beside it inserts the very same rows into a bare SQLite file, in
 * transactions of the same size, on this thread. CPU is that of the whole process, writer's thread included.
 *
 * Run: `node benchmarks/runs.ts [runs]`
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, cpuUsage, stdout } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { defaultSettings, type EffectRunner, type NewRun, type PlanSource } from '#engine';
import { formatTime, type JsonObject, SeededRandom, silentLog, type Store, type Write } from '#foundation';
import { EmbeddedHost, systemClock } from '#service';
import { openStore } from '#store';
import { planWorkflow } from '#workflow';

const total = Number(argv[2] ?? 20_000);
const actionsPerRun = 5;
const workflowId =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-bench/providers/Microsoft.Logic/workflows/Bench';

const definition: JsonObject = {
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
  actions: {
    Title: {
      type: 'Compose',
      inputs: "@concat(triggerBody()?['AlertDisplayName'], ' on ', triggerBody()?['CompromisedEntity'])",
    },
    Important: {
      type: 'If',
      expression: {
        and: [
          { equals: ["@toLower(triggerBody()?['Severity'])", 'high'] },
          { contains: ["@triggerBody()?['AlertDisplayName']", 'SQL'] },
        ],
      },
      actions: {
        Notify: {
          type: 'Http',
          inputs: {
            method: 'POST',
            uri: 'https://notify.test/send',
            body: { title: "@outputs('Title')", time: "@triggerBody()?['TimeGenerated']" },
          },
        },
      },
      runAfter: { Title: ['Succeeded'] },
    },
    Ticket: {
      type: 'Http',
      inputs: { method: 'POST', uri: 'https://tickets.test/new', body: "@triggerBody()?['Entities']" },
      runAfter: { Important: ['Succeeded'] },
    },
    Summary: {
      type: 'Compose',
      inputs: { ticket: "@body('Ticket')?['id']", title: "@outputs('Title')" },
      runAfter: { Ticket: ['Succeeded'] },
    },
  },
};

const alert: JsonObject = {
  AlertDisplayName: 'Potential SQL Brute Force attempt',
  AlertType: 'SQL.VM_BruteForce',
  Severity: 'High',
  CompromisedEntity: 'sql-vm-01',
  TimeGenerated: '2026-11-24T10:11:12.0000000Z',
  Entities: [
    { $id: '1', Type: 'host', HostName: 'sql-vm-01', OSFamily: 'Windows' },
    { $id: '2', Type: 'ip', Address: '203.0.113.7', Location: { CountryCode: 'xx', Asn: 64_500 } },
  ],
  Description: 'Someone tried many passwords against the server. '.repeat(12),
};

const instant: EffectRunner = {
  run: async () => ({
    kind: 'response',
    statusCode: 201,
    headers: { 'content-type': 'application/json', 'x-request-id': '0f8fad5b-d9cb-469f-a165-70867728950e' },
    body: { value: { id: 4711, state: 'new', link: 'https://tickets.test/4711' } },
  }),
};

const planned = planWorkflow({ definition });
if (planned.kind === 'refused') throw new Error(planned.fault.message);
const { plan } = planned;
const plans: PlanSource = { plan: () => plan };

function newRun(index: number, onAnswer?: () => void): NewRun {
  const name = `${String(10 ** 15 - index).padStart(29, '0')}CU00`;
  const time = formatTime(Date.now());
  return {
    identity: {
      name,
      workflowId,
      version: '08584',
      clientTrackingId: name,
      workflow: { id: workflowId, name: 'Bench', type: 'Microsoft.Logic/workflows', location: 'local', run: { name } },
    },
    trigger: {
      name: 'manual',
      outputs: { value: { headers: { 'content-type': 'application/json' }, body: alert } },
      startTime: time,
      endTime: time,
      trackingId: '5a0f2d0a-1111-4222-8333-444444444444',
      clientTrackingId: name,
      originHistoryName: name,
      status: 'Succeeded',
    },
    ...(onAnswer === undefined ? {} : { onAnswer }),
  };
}

// --- Measuring --------------------------------------------------------------------------------------------------

interface Figures {
  readonly seconds: number;
  /** Microseconds of CPU. */
  readonly cpu: number;
  /** Milliseconds per run, sorted. */
  readonly latencies: readonly number[];
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

function print(title: string, figures: Figures, runs: number): void {
  const actions = runs * actionsPerRun;
  const parts = [
    `${Math.round(runs / figures.seconds).toLocaleString('en')} runs/s`,
    ...(figures.latencies.length === 0
      ? []
      : [
          `p50 ${percentile(figures.latencies, 0.5).toFixed(1)} ms`,
          `p99 ${percentile(figures.latencies, 0.99).toFixed(1)} ms`,
        ]),
    `${(figures.cpu / actions).toFixed(1)} µs CPU per action`,
  ];
  stdout.write(`${title.padEnd(46)} ${parts.join(', ')}\n`);
}

/** Runs `total` runs with `atOnce` unfinished ones at most, started `batch` to a commit. */
async function load(host: EmbeddedHost, first: number, count: number, atOnce: number, batch: number): Promise<Figures> {
  const latencies: number[] = [];
  const beganCpu = cpuUsage();
  const began = performance.now();
  let next = first;
  await new Promise<void>((resolve, reject) => {
    const fill = (): void => {
      while (next < first + count && next - first - latencies.length + batch <= atOnce) {
        const started = performance.now();
        const runs = Array.from({ length: Math.min(batch, first + count - next) }, () =>
          newRun(next++, () => {
            latencies.push(performance.now() - started);
            if (latencies.length === count) resolve();
            else if (latencies.length % batch === 0) fill();
          }),
        );
        host.startMany(runs).catch(reject);
      }
    };
    fill();
  });
  await host.quiet();
  const used = cpuUsage(beganCpu);
  const seconds = (performance.now() - began) / 1_000;
  return { seconds, cpu: used.user + used.system, latencies: latencies.sort((left, right) => left - right) };
}

/** A store that notes what goes through it. */
function noting(store: Store, noted: (readonly Write[])[]): Store {
  return {
    resources: store.resources,
    documents: store.documents,
    history: store.history,
    blobs: store.blobs,
    policyRecords: store.policyRecords,
    logs: store.logs,
    tallies: store.tallies,
    commit: (writes) => {
      noted.push(writes);
      return store.commit(writes);
    },
    close: () => store.close(),
  };
}

// --- The lower bound --------------------------------------------------------------------------------------------

/** The same rows into two plain tables, `batch` commits to a transaction. */
function bareInserts(folder: string, commits: readonly (readonly Write[])[], batch: number): Figures {
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE run (key TEXT, body TEXT); CREATE TABLE row (run TEXT, event TEXT, history TEXT)');
  const run = database.prepare('INSERT INTO run VALUES (?, ?)');
  const row = database.prepare('INSERT INTO row VALUES (?, ?, ?)');
  const beganCpu = cpuUsage();
  const began = performance.now();
  for (let at = 0; at < commits.length; at += batch) {
    database.exec('BEGIN IMMEDIATE');
    for (const writes of commits.slice(at, at + batch)) {
      for (const write of writes) {
        if (write.kind === 'putRun') run.run(write.run.name, JSON.stringify(write.run.body));
        if (write.kind === 'appendJournal') {
          row.run(write.row.run, JSON.stringify(write.row.event), JSON.stringify(write.row.history));
        }
      }
    }
    database.exec('COMMIT');
  }
  const used = cpuUsage(beganCpu);
  const seconds = (performance.now() - began) / 1_000;
  database.close();
  return { seconds, cpu: used.user + used.system, latencies: [] };
}

// --- Main -------------------------------------------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
try {
  const store = await openStore({ folder: join(folder, 'data'), log: silentLog });
  const noted: (readonly Write[])[] = [];
  const parts = { plans, effects: instant, clock: systemClock(), log: silentLog, settings: defaultSettings };
  const host = new EmbeddedHost({ ...parts, store, random: new SeededRandom(1) });
  const warmUp = 2_000;
  await load(host, 0, warmUp, 500, 1);
  let first = warmUp;
  for (const [title, atOnce, batch] of [
    ['one by one', 1, 1],
    ['64 at once, each its own start', 64, 1],
    ['1,000 at once, each its own start', 1_000, 1],
    ['2,000 at once, 100 to a start', 2_000, 100],
  ] as const) {
    const count = atOnce === 1 ? Math.min(500, total) : total;
    print(title, await load(host, first, count, atOnce, batch), count);
    first += count;
  }
  const size = (): number => statSync(join(folder, 'data', 'tocsin.db')).size;
  const noter = new EmbeddedHost({ ...parts, store: noting(store, noted), random: new SeededRandom(2) });
  await load(noter, first, 2_000, 500, 1);
  first += 2_000;
  const rows = noted.flat().filter(({ kind }) => kind === 'appendJournal').length;
  print('lower bound: the same rows, bare SQLite', bareInserts(folder, noted, 200), 2_000);
  await host.drain();
  await noter.drain();
  await store.close();
  stdout.write(
    `${(rows / 2_000).toFixed(1)} journal rows per run, ${Math.round(size() / first / actionsPerRun)} bytes of disk per action\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
