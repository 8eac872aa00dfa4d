/**
 * What comes out when every stored event and every foreign sample of the corpus is sent to a server: one row per event, with
 * the reference automations that it fired.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '#foundation';
import { rule } from './security-center.ts';
import { textOf, type TocsinServer } from './tocsin-server.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus');

/** The reason to skip, or false when the corpus is beside the checkout. */
export const noCorpus = existsSync(join(corpus, 'foreign')) ? false : 'no ../shared/corpus beside this checkout';

/** The subscriptions that the native events name; events that name none go to the first. */
const subscriptions = [
  'a1b2c3d4-1111-4222-8333-444455556666',
  '0f9e8d7c-2222-4333-9444-555566667777',
  '86057c9f-3cdd-484e-83b1-7bf1c17a9ff8',
  'a27e854a-8578-4395-8eaf-6fc7849f3050',
] as const;

const set = (...rules: readonly JsonObject[]): JsonObject => ({ rules: [...rules] });
const version = rule('Version', 'Contains', '3.');
const severity = (level: string): JsonObject => rule('Severity', 'Equals', level);
const state = (operator: string, code: string): JsonObject => rule('properties.status.code', operator, code);
const parent = '/assessments/1195afff-c881-495e-9bc5-1486211ae03f/';

/** A source and the same for snapshots. */
function both(eventSource: string, ...ruleSets: readonly JsonObject[]): readonly JsonObject[] {
  return [eventSource, `${eventSource}Snapshot`].map((each) => ({ eventSource: each, ruleSets: [...ruleSets] }));
}

/** Rule sets of domain reference 22, by the name of their automation. */
export const referenceAutomations: Readonly<Record<string, readonly JsonObject[]>> = {
  'three-severities': [
    { eventSource: 'Alerts', ruleSets: ['high', 'medium', 'low'].map((level) => set(version, severity(level))) },
  ],
  'sql-high': [
    { eventSource: 'Alerts', ruleSets: [set(rule('AlertDisplayName', 'Contains', 'SQL'), severity('high'))] },
  ],
  'contains-healthy': both('Assessments', set(state('Contains', 'healthy'))),
  'equals-healthy': both('Assessments', set(state('Equals', 'healthy'))),
  'high-unhealthy': both(
    'Assessments',
    set(rule('properties.metadata.severity', 'Equals', 'High'), state('Contains', 'unhealthy')),
  ),
  'machine-findings': both('SubAssessments', set(rule('id', 'Contains', parent))),
  'control-failed': [
    { eventSource: 'RegulatoryComplianceAssessment', ruleSets: [set(rule('properties.state', 'Equals', 'Failed'))] },
  ],
  'control-failed-snapshot': [
    {
      eventSource: 'RegulatoryComplianceAssessmentSnapshot',
      ruleSets: [set(rule('properties.state', 'Equals', 'Failed'))],
    },
  ],
};

export interface TableRow {
  readonly file: string;
  /** Event source; `discarded` or `rejected` where nothing came of a record. */
  readonly kind: string;
  readonly id: string;
  /** Severity of an alert, state of the others. */
  readonly severity: string;
  readonly duplicate: boolean;
  readonly matched: readonly string[];
}

/** Makes the automations, each with a logic app of its own, and sends every file as it is. */
export async function corpusTable(server: TocsinServer): Promise<readonly TableRow[]> {
  for (const id of subscriptions) await prepare(server, id);
  const rows: TableRow[] = [];
  for (const folder of ['events', 'foreign']) {
    const files = readdirSync(join(corpus, folder)).filter((name) => name.endsWith('.json'));
    for (const name of files.toSorted()) rows.push(...(await sendFile(server, `${folder}/${name}`)));
  }
  return rows;
}

