/** Check access: which assignment grants an operation, which pattern takes it away, and who may ask about whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, memberOf } from '#foundation';
import { type Harness, principal, startHarness, subscription } from './harness.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const someone = '11111111-1111-4111-8111-111111111111';
const group = `${subscription}/resourceGroups/rg`;
const provider = 'providers/Microsoft.Authorization';

async function world(): Promise<Harness> {
  const api = await startHarness();
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  return api;
}

async function give(api: Harness, scope: string, role: string, number: number): Promise<void> {
  const name = `aaaaaaaa-0000-4000-8000-00000000000${number}`;
  const properties = {
    roleDefinitionId: `/${provider}/roleDefinitions/${role}`,
    principalId: someone,
    principalType: 'User',
  };
  const path = `${scope}/${provider}/roleAssignments/${name}?api-version=2022-04-01`;
  assert.equal((await api.call('PUT', path, { body: { properties } })).status, 201);
}

async function check(api: Harness, action: string | undefined, scope = group): Promise<JsonObject> {
  const body = { principalId: someone, scope, ...(action === undefined ? {} : { action }) };
  const { status, body: answer } = await api.call('POST', '/tocsin/v1/checkAccess', { body });
  assert.equal(status, 200, JSON.stringify(answer));
  return answer as JsonObject;
}

const first = (answer: JsonObject): JsonObject => (memberOf(answer, 'assignments') as readonly JsonObject[])[0] ?? {};

test('an assignment above the scope grants, and the pattern of its role is named', async () => {
  const api = await world();
  await give(api, subscription, reader, 1);
  const answer = await check(api, 'Microsoft.Logic/workflows/read');
  assert.equal(answer['allowed'], true);
  assert.deepEqual(
    [first(answer)['roleName'], first(answer)['scope'], first(answer)['matchedBy']],
    ['Reader', subscription, '*/read'],
  );
});

test('an operation that notActions remove is refused, with both patterns', async () => {
  const api = await world();
  await give(api, group, contributor, 1);
  const answer = await check(api, 'Microsoft.Authorization/roleAssignments/write');
  assert.equal(answer['allowed'], false);
  assert.equal(first(answer)['matchedBy'], '*');
  assert.equal(first(answer)['removedBy'], 'Microsoft.Authorization/*/Write');
});

test('what one role takes away another one grants, which then stands first', async () => {
  const api = await world();
  await give(api, group, contributor, 1);
  await give(api, subscription, owner, 2);
  const answer = await check(api, 'Microsoft.Authorization/roleAssignments/write');
  assert.equal(answer['allowed'], true);
  assert.equal(first(answer)['roleName'], 'Owner');
});

test('assignments below or beside the scope do not count', async () => {
  const api = await world();
  await give(api, group, owner, 1);
  const answer = await check(api, 'Microsoft.Logic/workflows/write', subscription);
  assert.equal(answer['allowed'], false);
  assert.deepEqual(answer['assignments'], []);
});

test('the answer is what a call meets', async () => {
  const api = await world();
  await give(api, group, contributor, 1);
  for (const action of [
    'Microsoft.Logic/workflows/write',
    'Microsoft.Authorization/roleAssignments/write',
    'Nobody.Has/this/read',
  ]) {
    const allowed = api.access.allowed(principal(someone), action, group);
    assert.equal((await check(api, action))['allowed'], allowed, action);
  }
});

test('without an operation the roles alone are told', async () => {
  const api = await world();
  await give(api, group, reader, 1);
  const answer = await check(api, undefined);
  assert.equal('allowed' in answer, false);
  assert.equal('grants' in first(answer), false);
  assert.equal(first(answer)['roleName'], 'Reader');
});

test('everybody may ask about themselves, about others only who may read role assignments', async () => {
  const api = await world();
  const body = { principalId: someone, scope: group };
  const as = principal('22222222-2222-4222-8222-222222222222');
  assert.equal((await api.call('POST', '/tocsin/v1/checkAccess', { body, as })).status, 403);
  assert.equal((await api.call('POST', '/tocsin/v1/checkAccess', { body, as: principal(someone) })).status, 200);
});

test('a scope or an operation that is none is refused', async () => {
  const api = await world();
  for (const body of [{ scope: 'nowhere' }, { scope: group, action: 'everything' }, { scope: group, action: 7 }]) {
    assert.equal((await api.call('POST', '/tocsin/v1/checkAccess', { body })).status, 400, JSON.stringify(body));
  }
});
