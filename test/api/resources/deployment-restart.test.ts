/** Deployments over a stop of the server: what was under way goes on, once, and ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '#api';
import type { ArmRequest, JsonObject, Store } from '#foundation';
import { resumeDeployments } from '#service';
import { memoryStore } from '#store';
import { type Harness, settle, startHarness, valueOf } from '../harness.ts';
import { at, body, deployments, group, stateOf, template, widget } from './deployment-harness.ts';

const widgets = `${group}/providers/Contoso.Widgets/widgets`;

/** A server that stops for good before it answers a PUT of the resource `last`. */
async function stoppedBefore(last: string, rows: Store): Promise<Harness> {
  const api = await startHarness(routes, rows);
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  const { arm } = api.services;
  const stopping = (request: ArmRequest): ReturnType<typeof arm> =>
    request.method === 'PUT' && request.path.endsWith(`/${last}`) ? new Promise(() => undefined) : arm(request);
  Object.assign(api.services, { arm: stopping });
  return api;
}

/** The next start over the same rows, and the ids of what it PUT. */
async function nextStart(rows: Store): Promise<{ readonly api: Harness; readonly puts: readonly string[] }> {
  const api = await startHarness(routes, rows);
  const puts: string[] = [];
  const { arm } = api.services;
  const noting = (request: ArmRequest): ReturnType<typeof arm> => {
    if (request.method === 'PUT') puts.push(request.path.split('/').at(-1) ?? '');
    return arm(request);
  };
  Object.assign(api.services, { arm: noting });
  await resumeDeployments(api.services);
  await settle();
  return { api, puts };
}

const chain: JsonObject = body(
  {
    parameters: { drawn: { type: 'string', defaultValue: '[newGuid()]' }, key: { type: 'securestring' } },
    resources: [
      widget('a', { properties: { drawn: "[parameters('drawn')]" } }),
      widget('b', { dependsOn: ['a'], properties: { drawn: "[parameters('drawn')]", key: "[parameters('key')]" } }),
    ],
    outputs: { drawn: { type: 'string', value: "[parameters('drawn')]" } },
  },
  { key: { value: 'hush-hush' } },
);

test('a deployment goes on with the values it had, without doing again what it had done', async () => {
  const rows = memoryStore();
  const first = await stoppedBefore('b', rows);
  await first.call('PUT', `${deployments}/one`, { body: chain });
  await settle();
  assert.equal(stateOf(await first.call('GET', `${deployments}/one`)), 'Running');
  const { api, puts } = await nextStart(rows);
  const read = await api.call('GET', `${deployments}/one`);
  assert.equal(stateOf(read), 'Succeeded', JSON.stringify(read.body));
  assert.deepEqual(puts, ['b']);
  const a = await api.call('GET', `${widgets}/a`);
  const b = await api.call('GET', `${widgets}/b`);
  const drawn = at(a.body, 'properties', 'drawn');
  assert.equal(at(b.body, 'properties', 'drawn'), drawn);
  assert.equal(at(b.body, 'properties', 'key'), 'hush-hush');
  assert.equal(at(read.body, 'properties', 'outputs', 'drawn', 'value'), drawn);
  const operations = valueOf(await api.call('GET', `${deployments}/one/operations`));
  assert.deepEqual(
    operations.map((one) => at(one, 'properties', 'targetResource', 'resourceName')),
    ['a', 'b', undefined],
  );
});

test('a nested deployment goes on by itself and its parent waits for it instead of beginning it again', async () => {
  const rows = memoryStore();
  const first = await stoppedBefore('deep', rows);
  const nested = {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'inner',
    properties: { mode: 'Incremental', template: template({ resources: [widget('deep')] }) },
  };
  await first.call('PUT', `${deployments}/outer`, {
    body: body({ resources: [nested, widget('behind', { dependsOn: ['inner'] })] }),
  });
  await settle();
  const { api, puts } = await nextStart(rows);
  for (const name of ['inner', 'outer']) {
    assert.equal(stateOf(await api.call('GET', `${deployments}/${name}`)), 'Succeeded', name);
  }
  assert.deepEqual(puts, ['deep', 'behind']);
});

test('a failure noted before the stop still fails the deployment after it', async () => {
  const rows = memoryStore();
  const first = await stoppedBefore('slow', rows);
  const broken = { type: 'Contoso.Widgets/widgets/parts', apiVersion: '2020-01-01', name: 'missing/part' };
  await first.call('PUT', `${deployments}/half`, { body: body({ resources: [broken, widget('slow')] }) });
  await settle();
  const { api, puts } = await nextStart(rows);
  const read = await api.call('GET', `${deployments}/half`);
  assert.equal(stateOf(read), 'Failed');
  assert.deepEqual(puts, ['slow']);
  assert.match(JSON.stringify(at(read.body, 'properties', 'error')), /ParentResourceNotFound/);
});

test('a deployment of which nothing is kept ends as failed and says so', async () => {
  const rows = memoryStore();
  const first = await stoppedBefore('b', rows);
  await first.call('PUT', `${deployments}/lost`, { body: chain });
  await settle();
  const [content] = rows.documents.list({ collection: 'deploymentContents' });
  assert.ok(content !== undefined);
  await rows.commit([{ kind: 'deleteDocument', collection: content.collection, key: content.key }]);
  const { api } = await nextStart(rows);
  const read = await api.call('GET', `${deployments}/lost`);
  assert.equal(stateOf(read), 'Failed');
  assert.match(JSON.stringify(at(read.body, 'properties', 'error')), /server stopped.*nothing is kept/);
});
