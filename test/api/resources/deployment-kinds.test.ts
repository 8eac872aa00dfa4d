/** Complete mode, links, key vaults, rollback: what deployments can ask for besides a template. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type JsonObject, type Outbound, type OutboundRequest, textMember } from '#foundation';
import { codeOf, type Harness, messageOf, principal, settle, subscription, valueOf } from '../harness.ts';
import {
  at,
  body,
  deployed,
  deployments,
  group,
  previewed,
  stateOf,
  template,
  widget,
  withGroup,
} from './deployment-harness.ts';

const widgets = `${group}/providers/Contoso.Widgets/widgets`;

async function widgetNames(api: Harness): Promise<readonly Json[]> {
  const found = valueOf(await api.call('GET', `${group}/resources`));
  return found.map(({ name }) => name ?? null);
}

// --- Complete mode ----------------------------------------------------------------------------------------------

const complete = (request: JsonObject): JsonObject => ({
  properties: { ...(request['properties'] as JsonObject), mode: 'Complete' },
});

test('complete mode deletes what the template does not name, after the rest, and says so beforehand', async () => {
  const api = await withGroup();
  const child = {
    type: 'Contoso.Widgets/widgets/parts',
    apiVersion: '2020-01-01',
    name: 'keep/part',
    location: 'westeurope',
  };
  await deployed(api, 'first', body({ resources: [widget('keep'), widget('go'), { ...child, dependsOn: ['keep'] }] }));
  const next = complete(body({ resources: [widget('keep'), widget('fresh')] }));
  const changes = await previewed(api, next);
  assert.deepEqual(
    [...changes].map(([name, change]) => [name, change['changeType']]),
    [
      ['keep', 'NoChange'],
      ['fresh', 'Create'],
      ['go', 'Delete'],
      ['part', 'Delete'],
    ],
  );
  assert.equal(at(changes.get('go'), 'before', 'name'), 'go');
  const read = await deployed(api, 'second', next);
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(read.body));
  assert.equal(at(read.body, 'properties', 'mode'), 'Complete');
  assert.deepEqual(await widgetNames(api), ['fresh', 'keep']);
  const operations = valueOf(await api.call('GET', `${deployments}/second/operations`));
  const deletions = operations.filter((one) => at(one, 'properties', 'provisioningOperation') === 'Delete');
  assert.deepEqual(
    deletions.map((one) => at(one, 'properties', 'targetResource', 'resourceName')),
    ['go', 'part'],
  );
});

test('a failed deployment in complete mode deletes nothing, and a nested one may not ask for it', async () => {
  const api = await withGroup();
  await deployed(api, 'first', body({ resources: [widget('stays')] }));
  const broken = { type: 'Contoso.Widgets/widgets/parts', apiVersion: '2020-01-01', name: 'missing/part' };
  const read = await deployed(api, 'second', complete(body({ resources: [broken] })));
  assert.equal(stateOf(read), 'Failed');
  assert.deepEqual(await widgetNames(api), ['stays']);
  const nested = {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'inner',
    properties: { mode: 'Complete', template: template({}) },
  };
  const put = await api.call('PUT', `${deployments}/third`, { body: body({ resources: [nested] }) });
  assert.equal(put.status, 400);
  assert.match(messageOf(put), /nested deployment must be 'Incremental'/);
});

test('what a nested deployment made counts as named, and so do false conditions before 2019-05-10', async () => {
  const api = await withGroup();
  await deployed(api, 'first', body({ resources: [widget('conditional'), widget('nested')] }));
  const nested = {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'inner',
    properties: { mode: 'Incremental', template: template({ resources: [widget('nested')] }) },
  };
  const request = complete(body({ resources: [nested, widget('conditional', { condition: false })] }));
  await api.call('PUT', `${deployments}/old?api-version=2018-05-01`, { body: request });
  await settle();
  assert.deepEqual(await widgetNames(api), ['conditional', 'nested']);
  await deployed(api, 'new', request);
  assert.deepEqual(await widgetNames(api), ['nested']);
});

test('complete mode is refused where there is no resource group', async () => {
  const api = await withGroup();
  const put = await api.call('PUT', `${subscription}/providers/Microsoft.Resources/deployments/x`, {
    body: { ...complete(body({})), location: 'westeurope' },
  });
  assert.equal(codeOf(put), 'InvalidDeployment');
});

// --- Links ------------------------------------------------------------------------------------------------------

/** A web of documents by address; redirects are texts that begin with `http`. */
function serve(api: Harness, pages: Readonly<Record<string, Json | string>>): readonly OutboundRequest[] {
  const asked: OutboundRequest[] = [];
  const outbound: Outbound = {
    send: (request) => {
      asked.push(request);
      const page = pages[request.url];
      if (page === undefined)
        return Promise.resolve({ kind: 'response', status: 404, headers: {}, body: new Uint8Array() });
      if (typeof page === 'string' && page.startsWith('http')) {
        return Promise.resolve({ kind: 'response', status: 302, headers: { location: page }, body: new Uint8Array() });
      }
      const text = typeof page === 'string' ? page : JSON.stringify(page);
      return Promise.resolve({ kind: 'response', status: 200, headers: {}, body: new TextEncoder().encode(text) });
    },
  };
  Object.assign(api.services, { outbound });
  return asked;
}

