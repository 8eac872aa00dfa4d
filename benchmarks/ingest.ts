/**
 * Events per second through ingestion, over HTTP into a server of its own: lines of one detector as one compressed stream,
 * beside none, one and a thousand automations of which one fires for a tenth of the events.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { suricataLine } from '../tools/demo-lines.ts';

const count = 30_000;
const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const group = `${subscription}/resourceGroups/rg`;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
const main = join(import.meta.dirname, '../src/main.ts');
const server = spawn(process.execPath, [main, '--port', '0', '--https-port', '0', '--data', folder, '--empty'], {
  stdio: ['ignore', 'pipe', 'ignore'],
});

const url = await new Promise<string>((resolve, reject) => {
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    const line = /^tocsin ready (http:\/\/\S+)/m.exec(text);
    if (line !== null) resolve(line[1] ?? '');
  });
  server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
});
const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim();

async function call(method: string, path: string, body: object | Uint8Array<ArrayBuffer>): Promise<unknown> {
  const isBytes = body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': isBytes ? 'application/x-ndjson' : 'application/json',
      ...(isBytes ? { 'content-encoding': 'gzip' } : {}),
    },
    body: isBytes ? body : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Alerts only, a tenth of them from the host that an automation watches; `round` makes them new. */
function stream(round: number): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: count }, (_, at) => {
    const record = JSON.parse(suricataLine(3 * (round * count + at))) as Record<string, unknown>;
    return JSON.stringify({ ...record, dest_ip: at % 10 === 0 ? '192.0.2.99' : '192.0.2.10' });
  });
  return Uint8Array.from(gzipSync(lines.join('\n'), { level: 1 }));
}

async function putAutomation(number: number, app: string): Promise<void> {
  const watched = number === 0 ? '192.0.2.99' : `198.51.100.${number}`;
  const rule = {
    propertyJPath: 'CompromisedEntity',
    propertyType: 'String',
    operator: 'Equals',
    expectedValue: watched,
  };
  await call('PUT', `${group}/providers/Microsoft.Security/automations/a${number}?api-version=2019-01-01-preview`, {
    location: 'westeurope',
    properties: {
      isEnabled: true,
      scopes: [{ scopePath: subscription }],
      sources: [{ eventSource: 'Alerts', ruleSets: [{ rules: [rule] }] }],
      actions: [{ actionType: 'LogicApp', logicAppResourceId: app }],
    },
  });
}

function memory(): string {
  try {
    const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'));
    return `${Math.round(Number(found?.[1] ?? 0) / 1024)} MB`;
  } catch {
    return 'unknown';
  }
}

try {
  await call('PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  const app = `${group}/providers/Microsoft.Logic/workflows/app`;
  const definition = {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
    actions: { Note: { type: 'Compose', inputs: '@triggerBody()', runAfter: {} } },
  };
  await call('PUT', `${app}?api-version=2019-05-01`, { location: 'westeurope', properties: { definition } });
  let made = 0;
  for (const [round, automations] of [0, 0, 1, 1_000].entries()) {
    for (; made < automations; made += 1) await putAutomation(made, app);
    const body = stream(round);
    const started = performance.now();
    const answer = (await call('POST', '/ingest/v1/events?format=suricata', body)) as {
      accepted: number;
      events: { runs: string[] }[];
    };
    const seconds = (performance.now() - started) / 1000;
    const runs = answer.events.reduce((sum, event) => sum + event.runs.length, 0);
    const label = round === 0 ? 'warming up' : `${automations} automations`;
    console.log(
      `${label.padEnd(18)} ${Math.round(answer.accepted / seconds)
        .toString()
        .padStart(7)} events/s  ${runs} runs started  ${memory()}`,
    );
  }
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
