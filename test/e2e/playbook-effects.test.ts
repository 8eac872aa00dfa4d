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
  const home = `${subscription}/resourceGroups/app-${name.slice(0, 20)}`;
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
  const app = await server.call('GET', `${textOf(workflow, 'id')}?api-version=2019-05-01`);
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
  await server.call('POST', `${workflow}/enable?api-version=2019-05-01`);
  const triggers = (await server.call('GET', `${workflow}/triggers?api-version=2019-05-01`)).body.value ?? [];
  const started = await server.call(
    'POST',
    `${workflow}/triggers/${textOf(triggers[0] ?? {}, 'name')}/run?api-version=2019-05-01`,
  );
  assert.ok(started.status < 300, started.text);
  await server.eventually(async () => {
    const opened = await read(account('open'));
    return at(opened, 'properties', 'minimumTlsVersion') === 'TLS1_2' ? opened : undefined;
  }, 'the account is secured');
  assert.equal(at(await read(account('open')), 'properties', 'supportsHttpsTrafficOnly'), true);
  assert.equal((await read(account('good'))).etag, before.etag);
});
