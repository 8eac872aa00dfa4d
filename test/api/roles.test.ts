import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, memberOf, textMember } from '#foundation';
import { codeOf, type Harness, principal, startHarness, subscription, valueOf } from './harness.ts';

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const someone = '11111111-1111-4111-8111-111111111111';
const version = 'api-version=2022-04-01';
const provider = 'providers/Microsoft.Authorization';
let names = 0;

function newName(): string {
  names += 1;
  return `aaaaaaaa-0000-4000-8000-${String(names).padStart(12, '0')}`;
}

function give(api: Harness, scope: string, role: string, principalId = someone, name = newName(), more = {}) {
  const properties = {
    roleDefinitionId: `/${provider}/roleDefinitions/${role}`,
    principalId,
    principalType: 'User',
    ...more,
  };
  return api.call('PUT', `${scope}/${provider}/roleAssignments/${name}?${version}`, { body: { properties } });
}

async function withGroup(): Promise<{ api: Harness; group: string }> {
  const api = await startHarness();
  const group = `${subscription}/resourceGroups/rg`;
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  return { api, group };
}

test('a role takes effect with the answer and ends with its assignment', async () => {
  const { api, group } = await withGroup();
  const who = principal(someone);
  assert.equal((await api.call('GET', group, { as: who })).status, 403);
  const name = newName();
  const given = await give(api, group, reader, someone, name);
  assert.equal(given.status, 201);
  assert.equal(textMember(memberOf(given.body, 'properties'), 'scope'), group);
  assert.equal((await api.call('GET', group, { as: who })).status, 200);
  assert.equal((await api.call('PUT', group, { as: who, body: { location: 'westeurope' } })).status, 403);
  assert.equal(valueOf(await api.call('GET', '/subscriptions', { as: who })).length, 1, 'sees the way to its group');
  const gone = await api.call('DELETE', `${group}/${provider}/roleAssignments/${name}?${version}`);
  assert.equal(gone.status, 200);
  assert.equal(memberOf(gone.body, 'name'), name);
  assert.equal((await api.call('GET', group, { as: who })).status, 403);
  assert.equal((await api.call('DELETE', `${group}/${provider}/roleAssignments/${name}?${version}`)).status, 204);
});

test('an assignment is named by a GUID, exists once, and never changes role or principal', async () => {
  const { api, group } = await withGroup();
  assert.equal(codeOf(await give(api, group, reader, someone, 'me')), 'InvalidRoleAssignmentId');
  const name = newName();
  await give(api, group, reader, someone, name);
  assert.equal((await give(api, group, reader, someone, name)).status, 201, 'the same again');
  const twin = await give(api, group, reader);
  assert.equal(twin.status, 409);
  assert.equal(codeOf(twin), 'RoleAssignmentExists');
  assert.equal(codeOf(await give(api, group, contributor, someone, name)), 'RoleAssignmentUpdateNotPermitted');
  const unknownRole = '99999999-9999-4999-8999-999999999999';
  assert.equal(codeOf(await give(api, group, unknownRole)), 'RoleDefinitionDoesNotExist');
});

test('an unknown principal is refused unless its type is given', async () => {
  const { api, group } = await withGroup();
  const properties = { roleDefinitionId: reader, principalId: someone };
  const put = (extra: Record<string, Json>) =>
    api.call('PUT', `${group}/${provider}/roleAssignments/${newName()}?${version}`, {
      body: { properties: { ...properties, ...extra } },
    });
  assert.equal(codeOf(await put({})), 'PrincipalNotFound');
  assert.equal((await put({ principalType: 'ServicePrincipal' })).status, 201);
});

test('only who may write role assignments gives roles', async () => {
  const { api, group } = await withGroup();
  await give(api, subscription, contributor);
  const body = { properties: { roleDefinitionId: contributor, principalId: newName(), principalType: 'User' } };
  const path = `${group}/${provider}/roleAssignments/${newName()}?${version}`;
  assert.equal((await api.call('PUT', path, { as: principal(someone), body })).status, 403);
});

