import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, memberOf, textMember } from '#foundation';
import { codeOf, type Harness, principal, startHarness, subscription, valueOf } from './harness.ts';

const groups = '/providers/Microsoft.Management/managementGroups';
const tenant = '00000000-0000-4000-8000-000000000000';
const subscriptionId = subscription.slice('/subscriptions/'.length);
const someone = '11111111-1111-4111-8111-111111111111';

function put(api: Harness, name: string, parent?: string, as?: ReturnType<typeof principal>) {
  const details = parent === undefined ? { parent: {} } : { parent: { id: `${groups}/${parent}` } };
  const body: Json = { name, properties: { displayName: `Group ${name}`, details } };
  return api.call('PUT', `${groups}/${name}`, { body, ...(as === undefined ? {} : { as }) });
}

function give(api: Harness, scope: string, role: string) {
  const properties = { roleDefinitionId: role, principalId: someone, principalType: 'User' };
  return api.call(
    'PUT',
    `${scope}/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-4000-8000-000000000001?api-version=2022-04-01`,
    { body: { properties } },
  );
}

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

test('the root exists and holds the first subscription', async () => {
  const api = await startHarness();
  const root = await api.call('GET', `${groups}/${tenant}?$expand=children&api-version=2021-04-01`);
  const properties = memberOf(root.body, 'properties');
  assert.equal(textMember(properties, 'displayName'), 'Tenant Root Group');
  assert.deepEqual(
    (memberOf(properties, 'children') as readonly Json[]).map((child) => memberOf(child, 'id')),
    [subscription],
  );
});

test('a group is made below the root with 200, moved, renamed, and expanded', async () => {
  const api = await startHarness();
  assert.equal((await put(api, 'a')).status, 200);
  assert.equal((await put(api, 'b', 'a')).status, 200);
  const moved = await api.call('PATCH', `${groups}/b`, {
    body: { displayName: 'Bee', parentGroupId: `${groups}/${tenant}` },
  });
  assert.equal(moved.status, 200);
  await api.call('PATCH', `${groups}/b`, { body: { parentGroupId: `${groups}/a` } });
  const read = await api.call('GET', `${groups}/b?$expand=path,ancestors&api-version=2021-04-01`);
  const properties = memberOf(read.body, 'properties');
  assert.equal(textMember(properties, 'displayName'), 'Bee');
  const details = memberOf(properties, 'details');
  assert.equal(textMember(memberOf(details, 'parent'), 'name'), 'a');
  assert.deepEqual(memberOf(details, 'managementGroupAncestors'), ['a', tenant]);
  const below = valueOf(await api.call('GET', `${groups}/${tenant}/descendants`));
  const names = below.map((item) => textMember(item, 'name') ?? '');
  assert.deepEqual(names.sort(), [subscriptionId, 'a', 'b'].sort());
  assert.equal(valueOf(await api.call('GET', groups)).length, 3);
});

test('a subscription moves between groups with 200 and takes their roles along', async () => {
  const api = await startHarness();
  await put(api, 'a');
  await give(api, `${groups}/a`, reader);
  const who = principal(someone);
  const group = `${subscription}/resourceGroups/rg`;
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  assert.equal((await api.call('GET', group, { as: who })).status, 403);
  const moved = await api.call('PUT', `${groups}/a/subscriptions/${subscriptionId}`);
  assert.equal(moved.status, 200);
  assert.equal(textMember(memberOf(memberOf(moved.body, 'properties'), 'parent'), 'id'), `${groups}/a`);
  assert.equal((await api.call('GET', group, { as: who })).status, 200);
  assert.equal(valueOf(await api.call('GET', `${groups}/a/subscriptions`)).length, 1);
  assert.equal((await api.call('DELETE', `${groups}/a/subscriptions/${subscriptionId}`)).status, 200);
  assert.equal((await api.call('DELETE', `${groups}/a/subscriptions/${subscriptionId}`)).status, 204);
  assert.equal((await api.call('GET', group, { as: who })).status, 403);
});

test('the tree has no circles and at most six levels', async () => {
  const api = await startHarness();
  await put(api, 'g1');
  for (const level of [2, 3, 4, 5, 6]) assert.equal((await put(api, `g${level}`, `g${level - 1}`)).status, 200);
  assert.equal(codeOf(await put(api, 'g7', 'g6')), 'InvalidParameter');
  assert.equal(codeOf(await put(api, 'g1', 'g3')), 'InvalidParameter');
  assert.equal(codeOf(await put(api, tenant, 'g1')), 'InvalidParameter');
  assert.equal((await put(api, 'x', 'nowhere')).status, 404);
  assert.equal(codeOf(await put(api, 'bad name')), 'InvalidParameter');
});

