import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArmResponse, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { codeOf, type Harness, messageOf, startHarness, subscription, valueOf } from '../harness.ts';

const group = `${subscription}/resourceGroups/rg`;
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm1`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/acc1`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/v1`;

async function world(...resources: readonly (readonly [string, JsonObject])[]): Promise<Harness> {
  const api = await startHarness();
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  for (const [id, body] of resources) {
    const put = await api.call('PUT', id, { body: { location: 'westeurope', ...body } });
    assert.ok(put.status < 300, messageOf(put));
  }
  return api;
}

function at(value: Json | undefined, ...names: readonly (string | number)[]): Json | undefined {
  return names.reduce<Json | undefined>(
    (inner, name) =>
      typeof name === 'number' ? (inner as readonly Json[] | undefined)?.[name] : memberOf(inner, name),
    value,
  );
}

async function follow(api: Harness, answer: ArmResponse): Promise<ArmResponse> {
  assert.equal(answer.status, 202, messageOf(answer));
  const link = new URL(String(answer.headers?.['location']));
  const status = await api.call('GET', new URL(String(answer.headers?.['azure-asyncoperation'])).pathname);
  assert.equal(at(status.body, 'status'), 'Succeeded');
  return api.call('GET', link.pathname);
}

async function powerOf(api: Harness): Promise<Json | undefined> {
  const view = await api.call('GET', `${machine}/instanceView`);
  return at(view.body, 'statuses', 1, 'code');
}

test('a machine is deallocated, started and restarted by long-running actions that its instance view tells of', async () => {
  const api = await world([machine, {}]);
  assert.equal(await powerOf(api), 'PowerState/running');
  const stopped = await api.call('POST', `${machine}/deallocate`);
  assert.equal((await follow(api, stopped)).status, 204);
  assert.equal(await powerOf(api), 'PowerState/deallocated');
  const expanded = await api.call('GET', `${machine}?$expand=instanceView`);
  assert.equal(at(expanded.body, 'properties', 'instanceView', 'statuses', 1, 'code'), 'PowerState/deallocated');
  assert.equal(at((await api.call('GET', machine)).body, 'properties', 'extended'), undefined);
  await api.call('PUT', machine, { body: { location: 'westeurope', properties: { extended: { instanceView: {} } } } });
  assert.equal(await powerOf(api), 'PowerState/deallocated', 'a PUT neither starts a machine nor writes its state');
  await api.call('POST', `${machine}/start`);
  assert.equal(await powerOf(api), 'PowerState/running');
  const activity = valueOf(
    await api.call(
      'GET',
      `${subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01`,
    ),
  );
  const operations = activity.map((entry) => at(entry, 'operationName', 'value'));
  assert.ok(operations.includes('Microsoft.Compute/virtualMachines/deallocate/action'));
});

test('a command for a machine is recorded without its script, and says that nothing ran', async () => {
  const api = await world([machine, {}]);
  const body = { commandId: 'RunShellScript', script: ['echo hidden-word'] };
  const ended = await follow(api, await api.call('POST', `${machine}/runCommand`, { body }));
  assert.match(textMember(at(ended.body, 'value', 0), 'message') ?? '', /No machine runs it here/);
  assert.equal(JSON.stringify(api.store.documents.list({ collection: 'activity' })).includes('hidden-word'), false);
});

test('an action that a known type does not have is refused, one of an unknown type is recorded, one on nothing is 404', async () => {
  const widget = `${group}/providers/Contoso.Widgets/widgets/w1`;
  const api = await world([machine, {}], [widget, {}]);
  const wrong = await api.call('POST', `${machine}/explode`);
  assert.equal(wrong.status, 404);
  assert.equal(codeOf(wrong), 'InvalidResourceType');
  assert.match(messageOf(wrong), /have no action 'explode'/);
  assert.deepEqual(await api.call('POST', `${widget}/explode`).then(({ status, body }) => ({ status, body })), {
    status: 200,
    body: {},
  });
  for (const id of [`${machine}x/restart`, `${widget}x/explode`, `${account}/listKeys`]) {
    const missing = await api.call('POST', id);
    assert.equal(missing.status, 404, id);
    assert.equal(codeOf(missing), 'ResourceNotFound', id);
  }
});

test('a regenerated key differs from the one before, the other stays, and a wrong name changes nothing', async () => {
  const api = await world([account, {}]);
  const keys = async (): Promise<readonly (Json | undefined)[]> => {
    const listed = await api.call('POST', `${account}/listKeys`);
    return [at(listed.body, 'keys', 0, 'value'), at(listed.body, 'keys', 1, 'value')];
  };
  const before = await keys();
  const wrong = await api.call('POST', `${account}/regenerateKey`, { body: { keyName: 'key3' } });
  assert.equal(codeOf(wrong), 'BadRequest');
  assert.deepEqual(await keys(), before);
  const renewed = await api.call('POST', `${account}/regenerateKey`, { body: { keyName: 'key2' } });
  assert.equal(at(renewed.body, 'keys', 0, 'value'), before[0]);
  assert.notEqual(at(renewed.body, 'keys', 1, 'value'), before[1]);
  await api.call('PATCH', account, { body: { tags: { a: 'b' } } });
  assert.deepEqual(await keys(), [before[0], at(renewed.body, 'keys', 1, 'value')]);
});

test("access policies of a vault are added, replaced and removed in the vault's own document", async () => {
  const entry = (objectId: string, secrets: readonly string[]): JsonObject => ({
    tenantId: 't',
    objectId,
    permissions: { secrets, keys: [] },
  });
  const api = await world([vault, { properties: { accessPolicies: [entry('one', ['get'])] } }]);
  const change = async (operation: string, ...accessPolicies: readonly JsonObject[]): Promise<ArmResponse> =>
    api.call('PUT', `${vault}/accessPolicies/${operation}`, { body: { properties: { accessPolicies } } });
  const policies = async (): Promise<Json | undefined> =>
    at((await api.call('GET', vault)).body, 'properties', 'accessPolicies');
  assert.equal((await change('add', entry('ONE', ['List']), entry('two', ['get']))).status, 200);
  assert.deepEqual(at(await policies(), 0, 'permissions', 'secrets'), ['get', 'List']);
  await change('replace', entry('two', ['set']));
  assert.deepEqual(at(await policies(), 1, 'permissions', 'secrets'), ['set']);
  await change('remove', entry('one', ['LIST']));
  assert.deepEqual(at(await policies(), 0, 'permissions', 'secrets'), ['get']);
  await change('remove', entry('one', ['get']));
  assert.deepEqual(
    ((await policies()) as readonly Json[]).map((one) => at(one, 'objectId')),
    ['two'],
  );
  assert.equal(codeOf(await change('add', { tenantId: 't' })), 'BadRequest');
  assert.equal((await api.call('PUT', `${vault}x/accessPolicies/add`, { body: {} })).status, 404);
});

test('access is asked for within its policy, and the policy tells of it', async () => {
  const policy = `${group}/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default`;
  const api = await world([machine, {}]);
  const put = await api.call('PUT', policy, {
    body: {
      properties: {
        virtualMachines: [
          {
            id: machine,
            ports: [{ number: 22, protocol: '*', allowedSourceAddressPrefix: '*', maxRequestAccessDuration: 'PT3H' }],
          },
        ],
      },
    },
  });
  assert.equal(put.status, 201, messageOf(put));
  assert.equal(at(put.body, 'kind'), 'Basic');
  const ask = (number: number, duration: string): Promise<ArmResponse> =>
    api.call('POST', `${policy}/initiate`, {
      body: {
        virtualMachines: [{ id: machine, ports: [{ number, duration, allowedSourceAddressPrefix: '1.2.3.4' }] }],
      },
    });
  assert.match(messageOf(await ask(23, 'PT1H')), /port '23' is not in the policy/);
  assert.match(messageOf(await ask(22, 'PT4H')), /over the policy's limit/);
  const opened = await ask(22, 'PT1H');
  assert.equal(opened.status, 202);
  assert.equal(at(opened.body, 'virtualMachines', 0, 'ports', 0, 'status'), 'Initiated');
  const listed = valueOf(
    await api.call('GET', `${subscription}/providers/Microsoft.Security/jitNetworkAccessPolicies`),
  );
  assert.equal(at(listed[0], 'properties', 'requests', 0, 'virtualMachines', 0, 'id'), machine);
});

test('a scan of a storage account goes from queued to completed as time passes', async () => {
  const api = await world([account, {}]);
  const settings = `${account}/providers/Microsoft.Security/defenderForStorageSettings/current`;
  const started = await api.call('POST', `${settings}/StartMalwareScan`);
  assert.equal(at(started.body, 'scanStatus'), 'Queued');
  const scan = `${settings}/malwareScans/${textMember(started.body, 'scanId') ?? ''}`;
  const statusNow = async (): Promise<Json | undefined> => at((await api.call('GET', scan)).body, 'scanStatus');
  assert.equal(await statusNow(), 'Queued');
  api.clock.advance(3_000);
  assert.equal(await statusNow(), 'InProgress');
  api.clock.advance(8_000);
  assert.equal(await statusNow(), 'Completed');
  assert.equal(at((await api.call('GET', scan)).body, 'scanSummary', 'blobs', 'totalBlobsScanned'), 0);
  assert.equal(codeOf(await api.call('POST', `${scan}/cancelMalwareScan`)), 'Conflict');
});

test('a protected item tells of the backup of its machine, and stopping protection keeps the rest of it', async () => {
  const item = `${group}/providers/Microsoft.RecoveryServices/vaults/rv/backupFabrics/Azure/protectionContainers/IaasVMContainer;rg;vm1/protectedItems/VM;rg;vm1`;
  const api = await world([machine, {}], [`${group}/providers/Microsoft.RecoveryServices/vaults/rv`, {}]);
  const ask = (): Promise<ArmResponse> =>
    api.call('POST', `${subscription}/providers/Microsoft.RecoveryServices/locations/westeurope/backupStatus`, {
      body: { resourceType: 'VM', resourceId: machine },
    });
  assert.equal(at((await ask()).body, 'protectionStatus'), 'NotProtected');
  const put = await api.call('PUT', item, {
    body: { properties: { protectionState: 'Protected', sourceResourceId: machine, policyId: `${group}/x/p1` } },
  });
  assert.equal(put.status, 201, messageOf(put));
  const status = await ask();
  assert.equal(at(status.body, 'protectionStatus'), 'Protected');
  const found = `${textMember(status.body, 'vaultId') ?? ''}/backupFabrics/${textMember(status.body, 'fabricName') ?? ''}/protectionContainers/${textMember(status.body, 'containerName') ?? ''}/protectedItems/${textMember(status.body, 'protectedItemName') ?? ''}`;
  await api.call('PUT', found, { body: { properties: { protectionState: 'ProtectionStopped' } } });
  const after = await api.call('GET', item);
  assert.equal(at(after.body, 'properties', 'protectionState'), 'ProtectionStopped');
  assert.equal(at(after.body, 'properties', 'policyId'), `${group}/x/p1`);
});

test('a setting that exists before anybody put it is changed by PATCH', async () => {
  const service = `${group}/providers/Microsoft.ApiManagement/service/api1`;
  const api = await world([service, {}]);
  const patched = await api.call('PATCH', `${service}/tenant/access`, { body: { properties: { enabled: true } } });
  assert.equal(patched.status, 200, messageOf(patched));
  assert.equal(at((await api.call('GET', `${service}/tenant/access`)).body, 'properties', 'enabled'), true);
  assert.equal((await api.call('PATCH', `${service}x/tenant/access`, { body: {} })).status, 404);
});

test('changes of a resource are told property by property, secrets masked', async () => {
  const api = await world([account, {}]);
  await api.call('PATCH', account, {
    body: { properties: { minimumTlsVersion: 'TLS1_2', adminPassword: 'hidden-word' } },
  });
  api.clock.advance(1_000);
  const from = new Date(api.clock.now() - 60_000).toISOString();
  const to = new Date(api.clock.now()).toISOString();
  const path = `${subscription}/providers/Microsoft.ChangeAnalysis/resourceChanges?api-version=2021-04-01-preview&$resourceId=${account}&$startTime=${from}&$endTime=${to}`;
  const [change] = valueOf(await api.call('POST', path));
  const properties = at(change, 'properties', 'propertyChanges') as readonly Json[];
  const tls = properties.find((one) => at(one, 'jsonPath') === 'properties.minimumTlsVersion');
  assert.deepEqual([at(tls, 'oldValue'), at(tls, 'newValue')], ['TLS1_0', 'TLS1_2']);
  assert.equal(at(change, 'properties', 'initiatedByList', 0), 'Administrator');
  const secret = properties.find((one) => at(one, 'jsonPath') === 'properties.adminPassword');
  assert.deepEqual([at(secret, 'newValue'), at(secret, 'isDataMasked')], ['******', true]);
});

test("the rules in force on an interface are those of its own and its subnet's security groups", async () => {
  const rule = (name: string): JsonObject => ({
    name,
    properties: { priority: 100, direction: 'Inbound', access: 'Deny' },
  });
  const firewall = (name: string): string => `${group}/providers/Microsoft.Network/networkSecurityGroups/${name}`;
  const network = `${group}/providers/Microsoft.Network/virtualNetworks/net`;
  const card = `${group}/providers/Microsoft.Network/networkInterfaces/nic`;
  const api = await world(
    [firewall('own'), { properties: { securityRules: [rule('a')] } }],
    [firewall('subnet'), { properties: { securityRules: [rule('b')] } }],
    [
      network,
      { properties: { subnets: [{ name: 's', properties: { networkSecurityGroup: { id: firewall('subnet') } } }] } },
    ],
    [
      card,
      {
        properties: {
          networkSecurityGroup: { id: firewall('own') },
          ipConfigurations: [{ name: 'i', properties: { subnet: { id: `${network}/subnets/s` } } }],
        },
      },
    ],
  );
  const ended = await follow(api, await api.call('POST', `${card}/effectiveNetworkSecurityGroups`));
  const names = valueOf(ended).map((one) => at(one, 'effectiveSecurityRules', 0, 'name'));
  assert.deepEqual(names, ['securityRules/a', 'securityRules/b']);
});
