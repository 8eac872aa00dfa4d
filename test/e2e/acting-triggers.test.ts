/** Triggers that poll, subscribe and recur, against a started server and a scripted service. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { type Json, type JsonObject, memberOf } from '#foundation';
import { ScriptedService } from './scripted-service.ts';
import { subscription, TocsinServer, textOf } from './tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-triggers`;
const version = '?api-version=2019-05-01';

function workflowId(name: string): string {
  return `${group}/providers/Microsoft.Logic/workflows/${name}`;
}

async function save(server: TocsinServer, name: string, trigger: Json, state?: string): Promise<string> {
  const id = workflowId(name);
  const definition = {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    triggers: { t: trigger },
    actions: { Note: { type: 'Compose', inputs: '@triggerOutputs()', runAfter: {} } },
  };
  const properties = { definition, ...(state === undefined ? {} : { state }) };
  const reply = await server.call('PUT', `${id}${version}`, { body: { location: 'westeurope', properties } });
  assert.ok(reply.status < 300, reply.text);
  return id;
}

async function histories(server: TocsinServer, id: string): Promise<readonly JsonObject[]> {
  const { body } = await server.call('GET', `${id}/triggers/t/histories${version}`);
  return (body.value ?? []).map((one) => memberOf(one, 'properties') as JsonObject);
}

async function runs(server: TocsinServer, id: string): Promise<readonly JsonObject[]> {
  const { body } = await server.call('GET', `${id}/runs${version}`);
  return body.value ?? [];
}

async function linked(server: TocsinServer, target: JsonObject, name: string): Promise<Json> {
  return (await server.call('GET', textOf(target[name], 'uri'), { token: null })).body;
}

/** A service that stops with its test, whatever becomes of it. */
async function serve(
  t: TestContext,
  script: ConstructorParameters<typeof ScriptedService>[0],
): Promise<ScriptedService> {
  const service = await new ScriptedService(script).start();
  t.after(() => service.stop());
  return service;
}

const often = { frequency: 'Second', interval: 30 };

