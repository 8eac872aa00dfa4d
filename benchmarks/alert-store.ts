/**
 * How fast alerts are taken in while the store grows, and how long a page of the REST list takes when it has grown.
 *
 * What it measures: a real server over http, batches of 1,000 alerts of 1.5 KB, two at once, durable before the answer; then
 * pages of 100 of the alerts API, by subscription, by a group that has few of them, by filters that few pass. What it does
 * not: automations (`match.ts`), runs (`runs.ts`). The lower bound beside the ingestion is the store alone (`store.ts`).
 *
 * Run: `node benchmarks/alert-store.ts [alerts]`
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';

const total = Number(argv[2] ?? 100_000);
const batch = 1000;
const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
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

const severities = ['Low', 'Medium', 'Low', 'Informational', 'Medium', 'Low', 'High'];

function alert(index: number): unknown {
  const rare = index % 100_000 === 77;
  const group = rare ? 'rg-rare' : `rg-${index % 40}`;
  return {
    SystemAlertId: `${2_510_000_000_000_000_000n - BigInt(index)}_${crypto.randomUUID()}`,
    AlertDisplayName: rare ? 'A rare thing' : 'Potential SQL Brute Force attempt',
    AlertType: 'SQL.VM_BruteForce',
    Severity: severities[index % severities.length],
    Status: 'New',
    CompromisedEntity: `sql-vm-${index % 997}`,
    AzureResourceId: `${subscription}/resourceGroups/${group}/providers/Microsoft.Sql/servers/sql-${index % 997}`,
    TimeGenerated: '2026-11-24T10:11:12.0000000Z',
    Entities: [
      { $id: '1', Type: 'host', HostName: `sql-vm-${index % 997}`, OSFamily: 'Windows' },
      { $id: '2', Type: 'ip', Address: '203.0.113.7', Location: { CountryCode: 'xx', Asn: 64_500 } },
    ],
    Description: 'Someone tried many passwords against the server. '.repeat(15),
    ExtendedProperties: { 'Client IP': '203.0.113.7', resourceType: 'SQL server' },
  };
}

let next = 0;
let done = 0;
let reported = 0;
let since = performance.now();

async function send(): Promise<void> {
  while (next < total) {
    const from = next;
    next += batch;
    const body = JSON.stringify(
      Array.from({ length: Math.min(batch, total - from) }, (_, index) => alert(from + index)),
    );
    const answer = await fetch(`${url}/ingest/v1/events`, { method: 'POST', headers, body });
    await answer.text();
    if (answer.status !== 202) throw new Error(`ingestion answered ${answer.status}`);
    done += batch;
    if (done - reported < total / 10) continue;
    const now = performance.now();
    console.log(`ingested ${done}: ${Math.round((1000 * (done - reported)) / (now - since))} alerts/s`);
    reported = done;
    since = now;
  }
}

await Promise.all([send(), send()]);

async function timed(title: string, path: string): Promise<string | undefined> {
  const times: number[] = [];
  let shown = 0;
  let link: string | undefined;
  for (let turn = 0; turn < 20; turn += 1) {
    const start = performance.now();
    const answer = await fetch(path.startsWith('http') ? path : `${url}${path}`, { headers });
    const text = await answer.text();
    times.push(performance.now() - start);
    const body = JSON.parse(text) as { value?: unknown[]; nextLink?: string };
    shown = body.value?.length ?? 1;
    link = body.nextLink;
  }
  times.sort((left, right) => left - right);
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  console.log(
    `${title}: median ${at(0.5)} ms, slowest ${at(0.99)} ms, ${shown} shown${link === undefined ? '' : ', more'}`,
  );
  return link;
}

const alerts = `/providers/Microsoft.Security/alerts?api-version=2022-01-01`;
const second = await timed('page of the subscription', `${subscription}${alerts}`);
if (second !== undefined) await timed('its second page', second.replace(/^https?:\/\/[^/]+/, url));
await timed('page of a large group', `${subscription}/resourceGroups/rg-7${alerts}`);
await timed('page of a small group', `${subscription}/resourceGroups/rg-rare${alerts}`);
await timed('filter that one in seven passes', `${subscription}${alerts}&$filter=properties/severity eq 'High'`);
await timed('filter on a status nobody has', `${subscription}${alerts}&$filter=properties/status eq 'Dismissed'`);
await timed('filter that few pass', `${subscription}${alerts}&$filter=properties/alertDisplayName eq 'A rare thing'`);
console.log(`database ${(statSync(join(folder, 'tocsin.db')).size / 2 ** 30).toFixed(2)} GiB`);
server.kill('SIGTERM');
await new Promise((resolve) => server.once('exit', resolve));
rmSync(folder, { recursive: true, force: true });
