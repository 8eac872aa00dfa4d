/** Weekly snapshots on a server whose weeks last two seconds, through a kill and a restart. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '#foundation';
import { SecurityCenter, source } from './security-center.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-snapshots`;
const workflow = `${group}/providers/Microsoft.Logic/workflows/take-snapshot`;
const automation = `${group}/providers/Microsoft.Security/automations/export?api-version=2019-01-01-preview`;
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm-1`;
const weekOfTwoSeconds = String((7 * 24 * 60 * 60) / 2);

describe('weekly snapshots', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: weekOfTwoSeconds });
  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const definition = {
      $schema:
        'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
      actions: {},
    };
    const saved = await server.call('PUT', `${workflow}?api-version=2019-05-01`, {
      body: { location: 'westeurope', properties: { definition } },
    });
    assert.equal(saved.status, 201, saved.text);
    const sent = await server.call('POST', '/ingest/v1/events', {
      body: {
        id: `${machine}/providers/Microsoft.Security/assessments/1c5de8e1-f68d-6a17-e0d2-ec259c42768c`,
        type: 'Microsoft.Security/assessments',
        properties: { displayName: 'd', status: { code: 'Healthy' } },
      },
    });
    assert.equal(sent.status, 202, sent.text);
    const put = await server.call('PUT', automation, {
      body: {
        location: 'westeurope',
        properties: {
          scopes: [{ scopePath: subscription }],
          sources: [{ eventSource: 'AssessmentsSnapshot', ruleSets: [] }],
          actions: [{ actionType: 'LogicApp', logicAppResourceId: workflow }],
        },
      },
    });
    assert.equal(put.status, 201, put.text);
  });
  after(() => server.remove());

  async function runs(): Promise<readonly JsonObject[]> {
    const { body } = await server.call('GET', `${workflow}/runs?api-version=2019-05-01`);
    return body.value ?? [];
  }

  const atLeast = (count: number): Promise<readonly JsonObject[]> =>
    server.eventually(async () => {
      const found = await runs();
      return found.length >= count ? found : undefined;
    }, `${count} snapshots`);

  test('each week starts a run with the recommendation as it is, marked as a snapshot', async () => {
    const [run] = await atLeast(1);
    const ended = await server.finishedRun(textOf(run, 'id'));
    const trigger = (ended.properties as JsonObject).trigger as JsonObject;
    const content = await server.call('GET', textOf(trigger.outputsLink, 'uri'), { token: null });
    const event = content.body.body as { id: string; securityEventDataEnrichment: JsonObject };
    assert.deepEqual(event.securityEventDataEnrichment, {
      action: 'Insert',
      apiVersion: '2019-01-01',
      isSnapshot: true,
    });
    await atLeast(2);
  });

  test('after a kill the next week comes as if nothing had been, and what was sent is not sent again', async () => {
    await server.stop('SIGKILL');
    await server.start();
    const count = (await runs()).length;
    const times = (await atLeast(count + 2)).map((run) => Date.parse(textOf(run.properties, 'startTime')));
    const elapsed = Math.round(((times[0] ?? 0) - (times.at(-1) ?? 0)) / 2000);
    assert.ok(times.length <= elapsed + 1, `one a week at most: ${times.join(' ')}`);
  });
});

describe('a snapshot of a large state', () => {
  const weekOfThirtySeconds = String((7 * 24 * 60 * 60) / 30);
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: weekOfThirtySeconds });
  const center = new SecurityCenter(server, 'rg-large');
  const count = 3000;
  before(async () => {
    await server.start();
    await center.apps.makeGroup();
  });
  after(() => server.remove());

  /** Runs started by snapshots, over kills and restarts. */
  async function started(logicApp: string): Promise<number> {
    let path = `${logicApp}/runs?api-version=2019-05-01&$top=250`;
    for (let runs = 0; ; ) {
      const { body } = await server.call('GET', path);
      runs += body.value?.length ?? 0;
      if (body.nextLink === undefined) return runs;
      path = textOf(body, 'nextLink').replace(/^https?:\/\/[^/]+/, server.url);
    }
  }

  test('killed in the middle it goes on after the restart: every recommendation once, none twice', async () => {
    const app = await center.logicApp();
    await center.send(Array.from({ length: count }, () => center.recommendation()));
    await center.automate(app, source('AssessmentsSnapshot'));
    const ready = async (least: number): Promise<number | undefined> => {
      const runs = await started(app);
      return runs >= least ? runs : undefined;
    };
    for (let turn = 0; (await ready(1)) === undefined; turn += 1) {
      assert.ok(turn < 600, 'the snapshot began');
      await pause(50);
    }
    await server.stop('SIGKILL');
    await server.start();
    await server.eventually(() => ready(count), 'the whole snapshot');
    assert.equal(await started(app), count);
  });
});
