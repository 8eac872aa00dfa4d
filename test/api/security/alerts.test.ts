/** Alerts, suppression rules and samples over the API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#foundation';
import {
  alert,
  automationBody,
  codeOf,
  group,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
  subscription,
} from '../../service/security-harness.ts';

const located = (scope: string): string => `${scope}/providers/Microsoft.Security/locations/centralus/alerts`;

async function values(world: SecurityWorld, path: string): Promise<readonly JsonObject[]> {
  const response = await world.call('GET', path);
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return (response.body as { value: JsonObject[] }).value;
}

const names = (items: readonly JsonObject[]): readonly unknown[] => items.map(({ name }) => name);

async function withAlerts(): Promise<SecurityWorld> {
  const world = await securityWorld();
  await ingest(world, alert('in-group'));
  world.clock.advance(1000);
  await ingest(world, alert('no-group', { AzureResourceId: subscription, Severity: 'Low' }));
  return world;
}

test('alerts are listed newest first, below a group only those tied to it, at any location', async () => {
  const world = await withAlerts();
  assert.deepEqual(
    names(await values(world, `${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`)),
    ['no-group', 'in-group'],
  );
  assert.deepEqual(names(await values(world, `${located(subscription)}?api-version=2022-01-01`)), [
    'no-group',
    'in-group',
  ]);
  assert.deepEqual(names(await values(world, `${group}/providers/Microsoft.Security/alerts?api-version=2020-01-01`)), [
    'in-group',
  ]);
  const elsewhere = `${subscription}/providers/Microsoft.Security/locations/westeurope/alerts/in-group?api-version=2019-01-01`;
  assert.equal((await world.call('GET', elsewhere)).status, 200);
});

test('a list pages and filters', async () => {
  const world = await withAlerts();
  const base = `${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`;
  assert.deepEqual(names(await values(world, `${base}&$filter=properties/severity eq 'low'`)), ['no-group']);
  const first = await world.call('GET', `${base}&$top=1`);
  const { value, nextLink } = first.body as { value: JsonObject[]; nextLink: string };
  assert.deepEqual(names(value), ['no-group']);
  const rest = await world.call('GET', nextLink.slice('https://localhost:7443'.length));
  assert.deepEqual(names((rest.body as { value: JsonObject[] }).value), ['in-group']);
  assert.equal((rest.body as JsonObject)['nextLink'], undefined);
});

test('a token that is no place in the list is refused', async () => {
  const world = await withAlerts();
  const token = Buffer.from('p:nowhere').toString('base64url');
  const path = `${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01&$skiptoken=${token}`;
  const refused = await world.call('GET', path);
  assert.deepEqual([refused.status, codeOf(refused)], [400, 'InvalidParameter']);
});

test('an alert has the REST shape, its id as it was ingested', async () => {
  const world = await withAlerts();
  const response = await world.call('GET', `${located(group)}/IN-GROUP?api-version=2022-01-01`);
  const body = response.body as JsonObject;
  assert.equal(body['id'], `${located(group)}/in-group`);
  assert.equal(body['type'], 'Microsoft.Security/Locations/alerts');
  const properties = body['properties'] as JsonObject;
  assert.deepEqual(
    [properties['status'], properties['alertDisplayName'], properties['systemAlertId']],
    ['Active', 'Potential SQL Brute Force attempt', 'in-group'],
  );
  const missing = await world.call('GET', `${located(group)}/none?api-version=2022-01-01`);
  assert.deepEqual([missing.status, codeOf(missing)], [404, 'ResourceNotFound']);
  assert.equal((await world.call('GET', `${located(group)}/no-group?api-version=2022-01-01`)).status, 404);
});

test('states change with 204 at both levels and show in the answer, the event itself stays', async () => {
  const world = await withAlerts();
  const state = async (version: string): Promise<unknown> => {
    const response = await world.call('GET', `${located(subscription)}/in-group?api-version=${version}`);
    return ((response.body as JsonObject)['properties'] as JsonObject)['status'];
  };
  for (const [action, wanted] of [
    ['dismiss', 'Dismissed'],
    ['resolve', 'Resolved'],
    ['activate', 'Active'],
    ['inProgress', 'InProgress'],
  ]) {
    const changed = await world.call('POST', `${located(group)}/in-group/${action ?? ''}?api-version=2022-01-01`);
    assert.equal(changed.status, 204);
    assert.equal(await state('2022-01-01'), wanted);
  }
  assert.equal(await state('2021-01-01'), 'Active');
  assert.equal(
    (await world.call('POST', `${located(subscription)}/in-group/dismiss?api-version=2019-01-01`)).status,
    204,
  );
  assert.equal(
    world.store.documents.get('alerts', `${subscription.split('/')[2] ?? ''}/in-group`)?.status,
    'Dismissed',
  );
  assert.equal((await world.call('POST', `${located(subscription)}/none/dismiss?api-version=2019-01-01`)).status, 404);
});

test('samples answer 204 at once to older clients and an operation to newer ones, and fire automations', async () => {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const rule = {
    propertyJPath: 'AlertDisplayName',
    propertyType: 'String',
    operator: 'Contains',
    expectedValue: 'sql',
  };
  const sources = [{ eventSource: 'Alerts', ruleSets: [{ rules: [rule] }] }];
  await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  const body = { properties: { kind: 'Bundles', bundles: ['SqlServers', 'VirtualMachines'] } };
  const path = `${located(subscription)}/default/simulate`;
  assert.equal((await world.call('POST', `${path}?api-version=2021-11-01`, { body })).status, 204);
  assert.equal(world.runs.length, 2);
  const polled = await world.call('POST', `${path}?api-version=2022-01-01`, { body });
  assert.equal(polled.status, 202);
  const location = (polled.headers?.['location'] ?? '').slice('https://localhost:7443'.length);
  assert.equal((await world.call('GET', location)).status, 204);
  assert.equal(world.runs.length, 4);
  const shown = await values(world, `${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`);
  assert.equal(shown.length, 6);
  for (const { properties } of shown as unknown as { properties: JsonObject }[])
    assert.match(properties['alertDisplayName'] as string, /^\[SAMPLE ALERT\] /);
  assert.equal(world.store.resources.get(`${subscription}/resourceGroups/Sample-RG`), undefined);
  const unknown = await world.call('POST', `${path}?api-version=2022-01-01`, {
    body: { properties: { bundles: ['Toasters'] } },
  });
  assert.deepEqual([unknown.status, codeOf(unknown)], [400, 'InvalidParameter']);
});

const rules = `${subscription}/providers/Microsoft.Security/alertsSuppressionRules`;
const ruleVersion = 'api-version=2019-01-01-preview';
const suppression = (properties: JsonObject = {}): JsonObject => ({
  properties: { alertType: '*', reason: 'Noise', state: 'Enabled', ...properties },
});

test('suppression rules are put with 200, listed by alert type, deleted with 204', async () => {
  const world = await securityWorld();
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal((await world.call('PUT', `${rules}/r1?${ruleVersion}`, { body: suppression() })).status, 200);
  }
  await world.call('PUT', `${rules}/r2?${ruleVersion}`, { body: suppression({ alertType: 'T2' }) });
  assert.deepEqual(names(await values(world, `${rules}?${ruleVersion}`)), ['r1', 'r2']);
  assert.deepEqual(names(await values(world, `${rules}?${ruleVersion}&AlertType=t2`)), ['r2']);
  const one = (await world.call('GET', `${rules}/r1?${ruleVersion}`)).body as { properties: JsonObject };
  assert.equal(typeof one.properties['lastModifiedUtc'], 'string');
  for (let turn = 0; turn < 2; turn += 1)
    assert.equal((await world.call('DELETE', `${rules}/r1?${ruleVersion}`)).status, 204);
  assert.equal((await world.call('GET', `${rules}/r1?${ruleVersion}`)).status, 404);
});

test('a malformed suppression rule is refused with its place', async () => {
  const world = await securityWorld();
  const bad: readonly (readonly [JsonObject, string])[] = [
    [suppression({ alertType: null }), 'properties.alertType'],
    [suppression({ reason: null }), 'properties.reason'],
    [suppression({ state: 'On' }), 'properties.state'],
    [suppression({ expirationDateUtc: 'soon' }), 'properties.expirationDateUtc'],
    [
      suppression({ suppressionAlertsScope: { allOf: Array.from({ length: 6 }, () => ({})) } }),
      'properties.suppressionAlertsScope.allOf',
    ],
    [
      suppression({ suppressionAlertsScope: { allOf: [{ field: 'ip', equals: 'x' }] } }),
      'properties.suppressionAlertsScope.allOf[0].field',
    ],
    [
      suppression({ suppressionAlertsScope: { allOf: [{ field: 'entities.ip.address' }] } }),
      'properties.suppressionAlertsScope.allOf[0]',
    ],
  ];
  for (const [body, target] of bad) {
    const put = await world.call('PUT', `${rules}/rule?${ruleVersion}`, { body });
    assert.deepEqual([put.status, (put.body as { error: JsonObject }).error['target']], [400, target]);
  }
  assert.equal(
    codeOf(await world.call('PUT', `${rules}/-x?${ruleVersion}`, { body: suppression() })),
    'InvalidResourceName',
  );
});

test("names of a rule's properties are taken in any case, so that an expiry is never passed over", async () => {
  const world = await securityWorld();
  await world.call('PUT', `${rules}/r1?${ruleVersion}`, {
    body: { properties: { AlertType: '*', reason: 'Noise', expirationDateUTC: '2020-01-01T00:00:00Z' } },
  });
  const { properties } = (await world.call('GET', `${rules}/r1?${ruleVersion}`)).body as { properties: JsonObject };
  assert.deepEqual([properties['alertType'], properties['state']], ['*', 'Expired']);
  assert.equal((await ingest(world, alert('1'))).events[0]?.suppressedBy, undefined);
});

test('rules see entities defined inside others and follow references', async () => {
  const world = await securityWorld();
  const image = { $id: '3', Name: 'svc.exe', Directory: 'c:\\temp', Type: 'file' };
  const process = { $id: '2', CommandLine: 'x', ImageFile: image, Host: { $ref: '4' }, Type: 'process' };
  const entities = [process, { $ref: '3' }, { $id: '4', HostName: 'web-01', Type: 'host' }];
  const suppressedBy = async (id: string, element: JsonObject): Promise<string | undefined> => {
    const body = suppression({ suppressionAlertsScope: { allOf: [element] } });
    assert.equal((await world.call('PUT', `${rules}/r1?${ruleVersion}`, { body })).status, 200);
    return (await ingest(world, alert(id, { Entities: entities }))).events[0]?.suppressedBy;
  };
  assert.ok(await suppressedBy('1', { field: 'entities.file.name', equals: 'SVC.exe' }));
  assert.ok(await suppressedBy('2', { field: 'entities.process.host.hostname', contains: 'web' }));
  assert.equal(await suppressedBy('3', { field: 'entities.process.host.hostname', equals: 'web' }), undefined);
  const listed = `${subscription}/providers/Microsoft.Security/alerts?api-version=2019-01-01&autoDismissRuleName=R1`;
  assert.deepEqual(new Set(names(await values(world, listed))), new Set(['1', '2']));
});

test('a sample recommendation fires what listens to recommendations, each time it is made', async () => {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const rule = (propertyJPath: string, expectedValue: string): JsonObject => ({
    propertyJPath,
    propertyType: 'String',
    operator: 'Equals',
    expectedValue,
  });
  const rulesOfHigh = [rule('properties.metadata.severity', 'High'), rule('properties.status.code', 'Unhealthy')];
  const sources = [{ eventSource: 'Assessments', ruleSets: [{ rules: rulesOfHigh }] }];
  await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  const body = { subscriptionId: subscription.split('/')[2] ?? '' };
  const path = '/tocsin/v1/sampleRecommendations';
  for (const turn of [1, 2]) {
    const made = await world.call('POST', path, { body });
    assert.equal(made.status, 202);
    assert.equal(world.runs.length, turn);
  }
  await world.call('POST', path, { body: { ...body, state: 'healthy' } });
  assert.equal(world.runs.length, 2);
  assert.equal(codeOf(await world.call('POST', path, { body: { ...body, severity: 'x' } })), 'InvalidParameter');
  assert.equal(world.store.resources.get(`${subscription}/resourceGroups/Sample-RG`), undefined);
});

test('only enabled rules that have not expired and hold in every part suppress', async () => {
  const world = await securityWorld();
  const entities = [
    { Type: 'host', HostName: 'web-01' },
    { Type: 'ip', Address: '192.0.2.1', Location: { CountryCode: 'ZZ' } },
  ];
  let number = 0;
  const suppressed = async (properties: JsonObject): Promise<boolean> => {
    await world.call('PUT', `${rules}/r1?${ruleVersion}`, { body: suppression(properties) });
    number += 1;
    const answer = await ingest(world, alert(String(number), { Entities: entities }));
    return answer.events[0]?.suppressedBy !== undefined;
  };
  const allOf = (...elements: JsonObject[]): JsonObject => ({ suppressionAlertsScope: { allOf: elements } });
  assert.equal(await suppressed({}), true);
  assert.equal(await suppressed({ state: 'Disabled' }), false);
  assert.equal(await suppressed({ alertType: 'sql.db_bruteforce' }), true);
  assert.equal(await suppressed({ alertType: 'other' }), false);
  assert.equal(await suppressed({ expirationDateUtc: '2020-01-01T00:00:00Z' }), false);
  assert.equal(await suppressed({ expirationDateUtc: '2030-01-01T00:00:00Z' }), true);
  assert.equal(await suppressed(allOf({ field: 'entities.host.hostname', contains: 'WEB' })), true);
  assert.equal(await suppressed(allOf({ field: 'entities.ip.location.countrycode', equals: 'zz' })), true);
  assert.equal(
    await suppressed(
      allOf(
        { field: 'entities.ip.address', in: ['192.0.2.1', 'x'] },
        { field: 'entities.host.hostname', equals: 'web' },
      ),
    ),
    false,
  );
});
