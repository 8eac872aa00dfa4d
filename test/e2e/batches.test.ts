/** Batches from outside: what is sent, when it is released, and that nothing is lost or doubled by kills. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '60' });
const apps = new LogicApps(server, 'rg-batches');

const batchTrigger = (releaseCriteria: JsonObject, more: JsonObject = {}): JsonObject => ({
  Batch_messages: {
    type: 'Batch',
    inputs: { mode: 'Inline', configurations: { orders: { releaseCriteria } } },
    ...more,
  },
});
const work = { Work: { type: 'Compose', inputs: '@triggerBody()' } };

const sendTo = (receiver: string, more: JsonObject = {}, wrapper: JsonObject = {}): JsonObject => ({
  type: 'SendToBatch',
  inputs: {
    batchName: 'orders',
    content: '@item()',
    host: { triggerName: 'Batch_messages', workflow: { id: apps.id(receiver) } },
    ...more,
  },
  ...wrapper,
});

/** A logic app that sends every item of its body. */
async function sender(name: string, receiver: string, more: JsonObject = {}, concurrency = 1): Promise<string> {
  const each = {
    type: 'Foreach',
    foreach: '@triggerBody()',
    runtimeConfiguration: { concurrency: { repetitions: concurrency } },
    actions: { Send: sendTo(receiver, more) },
  };
  const outputs = { runAfter: { Each: ['Succeeded', 'Failed'] } };
  return apps.make(name, request(), { Each: each, Answer: respond("@outputs('Send')", 200, outputs) });
}

/** The bodies of the receiver's runs, the oldest first. */
async function released(receiver: string): Promise<readonly JsonObject[]> {
  const runs = await apps.runs(receiver);
  return Promise.all(runs.map(async ({ trigger }) => (await apps.outputs(trigger as JsonObject)).body as JsonObject));
}

const contents = (batch: JsonObject | undefined): readonly Json[] =>
  ((batch?.items ?? []) as readonly JsonObject[]).map(({ content }) => content ?? null);

async function releases(receiver: string, count: number): Promise<readonly JsonObject[]> {
  return server.eventually(async () => {
    const found = await released(receiver);
    return found.length >= count ? found : undefined;
  }, `${count} releases of ${receiver}`);
}

const send = (url: string, items: readonly Json[]) => server.call('POST', url, { body: items, token: null });

