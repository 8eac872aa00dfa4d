import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isJsonArray, type Json, type JsonObject, textMember } from '#foundation';
import { codeOf, messageOf, principal, settle, startHarness, subscription, valueOf } from '../harness.ts';
import { at, body, deployed, deployments, group, stateOf, template, widget, withGroup } from './deployment-harness.ts';

test('a deployment is accepted with 201 and a status to poll, and ends succeeded with outputs and operations', async () => {
  const api = await withGroup();
  const request = body(
    {
      parameters: { size: { type: 'int', defaultValue: 3 }, key: { type: 'securestring' } },
      resources: [
        widget('a', { properties: { size: "[parameters('size')]" } }),
        widget('b', { properties: { of: "[reference('a').size]", text: '@{triggerBody()}', plain: '[[x]' } }),
      ],
      outputs: {
        id: { type: 'string', value: "[resourceId('Contoso.Widgets/widgets', 'b')]" },
        secret: { type: 'securestring', value: "[parameters('key')]" },
      },
    },
    { key: { value: 'hush-hush' } },
  );
  const put = await api.call('PUT', `${deployments}/one`, { body: request });
  assert.equal(put.status, 201);
  assert.equal(stateOf(put), 'Accepted');
  await settle();
  const status = await api.call('GET', (put.headers?.['azure-asyncoperation'] ?? '').replace(/^https:\/\/[^/]+/, ''));
  assert.equal(at(status.body, 'status'), 'Succeeded');
  const read = await api.call('GET', `${deployments}/one`);
  assert.deepEqual(at(read.body, 'properties', 'outputs'), {
    id: { type: 'String', value: `${group}/providers/Contoso.Widgets/widgets/b` },
    secret: { type: 'SecureString' },
  });
  assert.deepEqual(at(read.body, 'properties', 'parameters'), {
    size: { type: 'Int', value: 3 },
    key: { type: 'SecureString' },
  });
  const b = await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/b`);
  assert.equal(at(b.body, 'properties', 'of'), 3);
  assert.equal(at(b.body, 'properties', 'text'), '@{triggerBody()}');
  assert.equal(at(b.body, 'properties', 'plain'), '[x]');
  for (const path of [`${deployments}/one/operations`, `${group}/deployments/one/operations`]) {
    const operations = valueOf(await api.call('GET', path));
    assert.deepEqual(
      operations.map((one) => at(one, 'properties', 'targetResource', 'resourceName')),
      ['a', 'b', undefined],
      path,
    );
  }
  assert.ok(!JSON.stringify(api.store.documents.list({ collection: 'deployments' })).includes('hush-hush'));
  assert.equal((await api.call('PUT', `${deployments}/one`, { body: request })).status, 200);
});

test('a template with a fault is refused with its place and stores nothing', async () => {
  const api = await withGroup();
  const rawBody = `{"properties": {"mode": "Incremental", template: { // spliced in
  "$schema": "x", "contentVersion": "1.0.0.0",
  "resources": [
    { "type": "Contoso.Widgets/widgets", "apiVersion": "1", "name": "[nothing()]" },
  ]
}}}`;
  const put = await api.call('PUT', `${deployments}/bad`, { rawBody });
  assert.equal(put.status, 400);
  assert.equal(codeOf(put), 'InvalidTemplate');
  assert.match(
    messageOf(put),
    /at line '4' and column '\d+' is not valid: The template function 'nothing' is not valid/,
  );
  const [info] = at(put.body, 'error', 'additionalInfo') as readonly Json[];
  assert.equal(at(info, 'type'), 'TemplateViolation');
  assert.equal(at(info, 'info', 'lineNumber'), 4);
  assert.equal(at(info, 'info', 'path'), 'resources[0].name');
  assert.equal((await api.call('GET', `${deployments}/bad`)).status, 404);
  assert.equal((await api.call('HEAD', `${deployments}/bad`)).status, 404);
  const validated = await api.call('POST', `${deployments}/bad/validate`, { rawBody });
  assert.equal(validated.status, 400);
  assert.equal(codeOf(validated), 'InvalidTemplate');
});

test('a failed resource fails the deployment with its own error, spares its siblings and stops what waits for it', async () => {
  const api = await withGroup();
  const child = {
    type: 'Contoso.Widgets/widgets/parts',
    apiVersion: '2020-01-01',
    name: 'missing/part',
    properties: {},
  };
  const read = await deployed(
    api,
    'partly',
    body({
      resources: [
        widget('ok'),
        child,
        widget('behind', { dependsOn: ["[resourceId('Contoso.Widgets/widgets/parts', 'missing', 'part')]"] }),
      ],
    }),
  );
  assert.equal(stateOf(read), 'Failed');
  const error = at(read.body, 'properties', 'error');
  assert.equal(at(error, 'code'), 'DeploymentFailed');
  assert.deepEqual(
    (at(error, 'details') as readonly Json[]).map((one) => at(one, 'code')),
    ['ParentResourceNotFound'],
  );
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/ok`)).status, 200);
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/behind`)).status, 404);
  const states = valueOf(await api.call('GET', `${deployments}/partly/operations`)).map((one) =>
    at(one, 'properties', 'provisioningState'),
  );
  assert.deepEqual(
    states.map((state) => JSON.stringify(state)).sort((left, right) => left.localeCompare(right)),
    ['"Failed"', '"Succeeded"'],
  );
  const failed = valueOf(await api.call('GET', `${deployments}?$filter=provisioningState eq 'Failed'`));
  assert.deepEqual(
    failed.map(({ name }) => name),
    ['partly'],
  );
});

const deployer = '22222222-2222-4222-8222-222222222222';

test('a caller without the right to write a resource of the template is told so before anything is begun', async () => {
  const api = await withGroup();
  const granted = await api.call(
    'PUT',
    `${group}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111?api-version=2022-04-01`,
    {
      body: {
        properties: {
          // Logic App Contributor: may deploy, may not write widgets.
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/87a39d53-fc1b-424a-814c-f7e04687dc9e`,
          principalId: deployer,
          principalType: 'ServicePrincipal',
        },
      },
    },
  );
  assert.equal(granted.status, 201, JSON.stringify(granted.body));
  const put = await api.call('PUT', `${deployments}/denied`, {
    body: body({ resources: [widget('a')] }),
    as: principal(deployer),
  });
  assert.equal(codeOf(put), 'InvalidTemplateDeployment');
  const [detail] = at(put.body, 'error', 'details') as readonly Json[];
  assert.equal(at(detail, 'code'), 'AuthorizationFailed');
  assert.match(textMember(detail, 'message') ?? '', /Contoso\.Widgets\/widgets\/write/);
  assert.equal((await api.call('GET', `${deployments}/denied`)).status, 404);
});

