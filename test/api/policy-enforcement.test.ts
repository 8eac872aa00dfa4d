import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArmResponse, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { activityCollection } from '#service';
import { codeOf, type Harness, messageOf, settle, startHarness, subscription } from './harness.ts';

const provider = '/providers/Microsoft.Authorization';
const group = `${subscription}/resourceGroups/web`;
const accounts = 'Microsoft.Storage/storageAccounts';
const account = `${group}/providers/${accounts}/one`;
const version = '?api-version=2024-05-01';
const contributor = '/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c';

async function start(): Promise<Harness> {
  const api = await startHarness();
  assert.equal((await api.call('PUT', group, { body: { location: 'westeurope' } })).status, 201);
  return api;
}

interface Wanted {
  readonly if: JsonObject;
  readonly effect: string;
  readonly details?: Json;
  readonly mode?: string;
  readonly scope?: string;
  /** Of the assignment. */
  readonly more?: JsonObject;
}

/** Makes a definition and assigns it under the same name. */
async function force(api: Harness, name: string, wanted: Wanted): Promise<void> {
  const { if: condition, effect, details, mode = 'All', scope = subscription, more = {} } = wanted;
  const policyDefinitionId = `${subscription}${provider}/policyDefinitions/${name}`;
  // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
  const policyRule = { if: condition, then: { effect, ...(details === undefined ? {} : { details }) } };
  const made = await api.call('PUT', `${policyDefinitionId}${version}`, {
    body: { properties: { displayName: `Definition ${name}`, mode, policyRule } },
  });
  assert.equal(made.status, 201, messageOf(made));
  const assigned = await api.call('PUT', `${scope}${provider}/policyAssignments/${name}${version}`, {
    body: {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: { displayName: `Assignment ${name}`, policyDefinitionId, ...more },
    },
  });
  assert.equal(assigned.status, 201, messageOf(assigned));
}

const isAccount: JsonObject = { field: 'type', equals: accounts };
const isOpen: JsonObject = {
  allOf: [isAccount, { field: `${accounts}/supportsHttpsTrafficOnly`, notEquals: true }],
};

function put(api: Harness, body: JsonObject = {}, id = account): Promise<ArmResponse> {
  return api.call('PUT', id, { body: { location: 'westeurope', ...body } });
}

function activities(api: Harness): readonly (string | undefined)[] {
  return api.services.store.documents
    .list({ collection: activityCollection })
    .map(({ body }) => textMember(memberOf(body, 'operationName'), 'value'))
    .filter((operation) => operation?.startsWith('Microsoft.Authorization/policies/'));
}

const secure: JsonObject = { properties: { supportsHttpsTrafficOnly: true } };

test('deny refuses a write with everything that tells why, and stores nothing', async () => {
  const api = await start();
  await force(api, 'https', { if: isOpen, effect: 'deny' });
  const refused = await put(api);
  assert.equal(refused.status, 403);
  assert.equal(codeOf(refused), 'RequestDisallowedByPolicy');
  const assignmentId = `${subscription}${provider}/policyAssignments/https`;
  const definitionId = `${subscription}${provider}/policyDefinitions/https`;
  assert.equal(
    messageOf(refused),
    `Resource 'one' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"Assignment https","id":"${assignmentId}"},"policyDefinition":{"name":"Definition https","id":"${definitionId}"}}]'.`,
  );
  const error = memberOf(refused.body, 'error');
  assert.equal(textMember(error, 'target'), 'one');
  const [violation] = memberOf(error, 'additionalInfo') as readonly [Json];
  assert.equal(textMember(violation, 'type'), 'PolicyViolation');
  const info = memberOf(violation, 'info');
  assert.equal(textMember(info, 'policyDefinitionEffect'), 'deny');
  assert.equal(textMember(info, 'policyAssignmentScope'), subscription);
  assert.deepEqual(memberOf(memberOf(info, 'evaluationDetails'), 'evaluatedExpressions'), [
    {
      result: 'True',
      expressionKind: 'Field',
      expression: 'type',
      path: 'type',
      expressionValue: accounts,
      targetValue: accounts,
      operator: 'Equals',
    },
    {
      result: 'True',
      expressionKind: 'Field',
      expression: `${accounts}/supportsHttpsTrafficOnly`,
      path: 'properties.supportsHttpsTrafficOnly',
      targetValue: true,
      operator: 'NotEquals',
    },
  ]);
  assert.equal((await api.call('GET', account)).status, 404);
  assert.deepEqual(activities(api), ['Microsoft.Authorization/policies/deny/action']);
  const [event] = api.services.store.policyRecords.list({ kind: 'events' });
  assert.deepEqual([event?.state, event?.resource], ['NonCompliant', account.toLowerCase()]);
  assert.equal((await put(api, secure)).status, 201);
  const patched = await api.call('PATCH', account, { body: { properties: { supportsHttpsTrafficOnly: false } } });
  assert.equal(patched.status, 403);
});