test('a list shows what is above and below, and atScope() leaves out what is below', async () => {
  const { api, group } = await withGroup();
  await give(api, '', reader);
  await give(api, subscription, reader);
  await give(api, group, contributor);
  const list = async (scope: string, filter = '') =>
    valueOf(await api.call('GET', `${scope}/${provider}/roleAssignments?${version}&$filter=${filter}`)).length;
  assert.equal(await list(subscription), 3);
  assert.equal(await list(subscription, 'atScope()'), 2);
  assert.equal(await list(subscription, 'atExactScope()'), 1);
  assert.equal(await list(group, `principalId%20eq%20'${someone}'`), 3);
  assert.equal(await list(group, `assignedTo('${newName()}')`), 0);
});

test('roles of a management group count in its subscriptions', async () => {
  const { api, group } = await withGroup();
  const root = '/providers/Microsoft.Management/managementGroups/00000000-0000-4000-8000-000000000000';
  await give(api, root, reader);
  assert.equal((await api.call('GET', group, { as: principal(someone) })).status, 200);
});

test('built-in roles are listed and found at any scope, and custom roles work', async () => {
  const { api, group } = await withGroup();
  const filter = encodeURIComponent("roleName eq 'security admin'");
  const [found] = valueOf(
    await api.call('GET', `${subscription}/${provider}/roleDefinitions?${version}&$filter=${filter}`),
  );
  assert.equal(found?.['name'], 'fb1c8493-542b-48eb-b624-b4c8fea62acd');
  const one = await api.call('GET', `${group}/${provider}/roleDefinitions/${reader}?${version}`);
  assert.equal(textMember(memberOf(one.body, 'properties'), 'type'), 'BuiltInRole');
  const name = newName();
  const permissions = [{ actions: ['Microsoft.Resources/subscriptions/resourceGroups/*'], notActions: ['*/delete'] }];
  const body = { properties: { roleName: 'Group keeper', permissions, assignableScopes: [subscription] } };
  const path = `${subscription}/${provider}/roleDefinitions/${name}?${version}`;
  assert.equal((await api.call('PUT', path, { body })).status, 201);
  await give(api, group, name);
  const who = principal(someone);
  assert.equal((await api.call('PUT', group, { as: who, body: { location: 'westeurope' } })).status, 200);
  assert.equal((await api.call('DELETE', group, { as: who })).status, 403);
  assert.equal(codeOf(await api.call('DELETE', path)), 'RoleDefinitionHasAssignments');
  const narrower = { properties: { ...body.properties, permissions: [{ actions: ['*/read'] }] } };
  await api.call('PUT', path, { body: narrower });
  assert.equal((await api.call('PUT', group, { as: who, body: { location: 'westeurope' } })).status, 403);
  const builtIn = `${subscription}/${provider}/roleDefinitions/${reader}?${version}`;
  assert.equal(codeOf(await api.call('PUT', builtIn, { body })), 'InvalidRoleDefinitionId');
});

test('permissions tell what the caller may do at a scope', async () => {
  const { api, group } = await withGroup();
  await give(api, group, reader);
  const at = async (scope: string) =>
    valueOf(await api.call('GET', `${scope}/${provider}/permissions?${version}`, { as: principal(someone) }));
  assert.deepEqual((await at(group))[0]?.['actions'], ['*/read']);
  assert.deepEqual(await at(subscription), []);
});

test('a condition is refused, because it would not be followed, and nothing is given', async () => {
  const { api, group } = await withGroup();
  const condition = "@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'x'";
  const refused = await give(api, group, reader, someone, newName(), { condition, conditionVersion: '2.0' });
  assert.equal(refused.status, 400);
  assert.equal(codeOf(refused), 'RoleAssignmentConditionNotSupported');
  assert.equal((await api.call('GET', group, { as: principal(someone) })).status, 403);
  assert.equal((await give(api, group, reader, someone, newName(), { condition: null })).status, 201);
});
