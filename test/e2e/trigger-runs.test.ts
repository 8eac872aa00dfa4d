/** How runs start and who may start them, from outside: limited triggers, over restarts and kills. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { LogicApps, request } from './logic-apps.ts';
import { subscription, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty']);
const apps = new LogicApps(server, 'rg-trigger-runs');
const { group } = apps;

const pause = (count: number): JsonObject => ({
  Pause: { type: 'Wait', inputs: { interval: { count, unit: 'Hour' } } },
});
const limited = (runs: number, maximumWaitingRuns: number): JsonObject =>
  request({ runtimeConfiguration: { concurrency: { runs, maximumWaitingRuns } } });

before(async () => {
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

describe('a trigger that limits its runs', () => {
  test('lets so many run, so many wait, and answers 429 beyond', async () => {
    const url = await apps.make('limited', limited(1, 2), pause(1));
    const answers: number[] = [];
    for (let call = 0; call < 5; call += 1) answers.push((await apps.post(url)).status);
    assert.deepEqual(answers, [202, 202, 202, 429, 429]);
    const refused = await apps.post(url);
    assert.equal((refused.body.error as JsonObject).code, 'WorkflowMaximumWaitingRunCountExceeded');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.deepEqual(await apps.statuses('limited'), ['Running', 'Waiting', 'Waiting']);
    const [first, second] = await apps.runs('limited');
    assert.ok(first?.waitEndTime !== undefined);
    assert.equal(second?.waitEndTime, undefined);
  });

  test('keeps its waiting runs, their order and their version over a kill', async () => {
    const url = await apps.make('kept', limited(1, 10), pause(1));
    const order: (string | null)[] = [];
    for (let call = 0; call < 3; call += 1) order.push((await apps.post(url)).headers.get('x-ms-workflow-run-id'));
    await apps.make('kept', limited(1, 10), { Changed: { type: 'Compose', inputs: 1 } });
    await server.stop('SIGKILL');
    await server.start();
    assert.deepEqual(await apps.statuses('kept'), ['Running', 'Waiting', 'Waiting']);
    await server.call('POST', `${apps.id('kept')}/runs/${order[0] ?? ''}/cancel?api-version=2019-05-01`);
    await server.eventually(
      async () => ((await apps.statuses('kept'))[1] === 'Running' ? true : undefined),
      'the next turn',
    );
    const { body } = await server.call(
      'GET',
      `${apps.id('kept')}/runs/${order[1] ?? ''}/actions?api-version=2019-05-01`,
    );
    assert.deepEqual(
      body.value?.map(({ name }) => name),
      ['Pause'],
    );
    const cancelled = await server.call(
      'POST',
      `${apps.id('kept')}/runs/${order[2] ?? ''}/cancel?api-version=2019-05-01`,
    );
    assert.equal(cancelled.status, 200);
    assert.deepEqual(await apps.statuses('kept'), ['Cancelled', 'Running', 'Cancelled']);
  });

  test('cannot lose its limit, nor have it twice, nor beyond its bounds', async () => {
    await apps.make('bounded', limited(2, 3), pause(1));
    const code = (triggers: JsonObject): Promise<unknown> => apps.refusal('bounded', triggers, pause(1));
    assert.equal(await code(request()), 'CannotDisableTriggerConcurrency');
    const both = { runtimeConfiguration: { concurrency: { runs: 2 } }, operationOptions: 'SingleInstance' };
    assert.equal(await code(request(both)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(limited(0, 1)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(limited(101, 1)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(limited(1, 101)), 'InvalidConcurrencyConfiguration');
    assert.equal(await code(request({ operationOptions: 'SingleInstance' })), undefined);
  });

  test('counts runs that are resubmitted, from the trigger or from an action, over a kill too', async () => {
    const version = '?api-version=2019-05-01';
    const url = await apps.make('again', limited(1, 2), {
      First: { type: 'Compose', inputs: '@utcNow()' },
      Pause: { ...(pause(1).Pause as JsonObject), runAfter: { First: ['Succeeded'] } },
      Last: { type: 'Compose', inputs: "@outputs('First')", runAfter: { Pause: ['Succeeded'] } },
    });
    const post = async (path: string, body?: JsonObject) =>
      server.call('POST', `${apps.id('again')}/${path}${version}`, body === undefined ? {} : { body });
    const first = (await apps.post(url)).headers.get('x-ms-workflow-run-id') ?? '';
    await server.eventually(
      async () =>
        (await server.call('GET', `${apps.id('again')}/runs/${first}/actions/Pause${version}`)).status === 200
          ? true
          : undefined,
      'the pause',
    );
    await post(`runs/${first}/cancel`);
    const blocker = (await apps.post(url)).headers.get('x-ms-workflow-run-id') ?? '';
    const resubmitted = await post(`runs/${first}/resubmit`, { actionsToResubmit: [{ name: 'Pause' }] });
    assert.equal(resubmitted.status, 202, resubmitted.text);
    const second = resubmitted.headers.get('x-ms-workflow-run-id') ?? '';
    assert.equal((await post(`triggers/manual/histories/${first}/resubmit`)).status, 202);
    assert.deepEqual(await apps.statuses('again'), ['Cancelled', 'Running', 'Waiting', 'Waiting']);
    const refusals = [
      await post(`runs/${first}/resubmit`, { actionsToResubmit: [{ name: 'Pause' }] }),
      await post(`triggers/manual/histories/${first}/resubmit`),
    ];
    for (const { status, body } of refusals) {
      assert.equal(status, 429);
      assert.equal((body.error as JsonObject).code, 'WorkflowMaximumWaitingRunCountExceeded');
    }
    await server.stop('SIGKILL');
    await server.start();
    assert.deepEqual(await apps.statuses('again'), ['Cancelled', 'Running', 'Waiting', 'Waiting']);
    await post(`runs/${blocker}/cancel`);
    const action = async (name: string): Promise<JsonObject | undefined> =>
      (await server.call('GET', `${apps.id('again')}/runs/${second}/actions/${name}${version}`)).body.properties as
        | JsonObject
        | undefined;
    await server.eventually(
      async () => ((await action('Pause'))?.status === 'Running' ? true : undefined),
      'the turn of the resubmitted run',
    );
    assert.equal((await action('First'))?.executionMode, 'ResubmittedResults');
    assert.deepEqual(await apps.statuses('again'), ['Cancelled', 'Cancelled', 'Running', 'Waiting']);
    await post(`runs/${second}/cancel`);
    assert.equal((await action('Pause'))?.status, 'Cancelled');
  });

  test('starts the runs of a splitOn together, at most a hundred of them', async () => {
    const triggers = request({
      splitOn: "@triggerBody()?['items']",
      runtimeConfiguration: { concurrency: { runs: 1, maximumWaitingRuns: 1 } },
    });
    const url = await apps.make('split', triggers, pause(1));
    await apps.post(url, { items: [1, 2, 3, 4] });
    assert.deepEqual(await apps.statuses('split'), ['Running', 'Waiting', 'Waiting', 'Waiting']);
    assert.equal((await apps.post(url, { items: [5] })).status, 429);
    const other = await apps.make('split-many', triggers, pause(1));
    await apps.post(other, { items: Array.from({ length: 101 }, (_, index) => index) });
    assert.deepEqual(await apps.statuses('split-many'), []);
    const { body } = await server.call(
      'GET',
      `${apps.id('split-many')}/triggers/manual/histories?api-version=2019-05-01`,
    );
    const history = body.value?.[0]?.properties as JsonObject;
    assert.deepEqual([history.status, history.code], ['Failed', 'TriggerSplitOnLimitExceeded']);
  });

  test('takes events of an automation later when no more runs may wait', async () => {
    await apps.make('by-event', limited(1, 1), pause(1));
    const automation = `${group}/providers/Microsoft.Security/automations/limited`;
    const put = await server.call('PUT', `${automation}?api-version=2019-01-01-preview`, {
      body: {
        location: 'westeurope',
        properties: {
          isEnabled: true,
          scopes: [{ description: 'all', scopePath: subscription }],
          sources: [{ eventSource: 'Alerts', ruleSets: [] }],
          actions: [{ actionType: 'LogicApp', logicAppResourceId: apps.id('by-event') }],
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
    assert.deepEqual(await apps.statuses('by-event'), ['Running', 'Waiting']);
    const deliveries = await server.call('GET', `/tocsin/v1/deliveries?automationId=${automation}`);
    const pending = (deliveries.body.value ?? []).filter(({ status }) => status !== 'Succeeded');
    assert.deepEqual(
      pending.map(({ status, statusCode }) => [status, statusCode]),
      [['Retrying', 429]],
    );
    await server.call('DELETE', `${automation}?api-version=2019-01-01-preview`);
  });
});
