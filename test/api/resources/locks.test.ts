/** Management locks: what they stop, for whom, and how they go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, memberOf, textMember } from '#foundation';
import { codeOf, type Harness, messageOf, settle, startHarness, subscription, valueOf } from '../harness.ts';

const group = `${subscription}/resourceGroups/rg`;
const vm = `${group}/providers/Microsoft.Compute/virtualMachines/vm1`;
const network = `${group}/providers/Microsoft.Network/virtualNetworks/net`;
const locks = 'providers/Microsoft.Authorization/locks';

async function withMachine(): Promise<Harness> {
  const api = await startHarness();
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  assert.equal((await api.call('PUT', vm, { body: { location: 'westeurope', properties: {} } })).status, 201);
  return api;
}

async function lock(api: Harness, scope: string, level: string): Promise<string> {
  const id = `${scope}/${locks}/keep`;
  const { status, body } = await api.call('PUT', id, { body: { properties: { level, notes: 'why' } } });
  assert.ok(status === 201 || status === 200, JSON.stringify(body));
  return id;
}

for (const [where, scope] of [
  ['subscription', subscription],
  ['group', group],
  ['resource', vm],
] as const) {
  test(`what a lock of the ${where} forbids to delete stays, may change, and goes when the lock is gone`, async () => {
    const api = await withMachine();
    const id = await lock(api, scope, 'CanNotDelete');
    const refused = await api.call('DELETE', vm);
    assert.equal(refused.status, 409);
    assert.equal(codeOf(refused), 'ScopeLocked');
    assert.ok(messageOf(refused).includes(`'${scope}'`), messageOf(refused));
    assert.equal((await api.call('GET', vm)).status, 200);
    assert.equal((await api.call('PATCH', vm, { body: { tags: { a: 'b' } } })).status, 200);
    assert.equal((await api.call('DELETE', id)).status, 200);
    assert.equal((await api.call('DELETE', vm)).status, 200);
  });
}

test('a read-only lock stops changes and actions, and lets read', async () => {
  const api = await withMachine();
  await lock(api, group, 'readonly');
  for (const [method, path, body] of [
    ['PUT', vm, { location: 'westeurope', properties: {} }],
    ['PATCH', vm, { tags: {} }],
    ['POST', `${vm}/deallocate`, undefined],
    ['PUT', network, { location: 'westeurope', properties: {} }],
    ['DELETE', vm, undefined],
    ['DELETE', group, undefined],
  ] as const) {
    const answer = await api.call(method, path, body === undefined ? {} : { body: body as Json });
    assert.equal(codeOf(answer), 'ScopeLocked', `${method} ${path}`);
  }
  assert.equal((await api.call('GET', vm)).status, 200);
  assert.equal((await api.call('GET', `${group}/resources`)).status, 200);
});

test('a group or resource with a locked one inside is not deleted', async () => {
  const api = await withMachine();
  await lock(api, vm, 'CanNotDelete');
  const refused = await api.call('DELETE', group);
  assert.equal(codeOf(refused), 'ScopeLocked');
  assert.ok(messageOf(refused).includes(`'${vm}'`));
  await settle();
  assert.equal((await api.call('GET', vm)).status, 200);
});

test('a read-only scope keeps its roles, but its locks can be changed and removed', async () => {
  const api = await withMachine();
  const id = await lock(api, group, 'ReadOnly');
  const role = `${group}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-00000000abcd`;
  assert.equal(
    codeOf(await api.call('PUT', `${role}?api-version=2022-04-01`, { body: { properties: {} } })),
    'ScopeLocked',
  );
  assert.equal((await api.call('PUT', id, { body: { properties: { level: 'CanNotDelete' } } })).status, 200);
  assert.equal((await api.call('PATCH', vm, { body: { tags: { a: 'b' } } })).status, 200);
  assert.equal((await api.call('DELETE', id)).status, 200);
  assert.equal((await api.call('DELETE', vm)).status, 200);
});

test('a lock without a level that there is, is refused and changes nothing', async () => {
  const api = await withMachine();
  for (const properties of [{}, { level: 'Sometimes' }, { level: 3 }]) {
    const answer = await api.call('PUT', `${vm}/${locks}/keep`, { body: { properties } });
    assert.equal(answer.status, 400);
    assert.equal(codeOf(answer), 'InvalidLockLevel');
  }
  const id = await lock(api, vm, 'ReadOnly');
  assert.equal(codeOf(await api.call('PATCH', id, { body: { properties: { level: 'None' } } })), 'InvalidLockLevel');
  assert.equal(codeOf(await api.call('DELETE', vm)), 'ScopeLocked');
});

test('the locks of a subscription and of a group are listed with those below', async () => {
  const api = await withMachine();
  await lock(api, vm, 'ReadOnly');
  for (const scope of [subscription, group, vm]) {
    const listed = await api.call('GET', `${scope}/${locks}?api-version=2016-09-01`);
    assert.deepEqual(
      valueOf(listed).map((one) => [textMember(one, 'type'), textMember(memberOf(one, 'properties'), 'level')]),
      [['Microsoft.Authorization/locks', 'ReadOnly']],
      scope,
    );
  }
});
