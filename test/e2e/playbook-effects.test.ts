/**
 * What published playbooks do to the inventory and the directory, asserted on the documents: deployed unmodified from the corpus
 * beside the checkout, outside the sandbox but for their mail.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isJsonArray, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import {
  missingCorpus,
  publishedEvent,
  type PublishedTemplate,
  publishedTemplates,
} from '../../tools/corpus/published.ts';
import { type Reply, subscription, textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer();
const group = `${subscription}/resourceGroups/rg`;
const location = 'westeurope';
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';

let application: Reply['body'] = {};

before(async () => {
  await server.start();
  await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location } });
  application = (
    await server.call('POST', '/tocsin/v1/principals', { body: { displayName: 'playbooks', type: 'ServicePrincipal' } })
  ).body;
  await assign('', textOf(application, 'objectId'), owner);
});

after(() => server.remove());

async function assign(scope: string, principalId: string, role: string): Promise<void> {
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
  const put = await server.call('PUT', id, {
    body: {
      properties: {
        principalId,
        principalType: 'ServicePrincipal',
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      },
    },
  });
  assert.equal(put.status, 201, put.text);
}

function at(value: Json | undefined, ...names: readonly (string | number)[]): Json | undefined {
  return names.reduce<Json | undefined>(
    (inner, name) =>
      typeof name === 'number' ? (isJsonArray(inner) ? inner[name] : undefined) : memberOf(inner, name),
    value,
  );
}

async function put(id: string, properties: JsonObject, version = '2022-07-01'): Promise<void> {
  const answer = await server.call('PUT', `${id}?api-version=${version}`, { body: { location, properties } });
  assert.ok(answer.status < 300, answer.text);
}

const read = async (id: string): Promise<JsonObject> => (await server.call('GET', `${id}?api-version=2022-07-01`)).body;

function published(name: string): PublishedTemplate {
  const found = publishedTemplates().find(({ file }) => file.endsWith(`/${name}.json`));
  assert.ok(found, name);
  return found;
}

/** Deploys the template into a group of its own; the id of its logic app, with roles and connections set up. */
async function deployed(name: string): Promise<string> {
  const { text, parameters } = published(name);
  const home = `${subscription}/resourceGroups/app-${name}`;
  await server.call('PUT', `${home}?api-version=2021-04-01`, { body: { location } });
  const values = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }]));
  const path = `${home}/providers/Microsoft.Resources/deployments/d?api-version=2022-09-01`;
  const body = `{"properties":{"mode":"Incremental","parameters":${JSON.stringify(values)},"template":${text}}}`;
  assert.equal((await server.call('PUT', path, { text: body })).status, 201);
  await server.eventually(async () => {
    const state = at((await server.call('GET', path)).body, 'properties', 'provisioningState');
    assert.notEqual(state, 'Failed');
    return state === 'Succeeded' ? state : undefined;
  }, `the deployment of ${name}`);
  const resources = (await server.call('GET', `${home}/resources?api-version=2021-04-01`)).body.value ?? [];
  for (const resource of resources)
    if (/\/connections$/i.test(textOf(resource, 'type'))) await authorise(textOf(resource, 'id'));
  const workflow = resources.find((resource) => /\/workflows$/i.test(textOf(resource, 'type')));
  assert.ok(workflow);
  const appPath = `${textOf(workflow, 'id')}?api-version=2019-05-01`;
  let app = await server.call('GET', appPath);
  // Some leave it to whoever deploys them to switch the identity on.
  if (app.body.identity === undefined)
    app = await server.call('PUT', appPath, { body: { ...app.body, identity: { type: 'SystemAssigned' } } });
  const identity = textMember(app.body.identity, 'principalId');
  if (identity !== undefined) {
    await assign(subscription, identity, contributor);
    await assign('', identity, 'acdd72a7-3385-48ef-bd42-f606fba81ae7');
  }
  return textOf(workflow, 'id');
}

