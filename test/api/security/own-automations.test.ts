/** Our own calls on automations: state, eligible logic apps, manual runs, explanation, back-test, schemas. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Identity, type Json, type JsonObject, memberOf } from '#foundation';
import {
  alert,
  automationBody,
  automationId,
  codeOf,
  connectorTrigger,
  group,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
  settle,
  subscription,
} from '../../service/security-harness.ts';

const sqlHigh: JsonObject = {
  eventSource: 'Alerts',
  ruleSets: [
    {
      rules: [
        { propertyJPath: 'AlertDisplayName', propertyType: 'String', operator: 'Contains', expectedValue: 'SQL' },
        { propertyJPath: 'Severity', propertyType: 'String', operator: 'Equals', expectedValue: 'high' },
      ],
    },
  ],
};

async function start(): Promise<{ world: SecurityWorld; app: string; action: JsonObject }> {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const action = { actionType: 'LogicApp', logicAppResourceId: app };
  await putAutomation(world, 'sql', automationBody([action], { sources: [sqlHigh] }));
  return { world, app, action };
}

async function post(world: SecurityWorld, path: string, body: Json, status: number): Promise<JsonObject> {
  const response = await world.call('POST', path, { body });
  assert.equal(response.status, status, JSON.stringify(response.body));
  return response.body as JsonObject;
}

async function outcome(world: SecurityWorld, body: JsonObject): Promise<readonly JsonObject[]> {
  return (await post(world, '/tocsin/v1/explain', body, 200))['value'] as JsonObject[];
}

const strange = (over: JsonObject = {}): JsonObject => ({ event: alert('new', over) });

test('explain tells each outcome apart', async () => {
  const { world, action } = await start();
  const one = async (body: JsonObject): Promise<unknown> => (await outcome(world, body))[0]?.['outcome'];
  assert.equal(await one(strange()), 'WouldFire');
  assert.equal(await one(strange({ Severity: 'Low' })), 'NotMatched');
  assert.equal(await one({ ...strange(), eventSource: 'Assessments' }), 'NotMatched');
  assert.equal(await one(strange({ AzureResourceId: '/subscriptions/other/resourceGroups/g' })), 'OutOfScope');
  const sent = await ingest(world, alert('1'));
  assert.equal(await one({ eventId: sent.events[0]?.id ?? '' }), 'Fired');
  await putAutomation(world, 'later', automationBody([action], { sources: [sqlHigh] }));
  const both = await outcome(world, { eventId: sent.events[0]?.id ?? '' });
  assert.deepEqual(both.map((each) => each['outcome'] as string).toSorted(), ['Duplicate', 'Fired']);
  await putAutomation(world, 'later', automationBody([action], { sources: [sqlHigh], isEnabled: false }));
  assert.equal(
    (await outcome(world, { ...strange(), automationIds: [automationId('later')] }))[0]?.['outcome'],
    'Disabled',
  );
  const rule = `${subscription}/providers/Microsoft.Security/alertsSuppressionRules/all?api-version=2019-01-01-preview`;
  await world.call('PUT', rule, { body: { properties: { alertType: '*', reason: 'x', state: 'Enabled' } } });
  assert.equal(await one({ ...strange(), automationIds: [automationId('sql')] }), 'Suppressed');
  await world.call('DELETE', rule);
  await world.call('DELETE', `${group}/providers/Microsoft.Logic/workflows/app?api-version=2019-05-01`);
  assert.equal(await one({ ...strange(), automationIds: [automationId('sql')] }), 'CallbackStale');
});

test('explain tells every step, also those behind the one that stops the event, and what came of each action', async () => {
  const { world, app, action } = await start();
  const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/logs`;
  const actions = [action, { actionType: 'Workspace', workspaceResourceId: workspace }];
  await putAutomation(world, 'sql', automationBody(actions, { sources: [sqlHigh] }));
  const steps = async (body: JsonObject): Promise<readonly JsonObject[]> =>
    (await outcome(world, body))[0]?.['steps'] as JsonObject[];
  const names = ['Enabled', 'InScope', 'Matched', 'NotSuppressed', 'New', 'NotBraked', 'Action', 'Action'];
  const fresh = await steps(strange());
  assert.deepEqual(
    fresh.map(({ step, passed }) => [step, passed]),
    names.map((name) => [name, true]),
  );
  assert.deepEqual(
    fresh.slice(6).map(({ actionIndex, actionType, target }) => [actionIndex, actionType, target]),
    [
      [0, 'LogicApp', app],
      [1, 'Workspace', workspace],
    ],
  );
  const sent = await ingest(world, alert('1'));
  await settle();
  const done = await steps({ eventId: sent.events[0]?.id ?? '' });
  assert.deepEqual(
    done.slice(4).map(({ step, passed, status }) => [step, passed, status]),
    [
      ['New', true, undefined],
      ['NotBraked', true, undefined],
      ['Action', true, 'Succeeded'],
      ['Action', true, 'Succeeded'],
    ],
  );
  await putAutomation(world, 'sql', {
    ...automationBody(actions, { sources: [sqlHigh], isEnabled: false }),
    tags: { 'tocsin-dry-run': 'true' },
  });
  await world.call('DELETE', `${app}?api-version=2019-05-01`);
  const elsewhere = { Severity: 'Low', AzureResourceId: '/subscriptions/other/resourceGroups/g' };
  const stopped = await steps(strange(elsewhere));
  assert.deepEqual(
    stopped.map(({ passed }) => passed),
    [false, false, false, true, true, false, false, true],
  );
  assert.match(
    JSON.stringify(stopped.map(({ message }) => message ?? '')),
    /is disabled.*outside the scopes.*No rule set.*DryRun.*no longer exists/,
  );
  assert.deepEqual((await steps({ event: alert('1') })).map(({ step, passed }) => [step, passed])[4], ['New', false]);
});

test('explain shows what each rule expected and found, and starts nothing', async () => {
  const { world } = await start();
  const [explained] = await outcome(world, strange({ Severity: 'Low' }));
  assert.deepEqual(explained?.['ruleSets'], [
    {
      matched: false,
      rules: [
        {
          propertyJPath: 'AlertDisplayName',
          operator: 'Contains',
          expectedValue: 'SQL',
          actualValue: 'Potential SQL Brute Force attempt',
          matched: true,
        },
        { propertyJPath: 'Severity', operator: 'Equals', expectedValue: 'high', actualValue: 'Low', matched: false },
      ],
    },
  ]);
  assert.equal(world.runs.length, 0);
  assert.equal(codeOf(await world.call('POST', '/tocsin/v1/explain', { body: {} })), 'InvalidRequestContent');
  assert.equal(
    codeOf(await world.call('POST', '/tocsin/v1/explain', { body: { eventId: `${subscription}/x` } })),
    'ResourceNotFound',
  );
});

test('a manual run gets the same body as an automatic one and needs no rule', async () => {
  const { world, app } = await start();
  const sent = await ingest(world, alert('low', { Severity: 'Low' }));
  assert.equal(world.runs.length, 0);
  const resourceId = sent.events[0]?.id ?? '';
  const answer = await post(world, '/tocsin/v1/manualTriggers', { resourceId, logicAppResourceId: app }, 202);
  assert.deepEqual(
    [answer['runId'], answer['triggeredBy']],
    [`${app}/runs/${world.runs[0]?.identity.name ?? ''}`, 'Administrator'],
  );
  const outputs = world.runs[0]?.trigger.outputs;
  assert.ok(outputs !== undefined && 'value' in outputs);
  assert.equal(((outputs.value as JsonObject)['body'] as JsonObject)['SystemAlertId'], 'low');
  const recommendationsOnly = await putLogicApp(world, 'rec', {
    t: connectorTrigger('/Microsoft.Security/Assessment/subscribe'),
  });
  const refused = await world.call('POST', '/tocsin/v1/manualTriggers', {
    body: { resourceId, logicAppResourceId: recommendationsOnly },
  });
  assert.deepEqual([refused.status, codeOf(refused)], [400, 'LogicAppNotEligible']);
  const reader: Identity = { objectId: 'r', displayName: 'r', kind: 'User' };
  const forbidden = await world.call('POST', '/tocsin/v1/manualTriggers', {
    body: { resourceId, logicAppResourceId: app },
    as: reader,
  });
  assert.equal(forbidden.status, 403);
  const missing = await world.call('POST', '/tocsin/v1/manualTriggers', {
    body: { resourceId: `${resourceId}x`, logicAppResourceId: app },
  });
  assert.equal(missing.status, 404);
});

test('a back-test counts by day and starts nothing', async () => {
  const { world, app } = await start();
  for (let day = 0; day < 3; day += 1) {
    await ingest(world, [alert(`h${day}`), alert(`l${day}`, { Severity: 'Low' })]);
    world.clock.advance(24 * 3_600_000);
  }
  const before = world.runs.length;
  const answer = await post(
    world,
    '/tocsin/v1/backtest',
    { sources: [sqlHigh], actions: [{ logicAppResourceId: app }], days: 30 },
    200,
  );
  assert.deepEqual([answer['matched'], answer['total']], [3, 6]);
  assert.deepEqual(
    answer['perDay'],
    ['2026-01-01', '2026-01-02', '2026-01-03'].map((day) => ({ day, count: 1 })),
  );
  assert.deepEqual(answer['wouldStart'], [{ logicAppResourceId: app, count: 3 }]);
  assert.equal((answer['sample'] as Json[]).length, 3);
  assert.equal(
    (await post(world, '/tocsin/v1/backtest', { automation: automationId('sql'), days: 1 }, 200))['matched'],
    1,
  );
  assert.equal(world.runs.length, before);
  assert.equal(
    codeOf(await world.call('POST', '/tocsin/v1/backtest', { body: { sources: [sqlHigh], days: 0 } })),
    'InvalidParameter',
  );
  assert.equal(
    codeOf(await world.call('POST', '/tocsin/v1/backtest', { body: { sources: [{ eventSource: 'x' }], days: 1 } })),
    'InvalidAutomation',
  );
});

test('the list over all subscriptions shows state, warnings and the last delivery', async () => {
  const { world, app, action } = await start();
  const key = '11111111-2222-4333-8444-555555555555';
  const named = { propertyJPath: 'name', propertyType: 'String', operator: 'Contains', expectedValue: key };
  const sources = [{ eventSource: 'Assessments', ruleSets: [{ rules: [named] }] }];
  await putAutomation(world, 'rec', automationBody([action], { sources, isEnabled: false }));
  await ingest(world, alert('1'));
  const warnings = async (id: string): Promise<unknown> => {
    const response = await world.call('GET', `/tocsin/v1/automationStatus?id=${automationId(id)}`);
    return ((response.body as JsonObject)['warnings'] as JsonObject[]).map(({ code }) => code);
  };
  assert.deepEqual(await warnings('sql'), []);
  assert.deepEqual(await warnings('rec'), ['RecommendationUnknown']);
  const metadata = `${subscription}/providers/Microsoft.Security/assessmentMetadata/${key}?api-version=2020-01-01`;
  const properties = { displayName: 'd', severity: 'Low', plannedDeprecationDate: '2025-01-01' };
  await world.call('PUT', metadata, { body: { properties } });
  assert.deepEqual(await warnings('rec'), ['RecommendationRetired']);
  await world.call('POST', `${app}/disable?api-version=2019-05-01`);
  assert.deepEqual(await warnings('sql'), ['LogicAppDisabled']);
  const list = await world.call('GET', "/tocsin/v1/automations?filter=status eq 'Enabled'&orderby=name desc");
  const rows = (list.body as { value: JsonObject[] }).value;
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['sql'],
  );
  assert.equal(memberOf(rows[0]?.['lastDelivery'], 'status'), 'Succeeded');
  const all = await world.call('GET', '/tocsin/v1/automations?orderby=name');
  assert.deepEqual(
    (all.body as { value: JsonObject[] }).value.map(({ name }) => name),
    ['rec', 'sql'],
  );
  assert.doesNotMatch(JSON.stringify(all.body), /sig=/);
});

test('a stranger sees no automation and no delivery', async () => {
  const { world } = await start();
  await ingest(world, alert('1'));
  const as: Identity = { objectId: 'x', displayName: 'x', kind: 'User' };
  for (const path of ['/tocsin/v1/automations', '/tocsin/v1/deliveries', '/tocsin/v1/eligibleLogicApps']) {
    const response = await world.call('GET', path, { as });
    assert.deepEqual([response.status, (response.body as { value: Json[] }).value], [200, []], path);
  }
});

test('the schemas of event bodies are open to everybody', async () => {
  const world = await securityWorld();
  const as: Identity = { objectId: '', displayName: '', kind: 'Anonymous' };
  for (const name of ['security-alert', 'recommendation', 'regulatory-compliance']) {
    const response = await world.call('GET', `/schemas/${name}.json`, { as });
    assert.equal(response.status, 200);
    assert.equal((response.body as JsonObject)['$id'], `/schemas/${name}.json`);
  }
});

test('attack paths start the automations that listen to them, and their snapshots those that listen to snapshots', async () => {
  const { world, action } = await start();
  await putAutomation(world, 'paths', automationBody([action], { sources: [{ eventSource: 'attackpaths' }] }));
  await putAutomation(world, 'weekly', automationBody([action], { sources: [{ eventSource: 'AttackPathsSnapshot' }] }));
  const id = `${subscription}/providers/Microsoft.Security/attackPaths/p1`;
  const path = { id, name: 'p1', type: 'Microsoft.Security/attackPaths', properties: { displayName: 'Exposed VM' } };
  const runsOf = async (body: JsonObject) =>
    (await ingest(world, body)).events.map(({ kind, runs }) => [kind, runs.length]);
  assert.deepEqual(await runsOf(path), [['AttackPaths', 1]]);
  assert.deepEqual(await runsOf(path), [['AttackPaths', 0]]);
  assert.deepEqual(await runsOf({ ...path, properties: { displayName: 'Exposed VM', riskLevel: 'High' } }), [
    ['AttackPaths', 1],
  ]);
  assert.deepEqual(await runsOf({ ...path, securityEventDataEnrichment: { isSnapshot: true } }), [['AttackPaths', 1]]);
  const explained = await outcome(world, { eventId: id, automationIds: [automationId('paths')] });
  assert.equal(explained[0]?.['outcome'], 'Fired');
});