describe('acting triggers', { concurrency: true }, () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '60' });
  before(async () => {
    await server.start();
    const made = await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    assert.equal(made.status, 201);
  });
  after(() => server.remove());

  test('an Http trigger polls, follows Location after a 202, and fires on 200', async (t) => {
    const service = await serve(t, (_, number) => {
      if (number === 0) return { status: 202, headers: { location: '/poll?triggerState=1' } };
      if (number === 1) return { status: 200, body: { found: 1 } };
      return { status: 202 };
    });
    const id = await save(server, 'poll', {
      type: 'Http',
      inputs: { method: 'GET', uri: `${service.url}/poll`, queries: { q: 'x' } },
      recurrence: often,
    });
    const fired = await server.eventually(
      async () => (await histories(server, id)).find((one) => one.fired === true),
      'a fired poll',
    );
    assert.deepEqual(
      service.requests.slice(0, 3).map(({ url }) => url),
      ['/poll?q=x', '/poll?triggerState=1', '/poll?triggerState=1'].slice(0, service.requests.length),
    );
    assert.equal(fired.status, 'Succeeded');
    assert.equal(fired.code, 'OK');
    const outputs = await linked(server, fired, 'outputsLink');
    assert.equal(memberOf(outputs, 'statusCode'), 200);
    assert.deepEqual(memberOf(outputs, 'body'), { found: 1 });
    assert.equal(memberOf(await linked(server, fired, 'inputsLink'), 'method'), 'GET');
    assert.equal((await runs(server, id)).length, 1);
    const skipped = (await histories(server, id)).findLast((one) => one.status === 'Skipped');
    assert.equal(skipped?.code, 'Accepted');
    assert.equal(skipped?.fired, false);
    assert.deepEqual(await linked(server, skipped, 'outputsLink'), { statusCode: 202 });
  });

  test('a poll that fails is tried again by its policy and then fails the trigger', async (t) => {
    const service = await serve(t, () => ({ status: 500, body: { no: true } }));
    const id = await save(server, 'failing', {
      type: 'Http',
      inputs: {
        method: 'GET',
        uri: `${service.url}/x`,
        retryPolicy: { type: 'fixed', count: 2, interval: 'PT10S' },
      },
      recurrence: { frequency: 'Day', interval: 1 },
    });
    const failed = await server.eventually(
      async () => (await histories(server, id)).find((one) => one.status === 'Failed'),
      'a failed poll',
    );
    assert.equal(service.requests.length, 3);
    assert.equal(new Set(service.requests.map(({ headers }) => headers['idempotency-key'])).size, 1);
    assert.equal(failed.code, 'InternalServerError');
    assert.equal((failed.retryHistory as readonly Json[]).length, 2);
    assert.equal((await histories(server, id)).length, 1);
    assert.deepEqual(await runs(server, id), []);
  });

  test('conditions that read the status code decide alone', async (t) => {
    const service = await serve(t, () => ({ status: 404, body: { gone: true } }));
    const id = await save(server, 'watching', {
      type: 'Http',
      inputs: { method: 'GET', uri: service.url },
      recurrence: { frequency: 'Day', interval: 1 },
      conditions: [{ expression: "@equals(triggerOutputs()['statusCode'], 404)" }],
    });
    const fired = await server.eventually(async () => (await histories(server, id))[0], 'a poll');
    assert.deepEqual([fired.status, fired.fired, fired.code], ['Succeeded', true, 'NotFound']);
  });

  test('a poll splits what it finds, and its history starts all of it again', async (t) => {
    const service = await serve(t, (_, number) =>
      number === 0 ? { body: { value: [{ n: 1 }, { n: 2 }] } } : { status: 202 },
    );
    const id = await save(server, 'splitting', {
      type: 'Http',
      inputs: { method: 'GET', uri: service.url },
      recurrence: { frequency: 'Day', interval: 1 },
      splitOn: "@triggerBody()?['value']",
    });
    await server.eventually(async () => ((await runs(server, id)).length === 2 ? true : undefined), 'two runs');
    const { body } = await server.call('GET', `${id}/triggers/t/histories${version}`);
    const name = textOf(body.value?.[0], 'name');
    const again = await server.call('POST', `${id}/triggers/t/histories/${name}/resubmit${version}`);
    assert.equal(again.status, 202);
    assert.equal((await runs(server, id)).length, 4);
    const [run] = await runs(server, id);
    const alone = `${id}/triggers/t/histories/${textOf(run, 'name')}/resubmit${version}`;
    assert.equal((await server.call('POST', alone)).status, 202);
    assert.equal((await runs(server, id)).length, 5);
  });

  test('run polls at once and says what came of it', async (t) => {
    let status = 202;
    const service = await serve(t, () => ({ status, body: { s: status } }));
    const id = await save(server, 'by-hand', {
      type: 'Http',
      inputs: { method: 'POST', uri: service.url, body: { ask: true } },
      recurrence: { frequency: 'Month', interval: 1 },
    });
    await server.eventually(async () => (await histories(server, id))[0], 'the first poll');
    const run = () => server.call('POST', `${id}/triggers/t/run${version}`);
    assert.equal((await run()).status, 200);
    status = 200;
    const fired = await run();
    assert.equal(fired.status, 202);
    assert.ok(fired.headers.get('x-ms-workflow-run-id'));
    status = 403;
    const refused = await run();
    assert.equal(refused.status, 502);
    assert.equal(memberOf(refused.body.error as Json, 'code'), 'BadGateway');
    assert.deepEqual(
      (await histories(server, id)).map((one) => one.status),
      ['Failed', 'Succeeded', 'Skipped', 'Skipped'],
    );
  });

  test('Retry-After after a 200 comes instead of the interval, and a disabled workflow polls no more', async (t) => {
    const service = await serve(t, (_, number) =>
      number < 4 ? { body: number, headers: { 'retry-after': number < 2 ? '0' : '20' } } : { status: 202 },
    );
    const id = await save(server, 'eager', {
      type: 'Http',
      inputs: { method: 'GET', uri: service.url },
      recurrence: { frequency: 'Day', interval: 1 },
    });
    await server.eventually(async () => (service.requests.length >= 5 ? true : undefined), 'five polls');
    await server.eventually(async () => ((await runs(server, id)).length === 4 ? true : undefined), 'four runs');
    await server.call('POST', `${id}/disable${version}`);
    const polls = service.requests.length;
    const trigger = await server.call('GET', `${id}/triggers/t${version}`);
    assert.equal(memberOf(trigger.body.properties as Json, 'nextExecutionTime'), undefined);
    assert.equal((await server.call('POST', `${id}/triggers/t/run${version}`)).status, 400);
    assert.equal(service.requests.length, polls);
  });

  test('a webhook trigger subscribes, fires on its callback, and unsubscribes when disabled', async (t) => {
    const service = await serve(t, () => ({ status: 201, body: { id: 's1' } }));
    const id = await save(server, 'hook', {
      type: 'HttpWebhook',
      inputs: {
        subscribe: { method: 'POST', uri: `${service.url}/subscribe`, body: { url: '@{listCallbackUrl()}' } },
        unsubscribe: { method: 'DELETE', uri: `${service.url}/unsubscribe`, body: { url: '@{listCallbackUrl()}' } },
      },
    });
    await server.eventually(async () => service.on('/subscribe')[0], 'the subscription');
    const { url } = JSON.parse(service.on('/subscribe')[0]?.body ?? '{}') as { url: string };
    const call = await server.call('PUT', `${url}&more=1`, { body: { hello: 'you' }, token: null });
    assert.equal(call.status, 202);
    const run = await server.finishedRun(`${id}/runs/${call.headers.get('x-ms-workflow-run-id')}`);
    const outputs = await linked(server, memberOf(run.properties, 'trigger') as JsonObject, 'outputsLink');
    assert.deepEqual(memberOf(outputs, 'body'), { hello: 'you' });
    assert.deepEqual(memberOf(outputs, 'queries'), { more: '1' });
    const made = (await histories(server, id)).find((one) => one.fired === false);
    assert.deepEqual([made?.status, made?.code], ['Succeeded', 'Created']);
    const shown = JSON.stringify(await linked(server, made as JsonObject, 'inputsLink'));
    assert.match(shown, /sig=\*sanitized\*/);

    await server.call('POST', `${id}/regenerateAccessKey${version}`, { body: { keyType: 'Primary' } });
    await server.eventually(async () => service.on('/subscribe')[1], 'the subscription with the new key');
    assert.equal(service.on('/unsubscribe').length, 1);
    assert.equal((await server.call('POST', url, { body: {}, token: null })).status, 401);

    await server.call('POST', `${id}/disable${version}`);
    await server.eventually(async () => service.on('/unsubscribe')[1], 'the end of the subscription');
    await server.call('POST', `${id}/enable${version}`);
    await server.eventually(async () => service.on('/subscribe')[2], 'the subscription when enabled');
    await server.call('DELETE', `${id}${version}`);
    await server.eventually(async () => service.on('/unsubscribe')[2], 'the end with the workflow');
    assert.equal(service.requests.length, 6);
  });

  test('a subscription that is refused shows in the history', async (t) => {
    const service = await serve(t, () => ({ status: 403, body: { no: 1 } }));
    const id = await save(server, 'refused', {
      type: 'HttpWebhook',
      inputs: { subscribe: { method: 'POST', uri: `${service.url}/s` }, unsubscribe: {} },
    });
    const failed = await server.eventually(async () => (await histories(server, id))[0], 'the refusal');
    assert.deepEqual([failed.status, failed.fired, failed.code], ['Failed', false, 'Forbidden']);
    const trigger = await server.call('GET', `${id}/triggers/t${version}`);
    assert.equal(memberOf(trigger.body.properties as Json, 'provisioningState'), 'Failed');
  });

  test('a sliding window makes up the windows since its start, in order', async () => {
    const startTime = new Date(Date.now() - 5 * 3_600_000 - 60_000).toISOString().replace(/\.\d+Z/, 'Z');
    const id = await save(server, 'windows', {
      type: 'SlidingWindow',
      recurrence: { frequency: 'Hour', interval: 1, startTime },
    });
    const found = await server.eventually(async () => {
      const all = await runs(server, id);
      return all.length >= 5 ? all : undefined;
    }, 'five windows');
    const windows = await Promise.all(
      found.map((run) => linked(server, memberOf(run.properties as Json, 'trigger') as JsonObject, 'outputsLink')),
    );
    const starts = windows.map((one) => textOf(one, 'windowStartTime')).reverse();
    const first = Date.parse(startTime);
    assert.deepEqual(
      starts.slice(0, 5).map((text) => Date.parse(text) - first),
      [0, 1, 2, 3, 4].map((hours) => hours * 3_600_000),
    );
    assert.equal(textOf(windows.at(-1), 'windowEndTime'), starts[1]);
  });

  test('a recurrence runs at the save and then by its interval', async () => {
    const id = await save(server, 'recurring', {
      type: 'Recurrence',
      recurrence: { frequency: 'Minute', interval: 1 },
    });
    const found = await server.eventually(async () => {
      const all = await runs(server, id);
      return all.length >= 3 ? all : undefined;
    }, 'three occurrences');
    const times = found.map((run) => Date.parse(textOf(memberOf(run.properties as Json, 'trigger'), 'scheduledTime')));
    assert.equal((times.at(-2) ?? 0) - (times.at(-1) ?? 0), 60_000);
    assert.equal((times.at(-3) ?? 0) - (times.at(-2) ?? 0), 60_000);
    const trigger = await server.call('GET', `${id}/triggers/t${version}`);
    assert.ok(memberOf(trigger.body.properties, 'nextExecutionTime'));
  });
});

