/** Backup copies in another location, drift, changing over and back; stale callbacks refreshed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, memberOf } from '#foundation';
import {
  alert,
  automationBody,
  automationId,
  codeOf,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
} from '../../service/security-harness.ts';

const version = 'api-version=2019-01-01-preview';

async function start(): Promise<{ world: SecurityWorld; action: JsonObject; app: string }> {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const action = { actionType: 'LogicApp', logicAppResourceId: app };
  await putAutomation(world, 'a', automationBody([action]));
  return { world, action, app };
}

async function post(world: SecurityWorld, path: string, body: JsonObject, status = 200): Promise<JsonObject> {
  const answer = await world.call('POST', `/tocsin/v1/${path}`, { body });
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body as JsonObject;
}

async function enabled(world: SecurityWorld, ...names: readonly string[]): Promise<readonly unknown[]> {
  const found = [];
  for (const name of names) {
    const { body } = await world.call('GET', `${automationId(name)}?${version}`);
    found.push(memberOf(memberOf(body, 'properties'), 'isEnabled'));
  }
  return found;
}

async function warnings(world: SecurityWorld, name: string): Promise<readonly string[]> {
  const { body } = await world.call('GET', `/tocsin/v1/automationStatus?id=${automationId(name)}`);
  return (body as { warnings: { code: string; message: string }[] }).warnings.map(
    ({ code, message }) => `${code}: ${message}`,
  );
}

test('a copy is disabled, lives elsewhere, and works once it is enabled', async () => {
  const { world } = await start();
  const copy = await post(
    world,
    'automationBackups',
    { automationId: automationId('a'), location: 'North Europe' },
    201,
  );
  assert.deepEqual([copy['name'], copy['location']], ['a-northeurope', 'North Europe']);
  assert.deepEqual(await enabled(world, 'a', 'a-northeurope'), [true, false]);
  assert.doesNotMatch(JSON.stringify(copy), /sig=/);
  assert.equal((await ingest(world, alert('1'))).events[0]?.runs.length, 1);
  await post(world, 'failover', { location: 'northeurope' });
  assert.equal((await ingest(world, alert('2'))).events[0]?.runs.length, 1);
});

test('changing over is one commit, repeated it changes nothing, and it goes back', async () => {
  const { world, action } = await start();
  await putAutomation(world, 'b', automationBody([action]));
  await putAutomation(world, 'off', automationBody([action], { isEnabled: false }));
  for (const name of ['a', 'b', 'off']) {
    await post(world, 'automationBackups', { automationId: automationId(name), location: 'northeurope' }, 201);
  }
  const commits = world.commits.length;
  const over = await post(world, 'failover', { location: 'North Europe' });
  assert.deepEqual(over['enabled'], [automationId('a-northeurope'), automationId('b-northeurope')]);
  assert.deepEqual(over['disabled'], [automationId('a'), automationId('b')]);
  assert.equal(over['unchanged'], 1);
  assert.equal(world.commits.length, commits + 1);
  assert.deepEqual(await enabled(world, 'a', 'a-northeurope', 'off', 'off-northeurope'), [false, true, false, false]);
  const again = await post(world, 'failover', { location: 'northeurope' });
  assert.deepEqual([again['enabled'], again['disabled'], again['unchanged']], [[], [], 3]);
  assert.equal(world.commits.length, commits + 1);
  await post(world, 'failover', { location: 'westeurope' });
  assert.deepEqual(await enabled(world, 'a', 'a-northeurope', 'b', 'b-northeurope'), [true, false, true, false]);
  assert.equal((await world.call('POST', '/tocsin/v1/failover', { body: { location: 'mars' } })).status, 404);
});

test('a difference is told by both members, and making the copy again removes it', async () => {
  const { world, action } = await start();
  await post(world, 'automationBackups', { automationId: automationId('a'), location: 'northeurope' }, 201);
  assert.deepEqual(await warnings(world, 'a'), []);
  assert.deepEqual(await warnings(world, 'a-northeurope'), []);
  await putAutomation(
    world,
    'a',
    automationBody([action], { description: 'new', sources: [{ eventSource: 'Assessments' }] }),
  );
  assert.match((await warnings(world, 'a'))[0] ?? '', /^BackupDrift: .*a-northeurope' in sources, description\.$/);
  assert.match((await warnings(world, 'a-northeurope'))[0] ?? '', /^BackupDrift: /);
  await post(world, 'automationBackups', { automationId: automationId('a'), location: 'northeurope' });
  assert.deepEqual(await warnings(world, 'a-northeurope'), []);
  await world.call('DELETE', `${automationId('a')}?${version}`);
  assert.match((await warnings(world, 'a-northeurope'))[0] ?? '', /is gone/);
});

test('a copy of a copy, in the same place, or over another automation is refused', async () => {
  const { world, action } = await start();
  const asked = { automationId: automationId('a'), location: 'northeurope' };
  await post(world, 'automationBackups', { ...asked, location: 'West Europe' }, 400);
  await post(world, 'automationBackups', asked, 201);
  await post(world, 'automationBackups', { ...asked, automationId: automationId('a-northeurope'), location: 'x' }, 409);
  await putAutomation(world, 'other', automationBody([action]));
  await post(world, 'automationBackups', { ...asked, name: 'other' }, 409);
});

test('a callback made stale by new keys is told, and refreshed by a put without uri or by the action', async () => {
  const { world, action, app } = await start();
  const regenerate = async () => {
    for (const keyType of ['Primary', 'Secondary']) {
      const path = `${app}/regenerateAccessKey?api-version=2019-05-01`;
      assert.equal((await world.call('POST', path, { body: { keyType } })).status, 200);
    }
  };
  await regenerate();
  assert.match((await warnings(world, 'a'))[0] ?? '', /^CallbackStale/);
  const stale = await ingest(world, alert('1'));
  assert.equal(stale.events[0]?.runs.length, 0);
  const explained = await post(world, 'explain', { eventId: stale.events[0]?.id ?? '' });
  assert.equal((explained['value'] as JsonObject[])[0]?.['outcome'], 'CallbackStale');
  await putAutomation(world, 'a', automationBody([action]));
  assert.deepEqual(await warnings(world, 'a'), []);
  assert.equal((await ingest(world, alert('2'))).events[0]?.runs.length, 1);
  await regenerate();
  const status = await post(world, 'refreshCallback', { automationId: automationId('a') });
  assert.deepEqual(status['warnings'], []);
  assert.equal((await ingest(world, alert('3'))).events[0]?.runs.length, 1);
});

test('a recreated app is told and refreshed; a deleted one cannot be, and disabling goes on to work', async () => {
  const { world, app } = await start();
  await world.call('DELETE', `${app}?api-version=2019-05-01`);
  assert.match((await warnings(world, 'a'))[0] ?? '', /^CallbackStale/);
  const refresh = await world.call('POST', '/tocsin/v1/refreshCallback', { body: { automationId: automationId('a') } });
  assert.deepEqual([refresh.status, codeOf(refresh)], [400, 'InvalidAutomation']);
  const patch = { body: { properties: { isEnabled: false } } };
  assert.equal((await world.call('PATCH', `${automationId('a')}?api-version=2023-12-01-preview`, patch)).status, 200);
  await putLogicApp(world, 'app', { renamed: { type: 'Request', kind: 'Http', inputs: { schema: {} } } });
  assert.match((await warnings(world, 'a'))[0] ?? '', /^CallbackStale/);
  await post(world, 'refreshCallback', { automationId: automationId('a') });
  assert.deepEqual(await warnings(world, 'a'), []);
});
