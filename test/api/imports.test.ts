import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArmResponse, type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { groupIdsOf } from '#service';
import { codeOf, type Harness, messageOf, principal, startHarness, subscription, valueOf } from './harness.ts';

const group = `${subscription}/resourceGroups/rg`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/acc`;
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm`;
const elsewhere = '/subscriptions/0b0b0b0b-0000-4000-8000-00000000000b';

async function imported(api: Harness, content: Json | string, query = ''): Promise<ArmResponse> {
  const rawBody = typeof content === 'string' ? content : stringifyJson(content);
  return api.call('POST', `/tocsin/v1/inventory/import?${query}`, { rawBody });
}

const counts = ({ body }: ArmResponse): readonly (Json | undefined)[] =>
  ['created', 'updated', 'unchanged', 'refused'].map((name) => memberOf(body, name));

const rows: readonly JsonObject[] = [
  {
    id: account,
    name: 'acc',
    type: 'Microsoft.Storage/storageAccounts',
    location: 'West Europe',
    sku: { name: 'Standard_LRS' },
    tags: { a: '1' },
    properties: { minimumTlsVersion: 'TLS1_2' },
  },
  {
    id: machine,
    name: 'vm',
    type: 'Microsoft.Compute/virtualMachines',
    location: 'westeurope',
    tags: null,
    properties: { vmId: 'x' },
  },
];

test('the same resources arrive in every format, and again nothing changes', async () => {
  const columns = ['id', 'name', 'type', 'location', 'sku', 'tags', 'properties'];
  const table = {
    columns: columns.map((name) => ({ name })),
    rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
  };
  const cell = (value: Json | undefined): string =>
    typeof value === 'string'
      ? value
      : value === undefined || value === null
        ? ''
        : `"${stringifyJson(value).replaceAll('"', '""')}"`;
  const csv = [
    columns.map((name) => name.toUpperCase()).join(','),
    ...rows.map((row) => columns.map((name) => cell(row[name])).join(',')),
  ].join('\r\n');
  for (const [format, file] of [
    ['list', rows],
    ['list', { value: rows }],
    ['resourceGraph', { count: 2, data: rows }],
    ['resourceGraph', { data: table }],
    ['csv', csv],
  ] as const) {
    const api = await startHarness();
    const first = await imported(api, file);
    assert.equal(first.status, 200, messageOf(first));
    assert.equal(memberOf(first.body, 'format'), format);
    assert.deepEqual(counts(first), [2, 0, 0, 0], `${format}: ${stringifyJson(first.body ?? null)}`);
    const read = await api.call('GET', account);
    assert.equal(memberOf(memberOf(read.body, 'properties'), 'minimumTlsVersion'), 'TLS1_2');
    assert.equal(memberOf(memberOf(read.body, 'tags'), 'a'), '1');
    const { etag } = read.headers ?? {};
    assert.deepEqual(counts(await imported(api, file)), [0, 0, 2, 0], format);
    assert.equal((await api.call('GET', account)).headers?.['etag'], etag);
  }
});

test('what the command line lifts out of properties goes back there, and a change is an update', async () => {
  const api = await startHarness();
  const row: JsonObject = {
    id: machine,
    name: 'vm',
    type: 'Microsoft.Compute/virtualMachines',
    location: 'westeurope',
    resourceGroup: 'rg',
    hardwareProfile: { vmSize: 'A' },
  };
  assert.deepEqual(counts(await imported(api, [row])), [1, 0, 0, 0]);
  assert.deepEqual(counts(await imported(api, [{ ...row, hardwareProfile: { vmSize: 'B' } }])), [0, 1, 0, 0]);
  const read = await api.call('GET', machine);
  assert.equal(memberOf(memberOf(memberOf(read.body, 'properties'), 'hardwareProfile'), 'vmSize'), 'B');
});

test('rows that cannot be taken are named and do not stop the others', async () => {
  const api = await startHarness();
  const answer = await imported(api, [
    ...rows,
    { name: 'nameless' },
    { id: 'nonsense' },
    { id: `${elsewhere}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/b`, location: 'westeurope' },
    { id: `${group}/providers/Microsoft.Logic/workflows/w`, location: 'westeurope' },
  ]);
  assert.deepEqual(counts(answer), [2, 0, 0, 3]);
  assert.equal(memberOf(answer.body, 'withoutId'), 1);
  const codes = (memberOf(answer.body, 'problems') as readonly Json[])
    .map((one) => textMember(one, 'code') ?? '')
    .toSorted();
  assert.deepEqual(codes, ['InvalidRequestFormat', 'NotSupported', 'SubscriptionNotFound']);
  assert.equal(codeOf(await imported(api, '{"a": 1}')), 'InvalidRequestContent');
  assert.equal(codeOf(await imported(api, 'a,b\n1,2')), 'InvalidRequestContent');
});