test('nested deployments run at their own scope: inner with its own parameters, outer with the values of the parent', async () => {
  const api = await withGroup();
  await api.call('PUT', `${subscription}/resourceGroups/other`, { body: { location: 'northeurope' } });
  const nested = (name: string, properties: JsonObject): JsonObject => ({
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name,
    resourceGroup: 'other',
    properties: { mode: 'Incremental', ...properties },
  });
  const read = await deployed(
    api,
    'parent',
    body({
      parameters: { word: { type: 'string', defaultValue: 'from the parent' } },
      resources: [
        nested('inner', {
          expressionEvaluationOptions: { scope: 'inner' },
          parameters: { word: { value: "[concat(parameters('word'), '!')]" } },
          template: template({
            parameters: { word: { type: 'string' } },
            resources: [
              widget('inner', { location: '[resourceGroup().location]', properties: { word: "[parameters('word')]" } }),
            ],
            outputs: { word: { type: 'string', value: "[parameters('word')]" } },
          }),
        }),
        nested('outer', {
          template: template({
            parameters: { word: { type: 'string' } },
            resources: [
              widget('outer', {
                properties: { word: "[parameters('word')]", group: '[resourceGroup().name]', text: '[[a]' },
              }),
            ],
          }),
        }),
      ],
      outputs: { word: { type: 'string', value: "[reference('inner').outputs.word.value]" } },
    }),
  );
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(at(read.body, 'properties', 'error')));
  assert.equal(at(read.body, 'properties', 'outputs', 'word', 'value'), 'from the parent!');
  const widgets = `${subscription}/resourceGroups/other/providers/Contoso.Widgets/widgets`;
  const inner = await api.call('GET', `${widgets}/inner`);
  assert.equal(at(inner.body, 'location'), 'northeurope');
  assert.equal(at(inner.body, 'properties', 'word'), 'from the parent!');
  const outer = await api.call('GET', `${widgets}/outer`);
  assert.deepEqual(
    [at(outer.body, 'properties', 'word'), at(outer.body, 'properties', 'group'), at(outer.body, 'properties', 'text')],
    ['from the parent', 'rg', '[a]'],
  );
});

