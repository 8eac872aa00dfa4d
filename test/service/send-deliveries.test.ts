/** Deliveries over HTTP: retries, statuses, restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, memberOf } from '#foundation';
import { forgetOldEvents, retryDelay, senderOf, startDeliveries } from '#service';
import {
  alert,
  type Answer,
  automationBody,
  automationId,
  group,
  ingest,
  putAutomation,
  securityWorld,
  type SecurityWorld,
  settle,
} from './security-harness.ts';

async function withForeign(...answers: Answer[]): Promise<SecurityWorld> {
  const world = await securityWorld();
  world.answers.push(...answers);
  const action = {
    actionType: 'LogicApp',
    logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/far`,
    uri: 'https://far.test/hook?sig=secret',
  };
  await putAutomation(world, 'a', automationBody([action]));
  await ingest(world, alert('1'));
  await settle();
  return world;
}

async function rows(world: SecurityWorld): Promise<readonly JsonObject[]> {
  const list = await world.call('GET', `/tocsin/v1/deliveries?automationId=${automationId('a')}`);
  assert.equal(list.status, 200);
  assert.doesNotMatch(JSON.stringify(list.body), /secret/);
  return (list.body as { value: JsonObject[] }).value;
}

async function nextAttempt(world: SecurityWorld): Promise<void> {
  assert.ok(world.clock.advanceToNext());
  await settle();
}

const shown = (row: JsonObject) => [row['attempt'], row['status'], row['statusCode'] ?? memberOf(row['error'], 'code')];

test('the event is posted as it is, once, with a key that stays the same', async () => {
  const world = await withForeign({ status: 202, headers: { 'x-ms-workflow-run-id': 'run1' } });
  const [request] = world.sent;
  assert.equal(request?.url, 'https://far.test/hook?sig=secret');
  assert.equal(request.method, 'POST');
  assert.match(request.headers['content-type'] ?? '', /^application\/json/);
  assert.equal((JSON.parse(new TextDecoder().decode(request.body)) as JsonObject)['SystemAlertId'], '1');
  const [row] = await rows(world);
  assert.deepEqual([row?.['status'], row?.['statusCode'], row?.['runId']], ['Succeeded', 202, 'run1']);
  const [document] = world.store.documents.list({ collection: 'deliveries' });
  assert.ok(document !== undefined);
  assert.equal(document.secrets, undefined);
  assert.equal(document.body['event'], undefined);
});

test('408, 429, 5xx and no answer are tried again with the same key until they succeed', async () => {
  const lost = { kind: 'failure', code: 'GatewayTimeout', message: 'm', retryable: true } as const;
  const world = await withForeign({ status: 503 }, { status: 429 }, { status: 408 }, lost);
  for (let turn = 0; turn < 4; turn += 1) await nextAttempt(world);
  assert.deepEqual((await rows(world)).map(shown), [
    [5, 'Succeeded', 202],
    [4, 'Retrying', 'GatewayTimeout'],
    [3, 'Retrying', 408],
    [2, 'Retrying', 429],
    [1, 'Retrying', 503],
  ]);
  assert.equal(new Set(world.sent.map(({ headers }) => headers['idempotency-key'])).size, 1);
});

test('other statuses and hopeless failures fail at once', async () => {
  for (const answer of [
    { status: 404 },
    { status: 401 },
    { status: 403 },
    { status: 410 },
    { status: 400 },
    { status: 302 },
  ]) {
    const world = await withForeign(answer);
    assert.deepEqual((await rows(world)).map(shown), [[1, 'Failed', answer.status]]);
    assert.equal(world.clock.advanceToNext(), false);
  }
  const world = await withForeign({
    kind: 'failure',
    code: 'OutboundAddressForbidden',
    message: 'm',
    retryable: false,
  });
  assert.deepEqual((await rows(world)).map(shown), [[1, 'Failed', 'OutboundAddressForbidden']]);
});

test('a delivery that never succeeds ends after ten attempts', async () => {
  const world = await withForeign(...Array.from({ length: 12 }, () => ({ status: 500 })));
  for (let turn = 0; turn < 9; turn += 1) await nextAttempt(world);
  assert.equal(world.sent.length, 10);
  assert.equal(world.clock.advanceToNext(), false);
  assert.deepEqual(shown((await rows(world))[0] ?? {}), [10, 'Failed', 500]);
});

test('Retry-After is honoured, within an hour', async () => {
  const world = await withForeign({ status: 503, headers: { 'retry-after': '120' } });
  world.clock.advance(119_000);
  await settle();
  assert.equal(world.sent.length, 1);
  world.clock.advance(2_000);
  await settle();
  assert.equal(world.sent.length, 2);
});

test('waits grow and spread', () => {
  assert.equal(retryDelay(1, 0.5, undefined), 5_000);
  assert.equal(retryDelay(2, 0, undefined), 5_000);
  assert.equal(retryDelay(3, 0.5, undefined), 20_000);
  assert.equal(retryDelay(30, 0.5, undefined), 900_000);
  assert.equal(retryDelay(1, 0, 9e9), 3_600_000);
});

test('what was pending when the server stopped is taken up again', async () => {
  const world = await withForeign({ status: 503 });
  await senderOf(world.services).stop();
  assert.equal(world.store.documents.list({ collection: 'deliveries', status: 'Pending' }).length, 1);
  const restarted = { ...world.services, store: { ...world.store } };
  startDeliveries(restarted);
  await settle();
  assert.equal(world.sent.length, 2);
  assert.equal(world.sent[0]?.headers['idempotency-key'], world.sent[1]?.headers['idempotency-key']);
  assert.equal(world.store.documents.list({ collection: 'deliveries', status: 'Succeeded' }).length, 1);
});

test('what is being sent while the server takes up what is pending is not sent a second time', async () => {
  const world = await securityWorld();
  const { services } = world;
  const gate = Promise.withResolvers<void>();
  const send = services.outbound.send.bind(services.outbound);
  services.outbound.send = async (request) => {
    await gate.promise;
    return send(request);
  };
  const action = {
    actionType: 'LogicApp',
    logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/far`,
    uri: 'https://far.test/hook?sig=secret',
  };
  await putAutomation(world, 'a', automationBody([action]));
  await ingest(world, alert('1'));
  const sender = startDeliveries(services);
  gate.resolve();
  await settle();
  assert.equal(world.sent.length, 1);
  assert.deepEqual((await rows(world)).map(shown), [[1, 'Succeeded', 202]]);
  await sender.stop();
});

test('a delivery is not sent before the commit that holds it', async () => {
  const world = await securityWorld();
  const action = {
    actionType: 'LogicApp',
    logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/far`,
    uri: 'https://far.test/hook',
  };
  await putAutomation(world, 'a', automationBody([action]));
  world.store.onCommit((writes) => {
    if (writes.some((write) => write.kind === 'putDocument' && write.document.collection === 'alerts'))
      assert.equal(world.sent.length, 0);
  });
  await ingest(world, alert('1'));
  await settle();
  assert.equal(world.sent.length, 1);
});

test('old alerts and deliveries are forgotten, pending deliveries and states are not', async () => {
  const world = await withForeign({ status: 503 });
  const workspaceResourceId = `${group}/providers/Microsoft.OperationalInsights/workspaces/w`;
  await putAutomation(world, 'a', automationBody([{ actionType: 'Workspace', workspaceResourceId }]));
  await ingest(world, alert('2'));
  const count = (collection: string): number => world.store.documents.count({ collection });
  const key = { workspace: workspaceResourceId.toLowerCase(), name: 'SecurityAlert' };
  const rows = (): number => [...world.store.logs.rows({ ...key, columns: [], conditions: [] })].length;
  assert.deepEqual([count('alerts'), count('deliveries'), rows()], [2, 2, 1]);
  const day = 24 * 3_600_000;
  const at = (days: number) => ({
    store: world.store,
    clock: { now: () => world.clock.now() + days * day } as never,
  });
  assert.equal(await forgetOldEvents(at(89)), 0);
  assert.equal(await forgetOldEvents(at(91)), 3);
  assert.deepEqual([count('alerts'), count('deliveries'), rows()], [0, 1, 0]);
});
