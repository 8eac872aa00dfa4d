/** Brakes of automations: how many starts an hour, one start per key and time, trials. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, textMember } from '#foundation';
import { BrakeLedger, automationIndexOf } from '#service';
import {
  alert,
  automationBody,
  automationId,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
} from './security-harness.ts';

async function braked(tags: JsonObject): Promise<SecurityWorld> {
  const world = await securityWorld();
  const action = { actionType: 'LogicApp', logicAppResourceId: await putLogicApp(world, 'app') };
  const put = await putAutomation(world, 'a', { ...automationBody([action]), tags });
  assert.equal(put.status, 201, JSON.stringify(put.body));
  return world;
}

async function started(world: SecurityWorld, ...alerts: readonly JsonObject[]): Promise<readonly number[]> {
  return (await ingest(world, [...alerts])).events.map(({ runs }) => runs.length);
}

async function deliveries(world: SecurityWorld): Promise<readonly JsonObject[]> {
  const list = await world.call('GET', `/tocsin/v1/deliveries?automationId=${automationId('a')}`);
  return (list.body as { value: JsonObject[] }).value;
}

async function outcomes(world: SecurityWorld, body: JsonObject): Promise<readonly unknown[]> {
  const answer = await world.call('POST', '/tocsin/v1/explain', { body });
  return (answer.body as { value: JsonObject[] }).value.map(({ outcome, stoppedBy }) => [outcome, stoppedBy]);
}

test('at most so many starts an hour, over batches and at any moment of the hour', async () => {
  const world = await braked({ 'tocsin-max-starts-per-hour': '3' });
  assert.deepEqual(await started(world, alert('1'), alert('2')), [1, 1]);
  world.clock.advance(30 * 60_000);
  assert.deepEqual(await started(world, alert('3'), alert('4')), [1, 0]);
  world.clock.advance(30 * 60_000 - 1);
  assert.deepEqual(await started(world, alert('5')), [0]);
  world.clock.advance(1);
  assert.deepEqual(await started(world, alert('6'), alert('7'), alert('8')), [1, 1, 0]);
  assert.equal(world.runs.length, 5);
});

test('what a brake held back is in the deliveries and explained', async () => {
  const world = await braked({ 'tocsin-max-starts-per-hour': '1' });
  const { events } = await ingest(world, [alert('1'), alert('2')]);
  const rows = await deliveries(world);
  const row = rows.find(({ eventId }) => eventId === events[1]?.id);
  assert.equal(row?.['status'], 'Braked');
  assert.equal(textMember(row?.['error'], 'code'), 'StartRateExceeded');
  assert.match(String((await outcomes(world, { eventId: events[1]?.id ?? '' }))[0]), /^Braked,StartRateExceeded: /);
  assert.match(String((await outcomes(world, { event: alert('new') }))[0]), /^Braked,/);
  assert.match(String((await outcomes(world, { eventId: events[0]?.id ?? '' }))[0]), /^Fired/);
});

test('one start per key within the time; the key is the alert type, the entity and the resource unless set', async () => {
  const world = await braked({ 'tocsin-once-per': 'PT10M' });
  const other = alert('3', { CompromisedEntity: 'vm-2' });
  assert.deepEqual(await started(world, alert('1'), alert('2'), other), [1, 0, 1]);
  world.clock.advance(10 * 60_000 - 1);
  assert.deepEqual(await started(world, alert('4')), [0]);
  world.clock.advance(1);
  assert.deepEqual(await started(world, alert('5')), [1]);
});

test('a key of chosen properties', async () => {
  const world = await braked({ 'tocsin-once-per': 'P1D', 'tocsin-dedup-key': "severity, ExtendedProperties['user']" });
  const by = (id: string, user: string): JsonObject => alert(id, { ExtendedProperties: { user }, AlertType: id });
  assert.deepEqual(await started(world, by('1', 'a'), by('2', 'a'), by('3', 'b'), by('4', 'b')), [1, 0, 1, 0]);
});

test('a trial starts nothing, records what it would have started, and obeys the other brakes', async () => {
  const world = await braked({ 'tocsin-dry-run': 'TRUE', 'tocsin-max-starts-per-hour': '1' });
  assert.deepEqual(await started(world, alert('1'), alert('2')), [0, 0]);
  assert.deepEqual((await deliveries(world)).map((row) => textMember(row, 'status') ?? '').toSorted(), [
    'Braked',
    'DryRun',
  ]);
  assert.equal(world.runs.length, 0);
});

test('brakes hold over a restart', async () => {
  const world = await braked({ 'tocsin-max-starts-per-hour': '2', 'tocsin-once-per': 'PT30M' });
  await started(world, alert('1'), alert('2', { CompromisedEntity: 'b' }));
  const after = new BrakeLedger(world.services);
  const automation = automationIndexOf(world.services).find(automationId('a'));
  assert.ok(automation !== undefined);
  const event = { source: 'Alerts' as const, body: alert('3', { CompromisedEntity: 'c' }), subjects: [] };
  assert.equal(after.refusal(automation, event)?.code, 'StartRateExceeded');
  world.clock.advance(60 * 60_000);
  assert.equal(new BrakeLedger(world.services).refusal(automation, event), undefined);
});

test('a commit that fails gives its starts back', async () => {
  const world = await braked({ 'tocsin-max-starts-per-hour': '1' });
  const host = world.services.host as { startMany: unknown };
  host.startMany = () => Promise.reject(new Error('disk full'));
  await world.call('POST', '/ingest/v1/events', { body: alert('1') });
  host.startMany = (...given: Parameters<SecurityWorld['started']>) => world.started(...given);
  assert.deepEqual(await started(world, alert('1')), [1]);
});

test('tags written by the tags API brake at once, and an unreadable one is refused', async () => {
  const world = await braked({});
  const path = `${automationId('a')}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01`;
  const patch = (value: string) => ({
    body: { operation: 'Merge', properties: { tags: { 'tocsin-max-starts-per-hour': value } } },
  });
  assert.equal((await world.call('PATCH', path, patch('many'))).status, 400);
  assert.equal((await world.call('PATCH', path, patch('1'))).status, 200);
  assert.deepEqual(await started(world, alert('1'), alert('2')), [1, 0]);
});
