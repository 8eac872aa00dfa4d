/**
 * How long a page of a long list of runs takes over HTTP: first and late pages, with and without filters.
 *
 * What it measures: a started server over a data folder with so many runs of one logic app and a thousand others with a few
 * each; the median and the slowest of thirty requests on one connection. What it does not: journals, several clients.
 * Beside it stands the same request for a page of nothing: what HTTP, sign-in and routing cost alone.
 *
 * Run: `node benchmarks/run-lists.ts [runs]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { formatTime, SeededRandom, VirtualClock } from '#foundation';
import { RunNames } from '#service';

const total = Number(argv[2] ?? 1_000_000);
const others = 1_000;
const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const group = `${subscription}/resourceGroups/rg-bench`;
const app = `${group}/providers/Microsoft.Logic/workflows/Many`;

interface Server {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

async function start(folder: string): Promise<Server> {
  const words = ['src/main.ts', '--empty', '--port', '0', '--https-port', '0', '--data', folder];
  const child = spawn(execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], env: { TOCSIN_LOG_LEVEL: 'error' } });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /ready (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    const stop = async (): Promise<void> => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    };
    return { url, stop };
  }
  throw new Error('the server did not start');
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-lists-'));
let token = '';

async function call(server: Server, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(path.startsWith('http') ? path : `${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function prepare(): Promise<string> {
  const server = await start(folder);
  token = readFileSync(join(folder, 'admin-token'), 'utf8').trim();
  await call(server, 'PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  const definition = { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} };
  const saved = await call(server, 'PUT', `${app}?api-version=2019-05-01`, {
    location: 'westeurope',
    properties: { definition },
  });
  await server.stop();
  return (saved['properties'] as { readonly version: string }).version;
}

/** Rows as the server writes them, over the last ninety days, ended but for a few. */
function fill(version: string): void {
  const database = new DatabaseSync(join(folder, 'tocsin.db'));
  const number = database.prepare('INSERT INTO workflows (key) VALUES (?)');
  const insert = database.prepare(
    'INSERT INTO runs (workflow, name, status, start_time, end_time, client_tracking_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const clock = new VirtualClock(Date.now() - 90 * 86_400_000);
  const names = new RunNames(clock, new SeededRandom(5));
  const gap = (90 * 86_400_000) / total;
  const first = Number(number.run(app.toLowerCase()).lastInsertRowid);
  database.exec('BEGIN');
  for (let index = 0; index < others; index += 1) number.run(`${app.toLowerCase()}-${index}`);
  for (let index = 0; index < total; index += 1) {
    clock.advance(gap);
    const name = names.run();
    const now = Math.floor(clock.now());
    const status = index % 1000 === 7 ? 'Failed' : index % 10 === 3 ? 'Cancelled' : 'Succeeded';
    const time = formatTime(now);
    const trigger = {
      name: 'manual',
      startTime: time,
      endTime: time,
      trackingId: '5a0f2d0a-1111-4222-8333-444444444444',
      clientTrackingId: name,
      originHistoryName: name,
      status: 'Succeeded',
      outputs: { size: 812, hash: { algorithm: 'md5', value: 'XUFAKrxLKna5cZ2REBfFkg==' } },
    };
    const body = { version, trigger, run: { status, startTime: time, endTime: time } };
    const workflow = index % 20 === 0 ? first + 1 + ((index / 20) % others) : first;
    insert.run(workflow, name, status, now, now + 40, name, JSON.stringify(body));
  }
  database.exec('COMMIT');
  database.close();
}

async function measure(server: Server, title: string, path: string): Promise<void> {
  const times: number[] = [];
  let shown = 0;
  for (let round = 0; round < 30; round += 1) {
    const began = performance.now();
    const { value } = await call(server, 'GET', path);
    times.push(performance.now() - began);
    shown = (value as readonly unknown[]).length;
  }
  times.sort((left, right) => left - right);
  const figures = `${(times[15] as number).toFixed(1)} ms, slowest ${(times[29] as number).toFixed(1)} ms`;
  stdout.write(`${title.padEnd(58)} ${figures}, ${shown} runs\n`);
}

try {
  const version = await prepare();
  fill(version);
  // The first start copies the log of the bulk load into the file.
  await (await start(folder)).stop();
  const began = performance.now();
  const server = await start(folder);
  stdout.write(`ready over ${total.toLocaleString('en')} runs after ${Math.round(performance.now() - began)} ms\n`);
  const list = `${app}/runs?api-version=2019-05-01`;
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const filtered = (text: string): string => `${list}&$filter=${encodeURIComponent(text)}`;
  await measure(server, 'nothing: no such tracking id', filtered("clientTrackingId eq 'nobody'"));
  await measure(server, 'first page of 30', list);
  await measure(server, 'first page of 250', `${list}&$top=250`);
  await measure(server, "status eq 'Failed' (one in a thousand)", filtered("status eq 'Failed'"));
  await measure(server, "status eq 'Running' (none)", filtered("status eq 'Running'"));
  await measure(
    server,
    'startTime of one day, 80 days ago',
    filtered(`startTime ge ${ago(80)} and startTime le ${ago(79)}`),
  );
  await measure(server, 'startTime before 89 days ago', filtered(`startTime le ${ago(89)}`));
  await measure(server, 'startTime in the future (none)', filtered(`startTime ge ${ago(-1)}`));
  await measure(server, 'startTime before all (none)', filtered(`startTime le ${ago(95)}`));
  await measure(
    server,
    'Failed, one day, 80 days ago',
    filtered(`status eq 'Failed' and startTime ge ${ago(80)} and startTime le ${ago(79)}`),
  );
  let page = await call(server, 'GET', filtered(`startTime le ${ago(88)}`));
  page = await call(server, 'GET', String(page['nextLink']));
  const token2 = /\$skiptoken=([\w-]+)/.exec(String(page['nextLink']))?.[1] ?? '';
  await measure(server, 'a page 88 days back by $skiptoken', `${list}&$skiptoken=${token2}`);
  await measure(server, 'trigger histories, first page', `${app}/triggers/manual/histories?api-version=2019-05-01`);
  const own = '/tocsin/v1/runs';
  await measure(server, 'runs of all logic apps, first page of 100', own);
  await measure(server, 'runs of all logic apps, Failed', `${own}?filter=${encodeURIComponent("status eq 'Failed'")}`);
  await measure(
    server,
    'runs of all logic apps, one day, 80 days ago',
    `${own}?filter=${encodeURIComponent(`startTime ge ${ago(80)} and startTime le ${ago(79)}`)}`,
  );
  await measure(server, 'runs of all logic apps, 88 days back by $skiptoken', `${own}?$skiptoken=${token2}`);
  await server.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
