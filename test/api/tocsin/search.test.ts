/** The one search box: what is found, in which order, and by whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Identity, type Json, type JsonObject, textMember } from '#foundation';
import {
  alert,
  codeOf,
  group,
  ingest,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
} from '../../service/security-harness.ts';

const stranger: Identity = {
  objectId: '99999999-0000-4000-8000-000000000000',
  displayName: 'Stranger',
  kind: 'ServicePrincipal',
};

async function search(world: SecurityWorld, q: string, more = '', as?: Identity): Promise<JsonObject> {
  const path = `/tocsin/v1/search?q=${encodeURIComponent(q)}${more}`;
  const { status, body } = await world.call('GET', path, as === undefined ? {} : { as });
  assert.equal(status, 200, JSON.stringify(body));
  return body as JsonObject;
}

const names = (answer: JsonObject): (string | undefined)[] =>
  (answer['value'] as readonly JsonObject[]).map((each) => textMember(each, 'name'));

async function withMachines(): Promise<SecurityWorld> {
  const world = await securityWorld();
  for (const name of ['old-web', 'web', 'Web-2', 'sql']) {
    const id = `${group}/providers/Microsoft.Compute/virtualMachines/${name}`;
    const body = { location: 'westeurope', properties: {} } as Json;
    const { status } = await world.call('PUT', `${id}?api-version=2024-01-01`, { body });
    assert.equal(status, 201);
  }
  return world;
}

test('names that are the text come first, then those that begin so, then those that contain it', async () => {
  const world = await withMachines();
  const answer = await search(world, 'WEB');
  assert.deepEqual(names(answer), ['web', 'Web-2', 'old-web']);
  assert.deepEqual(answer['count'], { value: 3, exact: true });
  assert.deepEqual(names(await search(world, 'web', '&$top=1')), ['web']);
  assert.deepEqual(names(await search(world, 'no such name')), []);
});

test('an id finds what it names, and an alert is found by its SystemAlertId', async () => {
  const world = await withMachines();
  await ingest(world, alert('2517-of-the-alert'));
  const id = `${group}/providers/Microsoft.Compute/virtualMachines/WEB`;
  assert.deepEqual(names(await search(world, id)), ['web']);
  const [found] = (await search(world, '2517-of-the-alert'))['value'] as readonly JsonObject[];
  assert.equal(textMember(found, 'type'), 'Microsoft.Security/locations/alerts');
  assert.deepEqual(names(await search(world, textMember(found, 'id') ?? '')), ['2517-of-the-alert']);
  assert.deepEqual(names(await search(world, `${id}-that-is-not`)), []);
});

test('a run is found by its id', async () => {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const key = app.toLowerCase();
  const run = { key: `${key}/runs/08585`, workflow: key, name: '08585', status: 'Running', startTime: 1 };
  await world.services.store.commit([{ kind: 'putRun', run: { ...run, clientTrackingId: '08585', body: {} } }]);
  const [found] = (await search(world, `${app}/runs/08585`))['value'] as readonly JsonObject[];
  assert.deepEqual(found, { id: `${app}/runs/08585`, name: '08585', type: 'Microsoft.Logic/workflows/runs' });
  assert.deepEqual(names(await search(world, `${app}/runs/08585`, '', stranger)), []);
});

test('nobody finds what he may not read, and scopes narrow a search', async () => {
  const world = await withMachines();
  await ingest(world, alert('2517-of-the-alert'));
  for (const q of ['web', '2517-of-the-alert', `${group}/providers/Microsoft.Compute/virtualMachines/web`]) {
    assert.deepEqual(names(await search(world, q, '', stranger)), [], q);
  }
  assert.deepEqual(names(await search(world, 'web', `&scopes=${group}-other`)), []);
  assert.deepEqual(names(await search(world, 'web', `&scopes=${group}`)), ['web', 'Web-2', 'old-web']);
});

test('a text that is too short or too long is refused', async () => {
  const world = await securityWorld();
  for (const q of ['', ' a ', 'x'.repeat(2_001)]) {
    const refused = await world.call('GET', `/tocsin/v1/search?q=${encodeURIComponent(q)}`);
    assert.deepEqual([refused.status, codeOf(refused)], [400, 'InvalidParameter'], q.slice(0, 9));
  }
});

test('documents are found by titles and headings, read by their names, and no other file is', async () => {
  const world = await securityWorld();
  const found = (await world.call('GET', '/tocsin/v1/docs?q=brakes')).body as { value: { name: string }[] };
  assert.equal(found.value[0]?.name, 'concepts/brakes');
  const page = (await world.call('GET', '/tocsin/v1/docs/concepts/brakes')).body as { text: string };
  assert.match(page.text, /^# Brakes/);
  for (const name of ['../package', 'concepts/..%2F..%2Fpackage', 'decisions/0133-runs-keep-what-started-them']) {
    assert.ok((await world.call('GET', `/tocsin/v1/docs/${name}`)).status >= 400, name);
  }
});