const linked = (link: JsonObject, more: JsonObject = {}): JsonObject => ({
  properties: { mode: 'Incremental', templateLink: link, ...more },
});

test('a linked template and linked parameters are fetched, their queries are kept for relative links and shown nowhere', async () => {
  const api = await withGroup();
  const nested = {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'below',
    properties: {
      mode: 'Incremental',
      templateLink: { relativePath: 'parts/child.json' },
      parameters: { word: { value: "[parameters('word')]" } },
    },
  };
  const main = template({
    parameters: { word: { type: 'string' } },
    resources: [nested, widget('main')],
    outputs: {
      word: { type: 'string', value: "[reference('below').outputs.word.value]" },
      here: { type: 'string', value: '[deployment().properties.templateLink.uri]' },
      sibling: { type: 'string', value: "[uri(deployment().properties.templateLink.uri, 'other.json')]" },
    },
  });
  const child = template({
    parameters: { word: { type: 'string' } },
    resources: [widget('child')],
    outputs: { word: { type: 'string', value: "[toUpper(parameters('word'))]" } },
  });
  const asked = serve(api, {
    'https://files.test/t/main.json?sv=1&sig=secret': main,
    'https://files.test/t/parts/child.json?sv=1&sig=secret': child,
    'https://files.test/p.json': 'https://elsewhere.test/p.json',
    'https://elsewhere.test/p.json': '{ // with a comment\n "parameters": { "word": { "value": "linked" } } }',
  });
  const read = await deployed(
    api,
    'linked',
    linked(
      { uri: 'https://files.test/t/main.json', queryString: '?sv=1&sig=secret', contentVersion: '1.0.0.0' },
      { parametersLink: { uri: 'https://files.test/p.json' } },
    ),
  );
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(read.body));
  assert.equal(at(read.body, 'properties', 'outputs', 'word', 'value'), 'LINKED');
  assert.equal(at(read.body, 'properties', 'outputs', 'here', 'value'), 'https://files.test/t/main.json');
  assert.equal(at(read.body, 'properties', 'outputs', 'sibling', 'value'), 'https://files.test/t/other.json');
  assert.deepEqual(at(read.body, 'properties', 'templateLink'), {
    uri: 'https://files.test/t/main.json',
    contentVersion: '1.0.0.0',
  });
  assert.ok(asked.some(({ url }) => url.includes('/parts/child.json?sv=1&sig=secret')));
  for (const collection of ['deployments', 'deploymentOperations', 'activity']) {
    const stored = JSON.stringify(api.store.documents.list({ collection }).map((one) => one.body));
    assert.ok(!stored.includes('sig=secret'), collection);
  }
  assert.deepEqual(await widgetNames(api), ['child', 'main']);
});

