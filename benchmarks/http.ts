/**
 * Whole playbooks over HTTP: a started server with full durable history, a receiver and the load beside it on one machine.
 *
 * What it measures: from the request on a callback URL (or the ingestion of alerts) to the end of the runs, the server's CPU
 * and the growth of its data folder per action. What it does not: a network, several machines; load and receiver take their
 * share of the same cores. The lower bound is a bare Node server that answers the same requests and keeps nothing.
 *
 * Run: `node benchmarks/http.ts [runs]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { isJsonObject, type Json, type JsonObject, parseJson, stringifyJson, textMember } from '#foundation';

const total = Number(argv[2] ?? 6_000);
const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-bench';
const ticksPerSecond = 100;
const agent = new Agent({ connections: 64, pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Running {
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  readonly call: (method: 'GET' | 'POST' | 'PUT', path: string, body?: Json) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

async function send(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body: string | undefined,
  token?: string,
): Promise<Answer> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const answer = await request(url, { method, headers, dispatcher: agent, ...(body === undefined ? {} : { body }) });
  return { status: answer.statusCode, body: await answer.body.text() };
}

async function startServer(): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const words = ['src/main.ts', '--empty', '--port', '0', '--https-port', '0', '--data', folder];
  const child = spawn(execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], env: { TOCSIN_LOG_LEVEL: 'error' } });
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /ready (http:\S+)/.exec(line)?.[1] ?? '';
    if (url !== '') break;
  }
  const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim();
  const call: Running['call'] = (method, path, body) =>
    send(method, url + path, body === undefined ? undefined : stringifyJson(body), token);
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, pid: child.pid ?? 0, folder, call, stop };
}

async function listening(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Seconds of CPU that a process has used. Linux only; 0 elsewhere. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0;
  }
}

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => {
    const found = statSync(join(folder, name));
    return sum + (found.isFile() ? found.size : 0);
  }, 0);
}

// --- Playbooks --------------------------------------------------------------------------------------------------

const after = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, ['Succeeded']]));
const compose = (inputs: Json, ...names: readonly string[]): JsonObject => ({
  type: 'Compose',
  inputs,
  runAfter: after(...names),
});

/** Compose after Compose, each reading the one before. */
function chain(count: number): JsonObject {
  const names = Array.from({ length: count }, (_, index) => `Step_${index}`);
  return Object.fromEntries(
    names.map((name, index) => {
      const before = names[index - 1];
      return before === undefined
        ? [name, compose("@triggerBody()?['Severity']")]
        : [name, compose(`@concat(string(outputs('${before}')), '.')`, before)];
    }),
  );
}

const response = (body: Json, ...names: readonly string[]): JsonObject => ({
  type: 'Response',
  kind: 'Http',
  inputs: { statusCode: 200, body },
  runAfter: after(...names),
});

/** Webhook, condition, five expressions, HTTP POST, response: DESIGN section 7. */
function webhook(sink: string): JsonObject {
  return {
    Important: {
      type: 'If',
      expression: { and: [{ equals: ["@triggerBody()?['Severity']", 'High'] }] },
      actions: {
        Facts: compose({
          title: "@concat('[', triggerBody()?['Severity'], '] ', triggerBody()?['AlertDisplayName'])",
          who: "@toUpper(triggerBody()?['CompromisedEntity'])",
          group: "@split(triggerBody()?['AzureResourceId'], '/')[4]",
          many: "@length(triggerBody()?['Entities'])",
          day: "@formatDateTime(triggerBody()?['TimeGenerated'], 'yyyy-MM-dd')",
        }),
        Notify: {
          type: 'Http',
          inputs: { method: 'POST', uri: sink, body: "@outputs('Facts')" },
          runAfter: after('Facts'),
        },
      },
      runAfter: {},
    },
    Answer: response({ done: true }, 'Important'),
  };
}

const fanOut = (sink: string): JsonObject => ({
  Each: {
    type: 'Foreach',
    foreach: '@range(0, 20)',
    actions: { Call: { type: 'Http', inputs: { method: 'POST', uri: sink, body: '@item()' }, runAfter: {} } },
    runAfter: {},
  },
  Answer: response('done', 'Each'),
});

