import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, memberOf, textMember } from '#foundation';
import { codeOf, type Harness, principal, slowStore, startHarness, subscription, valueOf } from '../harness.ts';

const group = `${subscription}/resourceGroups/rg`;
const storage = `${group}/providers/Microsoft.Storage/storageAccounts/acc1`;
const firewall = `${group}/providers/Microsoft.Network/networkSecurityGroups/nsg1`;

async function withGroup(): Promise<Harness> {
  const api = await startHarness();
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  return api;
}

function at(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>((inner, name) => memberOf(inner, name), value);
}

test('a resource of any type is created with 201, replaced with 200, read, and deleted with 200 then 204', async () => {
  const api = await withGroup();
  const id = `${group}/providers/Contoso.Widgets/widgets/w1`;
  const put = await api.call('PUT', `${id}?api-version=1999-01-01`, {
    body: { location: 'East US', properties: { size: 5 } },
  });
  assert.equal(put.status, 201);
  assert.equal(at(put.body, 'id'), id);
  assert.equal(at(put.body, 'location'), 'eastus');
  assert.deepEqual(at(put.body, 'properties'), { size: 5, provisioningState: 'Succeeded' });
  assert.equal((await api.call('PUT', id, { body: { properties: {} } })).status, 200);
  const read = await api.call('GET', id);
  assert.equal(at(read.body, 'location'), 'eastus', 'a PUT without location keeps it');
  assert.equal(at(read.body, 'properties', 'size'), undefined);
  assert.ok(read.headers?.['etag']);
  assert.equal((await api.call('HEAD', id)).status, 204);
  assert.equal((await api.call('DELETE', id)).status, 200);
  assert.equal((await api.call('DELETE', id)).status, 204);
  const gone = await api.call('GET', id);
  assert.equal(gone.status, 404);
  assert.equal(codeOf(gone), 'ResourceNotFound');
});

test('a type with defaults is filled in, and what was given stays', async () => {
  const api = await withGroup();
  const put = await api.call('PUT', storage, {
    body: { location: 'westeurope', properties: { networkAcls: { defaultAction: 'Deny' } } },
  });
  assert.equal(at(put.body, 'properties', 'primaryEndpoints', 'blob'), 'https://acc1.blob.core.windows.net/');
  assert.equal(at(put.body, 'properties', 'networkAcls', 'defaultAction'), 'Deny');
  assert.equal(at(put.body, 'properties', 'networkAcls', 'bypass'), 'AzureServices');
  assert.deepEqual(at(put.body, 'tags'), {});
});

test('PATCH merges properties and replaces tags', async () => {
  const api = await withGroup();
  await api.call('PUT', storage, {
    body: { location: 'westeurope', tags: { a: '1' }, properties: { x: 1, y: { z: 1 } } },
  });
  const patched = await api.call('PATCH', storage, {
    body: { tags: { b: '2' }, properties: { x: null, y: { w: 2 } } },
  });
  assert.equal(patched.status, 200);
  assert.deepEqual(at(patched.body, 'tags'), { b: '2' });
  assert.equal(at(patched.body, 'properties', 'x'), undefined);
  assert.deepEqual(at(patched.body, 'properties', 'y'), { z: 1, w: 2 });
  assert.equal(codeOf(await api.call('PATCH', `${storage}x`, { body: {} })), 'ResourceNotFound');
});

test('a resource cannot change its location', async () => {
  const api = await withGroup();
  await api.call('PUT', storage, { body: { location: 'westeurope' } });
  const moved = await api.call('PUT', storage, { body: { location: 'eastus' } });
  assert.equal(moved.status, 409);
  assert.equal(codeOf(moved), 'InvalidResourceLocation');
});

test('containers must exist: group, parent, extended resource', async () => {
  const api = await withGroup();
  const inNowhere = `${subscription}/resourceGroups/nowhere/providers/Microsoft.Storage/storageAccounts/a`;
  assert.equal(codeOf(await api.call('PUT', inNowhere, { body: {} })), 'ResourceGroupNotFound');
  const database = `${group}/providers/Microsoft.Sql/servers/s1/databases/d1`;
  const orphan = await api.call('PUT', database, { body: { location: 'westeurope' } });
  assert.equal(orphan.status, 404);
  assert.equal(codeOf(orphan), 'ParentResourceNotFound');
  const extension = `${storage}/providers/Microsoft.Insights/diagnosticSettings/d`;
  assert.equal(codeOf(await api.call('PUT', extension, { body: {} })), 'ResourceNotFound');
  await api.call('PUT', storage, { body: { location: 'westeurope' } });
  assert.equal((await api.call('PUT', extension, { body: {} })).status, 201);
  const listed = await api.call('GET', `${storage}/providers/Microsoft.Insights/diagnosticSettings`);
  assert.equal(valueOf(listed).length, 1);
});