test('a link that cannot be read, has another version or bad JSON refuses the deployment and says why', async () => {
  const api = await withGroup();
  serve(api, {
    'https://files.test/a.json': template({}),
    'https://files.test/bad.json': '{\n  "a": 1,\n  "b" 2\n}',
    'https://files.test/loop.json': 'https://files.test/loop.json',
  });
  const refusals: readonly (readonly [JsonObject, string, RegExp])[] = [
    [
      { uri: 'https://files.test/none.json' },
      'InvalidContentLink',
      /download deployment content from 'https:\/\/files\.test\/none\.json'.*404/,
    ],
    [{ uri: 'https://files.test/loop.json' }, 'InvalidContentLink', /redirects more than/],
    [{ uri: 'file:///etc/passwd' }, 'InvalidContentLink', /http or https/],
    [{ relativePath: 'a.json' }, 'InvalidContentLink', /was not itself read by a link/],
    [
      { uri: 'https://files.test/a.json', contentVersion: '2.0.0.0' },
      'InvalidTemplate',
      /'1\.0\.0\.0' does not match the version '2\.0\.0\.0'/,
    ],
    [{ uri: 'https://files.test/bad.json' }, 'InvalidTemplate', /line 3, column 7/],
  ];
  for (const [link, code, message] of refusals) {
    const put = await api.call('PUT', `${deployments}/x`, { body: linked(link) });
    assert.equal(codeOf(put), code, JSON.stringify(put.body));
    assert.match(messageOf(put), message);
  }
  const both = await api.call('PUT', `${deployments}/x`, {
    body: linked({ uri: 'https://files.test/a.json' }, { template: template({}) }),
  });
  assert.equal(codeOf(both), 'InvalidRequestContent');
});

test('a template spec is deployed by its id, with its linked templates by relative path', async () => {
  const api = await withGroup();
  const nested = {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'part',
    properties: { mode: 'Incremental', templateLink: { relativePath: 'parts/one.json' } },
  };
  const spec = `${group}/providers/Microsoft.Resources/templateSpecs/web`;
  await api.call('PUT', `${spec}?api-version=2022-02-01`, { body: { location: 'westeurope', properties: {} } });
  const version = await api.call('PUT', `${spec}/versions/1.0?api-version=2022-02-01`, {
    body: {
      location: 'westeurope',
      properties: {
        mainTemplate: template({ resources: [nested] }),
        linkedTemplates: [{ path: 'parts/one.json', template: template({ resources: [widget('of-spec')] }) }],
      },
    },
  });
  assert.equal(version.status, 201, JSON.stringify(version.body));
  const read = await deployed(api, 'spec', linked({ id: `${spec}/versions/1.0` }));
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(read.body));
  assert.equal((await api.call('GET', `${widgets}/of-spec`)).status, 200);
});

// --- Key vaults -------------------------------------------------------------------------------------------------

const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv`;
const fromVault = (more: JsonObject = {}): JsonObject => ({
  key: { reference: { keyVault: { id: vault }, secretName: 'api-key', ...more } },
});

async function withVault(enabled = true): Promise<Harness> {
  const api = await withGroup();
  await api.call('PUT', `${vault}?api-version=2022-07-01`, {
    body: { location: 'westeurope', properties: { enabledForTemplateDeployment: enabled } },
  });
  for (const value of ['old-hush', 'new-hush']) {
    const put = await api.call('PUT', `${vault}/secrets/api-key?api-version=2022-07-01`, {
      body: { properties: { value } },
    });
    assert.ok(!JSON.stringify(put.body).includes(value));
  }
  return api;
}

const needsKey = body({
  parameters: { key: { type: 'securestring' } },
  resources: [widget('w', { properties: { length: "[length(parameters('key'))]", key: "[parameters('key')]" } })],
});

test('a parameter takes its value from a key vault, and the value shows only where the template puts it', async () => {
  const api = await withVault();
  const asked = { properties: { ...(needsKey['properties'] as JsonObject), parameters: fromVault() } };
  const read = await deployed(api, 'vaulted', asked);
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(read.body));
  assert.deepEqual(at(read.body, 'properties', 'parameters'), {
    key: { type: 'SecureString', reference: { keyVault: { id: vault }, secretName: 'api-key' } },
  });
  assert.equal(at((await api.call('GET', `${widgets}/w`)).body, 'properties', 'key'), 'new-hush');
  for (const collection of ['deployments', 'deploymentOperations', 'activity']) {
    const stored = JSON.stringify(api.store.documents.list({ collection }).map((one) => one.body));
    assert.ok(!stored.includes('new-hush'), collection);
  }
  const changes = await previewed(api, asked);
  assert.equal(at(changes.get('w'), 'after', 'properties', 'key'), '*******');
  const secret = await api.call('GET', `${vault}/secrets/api-key?api-version=2022-07-01`);
  const [version] = (textMember(at(secret.body, 'properties'), 'secretUriWithVersion') ?? '').split('/').slice(-1);
  const versions = api.store.resources.get(`${vault}/secrets/api-key`)?.secrets?.['versions'] as JsonObject;
  const [oldest = ''] = Object.keys(versions);
  assert.notEqual(version, oldest);
  const older = {
    properties: { ...(needsKey['properties'] as JsonObject), parameters: fromVault({ secretVersion: oldest }) },
  };
  await deployed(api, 'older', older);
  assert.equal(at((await api.call('GET', `${widgets}/w`)).body, 'properties', 'key'), 'old-hush');
});

test('a vault that is closed to templates, away, without the secret or not for the caller refuses the deployment', async () => {
  const request = (parameters: JsonObject): JsonObject => ({
    properties: { ...(needsKey['properties'] as JsonObject), parameters },
  });
  const closed = await withVault(false);
  const shut = await closed.call('PUT', `${deployments}/x`, { body: request(fromVault()) });
  assert.equal(codeOf(shut), 'KeyVaultParameterReferenceSecretRetrieveFailed');
  const api = await withVault();
  const missing = await api.call('PUT', `${deployments}/x`, { body: request(fromVault({ secretName: 'none' })) });
  assert.match(messageOf(missing), /no secret 'none'/);
  const away = { key: { reference: { keyVault: { id: `${vault}2` }, secretName: 'a' } } };
  const gone = await api.call('PUT', `${deployments}/x`, { body: request(away) });
  assert.equal(codeOf(gone), 'KeyVaultParameterReferenceNotFound');
  const stranger = '33333333-3333-4333-8333-333333333333';
  const granted = await api.call(
    'PUT',
    `${group}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111?api-version=2022-04-01`,
    {
      body: {
        properties: {
          // Logic App Contributor: may deploy, nothing on vaults.
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/87a39d53-fc1b-424a-814c-f7e04687dc9e`,
          principalId: stranger,
          principalType: 'ServicePrincipal',
        },
      },
    },
  );
  assert.equal(granted.status, 201);
  const denied = await api.call('PUT', `${deployments}/x`, { body: request(fromVault()), as: principal(stranger) });
  assert.equal(denied.status, 403, JSON.stringify(denied.body));
  assert.equal(codeOf(denied), 'KeyVaultParameterReferenceAuthorizationFailed');
});