test('only an empty group is deleted, as an operation of both headers', async () => {
  const api = await startHarness();
  await put(api, 'a');
  await put(api, 'b', 'a');
  assert.equal((await api.call('DELETE', `${groups}/a`)).status, 400);
  const deleted = await api.call('DELETE', `${groups}/b`);
  assert.equal(deleted.status, 202);
  const poll = deleted.headers?.['azure-asyncoperation']?.replace('https://localhost:7443', '') ?? '';
  assert.equal(textMember((await api.call('GET', poll)).body, 'status'), 'Succeeded');
  assert.equal((await api.call('GET', `${groups}/b`)).status, 404);
  assert.equal((await api.call('DELETE', `${groups}/b`)).status, 204);
  assert.equal((await api.call('DELETE', `${groups}/${tenant}`)).status, 400);
});

test('making a group needs write at its parent, moving it at both', async () => {
  const api = await startHarness();
  await put(api, 'a');
  await put(api, 'b');
  const who = principal(someone);
  assert.equal((await put(api, 'c', 'a', who)).status, 403);
  await give(api, `${groups}/a`, owner);
  assert.equal((await put(api, 'c', 'a', who)).status, 200);
  assert.equal((await put(api, 'c', 'b', who)).status, 403);
  assert.equal((await put(api, 'd', undefined, who)).status, 403);
});

test('entities show what the caller sees and may do', async () => {
  const api = await startHarness();
  await put(api, 'a');
  await give(api, `${groups}/a`, reader);
  const path = '/providers/Microsoft.Management/getEntities';
  const all = valueOf(await api.call('POST', path));
  assert.equal(all.length, 3);
  const mine = valueOf(await api.call('POST', path, { as: principal(someone) }));
  const seen = mine.map((item) => [item['name'], textMember(memberOf(item, 'properties'), 'permissions')]);
  assert.deepEqual(
    seen.filter(([name]) => name === 'a'),
    [['a', 'view']],
  );
  assert.ok(!seen.some(([name]) => name === subscriptionId));
});

test('entities are searched, viewed, filtered and selected', async () => {
  const api = await startHarness();
  await put(api, 'a');
  await put(api, 'b', 'a');
  await put(api, 'c', 'b');
  const names = async (options: Readonly<Record<string, string>>) => {
    const path = `/providers/Microsoft.Management/getEntities?${new URLSearchParams(options).toString()}`;
    return valueOf(await api.call('POST', path)).map((item) => item['name']);
  };
  const everything = await names({});
  assert.deepEqual(await names({ $view: 'SubscriptionsOnly' }), [subscriptionId]);
  assert.deepEqual(
    await names({ $view: 'GroupsOnly' }),
    everything.filter((name) => name !== subscriptionId),
  );
  assert.deepEqual(await names({ $filter: "name eq 'B'" }), ['b']);
  assert.deepEqual(await names({ $filter: "contains(name, 'B') or name eq 'c'" }), ['b', 'c']);
  assert.deepEqual(await names({ $search: 'ChildrenOnly', groupName: 'a' }), ['b']);
  assert.deepEqual(await names({ $search: 'ParentAndFirstLevelChildren', $filter: "name eq 'a'" }), ['a', 'b']);
  assert.deepEqual(await names({ $search: 'ParentOnly', groupName: 'a' }), ['a']);
  assert.deepEqual(await names({ $search: 'AllowedParents', groupName: 'b' }), [tenant, 'a'].toSorted());
  assert.deepEqual(await names({ $search: 'AllowedChildren', groupName: 'b' }), [subscriptionId]);
  const path =
    '/providers/Microsoft.Management/getEntities?$filter=name%20eq%20%27b%27&$select=Name,ParentChain,displayname';
  const [chosen] = valueOf(await api.call('POST', path));
  assert.deepEqual(memberOf(chosen, 'properties'), { parentNameChain: [tenant, 'a'], displayName: 'Group b' });
  for (const wrong of ['$view=Some', '$search=Some', '$filter=other eq 1', '$select=Some']) {
    const answer = await api.call('POST', `/providers/Microsoft.Management/getEntities?${encodeURI(wrong)}`);
    assert.deepEqual([answer.status, codeOf(answer)], [400, 'InvalidParameter'], wrong);
  }
});

test('a name is available until it is taken', async () => {
  const api = await startHarness();
  const check = (name: string) =>
    api.call('POST', '/providers/Microsoft.Management/checkNameAvailability', { body: { name } });
  assert.equal(memberOf((await check('a')).body, 'nameAvailable'), true);
  await put(api, 'a');
  assert.equal(memberOf((await check('A')).body, 'reason'), 'AlreadyExists');
  assert.equal(memberOf((await check('a b')).body, 'reason'), 'Invalid');
});

