/** The portal's list of alerts: in order, in groups, with what automations did. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Identity, type JsonObject, textMember } from '#foundation';
import {
  alert,
  automationBody,
  group,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
} from '../../service/security-harness.ts';

async function get(world: SecurityWorld, path: string, as?: Identity): Promise<JsonObject> {
  const response = await world.call('GET', path, as === undefined ? {} : { as });
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return response.body as JsonObject;
}

const names = (body: JsonObject): unknown[] => (body['value'] as JsonObject[]).map(({ name }) => name);

/** Every name of a list, page by page. */
async function all(world: SecurityWorld, path: string): Promise<string> {
  const found: unknown[] = [];
  for (let next: string | undefined = `${path}&$top=2`; next !== undefined; ) {
    const page: JsonObject = await get(world, next.replace(/^https?:\/\/[^/]+/, ''));
    found.push(...names(page));
    next = textMember(page, 'nextLink');
  }
  return found.join('');
}

async function worldOfAlerts(): Promise<SecurityWorld> {
  const world = await securityWorld();
  await ingest(world, alert('a', { Severity: 'Low', AlertDisplayName: 'Scan', StartTimeUtc: '2026-01-03T00:00:00Z' }));
  await ingest(world, alert('b', { AlertDisplayName: 'brute force', CompromisedEntity: 'vm-9' }));
  await ingest(world, alert('c', { Severity: 'Medium', StartTimeUtc: '2026-01-01T00:00:00Z' }));
  await ingest(world, alert('d', { AlertDisplayName: 'Brute Force', CompromisedEntity: 'VM-9' }));
  await ingest(world, alert('e', { Severity: 'Informational', AlertDisplayName: 'scan' }));
  return world;
}

test('alerts come in the order asked for, page by page', async () => {
  const world = await worldOfAlerts();
  const ordered = (orderby: string): Promise<string> =>
    all(world, `/tocsin/v1/alerts?orderby=${encodeURIComponent(orderby)}`);
  assert.equal(await all(world, '/tocsin/v1/alerts?'), 'edcba');
  assert.equal(await ordered('received asc'), 'abcde');
  assert.equal(await ordered('severity desc'), 'dbcae');
  assert.equal(await ordered('severity'), 'eacdb');
  assert.equal(await ordered('title'), 'dbcea');
  assert.equal(await ordered('title desc'), 'aecbd');
  assert.equal((await ordered('startTime desc')).slice(0, 2), 'ac');
  const response = await world.call('GET', '/tocsin/v1/alerts?orderby=secret');
  assert.equal(response.status, 400);
});

test('an order goes with filters by severity and state, and with the count', async () => {
  const world = await worldOfAlerts();
  const dismiss = `${group}/providers/Microsoft.Security/locations/centralus/alerts/d/dismiss?api-version=2022-01-01`;
  assert.equal((await world.call('POST', dismiss)).status, 204);
  const filter = encodeURIComponent(
    "properties/status eq 'Active' and (properties/severity eq 'High' or properties/severity eq 'Low')",
  );
  for (const [orderby, wanted] of [
    ['severity desc', 'ba'],
    ['title', 'ba'],
    ['status', 'ba'],
  ] as const) {
    const path = `/tocsin/v1/alerts?filter=${filter}&orderby=${encodeURIComponent(orderby)}`;
    assert.equal(await all(world, path), wanted, orderby);
    assert.deepEqual((await get(world, path))['count'], { value: 2, exact: true });
  }
});