test('etag conditions hold or refuse with 412', async () => {
  const api = await withGroup();
  const first = await api.call('PUT', storage, { body: { location: 'westeurope' }, headers: { 'if-none-match': '*' } });
  assert.equal(first.status, 201);
  const etag = first.headers?.['etag'] ?? '';
  const again = await api.call('PUT', storage, { body: {}, headers: { 'if-none-match': '*' } });
  assert.equal(again.status, 412);
  assert.equal(codeOf(again), 'PreconditionFailed');
  const matched = await api.call('PUT', storage, { body: {}, headers: { 'if-match': etag } });
  assert.equal(matched.status, 200);
  assert.equal((await api.call('PUT', storage, { body: {}, headers: { 'if-match': etag } })).status, 412, 'stale');
  assert.equal((await api.call('DELETE', storage, { headers: { 'if-match': '"other"' } })).status, 412);
  assert.equal((await api.call('DELETE', storage, { headers: { 'if-match': '*' } })).status, 200);
});

test('security rules put below the group show in the group, and the other way round', async () => {
  const api = await withGroup();
  await api.call('PUT', firewall, {
    body: {
      location: 'westeurope',
      properties: { securityRules: [{ name: 'ssh', properties: { priority: 100, direction: 'Inbound' } }] },
    },
  });
  const ssh = await api.call('GET', `${firewall}/securityRules/SSH`);
  assert.equal(at(ssh.body, 'properties', 'priority'), 100);
  assert.equal(at(ssh.body, 'type'), 'Microsoft.Network/networkSecurityGroups/securityRules');
  assert.equal(at(ssh.body, 'id'), `${firewall}/securityRules/ssh`);
  const deny = { properties: { priority: 200, direction: 'Inbound', access: 'Deny' } };
  assert.equal((await api.call('PUT', `${firewall}/securityRules/deny`, { body: deny })).status, 201);
  const parent = await api.call('GET', firewall);
  const rules = at(parent.body, 'properties', 'securityRules') as readonly Json[];
  assert.deepEqual(
    rules.map((rule) => at(rule, 'name')),
    ['ssh', 'deny'],
  );
  assert.deepEqual(rules[1], (await api.call('GET', `${firewall}/securityRules/deny`)).body);
  const clash = await api.call('PUT', `${firewall}/securityRules/other`, { body: deny });
  assert.equal(clash.status, 400);
  assert.equal(codeOf(clash), 'SecurityRuleConflict');
  assert.equal(valueOf(await api.call('GET', `${firewall}/securityRules`)).length, 2);
  assert.equal((await api.call('DELETE', `${firewall}/securityRules/ssh`)).status, 200);
  assert.equal((await api.call('GET', `${firewall}/securityRules/ssh`)).status, 404);
  assert.equal(codeOf(await api.call('PUT', `${firewall}x/securityRules/r`, { body: deny })), 'ParentResourceNotFound');
});

test('children put at once all stay', async () => {
  const api = await startHarness(undefined, slowStore());
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  await api.call('PUT', firewall, { body: { location: 'westeurope' } });
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  await Promise.all(
    numbers.map((index) =>
      api.call('PUT', `${firewall}/securityRules/r${index}`, {
        body: { properties: { priority: 100 + index, direction: 'Inbound' } },
      }),
    ),
  );
  assert.equal(valueOf(await api.call('GET', `${firewall}/securityRules`)).length, 20);
});