test('a secure value that a parent puts into a nested template is not among what is stored in clear', async () => {
  const api = await withGroup();
  const nested = {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'nested',
    properties: {
      mode: 'Incremental',
      template: template({ resources: [widget('w', { properties: { length: "[length(parameters('key'))]" } })] }),
    },
  };
  const hushed = {
    ...nested,
    tags: {},
    properties: {
      ...nested.properties,
      template: template({ resources: [], outputs: { o: { type: 'securestring', value: "[parameters('key')]" } } }),
    },
  };
  const read = await deployed(
    api,
    'secretive',
    body(
      { parameters: { key: { type: 'securestring' } }, resources: [nested, { ...hushed, name: 'hushed' }] },
      { key: { value: 'hush-hush' } },
    ),
  );
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(at(read.body, 'properties', 'error')));
  for (const collection of ['deployments', 'deploymentOperations', 'activity']) {
    const bodies = api.store.documents.list({ collection }).map((one) => one.body);
    assert.ok(!JSON.stringify(bodies).includes('hush-hush'), collection);
  }
});

test('a deployment at a subscription makes a group and deploys into it', async () => {
  const api = await startHarness();
  const path = `${subscription}/providers/Microsoft.Resources/deployments/wide`;
  const inside = {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'inside',
    resourceGroup: 'made',
    dependsOn: ['made'],
    properties: { mode: 'Incremental', template: template({ resources: [widget('w')] }) },
  };
  const made = {
    type: 'Microsoft.Resources/resourceGroups',
    apiVersion: '2021-04-01',
    name: 'made',
    location: 'westeurope',
  };
  const request = body({ resources: [made, inside] });
  assert.equal(codeOf(await api.call('PUT', path, { body: request })), 'LocationRequired');
  const put = await api.call('PUT', path, { body: { ...request, location: 'westeurope' } });
  assert.equal(put.status, 201, JSON.stringify(put.body));
  await settle();
  assert.equal(stateOf(await api.call('GET', path)), 'Succeeded');
  assert.equal(
    (await api.call('GET', `${subscription}/resourceGroups/made/providers/Contoso.Widgets/widgets/w`)).status,
    200,
  );
  const moved = await api.call('PUT', path, { body: { ...request, location: 'eastus' } });
  assert.equal(moved.status, 409);
  assert.equal(codeOf(moved), 'InvalidDeploymentLocation');
});

test('a second PUT of a running deployment is refused, and a cancelled one begins nothing more', async () => {
  const api = await withGroup();
  const request = body({ resources: [widget('a'), widget('b', { dependsOn: ['a'] })] });
  const [first, second] = await Promise.all([
    api.call('PUT', `${deployments}/twice`, { body: request }),
    api.call('PUT', `${deployments}/twice`, { body: request }),
  ]);
  assert.equal(first.status, 201);
  assert.equal(second.status, 409);
  assert.equal(codeOf(second), 'DeploymentActive');
  await settle();
  assert.equal(codeOf(await api.call('POST', `${deployments}/twice/cancel`)), 'Conflict');
  await api.call('PUT', `${deployments}/stopped`, {
    body: body({ resources: [widget('c'), widget('d', { dependsOn: ['c'] })] }),
  });
  assert.equal((await api.call('POST', `${deployments}/stopped/cancel`)).status, 204);
  await settle();
  assert.equal(stateOf(await api.call('GET', `${deployments}/stopped`)), 'Canceled');
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/d`)).status, 404);
});

test('a deployment is exported as its template, and forgotten with its operations when deleted', async () => {
  const api = await withGroup();
  const request = body({ resources: [widget('a')] });
  await deployed(api, 'gone', request);
  const exported = await api.call('POST', `${deployments}/gone/exportTemplate`);
  assert.deepEqual(at(exported.body, 'template'), at(request, 'properties', 'template'));
  const removed = await api.call('DELETE', `${deployments}/gone`);
  assert.equal(removed.status, 202);
  const polled = await api.call('GET', (removed.headers?.['location'] ?? '').replace(/^https:\/\/[^/]+/, ''));
  assert.equal(polled.status, 204);
  assert.equal((await api.call('DELETE', `${deployments}/gone`)).status, 204);
  assert.equal((await api.call('GET', `${deployments}/gone`)).status, 404);
  assert.deepEqual(api.store.documents.list({ collection: 'deploymentOperations' }), []);
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/a`)).status, 200, 'resources stay');
});