test('alerts are counted in groups, those with most first, and a group is listed by its value', async () => {
  const world = await worldOfAlerts();
  const groups = async (query: string): Promise<unknown[]> =>
    ((await get(world, `/tocsin/v1/alertGroups?${query}`))['value'] as JsonObject[]).map((each) => [
      each['title'],
      each['count'],
    ]);
  assert.deepEqual(await groups('by=severity'), [
    ['High', 2],
    ['Medium', 1],
    ['Low', 1],
    ['Informational', 1],
  ]);
  assert.deepEqual((await groups('by=title')).slice(0, 2), [
    ['Brute Force', 2],
    ['scan', 2],
  ]);
  const high = encodeURIComponent("properties/severity eq 'High'");
  assert.deepEqual(await groups(`by=resource&filter=${high}`), [['VM-9', 2]]);
  assert.equal(await all(world, '/tocsin/v1/alerts?group=title&groupValue=brute%20force'), 'db');
  const other = encodeURIComponent("contains(properties/alertDisplayName, 'x')");
  assert.equal((await world.call('GET', `/tocsin/v1/alertGroups?by=title&filter=${other}`)).status, 400);
  assert.equal((await world.call('GET', '/tocsin/v1/alertGroups?by=secret')).status, 400);
  const nobody: Identity = { objectId: '99999999-0000-4000-8000-000000000000', displayName: 'N', kind: 'User' };
  assert.deepEqual((await get(world, '/tocsin/v1/alertGroups?by=title', nobody))['value'], []);
});

test('an alert tells how many automations acted on it and how many failed, whatever becomes of them', async () => {
  const world = await securityWorld();
  const logicAppResourceId = await putLogicApp(world, 'app');
  const action = { actionType: 'LogicApp', logicAppResourceId };
  await putAutomation(world, 'one', automationBody([action]));
  await putAutomation(world, 'two', automationBody([action, action]));
  await putAutomation(world, 'off', automationBody([action], { isEnabled: false }));
  await ingest(world, alert('a'));
  const outcome = async (): Promise<unknown> =>
    ((await get(world, '/tocsin/v1/alerts'))['value'] as JsonObject[])[0]?.['automations'];
  assert.deepEqual(await outcome(), { count: 3, failed: 0, waiting: 0, held: 0 });
  const [run] = world.runs;
  const workflow = run?.identity.workflowId.toLowerCase() ?? '';
  const name = run?.identity.name ?? '';
  await world.store.commit([
    {
      kind: 'putRun',
      run: {
        key: `${workflow}/runs/${name}`,
        workflow,
        name,
        status: 'Failed',
        startTime: 1,
        clientTrackingId: '',
        body: {},
      },
    },
  ]);
  assert.deepEqual(await outcome(), { count: 3, failed: 1, waiting: 0, held: 0 });
  const changed = await world.call(
    'DELETE',
    `${group}/providers/Microsoft.Security/automations/one?api-version=2019-01-01-preview`,
  );
  assert.ok(changed.status < 300);
  assert.deepEqual(await outcome(), { count: 3, failed: 1, waiting: 0, held: 0 });
  await ingest(world, alert('b', { Severity: 'Low' }));
});

test('an alert that no automation took says so', async () => {
  const world = await securityWorld();
  await ingest(world, alert('a'));
  const [first] = (await get(world, '/tocsin/v1/alerts'))['value'] as JsonObject[];
  assert.deepEqual(first?.['automations'], { count: 0, failed: 0, waiting: 0, held: 0 });
});

test('automations are found by the source they listen to and by the logic app they start', async () => {
  const world = await securityWorld();
  const action = { actionType: 'LogicApp', logicAppResourceId: await putLogicApp(world, 'mail-app') };
  await putAutomation(world, 'alerts', automationBody([action]));
  await putAutomation(world, 'scores', automationBody([action], { sources: [{ eventSource: 'SecureScores' }] }));
  const found = async (filter: string): Promise<unknown[]> =>
    names(await get(world, `/tocsin/v1/automations?filter=${encodeURIComponent(filter)}`));
  assert.deepEqual(await found("properties/sources/any(s: startswith(s/eventSource, 'Alerts'))"), ['alerts']);
  const others =
    "properties/sources/any(s: not startswith(s/eventSource, 'Alerts') and not startswith(s/eventSource, 'X'))";
  assert.deepEqual(await found(others), ['scores']);
  assert.equal((await found("properties/actions/any(a: contains(a/logicAppResourceId, 'MAIL-'))")).length, 2);
});