test('a message of the assignment is the reason; exempted and not-enforced scopes are let through', async () => {
  const api = await start();
  await force(api, 'https', {
    if: isOpen,
    effect: 'deny',
    more: { nonComplianceMessages: [{ message: 'Use HTTPS.' }] },
  });
  assert.equal(
    messageOf(await put(api)),
    "Resource 'one' was disallowed by policy. Reasons: 'Use HTTPS.'. See error details for policy resource IDs.",
  );
  const assignmentId = `${subscription}${provider}/policyAssignments/https`;
  const exemption = `${group}${provider}/policyExemptions/e?api-version=2022-07-01-preview`;
  const properties = { policyAssignmentId: assignmentId, exemptionCategory: 'Waiver' };
  assert.equal((await api.call('PUT', exemption, { body: { properties } })).status, 201);
  assert.equal((await put(api)).status, 201);
  assert.equal((await api.call('DELETE', exemption)).status, 200);
  assert.equal((await put(api)).status, 403);
  await api.call('PATCH', `${assignmentId}${version}`, { body: { properties: { enforcementMode: 'DoNotEnforce' } } });
  assert.equal((await put(api)).status, 200);
});

test('an error in a rule that applies denies; a rule for other types does not', async () => {
  const api = await start();
  await force(api, 'broken', {
    if: { allOf: [isAccount, { value: "[int(field('kind'))]", greater: 1 }] },
    effect: 'audit',
  });
  const refused = await put(api, { kind: 'StorageV2' });
  assert.equal(codeOf(refused), 'RequestDisallowedByPolicy');
  const [violation] = memberOf(memberOf(refused.body, 'error'), 'additionalInfo') as readonly [Json];
  assert.ok(textMember(memberOf(memberOf(violation, 'info'), 'evaluationDetails'), 'reason'));
  const other = `${group}/providers/Microsoft.Network/publicIPAddresses/ip`;
  assert.equal((await put(api, {}, other)).status, 201);
});

test('audit lets a write through and tells the activity log', async () => {
  const api = await start();
  await force(api, 'https', { if: isOpen, effect: 'audit' });
  assert.equal((await put(api)).status, 201);
  assert.deepEqual(activities(api), ['Microsoft.Authorization/policies/audit/action']);
});

function modify(...operations: readonly Json[]): JsonObject {
  return { roleDefinitionIds: [contributor], operations };
}

const addTag = (value: string): JsonObject => ({ operation: 'add', field: 'tags.owner', value });

test('modify changes what is stored, before deny looks at it', async () => {
  const api = await start();
  const https = { operation: 'addOrReplace', field: `${accounts}/supportsHttpsTrafficOnly`, value: true };
  await force(api, 'make-https', { if: isAccount, effect: 'modify', details: modify(https, addTag('team')) });
  await force(api, 'https', { if: isOpen, effect: 'deny' });
  await force(api, 'owned', { if: { allOf: [isAccount, { field: 'tags.owner', exists: false }] }, effect: 'deny' });
  const made = await put(api, { properties: { supportsHttpsTrafficOnly: false } });
  assert.equal(made.status, 201, messageOf(made));
  assert.equal(memberOf(memberOf(made.body, 'properties'), 'supportsHttpsTrafficOnly'), true);
  assert.equal(textMember(memberOf(made.body, 'tags'), 'owner'), 'team');
  const patched = await api.call('PATCH', account, {
    body: { properties: { supportsHttpsTrafficOnly: false, other: 1 } },
  });
  assert.equal(memberOf(memberOf(patched.body, 'properties'), 'supportsHttpsTrafficOnly'), true);
  assert.equal(memberOf(memberOf(patched.body, 'properties'), 'other'), 1);
  const retagged = await api.call('PATCH', account, { body: { tags: { cost: '7' } } });
  assert.deepEqual(memberOf(retagged.body, 'tags'), { cost: '7', owner: 'team' });
});

test('append adds what is missing and denies what is different', async () => {
  const api = await start();
  const details = [{ field: 'tags.owner', value: 'team' }];
  await force(api, 'owner', { if: isAccount, effect: 'append', details });
  const made = await put(api);
  assert.equal(textMember(memberOf(made.body, 'tags'), 'owner'), 'team');
  assert.equal((await put(api, { tags: { owner: 'team' } })).status, 200);
  assert.equal(codeOf(await put(api, { tags: { owner: 'other' } })), 'RequestDisallowedByPolicy');
});

