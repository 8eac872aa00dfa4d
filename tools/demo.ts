/**
 * The live demonstration: logs of four detectors are followed at once while they grow and rotate, while the command that
 * follows them is killed, and while the server is killed. Every event starts one run of its detector's logic app.
 *
 * `npm run demo [-- --lines N]` prints a table and ends with 1 when the counts differ. It needs nothing but this checkout.
 */
import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { falcoLine, prowlerLine, suricataLine, wazuhLine } from './demo-lines.ts';
import { DemoServer, endChild } from './demo-server.ts';

interface Detector {
  readonly name: string;
  readonly file: string;
  readonly line: (number: number) => string;
  /** Whether the line with this number is an event. */
  readonly isEvent: (number: number) => boolean;
  readonly source: 'Alerts' | 'Assessments';
}

const detectors: readonly Detector[] = [
  { name: 'Falco', file: 'falco.json', line: falcoLine, isEvent: () => true, source: 'Alerts' },
  { name: 'Suricata', file: 'eve.json', line: suricataLine, isEvent: (number) => number % 3 !== 2, source: 'Alerts' },
  { name: 'Wazuh', file: 'alerts.json', line: wazuhLine, isEvent: () => true, source: 'Alerts' },
  { name: 'Prowler', file: 'prowler.ndjson', line: prowlerLine, isEvent: () => true, source: 'Assessments' },
];

const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const group = `${subscription}/resourceGroups/rg-demo`;

async function prepare(server: DemoServer): Promise<void> {
  await server.call('PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  for (const detector of detectors) {
    const app = appOf(detector);
    await server.call('PUT', `${app}?api-version=2019-05-01`, { location: 'westeurope', properties: { definition } });
    const automation = `${group}/providers/Microsoft.Security/automations/on-${detector.name}`;
    await server.call('PUT', `${automation}?api-version=2019-01-01-preview`, automationOf(detector, app));
  }
}

function appOf({ name }: Detector): string {
  return `${group}/providers/Microsoft.Logic/workflows/respond-${name}`;
}

const definition = {
  $schema: 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
  contentVersion: '1.0.0.0',
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
  actions: {
    What_happened: {
      type: 'Compose',
      inputs: "@coalesce(triggerBody()?['AlertDisplayName'], triggerBody()?['properties']?['displayName'])",
      runAfter: {},
    },
  },
};

/** Alerts by their product, recommendations by the tool that they keep. */
function automationOf({ name, source }: Detector, app: string): object {
  const propertyJPath = source === 'Alerts' ? 'ProductName' : 'properties.additionalData.ProductComponentName';
  const rule = {
    propertyJPath,
    propertyType: 'String',
    operator: 'Equals',
    expectedValue: source === 'Alerts' ? name : name.toLowerCase(),
  };
  return {
    location: 'westeurope',
    properties: {
      isEnabled: true,
      scopes: [{ scopePath: subscription }],
      sources: [{ eventSource: source, ruleSets: [{ rules: [rule] }] }],
      actions: [{ actionType: 'LogicApp', logicAppResourceId: app }],
    },
  };
}

/** Appends the next lines to every log, the last of each in two pieces. */
async function grow(folder: string, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) {
    for (const { file, line } of detectors) {
      const text = `${line(number)}\n`;
      const cut = number === to - 1 ? text.length >> 1 : 0;
      if (cut > 0) appendFileSync(join(folder, file), text.slice(0, cut));
      if (cut > 0) await delay(5);
      appendFileSync(join(folder, file), text.slice(cut));
    }
    if (number % 20 === 0) await delay(5);
  }
}

function rename(folder: string, file: string): void {
  renameSync(join(folder, file), join(folder, `${file}.1`));
  writeFileSync(join(folder, file), '');
}

function copyAndEmpty(folder: string, file: string): void {
  copyFileSync(join(folder, file), join(folder, `${file}.1`));
  truncateSync(join(folder, file), 0);
}

interface Row {
  readonly detector: string;
  readonly written: number;
  readonly events: number;
  readonly runs: number;
  readonly succeeded: number;
}

async function count(server: DemoServer, lines: number): Promise<readonly Row[]> {
  const alerts = await server.list(`${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`);
  const assessments = await server.list(
    `${subscription}/providers/Microsoft.Security/assessments?api-version=2020-01-01`,
  );
  const products = alerts.map((alert) => (alert['properties'] as { productName?: string }).productName);
  return Promise.all(
    detectors.map(async (detector) => {
      const runs = await server.list(`${appOf(detector)}/runs?api-version=2019-05-01&$top=250`);
      const ended = runs.map((run) => (run['properties'] as { status?: string }).status);
      return {
        detector: detector.name,
        written: Array.from({ length: lines }, (_, number) => number).filter(detector.isEvent).length,
        events:
          detector.source === 'Alerts'
            ? products.filter((product) => product === detector.name).length
            : assessments.length,
        runs: runs.length,
        succeeded: ended.filter((status) => status === 'Succeeded').length,
      };
    }),
  );
}

const isEqual = ({ written, events, runs, succeeded }: Row): boolean =>
  written === events && events === runs && runs === succeeded;

/** Counts until all is there; at most a minute. */
async function settled(server: DemoServer, lines: number): Promise<readonly Row[]> {
  const end = Date.now() + 60_000;
  for (;;) {
    const rows = await count(server, lines);
    if (rows.every(isEqual) || Date.now() > end) return rows;
    await delay(300);
  }
}

function show(rows: readonly Row[]): void {
  const cells = [
    ['DETECTOR', 'WRITTEN', 'EVENTS', 'RUNS', 'SUCCEEDED', 'EQUAL'],
    ...rows.map((row) => [
      row.detector,
      ...[row.written, row.events, row.runs, row.succeeded].map(String),
      isEqual(row) ? 'yes' : 'NO',
    ]),
  ];
  for (const row of cells)
    process.stdout.write(`${row.map((cell, at) => (at === 0 ? cell.padEnd(10) : cell.padStart(10))).join('')}\n`);
}

async function demonstrate(lines: number, folder: string): Promise<boolean> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const server = new DemoServer(join(folder, 'data'));
  await server.start();
  const files = detectors.map(({ file }) => join(folder, file));
  const state = join(folder, 'state');
  for (const file of files) writeFileSync(file, '');
  await prepare(server);
  let follower = server.follow(files, state);
  const part = Math.ceil(lines / 4);
  try {
    say('four logs grow and are followed');
    await grow(folder, 0, part);
    // From here on nothing waits for anything: a log is known once it was read.
    await settled(server, part);
    say('one log is renamed, another copied and emptied');
    rename(folder, 'falco.json');
    copyAndEmpty(folder, 'eve.json');
    await grow(folder, part, 2 * part);
    say('the follower is killed; the logs grow and one is renamed meanwhile');
    await endChild(follower, 'SIGKILL');
    await grow(folder, 2 * part, 3 * part);
    rename(folder, 'alerts.json');
    follower = server.follow(files, state);
    say('the server is killed; the logs grow meanwhile');
    await server.end('SIGKILL');
    await grow(folder, 3 * part, lines);
    await server.start();
    const rows = await settled(server, lines);
    show(rows);
    return rows.every(isEqual);
  } finally {
    await endChild(follower, 'SIGTERM');
    await server.end('SIGTERM');
  }
}

const { values } = parseArgs({ options: { lines: { type: 'string', default: '400' } } });
const folder = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
try {
  process.exitCode = (await demonstrate(Number(values.lines), folder)) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
