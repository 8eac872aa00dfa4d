/** Settings: what is in force is told with where it comes from, and what may change changes at once and for later starts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type JsonObject, memberOf } from '#foundation';
import { readStartRequest, serverSettingsOf, type Services, startSettings } from '#service';
import { codeOf, type Harness, principal, startHarness } from './harness.ts';

const path = '/tocsin/v1/settings';

function begin(services: Services, args: readonly string[] = [], fileLimits: JsonObject = {}): void {
  const request = readStartRequest(args, { TOCSIN_ADMIN_TOKEN: 'a-secret-token' });
  assert.ok(request.kind === 'start');
  startSettings(services, { options: request.options, given: request.given, fileLimits, startedOn: 0 });
}

async function world(args: readonly string[] = [], fileLimits: JsonObject = {}): Promise<Harness> {
  const api = await startHarness();
  begin(api.services, args, fileLimits);
  return api;
}

async function entry(api: Harness, list: 'settings' | 'limits', name: string): Promise<JsonObject> {
  const { body } = await api.call('GET', path);
  const found = (memberOf(body, list) as readonly JsonObject[]).find((each) => each['name'] === name);
  assert.ok(found !== undefined, name);
  return found;
}

const change = (api: Harness, body: Json) => api.call('PATCH', path, { body });

test('a changed setting is in force at once, and after the next start', async () => {
  const api = await world();
  assert.equal((await entry(api, 'settings', 'retentionDays'))['source'], 'default');
  const { status } = await change(api, { settings: { retentionDays: 30, activityDays: 60 }, limits: { actions: 600 } });
  assert.equal(status, 200);
  assert.equal(serverSettingsOf(api.services).retention.days, 30);
  assert.equal(api.services.settings.activityDays, 60);
  assert.equal(api.services.settings.workflowLimits?.actions, 600);
  begin(api.services);
  const days = await entry(api, 'settings', 'retentionDays');
  assert.deepEqual([days['value'], days['source'], days['change']], [30, 'saved', 'now']);
  assert.equal(api.services.settings.workflowLimits?.actions, 600);
});

test('null goes back to the default', async () => {
  const api = await world();
  await change(api, { settings: { retentionBytes: 64 * 1024 * 1024 }, limits: { actions: 600 } });
  await change(api, { settings: { retentionBytes: null }, limits: { actions: null } });
  assert.equal(serverSettingsOf(api.services).retention.bytes, undefined);
  const limit = await entry(api, 'limits', 'actions');
  assert.deepEqual([limit['value'], limit['source']], [500, 'default']);
  assert.equal(api.services.settings.workflowLimits?.actions, 500);
});

test('what an option of the start fixes is told and refused', async () => {
  const api = await world(['--retention-days', '14'], { actions: 700 });
  const days = await entry(api, 'settings', 'retentionDays');
  assert.deepEqual([days['value'], days['source'], days['option']], [14, 'option', '--retention-days']);
  const limit = await entry(api, 'limits', 'actions');
  assert.deepEqual([limit['value'], limit['source'], limit['change']], [700, 'option', 'restart']);
  for (const body of [{ settings: { retentionDays: 30 } }, { limits: { actions: 600 } }]) {
    const refused = await change(api, body);
    assert.equal(refused.status, 409);
    assert.equal(codeOf(refused), 'SettingFixedByOption');
  }
});

test('what is saved waits while an option fixes it', async () => {
  const api = await world();
  await change(api, { settings: { retentionDays: 30 } });
  begin(api.services, ['--retention-days', '14']);
  assert.equal(serverSettingsOf(api.services).retention.days, 14);
  begin(api.services);
  assert.equal(serverSettingsOf(api.services).retention.days, 30);
});

test('what is no setting, no number or out of bounds changes nothing', async () => {
  const api = await world();
  for (const body of [
    { settings: { retentionDays: 0 } },
    { settings: { retentionDays: 1.5 } },
    { settings: { retentionDays: '30' } },
    { settings: { retentionDays: 100_000 } },
    { settings: { retentionBytes: 1000 } },
    { settings: { port: 80 } },
    { settings: { constructor: 1 } },
    { limits: { nothing: 1 } },
    { limits: [] },
    { other: {} },
    { settings: { activityDays: 60 }, limits: { nothing: 1 } },
  ]) {
    assert.equal((await change(api, body)).status, 400, JSON.stringify(body));
  }
  assert.equal((await change(api, [])).status, 400);
  assert.deepEqual(serverSettingsOf(api.services).saved, { settings: {}, limits: {} });
});

test('a change is in the activity log with the names of what changed', async () => {
  const api = await world();
  await change(api, { settings: { retentionDays: 30 } });
  const { body } = await api.call('GET', '/tocsin/v1/activity');
  const entries = memberOf(body, 'value') as readonly JsonObject[];
  const found = entries.find((each) => memberOf(each['operationName'], 'value') === 'Tocsin/settings/write');
  assert.match(JSON.stringify(found), /Changed: retentionDays\./);
});

test('no secret is told, and nobody without a role reads or changes settings', async () => {
  const api = await world();
  assert.doesNotMatch(JSON.stringify((await api.call('GET', path)).body), /a-secret-token|PRIVATE KEY/);
  const as = principal('11111111-1111-4111-8111-111111111111');
  assert.equal((await api.call('GET', path, { as })).status, 403);
  assert.equal((await api.call('PATCH', path, { as, body: { settings: { retentionDays: 1 } } })).status, 403);
});
