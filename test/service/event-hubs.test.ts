/** Deliveries to event hubs: the queue, retries, restarts, secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HubOutcome, type JsonObject, textMember } from '#foundation';
import { deliveryRows, HubSender, parseConnectionString } from '#service';
import {
  alert,
  automationBody,
  automationId,
  group,
  ingest,
  putAutomation,
  securityWorld,
  type SecurityWorld,
  settle,
} from './security-harness.ts';

const hubId = `${group}/providers/Microsoft.EventHub/namespaces/ns/eventhubs/alerts`;
const secret = 's3cretKey+/=';
const connectionString = `Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=${secret}`;
const action = { actionType: 'EventHub', eventHubResourceId: hubId, connectionString };
const away: HubOutcome = { kind: 'refused', code: 'ConnectionFailed', message: 'm', about: 'hub', retryable: true };

async function withHub(outcome?: (id: string) => HubOutcome): Promise<SecurityWorld> {
  const world = await securityWorld();
  if (outcome !== undefined) world.hubOutcome = ({ id }) => outcome(id);
  const put = await putAutomation(world, 'a', automationBody([action]));
  assert.equal(put.status, 201, JSON.stringify(put.body));
  assert.doesNotMatch(JSON.stringify(put.body), /s3cret/);
  return world;
}

async function rows(world: SecurityWorld): Promise<readonly JsonObject[]> {
  const list = await world.call('GET', `/tocsin/v1/deliveries?automationId=${automationId('a')}`);
  assert.doesNotMatch(JSON.stringify(list.body), /s3cret/);
  return (list.body as { value: JsonObject[] }).value;
}

const shown = (row: JsonObject) => [row['attempt'], row['status'], (row['error'] as JsonObject | undefined)?.['code']];

async function nextTurn(world: SecurityWorld): Promise<void> {
  world.clock.advance(61_000);
  await settle();
}

test('the event itself goes to the hub, once, and the policy name is shown but no key', async () => {
  const world = await withHub();
  await ingest(world, [alert('1'), alert('2')]);
  await settle();
  const ids = world.hubMessages.map(
    ({ message }) => (JSON.parse(new TextDecoder().decode(message.body)) as JsonObject)['SystemAlertId'],
  );
  assert.deepEqual(ids.map(String).toSorted(), ['1', '2']);
  const [first] = world.hubMessages;
  assert.deepEqual(first?.address, {
    host: 'ns.servicebus.windows.net',
    port: 5671,
    tls: true,
    entity: 'alerts',
    credentials: { name: 'send', key: secret },
  });
  assert.deepEqual((await rows(world)).map(shown), [
    [1, 'Succeeded', undefined],
    [1, 'Succeeded', undefined],
  ]);
  const got = await world.call('GET', `${automationId('a')}?api-version=2019-01-01-preview`);
  const { actions } = (got.body as { properties: { actions: JsonObject[] } }).properties;
  assert.deepEqual(actions, [{ actionType: 'EventHub', eventHubResourceId: hubId, sasPolicyName: 'send' }]);
});

test('a hub that is away loses nothing: it is tried with one event until it is back', async () => {
  const world = await withHub(() => away);
  await ingest(
    world,
    Array.from({ length: 600 }, (_, at) => alert(String(at))),
  );
  await settle();
  assert.equal(world.hubMessages.length, 256);
  await nextTurn(world);
  await nextTurn(world);
  assert.equal(world.hubMessages.length, 258);
  world.hubOutcome = () => ({ kind: 'accepted' });
  world.hubMessages.length = 0;
  await nextTurn(world);
  for (let turn = 0; turn < 10; turn += 1) await settle();
  assert.equal(new Set(world.hubMessages.map(({ message }) => message.id)).size, 600);
  assert.equal(world.hubMessages.length, 600);
  const rowsOfAll = world.store.documents.list({ collection: 'deliveries' }).flatMap(deliveryRows);
  assert.ok(rowsOfAll.some(({ attempt, status }) => attempt === 3 && status === 'Retrying'));
  assert.equal(rowsOfAll.filter(({ status }) => status === 'Succeeded').length, 600);
});

test('what waited when the server went down is sent by the next one, with the same ids', async () => {
  const world = await withHub(() => away);
  await ingest(world, [alert('1'), alert('2')]);
  await settle();
  const before = world.hubMessages.map(({ message }) => message.id);
  world.hubMessages.length = 0;
  world.hubOutcome = () => ({ kind: 'accepted' });
  new HubSender(world.services).start();
  await settle();
  assert.deepEqual(world.hubMessages.map(({ message }) => message.id).toSorted(), before.toSorted());
});

test('a message that the broker refuses for good fails, the others go on', async () => {
  const world = await withHub();
  let bad = '';
  world.hubOutcome = ({ id }) => {
    bad = bad === '' ? id : bad;
    const code = 'amqp:link:message-size-exceeded';
    return id === bad
      ? { kind: 'refused', code, message: 'm', about: 'message', retryable: false }
      : { kind: 'accepted' };
  };
  await ingest(world, [alert('1'), alert('2')]);
  await settle();
  assert.deepEqual((await rows(world)).map((row) => textMember(row, 'status') ?? '').toSorted(), [
    'Failed',
    'Succeeded',
  ]);
});

test('a message that is refused again and again ends after ten attempts', async () => {
  const world = await withHub(() => ({ ...away, code: 'amqp:released', about: 'message' }));
  await ingest(world, alert('1'));
  await settle();
  for (let turn = 0; turn < 12; turn += 1) await nextTurn(world);
  assert.equal(world.hubMessages.length, 10);
  assert.deepEqual(shown((await rows(world))[0] ?? {}), [10, 'Failed', 'amqp:released']);
});

test('after seven days of absence a delivery fails', async () => {
  const world = await withHub(() => away);
  await ingest(world, alert('1'));
  await settle();
  world.clock.advance(8 * 24 * 60 * 60_000);
  for (let turn = 0; turn < 3; turn += 1) await nextTurn(world);
  assert.equal((await rows(world))[0]?.['status'], 'Failed');
});

test('an update without the connection string keeps it; a mended one sends what waits; a deleted automation fails it', async () => {
  const world = await withHub(() => away);
  await ingest(world, alert('1'));
  await settle();
  const bare = { actionType: 'EventHub', eventHubResourceId: hubId };
  assert.equal((await putAutomation(world, 'a', automationBody([bare]))).status, 200);
  await nextTurn(world);
  assert.equal(world.hubMessages.at(-1)?.address.host, 'ns.servicebus.windows.net');
  const mended = { ...action, connectionString: connectionString.replace('//ns.', '//other.') };
  await putAutomation(world, 'a', automationBody([mended]));
  await nextTurn(world);
  assert.equal(world.hubMessages.at(-1)?.address.host, 'other.servicebus.windows.net');
  await world.call('DELETE', `${automationId('a')}?api-version=2019-01-01-preview`);
  await nextTurn(world);
  const [document] = world.store.documents.list({ collection: 'deliveries' });
  assert.equal(document?.status, 'Failed');
  assert.match(JSON.stringify(document?.body), /AutomationActionDeleted/);
});

test('connection strings in every published form', () => {
  const address = (text: string) => {
    const found = parseConnectionString(text, hubId);
    return typeof found === 'string'
      ? found
      : [found.host, found.port, found.tls, found.entity, found.credentials?.name];
  };
  const policy = 'SharedAccessKeyName=p;SharedAccessKey=a==';
  assert.deepEqual(address(`Endpoint=sb://h.net/;${policy};EntityPath=e`), ['h.net', 5671, true, 'e', 'p']);
  assert.deepEqual(address(`endpoint=sb://h.net;${policy}`), ['h.net', 5671, true, 'alerts', 'p']);
  assert.deepEqual(address(`Endpoint=sb://localhost:80;${policy};UseDevelopmentEmulator=true;`), [
    'localhost',
    80,
    false,
    'alerts',
    'p',
  ]);
  assert.deepEqual(address('Endpoint=amqp://[::1]:5673/'), ['::1', 5673, false, 'alerts', undefined]);
  assert.deepEqual(address(`Endpoint=amqps://h/;${policy}`), ['h', 5671, true, 'alerts', 'p']);
  for (const bad of ['', 'x', 'Endpoint=http://h/', 'Endpoint=sb://h/', `Endpoint=sb://;${policy}`]) {
    assert.equal(typeof parseConnectionString(bad, hubId), 'string', bad);
  }
});
