/** `Microsoft.Security/automations` over the API: status codes, secrets, checks, callbacks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Identity, JsonObject } from '#foundation';
import {
  admin,
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
  subscription,
} from '../../service/security-harness.ts';

const hub = `${group}/providers/Microsoft.EventHub/namespaces/ns/eventhubs/alerts`;
const version = 'api-version=2019-01-01-preview';

async function start() {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  return { world, app, action: { actionType: 'LogicApp', logicAppResourceId: app } };
}

test('a put is 201, then 200; get and lists answer it without its secret, with the order and text given', async () => {
  const { world, action } = await start();
  const sources = [
    {
      eventSource: 'Alerts',
      ruleSets: [
        {
          rules: [
            { propertyJPath: 'Severity', propertyType: 'String', expectedValue: 'high', operator: 'Equals' },
            { propertyJPath: 'Version', propertyType: 'String', expectedValue: '3.', operator: 'Contains' },
          ],
        },
      ],
    },
    { eventSource: 'Assessments', ruleSets: [] },
  ];
  const body = { ...automationBody([action], { sources, description: 'd' }), tags: { a: 'b' } };
  const created = await putAutomation(world, 'a', body);
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const answer = created.body as JsonObject;
  assert.equal(answer['id'], automationId('a'));
  assert.equal(answer['type'], 'Microsoft.Security/automations');
  assert.deepEqual(answer['tags'], { a: 'b' });
  assert.deepEqual(answer['properties'], {
    description: 'd',
    isEnabled: true,
    scopes: [{ scopePath: subscription }],
    sources,
    actions: [action],
  });
  assert.equal((await putAutomation(world, 'a', body)).status, 200);
  for (const path of [
    automationId('a'),
    `${group}/providers/Microsoft.Security/automations`,
    `${subscription}/providers/Microsoft.Security/automations`,
  ]) {
    const got = await world.call('GET', `${path}?${version}`);
    assert.equal(got.status, 200);
    assert.doesNotMatch(JSON.stringify(got.body), /"uri"|sig=/);
    assert.match(JSON.stringify(got.body), /"name":"a"/);
  }
});

test('enumerations are stored in canonical spelling, absent rule sets answered as an empty list', async () => {
  const { world, action } = await start();
  const rules = [{ propertyJPath: 'x', propertyType: 'string', expectedValue: 'y', operator: 'contains' }];
  const sources = [{ eventSource: 'alerts', ruleSets: [{ rules }] }, { eventSource: 'ASSESSMENTS' }];
  const put = await putAutomation(world, 'a', automationBody([{ ...action, actionType: 'logicapp' }], { sources }));
  const properties = (put.body as { properties: JsonObject }).properties;
  assert.deepEqual(properties['sources'], [
    {
      eventSource: 'Alerts',
      ruleSets: [{ rules: [{ propertyJPath: 'x', propertyType: 'String', expectedValue: 'y', operator: 'Contains' }] }],
    },
    { eventSource: 'Assessments', ruleSets: [] },
  ]);
});

test('a delete is 204, also when there was nothing; a get is then 404', async () => {
  const { world, action } = await start();
  await putAutomation(world, 'a', automationBody([action]));
  for (let turn = 0; turn < 2; turn += 1)
    assert.equal((await world.call('DELETE', `${automationId('a')}?${version}`)).status, 204);
  const gone = await world.call('GET', `${automationId('a')}?${version}`);
  assert.deepEqual([gone.status, codeOf(gone)], [404, 'ResourceNotFound']);
  assert.equal((await ingest(world, alert('1'))).events[0]?.runs.length, 0);
});

test('a put that leaves the callback out keeps it, and isEnabled too', async () => {
  const { world, action } = await start();
  const other = {
    actionType: 'LogicApp',
    logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/elsewhere`,
    uri: 'https://elsewhere.test/hook',
  };
  await putAutomation(world, 'a', automationBody([action, other], { isEnabled: false }));
  const { uri: _uri, ...bare } = other;
  const again = await putAutomation(world, 'a', automationBody([bare, action]));
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assert.equal((again.body as { properties: JsonObject }).properties['isEnabled'], false);
  const patched = await world.call('PATCH', `${automationId('a')}?api-version=2023-12-01-preview`, {
    body: { properties: { isEnabled: true } },
  });
  assert.equal(patched.status, 200, JSON.stringify(patched.body));
  await ingest(world, alert('1'));
  assert.equal(world.runs.length, 1);
  const pending = world.store.documents.list({ collection: 'deliveries', status: 'Pending' });
  assert.equal(pending.length + world.sent.length > 0, true);
});

test('any url is taken without being called or checked', async () => {
  const { world } = await start();
  const action = {
    actionType: 'LogicApp',
    logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/nowhere`,
    uri: 'https://example.test/never_called',
  };
  assert.equal((await putAutomation(world, 'a', automationBody([action]))).status, 201);
  assert.deepEqual(world.sent, []);
});

test('what is wrong is refused with its place, and validate says the same', async () => {
  const { world, action } = await start();
  const rule = { propertyJPath: 'Severity', propertyType: 'String', expectedValue: 'x', operator: 'GreaterThan' };
  const bad: readonly (readonly [JsonObject, string, string | undefined])[] = [
    [automationBody([action], { scopes: [] }), 'InvalidAutomation', 'properties.scopes'],
    [automationBody([action], { sources: [] }), 'InvalidAutomation', 'properties.sources'],
    [automationBody([]), 'InvalidAutomation', 'properties.actions'],
    [
      automationBody([action], { scopes: [{ scopePath: '/subscriptions/other' }] }),
      'InvalidAutomation',
      'properties.scopes[0].scopePath',
    ],
    [
      automationBody([action], { sources: [{ eventSource: 'Alerts', ruleSets: [{ rules: [rule] }] }] }),
      'InvalidAutomation',
      'properties.sources[0].ruleSets[0].rules[0].operator',
    ],
    [automationBody([{ actionType: 'Pager' }]), 'InvalidAutomation', 'properties.actions[0].actionType'],
    [
      automationBody([{ actionType: 'EventHub', eventHubResourceId: 'x' }]),
      'InvalidAutomation',
      'properties.actions[0].eventHubResourceId',
    ],
    [
      automationBody([{ actionType: 'EventHub', eventHubResourceId: hub }]),
      'InvalidAutomation',
      'properties.actions[0].connectionString',
    ],
    [
      automationBody([{ actionType: 'EventHub', eventHubResourceId: hub, connectionString: 'Endpoint=sb://x/' }]),
      'InvalidAutomation',
      'properties.actions[0].connectionString',
    ],
    [
      { ...automationBody([action]), tags: { 'tocsin-max-starts-per-hour': '0' } },
      'InvalidAutomation',
      'tags.tocsin-max-starts-per-hour',
    ],
    [
      { ...automationBody([action]), tags: { 'tocsin-once-per': '5 minutes' } },
      'InvalidAutomation',
      'tags.tocsin-once-per',
    ],
    [
      { ...automationBody([action]), tags: { 'tocsin-dedup-key': 'Severity' } },
      'InvalidAutomation',
      'tags.tocsin-dedup-key',
    ],
    [{ ...automationBody([action]), tags: { 'tocsin-dry-run': 'yes' } }, 'InvalidAutomation', 'tags.tocsin-dry-run'],
    [automationBody([{ ...action, uri: 'ftp://x' }]), 'InvalidAutomation', 'properties.actions[0].uri'],
    [
      automationBody([{ actionType: 'LogicApp', logicAppResourceId: 'x' }]),
      'InvalidAutomation',
      'properties.actions[0].logicAppResourceId',
    ],
    [
      automationBody([
        { actionType: 'LogicApp', logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/none` },
      ]),
      'InvalidAutomation',
      'properties.actions[0].logicAppResourceId',
    ],
    [
      automationBody([{ actionType: 'Workspace', workspaceResourceId: '/x' }]),
      'InvalidAutomation',
      'properties.actions[0].workspaceResourceId',
    ],
    [{ properties: automationBody([action])['properties'] ?? null }, 'LocationRequired', 'location'],
  ];
  for (const [body, code, target] of bad) {
    const put = await putAutomation(world, 'bad', body);
    assert.deepEqual([put.status, codeOf(put)], [400, code], JSON.stringify(put.body));
    const error = (put.body as { error: JsonObject }).error;
    assert.equal(error['target'], target);
    const validated = await world.call('POST', `${automationId('bad')}/validate?${version}`, { body });
    assert.deepEqual([validated.status, validated.body], [200, { isValid: false, message: error['message'] }]);
  }
  const fine = await world.call('POST', `${automationId('new')}/validate?${version}`, {
    body: automationBody([action]),
  });
  assert.equal((fine.body as JsonObject)['isValid'], true);
  assert.equal(world.store.resources.list({ type: 'Microsoft.Security/automations' }).length, 0);
});

test('a name outside the rule is refused', async () => {
  const { world, action } = await start();
  for (const name of ['a b', 'x.', 'a'.repeat(261)]) {
    const put = await world.call('PUT', `${automationId(encodeURIComponent(name))}?${version}`, {
      body: automationBody([action]),
    });
    assert.deepEqual([put.status, codeOf(put)], [400, 'InvalidResourceName'], name);
  }
});

test('an etag in the body or in If-Match that is stale is 412, in a first put it is ignored', async () => {
  const { world, action } = await start();
  const body = automationBody([action]);
  const created = await putAutomation(world, 'a', { ...body, etag: 'anything' });
  assert.equal(created.status, 201);
  const { etag } = created.body as { etag: string };
  assert.equal((await putAutomation(world, 'a', { ...body, etag })).status, 200);
  const stale = await putAutomation(world, 'a', { ...body, etag });
  assert.deepEqual([stale.status, codeOf(stale)], [412, 'PreconditionFailed']);
  const header = await world.call('PUT', `${automationId('a')}?${version}`, { body, headers: { 'if-match': etag } });
  assert.equal(header.status, 412);
});

test('without the right to list callbacks the server resolves none; with a url given it needs none', async () => {
  const { world, app, action } = await start();
  const securityAdmin: Identity = {
    objectId: '5a5a5a5a-0000-4000-8000-000000000001',
    displayName: 'sa',
    kind: 'ServicePrincipal',
  };
  const assignment = `${subscription}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`;
  const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/fb1c8493-542b-48eb-b624-b4c8fea62acd';
  const assigned = await world.call('PUT', `${assignment}?api-version=2022-04-01`, {
    body: { properties: { roleDefinitionId, principalId: securityAdmin.objectId, principalType: 'ServicePrincipal' } },
  });
  assert.equal(assigned.status, 201, JSON.stringify(assigned.body));
  const put = (body: JsonObject) => world.call('PUT', `${automationId('a')}?${version}`, { body, as: securityAdmin });
  const refused = await put(automationBody([action]));
  assert.deepEqual([refused.status, codeOf(refused)], [403, 'LinkedAuthorizationFailed']);
  const callback = await world.call('POST', `${app}/triggers/manual/listCallbackUrl?api-version=2019-05-01`, {
    as: admin,
  });
  const uri = (callback.body as { value: string }).value;
  assert.equal((await put(automationBody([{ ...action, uri }]))).status, 201);
});

test('the server picks the trigger that takes the events, by connector and path, before a request trigger', async () => {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app', {
    manual: { type: 'Request', kind: 'Http', inputs: {} },
    Any_name: connectorTrigger('/Microsoft.Security/Alert/subscribe'),
    Rec: connectorTrigger('/microsoft.security/assessment/subscribe'),
  });
  const action = { actionType: 'LogicApp', logicAppResourceId: app };
  await putAutomation(world, 'alerts', automationBody([action]));
  await putAutomation(world, 'findings', automationBody([action], { sources: [{ eventSource: 'SubAssessments' }] }));
  await ingest(world, alert('1'));
  assert.equal(world.runs[0]?.trigger.name, 'Any_name');
});

test('a logic app with nothing but a legacy or another trigger is not eligible', async () => {
  const world = await securityWorld();
  const legacy = await putLogicApp(world, 'legacy', {
    When_a_response_to_an_Azure_Security_Center_alert_is_triggered: connectorTrigger('/subscribe'),
  });
  const timed = await putLogicApp(world, 'timed', {
    Every: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } },
  });
  for (const logicAppResourceId of [legacy, timed]) {
    const put = await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId }]));
    assert.deepEqual([put.status, codeOf(put)], [400, 'LogicAppNotEligible']);
    assert.match(JSON.stringify(put.body), /When an Azure Security Center Alert/);
  }
  const withUri = await putAutomation(
    world,
    'a',
    automationBody([{ actionType: 'LogicApp', logicAppResourceId: legacy, uri: 'https://x.test/' }]),
  );
  assert.equal(codeOf(withUri), 'LogicAppNotEligible');
  const list = await world.call('GET', '/tocsin/v1/eligibleLogicApps?eventSource=Alerts');
  const rows = (list.body as { value: JsonObject[] }).value.map(({ triggerName, eligible, reason }) => [
    triggerName,
    eligible,
    (reason as string).split(':')[0],
  ]);
  assert.deepEqual(rows, [
    ['When_a_response_to_an_Azure_Security_Center_alert_is_triggered', false, 'legacy trigger'],
    ['Every', false, 'not a trigger of workflow automation'],
  ]);
});

test('the location of an automation cannot change', async () => {
  const { world, action } = await start();
  await putAutomation(world, 'a', automationBody([action]));
  const moved = await putAutomation(world, 'a', { ...automationBody([action]), location: 'northeurope' });
  assert.deepEqual([moved.status, codeOf(moved)], [409, 'InvalidResourceLocation']);
});

test('an automation goes with its resource group and fires no more', async () => {
  const { world, app } = await start();
  await world.call('PUT', `${subscription}/resourceGroups/other?api-version=2021-04-01`, {
    body: { location: 'westeurope' },
  });
  const id = `${subscription}/resourceGroups/other/providers/Microsoft.Security/automations/a`;
  const put = await world.call('PUT', `${id}?${version}`, {
    body: automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }]),
  });
  assert.equal(put.status, 201);
  assert.equal((await ingest(world, alert('1'))).events[0]?.runs.length, 1);
  await world.store.commit([{ kind: 'deleteResource', id }]);
  assert.equal((await ingest(world, alert('2'))).events[0]?.runs.length, 0);
});
