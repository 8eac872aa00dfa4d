/** Workspace actions: local tables that can be listed and exported, and the ingestion API of a linked workspace. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type JsonObject, textMember } from '#foundation';
import {
  alert,
  automationBody,
  codeOf,
  group,
  ingest,
  putAutomation,
  securityWorld,
  type SecurityWorld,
  settle,
} from '../../service/security-harness.ts';

const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/ws`;
const table = `/tocsin/v1/logRows?workspaceId=${workspace}&table=SecurityAlert`;

async function start(): Promise<SecurityWorld> {
  const world = await securityWorld();
  await putAutomation(world, 'a', automationBody([{ actionType: 'Workspace', workspaceResourceId: workspace }]));
  return world;
}

async function textOf(world: SecurityWorld, path: string): Promise<string> {
  const answer = await world.call('GET', path);
  assert.ok(answer.stream !== undefined, JSON.stringify(answer.body));
  let text = '';
  for await (const piece of answer.stream) text += typeof piece === 'string' ? piece : new TextDecoder().decode(piece);
  return text;
}

test('alerts become rows with the names of the table, listed, paged and exported', async () => {
  const world = await start();
  await ingest(world, [
    alert('1', { Intent: 'Execution', Entities: [{ Type: 'ip' }], AlertUri: 'https://a', Description: '=1+1' }),
    alert('2', { Description: 'a "quoted", text' }),
  ]);
  const tables = await world.call('GET', '/tocsin/v1/logTables');
  assert.deepEqual((tables.body as JsonObject)['value'], [
    { workspaceResourceId: workspace, table: 'SecurityAlert', rows: 2 },
  ]);
  const first = (await world.call('GET', `${table}&$top=1`)).body as { value: JsonObject[]; nextLink?: string };
  assert.equal(first.value.length, 1);
  assert.ok(first.nextLink !== undefined);
  const all = ((await world.call('GET', table)).body as { value: JsonObject[] }).value;
  const row = all.find(({ SystemAlertId }) => SystemAlertId === '1') ?? {};
  assert.equal(row['DisplayName'], 'Potential SQL Brute Force attempt');
  assert.equal(row['AlertSeverity'], 'High');
  assert.equal(row['Tactics'], 'Execution');
  assert.equal(row['Entities'], '[{"Type":"ip"}]');
  const lines = (await textOf(world, `${table}&format=ndjson`)).trim().split('\n');
  assert.deepEqual(lines.map((line) => textMember(JSON.parse(line) as JsonObject, 'SystemAlertId') ?? '').toSorted(), [
    '1',
    '2',
  ]);
  const csv = await textOf(world, `${table}&format=csv`);
  assert.match(csv, /^TimeGenerated,DisplayName,AlertName,/);
  assert.match(csv, /,'=1\+1,/);
  assert.match(csv, /,"a ""quoted"", text",/);
  assert.equal(codeOf(await world.call('GET', `${table}x`)), 'InvalidParameter');
});

test('a linked workspace gets rows by the data collector, signed; the key is never shown', async () => {
  const world = await start();
  const sharedKey = Buffer.from('secret key').toString('base64');
  const customerId = '11111111-1111-4111-8111-111111111111';
  const link = { workspaceResourceId: workspace, kind: 'DataCollector', customerId, sharedKey };
  const put = await world.call('PUT', '/tocsin/v1/workspaceLinks', { body: link });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  const listed = await world.call('GET', '/tocsin/v1/workspaceLinks');
  assert.match(JSON.stringify(listed.body), /DataCollector/);
  assert.doesNotMatch(JSON.stringify([put.body, listed.body]), new RegExp(sharedKey));
  world.answers.push({ status: 503 }, { status: 200 });
  await ingest(world, alert('1'));
  await settle();
  assert.ok(world.clock.advanceToNext());
  await settle();
  const request = world.sent[1];
  assert.equal(request?.url, `https://${customerId}.ods.opinsights.azure.com/api/logs?api-version=2016-04-01`);
  assert.equal(request.headers['log-type'], 'SecurityAlert');
  const text = `POST\n${request.body?.length}\napplication/json\nx-ms-date:${request.headers['x-ms-date']}\n/api/logs`;
  const signature = createHmac('sha256', Buffer.from(sharedKey, 'base64')).update(text).digest('base64');
  assert.equal(request.headers['authorization'], `SharedKey ${customerId}:${signature}`);
  const [row] = JSON.parse(new TextDecoder().decode(request.body)) as JsonObject[];
  assert.equal(row?.['AlertSeverity'], 'High');
  assert.equal(world.store.documents.list({ collection: 'deliveries' })[0]?.status, 'Succeeded');
});

test('a linked workspace gets rows by logs ingestion with a token; without one the delivery says why', async () => {
  const world = await start();
  const link = {
    workspaceResourceId: workspace,
    kind: 'LogsIngestion',
    endpoint: 'https://dce.test',
    dataCollectionRuleId: 'dcr-0123',
    tenantId: 't',
    clientId: 'c',
    clientSecret: 's3cret',
  };
  const put = await world.call('PUT', '/tocsin/v1/workspaceLinks', { body: link });
  assert.doesNotMatch(JSON.stringify(put.body), /s3cret/);
  const token = new TextEncoder().encode(JSON.stringify({ access_token: 'tok', expires_in: 3600 }));
  world.answers.push({ status: 401 }, { status: 200, body: token }, { status: 204 });
  await ingest(world, alert('1'));
  await settle();
  const [refused] = world.store.documents.list({ collection: 'deliveries' });
  assert.equal(refused?.status, 'Failed');
  assert.match(JSON.stringify(refused?.body), /token/);
  assert.doesNotMatch(JSON.stringify(refused?.body), /s3cret/);
  await ingest(world, alert('2'));
  await settle();
  const request = world.sent.at(-1);
  assert.equal(
    request?.url,
    'https://dce.test/dataCollectionRules/dcr-0123/streams/Custom-SecurityAlert?api-version=2023-01-01',
  );
  assert.equal(request?.headers['authorization'], 'Bearer tok');
});

test('a link that lacks something is refused with its member', async () => {
  const world = await start();
  for (const [body, target] of [
    [{ kind: 'DataCollector' }, 'workspaceResourceId'],
    [{ workspaceResourceId: workspace, kind: 'Other' }, 'kind'],
    [{ workspaceResourceId: workspace, kind: 'DataCollector', customerId: 'x' }, 'customerId'],
    [{ workspaceResourceId: workspace, kind: 'LogsIngestion' }, 'endpoint'],
  ] as const) {
    const put = await world.call('PUT', '/tocsin/v1/workspaceLinks', { body });
    assert.equal(put.status, 400);
    assert.equal((put.body as { error: JsonObject }).error['target'], target);
  }
});
