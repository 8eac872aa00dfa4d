/** Operations of a linked subscription that take long: the action ends when they have ended there, with what came of them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { selfSigned } from '../connectors/local-servers.ts';
import { AzureOperations } from '../fakes/azure-operations.ts';
import { FakeService } from '../fakes/service.ts';
import { actionOf, connect, connectionId, over } from './connector-runs.ts';
import { assign, LinkedCloud, linkedGroup, linkedId } from './linked-cloud.ts';
import { textOf } from './tocsin-server.ts';
import { saveWorkflow } from './workflow-runs.ts';

describe('a long operation of a linked subscription', () => {
  const world = new LinkedCloud({ TOCSIN_TIME_SCALE: '20' });
  const { server } = world;
  const azure = new AzureOperations();
  let manager: FakeService;
  before(async () => {
    const { certificate, key } = await selfSigned('localhost');
    manager = new FakeService(azure.routes(), { cert: certificate, key });
    await Promise.all([world.start(), manager.start()]);
    azure.url = manager.url;
    const settings = world.settings();
    const endpoints = { ...(settings.endpoints as JsonObject), resourceManager: manager.url };
    const authorities = `${textMember(settings, 'authorities') ?? ''}\n${certificate}`;
    const linked = await world.link({ ...settings, endpoints, authorities });
    assert.equal(linked.status, 200, linked.text);
    for (const name of ['azurevm', 'azureautomation'])
      await connect(server, name, { parameterValueType: 'Alternative' });
  });
  after(() => Promise.all([world.stop(), manager.stop()]));

  interface Seen {
    readonly status: string;
    readonly code: unknown;
    readonly body: Json | undefined;
    readonly shown: string;
  }

  /** One action by a logic app whose identity is a contributor of the linked group, or nobody. */
  async function run(api: string, action: JsonObject, granted = true): Promise<Seen> {
    const authentication = { type: 'ManagedServiceIdentity' };
    const value = {
      [api]: {
        connectionId: connectionId(api),
        connectionName: api,
        id: 'api',
        connectionProperties: { authentication },
      },
    };
    const id = await saveWorkflow(
      server,
      { parameters: { $connections: { type: 'Object', defaultValue: {} } }, actions: { Call: action } },
      { identity: { type: 'SystemAssigned' }, properties: { parameters: { $connections: { value } } } },
    );
    const app = await server.call('GET', `${id}?api-version=2019-05-01`);
    if (granted) await assign(server, linkedGroup, textMember(app.body.identity, 'principalId') ?? '');
    const started = await server.call('POST', `${id}/triggers/manual/run?api-version=2019-05-01`, { body: {} });
    const ended = await server.finishedRun(`${id}/runs/${started.headers.get('x-ms-workflow-run-id') ?? ''}`);
    const seen = await actionOf(server, textOf(ended, 'id'), 'Call');
    const outputs = seen.outputs ?? null;
    return {
      status: textMember(memberOf(ended, 'properties'), 'status') ?? '',
      code: memberOf(outputs, 'statusCode'),
      body: memberOf(outputs, 'body'),
      shown: JSON.stringify([seen, ended]),
    };
  }

  const machine = (name: string): string =>
    `/subscriptions/@{encodeURIComponent('${linkedId}')}/resourcegroups/@{encodeURIComponent('rg')}/providers/Microsoft.Compute/virtualMachines/@{encodeURIComponent('${name}')}`;

  test('stops and starts a machine, asked at the address that the cloud gave until it is done', async () => {
    const stopped = await run('azurevm', over('azurevm', 'post', `${machine('vm1')}/deallocate`));
    assert.deepEqual([stopped.status, stopped.code], ['Succeeded', 200], stopped.shown);
    assert.equal(azure.machines.get('vm1'), 'deallocate');
    const polls = manager.requests.filter(({ path }) => path.includes('/operations/'));
    assert.ok(polls.length >= 2, String(polls.length));
    const started = await run('azurevm', over('azurevm', 'post', `${machine('vm1')}/start`));
    assert.deepEqual([started.status, azure.machines.get('vm1')], ['Succeeded', 'start'], started.shown);
  });

  test('runs a command on a machine and hands its output on', async () => {
    const body = { commandId: 'RunShellScript', script: ['id'] };
    const ran = await run('azurevm', over('azurevm', 'post', `${machine('vm1')}/runCommand`, { body }));
    assert.equal(ran.status, 'Succeeded', ran.shown);
    assert.match(JSON.stringify(ran.body), /ProvisioningState\/succeeded.*stdout.*id/);
  });

  test('fails where the operation fails there, and is not begun for whom nobody granted it', async () => {
    const failed = await run('azurevm', over('azurevm', 'post', `${machine('broken')}/start`));
    assert.equal(failed.status, 'Failed', failed.shown);
    assert.match(failed.shown, /AllocationFailed|Allocation failed/);
    const begun = manager.on('POST').length;
    const refused = await run('azurevm', over('azurevm', 'post', `${machine('vm1')}/deallocate`), false);
    assert.deepEqual([refused.code, manager.on('POST').length], [403, begun], refused.shown);
  });

  const account = `/subscriptions/@{encodeURIComponent('${linkedId}')}/resourceGroups/@{encodeURIComponent('rg')}/providers/Microsoft.Automation/automationAccounts/@{encodeURIComponent('aa')}`;
  const job = (runbookName: string): JsonObject =>
    over('azureautomation', 'put', `${account}/jobs`, {
      body: { properties: { parameters: { IP: '203.0.113.7' } } },
      queries: { runbookName, wait: true, 'x-ms-api-version': '2015-10-31' },
    });

  test('is a job of Azure Automation that is waited for, with its parameters there and its output here', async () => {
    const ended = await run('azureautomation', job('Block-IP'));
    assert.deepEqual(
      [ended.status, textMember(memberOf(ended.body, 'properties'), 'status')],
      ['Succeeded', 'Completed'],
      ended.shown,
    );
    const [put] = manager.on('PUT');
    assert.deepEqual(memberOf(put?.body ?? null, 'properties'), {
      runbook: { name: 'Block-IP' },
      parameters: { IP: '203.0.113.7' },
      runOn: '',
    });
    const jobId = textMember(memberOf(ended.body, 'properties'), 'jobId') ?? '';
    const output = await run('azureautomation', over('azureautomation', 'get', `${account}/jobs/${jobId}/output`));
    assert.deepEqual([output.code, output.body], [200, 'blocked 203.0.113.7'], output.shown);
    const broken = await run('azureautomation', job('broken'));
    assert.match(JSON.stringify(broken.body), /"status":"Failed".*|The term is not recognized/);
    assert.equal((await run('azureautomation', job('Block-IP'), false)).code, 403);
  });
});