async function prepare(server: TocsinServer, subscriptionId: string): Promise<void> {
  const alias = `/providers/Microsoft.Subscription/aliases/${subscriptionId}?api-version=2021-10-01`;
  const made = await server.call('PUT', alias, { body: { properties: { subscriptionId, displayName: 'Corpus' } } });
  assert.ok(made.status < 300, made.text);
  const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-reference`;
  await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  for (const [name, sources] of Object.entries(referenceAutomations)) {
    const app = `${group}/providers/Microsoft.Logic/workflows/${name}`;
    const definition = { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} };
    const saved = await server.call('PUT', `${app}?api-version=2019-05-01`, {
      body: { location: 'westeurope', properties: { definition } },
    });
    assert.equal(saved.status, 201, saved.text);
    const automation = `${group}/providers/Microsoft.Security/automations/${name}?api-version=2019-01-01-preview`;
    const put = await server.call('PUT', automation, {
      body: {
        location: 'westeurope',
        properties: {
          scopes: [{ scopePath: `/subscriptions/${subscriptionId}` }],
          sources,
          actions: [{ actionType: 'LogicApp', logicAppResourceId: app }],
        },
      },
    });
    assert.equal(put.status, 201, put.text);
  }
}

async function sendFile(server: TocsinServer, file: string): Promise<readonly TableRow[]> {
  const text = readFileSync(join(corpus, file), 'utf8');
  const cloudEvents = file.includes('cloudevents-batch') ? 'application/cloudevents-batch+json' : undefined;
  const query = `format=auto&unknownSubscription=create&subscriptionId=${subscriptions[0]}`;
  const sent = await server.call('POST', `/ingest/v1/events?${query}`, {
    text,
    ...(cloudEvents === undefined ? {} : { headers: { 'content-type': cloudEvents } }),
  });
  const nothing = { file, severity: '', duplicate: false, matched: [] };
  if (sent.status !== 202) return [{ ...nothing, kind: 'refused', id: textOf(sent.body.error, 'code') }];
  const events = sent.body.events as readonly JsonObject[];
  const rows: TableRow[] = [];
  for (const event of events) {
    const id = textOf(event, 'id');
    rows.push({
      file,
      kind: textOf(event, 'kind'),
      id,
      severity: await severityOf(server, id),
      duplicate: event.duplicate === true,
      matched: (event.runs as readonly string[]).map((run) => run.split('/').at(-3) ?? '').toSorted(),
    });
  }
  for (const rejected of sent.body.rejected as readonly JsonObject[])
    rows.push({ ...nothing, kind: 'rejected', id: textOf(rejected, 'code') });
  if (rows.length === 0) rows.push({ ...nothing, kind: 'discarded', id: '' });
  return rows;
}

const versionOf: readonly (readonly [RegExp, string])[] = [
  [/\/alerts\/[^/]+$/i, '2022-01-01'],
  [/\/subassessments\/[^/]+$/i, '2019-01-01-preview'],
  [/\/assessments\/[^/]+$/i, '2020-01-01'],
  [/\/regulatoryComplianceAssessments\/[^/]+$/i, '2019-01-01-preview'],
];

async function severityOf(server: TocsinServer, id: string): Promise<string> {
  const version = versionOf.find(([pattern]) => pattern.test(id))?.[1];
  if (version === undefined) return '';
  const { status, body } = await server.call('GET', `${id}?api-version=${version}&$expand=metadata`);
  if (status === 404) return 'gone';
  const properties = body.properties as JsonObject;
  const code = (properties.status as JsonObject | undefined)?.code;
  const shown = properties.severity ?? code ?? properties.state ?? '';
  return typeof shown === 'string' ? shown : '';
}

/** The table as text, one line per row. */
export function tableText(rows: readonly TableRow[]): string {
  const cells = rows.map(({ file, kind, id, severity: level, duplicate, matched }) => [
    file,
    kind,
    id.slice(id.lastIndexOf('/') + 1),
    level,
    duplicate ? 'duplicate' : '',
    matched.join(', '),
  ]);
  const lines = [['file', 'kind', 'id', 'severity or state', '', 'fired'], ...cells];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
