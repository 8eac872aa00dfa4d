/** Tables of workspaces in Azure Resource Manager, what a workspace can be asked for, other workspaces in a query. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { collectLogs, forgetOldEvents } from '#service';
import { alert, group, ingest, securityWorld, type SecurityWorld } from '../service/security-harness.ts';
import { type CallOptions, principal, subscription } from './harness.ts';

const workspaceNamed = (name: string): string => `${group}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
const workspace = workspaceNamed('ws');

async function world(...names: readonly string[]): Promise<SecurityWorld> {
  const made = await securityWorld();
  await made.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  for (const name of ['ws', ...names])
    await made.call('PUT', `${workspaceNamed(name)}?api-version=2022-10-01`, { body: { location: 'westeurope' } });
  return made;
}

async function ok(made: SecurityWorld, method: string, path: string, options: CallOptions = {}): Promise<Json> {
  const answer = await made.call(method, `${path}?api-version=2022-10-01`, options);
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  return answer.body ?? null;
}

async function rows(made: SecurityWorld, query: string, as?: CallOptions['as']): Promise<Json> {
  const options = { body: { query }, ...(as === undefined ? {} : { as }) };
  const answer = await made.call('POST', `/v1${workspace}/query`, options);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const [table] = memberOf(JSON.parse(String(answer.rawBody)) as Json, 'tables') as readonly JsonObject[];
  return table?.['rows'] ?? null;
}

const columns = [
  { name: 'TimeGenerated', type: 'dateTime' },
  { name: 'Host', type: 'string', description: 'Which machine' },
  { name: 'Score', type: 'int' },
];

test('a custom table is made with its columns, takes records of these columns only, and goes with its rows', async () => {
  const made = await world();
  const path = `${workspace}/tables/Checks_CL`;
  const body = { properties: { plan: 'Analytics', schema: { name: 'Checks_CL', columns } } };
  const table = await ok(made, 'PUT', path, { body });
  const schema = memberOf(memberOf(table, 'properties'), 'schema');
  assert.equal(memberOf(schema, 'tableSubType'), 'DataCollectionRuleBased');
  assert.deepEqual(
    (memberOf(schema, 'columns') as JsonObject[]).map(({ name, type, description }) => [name, type, description]),
    [
      ['TimeGenerated', 'dateTime', undefined],
      ['Host', 'string', 'Which machine'],
      ['Score', 'int', undefined],
    ],
  );
  const collected = { workspaceId: workspace, logType: 'Checks', body: [{ Host: 'a', Score: 3, Other: 'x' }] };
  assert.equal(await collectLogs(made.services, collected), undefined);
  assert.deepEqual(await rows(made, 'Checks_CL | project Host, Score'), [['a', 3]]);
  assert.equal((await made.call('DELETE', `${path}?api-version=2022-10-01`)).status, 200);
  assert.equal((await made.call('DELETE', `${path}?api-version=2022-10-01`)).status, 204);
  assert.equal((await made.call('GET', `${path}?api-version=2022-10-01`)).status, 404);
});

test('retention of a table is set beside it and decides which rows are forgotten', async () => {
  const made = await world();
  const old = { workspaceId: workspace, logType: 'Old', timeField: 'at', body: [{ at: '2025-12-20T00:00:00Z', n: 1 }] };
  await collectLogs(made.services, old);
  const path = `${workspace}/tables/Old_CL`;
  const read = async (): Promise<Json | undefined> => memberOf(await ok(made, 'GET', path), 'properties');
  assert.equal(memberOf(await read(), 'retentionInDaysAsDefault'), true);
  const kept = { properties: { retentionInDays: 4, totalRetentionInDays: 30 } };
  await ok(made, 'PATCH', path, { body: kept });
  await forgetOldEvents(made.services);
  assert.deepEqual(await rows(made, 'Old_CL | count'), [[1]], 'kept for its total retention');
  assert.equal(memberOf(await read(), 'archiveRetentionInDays'), 26);
  await ok(made, 'PATCH', path, { body: { properties: { totalRetentionInDays: -1 } } });
  await forgetOldEvents(made.services);
  assert.deepEqual(await rows(made, 'Old_CL | count'), [[0]]);
  await ok(made, 'PUT', `${workspace}/tables/SecurityAlert`, { body: { properties: { retentionInDays: 200 } } });
  assert.deepEqual(
    made.store.logs.tables().map(({ name }) => name),
    ['Old_CL'],
    'setting a retention makes no table',
  );
});

test('what cannot be a table is refused with the member that is wrong, and changes nothing', async () => {
  const made = await world();
  const refused = async (name: string, properties: JsonObject, method = 'PUT'): Promise<Json | undefined> => {
    const path = `${workspace}/tables/${name}?api-version=2022-10-01`;
    const answer = await made.call(method, path, { body: { properties } });
    assert.ok(answer.status === 400 || answer.status === 404, `${answer.status}`);
    return memberOf(memberOf(answer.body, 'error'), 'target') ?? memberOf(memberOf(answer.body, 'error'), 'code');
  };
  assert.equal(await refused('Checks', { schema: { columns } }), 'tableName');
  assert.equal(await refused('Checks_CL', {}), 'properties.schema.columns');
  assert.equal(await refused('Checks_CL', { schema: { columns: columns.slice(1) } }), 'properties.schema.columns');
  assert.equal(await refused('Checks_CL', { schema: { name: 'Else_CL', columns } }), 'properties.schema.name');
  assert.equal(await refused('SecurityAlert', { retentionInDays: 3 }), 'properties.retentionInDays');
  assert.equal(await refused('SecurityAlert', { plan: 'Gold' }), 'properties.plan');
  assert.equal(await refused('SecurityAlert', { schema: { columns } }), 'properties.schema.columns');
  assert.equal(await refused('Nobody_CL', { retentionInDays: 30 }, 'PATCH'), 'ResourceNotFound');
  assert.equal((await made.call('DELETE', `${workspace}/tables/SecurityAlert?api-version=2022-10-01`)).status, 400);
  assert.deepEqual(made.store.logs.tables(), []);
});

test('the metadata of a workspace has its tables with columns and its functions, for whoever may ask it', async () => {
  const made = await world();
  await collectLogs(made.services, { workspaceId: workspace, logType: 'Mine', body: [{ a: 'x', n: 2 }] });
  const path = `/v1${workspace}/metadata`;
  const found = (await made.call('GET', path)).body;
  const tables = memberOf(found, 'tables') as JsonObject[];
  const mine = tables.find(({ name }) => name === 'Mine_CL');
  assert.equal(mine?.['hasData'], true);
  const types = (memberOf(mine, 'columns') as JsonObject[]).map(({ name, type }) => [name, type]);
  assert.deepEqual(types.slice(0, 3), [
    ['TimeGenerated', 'datetime'],
    ['a_s', 'string'],
    ['n_d', 'real'],
  ]);
  assert.ok(tables.some(({ name }) => name === 'SigninLogs'));
  const [about] = memberOf(found, 'workspaces') as JsonObject[];
  const byGuid = await made.call('GET', `/v1/workspaces/${textMember(about, 'id')}/metadata`);
  assert.deepEqual(byGuid.body, found);
  const stranger = principal('00000000-0000-4000-9000-000000000001');
  assert.equal((await made.call('GET', path, { as: stranger })).status, 403);
});

test('a saved search with an alias is a function of its workspace, with its parameters', async () => {
  const made = await world('other');
  await collectLogs(made.services, { workspaceId: workspace, logType: 'Mine', body: [{ n: 1 }, { n: 5 }] });
  const properties = {
    category: 'Security',
    displayName: 'Those above',
    query: 'let low = least; Mine_CL | where n_d > low',
    functionAlias: 'Above',
    functionParameters: 'least:long = 0',
  };
  await ok(made, 'PUT', `${workspace}/savedSearches/above`, { body: { properties } });
  assert.deepEqual(await rows(made, 'Above(2) | project n_d'), [[5]]);
  assert.deepEqual(await rows(made, 'Above | count'), [[2]]);
  const [known] = memberOf((await made.call('GET', `/v1${workspace}/metadata`)).body, 'functions') as JsonObject[];
  assert.deepEqual([known?.['name'], known?.['parameters']], ['Above', 'least:long = 0']);
});

test("workspace('…').Table reads another workspace for whoever may query it, alone, in unions and joins", async () => {
  const made = await world('other');
  await collectLogs(made.services, { workspaceId: workspace, logType: 'Mine', body: [{ n: 1 }] });
  const other = workspaceNamed('other');
  await collectLogs(made.services, { workspaceId: other, logType: 'Mine', body: [{ n: 2 }, { n: 1 }] });
  assert.deepEqual(await rows(made, "workspace('other').Mine_CL | sort by n_d asc | project n_d"), [[1], [2]]);
  assert.deepEqual(await rows(made, `union Mine_CL, workspace("${other}").Mine_CL | summarize sum(n_d)`), [[4]]);
  assert.deepEqual(await rows(made, "let t = workspace('other').Mine_CL; Mine_CL | join kind=inner t on n_d | count"), [
    [1],
  ]);
  const reader = principal('00000000-0000-4000-9000-000000000001');
  const role = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
  const assigned = `${workspace}/providers/Microsoft.Authorization/roleAssignments/11111111-2222-4333-8444-555555555555`;
  const given = {
    properties: { roleDefinitionId: role, principalId: reader.objectId, principalType: 'ServicePrincipal' },
  };
  const answer = await made.call('PUT', `${assigned}?api-version=2022-04-01`, { body: given });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  assert.deepEqual(await rows(made, 'Mine_CL | project n_d', reader), [[1]]);
  const query = "workspace('other').Mine_CL | count";
  const refused = await made.call('POST', `/v1${workspace}/query`, { body: { query }, as: reader });
  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused.body), /'other' could not be found, or may not be queried/);
  assert.deepEqual(await rows(made, "union isfuzzy=true Mine_CL, workspace('other').Mine_CL | project n_d", reader), [
    [1],
  ]);
});

test('tables of events have data as soon as an event came, for those who may read events', async () => {
  const made = await securityWorld();
  const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/ws`;
  await made.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  await made.call('PUT', `${workspace}?api-version=2022-10-01`, { body: { location: 'westeurope' } });
  const withData = async (): Promise<readonly unknown[]> => {
    const { body } = await made.call('GET', `/v1${workspace}/metadata`);
    const tables = memberOf(body, 'tables') as readonly JsonObject[];
    return tables.filter(({ hasData }) => hasData === true).map(({ name }) => name);
  };
  const before = await withData();
  await ingest(made, [alert('1', {})]);
  const after = await withData();
  assert.deepEqual(
    after.filter((name) => !before.includes(name)),
    ['SecurityAlert'],
  );
});