test('of two modifications of one field the strict one wins, two strict ones deny, two lenient ones do nothing', async () => {
  const api = await start();
  const lenient = (value: string): JsonObject => ({ ...modify(addTag(value)), conflictEffect: 'audit' });
  await force(api, 'a', { if: isAccount, effect: 'modify', details: lenient('a') });
  await force(api, 'b', { if: isAccount, effect: 'modify', details: lenient('b') });
  assert.deepEqual(memberOf((await put(api)).body, 'tags'), {});
  await force(api, 'c', { if: isAccount, effect: 'modify', details: modify(addTag('c')) });
  assert.deepEqual(memberOf((await put(api)).body, 'tags'), { owner: 'c' });
  await force(api, 'd', { if: isAccount, effect: 'modify', details: modify(addTag('d')) });
  assert.equal((await put(api)).status, 403);
});

test('resource groups, tags and logic apps pass the same policies', async () => {
  const api = await start();
  const isGroup: JsonObject = { field: 'type', equals: 'Microsoft.Resources/subscriptions/resourceGroups' };
  await force(api, 'group-tag', {
    if: { allOf: [isGroup, { field: "tags['cost']", exists: false }] },
    effect: 'deny',
  });
  await force(api, 'automation', {
    if: {
      allOf: [
        { field: 'type', equals: 'Microsoft.Logic/workflows' },
        { field: 'location', notIn: ['westeurope'] },
      ],
    },
    effect: 'deny',
    mode: 'Indexed',
  });
  const other = `${subscription}/resourceGroups/other`;
  assert.equal((await api.call('PUT', other, { body: { location: 'westeurope' } })).status, 403);
  assert.equal((await api.call('PUT', other, { body: { location: 'westeurope', tags: { cost: '1' } } })).status, 201);
  const tags = `${other}/providers/Microsoft.Resources/tags/default`;
  assert.equal((await api.call('PUT', tags, { body: { properties: { tags: { a: 'b' } } } })).status, 403);
  assert.equal((await api.call('PUT', tags, { body: { properties: { tags: { cost: '2' } } } })).status, 200);
  const definition = { triggers: {}, actions: {}, contentVersion: '1.0.0.0' };
  const workflow = `${group}/providers/Microsoft.Logic/workflows/w?api-version=2019-05-01`;
  const refused = await api.call('PUT', workflow, { body: { location: 'northeurope', properties: { definition } } });
  assert.equal(codeOf(refused), 'RequestDisallowedByPolicy');
});

test('denyAction keeps a resource, and its group by policies of indexed resources, but not what goes with a parent', async () => {
  const api = await start();
  const details = { actionNames: ['delete'], cascadeBehaviors: { resourceGroup: 'deny' } };
  const deny = { if: isAccount, effect: 'denyAction', details, mode: 'Indexed' };
  assert.equal((await put(api)).status, 201);
  await force(api, 'keep', deny);
  assert.equal(codeOf(await api.call('DELETE', account)), 'RequestDisallowedByPolicy');
  assert.equal((await api.call('GET', account)).status, 200);
  assert.equal(codeOf(await api.call('DELETE', group)), 'RequestDisallowedByPolicy');
  await force(api, 'keep', { ...deny, details: { ...details, cascadeBehaviors: { resourceGroup: 'allow' } } });
  assert.equal((await api.call('DELETE', group)).status, 202);
  await settle();
  assert.equal((await api.call('GET', group)).status, 404);
});

test('a deployment is refused before anything is made, with the violation as a detail', async () => {
  const api = await start();
  await force(api, 'https', { if: isOpen, effect: 'deny' });
  const resource = { type: accounts, apiVersion: '2021-04-01', location: 'westeurope' };
  const template = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources: [
      { ...resource, name: 'fine', ...secure },
      { ...resource, name: 'open' },
    ],
  };
  const id = `${group}/providers/Microsoft.Resources/deployments/d`;
  const deployment = { properties: { mode: 'Incremental', template } };
  const refused = await api.call('PUT', id, { body: deployment, rawBody: JSON.stringify(deployment) });
  assert.equal(codeOf(refused), 'InvalidTemplateDeployment');
  const [detail, second] = memberOf(memberOf(refused.body, 'error'), 'details') as readonly Json[];
  assert.equal(second, undefined);
  assert.equal(textMember(detail, 'code'), 'RequestDisallowedByPolicy');
  assert.equal(textMember(detail, 'target'), `${group}/providers/${accounts}/open`);
  assert.ok(memberOf(detail, 'additionalInfo'));
  assert.equal((await api.call('GET', `${group}/providers/${accounts}/fine`)).status, 404);
});