before(async () => {
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

describe('a batch', () => {
  test('is released by the number of its messages, in their order, and tells the sender what it keeps', async () => {
    await apps.make('by-count', batchTrigger({ messageCount: 3 }), work);
    const url = await sender('to-count', 'by-count');
    const { body } = await send(url, [1, { n: 2 }]);
    const [first] = body as unknown as readonly JsonObject[];
    assert.equal(first?.statusCode, 202);
    const { messageId: _, ...names } = first.body as JsonObject;
    assert.deepEqual(names, { batchName: 'orders', partitionName: 'DEFAULT' });
    assert.match(textOf(first.body, 'messageId'), /^[0-9a-f-]{36}$/);
    assert.deepEqual(await apps.statuses('by-count'), []);
    await send(url, ['three', 4]);
    const [batch] = await releases('by-count', 1);
    assert.deepEqual([batch?.batchName, batch?.partitionName], ['orders', 'DEFAULT']);
    assert.deepEqual(contents(batch), [1, { n: 2 }, 'three']);
  });

  test('has partitions and message ids of the sender', async () => {
    await apps.make('by-partition', batchTrigger({ messageCount: 2 }), work);
    const names = { partitionName: "@{item()['p']}", messageId: "@{item()['id']}", content: "@item()['id']" };
    const url = await sender('to-partition', 'by-partition', names);
    await send(url, [
      { p: 'a', id: 'a1' },
      { p: 'b', id: 'b1' },
      { p: 'b', id: 'b2' },
    ]);
    const [batch] = await releases('by-partition', 1);
    assert.equal(batch?.partitionName, 'b');
    assert.deepEqual(batch.items, [
      { content: 'b1', messageId: 'b1' },
      { content: 'b2', messageId: 'b2' },
    ]);
  });

  test('is released by its size', async () => {
    await apps.make('by-size', batchTrigger({ batchSize: 100 }), work);
    const url = await sender('to-size', 'by-size');
    await send(url, ['x'.repeat(40), 'y'.repeat(40)]);
    assert.deepEqual(await apps.statuses('by-size'), []);
    await send(url, ['z'.repeat(40)]);
    assert.equal(contents((await releases('by-size', 1))[0]).length, 3);
  });

  test('is released by its recurrence, over a restart', async () => {
    await apps.make(
      'by-time',
      batchTrigger({ messageCount: 100, recurrence: { frequency: 'Minute', interval: 2 } }),
      work,
    );
    const url = await sender('to-time', 'by-time');
    await send(url, [1, 2]);
    assert.deepEqual(contents((await releases('by-time', 1))[0]), [1, 2]);
    await send(url, [3]);
    await server.stop('SIGKILL');
    await server.start();
    assert.deepEqual(contents((await releases('by-time', 2))[1]), [3]);
  });

  test('that does not exist, or is switched off, fails the action', async () => {
    await apps.make('by-name', batchTrigger({ messageCount: 3 }), work);
    const wrong = await sender('to-wrong', 'by-name', { batchName: 'others', retryPolicy: { type: 'none' } });
    const [outputs] = (await send(wrong, [1])).body as unknown as readonly JsonObject[];
    assert.equal(outputs?.statusCode, 400);
    assert.equal(((outputs.body as JsonObject).error as JsonObject).code, 'BatchNotFound');
    await apps.operation('POST', `${apps.id('by-name')}/disable`);
    const off = await sender('to-off', 'by-name', { retryPolicy: { type: 'none' } });
    const [refused] = (await send(off, [1])).body as unknown as readonly JsonObject[];
    assert.equal(
      ((refused?.body as JsonObject | undefined)?.error as JsonObject | undefined)?.code,
      'WorkflowTriggerIsNotEnabled',
    );
  });

  test('keeps its messages while no run may start', async () => {
    const concurrency = { runtimeConfiguration: { concurrency: { runs: 1, maximumWaitingRuns: 1 } } };
    const pause = { Pause: { type: 'Wait', inputs: { interval: { count: 20, unit: 'Second' } } } };
    await apps.make('by-turn', batchTrigger({ messageCount: 1 }, concurrency), pause);
    const url = await sender('to-turn', 'by-turn');
    await send(url, [1, 2, 3, 4, 5]);
    const all = await server.eventually(async () => {
      const found = (await released('by-turn')).flatMap(contents);
      return found.length === 5 ? found : undefined;
    }, 'all five messages');
    assert.deepEqual(all, [1, 2, 3, 4, 5]);
  });

  test('cannot be run by hand', async () => {
    await apps.make('by-hand', batchTrigger({ messageCount: 3 }), work);
    const { status, body } = await apps.operation('POST', `${apps.id('by-hand')}/triggers/Batch_messages/run`);
    assert.deepEqual([status, (body.error as JsonObject).code], [400, 'WorkflowTriggerRunNotSupported']);
  });

  test('loses no message and doubles none when the server is killed again and again', async () => {
    await apps.make('killed', batchTrigger({ messageCount: 7 }), work);
    await sender('to-killed', 'killed', {}, 20);
    const items = Array.from({ length: 140 }, (_, index) => index);
    let sent = 0;
    for (let round = 0; round < 5; round += 1) {
      const url = await apps.callback('to-killed');
      const part = items.slice(sent, sent + 28);
      sent += part.length;
      send(url, part).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 30 + round * 25));
      await server.stop('SIGKILL');
      await server.start();
    }
    await server.eventually(async () => {
      const runs = await apps.statuses('to-killed');
      return runs.every((status) => status === 'Succeeded') ? true : undefined;
    }, 'the senders');
    const acknowledged = (await apps.runs('to-killed')).length * 28;
    const batches = await server.eventually(async () => {
      const found = (await released('killed')).flatMap(contents);
      return found.length >= acknowledged ? found : undefined;
    }, 'the batches');
    assert.equal(batches.length, acknowledged);
    assert.equal(new Set(batches).size, acknowledged);
  });

  test('is refused on save when it could never be released, or answers', async () => {
    const save = (inputs: JsonObject, actions: JsonObject = work): Promise<unknown> =>
      apps.refusal('bad', { Batch_messages: { type: 'Batch', inputs } }, actions);
    const configurations = { orders: { releaseCriteria: { messageCount: 2 } } };
    assert.equal(await save({}), 'WorkflowRunActionInputsMissingProperty');
    assert.equal(await save({ configurations: { orders: { releaseCriteria: {} } } }), 'InvalidBatchConfiguration');
    assert.equal(
      await save({ configurations: { orders: { releaseCriteria: { messageCount: 8001 } } } }),
      'InvalidBatchConfiguration',
    );
    assert.equal(
      await save({ configurations: { orders: { releaseCriteria: { batchSize: 0 } } } }),
      'InvalidBatchConfiguration',
    );
    const recurrence = { frequency: 'Never', interval: 1 };
    assert.equal(
      await save({ configurations: { orders: { releaseCriteria: { recurrence } } } }),
      'InvalidWorkflowTriggerRecurrence',
    );
    assert.equal(await save({ configurations, mode: 'IntegrationAccount' }), 'WorkflowOptionNotSupported');
    assert.equal(
      await save({ configurations }, { Answer: respond(1) }),
      'WorkflowUnsupportedBatchTriggerForResponseAction',
    );
    await apps.make('plain', request(), work);
    assert.equal(
      await apps.refusal('bad', request(), {
        Send: sendTo('plain', { host: { triggerName: 'manual', workflow: { id: apps.id('plain') } }, content: 1 }),
      }),
      'InvalidNestedWorkflow',
    );
  });
});