test('resources of another subscription come into one of ours, their references too', async () => {
  const api = await startHarness();
  const network = `${elsewhere}/resourceGroups/net/providers/Microsoft.Network`;
  const answer = await imported(
    api,
    [
      {
        id: `${network}/networkInterfaces/nic`,
        type: 'Microsoft.Network/networkInterfaces',
        location: 'westeurope',
        properties: { networkSecurityGroup: { id: `${network}/networkSecurityGroups/nsg` } },
      },
      {
        id: `${network}/networkSecurityGroups/nsg`,
        type: 'Microsoft.Network/networkSecurityGroups',
        location: 'westeurope',
        properties: {},
      },
    ],
    `subscriptionId=${subscription.slice(15)}`,
  );
  assert.deepEqual(counts(answer), [2, 0, 0, 0]);
  const read = await api.call(
    'GET',
    `${subscription}/resourceGroups/net/providers/Microsoft.Network/networkInterfaces/nic`,
  );
  const reference = textMember(memberOf(memberOf(read.body, 'properties'), 'networkSecurityGroup'), 'id');
  assert.equal(reference, `${subscription}/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/nsg`);
});

test('unknown subscriptions are made when asked for, and nobody imports without a role', async () => {
  const api = await startHarness();
  const id = `${elsewhere}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/b`;
  assert.deepEqual(
    counts(await imported(api, [{ id, location: 'westeurope' }], 'unknownSubscription=create')),
    [1, 0, 0, 0],
  );
  assert.equal((await api.call('GET', id)).status, 200);
  const as = principal('stranger');
  const refused = await api.call('POST', '/tocsin/v1/inventory/import', {
    rawBody: stringifyJson([{ id: account, location: 'westeurope' }]),
    as,
  });
  assert.deepEqual(counts(refused), [0, 0, 0, 1]);
  assert.equal((await api.call('GET', account)).status, 404);
});

test('users, groups and links are imported by name or id, and again nothing changes', async () => {
  const api = await startHarness();
  const file = {
    users: [
      {
        id: '0c0c0c0c-0000-4000-8000-00000000000c',
        userPrincipalName: 'ann@contoso.com',
        displayName: 'Ann',
        manager: 'bob@contoso.com',
      },
      { userPrincipalName: 'bob@contoso.com', displayName: 'Bob', businessPhones: ['1'] },
    ],
    groups: [{ displayName: 'ops', securityEnabled: true, members: ['ann@contoso.com', { id: 'nobody' }] }],
    devices: [{ deviceId: 'd1', displayName: 'laptop', registeredOwners: ['ann@contoso.com'] }],
    signIns: [{ id: 's1', userPrincipalName: 'ann@contoso.com', appDisplayName: 'Portal', ipAddress: '1.2.3.4' }],
  };
  const first = await api.call('POST', '/tocsin/v1/directory/import', { body: file });
  assert.equal(first.status, 200, messageOf(first));
  assert.deepEqual(counts(first), [5, 0, 0, 1]);
  assert.equal(memberOf(first.body, 'linked'), 3);
  const manager = await api.call('GET', '/graph/v1.0/users/ann@contoso.com/manager');
  assert.equal(memberOf(manager.body, 'displayName'), 'Bob');
  assert.equal(groupIdsOf(api.services, '0c0c0c0c-0000-4000-8000-00000000000c').length, 1);
  const signIns = valueOf(
    await api.call(
      'GET',
      `/graph/v1.0/auditLogs/signIns?$filter=${encodeURIComponent("userPrincipalName eq 'ann@contoso.com'")}`,
    ),
  );
  assert.equal(signIns.length, 1);
  const again = await api.call('POST', '/tocsin/v1/directory/import', { body: file });
  assert.deepEqual(counts(again), [0, 0, 5, 1]);
  assert.equal(memberOf(again.body, 'linked'), 0);
  const graph = {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users',
    value: [{ userPrincipalName: 'ann@contoso.com', jobTitle: 'Lead' }],
  };
  assert.deepEqual(counts(await api.call('POST', '/tocsin/v1/directory/import', { body: graph })), [0, 1, 0, 0]);
  assert.equal(
    codeOf(await api.call('POST', '/tocsin/v1/directory/import', { body: { colours: [] } })),
    'InvalidRequestContent',
  );
});

test('an exported template is deployed into its group', async () => {
  const api = await startHarness();
  const template = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { name: { type: 'String', defaultValue: 'exported' } },
    resources: [
      {
        type: 'Microsoft.Storage/storageAccounts',
        apiVersion: '2023-01-01',
        name: "[parameters('name')]",
        location: 'northeurope',
        properties: {},
      },
    ],
  };
  assert.equal(codeOf(await imported(api, template)), 'InvalidParameter');
  const pending = imported(api, template, `subscriptionId=${subscription.slice(15)}&resourceGroup=exp`);
  let answer: ArmResponse | undefined;
  void pending.then((done) => {
    answer = done;
  });
  for (let turns = 0; answer === undefined && turns < 500; turns += 1) {
    api.clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(memberOf(answer?.body, 'state'), 'Succeeded');
  const read = await api.call(
    'GET',
    `${subscription}/resourceGroups/exp/providers/Microsoft.Storage/storageAccounts/exported`,
  );
  assert.equal(memberOf(read.body, 'location'), 'northeurope');
});