/** Connections to what is kept here sign in as an application of this server; mail stays in the sandbox. */
async function authorise(id: string): Promise<void> {
  const path = `${id}?api-version=2016-06-01`;
  const { body } = await server.call('GET', path);
  const api = textMember(at(body, 'properties', 'api'), 'id') ?? '';
  if (!/\/(?:arm|azuread)$/i.test(api)) {
    await server.call('POST', '/tocsin/v1/connections/sandbox', { body: { connectionId: id, enabled: true } });
    return;
  }
  const parameterValues = {
    'token:clientId': textOf(application, 'appId'),
    'token:clientSecret': textMember(memberOf(application, 'secret'), 'value') ?? '',
    'token:TenantId': '00000000-0000-4000-8000-000000000000',
    'token:grantType': 'client_credentials',
  };
  const answer = await server.call('PUT', path, {
    body: { location, properties: { api: { id: api }, displayName: 'c', parameterValues } },
  });
  assert.ok(answer.status < 300, answer.text);
}

async function fired(workflow: string, event: JsonObject): Promise<JsonObject> {
  const version = 'api-version=2019-05-01';
  const triggers = (await server.call('GET', `${workflow}/triggers?${version}`)).body.value ?? [];
  const trigger = textOf(triggers[0] ?? {}, 'name');
  const listed = await server.call('POST', `${workflow}/triggers/${trigger}/listCallbackUrl?${version}`);
  const url = textOf(listed.body, 'value').replace(/^https?:\/\/[^/]+/, server.url);
  const answer = await server.call('POST', url, { body: event, token: null });
  return server.finishedRun(`${workflow}/runs/${answer.headers.get('x-ms-workflow-run-id') ?? ''}`);
}

const localised = (event: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(event).replaceAll(/\/subscriptions\/[0-9a-f-]{36}/gi, subscription)) as JsonObject;

test('the playbook that disables accounts disables the user and revokes his sessions', {
  skip: missingCorpus,
}, async () => {
  const imported = await server.call('POST', '/tocsin/v1/directory/import', {
    body: {
      users: [
        {
          userPrincipalName: 'ann@contoso.com',
          displayName: 'Ann',
          mail: 'ann@contoso.com',
          manager: 'bob@contoso.com',
        },
        { userPrincipalName: 'bob@contoso.com', displayName: 'Bob', mail: 'bob@contoso.com' },
      ],
    },
  });
  assert.equal(imported.body.created, 2, imported.text);
  const ann = await server.call('GET', '/graph/v1.0/users/ann@contoso.com');
  const workflow = await deployed('disable-aad-account-revoke-tokens');
  const alert = localised(publishedEvent('alert-13-vm-ssh-bruteforce-success'));
  const run = await fired(workflow, {
    ...alert,
    Entities: [{ $id: '1', type: 'account', aadUserId: textOf(ann.body, 'id') }],
  });
  const select = '$select=accountEnabled,signInSessionsValidFromDateTime';
  const user = await server.call('GET', `/graph/v1.0/users/ann@contoso.com?${select}`);
  assert.equal(user.body.accountEnabled, false, JSON.stringify(run));
  assert.ok(user.body.signInSessionsValidFromDateTime);
  const outbox = await server.call('GET', '/tocsin/v1/outbox');
  assert.match(outbox.text, /bob@contoso\.com/, 'the manager is told');
});

test('the playbook that puts security groups on subnets makes one and ties it to the subnet', {
  skip: missingCorpus,
}, async () => {
  const network = `${group}/providers/Microsoft.Network`;
  const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm1`;
  await put(`${network}/virtualNetworks/net`, {
    subnets: [{ name: 'front', properties: { addressPrefix: '10.0.0.0/24' } }],
  });
  await put(`${network}/networkInterfaces/nic1`, {
    ipConfigurations: [{ name: 'one', properties: { subnet: { id: `${network}/virtualNetworks/net/subnets/front` } } }],
  });
  await put(machine, { networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/nic1` }] } });
  const workflow = await deployed('enable-nsg-on-subnet');
  const event = localised(publishedEvent('rec-07-jit-access'));
  const properties = { ...(event.properties as JsonObject), resourceDetails: { source: 'Azure', id: machine } };
  const run = await fired(workflow, { ...event, properties });
  const subnet = await read(`${network}/virtualNetworks/net/subnets/front`);
  const tied = textMember(at(subnet, 'properties', 'networkSecurityGroup'), 'id');
  assert.ok(tied, JSON.stringify(run));
  assert.equal((await server.call('GET', `${tied}?api-version=2022-07-01`)).status, 200);
  const whole = await read(`${network}/virtualNetworks/net`);
  assert.equal(
    at(whole, 'properties', 'subnets', 0, 'properties', 'networkSecurityGroup', 'id'),
    tied,
    'one source, two views',
  );
});

