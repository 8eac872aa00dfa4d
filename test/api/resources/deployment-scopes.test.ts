/** Deployments at every scope and across scopes, their rights, their history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type JsonObject, textMember } from '#foundation';
import { codeOf, messageOf, principal, settle, startHarness, subscription, valueOf } from '../harness.ts';
import { at, body, deployed, deployments, group, stateOf, template, widget, withGroup } from './deployment-harness.ts';

const location = 'westeurope';
const groups = '/providers/Microsoft.Management/managementGroups';

function nested(name: string, more: JsonObject, inner: JsonObject): JsonObject {
  return {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name,
    ...more,
    properties: { mode: 'Incremental', expressionEvaluationOptions: { scope: 'inner' }, template: template(inner) },
  };
}

const widgetIn = (where: string): JsonObject =>
  nested(`in-${where}`, { resourceGroup: where, dependsOn: [where] }, { resources: [widget(`w-${where}`)] });

const groupCalled = (name: string): JsonObject => ({
  type: 'Microsoft.Resources/resourceGroups',
  apiVersion: '2021-04-01',
  name,
  location,
});

/** The last segment of an id. */
function lastOf(value: Json, member: string): string | undefined {
  return textMember(value, member)?.split('/').at(-1);
}

test('a tenant deployment makes a management group, and below it a subscription deployment with a group and a resource', async () => {
  const api = await startHarness();
  const below = nested(
    'below',
    { location, subscriptionId: subscription.slice('/subscriptions/'.length), dependsOn: ['soc'] },
    {
      resources: [groupCalled('deep'), widgetIn('deep')],
      outputs: { scope: { type: 'string', value: '[subscription().id]' } },
    },
  );
  const request = body({
    resources: [
      {
        type: 'Microsoft.Management/managementGroups',
        apiVersion: '2021-04-01',
        name: 'soc',
        properties: { displayName: 'SOC' },
      },
      nested(
        'inside',
        { location, scope: 'Microsoft.Management/managementGroups/soc', dependsOn: ['soc'] },
        {
          outputs: { name: { type: 'string', value: '[managementGroup().properties.displayName]' } },
        },
      ),
      below,
    ],
    outputs: {
      scope: { type: 'string', value: "[reference('below').outputs.scope.value]" },
      name: { type: 'string', value: "[reference('inside').outputs.name.value]" },
      tenant: { type: 'string', value: '[tenant().id]' },
    },
  });
  const path = '/providers/Microsoft.Resources/deployments/whole';
  const put = await api.call('PUT', path, { body: { ...request, location } });
  assert.equal(put.status, 201, JSON.stringify(put.body));
  await settle();
  const read = await api.call('GET', path);
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(at(read.body, 'properties', 'error')));
  assert.equal(at(read.body, 'properties', 'outputs', 'scope', 'value'), subscription);
  assert.equal(at(read.body, 'properties', 'outputs', 'name', 'value'), 'SOC');
  assert.equal((await api.call('GET', `${groups}/soc`)).status, 200);
  const made = `${subscription}/resourceGroups/deep/providers/Contoso.Widgets/widgets/w-deep`;
  assert.equal((await api.call('GET', made)).status, 200);
  const own = `${groups}/soc/providers/Microsoft.Resources/deployments`;
  assert.deepEqual(
    valueOf(await api.call('GET', own)).map(({ name }) => name),
    ['inside'],
  );
});

test('validation and preview follow nested deployments into groups that do not exist yet', async () => {
  const api = await startHarness();
  const request = { ...body({ resources: [groupCalled('new'), widgetIn('new')] }), location };
  const path = `${subscription}/providers/Microsoft.Resources/deployments/wide`;
  const valid = await api.call('POST', `${path}/validate`, { body: request });
  assert.equal(valid.status, 200, JSON.stringify(valid.body));
  const ids = (at(valid.body, 'properties', 'validatedResources') as readonly JsonObject[]).map(({ id }) => id);
  assert.ok(ids.includes(`${subscription}/resourceGroups/new/providers/Contoso.Widgets/widgets/w-new`));
  const accepted = await api.call('POST', `${path}/whatIf`, { body: request });
  const answer = await api.call('GET', (accepted.headers?.['location'] ?? '').replace(/^https:\/\/[^/]+/, ''));
  const changes = at(answer.body, 'properties', 'changes') as readonly JsonObject[];
  assert.deepEqual(
    changes.map((one) => [lastOf(one, 'resourceId'), one['changeType']]),
    [
      ['new', 'Create'],
      ['w-new', 'Create'],
    ],
  );
  const broken = {
    ...body({
      resources: [
        groupCalled('new'),
        nested('bad', { resourceGroup: 'new', dependsOn: ['new'] }, { resources: [widget('[nothing()]')] }),
      ],
    }),
    location,
  };
  const refused = await api.call('PUT', path, { body: broken });
  assert.equal(codeOf(refused), 'InvalidTemplate');
  assert.match(messageOf(refused), /'nothing' is not valid/);
  assert.equal(lastOf(at(refused.body, 'error') ?? {}, 'target'), 'bad');
  assert.equal((await api.call('GET', path)).status, 404);
});

