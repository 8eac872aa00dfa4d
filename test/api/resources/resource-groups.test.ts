import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberOf } from '#foundation';
import { codeOf, messageOf, settle, startHarness, subscription, valueOf } from '../harness.ts';

const group = `${subscription}/resourcegroups/rg-one`;
const created = { location: 'West Europe', tags: { owner: 'me' } };

test('a group is created with 201, updated with 200, and read back', async () => {
  const api = await startHarness();
  const first = await api.call('PUT', group, { body: created });
  assert.equal(first.status, 201);
  assert.deepEqual(first.body, {
    id: `${subscription}/resourceGroups/rg-one`,
    name: 'rg-one',
    type: 'Microsoft.Resources/resourceGroups',
    location: 'westeurope',
    tags: { owner: 'me' },
    properties: { provisioningState: 'Succeeded' },
  });
  assert.equal((await api.call('PUT', group, { body: { location: 'westeurope' } })).status, 200);
  const read = await api.call('GET', `${subscription}/resourceGroups/RG-ONE`);
  assert.deepEqual(memberOf(read.body, 'tags'), {});
  assert.equal(memberOf(read.body, 'name'), 'rg-one', 'the case first stored stays');
});

test('HEAD says with 204 or 404 whether a group exists', async () => {
  const api = await startHarness();
  assert.equal((await api.call('HEAD', group)).status, 404);
  await api.call('PUT', group, { body: created });
  assert.equal((await api.call('HEAD', group)).status, 204);
});

test('a group needs a location and a good name, and keeps its location', async () => {
  const api = await startHarness();
  assert.equal(codeOf(await api.call('PUT', group, { body: {} })), 'LocationRequired');
  assert.equal(codeOf(await api.call('PUT', group)), 'InvalidRequestContent');
  assert.equal(codeOf(await api.call('PUT', `${group}.`, { body: created })), 'InvalidParameter');
  await api.call('PUT', group, { body: created });
  const moved = await api.call('PUT', group, { body: { location: 'eastus' } });
  assert.equal(moved.status, 409);
  assert.equal(codeOf(moved), 'InvalidResourceGroupLocation');
});

test('PATCH replaces the tags it names and nothing else', async () => {
  const api = await startHarness();
  await api.call('PUT', group, { body: { ...created, managedBy: 'x' } });
  const patched = await api.call('PATCH', group, { body: { tags: { b: '2' } } });
  assert.equal(patched.status, 200);
  assert.deepEqual(memberOf(patched.body, 'tags'), { b: '2' });
  assert.equal(memberOf(patched.body, 'managedBy'), 'x');
  assert.equal(codeOf(await api.call('PATCH', `${group}-none`, { body: {} })), 'ResourceGroupNotFound');
});

test('lists are paged and filtered by tag', async () => {
  const api = await startHarness();
  for (const index of [1, 2, 3, 4, 5]) {
    const tags = index % 2 === 0 ? { kind: 'even' } : { even: 'kind' };
    await api.call('PUT', `${subscription}/resourcegroups/g${index}`, { body: { location: 'eastus', tags } });
  }
  const filter = encodeURIComponent("tagName eq 'kind' and tagValue eq 'even'");
  const even = await api.call('GET', `${subscription}/resourcegroups?$filter=${filter}`);
  assert.deepEqual(
    valueOf(even).map((item) => item['name']),
    ['g2', 'g4'],
  );
  const names: unknown[] = [];
  let next: string | undefined = `${subscription}/resourcegroups?$top=2&$filter=&api-version=2021-04-01`;
  let pages = 0;
  while (next !== undefined) {
    const answer = await api.call('GET', next.replace('https://localhost:7443', ''));
    assert.equal(answer.status, 200);
    names.push(...valueOf(answer).map((item) => item['name']));
    next = memberOf(answer.body, 'nextLink') as string | undefined;
    pages++;
  }
  assert.deepEqual(names, ['g1', 'g2', 'g3', 'g4', 'g5']);
  assert.equal(pages, 3);
});

test('deleting a group takes everything in it, at the end of an operation', async () => {
  const api = await startHarness();
  await api.call('PUT', group, { body: created });
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/v1`;
  await api.call('PUT', vault, { body: { location: 'westeurope' } });
  await api.call('PUT', `${vault}/secrets/s1`, { body: { properties: {} } });
  const answer = await api.call('DELETE', group);
  assert.equal(answer.status, 202);
  assert.equal(answer.body, undefined);
  const location = answer.headers?.['location'] ?? '';
  assert.match(location, /^https:\/\/localhost:7443\/subscriptions\/.*\/operationresults\/.*api-version=2021-04-01$/);
  const during = await api.call('PUT', `${group}/providers/Microsoft.KeyVault/vaults/v2`, { body: {} });
  assert.equal(codeOf(during), 'ResourceGroupBeingDeleted');
  assert.equal(codeOf(await api.call('PUT', group, { body: created })), 'ResourceGroupBeingDeleted');
  await settle();
  const poll = await api.call('GET', location.replace('https://localhost:7443', ''));
  assert.equal(poll.status, 200);
  assert.equal((await api.call('HEAD', group)).status, 404);
  assert.equal(api.store.resources.list({ scope: group }).length, 0);
  assert.equal(codeOf(await api.call('GET', vault)), 'ResourceGroupNotFound');
});

test('deleting a group that is not there is 404', async () => {
  const api = await startHarness();
  const answer = await api.call('DELETE', group);
  assert.equal(answer.status, 404);
  assert.equal(messageOf(answer), "Resource group 'rg-one' could not be found.");
});

test('a deletion that a stop interrupted goes on at the next start', async () => {
  const { resumeGroupDeletions, beginOperation } = await import('#service');
  const api = await startHarness();
  await api.call('PUT', group, { body: created });
  await api.call('PUT', `${group}/providers/Microsoft.KeyVault/vaults/v1`, { body: {} });
  const id = `${subscription}/resourceGroups/rg-one`;
  const { write } = beginOperation(api.services, { kind: 'deleteResourceGroup', target: id, startedBy: 'x' });
  await api.store.commit([write]);
  resumeGroupDeletions(api.services);
  await settle();
  assert.equal((await api.call('HEAD', group)).status, 404);
});