test('what-if tells created, changed and untouched resources apart and changes nothing', async () => {
  const api = await withGroup();
  await deployed(
    api,
    'base',
    body({
      resources: [
        widget('same', { properties: { x: 1 } }),
        widget('changed', { properties: { x: 1, list: [1] } }),
        widget('other'),
      ],
    }),
  );
  const accepted = await api.call('POST', `${deployments}/next/whatIf`, {
    body: body({
      resources: [
        widget('same', { properties: { x: 1 } }),
        widget('changed', { properties: { x: 2, list: [1, 2] } }),
        widget('fresh'),
      ],
    }),
  });
  assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
  const answer = await api.call('GET', (accepted.headers?.['location'] ?? '').replace(/^https:\/\/[^/]+/, ''));
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(at(answer.body, 'status'), 'Succeeded');
  const changes = at(answer.body, 'properties', 'changes');
  assert.ok(isJsonArray(changes));
  const kinds: Record<string, unknown> = {};
  for (const one of changes) {
    kinds[textMember(one, 'resourceId')?.split('/').at(-1) ?? ''] = at(one, 'changeType');
  }
  assert.deepEqual(kinds, { same: 'NoChange', changed: 'Modify', fresh: 'Create', other: 'Ignore' });
  const delta = at(
    changes.find((one) => at(one, 'changeType') === 'Modify'),
    'delta',
  ) as readonly Json[];
  assert.deepEqual(delta[0], { path: 'properties.x', propertyChangeType: 'Modify', before: 1, after: 2 });
  assert.equal(at(delta[1], 'propertyChangeType'), 'Array');
  assert.equal((await api.call('GET', `${group}/providers/Contoso.Widgets/widgets/fresh`)).status, 404);
});

test('the hash of a template is a decimal number beside its compact text', async () => {
  const api = await startHarness();
  const answer = await api.call('POST', '/providers/Microsoft.Resources/calculateTemplateHash', {
    body: { a: [1, 2] },
  });
  assert.equal(answer.status, 200);
  assert.equal(at(answer.body, 'minifiedTemplate'), '{"a":[1,2]}');
  assert.match(textMember(answer.body, 'templateHash') ?? '', /^\d+$/);
});

const corpus = fileURLToPath(new URL('../../../../shared/corpus/', import.meta.url));
const playbooks = [
  'post-teams-message-alert',
  'send-o365-email-recommendation',
  'block-bruteforce-attack',
  'open-jiraissue-alert',
  'create-snowincfrom-ascalert',
];
const absent = existsSync(`${corpus}index.json`) ? false : 'the corpus is not beside the repository';

for (const name of playbooks) {
  test(`the published playbook ${name} is deployed with its workflow and connections`, { skip: absent }, async () => {
    const api = await withGroup();
    const text = readFileSync(`${corpus}defender-for-cloud/${name}.json`, 'utf8');
    const index = JSON.parse(readFileSync(`${corpus}index.json`, 'utf8')) as readonly {
      file: string;
      parameters: JsonObject;
    }[];
    const given = index.find(({ file }) => file.endsWith(`/${name}.json`))?.parameters ?? {};
    const parameters = JSON.stringify(
      Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { value }])),
    );
    const rawBody = `{"properties": {"mode": "Incremental", "parameters": ${parameters}, template: ${text}}}`;
    const put = await api.call('PUT', `${deployments}/${name}`, { rawBody });
    assert.equal(put.status, 201, JSON.stringify(put.body));
    await settle();
    const read = await api.call('GET', `${deployments}/${name}`);
    assert.equal(stateOf(read), 'Succeeded', JSON.stringify(at(read.body, 'properties', 'error')));
    const types = api.store.resources.list({ scope: group }).map(({ type }) => type.toLowerCase());
    assert.ok(types.includes('microsoft.logic/workflows'));
    assert.ok(types.includes('microsoft.web/connections'));
  });
}

test('a fault of a nested template is told with its place in the text of the whole', async () => {
  const api = await withGroup();
  const rawBody = `{"properties": {"mode": "Incremental", "template": {
  "$schema": "x", "contentVersion": "1.0.0.0",
  "resources": [
    { "type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "n", "properties": {
      "mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
      "template": { "$schema": "x", "contentVersion": "1.0.0.0",
        "parameters": {
          "size": {"type": "int"}
        },
        "resources": [] }
    } }
  ]
}}}`;
  const put = await api.call('PUT', `${deployments}/outer`, { rawBody });
  assert.equal(codeOf(put), 'InvalidTemplate');
  assert.match(
    messageOf(put),
    /The value for the template parameter 'size' at line '8' and column '\d+' is not provided/,
  );
  assert.match(JSON.stringify(at(put.body, 'error', 'target')), /deployments\/n"$/);
});

test('an output that asks for what is not there fails under its name', async () => {
  const api = await withGroup();
  const value = "[reference(resourceId('Contoso.Widgets/widgets', 'none'), '2020-01-01').x]";
  const read = await deployed(api, 'asks', body({ resources: [], outputs: { wanted: { type: 'string', value } } }));
  const error = at(read.body, 'properties', 'error');
  assert.equal(at(error, 'code'), 'DeploymentOutputEvaluationFailed');
  assert.match(JSON.stringify(at(error, 'message')), /outputs: 'wanted'/);
  assert.equal(at((at(error, 'details') as readonly Json[])[0], 'target'), 'wanted');
});