const settings = `${groups}/${tenant}/settings/default`;

test('new subscriptions and groups go to the default group of the hierarchy settings, which then cannot be deleted', async () => {
  const api = await startHarness();
  await put(api, 'landing');
  const changed = await api.call('PUT', settings, {
    body: { properties: { defaultManagementGroup: `${groups}/landing` } },
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.deepEqual(memberOf((await api.call('GET', settings)).body, 'properties'), {
    tenantId: tenant,
    requireAuthorizationForGroupCreation: true,
    defaultManagementGroup: `${groups}/landing`,
  });
  await put(api, 'made');
  const alias = await api.call('PUT', '/providers/Microsoft.Subscription/aliases/fresh?api-version=2021-10-01', {
    body: { properties: { displayName: 'Fresh' } },
  });
  const fresh = textMember(memberOf(alias.body, 'properties'), 'subscriptionId') ?? '';
  const below = valueOf(await api.call('GET', `${groups}/landing/descendants`)).map((one) => memberOf(one, 'name'));
  assert.deepEqual(below, ['made', fresh]);
  await api.call('DELETE', `${groups}/made`);
  await api.call('DELETE', `${groups}/landing/subscriptions/${fresh}`);
  const refused = await api.call('DELETE', `${groups}/landing`);
  assert.equal(codeOf(refused), 'InvalidParameter');
  assert.equal((await api.call('DELETE', settings)).status, 200);
  assert.equal((await api.call('DELETE', `${groups}/landing`)).status, 202);
});

test('hierarchy settings belong to the root, name a group that exists, and keep creation guarded', async () => {
  const api = await startHarness();
  await put(api, 'a');
  assert.equal(codeOf(await api.call('GET', `${groups}/a/settings/default`)), 'InvalidParameter');
  const unknown = await api.call('PATCH', settings, { body: { properties: { defaultManagementGroup: 'nowhere' } } });
  assert.equal(codeOf(unknown), 'NotFound');
  const open = await api.call('PUT', settings, {
    body: { properties: { requireAuthorizationForGroupCreation: false } },
  });
  assert.equal(codeOf(open), 'InvalidParameter');
  const stranger = await api.call('GET', settings, { as: principal(someone) });
  assert.equal(stranger.status, 403);
});

test('a subscription is moved only by who may give it away and may write in both groups', async () => {
  const api = await startHarness();
  await put(api, 'from');
  await put(api, 'to');
  const place = (name: string) => `${groups}/${name}/subscriptions/${subscriptionId}`;
  await api.call('PUT', place('from'));
  await give(api, `${groups}/to`, owner);
  const onTarget = await api.call('PUT', place('to'), { as: principal(someone) });
  assert.equal(codeOf(onTarget), 'AuthorizationFailed');
  await give(api, subscription, owner);
  const onSubscription = await api.call('PUT', place('to'), { as: principal(someone) });
  assert.equal(codeOf(onSubscription), 'AuthorizationFailed');
  await give(api, `${groups}/from`, owner);
  const moved = await api.call('PUT', place('to'), { as: principal(someone) });
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  // The root takes in what is moved by itself.
  const home = await api.call('DELETE', place('to'), { as: principal(someone) });
  assert.equal(home.status, 200, JSON.stringify(home.body));
  assert.equal((await api.call('GET', `${groups}/${tenant}/subscriptions/${subscriptionId}`)).status, 200);
});

test('a subscription is renamed, cancelled and enabled; while it is cancelled it takes no changes', async () => {
  const api = await startHarness();
  const act = (verb: string, body: Json = {}) =>
    api.call('POST', `${subscription}/providers/Microsoft.Subscription/${verb}?api-version=2021-10-01`, { body });
  assert.deepEqual((await act('rename', { subscriptionName: 'Production' })).body, { subscriptionId });
  assert.equal(textMember((await api.call('GET', subscription)).body, 'displayName'), 'Production');
  assert.equal(codeOf(await act('rename', { subscriptionName: ' ' })), 'InvalidParameter');
  assert.equal((await act('cancel')).status, 200);
  assert.equal(textMember((await api.call('GET', subscription)).body, 'state'), 'Disabled');
  const refused = await api.call('PUT', `${subscription}/resourceGroups/rg`, { body: { location: 'westeurope' } });
  assert.equal(refused.status, 409);
  assert.equal(codeOf(refused), 'ReadOnlyDisabledSubscription');
  assert.equal((await api.call('GET', `${subscription}/resourceGroups`)).status, 200);
  assert.equal((await act('enable')).status, 200);
  const put = await api.call('PUT', `${subscription}/resourceGroups/rg`, { body: { location: 'westeurope' } });
  assert.equal(put.status, 201);
});
