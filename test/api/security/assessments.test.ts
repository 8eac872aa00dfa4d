/** Recommendations, metadata, findings, compliance, scores and the small resources over the API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type JsonObject, memberOf } from '#foundation';
import {
  automationBody,
  codeOf,
  group,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  settle,
  type SecurityWorld,
  subscription,
} from '../../service/security-harness.ts';

const key = '11111111-2222-4333-8444-555555555555';
const provider = '/providers/Microsoft.Security';
const vm = `${group}/providers/Microsoft.Compute/virtualMachines/vm`;
const v = 'api-version=2020-01-01';

async function values(world: SecurityWorld, path: string): Promise<readonly JsonObject[]> {
  const response = await world.call('GET', path);
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return (response.body as { value: JsonObject[] }).value;
}

async function property(world: SecurityWorld, path: string, name: string): Promise<Json | undefined> {
  const response = await world.call('GET', path);
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return ((response.body as JsonObject)['properties'] as JsonObject)[name];
}

const metadata: JsonObject = {
  properties: { displayName: 'Use MFA', severity: 'high', assessmentType: 'CustomerManaged' },
};

test('metadata is put and deleted with 200, and only as customer managed', async () => {
  const world = await securityWorld();
  const path = `${subscription}${provider}/assessmentMetadata/${key}?${v}`;
  const put = await world.call('PUT', path, { body: metadata });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  assert.equal(await property(world, path, 'severity'), 'High');
  const names = async (list: string): Promise<readonly unknown[]> =>
    (await values(world, list)).map(({ name }) => name);
  assert.ok((await names(`${subscription}${provider}/assessmentMetadata?${v}`)).includes(key));
  assert.ok((await names(`${provider}/assessmentMetadata?${v}`)).includes(key));
  assert.equal((await world.call('GET', `${provider}/assessmentMetadata/${key}?${v}`)).status, 200);
  const builtIn = await world.call('PUT', path, {
    body: { properties: { displayName: 'x', severity: 'Low', assessmentType: 'BuiltIn' } },
  });
  assert.deepEqual([builtIn.status, codeOf(builtIn)], [400, 'InvalidParameter']);
  assert.equal((await world.call('DELETE', path)).status, 200);
  assert.equal((await world.call('GET', path)).status, 404);
});

test('built-in metadata is known in every subscription and at the tenant, and cannot be deleted', async () => {
  const world = await securityWorld();
  const known = '1195afff-c881-495e-9bc5-1486211ae03f';
  const own = `${subscription}${provider}/assessmentMetadata/${known}?${v}`;
  assert.equal(await property(world, own, 'displayName'), 'Machines should have vulnerability findings resolved');
  assert.equal(await property(world, `${provider}/assessmentMetadata/${known}?${v}`, 'assessmentType'), 'BuiltIn');
  const removed = await world.call('DELETE', own);
  assert.deepEqual([removed.status, codeOf(removed)], [409, 'Conflict']);
  const pushed = await world.call('PUT', `${vm}${provider}/assessments/${known}?${v}`, {
    body: { properties: { resourceDetails: { source: 'Azure' }, status: { code: 'Healthy' } } },
  });
  assert.equal(pushed.status, 201, 'no metadata has to be sent along');
  assert.equal((await world.call('PUT', own, { body: metadata })).status, 200);
  assert.equal(await property(world, own, 'displayName'), 'Use MFA', 'what the subscription says comes first');
});

test('metadata with impacts, efforts or lists of another kind is refused with its place', async () => {
  const world = await securityWorld();
  const path = `${subscription}${provider}/assessmentMetadata/${key}?${v}`;
  for (const [name, value] of Object.entries({
    userImpact: 'Huge',
    implementationEffort: 3,
    categories: 'x',
    threats: [1],
  })) {
    const properties = { ...(metadata['properties'] as JsonObject), [name]: value as Json };
    const put = await world.call('PUT', path, { body: { properties } });
    assert.deepEqual([put.status, memberOf(memberOf(put.body, 'error'), 'target')], [400, `properties.${name}`]);
  }
});

async function listening(world: SecurityWorld, eventSource: string): Promise<() => readonly string[]> {
  const app = await putLogicApp(world, 'app');
  const actions = [{ actionType: 'LogicApp', logicAppResourceId: app }];
  await putAutomation(world, 'a', automationBody(actions, { sources: [{ eventSource }] }));
  return () =>
    world.runs.map(({ trigger }) => {
      const { outputs } = trigger;
      assert.ok(outputs !== undefined && 'value' in outputs);
      const body = memberOf(outputs.value, 'body');
      const action = memberOf(memberOf(body, 'securityEventDataEnrichment'), 'action') as string;
      return `${action} ${memberOf(memberOf(memberOf(body, 'properties'), 'status'), 'code') as string}`;
    });
}

test('a resource that is deleted takes its recommendations along, each as a Delete with the last known state', async () => {
  const world = await securityWorld();
  const fired = await listening(world, 'Assessments');
  await world.call('PUT', `${vm}?api-version=2023-01-01`, { body: { location: 'westeurope', properties: {} } });
  await world.call('PUT', `${vm}-2?api-version=2023-01-01`, { body: { location: 'westeurope', properties: {} } });
  await ingest(world, [assessment(vm, 'Healthy'), assessment(`${vm}-2`)]);
  assert.equal((await world.call('DELETE', `${vm}?api-version=2023-01-01`)).status, 200);
  assert.deepEqual(fired(), ['Insert Healthy', 'Insert Unhealthy', 'Delete Healthy']);
  assert.equal((await values(world, `${subscription}${provider}/assessments?${v}`)).length, 1);
});

test('a group that is deleted takes along what is assessed in it, though the inventory never had the resource', async () => {
  const world = await securityWorld();
  const fired = await listening(world, 'Assessments');
  const other = `${subscription}/resourceGroups/rg-gone`;
  await world.call('PUT', `${other}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  await ingest(world, assessment(`${other}/providers/Microsoft.Compute/virtualMachines/ghost`), '?inventory=false');
  assert.equal((await world.call('DELETE', `${other}?api-version=2021-04-01`)).status, 202);
  for (let turn = 0; turn < 50 && fired().length < 2; turn += 1) await settle();
  assert.deepEqual(fired(), ['Insert Unhealthy', 'Delete Unhealthy']);
});

test('a recommendation that is deleted takes its findings along', async () => {
  const world = await securityWorld();
  const id = `${vm}${provider}/assessments/${key}`;
  const finding = {
    id: `${id}/subAssessments/f`,
    type: 'Microsoft.Security/assessments/subAssessments',
    properties: { id: 'f', displayName: 'f', status: { code: 'Unhealthy' } },
  };
  await ingest(world, [assessment(vm), finding]);
  const findings = `${id}/subAssessments?api-version=2019-01-01-preview`;
  assert.equal((await values(world, findings)).length, 1);
  assert.equal((await world.call('DELETE', `${id}?${v}`)).status, 200);
  assert.equal((await values(world, findings)).length, 0);
  assert.equal((await world.call('DELETE', `${id}?${v}`)).status, 204);
});

test('custom metadata that is deleted takes the recommendations of its key along', async () => {
  const world = await securityWorld();
  const fired = await listening(world, 'Assessments');
  const path = `${subscription}${provider}/assessmentMetadata/${key}?${v}`;
  await world.call('PUT', path, { body: metadata });
  await ingest(world, [assessment(vm), assessment(`${vm}-2`)]);
  assert.equal((await world.call('DELETE', path)).status, 200);
  assert.deepEqual(fired(), ['Insert Unhealthy', 'Insert Unhealthy', 'Delete Unhealthy', 'Delete Unhealthy']);
  assert.equal((await values(world, `${subscription}${provider}/assessments?${v}`)).length, 0);
});

test('a recommendation of any key is a parent once findings of it are known', async () => {
  const world = await securityWorld();
  const fired = await listening(world, 'Assessments');
  const parent = `${vm}${provider}/assessments/${key}`;
  const finding = (name: string): JsonObject => ({
    id: `${parent}/subAssessments/${name}`,
    type: 'Microsoft.Security/assessments/subAssessments',
    properties: { id: name, displayName: name, status: { code: 'Unhealthy', severity: 'Low' } },
  });
  await ingest(world, assessment(vm, 'Healthy'));
  await ingest(world, [finding('f1'), finding('f2')]);
  await ingest(world, finding('f3'));
  assert.deepEqual(fired(), ['Insert Healthy', 'Insert Unhealthy']);
  const counted = assessment(vm);
  const properties = { ...(counted['properties'] as JsonObject), additionalData: { count: '3' } };
  assert.equal((await ingest(world, { ...counted, properties })).duplicates, 1);
  assert.equal(fired().length, 2);
});

test('a pushed recommendation needs known metadata, is 201 then 200, and fires like an ingested one', async () => {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  await putAutomation(
    world,
    'a',
    automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], {
      sources: [{ eventSource: 'Assessments' }],
    }),
  );
  const path = `${subscription}${provider}/assessments/${key}?${v}`;
  const push = (code: string) =>
    world.call('PUT', path, { body: { properties: { resourceDetails: { source: 'Azure' }, status: { code } } } });
  const unknown = await push('Unhealthy');
  assert.deepEqual([unknown.status, codeOf(unknown)], [404, 'ResourceNotFound']);
  await world.call('PUT', `${subscription}${provider}/assessmentMetadata/${key}?${v}`, { body: metadata });
  assert.equal((await push('Unhealthy')).status, 201);
  assert.equal((await push('Unhealthy')).status, 200);
  assert.equal(world.runs.length, 1);
  assert.equal(await property(world, path, 'displayName'), 'Use MFA');
  assert.equal(await property(world, path, 'metadata'), undefined);
  assert.ok((await property(world, `${path}&$expand=metadata`, 'metadata')) !== undefined);
  const wrong = await push('Sick');
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'InvalidEvent']);
  assert.equal((await world.call('DELETE', path)).status, 200);
  assert.equal(world.runs.length, 2);
  assert.equal((await world.call('GET', path)).status, 404);
  assert.equal((await world.call('DELETE', path)).status, 204);
  assert.equal((await push('Unhealthy')).status, 201);
  assert.equal(world.runs.length, 3);
});

const assessment = (resource: string, code = 'Unhealthy'): JsonObject => ({
  id: `${resource}${provider}/assessments/${key}`,
  type: 'Microsoft.Security/assessments',
  properties: {
    displayName: `of ${resource.slice(-2)}`,
    status: { code },
    metadata: { displayName: 'd', severity: 'Low' },
    additionalData: {},
  },
});

test('recommendations are listed at every scope above them', async () => {
  const world = await securityWorld();
  await ingest(world, [
    assessment(vm),
    assessment(subscription),
    assessment(`${subscription}/resourceGroups/rg2`, 'Healthy'),
  ]);
  const count = async (scope: string, query = ''): Promise<number> =>
    (await values(world, `${scope}${provider}/assessments?${v}${query}`)).length;
  assert.equal(await count(vm), 1);
  assert.equal(await count(group), 1);
  assert.equal(await count(subscription), 3);
  assert.equal(await count(`/providers/Microsoft.Management/managementGroups/${world.services.settings.tenantId}`), 3);
  assert.equal(await count(subscription, "&$filter=properties/status/code eq 'healthy'"), 1);
  const found = await world.call('GET', `${vm}${provider}/assessments/${key}?${v}`);
  assert.equal((found.body as JsonObject)['type'], 'Microsoft.Security/assessments');
  const seen = await values(world, `${subscription}${provider}/assessmentMetadata?${v}`);
  assert.ok(seen.some(({ name }) => name === key));
});

test('findings are listed below their recommendation and at scopes', async () => {
  const world = await securityWorld();
  const id = `${vm}${provider}/assessments/${key}`;
  const finding = (name: string, action = 'Insert'): JsonObject => ({
    SecurityEventDataEnrichment: { Action: action },
    Id: `${id}/subassessments/${name}`,
    Properties: { Id: 'CVE-1', DisplayName: name, Status: { Code: 'Unhealthy', Severity: 'High' } },
  });
  await ingest(world, [finding('f1'), finding('f2')]);
  const list = `${id}/subAssessments?api-version=2019-01-01-preview`;
  assert.equal((await values(world, list)).length, 2);
  assert.equal(
    (await values(world, `${subscription}${provider}/subAssessments?api-version=2019-01-01-preview`)).length,
    2,
  );
  const one = await world.call('GET', `${id}/subAssessments/f1?api-version=2019-01-01-preview`);
  assert.deepEqual((one.body as JsonObject)['id'], `${id}/subAssessments/f1`);
  await ingest(world, finding('f1', 'Delete'));
  assert.equal((await values(world, list)).length, 1);
});

const control = (standard: string, name: string, index: number, state: string): JsonObject => ({
  id: `${subscription}${provider}/regulatoryComplianceStandards/${standard}/regulatoryComplianceControls/${name}/regulatoryComplianceAssessments/a${index}`,
  name: `a${index}`,
  type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
  properties: { description: 'd', state, passedResources: 1, failedResources: 0, skippedResources: 0 },
});

test('standards and controls are added up from their assessments', async () => {
  const world = await securityWorld();
  await ingest(world, [
    control('PCI', '1.1', 1, 'Passed'),
    control('PCI', '1.1', 2, 'Failed'),
    control('PCI', '1.2', 3, 'Passed'),
    control('SOC', 'x', 4, 'Skipped'),
  ]);
  const cv = 'api-version=2019-01-01-preview';
  const standards = `${subscription}${provider}/regulatoryComplianceStandards`;
  assert.deepEqual((await values(world, `${standards}?${cv}`)).map(({ name }) => name as string).toSorted(), [
    'PCI',
    'SOC',
  ]);
  assert.deepEqual(
    (await values(world, `${standards}?${cv}&$filter=properties/state eq 'Failed'`)).map(({ name }) => name),
    ['PCI'],
  );
  const pci = (await world.call('GET', `${standards}/pci?${cv}`)).body as { properties: JsonObject };
  assert.deepEqual(pci.properties, {
    state: 'Failed',
    passedControls: 1,
    failedControls: 1,
    skippedControls: 0,
    unsupportedControls: 0,
  });
  const one = (await world.call('GET', `${standards}/PCI/regulatoryComplianceControls/1.1?${cv}`)).body as {
    properties: JsonObject;
  };
  assert.deepEqual(
    [one.properties['state'], one.properties['passedAssessments'], one.properties['failedAssessments']],
    ['Failed', 1, 1],
  );
  assert.equal(
    (await values(world, `${standards}/PCI/regulatoryComplianceControls/1.1/regulatoryComplianceAssessments?${cv}`))
      .length,
    2,
  );
  assert.equal(
    (
      await world.call(
        'GET',
        `${standards}/PCI/regulatoryComplianceControls/1.1/regulatoryComplianceAssessments/a2?${cv}`,
      )
    ).status,
    200,
  );
  assert.equal((await world.call('GET', `${standards}/none?${cv}`)).status, 404);
});

test('secure scores and their controls are what was last sent', async () => {
  const world = await securityWorld();
  const score = `${subscription}${provider}/secureScores/ascScore`;
  await ingest(world, [
    { id: score, type: 'Microsoft.Security/secureScores', properties: { score: { current: 1, max: 2 } } },
    {
      id: `${score}/secureScoreControls/c1`,
      type: 'Microsoft.Security/secureScores/secureScoreControls',
      properties: { score: { current: 0, max: 1 }, definition: { name: 'c1' } },
    },
  ]);
  assert.deepEqual(await property(world, `${score}?${v}`, 'score'), { current: 1, max: 2 });
  for (const path of [
    `${score}/secureScoreControls`,
    `${subscription}${provider}/secureScoreControls`,
    `${subscription}${provider}/secureScoreControlDefinitions`,
  ]) {
    assert.ok(
      (await values(world, `${path}?${v}`)).some((each) => each['name'] === 'c1'),
      path,
    );
  }
  const controls = `${score}/secureScoreControls?${v}`;
  assert.equal(memberOf((await values(world, controls))[0]?.['properties'], 'definition'), undefined);
  const [expanded] = await values(world, `${controls}&$expand=definition`);
  assert.deepEqual(memberOf(expanded?.['properties'], 'definition'), { name: 'c1' });
  const [first] = await values(world, `/providers/Microsoft.Security/secureScoreControlDefinitions?${v}`);
  assert.equal(memberOf(first?.['properties'], 'displayName'), 'Enable MFA');
});

test('the home region, plans, settings and empty lists are there', async () => {
  const world = await securityWorld();
  const [location] = await values(world, `${subscription}${provider}/locations?api-version=2015-06-01-preview`);
  assert.deepEqual(
    [location?.['name'], location?.['type'], location?.['properties']],
    ['centralus', 'Microsoft.Security/locations', { homeRegionName: 'centralus' }],
  );
  assert.equal(
    (await world.call('GET', `${subscription}${provider}/locations/centralus?api-version=2015-06-01-preview`)).status,
    200,
  );
  const pricing = `${subscription}${provider}/pricings/virtualmachines?api-version=2022-03-01`;
  assert.equal(await property(world, pricing, 'pricingTier'), 'Free');
  assert.equal((await world.call('PUT', pricing, { body: { properties: { pricingTier: 'standard' } } })).status, 200);
  assert.equal(await property(world, pricing, 'pricingTier'), 'Standard');
  const list = await world.call('GET', `${subscription}${provider}/pricings?api-version=2018-06-01`);
  assert.equal((list.body as JsonObject)['nextLink'], undefined);
  const setting = `${subscription}${provider}/settings/MCAS?api-version=2021-07-01`;
  assert.equal(await property(world, setting, 'enabled'), false);
  assert.equal((await world.call('PUT', setting, { body: { properties: { enabled: true } } })).status, 200);
  assert.equal(await property(world, setting, 'enabled'), true);
  assert.equal(
    (await world.call('GET', `${subscription}${provider}/settings/None?api-version=2021-07-01`)).status,
    404,
  );
});

test('security contacts are listed as they were put, by the version of 2020 as a bare array', async () => {
  const world = await securityWorld();
  const contacts = `${subscription}${provider}/securityContacts`;
  const bare = `${contacts}?api-version=2020-01-01-preview`;
  assert.deepEqual((await world.call('GET', bare)).body, []);
  const properties = { emails: 'soc@example.com' };
  const put = `${contacts}/default?api-version=2020-01-01-preview`;
  assert.ok((await world.call('PUT', put, { body: { properties } })).status < 300);
  const [contact] = (await world.call('GET', bare)).body as readonly JsonObject[];
  assert.equal(memberOf(memberOf(contact, 'properties'), 'emails'), 'soc@example.com');
  // Schemas of published playbooks require these.
  for (const name of ['id', 'name', 'type', 'etag', 'location']) assert.ok(memberOf(contact, name) !== undefined, name);
  assert.equal((await values(world, `${contacts}?api-version=2023-12-01-preview`)).length, 1);
});

test('unhealthy recommendations are tasks too, and tasks can be dismissed', async () => {
  const world = await securityWorld();
  await ingest(world, [assessment(vm), assessment(subscription, 'Healthy')]);
  const tasks = `${subscription}${provider}/tasks?api-version=2015-06-01-preview`;
  const [task, ...others] = await values(world, tasks);
  const parameters = memberOf(memberOf(task, 'properties'), 'securityTaskParameters');
  assert.equal(
    memberOf(parameters, 'policyName'),
    memberOf(parameters, 'name'),
    'playbooks of that time look for a policy',
  );
  assert.equal(others.length, 0);
  const path = `${task?.['id'] as string}/Dismiss?api-version=2015-06-01-preview`;
  assert.equal((await world.call('POST', path)).status, 204);
  assert.equal(memberOf((await values(world, tasks))[0]?.['properties'], 'state'), 'Dismissed');
  assert.equal((await world.call('POST', path.replace('Dismiss', 'Explode'))).status, 400);
});