test('the playbook that secures storage accounts secures those that are not, and no others', {
  skip: missingCorpus,
}, async () => {
  const account = (name: string): string => `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  await put(account('open'), { supportsHttpsTrafficOnly: false, minimumTlsVersion: 'TLS1_0' });
  await put(account('good'), { supportsHttpsTrafficOnly: true, minimumTlsVersion: 'TLS1_2' });
  const before = await read(account('good'));
  const workflow = await deployed('remediate-storage-account-enable-secure-transfer');
  await startByHand(workflow);
  await server.eventually(async () => {
    const opened = await read(account('open'));
    return at(opened, 'properties', 'minimumTlsVersion') === 'TLS1_2' ? opened : undefined;
  }, 'the account is secured');
  assert.equal(at(await read(account('open')), 'properties', 'supportsHttpsTrafficOnly'), true);
  assert.equal((await read(account('good'))).etag, before.etag);
});

test('the playbook that blocks brute force denies the attackers at the security group of the machine', {
  skip: missingCorpus,
}, async () => {
  const network = `${group}/providers/Microsoft.Network`;
  const machine = `${group}/providers/Microsoft.Compute/virtualMachines/attacked`;
  const taken = { priority: 100, direction: 'Inbound', access: 'Allow', protocol: '*' };
  await put(`${network}/networkSecurityGroups/guard`, {
    securityRules: [
      {
        name: 'ssh',
        properties: {
          ...taken,
          sourceAddressPrefix: '*',
          destinationAddressPrefix: '*',
          destinationPortRange: '22',
          sourcePortRange: '*',
        },
      },
    ],
  });
  await put(`${network}/networkInterfaces/attacked-nic`, {
    networkSecurityGroup: { id: `${network}/networkSecurityGroups/guard` },
    ipConfigurations: [{ name: 'one', properties: { privateIPAddress: '10.0.0.9' } }],
  });
  await put(machine, { networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/attacked-nic` }] } });
  const workflow = await deployed('block-bruteforce-attack');
  const alert = localised(publishedEvent('alert-13-vm-ssh-bruteforce-success'));
  const run = await fired(workflow, {
    ...alert,
    Entities: [
      { $id: '1', azureID: machine, hostName: 'attacked', type: 'host' },
      { $id: '2', address: '203.0.113.7', type: 'ip' },
    ],
  });
  const rules = at(await read(`${network}/networkSecurityGroups/guard`), 'properties', 'securityRules');
  const blocking = (isJsonArray(rules) ? rules : []).find((rule) =>
    textMember(rule, 'name')?.startsWith('BlockBruteForce-'),
  );
  assert.ok(blocking, JSON.stringify(run));
  assert.deepEqual(at(blocking, 'properties', 'sourceAddressPrefixes'), ['203.0.113.7']);
  assert.equal(at(blocking, 'properties', 'destinationAddressPrefix'), '10.0.0.9');
  assert.equal(at(blocking, 'properties', 'access'), 'Deny');
  assert.notEqual(at(blocking, 'properties', 'priority'), 100, 'the first priority that no rule has');
});

/** Playbooks that look through all subscriptions by time: what they look for, and what they make of it. */
const remediations: readonly (readonly [name: string, type: string, before: JsonObject, after: JsonObject])[] = [
  [
    'remediate-require-secure-transfer-to-storage-account',
    'Microsoft.Storage/storageAccounts',
    { supportsHttpsTrafficOnly: false },
    { supportsHttpsTrafficOnly: true },
  ],
  [
    'remediate-storage-account-deny-network-access-default-action',
    'Microsoft.Storage/storageAccounts',
    { networkAcls: { defaultAction: 'Allow' } },
    { networkAcls: { defaultAction: 'Deny' } },
  ],
  [
    'remediate-storage-account-disable-blob-public-access',
    'Microsoft.Storage/storageAccounts',
    { allowBlobPublicAccess: true },
    { allowBlobPublicAccess: false },
  ],
  [
    'remediate-storage-account-disable-public-network-access',
    'Microsoft.Storage/storageAccounts',
    { publicNetworkAccess: 'Enabled' },
    { publicNetworkAccess: 'Disabled' },
  ],
  [
    'remediate-function-app-should-only-be-accessible-over-https',
    'Microsoft.Web/sites',
    { httpsOnly: false },
    { httpsOnly: true },
  ],
  [
    'remediate-web-application-should-only-be-accessible-over-https',
    'Microsoft.Web/sites',
    { httpsOnly: false },
    { httpsOnly: true },
  ],
];

