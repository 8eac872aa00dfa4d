/** Logic apps that call others, from outside, over restarts and kills. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty']);
const apps = new LogicApps(server, 'rg-nested');

const callOf = (child: string, more: JsonObject = {}, inputs: JsonObject = {}): JsonObject => ({
  type: 'Workflow',
  inputs: { host: { triggerName: 'manual', workflow: { id: apps.id(child) } }, ...inputs },
  ...more,
});
const waits = (seconds: number): JsonObject => ({
  type: 'Wait',
  inputs: { interval: { count: seconds, unit: 'Second' } },
});
const passOn = {
  Answer: respond({ code: "@actions('Call')?['code']", outputs: "@outputs('Call')" }, 200, {
    runAfter: { Call: ['Succeeded', 'Failed', 'TimedOut'] },
  }),
};

before(async () => {
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

describe('a nested workflow', () => {
  test('answers with its first Response, and shares the tracking id', async () => {
    await apps.make('child', request(), {
      Answer: respond({ got: '@triggerBody()', q: "@triggerOutputs()?['queries']" }, 201),
      Later: { type: 'Terminate', inputs: { runStatus: 'Failed' }, runAfter: { Answer: ['Succeeded'] } },
    });
    const call = callOf(
      'child',
      {},
      { body: { n: "@triggerBody()?['n']" }, headers: { 'x-own': '7' }, queries: { a: 1 } },
    );
    const url = await apps.make('parent', request(), { Call: call, ...passOn });
    const { body, status } = await apps.post(url, { n: 5 }, { 'x-ms-client-tracking-id': 'track-1' });
    assert.equal(status, 200);
    const outputs = body.outputs as JsonObject;
    assert.deepEqual([body.code, outputs.statusCode, outputs.body], ['Created', 201, { got: { n: 5 }, q: { a: '1' } }]);
    const [run] = await apps.runs('child');
    assert.deepEqual(run?.correlation, { clientTrackingId: 'track-1' });
    const trigger = await apps.outputs(run?.trigger as JsonObject);
    assert.equal((trigger.headers as JsonObject)['x-own'], '7');
    assert.equal((trigger.headers as JsonObject)['x-ms-workflow-name'], 'parent');
  });

  test('that answers 404 fails the action, and one without a Response gives 502', async () => {
    await apps.make('child-404', request(), { Answer: respond('no', 404) });
    await apps.make('child-mute', request(), { Work: { type: 'Compose', inputs: 1 } });
    const none = { retryPolicy: { type: 'none' } };
    const url = await apps.make('parent-404', request(), { Call: callOf('child-404'), ...passOn });
    assert.equal((await apps.post(url)).body.code, 'NotFound');
    const mute = await apps.make('parent-mute', request(), { Call: callOf('child-mute', {}, none), ...passOn });
    const { body } = await apps.post(mute);
    const outputs = body.outputs as JsonObject;
    assert.equal(body.code, 'BadGateway');
    assert.equal(outputs.statusCode, 502);
    assert.equal(((outputs.body as JsonObject).error as JsonObject).code, 'NoResponse');
  });

  test('that is missing, disabled or not reachable fails the action by its code', async () => {
    const none = { retryPolicy: { type: 'none' } };
    const url = await apps.make('parent-missing', request(), { Call: callOf('nobody', {}, none), ...passOn });
    assert.equal((await apps.post(url)).body.code, 'NestedWorkflowNotFound');
    await apps.make('child-off', request(), { Answer: respond('no') });
    await apps.operation('POST', `${apps.id('child-off')}/disable`);
    const off = await apps.make('parent-off', request(), { Call: callOf('child-off', {}, none), ...passOn });
    const { body } = await apps.post(off);
    assert.equal(body.code, 'BadRequest');
    const outputs = (body.outputs as JsonObject).body as JsonObject;
    assert.equal((outputs.error as JsonObject).code, 'WorkflowTriggerIsNotEnabled');
  });

  test('is given up when the time of the action is over, and goes on by itself', async () => {
    await apps.make('child-slow', request(), {
      Pause: waits(2),
      Answer: respond('late', 200, { runAfter: { Pause: ['Succeeded'] } }),
    });
    const call = callOf('child-slow', { limit: { timeout: 'PT1S' } });
    const url = await apps.make('parent-hurry', request(), { Call: call, ...passOn });
    assert.equal((await apps.post(url)).body.code, 'ActionTimedOut');
    await server.eventually(
      async () => ((await apps.statuses('child-slow'))[0] === 'Succeeded' ? true : undefined),
      'the child',
    );
    const runs = await server.call('GET', `${apps.id('child-slow')}/runs?api-version=2019-05-01`);
    const answer = await apps.action('child-slow', textOf(runs.body.value?.[0], 'name'), 'Answer');
    assert.deepEqual([answer.status, answer.code], ['Skipped', 'ActionResponseSkipped']);
  });

  test('is waited for over a kill and a stop, and is started once', async () => {
    await apps.make('child-kept', request(), {
      Pause: waits(4),
      Answer: respond({ kept: true }, 200, { runAfter: { Pause: ['Succeeded'] } }),
    });
    const url = await apps.make('parent-kept', request(), { Call: callOf('child-kept') });
    const run = (await apps.post(url)).headers.get('x-ms-workflow-run-id') ?? '';
    await server.eventually(async () => ((await apps.runs('child-kept')).length > 0 ? true : undefined), 'the child');
    await server.stop('SIGKILL');
    await server.start();
    const began = Date.now();
    assert.equal(await server.stop(), 0);
    assert.ok(Date.now() - began < 3_000, 'a waiting parent holds up the stop');
    await server.start();
    const ended = await server.finishedRun(`${apps.id('parent-kept')}/runs/${run}`);
    assert.equal((ended.properties as JsonObject).status, 'Succeeded');
    assert.deepEqual(await apps.statuses('child-kept'), ['Succeeded']);
    const outputs = await apps.outputs(await apps.action('parent-kept', run, 'Call'));
    assert.deepEqual(outputs.body, { kept: true });
  });

  test('more parents wait at once than calls may be under way', async () => {
    await apps.make('child-many', request(), {
      Ask: { type: 'Http', inputs: { method: 'GET', uri: `${server.url}/healthz` } },
      Answer: respond('ok', 200, { runAfter: { Ask: ['Succeeded'] } }),
    });
    const items = Array.from({ length: 600 }, (_, index) => index);
    const url = await apps.make('parent-many', request({ splitOn: '@triggerBody()' }), { Call: callOf('child-many') });
    await server.call('POST', url, { body: items, token: null });
    await server.eventually(async () => {
      const found = await apps.statuses('parent-many');
      return found.length === 250 && found.every((status) => status === 'Succeeded') ? true : undefined;
    }, 'all parents');
  });

  test('cannot be the workflow itself, in another subscription, or split its calls', async () => {
    assert.equal(await apps.refusal('self', request(), { Call: callOf('self') }), 'WorkflowSelfReference');
    await apps.make('child-split', request({ splitOn: '@triggerBody()' }), {});
    assert.equal(
      await apps.refusal('p1', request(), { Call: callOf('child-split') }),
      'NestedWorkflowContainsSplitOnTrigger',
    );
    await apps.make('child-timer', { Each: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } } }, {});
    assert.equal(await apps.refusal('p2', request(), { Call: callOf('child-timer') }), 'InvalidNestedWorkflow');
    const elsewhere = {
      host: { triggerName: 'manual', workflow: { id: apps.id('child').replace(/0001\//, '0009/') } },
    };
    assert.equal(
      await apps.refusal('p3', request(), { Call: { type: 'Workflow', inputs: elsewhere } }),
      'InvalidNestedWorkflow',
    );
    const noId = { host: { triggerName: 'manual' } };
    assert.equal(
      await apps.refusal('p4', request(), { Call: { type: 'Workflow', inputs: noId } }),
      'WorkflowRunActionInputsMissingProperty',
    );
  });

  test('can be saved only by who may run the other one', async () => {
    const principal = await server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'dev', type: 'ServicePrincipal' },
    });
    const { objectId, appId, tenantId, secret } = principal.body as { [name: string]: string } & { secret: JsonObject };
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId ?? '',
      client_secret: textOf(secret, 'value'),
      scope: 'https://management.azure.com/.default',
    });
    const signedIn = await server.call('POST', `/${tenantId}/oauth2/v2.0/token`, {
      text: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      token: null,
    });
    const own = new LogicApps(server, 'rg-nested-own');
    await own.makeGroup();
    const contributor = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;
    const assignment = `${own.group}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`;
    const assigned = await server.call('PUT', `${assignment}?api-version=2022-04-01`, {
      body: { properties: { roleDefinitionId: contributor, principalId: objectId ?? '' } },
    });
    assert.equal(assigned.status, 201, assigned.text);
    const definition = { triggers: request(), actions: { Call: callOf('child') } };
    const { status, body } = await server.call('PUT', `${own.id('parent')}?api-version=2019-05-01`, {
      body: { location: 'westeurope', properties: { definition } },
      token: textOf(signedIn.body, 'access_token'),
    });
    assert.equal(status, 403, JSON.stringify(body));
    assert.equal((body.error as JsonObject).code, 'LinkedAuthorizationFailed');
  });
});
