/**
 * How long a back-test takes over many stored alerts, and how long others wait meanwhile.
 *
 * What it measures: `POST /tocsin/v1/backtest` at a real server whose store holds alerts of 1.5 KB spread over 30 days; the
 * slowest of the small requests sent all the time beside it; the server's resident memory; how soon a back-test that nobody waits
 * for any more ends. The store is filled without the server (`ingest.ts` measures that).
 *
 * Run: `node benchmarks/backtest.ts [alerts]`
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { readNative } from '#events';
import { type JsonObject, orThrow, silentLog, type Write } from '#foundation';
import { eventDocument } from '#service';
import { openStore } from '#store';

const total = Number(argv[2] ?? 1_000_000);
const batch = 2_000;
const subscriptionId = '00000000-0000-4000-8000-000000000001';
const severities = ['Low', 'Medium', 'Low', 'Informational', 'Medium', 'Low', 'High'];
const month = 30 * 24 * 60 * 60_000;

function alert(index: number): JsonObject {
  const group = `rg-${index % 40}`;
  return {
    SystemAlertId: `${2_510_000_000_000_000_000n - BigInt(index)}_${crypto.randomUUID()}`,
    AlertDisplayName: index % 3 === 0 ? 'Potential SQL Brute Force attempt' : 'Login from an unusual location',
    AlertType: 'SQL.VM_BruteForce',
    Severity: severities[index % severities.length] ?? 'Low',
    Status: 'New',
    AzureResourceId: `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Sql/servers/s-${index % 997}`,
    Entities: [{ $id: '1', Type: 'ip', Address: '203.0.113.7', Location: { CountryCode: 'xx', Asn: 64_500 } }],
    Description: 'Someone tried many passwords against the server. '.repeat(18),
    ExtendedProperties: { 'Client IP': '203.0.113.7', resourceType: 'SQL server' },
  };
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
const store = await openStore({ folder, log: silentLog });
const now = Date.now();
for (let from = 0; from < total; from += batch) {
  const writes = Array.from({ length: Math.min(batch, total - from) }, (_, at): Write => {
    const time = now - month + Math.floor((month * (from + at)) / total);
    const event = orThrow(readNative(alert(from + at), { subscriptionId, now: time }));
    return { kind: 'putDocument', document: eventDocument(event, { time, status: 'Active' }) };
  });
  await store.commit(writes);
}
await store.close();
console.log(`stored ${total} alerts in ${Math.round((Date.now() - now) / 1000)} s`);

const main = join(import.meta.dirname, '../src/main.ts');
const server = spawn(execPath, [main, '--port', '0', '--https-port', '0', '--data', folder, '--empty'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve) => {
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    const found = /^tocsin ready (\S+)/m.exec(text)?.[1];
    if (found !== undefined) resolve(found);
  });
});
const headers = {
  authorization: `Bearer ${readFileSync(join(folder, 'admin-token'), 'utf8').trim()}`,
  'content-type': 'application/json',
};
const rules = [
  { propertyJPath: 'AlertDisplayName', propertyType: 'String', operator: 'Contains', expectedValue: 'SQL' },
  { propertyJPath: 'Severity', propertyType: 'String', operator: 'Equals', expectedValue: 'High' },
];

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** A back-test, waited for however long it takes. */
async function backtest(days: number, signal?: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/tocsin/v1/backtest`, {
      method: 'POST',
      headers,
      ...(signal === undefined ? {} : { signal }),
    });
    call.on('error', reject);
    call.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.end(JSON.stringify({ sources: [{ eventSource: 'Alerts', ruleSets: [{ rules }] }], days }));
  });
}

function megabytes(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

async function beside<T>(
  work: Promise<T>,
): Promise<{ readonly result: T; readonly waits: number[]; readonly most: number }> {
  const waits: number[] = [];
  let most = 0;
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  while (!over) {
    const from = performance.now();
    await (await fetch(`${url}/healthz`)).text();
    waits.push(performance.now() - from);
    most = Math.max(most, megabytes());
    await delay(2);
  }
  return { result: await ended, waits: waits.toSorted((left, right) => left - right), most };
}

function milliseconds(waits: readonly number[], part: number): string {
  return `${(waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] ?? 0).toFixed(1)} ms`;
}

const idle = megabytes();
const began = performance.now();
const { result, waits, most } = await beside(backtest(31));
const answer = JSON.parse(result.text) as { matched: number; total: number };
const seconds = (performance.now() - began) / 1000;
console.log(
  `back-test: ${answer.matched} of ${answer.total} in ${seconds.toFixed(1)} s, ${Math.round(answer.total / seconds)} events/s`,
);
console.log(
  `others waited: half ${milliseconds(waits, 0.5)}, 99% ${milliseconds(waits, 0.99)}, all ${milliseconds(waits, 1)}`,
);
console.log(`memory: ${idle} MB before, ${most} MB at most`);

const stop = new AbortController();
const abandoned = backtest(31, stop.signal);
await delay(1000);
stop.abort();
await abandoned.catch(() => {});
const freed = performance.now();
for (;;) {
  const statuses = await Promise.all([1, 2].map(async () => (await backtest(1)).status));
  if (statuses.every((status) => status === 200)) break;
}
console.log(`two more ran ${Math.round(performance.now() - freed)} ms after one was abandoned`);
server.kill('SIGTERM');
await new Promise((resolve) => server.on('exit', resolve));
rmSync(folder, { recursive: true, force: true });