// --- Rollback ---------------------------------------------------------------------------------------------------

const failing = (more: JsonObject): JsonObject =>
  body(
    {
      resources: [
        widget('extra'),
        { type: 'Contoso.Widgets/widgets/parts', apiVersion: '2020-01-01', name: 'missing/p', dependsOn: ['extra'] },
      ],
    },
    {},
    { onErrorDeployment: more },
  );

test('a failed deployment goes back to the last successful one, which is made again in complete mode', async () => {
  const api = await withGroup();
  await deployed(
    api,
    'good',
    body(
      { parameters: { n: { type: 'int' } }, resources: [widget('base', { properties: { n: "[parameters('n')]" } })] },
      { n: { value: 7 } },
    ),
  );
  await api.call('DELETE', `${widgets}/base`);
  const read = await deployed(api, 'bad', failing({ type: 'LastSuccessful' }));
  assert.equal(stateOf(read), 'Failed');
  assert.deepEqual(at(read.body, 'properties', 'onErrorDeployment'), {
    type: 'LastSuccessful',
    deploymentName: 'good',
    provisioningState: 'Succeeded',
  });
  assert.equal(at((await api.call('GET', `${widgets}/base`)).body, 'properties', 'n'), 7);
  assert.deepEqual(await widgetNames(api), ['base']);
  assert.equal(at((await api.call('GET', `${deployments}/good`)).body, 'properties', 'mode'), 'Complete');
});

test('a deployment to go back to is named only when there is one that has succeeded', async () => {
  const api = await withGroup();
  const none = await api.call('PUT', `${deployments}/a`, { body: failing({ type: 'LastSuccessful' }) });
  assert.equal(codeOf(none), 'DeploymentNotFound');
  const unknown = await api.call('PUT', `${deployments}/a`, {
    body: failing({ type: 'SpecificDeployment', deploymentName: 'no' }),
  });
  assert.equal(codeOf(unknown), 'DeploymentNotFound');
  const word = await api.call('PUT', `${deployments}/a`, { body: failing({ type: 'Sometimes' }) });
  assert.equal(codeOf(word), 'InvalidDeployment');
  assert.equal((await api.call('GET', `${deployments}/a`)).status, 404);
});
