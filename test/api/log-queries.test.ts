/** Local log tables: filled by automations and by earlier versions, asked by the query API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArmResponse, Identity, Json, JsonObject } from '#foundation';
import { memberOf, silentLog } from '#foundation';
import { takeUpLogRows } from '#service';
import {
  alert,
  automationBody,
  group,
  ingest,
  putAutomation,
  securityWorld,
  type SecurityWorld,
} from '../service/security-harness.ts';
import { principal } from './harness.ts';

const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/ws`;

async function world(): Promise<SecurityWorld> {
  const made = await securityWorld();
  await made.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  await made.call('PUT', `${workspace}?api-version=2022-10-01`, { body: { location: 'westeurope' } });
  await putAutomation(made, 'a', automationBody([{ actionType: 'Workspace', workspaceResourceId: workspace }]));
  await ingest(made, [
    alert('1', { TimeGenerated: '2025-12-31T00:00:00Z', Severity: 'High', Entities: [{ Type: 'ip' }] }),
    alert('2', { TimeGenerated: '2025-12-30T00:00:00.1234567Z', Severity: 'Low' }),
  ]);
  return made;
}

function ask(made: SecurityWorld, body: JsonObject, as?: Identity, headers = {}): Promise<ArmResponse> {
  return made.call('POST', `/v1${workspace}/query`, { body, headers, ...(as === undefined ? {} : { as }) });
}

function bodyOf(answer: ArmResponse): Json {
  return answer.rawBody === undefined ? (answer.body ?? null) : (JSON.parse(String(answer.rawBody)) as Json);
}

async function rows(made: SecurityWorld, query: string, timespan?: string): Promise<Json> {
  const answer = await ask(made, { query, ...(timespan === undefined ? {} : { timespan }) });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const [table] = memberOf(bodyOf(answer), 'tables') as readonly JsonObject[];
  return table?.['rows'] ?? null;
}

test('alerts that automations export are rows with typed columns, times to 100 ns', async () => {
  const made = await world();
  const query =
    'SecurityAlert | sort by TimeGenerated asc | project TimeGenerated, AlertSeverity, Entities, IsIncident, Type';
  const found = bodyOf(await ask(made, { query }));
  const [table] = memberOf(found, 'tables') as readonly JsonObject[];
  assert.deepEqual(table?.['columns'], [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'AlertSeverity', type: 'string' },
    { name: 'Entities', type: 'string' },
    { name: 'IsIncident', type: 'bool' },
    { name: 'Type', type: 'string' },
  ]);
  assert.deepEqual((table?.['rows'] as Json[] | undefined)?.[0], [
    '2025-12-30T00:00:00.1234567Z',
    'Low',
    '',
    null,
    'SecurityAlert',
  ]);
  assert.equal((table?.['rows'] as Json[][] | undefined)?.[1]?.[2], '[{"Type":"ip"}]');
});

test('a timespan narrows every table; one that is none is refused', async () => {
  const made = await world();
  assert.deepEqual(await rows(made, 'SecurityAlert | count', '2025-12-30T12:00:00Z/2026-01-01'), [[1]]);
  assert.deepEqual(await rows(made, 'SecurityAlert | count', '2025-12-29/P10D'), [[2]]);
  assert.equal((await ask(made, { query: 'print 1', timespan: 'yesterday' })).status, 400);
});

test('a table that Azure has is empty, a custom one too; a name nobody knows is an error with its place', async () => {
  const made = await world();
  assert.deepEqual(await rows(made, "SigninLogs | where UserPrincipalName has 'x' | count"), [[0]]);
  assert.deepEqual(await rows(made, 'Checks_CL | where score_d > 1 | project score_d'), []);
  const unknown = await ask(made, { query: 'Nobody | count' });
  assert.equal(unknown.status, 400);
  const error = memberOf(unknown.body, 'error');
  assert.equal(memberOf(error, 'code'), 'BadArgumentError');
  const inner = memberOf(memberOf(error, 'innererror'), 'innererror');
  assert.deepEqual([memberOf(inner, 'code'), memberOf(inner, 'token')], ['SEM0100', 'Nobody']);
  const broken = await ask(made, { query: 'SecurityAlert | where' });
  assert.equal(memberOf(memberOf(memberOf(broken.body, 'error'), 'innererror'), 'code'), 'SyntaxError');
});

test('whoever may not query the workspace is refused; a workspace that is not there is not found', async () => {
  const made = await world();
  const refused = await ask(made, { query: 'SecurityAlert' }, principal('00000000-0000-4000-9000-000000000001'));
  assert.equal(refused.status, 403);
  assert.equal(memberOf(memberOf(refused.body, 'error'), 'code'), 'InsufficientAccessError');
  const gone = await made.call('POST', '/v1/workspaces/11111111-0000-4000-8000-000000000000/query', {
    body: { query: 'print 1' },
  });
  assert.equal(gone.status, 404);
});

test('a batch answers each query by itself; Prefer asks for statistics and the drawing', async () => {
  const made = await world();
  const batch = await made.call('POST', '/v1/$batch', {
    body: {
      requests: [
        { id: '1', method: 'POST', path: '/query', workspace, body: { query: 'SecurityAlert | count' } },
        { id: '2', method: 'POST', path: '/query', workspace, body: { query: 'Nobody' } },
      ],
    },
  });
  const responses = memberOf(bodyOf(batch), 'responses') as readonly JsonObject[];
  assert.deepEqual(
    responses.map(({ id, status }) => [id, status]),
    [
      ['1', 200],
      ['2', 400],
    ],
  );
  const prefer = { prefer: 'wait=10,include-statistics=true,include-render=true' };
  const drawn = bodyOf(await ask(made, { query: 'SecurityAlert | count | render piechart' }, undefined, prefer));
  assert.equal(memberOf(memberOf(drawn, 'render'), 'visualization'), 'piechart');
  assert.ok(memberOf(drawn, 'statistics') !== undefined);
});

test('AzureActivity is the activity log of the subscription, for whoever may read that', async () => {
  const made = await world();
  const query =
    "AzureActivity | where OperationName endswith 'workspaces/write' | project ActivityStatus, ResourceGroup";
  assert.deepEqual(await rows(made, query), [['Succeeded', 'rg']]);
});

test('ingested events are rows while nobody writes the table, for whoever may read them', async () => {
  const made = await securityWorld();
  await made.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  await made.call('PUT', `${workspace}?api-version=2022-10-01`, { body: { location: 'westeurope' } });
  const seen = 'SecurityAlert | sort by TimeGenerated desc | project SystemAlertId, AlertSeverity, Type';
  assert.deepEqual(await rows(made, seen), []);
  await ingest(made, [
    alert('1', { TimeGenerated: '2025-12-31T00:00:00Z', Severity: 'High' }),
    alert('2', { TimeGenerated: '2025-12-30T00:00:00Z', Severity: 'Low' }),
  ]);
  assert.deepEqual(await rows(made, seen), [
    ['1', 'High', 'SecurityAlert'],
    ['2', 'Low', 'SecurityAlert'],
  ]);
  const late = "SecurityAlert | where TimeGenerated > datetime('2025-12-30T12:00') | project SystemAlertId";
  assert.deepEqual(await rows(made, late), [['1']]);
  assert.deepEqual(await rows(made, "search in (SecurityAlert) 'Low' | project SystemAlertId"), [['2']]);
  await putAutomation(made, 'a', automationBody([{ actionType: 'Workspace', workspaceResourceId: workspace }]));
  await ingest(made, [alert('3', { TimeGenerated: '2025-12-31T00:00:00Z', Severity: 'High' })]);
  assert.deepEqual(await rows(made, seen), [['3', 'High', 'SecurityAlert']]);
});

test("incidents and watchlists of Sentinel are tables: SecurityIncident and _GetWatchlist('alias')", async () => {
  const made = await world();
  const provider = `${workspace}/providers/Microsoft.SecurityInsights`;
  const version = 'api-version=2023-02-01';
  const incident = await made.call('PUT', `${provider}/incidents/i1?${version}`, {
    body: { properties: { title: 'Brute force', severity: 'High', status: 'New', labels: [{ labelName: 'x' }] } },
  });
  assert.ok(incident.status < 300, JSON.stringify(incident.body));
  const list = await made.call('PUT', `${provider}/watchlists/hosts?${version}`, {
    body: {
      properties: {
        displayName: 'hosts',
        provider: 'Microsoft',
        source: 'Local file',
        itemsSearchKey: 'Name',
        rawContent: 'Name,Owner\nvm1,Ann\nvm2,Bob',
        contentType: 'text/csv',
      },
    },
  });
  assert.ok(list.status < 300, JSON.stringify(list.body));
  const incidents =
    'SecurityIncident | project IncidentName, IncidentNumber, Title, Severity, Status, tostring(Labels[0].labelName)';
  assert.deepEqual(await rows(made, incidents), [['i1', 1, 'Brute force', 'High', 'New', 'x']]);
  const watched = "_GetWatchlist('hosts') | where SearchKey == 'vm2' | project Name, Owner";
  assert.deepEqual(await rows(made, watched), [['vm2', 'Bob']]);
  const joined = "print Name = 'vm1' | join kind=inner (_GetWatchlist('hosts')) on Name | project Owner";
  assert.deepEqual(await rows(made, joined), [['Ann']]);
});

test('rows that earlier versions kept as documents are moved once, and nothing is left behind (TU1)', async () => {
  const made = await world();
  const old = (key: string, time: string): void =>
    void made.store.commit([
      {
        kind: 'putDocument',
        document: {
          collection: 'logRows',
          key,
          parent: `${workspace.toLowerCase()}/tables/securityrecommendation`,
          time: Date.parse(time),
          status: '',
          body: { TimeGenerated: time, RecommendationName: key, IsSnapshot: false, Type: 'SecurityRecommendation' },
        },
      },
    ]);
  old('a', '2025-12-30T00:00:00Z');
  old('b', '2025-12-31T00:00:00Z');
  const services = { store: made.store, clock: made.clock, log: silentLog };
  assert.equal(await takeUpLogRows(services), 2);
  assert.equal(await takeUpLogRows(services), 0);
  const query = 'SecurityRecommendation | sort by TimeGenerated desc | project RecommendationName, IsSnapshot';
  assert.deepEqual(await rows(made, query), [
    ['b', false],
    ['a', false],
  ]);
});