test('a resource deep in nested deployments that the caller may not write refuses the whole beforehand', async () => {
  const api = await withGroup();
  const someone = '22222222-2222-4222-8222-222222222222';
  await api.call('PUT', `${subscription}/resourceGroups/closed`, { body: { location } });
  await api.call(
    'PUT',
    `${group}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111?api-version=2022-04-01`,
    {
      body: {
        properties: {
          // Contributor of the one group only.
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`,
          principalId: someone,
          principalType: 'ServicePrincipal',
        },
      },
    },
  );
  const across = nested('across', { resourceGroup: 'closed' }, { resources: [widget('w')] });
  const put = await api.call('PUT', `${deployments}/x`, {
    body: body({ resources: [widget('fine'), across] }),
    as: principal(someone),
  });
  assert.equal(codeOf(put), 'InvalidTemplateDeployment');
  const details = at(put.body, 'error', 'details') as readonly JsonObject[];
  assert.deepEqual(
    details.map((one) => lastOf(one, 'target')),
    ['across', 'w'],
  );
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/fine`)).status, 404);
  // Without rights in the preflight the writes are refused one by one.
  const unchecked = body({ resources: [widget('fine'), across] }, {}, { validationLevel: 'ProviderNoRbac' });
  const valid = await api.call('POST', `${deployments}/x/validate`, { body: unchecked, as: principal(someone) });
  assert.equal(valid.status, 200, JSON.stringify(valid.body));
  await api.call('PUT', `${deployments}/x`, { body: unchecked, as: principal(someone) });
  await settle();
  const read = await api.call('GET', `${deployments}/x`);
  assert.equal(stateOf(read), 'Failed');
  assert.match(JSON.stringify(at(read.body, 'properties', 'error')), /AuthorizationFailed/);
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/fine`)).status, 200);
  const word = await api.call('POST', `${deployments}/x/validate`, { body: body({}, {}, { validationLevel: 'Some' }) });
  assert.equal(codeOf(word), 'InvalidRequestContent');
});

test('cancelling a deployment cancels those nested in it', async () => {
  const api = await withGroup();
  const inner = nested('inner', {}, { resources: [widget('a'), widget('b', { dependsOn: ['a'] })] });
  const { arm } = api.services;
  const open = Promise.withResolvers<void>();
  Object.assign(api.services, {
    arm: async (request: Parameters<typeof arm>[0]) => {
      if (request.method === 'PUT' && request.path.endsWith('/a')) await open.promise;
      return arm(request);
    },
  });
  await api.call('PUT', `${deployments}/outer`, { body: body({ resources: [inner] }) });
  await settle();
  assert.equal((await api.call('POST', `${deployments}/outer/cancel`)).status, 204);
  open.resolve();
  await settle();
  for (const name of ['outer', 'inner']) {
    const read = await api.call('GET', `${deployments}/${name}`);
    assert.equal(stateOf(read), 'Canceled', name);
    assert.equal(at(read.body, 'properties', 'error', 'code'), 'DeploymentCanceled');
  }
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/b`)).status, 404);
  assert.equal((await api.call('POST', `${deployments}/outer/cancel`)).status, 409);
});

test('a scope keeps 800 deployments: the oldest that have ended make room', async () => {
  const api = await withGroup();
  await deployed(api, 'oldest', body({ resources: [widget('a')] }));
  const [record] = api.store.documents.list({ collection: 'deployments' });
  assert.ok(record !== undefined);
  const copies = Array.from({ length: 799 }, (_, index) => {
    const id = `${deployments}/copy-${index}`;
    const document = {
      ...record,
      key: id.toLowerCase(),
      time: record.time + 1 + index,
      body: { ...record.body, id, name: `copy-${index}` },
    };
    return { kind: 'putDocument' as const, document };
  });
  await api.store.commit(copies);
  api.clock.advance(5_000);
  await deployed(api, 'newest', body({ resources: [] }));
  assert.equal(api.store.documents.count({ collection: 'deployments' }), 800);
  assert.equal((await api.call('GET', `${deployments}/oldest`)).status, 404);
  assert.equal((await api.call('GET', `${deployments}/newest`)).status, 200);
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/a`)).status, 200, 'resources stay');
});
