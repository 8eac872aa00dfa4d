/** `@azure/arm-resources` and `@azure/arm-resources-subscriptions`. Rules: management API reference 4, 8.1 and 8.2. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { AzureCloud, location, refusal, roleIds, subscription, subscriptionId, tenantId } from './azure-cloud.ts';
import { all, Watch } from './watched-client.ts';

const cloud = new AzureCloud();
const watch = new Watch('@azure/arm-resources', 'ResourceManagementClient');
const subscriptionWatch = new Watch('@azure/arm-resources-subscriptions', 'SubscriptionClient');
let client: ResourceManagementClient;
let subscriptions: SubscriptionClient;

before(async () => {
  await cloud.start();
  const { endpoint } = cloud;
  const credential = await cloud.signedIn();
  client = watch.over(new ResourceManagementClient(credential, subscriptionId, { endpoint }));
  subscriptions = subscriptionWatch.over(new SubscriptionClient(credential, { endpoint }));
});
after(() => cloud.stop());

describe('resource groups', () => {
  test('create, get, existence, update, list with a filter, delete to its end', async () => {
    const { resourceGroups } = client;
    const made = await resourceGroups.createOrUpdate('rg-1', { location, tags: { env: 'test' } });
    assert.equal(made.properties?.provisioningState, 'Succeeded');
    assert.equal((await resourceGroups.get('rg-1')).type, 'Microsoft.Resources/resourceGroups');
    assert.equal((await resourceGroups.checkExistence('rg-1')).body, true);
    assert.equal((await resourceGroups.checkExistence('rg-2')).body, false);
    await resourceGroups.update('rg-1', { tags: { env: 'prod' } });
    const filtered = await all(resourceGroups.list({ filter: "tagName eq 'env' and tagValue eq 'prod'" }));
    assert.deepEqual(
      filtered.map(({ name }) => name),
      ['rg-1'],
    );
    for (const name of ['rg-2', 'rg-3', 'rg-4']) await resourceGroups.createOrUpdate(name, { location });
    assert.equal((await all(resourceGroups.list({ top: 1 }))).length, 4, 'pages are followed');
    await resourceGroups.delete('rg-1');
    assert.equal((await resourceGroups.checkExistence('rg-1')).body, false);
    await assert.rejects(resourceGroups.get('rg-1'), refusal(404, 'ResourceGroupNotFound'));
  });

  test('export as a template', async () => {
    await client.resourceGroups.createOrUpdate('rg-export', { location });
    await put('rg-export', 'disk-1');
    const exported = await client.resourceGroups.exportTemplate('rg-export', { resources: ['*'] });
    assert.equal((exported.template as { resources: readonly unknown[] }).resources.length, 1);
  });
});

const disk = ['Microsoft.Compute', '', 'disks'] as const;
const version = '2022-07-02';

function put(group: string, name: string) {
  return client.resources.createOrUpdate(group, ...disk, name, version, { location, properties: { diskSizeGB: 4 } });
}

describe('resources', () => {
  const id = (name: string): string =>
    `${subscription}/resourceGroups/rg-res/providers/Microsoft.Compute/disks/${name}`;
  before(() => client.resourceGroups.createOrUpdate('rg-res', { location }));

  test('by their parts: create, get, existence, update, delete', async () => {
    const made = await put('rg-res', 'd1');
    assert.equal(made.type, 'Microsoft.Compute/disks');
    assert.equal((await client.resources.get('rg-res', ...disk, 'd1', version)).name, 'd1');
    assert.equal((await client.resources.checkExistence('rg-res', ...disk, 'd1', version)).body, true);
    assert.equal((await client.resources.checkExistence('rg-res', ...disk, 'd2', version)).body, false);
    const updated = await client.resources.update('rg-res', ...disk, 'd1', version, { tags: { a: 'b' } });
    assert.deepEqual(updated.tags, { a: 'b' });
    await client.resources.delete('rg-res', ...disk, 'd1', version);
    await assert.rejects(client.resources.get('rg-res', ...disk, 'd1', version), refusal(404, 'ResourceNotFound'));
  });

  test('by id: create, get, existence, update, delete', async () => {
    const { resources } = client;
    await resources.createOrUpdateById(id('d3'), version, { location });
    assert.equal((await resources.getById(id('d3'), version)).id, id('d3'));
    assert.equal((await resources.checkExistenceById(id('d3'), version)).body, true);
    assert.equal((await resources.updateById(id('d3'), version, { tags: { c: 'd' } })).tags?.['c'], 'd');
    await resources.deleteById(id('d3'), version);
    assert.equal((await resources.checkExistenceById(id('d3'), version)).body, false);
  });

  test('lists with filters, of the subscription and of a group, over pages', async () => {
    for (const name of ['l1', 'l2', 'l3']) await put('rg-res', name);
    const filter = "resourceType eq 'Microsoft.Compute/disks'";
    const found = await all(client.resources.list({ filter, expand: 'createdTime,changedTime', top: 2 }));
    assert.ok(found.length >= 3);
    assert.ok(found[0]?.createdTime instanceof Date);
    assert.equal((await all(client.resources.listByResourceGroup('rg-res', { filter }))).length, 3);
  });
});

test('providers: get, list, register, unregister, at the tenant and at a management group', async () => {
  const { providers } = client;
  const namespace = 'Microsoft.Logic';
  const got = await providers.get(namespace);
  assert.ok((got.resourceTypes ?? []).some(({ resourceType }) => resourceType === 'workflows'));
  assert.ok((await all(providers.list())).length > 3);
  assert.equal((await providers.register(namespace)).registrationState, 'Registered');
  assert.equal((await providers.unregister('Microsoft.Compute')).registrationState, 'NotRegistered');
  await providers.register('Microsoft.Compute');
  assert.equal((await providers.getAtTenantScope(namespace)).namespace, namespace);
  assert.ok((await all(providers.listAtTenantScope())).length > 3);
  await providers.registerAtManagementGroupScope(namespace, tenantId);
  const types = await client.providerResourceTypes.list(namespace);
  assert.ok((types.value ?? []).length > 0);
  assert.ok(Array.isArray((await providers.providerPermissions(namespace)).value));
});

test('tags of a scope: set, get, merge, delete', async () => {
  await client.resourceGroups.createOrUpdate('rg-tags', { location });
  const scope = `${subscription}/resourceGroups/rg-tags`.slice(1);
  const { tagsOperations } = client;
  await tagsOperations.createOrUpdateAtScope(scope, { properties: { tags: { a: '1' } } });
  await tagsOperations.updateAtScope(scope, { operation: 'Merge', properties: { tags: { b: '2' } } });
  assert.deepEqual((await tagsOperations.getAtScope(scope)).properties.tags, { a: '1', b: '2' });
  await tagsOperations.deleteAtScope(scope);
  assert.deepEqual((await tagsOperations.getAtScope(scope)).properties.tags, {});
});

test('tag names of the subscription and their values', async () => {
  const { tagsOperations } = client;
  assert.equal((await tagsOperations.createOrUpdate('cost')).tagName, 'cost');
  assert.equal((await tagsOperations.createOrUpdateValue('cost', 'red')).tagValue, 'red');
  const found = (await all(tagsOperations.list())).find(({ tagName }) => tagName === 'cost');
  assert.deepEqual(
    found?.values?.map(({ tagValue }) => tagValue),
    ['red'],
  );
  await tagsOperations.deleteValue('cost', 'red');
  await tagsOperations.delete('cost');
  assert.equal(
    (await all(tagsOperations.list())).some(({ tagName }) => tagName === 'cost'),
    false,
  );
});

describe('subscriptions and tenants', () => {
  test('list, get, locations', async () => {
    const [found] = await all(subscriptions.subscriptions.list());
    assert.equal(found?.subscriptionId, subscriptionId);
    assert.equal((await subscriptions.subscriptions.get(subscriptionId)).state, 'Enabled');
    const places = await all(subscriptions.subscriptions.listLocations(subscriptionId));
    assert.ok(places.some(({ name }) => name === location));
    const [tenant] = await all(subscriptions.tenants.list());
    assert.equal(tenant?.tenantId, tenantId);
    await assert.rejects(
      subscriptions.subscriptions.get('11111111-1111-4111-8111-111111111111'),
      refusal(404, 'SubscriptionNotFound'),
    );
  });

  test('names of resources, zones', async () => {
    const allowed = await subscriptions.checkResourceName({
      resourceNameDefinition: { name: 'ours', type: 'Microsoft.Logic/workflows' },
    });
    assert.equal(allowed.status, 'Allowed');
    const peers = await subscriptions.subscriptions.checkZonePeers(subscriptionId, { location, subscriptionIds: [] });
    assert.equal(peers.subscriptionId, subscriptionId);
  });

  test('only what the caller may read is listed', async () => {
    await cloud.group('rg-read');
    const credential = await cloud.signedIn(roleIds.reader, `${subscription}/resourceGroups/rg-read`);
    const reader = new SubscriptionClient(credential, { endpoint: cloud.endpoint });
    assert.equal((await all(reader.subscriptions.list())).length, 1);
    const groups = new ResourceManagementClient(credential, subscriptionId, { endpoint: cloud.endpoint })
      .resourceGroups;
    assert.deepEqual(
      (await all(groups.list())).map(({ name }) => name),
      ['rg-read'],
    );
    await assert.rejects(groups.createOrUpdate('rg-read', { location }), refusal(403, 'AuthorizationFailed'));
  });
});

test('operations for roles', async () => {
  assert.ok((await all(client.operations.list())).length > 0);
  assert.ok((await all(subscriptions.operations.list())).length > 0);
});

test('every operation is called here', () => {
  const refused = 'resources are not moved between groups; a logic app is by its own `move`';
  watch.assertComplete({ 'resources.moveResources': refused, 'resources.validateMoveResources': refused });
  subscriptionWatch.assertComplete({});
});
