/** The calls of the portal's first pages: figures, grouped recommendations, logic apps with their runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Identity, type JsonObject, memberOf, textMember } from '#foundation';
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

const key = '11111111-aaaa-4bbb-8ccc-000000000001';
const otherKey = '11111111-aaaa-4bbb-8ccc-000000000002';

const assessment = (machine: string, name: string, code: string): JsonObject => ({
  id: `${group}/providers/Microsoft.Compute/virtualMachines/${machine}/providers/Microsoft.Security/assessments/${name}`,
  name,
  type: 'Microsoft.Security/assessments',
  properties: {
    displayName: `Fix ${name.slice(-1)}`,
    status: { code },
    resourceDetails: { source: 'Azure', id: `${group}/providers/Microsoft.Compute/virtualMachines/${machine}` },
    metadata: { displayName: `Fix ${name.slice(-1)}`, severity: 'Medium', assessmentType: 'CustomerManaged' },
  },
});

async function get(world: SecurityWorld, path: string, as?: Identity): Promise<JsonObject> {
  const response = await world.call('GET', path, as === undefined ? {} : { as });
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return response.body as JsonObject;
}

const nobody: Identity = {
  objectId: '99999999-0000-4000-8000-000000000000',
  displayName: 'Nobody',
  kind: 'ServicePrincipal',
};

test('the overview counts what there is, by severity, state and time, and forgets what is no longer so', async () => {
  const world = await securityWorld();
  await ingest(world, alert('a'));
  await ingest(world, alert('b', { Severity: 'Low' }));
  await ingest(world, alert('c', { AzureResourceId: subscription }));
  await ingest(world, [
    assessment('vm-1', key, 'Unhealthy'),
    assessment('vm-1', otherKey, 'Unhealthy'),
    assessment('vm-2', key, 'Healthy'),
  ]);
  const first = await get(world, '/tocsin/v1/overview');
  assert.deepEqual(first['activeAlerts'], { High: 2, Low: 1 });
  assert.equal(first['affectedResources'], 2);
  assert.equal(first['unhealthyResources'], 1);
  assert.deepEqual(first['recommendations'], { Unhealthy: 2, Healthy: 1, NotApplicable: 0 });
  const buckets = first['alertsInTime'] as JsonObject[];
  assert.equal(buckets.length, 24);
  assert.deepEqual(buckets.at(-1), { start: buckets.at(-1)?.['start'], High: 2, Low: 1 });
  const dismiss = `${group}/providers/Microsoft.Security/locations/centralus/alerts/a/dismiss?api-version=2022-01-01`;
  assert.equal((await world.call('POST', dismiss)).status, 204);
  await ingest(world, [assessment('vm-1', key, 'Healthy'), assessment('vm-1', otherKey, 'Healthy')]);
  const second = await get(world, '/tocsin/v1/overview?range=7d');
  assert.deepEqual(second['activeAlerts'], { High: 1, Low: 1 });
  assert.equal(second['unhealthyResources'], 0);
  assert.deepEqual(second['recommendations'], { Unhealthy: 0, Healthy: 3, NotApplicable: 0 });
  assert.equal((second['alertsInTime'] as JsonObject[]).length, 28);
});

test('the overview counts only in the scopes asked for, and only what the caller may read', async () => {
  const world = await securityWorld();
  await ingest(world, alert('a'));
  await ingest(world, alert('c', { AzureResourceId: subscription, Severity: 'Low' }));
  const within = await get(world, `/tocsin/v1/overview?scopes=${group}`);
  assert.deepEqual(within['activeAlerts'], { High: 1 });
  const elsewhere = await get(world, `/tocsin/v1/overview?scopes=${subscription}/resourceGroups/other`);
  assert.deepEqual(elsewhere['activeAlerts'], {});
  const stranger = await get(world, '/tocsin/v1/overview', nobody);
  assert.deepEqual([stranger['activeAlerts'], stranger['automations']], [{}, { enabled: 0, disabled: 0 }]);
});

test('automations that deliver are counted with their failures, and what is wrong with one needs attention', async () => {
  const world = await securityWorld();
  const id = await putLogicApp(world, 'app');
  await putAutomation(world, 'mail', automationBody([{ actionType: 'LogicApp', logicAppResourceId: id }]));
  await ingest(world, alert('a'));
  const working = await get(world, '/tocsin/v1/overview');
  assert.deepEqual(working['automations'], { enabled: 1, disabled: 0 });
  const [top] = working['topAutomations'] as JsonObject[];
  assert.deepEqual([top?.['name'], top?.['delivered'], top?.['failed']], ['mail', 1, 0]);
  assert.deepEqual(working['attention'], { total: 0, items: [] });
  await world.call('POST', `${id}/disable?api-version=2019-05-01`);
  const { items } = (await get(world, '/tocsin/v1/overview'))['attention'] as { readonly items: JsonObject[] };
  assert.deepEqual(
    items.map(({ kind, code }) => [kind, code]),
    [['Automation', 'LogicAppDisabled']],
  );
});

test('a range that there is not is refused, and so are more scopes than a call may name', async () => {
  const world = await securityWorld();
  const refused = await world.call('GET', '/tocsin/v1/overview?range=1y');
  assert.deepEqual([refused.status, codeOf(refused)], [400, 'InvalidParameter']);
  const many = await world.call('GET', `/tocsin/v1/overview?scopes=${Array(501).fill(subscription).join(',')}`);
  assert.deepEqual([many.status, codeOf(many)], [400, 'InvalidParameter']);
});

test('recommendations are one entry each, with how many resources are in which state and who listens', async () => {
  const world = await securityWorld();
  const id = await putLogicApp(world, 'app');
  const rule = { propertyJPath: 'name', propertyType: 'String', operator: 'Equals', expectedValue: key };
  const sources = [{ eventSource: 'Assessments', ruleSets: [{ rules: [rule] }] }];
  await putAutomation(world, 'one', automationBody([{ actionType: 'LogicApp', logicAppResourceId: id }], { sources }));
  await ingest(world, [
    assessment('vm-1', key, 'Unhealthy'),
    assessment('vm-2', key, 'Healthy'),
    assessment('vm-1', otherKey, 'Healthy'),
  ]);
  const { value, count } = (await get(world, '/tocsin/v1/recommendations')) as unknown as {
    readonly value: { readonly name: string; readonly status: string; readonly properties: JsonObject }[];
    readonly count: JsonObject;
  };
  assert.deepEqual(count, { value: 2, exact: true });
  assert.deepEqual(
    value.map(({ name, status, properties }) => [name, status, properties['severity'], properties['automations']]),
    [
      [key, 'Unhealthy', 'Medium', 1],
      [otherKey, 'Healthy', 'Medium', 0],
    ],
  );
  assert.deepEqual(value[0]?.properties['resources'], { Unhealthy: 1, Healthy: 1, NotApplicable: 0 });
  const filtered = await get(world, "/tocsin/v1/recommendations?filter=status eq 'Healthy'");
  assert.equal((filtered['value'] as JsonObject[]).length, 1);
  const single = (await get(world, `/tocsin/v1/recommendations?key=${key.toUpperCase()}`))['value'] as JsonObject[];
  assert.equal(single.length, 1);
  const changes = memberOf(single[0], 'changes') as JsonObject[];
  assert.deepEqual([changes.length, changes.at(-1)?.['Unhealthy'], changes.at(-1)?.['Healthy']], [30, 1, 1]);
  assert.deepEqual((await get(world, '/tocsin/v1/recommendations', nobody))['value'], []);
});

test('logic apps come with their last run and the runs of a day, page by page', async () => {
  const world = await securityWorld();
  for (const name of ['a', 'b', 'c']) await putLogicApp(world, name);
  const workflow = `${group}/providers/Microsoft.Logic/workflows/b`.toLowerCase();
  const run = (name: string, status: string, hoursAgo: number) => {
    const startTime = world.clock.now() - hoursAgo * 3_600_000;
    const row = { key: `${workflow}/runs/${name}`, workflow, name, status, startTime, endTime: startTime + 1 };
    return { kind: 'putRun', run: { ...row, clientTrackingId: name, body: {} } } as const;
  };
  await world.store.commit([run('1', 'Failed', 0), run('2', 'Succeeded', 1), run('3', 'Succeeded', 30)]);
  const first = await get(world, '/tocsin/v1/workflowSummaries?$top=2');
  const [a, b] = first['value'] as JsonObject[];
  assert.deepEqual([a?.['name'], memberOf(a, 'lastRun'), memberOf(memberOf(a, 'runs'), 'total')], ['a', undefined, 0]);
  const { total, failed, hourly } = memberOf(b, 'runs') as { total: number; failed: number; hourly: number[] };
  assert.deepEqual([total, failed, hourly.length, hourly.slice(-2)], [2, 1, 24, [1, 1]]);
  assert.equal(memberOf(memberOf(b, 'lastRun'), 'status'), 'Failed');
  assert.deepEqual(memberOf(memberOf(b, 'properties'), 'trigger'), { name: 'manual', type: 'Request', kind: 'Http' });
  const next = (textMember(first, 'nextLink') ?? '').slice('https://localhost:7443'.length);
  const rest = await get(world, next);
  assert.deepEqual(
    (rest['value'] as JsonObject[]).map(({ name }) => name),
    ['c'],
  );
  assert.equal(rest['nextLink'], undefined);
  const disabled = await get(world, "/tocsin/v1/workflowSummaries?filter=properties/state eq 'Disabled'");
  assert.deepEqual(disabled['value'], []);
});

test('alerts are listed over severities and states by time, and counted where the filter says no more', async () => {
  const world = await securityWorld();
  for (const [index, Severity] of ['High', 'Low', 'High', 'Medium', 'Informational'].entries()) {
    await ingest(world, alert(`a${index}`, { Severity }));
    world.clock.advance(1000);
  }
  const path = (name: string): string =>
    `${group}/providers/Microsoft.Security/locations/centralus/alerts/${name}/inProgress?api-version=2022-01-01`;
  assert.equal((await world.call('POST', path('a0'))).status, 204);
  const filter =
    "(properties/status eq 'Active' or properties/status eq 'InProgress') and (properties/severity eq 'High' or properties/severity eq 'Low')";
  const first = await get(world, `/tocsin/v1/alerts?$top=2&filter=${filter}`);
  assert.deepEqual(
    (first['value'] as JsonObject[]).map(({ name }) => name),
    ['a2', 'a1'],
  );
  assert.deepEqual(first['count'], { value: 3, exact: true });
  const next = (textMember(first, 'nextLink') ?? '').slice('https://localhost:7443'.length);
  const rest = await get(world, next);
  assert.deepEqual(
    (rest['value'] as JsonObject[]).map(({ name }) => name),
    ['a0'],
  );
  assert.deepEqual([rest['nextLink'], rest['count']], [undefined, undefined]);
  const searched = await get(world, `/tocsin/v1/alerts?filter=${filter} and contains(name, 'a1')`);
  assert.deepEqual([(searched['value'] as JsonObject[]).length, searched['count']], [1, undefined]);
  const none = await get(
    world,
    "/tocsin/v1/alerts?filter=properties/status eq 'Active' and properties/status eq 'Resolved'",
  );
  assert.deepEqual(none['value'], []);
});

test('the resources of a recommendation are listed by state, newest first, and by nobody who may not read them', async () => {
  const world = await securityWorld();
  await ingest(world, [
    assessment('vm-1', key, 'Unhealthy'),
    assessment('vm-2', key, 'Healthy'),
    assessment('vm-3', otherKey, 'Unhealthy'),
  ]);
  const list = `/tocsin/v1/assessments?key=${key}&filter=properties/status/code eq 'Unhealthy'`;
  const { value, count } = (await get(world, list)) as unknown as {
    readonly value: JsonObject[];
    readonly count: JsonObject;
  };
  assert.equal(value.length, 1);
  assert.match(textMember(value[0] ?? {}, 'id') ?? '', /virtualMachines\/vm-1\/providers/);
  assert.deepEqual(count, { value: 1, exact: true });
  assert.deepEqual((await get(world, list, nobody))['value'], []);
  const refused = await world.call('GET', '/tocsin/v1/assessments');
  assert.deepEqual([refused.status, codeOf(refused)], [400, 'InvalidParameter']);
});

test('recommendations are narrowed by environment and resource type, counting only such resources', async () => {
  const world = await securityWorld();
  const server = (name: string, code: string): JsonObject => {
    const id = `${group}/providers/Microsoft.Sql/servers/${name}`;
    const base = assessment(name, key, code);
    const properties = base['properties'] as JsonObject;
    const resourceDetails = { source: 'Aws', id };
    return {
      ...base,
      id: `${id}/providers/Microsoft.Security/assessments/${key}`,
      properties: { ...properties, resourceDetails },
    };
  };
  await ingest(world, [assessment('vm-1', key, 'Unhealthy'), assessment('vm-2', otherKey, 'Healthy')]);
  await ingest(world, [server('sql-1', 'Unhealthy'), server('sql-2', 'Healthy')]);
  const counts = async (query: string): Promise<unknown> =>
    ((await get(world, `/tocsin/v1/recommendations?${query}`))['value'] as JsonObject[]).map((each) => [
      each['name'],
      memberOf(each['properties'] ?? null, 'resources'),
    ]);
  const none = { Unhealthy: 0, Healthy: 0, NotApplicable: 0 };
  assert.deepEqual(await counts('resourceTypes=microsoft.sql/servers'), [[key, { ...none, Unhealthy: 1, Healthy: 1 }]]);
  assert.deepEqual(await counts('environments=azure'), [
    [key, { ...none, Unhealthy: 1 }],
    [otherKey, { ...none, Healthy: 1 }],
  ]);
  assert.deepEqual(await counts('environments=azure&resourceTypes=microsoft.sql/servers'), []);
  const kinds = (await get(world, '/tocsin/v1/recommendationKinds'))['value'];
  assert.deepEqual(kinds, [
    { environment: 'aws', resourceType: 'microsoft.sql/servers', count: 2 },
    { environment: 'azure', resourceType: 'microsoft.compute/virtualmachines', count: 2 },
  ]);
  assert.deepEqual((await get(world, '/tocsin/v1/recommendationKinds', nobody))['value'], []);
});
