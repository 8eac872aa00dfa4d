/** How runs start and who may start them, from outside: limited triggers, over restarts and kills. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { type Reply, subscription, textOf, TocsinServer } from './tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-trigger-runs`;
const version = 'api-version=2019-05-01';
const idOf = (name: string): string => `${group}/providers/Microsoft.Logic/workflows/${name}`;

const pause = (count: number): JsonObject => ({
  Pause: { type: 'Wait', inputs: { interval: { count, unit: 'Hour' } } },
});
const request = (more: JsonObject = {}, inputs: JsonObject = {}): JsonObject => ({
  manual: { type: 'Request', kind: 'Http', inputs, ...more },
});
const limited = (runs: number, maximumWaitingRuns: number): JsonObject =>
  request({ runtimeConfiguration: { concurrency: { runs, maximumWaitingRuns } } });

const server = new TocsinServer(['--empty']);

async function save(name: string, triggers: JsonObject, actions: JsonObject): Promise<Reply> {
  const body = { location: 'westeurope', properties: { definition: { triggers, actions } } };
  return server.call('PUT', `${idOf(name)}?${version}`, { body });
}

async function make(name: string, triggers: JsonObject, actions: JsonObject): Promise<string> {
  const { status, text } = await save(name, triggers, actions);
  assert.ok(status === 201 || status === 200, text);
  return callback(name);
}

async function callback(name: string): Promise<string> {
  const { body } = await server.call('POST', `${idOf(name)}/triggers/manual/listCallbackUrl?${version}`);
  return textOf(body, 'value').replace(/^https?:\/\/[^/]+/, server.url);
}

const post = (url: string, body: JsonObject = {}): Promise<Reply> => server.call('POST', url, { body, token: null });

async function runs(name: string): Promise<readonly JsonObject[]> {
  const { body } = await server.call('GET', `${idOf(name)}/runs?${version}&$top=250`);
  return (body.value ?? []).map((run) => run.properties as JsonObject).toReversed();
}

const statuses = async (name: string): Promise<readonly unknown[]> => (await runs(name)).map(({ status }) => status);

before(async () => {
  await server.start();
  await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
});
after(() => server.remove());

describe('a trigger that limits its runs', () => {
  test('lets so many run, so many wait, and answers 429 beyond', async () => {
    const url = await make('limited', limited(1, 2), pause(1));
    const answers: number[] = [];
    for (let call = 0; call < 5; call += 1) answers.push((await post(url)).status);
    assert.deepEqual(answers, [202, 202, 202, 429, 429]);
    const refused = await post(url);
    assert.equal((refused.body.error as JsonObject).code, 'WorkflowMaximumWaitingRunCountExceeded');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.deepEqual(await statuses('limited'), ['Running', 'Waiting', 'Waiting']);
    const [first, second] = await runs('limited');
    assert.ok(first?.waitEndTime !== undefined);
    assert.equal(second?.waitEndTime, undefined);
  });

  test('keeps its waiting runs, their order and their version over a kill', async () => {
    const url = await make('kept', limited(1, 10), pause(1));
    const order: (string | null)[] = [];
    for (let call = 0; call < 3; call += 1) order.push((await post(url)).headers.get('x-ms-workflow-run-id'));
    await make('kept', limited(1, 10), { Changed: { type: 'Compose', inputs: 1 } });
    await server.stop('SIGKILL');
    await server.start();
    assert.deepEqual(await statuses('kept'), ['Running', 'Waiting', 'Waiting']);
    await server.call('POST', `${idOf('kept')}/runs/${order[0] ?? ''}/cancel?${version}`);
    await server.eventually(
      async () => ((await statuses('kept'))[1] === 'Running' ? true : undefined),
      'the next turn',
    );
    const { body } = await server.call('GET', `${idOf('kept')}/runs/${order[1] ?? ''}/actions?${version}`);
    assert.deepEqual(
      body.value?.map(({ name }) => name),
      ['Pause'],
    );
    const cancelled = await server.call('POST', `${idOf('kept')}/runs/${order[2] ?? ''}/cancel?${version}`);
    assert.equal(cancelled.status, 200);
    assert.deepEqual(await statuses('kept'), ['Cancelled', 'Running', 'Cancelled']);
  });

  test('cannot lose its limit, nor have it twice, nor beyond its bounds', async () => {
    await make('bounded', limited(2, 3), pause(1));
    const code = async (triggers: JsonObject): Promise<unknown> => {
      const { body } = await save('bounded', triggers, pause(1));
      return (body.error as JsonObject | undefined)?.code;
    };
    assert.equal(await code(request()), 'CannotDisableTriggerConcurrency');
    const both = { runtimeConfiguration: { concurrency: { runs: 2 } }, operationOptions: 'SingleInstance' };
    assert.equal(await code(request(both)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(limited(0, 1)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(limited(101, 1)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(limited(1, 101)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(request({ operationOptions: 'SingleInstance' })), undefined);
  });

  test('starts the runs of a splitOn together, at most a hundred of them', async () => {
    const triggers = request({
      splitOn: "@triggerBody()?['items']",
      runtimeConfiguration: { concurrency: { runs: 1, maximumWaitingRuns: 1 } },
    });
    const url = await make('split', triggers, pause(1));
    await post(url, { items: [1, 2, 3, 4] });
    assert.deepEqual(await statuses('split'), ['Running', 'Waiting', 'Waiting', 'Waiting']);
    assert.equal((await post(url, { items: [5] })).status, 429);
    const other = await make('split-many', triggers, pause(1));
    await post(other, { items: Array.from({ length: 101 }, (_, index) => index) });
    assert.deepEqual(await statuses('split-many'), []);
    const { body } = await server.call('GET', `${idOf('split-many')}/triggers/manual/histories?${version}`);
    const history = body.value?.[0]?.properties as JsonObject;
    assert.deepEqual([history.status, history.code], ['Failed', 'TriggerSplitOnLimitExceeded']);
  });

  test('takes events of an automation later when no more runs may wait', async () => {
    await make('by-event', limited(1, 1), pause(1));
    const automation = `${group}/providers/Microsoft.Security/automations/limited`;
    const put = await server.call('PUT', `${automation}?api-version=2019-01-01-preview`, {
      body: {
        location: 'westeurope',
        properties: {
          isEnabled: true,
          scopes: [{ description: 'all', scopePath: subscription }],
          sources: [{ eventSource: 'Alerts', ruleSets: [] }],
          actions: [{ actionType: 'LogicApp', logicAppResourceId: idOf('by-event') }],
        },
      },
    });
    assert.equal(put.status, 201, put.text);
    const alerts = [1, 2, 3].map((number) => ({
      SystemAlertId: `limited-${number}`,
      AlertDisplayName: 'limited',
      Severity: 'High',
      AlertType: 'limited',
      TimeGeneratedUtc: '2026-01-01T00:00:00Z',
      AzureResourceId: `${group}/providers/Microsoft.Compute/virtualMachines/vm1`,
    }));
    const sent = await server.call('POST', '/ingest/v1/events', { body: alerts });
    assert.equal(sent.status, 202, sent.text);
    assert.deepEqual(await statuses('by-event'), ['Running', 'Waiting']);
    const deliveries = await server.call('GET', `/tocsin/v1/deliveries?automationId=${automation}`);
    const pending = (deliveries.body.value ?? []).filter(({ status }) => status !== 'Succeeded');
    assert.deepEqual(
      pending.map(({ status, statusCode }) => [status, statusCode]),
      [['Retrying', 429]],
    );
    await server.call('DELETE', `${automation}?api-version=2019-01-01-preview`);
  });
});