test('an extension of a machine shows in its resources', async () => {
  const api = await withGroup();
  const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm1`;
  await api.call('PUT', machine, { body: { location: 'westeurope' } });
  await api.call('PUT', `${machine}/extensions/agent`, {
    body: { location: 'westeurope', properties: { publisher: 'x' } },
  });
  const read = await api.call('GET', machine);
  assert.deepEqual(
    (at(read.body, 'resources') as readonly Json[]).map((entry) => at(entry, 'name')),
    ['agent'],
  );
});

test('singleton settings answer their switched-off default until somebody puts them', async () => {
  const api = await withGroup();
  const server = `${group}/providers/Microsoft.Sql/servers/s1`;
  const audit = `${server}/auditingSettings/default`;
  assert.equal((await api.call('GET', audit)).status, 404, 'not without the server');
  await api.call('PUT', server, { body: { location: 'westeurope' } });
  assert.equal(at((await api.call('GET', audit)).body, 'properties', 'state'), 'Disabled');
  await api.call('PUT', audit, { body: { properties: { state: 'Enabled' } } });
  assert.equal(at((await api.call('GET', audit)).body, 'properties', 'state'), 'Enabled');
});

test('an action on a type that nobody knows is recorded in the activity log and answered 200', async () => {
  const api = await withGroup();
  const machine = `${group}/providers/Contoso.Robots/robots/r1`;
  assert.equal((await api.call('POST', `${machine}/frobnicate`)).status, 404);
  api.clock.advance(1000);
  await api.call('PUT', machine, { body: { location: 'westeurope' } });
  api.clock.advance(1000);
  assert.equal((await api.call('POST', `${machine}/frobnicate`)).status, 200);
  const filter = encodeURIComponent(`eventTimestamp ge '2025-01-01T00:00:00Z' and resourceUri eq '${machine}'`);
  const log = await api.call(
    'GET',
    `${subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=${filter}`,
  );
  assert.deepEqual(
    valueOf(log).map((entry) => [at(entry, 'operationName', 'value'), at(entry, 'status', 'value')]),
    [
      ['Contoso.Robots/robots/frobnicate/action', 'Succeeded'],
      ['Contoso.Robots/robots/write', 'Succeeded'],
      ['Contoso.Robots/robots/frobnicate/action', 'Failed'],
    ],
  );
  assert.equal(at(valueOf(log)[0], 'caller'), 'Administrator');
});

test('deleting a resource takes its children and extensions', async () => {
  const api = await withGroup();
  const server = `${group}/providers/Microsoft.Sql/servers/s1`;
  await api.call('PUT', server, { body: { location: 'westeurope' } });
  await api.call('PUT', `${server}/databases/d1`, { body: { location: 'westeurope' } });
  await api.call('PUT', `${server}/databases/d1/providers/Microsoft.Insights/diagnosticSettings/x`, { body: {} });
  await api.call('DELETE', server);
  assert.equal(api.store.resources.list({ scope: server }).length, 0);
});

test('lists by type work at subscription, group and parent, and resource lists filter', async () => {
  const api = await withGroup();
  await api.call('PUT', `${subscription}/resourceGroups/other`, { body: { location: 'eastus' } });
  for (const name of ['a1', 'a2']) {
    await api.call('PUT', `${group}/providers/Microsoft.Storage/storageAccounts/${name}`, {
      body: { location: 'westeurope', tags: { n: name } },
    });
  }
  await api.call('PUT', `${subscription}/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/b1`, {
    body: { location: 'eastus' },
  });
  const type = 'providers/Microsoft.Storage/storageAccounts';
  assert.equal(valueOf(await api.call('GET', `${subscription}/${type}`)).length, 3);
  assert.equal(valueOf(await api.call('GET', `${group}/${type}`)).length, 2);
  const filter = encodeURIComponent("resourceType eq 'microsoft.storage/STORAGEACCOUNTS' and location eq 'eastus'");
  const listed = await api.call(
    'GET',
    `${subscription}/resources?$filter=${filter}&$expand=createdTime,provisioningState`,
  );
  assert.deepEqual(
    valueOf(listed).map((item) => item['name']),
    ['b1'],
  );
  assert.equal(valueOf(listed)[0]?.['provisioningState'], 'Succeeded');
  assert.equal(valueOf(await api.call('GET', `${group}/resources`)).length, 2);
  const tagged = encodeURIComponent("tagName eq 'n' and tagValue eq 'a2'");
  assert.equal(valueOf(await api.call('GET', `${group}/resources?$filter=${tagged}`)).length, 1);
  assert.equal(codeOf(await api.call('GET', `${group}/resources?$filter=nonsense%20eq%201`)), 'InvalidParameter');
});

test('two pages of a type list hold everything once', async () => {
  const api = await withGroup();
  for (const name of ['a', 'b', 'c']) {
    await api.call('PUT', `${group}/providers/Contoso.Widgets/widgets/${name}`, { body: {} });
  }
  const first = await api.call('GET', `${group}/providers/Contoso.Widgets/widgets?$top=2&api-version=2020-01-01`);
  assert.equal(valueOf(first).length, 2);
  const next = textMember(first.body, 'nextLink') ?? '';
  assert.match(next, /api-version=2020-01-01/);
  const second = await api.call('GET', next.replace('https://localhost:7443', ''));
  assert.deepEqual(
    valueOf(second).map((item) => item['name']),
    ['c'],
  );
  assert.equal(memberOf(second.body, 'nextLink'), undefined);
  const broken = await api.call('GET', `${group}/providers/Contoso.Widgets/widgets?$skiptoken=!!`);
  assert.equal(codeOf(broken), 'InvalidParameter');
  const none = await api.call('GET', `${group}/providers/Contoso.Widgets/widgets?$top=0`);
  assert.equal(codeOf(none), 'InvalidParameter');
});

test('names of members are data, __proto__ included', async () => {
  const api = await withGroup();
  const id = `${group}/providers/Contoso.Widgets/widgets/__proto__`;
  const body = JSON.parse('{"properties":{"__proto__":{"polluted":true},"constructor":1}}') as Json;
  assert.equal((await api.call('PUT', id, { body })).status, 201);
  await api.call('PATCH', id, { body: JSON.parse('{"properties":{"__proto__":{"more":1}}}') as Json });
  const read = await api.call('GET', id);
  const text = JSON.stringify(at(read.body, 'properties'));
  assert.match(text, /"__proto__":\{"polluted":true,"more":1\}/);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('a role on a group lets read the group and lists only what it may read', async () => {
  const api = await withGroup();
  await api.call('PUT', storage, { body: { location: 'westeurope' } });
  const reader = principal('11111111-1111-4111-8111-111111111111');
  assert.equal((await api.call('GET', storage, { as: reader })).status, 403);
  assert.deepEqual(valueOf(await api.call('GET', `${subscription}/resources`, { as: reader })), []);
});