const appending: JsonObject = {
  List: {
    type: 'InitializeVariable',
    inputs: { variables: [{ name: 'list', type: 'array', value: [] }] },
    runAfter: {},
  },
  Each: {
    type: 'Foreach',
    foreach: '@range(0, 5000)',
    actions: { Append: { type: 'AppendToArrayVariable', inputs: { name: 'list', value: '@item()' }, runAfter: {} } },
    runAfter: after('List'),
  },
  Answer: response("@length(variables('list'))", 'Each'),
};

function passedOn(count: number): JsonObject {
  const actions: { [name: string]: Json } = {};
  let before: string | undefined;
  for (let index = 0; index < count; index++) {
    const name = `Pass_${index}`;
    actions[name] = before === undefined ? compose('@triggerBody()') : compose(`@outputs('${before}')`, before);
    before = name;
  }
  return { ...actions, Answer: response('done', ...(before === undefined ? [] : [before])) };
}

const alert = {
  AlertDisplayName: 'Potential SQL Brute Force attempt',
  AlertType: 'SQL.VM_BruteForce',
  Severity: 'High',
  CompromisedEntity: 'sql-vm-01',
  AzureResourceId: `${group}/providers/Microsoft.Compute/virtualMachines/sql-vm-01`,
  TimeGenerated: '2026-11-24T10:11:12.0000000Z',
  Entities: [{ $id: '1', Type: 'host', HostName: 'sql-vm-01' }],
  Description: 'Someone tried many passwords against the server. '.repeat(12),
};

// --- Measuring --------------------------------------------------------------------------------------------------

interface Scenario {
  readonly title: string;
  readonly actions: JsonObject;
  readonly actionsPerRun: number;
  readonly runs: number;
  readonly atOnce: number;
  readonly body?: Json;
}

async function save(server: Running, name: string, actions: JsonObject): Promise<string> {
  const path = `${group}/providers/Microsoft.Logic/workflows/${name}`;
  const triggers = { manual: { type: 'Request', kind: 'Http', inputs: {} } };
  const definition = { contentVersion: '1.0.0.0', triggers, actions, outputs: {} };
  const put = await server.call('PUT', `${path}?api-version=2019-05-01`, {
    location: 'westeurope',
    properties: { definition },
  });
  if (put.status >= 300) throw new Error(put.body);
  const callback = await server.call('POST', `${path}/triggers/manual/listCallbackUrl?api-version=2019-05-01`);
  return textMember(parseJson(callback.body), 'value') ?? '';
}

/** Runs in memory by the server's own count. */
async function runsLeft(server: Running): Promise<number> {
  const { body } = await server.call('GET', '/metrics');
  return Number(/^tocsin_runs_in_memory (\d+)/m.exec(body)?.[1] ?? 0);
}