test('in the sandbox polls and subscriptions are captured, and run fires a poll on the answer', async (t) => {
  const server = await new TocsinServer(['--empty', '--sandbox'], { TOCSIN_TIME_SCALE: '60' }).start();
  t.after(() => server.remove());
  await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  const connection = `${group}/providers/Microsoft.Web/connections/mail`;
  const api = `${subscription}/providers/Microsoft.Web/locations/westeurope/managedApis/office365`;
  const made = await server.call('PUT', `${connection}?api-version=2016-06-01`, {
    body: { location: 'westeurope', properties: { api: { id: api } } },
  });
  assert.ok(made.status < 300, made.text);
  const id = await save(server, 'mails', {
    type: 'ApiConnection',
    inputs: { host: { connection: { name: connection } }, method: 'get', path: '/v2/Mail/OnNewEmail' },
    recurrence: { frequency: 'Minute', interval: 1 },
    splitOn: "@triggerBody()?['value']",
  });
  const poll = await server.eventually(async () => (await histories(server, id))[0], 'a captured poll');
  assert.deepEqual([poll.status, poll.fired], ['Succeeded', false]);
  assert.deepEqual(await runs(server, id), []);
  const outbox = await server.call('GET', '/tocsin/v1/outbox');
  const item = outbox.body.value?.at(-1) as JsonObject;
  assert.equal(item.connector, 'office365');
  assert.match(textOf(item, 'runId'), /\/triggers\/t\/histories\/\d{29}CU\d\d$/);
  const fired = await server.call('POST', `${id}/triggers/t/run${version}`);
  assert.equal(fired.status, 202, fired.text);
  assert.equal((await runs(server, id)).length, 1);

  const notified = await save(server, 'notified', {
    type: 'ApiConnectionNotification',
    splitOn: "@triggerBody()?['value']",
    inputs: {
      host: { connection: { name: connection } },
      fetch: { method: 'get', pathTemplate: { template: '/v3/Mail/OnNewEmail' } },
      subscribe: {
        method: 'post',
        pathTemplate: { template: '/GraphMailSubscriptionPoke/$subscriptions' },
        body: { NotificationUrl: '@listCallbackUrl()' },
      },
    },
  });
  const joined = await server.eventually(async () => (await histories(server, notified))[0], 'its subscription');
  assert.deepEqual([joined.status, joined.fired], ['Succeeded', false]);
  const listed = await server.call('POST', `${notified}/triggers/t/listCallbackUrl${version}`);
  const callback = textOf(listed.body, 'value').replace(/^https?:\/\/[^/]+/, server.url);
  const told = await server.call('POST', callback, { body: { poke: true }, token: null });
  assert.equal(told.status, 202, told.text);
  await server.eventually(async () => ((await runs(server, notified)).length > 0 ? true : undefined), 'a fetched mail');
  const by = (await histories(server, notified)).find((one) => one.fired === true);
  assert.equal(by?.code, 'OK');

  const hook = await save(server, 'captured-hook', {
    type: 'HttpWebhook',
    inputs: {
      subscribe: { method: 'POST', uri: 'https://hooks.example.org/s', body: { url: '@{listCallbackUrl()}' } },
      unsubscribe: {},
    },
  });
  const subscribed = await server.eventually(async () => (await histories(server, hook))[0], 'a captured subscription');
  assert.deepEqual([subscribed.status, subscribed.fired], ['Succeeded', false]);
});
