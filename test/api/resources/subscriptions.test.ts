import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberOf, textMember } from '#foundation';
import { codeOf, principal, startHarness, subscription, valueOf } from '../harness.ts';

test('the tenant and the first subscription exist from the start', async () => {
  const api = await startHarness();
  const tenants = valueOf(await api.call('GET', '/tenants?api-version=2019-11-01'));
  assert.equal(tenants[0]?.['tenantId'], '00000000-0000-4000-8000-000000000000');
  const [first] = valueOf(await api.call('GET', '/subscriptions?api-version=2019-11-01'));
  assert.equal(first?.['displayName'], 'Local');
  for (const member of ['id', 'subscriptionId', 'tenantId', 'state', 'authorizationSource', 'managedByTenants']) {
    assert.notEqual(first?.[member], undefined, member);
  }
  assert.equal(memberOf((await api.call('GET', subscription)).body, 'id'), subscription);
});

test('locations name their region and their pair', async () => {
  const api = await startHarness();
  const locations = valueOf(await api.call('GET', `${subscription}/locations`));
  const west = locations.find((location) => location['name'] === 'westeurope');
  assert.equal(west?.['displayName'], 'West Europe');
});

test('an alias makes a subscription that can be read at once, with the id asked for', async () => {
  const api = await startHarness();
  const wanted = '22222222-2222-4222-8222-222222222222';
  const put = await api.call('PUT', '/providers/Microsoft.Subscription/aliases/dev?api-version=2021-10-01', {
    body: { properties: { subscriptionId: wanted, displayName: 'Development' } },
  });
  assert.equal(put.status, 201);
  assert.equal(memberOf(memberOf(put.body, 'properties'), 'subscriptionId'), wanted);
  const read = await api.call('GET', `/subscriptions/${wanted}`);
  assert.equal(memberOf(read.body, 'displayName'), 'Development');
  const again = await api.call('PUT', '/providers/Microsoft.Subscription/aliases/dev?api-version=2021-10-01', {
    body: { properties: { displayName: 'Renamed' } },
  });
  assert.equal(again.status, 200);
  assert.equal(memberOf((await api.call('GET', `/subscriptions/${wanted}`)).body, 'displayName'), 'Renamed');
  assert.equal(valueOf(await api.call('GET', '/subscriptions')).length, 2);
});

test('an alias without an id makes one up, and a bad or contradicting id is refused', async () => {
  const api = await startHarness();
  const alias = '/providers/Microsoft.Subscription/aliases/a?api-version=2021-10-01';
  const put = await api.call('PUT', alias, { body: {} });
  assert.match(textMember(memberOf(put.body, 'properties'), 'subscriptionId') ?? '', /^[0-9a-f-]{36}$/);
  const other = { properties: { subscriptionId: '33333333-3333-4333-8333-333333333333' } };
  assert.equal(codeOf(await api.call('PUT', alias, { body: other })), 'Conflict');
  const bad = { properties: { subscriptionId: 'x' } };
  assert.equal(codeOf(await api.call('PUT', alias, { body: bad })), 'InvalidSubscriptionId');
  const lost = { properties: { additionalProperties: { managementGroupId: 'none' } } };
  assert.equal((await api.call('PUT', alias.replace('/a?', '/b?'), { body: lost })).status, 404);
});

test('a caller sees only the subscriptions in which it holds a role', async () => {
  const api = await startHarness();
  const stranger = principal('44444444-4444-4444-8444-444444444444');
  assert.deepEqual(valueOf(await api.call('GET', '/subscriptions', { as: stranger })), []);
  assert.equal((await api.call('GET', subscription, { as: stranger })).status, 403);
});

test('providers list our own types and the known ones, and register', async () => {
  const api = await startHarness();
  const one = await api.call('GET', `${subscription}/providers/microsoft.network`);
  assert.equal(memberOf(one.body, 'namespace'), 'Microsoft.Network');
  assert.equal(memberOf(one.body, 'registrationState'), 'Registered');
  const types = memberOf(one.body, 'resourceTypes') as readonly { resourceType: string; apiVersions: string[] }[];
  const rules = types.find((type) => type.resourceType === 'networkSecurityGroups');
  assert.ok(rules !== undefined);
  assert.deepEqual(rules.apiVersions, [...rules.apiVersions].sort().reverse(), 'newest first');
  const off = await api.call('POST', `${subscription}/providers/Microsoft.Network/unregister`);
  assert.equal(memberOf(off.body, 'registrationState'), 'NotRegistered');
  const on = await api.call('POST', `${subscription}/providers/Microsoft.Network/register`);
  assert.equal(memberOf(on.body, 'registrationState'), 'Registered');
  const all = valueOf(await api.call('GET', `${subscription}/providers`));
  assert.ok(all.some((provider) => provider['namespace'] === 'Microsoft.Resources'));
  const tenant = await api.call('GET', '/providers/Microsoft.Storage');
  assert.equal(memberOf(tenant.body, 'registrationState'), undefined);
});

test('tags of a subscription, a group and a resource are read and changed', async () => {
  const api = await startHarness();
  const group = `${subscription}/resourceGroups/rg`;
  await api.call('PUT', group, { body: { location: 'westeurope', tags: { a: '1' } } });
  const tags = `${group}/providers/Microsoft.Resources/tags/default`;
  const body = (operation: string, given: Record<string, string>) => ({ operation, properties: { tags: given } });
  const merged = await api.call('PATCH', tags, { body: body('Merge', { A: '2', b: '3' }) });
  assert.equal(merged.status, 200);
  assert.deepEqual(memberOf(memberOf(merged.body, 'properties'), 'tags'), { a: '2', b: '3' });
  const fewer = await api.call('PATCH', tags, { body: body('Delete', { b: '3' }) });
  assert.deepEqual(memberOf(memberOf(fewer.body, 'properties'), 'tags'), { a: '2' });
  const put = await api.call('PUT', tags, { body: { properties: { tags: { c: '4' } } } });
  assert.equal(put.status, 200);
  assert.deepEqual(memberOf((await api.call('GET', group)).body, 'tags'), { c: '4' });
  assert.equal((await api.call('DELETE', tags)).status, 200);
  assert.deepEqual(memberOf((await api.call('GET', group)).body, 'tags'), {});
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x']));
  assert.equal(codeOf(await api.call('PUT', tags, { body: { properties: { tags: many } } })), 'InvalidTag');
  const onSubscription = `${subscription}/providers/Microsoft.Resources/tags/default`;
  await api.call('PUT', onSubscription, { body: { properties: { tags: { x: 'y' } } } });
  assert.deepEqual(memberOf((await api.call('GET', subscription)).body, 'tags'), { x: 'y' });
});
