/** From records to events, runs and deliveries in one commit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { looseMember } from '#events';
import { type Identity, type Json, type JsonObject, memberOf, raise } from '#foundation';
import { createIngestionKey, findEventById, firstSubscriptionId, identifyKey } from '#service';
import {
  alert,
  automationBody,
  automationId,
  codeOf,
  group,
  ingest,
  type IngestAnswer,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
  settle,
  subscription,
} from './security-harness.ts';

async function withAutomation(properties: JsonObject = {}): Promise<{ world: SecurityWorld; app: string }> {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const put = await putAutomation(
    world,
    'a',
    automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], properties),
  );
  assert.equal(put.status, 201, JSON.stringify(put.body));
  return { world, app };
}

test('an alert is stored, starts its run and leaves a delivery, all in one commit before the answer', async () => {
  const { world, app } = await withAutomation();
  const before = world.commits.length;
  const answer = await ingest(world, alert('a1'));
  assert.deepEqual([answer.accepted, answer.duplicates, answer.rejected], [1, 0, []]);
  const [event] = answer.events;
  assert.equal(event?.id, `${group}/providers/Microsoft.Security/locations/centralus/alerts/a1`);
  assert.equal(event?.kind, 'Alerts');
  assert.equal(world.runs.length, 1);
  assert.deepEqual(event?.runs, [`${app}/runs/${world.runs[0]?.identity.name ?? ''}`]);
  assert.equal(world.commits.length, before + 1);
  const collections = world.commits
    .at(-1)
    ?.flatMap((write) => (write.kind === 'putDocument' ? [write.document.collection] : []));
  assert.ok(collections?.includes('alerts') && collections.includes('deliveries'));
});

test('the run gets the event as its trigger body, unchanged', async () => {
  const { world } = await withAutomation();
  const body = alert('a1', { Description: "@{json('not evaluated')}", Extra: { n: 1 } });
  await ingest(world, body);
  const outputs = world.runs[0]?.trigger.outputs;
  assert.ok(outputs !== undefined && 'value' in outputs);
  const delivered = (outputs.value as JsonObject)['body'] as JsonObject;
  for (const [name, value] of Object.entries(body)) assert.deepEqual(delivered[name], value, name);
});

test('the same alert again is a duplicate and starts nothing', async () => {
  const { world } = await withAutomation();
  await ingest(world, alert('a1'));
  const again = await ingest(world, [alert('A1', { Severity: 'Low' }), alert('a2'), alert('a2')]);
  assert.deepEqual([again.accepted, again.duplicates], [1, 2]);
  assert.deepEqual(
    again.events.map(({ index, duplicate, runs }) => [index, duplicate === true, runs.length]),
    [
      [0, true, 0],
      [1, false, 1],
      [2, true, 0],
    ],
  );
  assert.equal(world.runs.length, 2);
});

test('two requests with the same alert at once start one run, and both answers come after the commit', async () => {
  const { world } = await withAutomation();
  let durable = false;
  world.services.host.startMany = async (runs, writes) => {
    await settle();
    durable = true;
    await world.started(runs, writes);
  };
  const both = [ingest(world, alert('a1')), ingest(world, alert('a1'))];
  const answers = await Promise.all(
    both.map(async (one) => {
      const answer = await one;
      assert.ok(durable);
      return answer;
    }),
  );
  assert.equal(world.runs.length, 1);
  assert.deepEqual(
    answers.map(({ duplicates }) => duplicates).reduce((sum, each) => sum + each),
    1,
  );
});

test('when the commit fails the events never were: sent again they fire', async () => {
  const { world } = await withAutomation();
  const { host } = world.services;
  const working: typeof host.startMany = (runs, writes) => world.started(runs, writes);
  host.startMany = () => Promise.reject(new Error('disk full'));
  const failed = await world.call('POST', '/ingest/v1/events', { body: alert('a1') });
  assert.equal(failed.status, 500);
  host.startMany = working;
  assert.equal((await ingest(world, alert('a1'))).accepted, 1);
  assert.equal(world.runs.length, 1);
});

test('an array, lines, and both compressed are taken, wrong items rejected by index', async () => {
  const { world } = await withAutomation();
  const send = async (text: string, headers: Record<string, string> = {}): Promise<IngestAnswer> => {
    const plain = new TextEncoder().encode(text);
    const bytes = headers['content-encoding'] === 'gzip' ? gzipSync(plain) : plain;
    const response = await world.call('POST', '/ingest/v1/events', { bytes, headers });
    assert.equal(response.status, 202, JSON.stringify(response.body));
    return response.body as unknown as IngestAnswer;
  };
  const list = await send(JSON.stringify([alert('1'), { hello: 1 }, alert('2', { Severity: 'Huge' }), 7, alert('3')]));
  assert.equal(list.accepted, 2);
  assert.deepEqual(
    list.rejected.map(({ index, code }) => [index, code]),
    [
      [1, 'EventFormatNotRecognized'],
      [2, 'InvalidEvent'],
      [3, 'InvalidEvent'],
    ],
  );
  assert.deepEqual(
    list.events.map(({ index }) => index),
    [0, 4],
  );
  const lines = await send(`${JSON.stringify(alert('4'))}\n{"broken":\n\n${JSON.stringify(alert('5'))}\n`);
  assert.deepEqual(
    [lines.accepted, lines.rejected[0]?.index, lines.rejected[0]?.code],
    [2, 1, 'InvalidRequestContent'],
  );
  const zipped = await send(JSON.stringify([alert('6')]), { 'content-encoding': 'gzip' });
  assert.equal(zipped.accepted, 1);
});

test('a body that is wrong as a whole is refused with its position', async () => {
  const world = await securityWorld();
  const cases: readonly (readonly [string, Record<string, string>, number, string, RegExp])[] = [
    ['{"a":\n  nope}', {}, 400, 'InvalidRequestContent', /line 2, column 3/],
    ['', {}, 400, 'InvalidRequestContent', /empty/],
    ['{}', { 'content-encoding': 'br' }, 415, 'UnsupportedMediaType', /br/],
    ['{}', { 'content-encoding': 'gzip' }, 400, 'InvalidRequestContent', /gzip/],
  ];
  for (const [text, headers, status, code, message] of cases) {
    const response = await world.call('POST', '/ingest/v1/events', { bytes: new TextEncoder().encode(text), headers });
    assert.deepEqual([response.status, codeOf(response)], [status, code]);
    assert.match(JSON.stringify(response.body), message);
  }
  const unknown = await world.call('POST', '/ingest/v1/events?format=csv', { body: alert('1') });
  assert.deepEqual([unknown.status, codeOf(unknown)], [400, 'InvalidParameter']);
  const latin = await world.call('POST', '/ingest/v1/events', { bytes: new Uint8Array([0x22, 0xe9, 0x22]) });
  assert.equal(codeOf(latin), 'InvalidRequestContent');
});

test('when the commit of one request fails, a duplicate that waited for it fails too', async () => {
  const { world } = await withAutomation();
  world.services.host.startMany = async () => {
    await settle();
    throw new Error('disk full');
  };
  const both = ['a1', 'a1'].map((id) => world.call('POST', '/ingest/v1/events', { body: alert(id) }));
  assert.deepEqual(
    (await Promise.all(both)).map(({ status }) => status),
    [500, 500],
  );
});

test('metadata that somebody saved is not overwritten by what an event carries', async () => {
  const { world } = await withAutomation();
  const key = '1195afff-c881-495e-9bc5-1486211ae03f';
  const path = `${subscription}/providers/Microsoft.Security/assessmentMetadata/${key}?api-version=2020-01-01`;
  await world.call('PUT', path, { body: { properties: { displayName: 'mine', severity: 'Low' } } });
  await ingest(world, assessment('Unhealthy'));
  const stored = await world.call('GET', path);
  assert.equal(memberOf(memberOf(stored.body, 'properties'), 'displayName'), 'mine');
});

test('a small compressed body that unfolds beyond the limit is refused', async () => {
  const world = await securityWorld();
  const bytes = gzipSync(Buffer.alloc(70 * 1024 * 1024, 0x20));
  const response = await world.call('POST', '/ingest/v1/events', { bytes, headers: { 'content-encoding': 'gzip' } });
  assert.deepEqual([response.status, codeOf(response)], [413, 'RequestEntityTooLarge']);
});

test('events of unknown subscriptions are rejected, or make one where asked', async () => {
  const { world } = await withAutomation();
  const other = '/subscriptions/a1b2c3d4-1111-4222-8333-444455556666';
  const stranger = alert('x', {
    AzureResourceId: `${other}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm`,
  });
  const rejected = await ingest(world, [stranger, alert('mine')]);
  assert.deepEqual(
    rejected.rejected.map(({ index, code }) => [index, code]),
    [[0, 'SubscriptionNotFound']],
  );
  assert.equal(rejected.accepted, 1);
  const created = await ingest(world, stranger, '?unknownSubscription=create');
  assert.equal(created.accepted, 1);
  assert.deepEqual(created.events[0]?.runs, []);
  for (const id of [other, `${other}/resourceGroups/g`, stranger['AzureResourceId'] as string]) {
    assert.ok(world.store.resources.get(id) !== undefined, id);
  }
});

test('the subscription parameter applies only to events that name none', async () => {
  const { world } = await withAutomation();
  const nameless = alert('n', { AzureResourceId: null });
  const there = await ingest(world, [nameless, alert('m')], '?subscriptionId=22222222-2222-4222-8222-222222222222');
  assert.deepEqual(
    there.rejected.map(({ index }) => index),
    [0],
  );
  const here = await ingest(world, nameless);
  assert.equal(here.events[0]?.runs.length, 1);
});

test('resources that events name are added to the inventory, once', async () => {
  const { world } = await withAutomation();
  const vm = `${subscription}/resourceGroups/new-group/providers/Microsoft.Compute/virtualMachines/vm-9`;
  await ingest(world, [alert('1', { AzureResourceId: vm }), alert('2', { AzureResourceId: vm.toUpperCase() })]);
  assert.ok(world.store.resources.get(vm) !== undefined);
  assert.ok(world.store.resources.get(`${subscription}/resourceGroups/new-group`) !== undefined);
  const puts = world.commits.at(-1)?.filter((write) => write.kind === 'putResource');
  assert.equal(puts?.length, 2);
});

const assessment = (code: string, over: JsonObject = {}): JsonObject => ({
  assessmentEventDataEnrichment: { action: 'Insert', apiVersion: '2019-01-01', isSnapshot: false },
  id: `${group}/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Security/assessments/1195afff-c881-495e-9bc5-1486211ae03f`,
  name: '1195afff-c881-495e-9bc5-1486211ae03f',
  type: 'Microsoft.Security/assessments',
  properties: {
    displayName: 'd',
    status: { code },
    additionalData: {},
    metadata: { severity: 'High', displayName: 'd' },
  },
  ...over,
});

const finding = (name: string, code = 'Unhealthy'): JsonObject => ({
  SubAssessmentEventDataEnrichment: { Action: 'Insert', IsSnapshot: false },
  Id: `${assessment('x')['id'] as string}/subassessments/${name}`,
  Name: name,
  Type: 'Microsoft.Security/assessments/subAssessments',
  Properties: { Status: { Code: code }, TimeGenerated: 't' },
});

test('a recommendation fires on change only', async () => {
  const { world } = await withAutomation({ sources: [{ eventSource: 'Assessments' }] });
  const counts: number[] = [];
  for (const code of ['Unhealthy', 'Unhealthy', 'Healthy', 'healthy', 'Unhealthy']) {
    counts.push((await ingest(world, assessment(code))).accepted);
  }
  assert.deepEqual(counts, [1, 0, 1, 0, 1]);
  assert.equal(world.runs.length, 3);
});

test('findings never fire an automation on recommendations, but the first one turns its healthy parent', async () => {
  const { world } = await withAutomation({ sources: [{ eventSource: 'Assessments' }] });
  await ingest(world, assessment('Healthy'));
  assert.equal(world.runs.length, 1);
  const turned = await ingest(world, [finding('f1'), finding('f2')]);
  assert.deepEqual(
    turned.events.map(({ index, kind }) => [index, kind]),
    [
      [0, 'SubAssessments'],
      [0, 'Assessments'],
      [1, 'SubAssessments'],
    ],
  );
  assert.equal(world.runs.length, 2);
  await ingest(world, [finding('f3'), finding('f1', 'Healthy')]);
  assert.equal(world.runs.length, 2);
});

test('findings without a known parent fire automations on findings only', async () => {
  const { world } = await withAutomation({ sources: [{ eventSource: 'SubAssessments' }] });
  const answer = await ingest(world, [finding('f1'), finding('f1'), assessment('Unhealthy')]);
  assert.deepEqual([answer.accepted, answer.duplicates, world.runs.length], [2, 1, 1]);
});

test('a snapshot fires snapshot sources, once a day at most for the same state', async () => {
  const { world } = await withAutomation({ sources: [{ eventSource: 'AssessmentsSnapshot' }] });
  const snapshot = assessment('Unhealthy', { assessmentEventDataEnrichment: { action: 'Insert', isSnapshot: true } });
  assert.equal((await ingest(world, snapshot)).accepted, 1);
  assert.equal((await ingest(world, snapshot)).duplicates, 1);
  assert.equal((await ingest(world, assessment('Healthy'))).events[0]?.runs.length, 0);
  world.clock.advance(7 * 24 * 3_600_000);
  assert.equal((await ingest(world, snapshot)).events[0]?.runs.length, 1);
});

test('results of one scan for the same control are added up into one event', async () => {
  const { world } = await withAutomation({ sources: [{ eventSource: 'RegulatoryComplianceAssessment' }] });
  const result = (uid: string, status_code: string): JsonObject => ({
    class_uid: 2004,
    status_code,
    severity_id: 3,
    metadata: { event_code: 'check', product: { name: 'Prowler' } },
    finding_info: { title: 't' },
    resources: [{ uid }],
    unmapped: { compliance: { 'CIS-2.0': ['1.1'] } },
  });
  const answer = await ingest(world, [result('a', 'PASS'), result('b', 'FAIL'), result('c', 'PASS')]);
  const controls = answer.events.filter(({ kind }) => kind === 'RegulatoryComplianceAssessment');
  assert.equal(controls.length, 1);
  const stored = world.store.documents.list({ collection: 'complianceAssessments' });
  const { properties } = (stored[0]?.body['event'] ?? {}) as { properties: JsonObject };
  assert.deepEqual(
    [properties['state'], properties['passedResources'], properties['failedResources']],
    ['Failed', 2, 1],
  );
});

test('records that are no events are counted and change nothing', async () => {
  const { world } = await withAutomation();
  const answer = await ingest(
    world,
    { event_type: 'flow', timestamp: '2024-01-01T00:00:00Z', flow_id: 1 },
    '?format=suricata',
  );
  assert.deepEqual([answer.accepted, answer.discarded, answer.events], [0, 1, []]);
});

test('a foreign alert sent again updates what is stored and starts nothing', async () => {
  const { world } = await withAutomation();
  const falco = (output: string): JsonObject => ({
    rule: 'r',
    priority: 'Notice',
    uuid: 'u',
    hostname: 'h',
    time: '2024-01-01T00:00:00Z',
    output,
  });
  const first = await ingest(world, falco('one'));
  const second = await ingest(world, falco('two'));
  assert.deepEqual([second.duplicates, second.events[0]?.id], [1, first.events[0]?.id]);
  assert.equal(world.runs.length, 1);
  const [stored] = world.store.documents.list({ collection: 'alerts' });
  assert.equal(memberOf(stored?.body['event'], 'Description'), 'two');
});

test('a suppressed alert is stored as dismissed and starts nothing', async () => {
  const { world } = await withAutomation();
  const rule = `${subscription}/providers/Microsoft.Security/alertsSuppressionRules/quiet`;
  const body = {
    properties: {
      alertType: 'sql.db_bruteforce',
      reason: 'Noise',
      state: 'Enabled',
      suppressionAlertsScope: { allOf: [{ field: 'entities.ip.address', in: ['192.0.2.66'] }] },
    },
  };
  const put = await world.call('PUT', `${rule}?api-version=2019-01-01-preview`, { body });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  const entities = { Entities: [{ Type: 'ip', Address: '192.0.2.66' }] };
  const answer = await ingest(world, [alert('1', entities), alert('2')]);
  assert.deepEqual(
    answer.events.map(({ suppressedBy, runs }) => [suppressedBy, runs.length]),
    [
      [rule, 0],
      [undefined, 1],
    ],
  );
  assert.deepEqual(world.store.documents.list({ collection: 'alerts', status: 'Dismissed' }).length, 1);
});

test('a caller without the right hears so; one with the right for some subscription gets the rest rejected', async () => {
  const { world } = await withAutomation();
  const nobody: Identity = { objectId: 'n', displayName: 'nobody', kind: 'ServicePrincipal' };
  const refused = await world.call('POST', '/ingest/v1/events', { body: alert('1'), as: nobody });
  assert.deepEqual([refused.status, codeOf(refused)], [403, 'AuthorizationFailed']);
  assert.equal(world.store.documents.list({ collection: 'alerts' }).length, 0);
});

test('an ingestion key is good for its subscription and its formats', async () => {
  const { world } = await withAutomation();
  const made = await createIngestionKey(world.services, {
    name: 'k',
    subscriptionId: firstSubscriptionId,
    formats: ['falco', 'tocsin'],
  });
  const key = identifyKey(world.services, made.key) as Identity;
  const other = alert('o', { AzureResourceId: '/subscriptions/a1b2c3d4-1111-4222-8333-444455556666' });
  const wazuh = { rule: { id: '1', level: 5 }, manager: { name: 'm' } };
  const response = await world.call('POST', '/ingest/v1/events', { body: [alert('1'), other, wazuh], as: key });
  assert.equal(response.status, 202);
  const answer = response.body as unknown as IngestAnswer;
  assert.equal(answer.accepted, 1);
  assert.deepEqual(
    answer.rejected.map(({ index, code }) => [index, code]),
    [
      [1, 'AuthorizationFailed'],
      [2, 'AuthorizationFailed'],
    ],
  );
});

test('a disabled logic app leaves a failed delivery with the reason, and other actions still run', async () => {
  const world = await securityWorld();
  const off = await putLogicApp(world, 'off');
  const on = await putLogicApp(world, 'on');
  const actions = [off, on].map((logicAppResourceId) => ({ actionType: 'LogicApp', logicAppResourceId }));
  await putAutomation(world, 'a', automationBody(actions));
  assert.equal((await ingest(world, alert('0'))).events[0]?.runs.length, 2);
  await world.call('POST', `${off}/disable?api-version=2019-05-01`);
  const answer = await ingest(world, alert('1'));
  assert.equal(answer.events[0]?.runs.length, 1);
  const list = await world.call('GET', `/tocsin/v1/deliveries?automationId=${automationId('a')}`);
  const newest = (list.body as { value: JsonObject[] }).value.filter((row) => row['eventId'] === answer.events[0]?.id);
  const rows = newest.map((row) => [
    row['actionIndex'],
    row['status'],
    (row['error'] as JsonObject | undefined)?.['code'],
  ]);
  assert.deepEqual(
    rows.toSorted(([left], [right]) => Number(left) - Number(right)),
    [
      [0, 'Failed', 'WorkflowTriggerIsNotEnabled'],
      [1, 'Succeeded', undefined],
    ],
  );
});

test('a callback whose keys were regenerated is stale: the delivery fails at once', async () => {
  const { world, app } = await withAutomation();
  assert.equal((await ingest(world, alert('0'))).events[0]?.runs.length, 1);
  const keys = await world.call('POST', `${app}/regenerateAccessKey?api-version=2019-05-01`, {
    body: { keyType: 'Primary' },
  });
  assert.equal(keys.status, 200);
  assert.equal((await ingest(world, alert('1'))).events[0]?.runs.length, 0);
  assert.equal(world.store.documents.list({ collection: 'deliveries', status: 'Failed' }).length, 1);
});

test('a workspace action writes a row of the table of its kind', async () => {
  const world = await securityWorld();
  const workspaceResourceId = `${group}/providers/Microsoft.OperationalInsights/workspaces/logs`;
  await putAutomation(world, 'export', automationBody([{ actionType: 'Workspace', workspaceResourceId }]));
  await ingest(world, alert('1', { TimeGenerated: '2025-12-31T00:00:00Z' }));
  const [row] = world.store.logs.rows({
    workspace: workspaceResourceId.toLowerCase(),
    name: 'SecurityAlert',
    columns: ['AlertSeverity', 'TimeGenerated'],
    conditions: [],
  });
  assert.deepEqual(row, ['High', 639_027_360_000_000_000n]);
});

test('a thousand events in one request are one commit', async () => {
  const { world } = await withAutomation();
  const before = world.commits.length;
  const answer = await ingest(
    world,
    Array.from({ length: 1000 }, (_, at) => alert(String(at))),
  );
  assert.equal(answer.accepted, 1000);
  assert.equal(world.runs.length, 1000);
  assert.equal(world.commits.length, before + 1);
});

test('an overload is put off with the time to wait, and taken when there is room again', async () => {
  const { world } = await withAutomation();
  let inMemory = 60_000;
  world.services.host.runsInMemory = () => inMemory;
  const busy = await world.call('POST', '/ingest/v1/events', { body: alert('1') });
  assert.deepEqual([busy.status, codeOf(busy), busy.headers?.['retry-after']], [429, 'TooManyRequests', '1']);
  inMemory = 0;
  assert.equal((await ingest(world, alert('1'))).accepted, 1);
  assert.equal(world.runs.length, 1);
});

test('lines beyond a batch are taken in several commits, with one answer in the order of the lines', async () => {
  const { world } = await withAutomation();
  const before = world.commits.length;
  const lines = Array.from({ length: 2_500 }, (_, at) => JSON.stringify(at === 1_700 ? { no: at } : alert(String(at))));
  const bytes = new TextEncoder().encode(lines.join('\n'));
  const response = await world.call('POST', '/ingest/v1/events', { bytes });
  const answer = response.body as unknown as IngestAnswer;
  assert.deepEqual([answer.accepted, answer.rejected.map(({ index }) => index)], [2_499, [1_700]]);
  assert.deepEqual(
    answer.events.map(({ index }) => index),
    Array.from({ length: 2_500 }, (_, at) => at).filter((at) => at !== 1_700),
  );
  assert.equal(world.commits.length, before + 3);
  assert.equal(world.runs.length, 2_499);
});

test('when a later batch fails the answer says how many records are durable', async () => {
  const { world } = await withAutomation();
  let commits = 0;
  world.services.host.startMany = (runs, writes) => {
    commits += 1;
    if (commits > 1) raise('StoreUnavailable', 'The disk is full.');
    return world.started(runs, writes);
  };
  const lines = Array.from({ length: 2_500 }, (_, at) => JSON.stringify(alert(String(at))));
  const failed = await world.call('POST', '/ingest/v1/events', { bytes: new TextEncoder().encode(lines.join('\n')) });
  assert.deepEqual([failed.status, codeOf(failed)], [503, 'StoreUnavailable']);
  assert.match(JSON.stringify(failed.body), /The first 1000 records were taken in before/);
  assert.equal(world.runs.length, 1_000);
});

test('one scan gives one event per control, however many batches its results take', async () => {
  const { world } = await withAutomation({ sources: [{ eventSource: 'RegulatoryComplianceAssessment' }] });
  const lines = Array.from({ length: 2_100 }, (_, at) =>
    JSON.stringify({
      class_uid: 2003,
      metadata: { product: { name: 'P' } },
      finding_info: { title: 't', uid: String(at) },
      compliance: { control: 'C1', standards: ['S'], requirements: ['R'], status: at % 3 === 0 ? 'Fail' : 'Pass' },
      resources: [{ uid: `r${at}` }],
    }),
  );
  const response = await world.call('POST', '/ingest/v1/events', { bytes: new TextEncoder().encode(lines.join('\n')) });
  const answer = response.body as unknown as IngestAnswer;
  assert.equal(answer.accepted, 2_101);
  const controls = answer.events.filter(({ kind }) => kind === 'RegulatoryComplianceAssessment');
  assert.equal(controls.length, 1);
  assert.equal(world.runs.length, 1);
  const outputs = world.runs[0]?.trigger.outputs;
  assert.ok(outputs !== undefined && 'value' in outputs);
  const properties = memberOf(memberOf(outputs.value, 'body'), 'properties');
  assert.deepEqual(
    ['state', 'passedResources', 'failedResources'].map((name) => memberOf(properties, name)),
    ['Failed', 1_400, 700],
  );
});

test('a key that is removed while its lines come in ends the stream', async () => {
  const { world } = await withAutomation();
  const made = await createIngestionKey(world.services, { name: 'k', subscriptionId: firstSubscriptionId });
  const identity = identifyKey(world.services, made.key) as Identity;
  assert.equal((await world.call('DELETE', `/tocsin/v1/ingestionKeys/${made.id}`)).status, 200);
  const after = await world.call('POST', '/ingest/v1/events', { body: alert('1'), as: identity });
  assert.deepEqual([after.status, codeOf(after)], [401, 'AuthenticationFailed']);
});

const trivyReport = (vulnerabilities: readonly string[], checks: readonly string[]): JsonObject => ({
  SchemaVersion: 2,
  ArtifactName: 'app:1',
  ArtifactType: 'container_image',
  Results: [
    {
      Target: 'os',
      Class: 'os-pkgs',
      Vulnerabilities: vulnerabilities.map((id) => ({ VulnerabilityID: id, PkgName: 'p', Severity: 'HIGH' })),
    },
    {
      Target: 'Dockerfile',
      Class: 'config',
      Misconfigurations: checks.map((ID) => ({ ID, Status: 'FAIL', Title: ID })),
    },
  ],
});

test('what a scan does not find any more is healthy, and its automation hears so', async () => {
  const { world } = await withAutomation({
    sources: [{ eventSource: 'Assessments' }, { eventSource: 'SubAssessments' }],
  });
  const found = await ingest(world, trivyReport(['CVE-1', 'CVE-2'], ['DS-1', 'DS-2']));
  assert.equal(found.accepted, 5);
  const again = await ingest(world, trivyReport(['CVE-1', 'CVE-2'], ['DS-1', 'DS-2']));
  assert.deepEqual([again.accepted, again.duplicates], [0, 5]);
  const less = await ingest(world, trivyReport(['CVE-2'], ['DS-2']));
  assert.deepEqual([less.accepted, less.duplicates], [2, 3]);
  const codes = world.runs.slice(-2).map(({ trigger: { outputs } }) => {
    assert.ok(outputs !== undefined && 'value' in outputs);
    const body = memberOf(outputs.value, 'body');
    const properties = memberOf(body, 'properties') ?? memberOf(body, 'Properties');
    const status = memberOf(properties, 'status') ?? memberOf(properties, 'Status');
    return memberOf(status, 'code') ?? memberOf(status, 'Code');
  });
  assert.deepEqual(codes, ['Healthy', 'Healthy']);
  const clean = await ingest(world, trivyReport([], []));
  assert.deepEqual([clean.accepted, clean.duplicates], [3, 0]);
  const back = await ingest(world, [trivyReport(['CVE-1'], []), trivyReport([], [])]);
  assert.equal(back.accepted, 4);
});

test('a scan of one kind puts nothing right that a scan of another kind found', async () => {
  const { world } = await withAutomation({ sources: [{ eventSource: 'Assessments' }] });
  await ingest(world, trivyReport(['CVE-1'], ['DS-1']));
  const { Results, ...rest } = trivyReport([], []);
  const answer = await ingest(world, { ...rest, Results: [(Results as JsonObject[])[1] as JsonObject] });
  assert.deepEqual(
    answer.events.map(({ kind }) => kind),
    ['Assessments'],
  );
});

const asffCve = (cve: string, state = 'ACTIVE'): JsonObject => ({
  SchemaVersion: '2018-10-08',
  Id: `arn:finding/${cve}`,
  ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/inspector',
  ProductName: 'Inspector',
  AwsAccountId: '123456789012',
  Title: cve,
  ...(state === 'SUPPRESSED' ? { Workflow: { Status: state } } : { RecordState: state }),
  Severity: { Label: 'HIGH' },
  Resources: [{ Type: 'AwsEc2Instance', Id: 'arn:aws:ec2:eu-central-1:123456789012:instance/i-1' }],
  Vulnerabilities: [{ Id: cve, VulnerablePackages: [{ Name: 'openssl' }] }],
});

const ocsfCve = (uid: string, state = 'ACTIVE'): JsonObject => ({
  class_uid: 2002,
  severity_id: 4,
  status_id: state === 'ACTIVE' ? 1 : state === 'SUPPRESSED' ? 3 : 4,
  metadata: { product: { name: 'Scanner' } },
  finding_info: { uid, title: uid },
  resources: [{ uid: 'vm-1' }],
  vulnerabilities: [{ cve: { uid } }],
});

for (const [format, cve] of [
  ['ASFF', asffCve],
  ['OCSF', ocsfCve],
] as const) {
  test(`the last vulnerability of ${format} that is put right makes the recommendation healthy, once`, async () => {
    const { world } = await withAutomation({ sources: [{ eventSource: 'Assessments' }] });
    const kinds = async (records: JsonObject | readonly JsonObject[]): Promise<readonly string[]> =>
      (await ingest(world, records)).events.filter((one) => one.duplicate !== true).map(({ kind }) => kind);
    await ingest(world, [cve('CVE-1'), cve('CVE-2'), cve('CVE-3')]);
    assert.equal(world.runs.length, 1);
    assert.deepEqual(await kinds(cve('CVE-1', 'ARCHIVED')), ['SubAssessments']);
    assert.equal(world.runs.length, 1);
    const last = [cve('CVE-2', 'ARCHIVED'), cve('CVE-3', 'ARCHIVED'), cve('CVE-3', 'ARCHIVED')];
    assert.deepEqual(await kinds(last), ['SubAssessments', 'SubAssessments', 'Assessments']);
    assert.equal(world.runs.length, 2);
    const outputs = world.runs[1]?.trigger.outputs;
    assert.ok(outputs !== undefined && 'value' in outputs);
    const properties = memberOf(memberOf(outputs.value, 'body'), 'properties');
    assert.equal(memberOf(memberOf(properties, 'status'), 'code'), 'Healthy');
    assert.deepEqual(await kinds(cve('CVE-3', 'ARCHIVED')), []);
    assert.deepEqual(await kinds(cve('CVE-9')), ['Assessments', 'SubAssessments']);
    assert.deepEqual(await kinds([cve('CVE-8'), cve('CVE-9', 'ARCHIVED')]), ['SubAssessments', 'SubAssessments']);
    assert.equal(world.runs.length, 3);
  });
}

for (const [format, cve] of [
  ['ASFF', asffCve],
  ['OCSF', ocsfCve],
] as const) {
  test(`a suppressed vulnerability of ${format} is not applicable and no longer keeps its recommendation unhealthy`, async () => {
    const { world } = await withAutomation({ sources: [{ eventSource: 'Assessments' }] });
    const statusOf = (id: string): Json | undefined => {
      const found = findEventById(world.services, id)?.body;
      return looseMember(looseMember(found, 'properties', 'status'), 'code');
    };
    const first = await ingest(world, [cve('CVE-1'), cve('CVE-2')]);
    const parent = first.events.find(({ kind }) => kind === 'Assessments')?.id ?? '';
    const suppressed = (await ingest(world, cve('CVE-1', 'SUPPRESSED'))).events[0]?.id ?? '';
    assert.deepEqual([statusOf(suppressed), statusOf(parent)], ['NotApplicable', 'Unhealthy']);
    assert.equal(
      looseMember(findEventById(world.services, suppressed)?.body, 'properties', 'status', 'cause'),
      'Suppressed',
    );
    await ingest(world, cve('CVE-2', 'SUPPRESSED'));
    assert.equal(statusOf(parent), 'Healthy');
    assert.equal(world.runs.length, 2);
    await ingest(world, cve('CVE-2'));
    assert.equal(statusOf(parent), 'Unhealthy');
  });
}

test('the record that an event was made from is answered as it was sent, to those who may read the event', async () => {
  const { world } = await withAutomation();
  const record = {
    rule: 'r',
    priority: 'Notice',
    output: 'o',
    output_fields: { 'evt.time': 1, odd: [null, { a: 1 }] },
  };
  const id = (await ingest(world, record)).events[0]?.id ?? '';
  const path = `/tocsin/v1/originalEvent?id=${encodeURIComponent(id)}`;
  const answer = await world.call('GET', path);
  assert.deepEqual([answer.status, memberOf(answer.body, 'original')], [200, record]);
  const stranger: Identity = { kind: 'User', objectId: 'nobody', displayName: 'Nobody' };
  assert.equal((await world.call('GET', path, { as: stranger })).status, 404);
  assert.equal((await world.call('GET', '/tocsin/v1/originalEvent?id=/x')).status, 404);
  assert.equal((await world.call('GET', '/tocsin/v1/originalEvent')).status, 400);
});