async function quiet(server: Running): Promise<void> {
  while ((await runsLeft(server)) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

const percentile = (sorted: readonly number[], share: number): string =>
  `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)} ms`;

/** Calls `url` `count` times, `atOnce` at a time; milliseconds of each, sorted. */
async function load(url: string, count: number, atOnce: number, body: string): Promise<readonly number[]> {
  const latencies: number[] = [];
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const began = performance.now();
      const answer = await send('POST', url, body);
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.body}`);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return latencies.sort((left_, right) => left_ - right);
}

async function measure(server: Running, scenario: Scenario, index: number): Promise<void> {
  const { title, actions, actionsPerRun, runs, atOnce } = scenario;
  const savedAt = performance.now();
  const url = await save(server, `Bench-${index}`, actions);
  const saved = performance.now() - savedAt;
  const body = stringifyJson(scenario.body ?? alert);
  await load(url, Math.min(atOnce * 4, runs), atOnce, body);
  await quiet(server);
  const [cpu, bytes, began] = [cpuOf(server.pid), bytesOf(server.folder), performance.now()];
  const latencies = await load(url, runs, atOnce, body);
  await quiet(server);
  const seconds = (performance.now() - began) / 1_000;
  const done = runs * actionsPerRun;
  const cells = [
    `${(runs / seconds).toFixed(runs / seconds < 50 ? 1 : 0)} runs/s`,
    `p50 ${percentile(latencies, 0.5)}`,
    `p99 ${percentile(latencies, 0.99)}`,
    `${(((cpuOf(server.pid) - cpu) / done) * 1e6).toFixed(0)} µs CPU and ${((bytesOf(server.folder) - bytes) / done).toFixed(0)} bytes per action`,
    `saved in ${saved.toFixed(0)} ms`,
  ];
  stdout.write(`${title.padEnd(58)} ${cells.join(', ')}\n`);
}

/** Alerts in batches of 500, an automation on them, a playbook of five actions. */
async function ingested(server: Running): Promise<void> {
  const logicAppResourceId = `${group}/providers/Microsoft.Logic/workflows/Bench-ingested`;
  await save(server, 'Bench-ingested', chain(5));
  const put = await server.call(
    'PUT',
    `${group}/providers/Microsoft.Security/automations/all?api-version=2019-01-01-preview`,
    {
      location: 'westeurope',
      properties: {
        scopes: [{ scopePath: group.split('/resourceGroups')[0] ?? '' }],
        sources: [{ eventSource: 'Alerts', ruleSets: [] }],
        actions: [{ actionType: 'LogicApp', logicAppResourceId }],
      },
    },
  );
  if (put.status >= 300) throw new Error(put.body);
  const began = performance.now();
  const size = 500;
  for (let first = 0; first < total; first += size) {
    const events = Array.from({ length: size }, (_, at) => ({ ...alert, SystemAlertId: `bench-${first + at}` }));
    const answer = await server.call('POST', '/ingest/v1/events', events);
    const counts = parseJson(answer.body);
    if (!isJsonObject(counts) || counts['accepted'] !== size) throw new Error(answer.body.slice(0, 500));
  }
  await quiet(server);
  const seconds = (performance.now() - began) / 1_000;
  stdout.write(
    `${'alerts ingested by 500, a five-action run each'.padEnd(58)} ${(total / seconds).toFixed(0)} runs/s\n`,
  );
}

const receiver = await listening((incoming, answer) => {
  incoming.resume();
  incoming.on('end', () => {
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.end('{"ok":true}');
  });
});
const server = await startServer();
try {
  await server.call('PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  const bare = await load(receiver.url, total, 50, stringifyJson(alert)).then(
    (list) => list.length,
    () => 0,
  );
  const began = performance.now();
  await load(receiver.url, total, 50, stringifyJson(alert));
  stdout.write(
    `lower bound: bare server, nothing kept${' '.repeat(21)} ${(bare / ((performance.now() - began) / 1_000)).toFixed(0)} requests/s\n`,
  );
  const few = Math.max(5, Math.floor(total / 1_000));
  const scenarios: readonly Scenario[] = [
    {
      title: 'webhook, condition, five expressions, HTTP POST, response',
      actions: webhook(receiver.url),
      actionsPerRun: 4,
      runs: total,
      atOnce: 50,
    },
    { title: 'five actions', actions: chain(5), actionsPerRun: 5, runs: total, atOnce: 50 },
    { title: 'forty actions', actions: chain(40), actionsPerRun: 40, runs: Math.ceil(total / 4), atOnce: 50 },
    {
      title: '20-way foreach of HTTP calls',
      actions: fanOut(receiver.url),
      actionsPerRun: 22,
      runs: Math.ceil(total / 10),
      atOnce: 10,
    },
    {
      title: '5,000-item loop appending to a variable',
      actions: appending,
      actionsPerRun: 5_003,
      runs: few,
      atOnce: 1,
    },
    {
      title: '4 MB payload through ten actions',
      actions: passedOn(10),
      actionsPerRun: 11,
      runs: few,
      atOnce: 1,
      body: { text: 'x'.repeat(4 << 20) },
    },
    { title: '300 actions', actions: chain(300), actionsPerRun: 300, runs: Math.ceil(total / 50), atOnce: 10 },
  ];
  for (const [index, scenario] of scenarios.entries()) await measure(server, scenario, index);
  await ingested(server);
} finally {
  await server.stop();
  receiver.server.close();
  await agent.close();
}