for (const [index, [name, type, before, after]] of remediations.entries()) {
  test(`${name}: the resource is as its author meant it`, { skip: missingCorpus }, async () => {
    const id = `${group}/providers/${type}/remedied${index}`;
    const kind = name.includes('function-app') ? 'functionapp' : 'app';
    const made = await server.call('PUT', `${id}?api-version=2022-07-01`, {
      body: { location, kind, properties: before },
    });
    assert.ok(made.status < 300, made.text);
    await startByHand(await deployed(name));
    const [member = '', wanted = null] = Object.entries(after)[0] ?? [];
    const isDone = async (): Promise<JsonObject | undefined> => {
      const found = await read(id);
      const value = at(found, 'properties', member);
      const holds =
        typeof wanted === 'object' ? at(value, 'defaultAction') === at(wanted, 'defaultAction') : value === wanted;
      return holds ? found : undefined;
    };
    await server.eventually(isDone, `${member} of ${id}`);
  });
}

/** Enables a logic app that its template deploys disabled, and runs its trigger. */
async function startByHand(workflow: string): Promise<void> {
  const version = 'api-version=2019-05-01';
  await server.call('POST', `${workflow}/enable?${version}`);
  const triggers = (await server.call('GET', `${workflow}/triggers?${version}`)).body.value ?? [];
  const started = await server.call('POST', `${workflow}/triggers/${textOf(triggers[0] ?? {}, 'name')}/run?${version}`);
  assert.ok(started.status < 300, started.text);
}

test('the playbook that asks for just-in-time access makes the policy of the machine', {
  skip: missingCorpus,
}, async () => {
  const machine = `${group}/providers/Microsoft.Compute/virtualMachines/ports`;
  // The author's own schema asks for all of this, his cost centre included.
  const image = { publisher: 'p', offer: 'o', sku: 's', version: 'latest', exactVersion: '1' };
  const managedDisk = { storageAccountType: 'Premium_LRS', id: `${group}/providers/Microsoft.Compute/disks/d` };
  const osDisk = {
    osType: 'Windows',
    name: 'd',
    createOption: 'FromImage',
    caching: 'ReadWrite',
    managedDisk,
    diskSizeGB: 127,
  };
  const made = await server.call('PUT', `${machine}?api-version=2019-07-01`, {
    body: {
      location,
      tags: { CostCenter: '7' },
      properties: {
        hardwareProfile: { vmSize: 'Standard_D2s_v3' },
        storageProfile: { imageReference: image, osDisk, dataDisks: [] },
        networkProfile: { networkInterfaces: [{ id: `${group}/providers/Microsoft.Network/networkInterfaces/n` }] },
        osProfile: {
          computerName: 'ports',
          adminUsername: 'admin',
          windowsConfiguration: { provisionVMAgent: true, enableAutomaticUpdates: true },
          secrets: [],
          allowExtensionOperations: true,
          requireGuestProvisionSignal: true,
        },
      },
    },
  });
  assert.ok(made.status < 300, made.text);
  const workflow = await deployed('remediate-management-ports-of-virtual-machines-should-be-protected-with-just-in');
  const event = localised(publishedEvent('rec-07-jit-access'));
  const properties = { ...(event.properties as JsonObject), resourceDetails: { source: 'Azure', id: machine } };
  const run = await fired(workflow, { ...event, properties });
  const policies = await server.call(
    'GET',
    `${subscription}/providers/Microsoft.Security/jitNetworkAccessPolicies?api-version=2020-01-01`,
  );
  assert.ok(policies.text.includes(machine), JSON.stringify(run));
});
