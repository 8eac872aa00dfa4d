/** Jobs of Azure Automation by programs that the operator names, and machines by their connector; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { FakeService, headerOnly } from '../fakes/service.ts';
import { connect, over, saveConnected } from './connector-runs.ts';
import { subscriptionId, textOf, TocsinServer } from './tocsin-server.ts';
import { type RunSeen, runsGroup, runWorkflow } from './workflow-runs.ts';

const account = `/subscriptions/@{encodeURIComponent('${subscriptionId}')}/resourceGroups/@{encodeURIComponent('rg-runs')}/providers/Microsoft.Automation/automationAccounts/@{encodeURIComponent('aa-soc')}`;
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

describe('a job of a runbook', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const runner = new FakeService({
    'POST /block': headerOnly('content-type', 'application/json', ({ body }) => ({
      headers: { 'content-type': 'text/plain' },
      body: `blocked ${JSON.stringify((body as JsonObject).parameters)}`,
    })),
    'POST /broken': () => ({ status: 500, body: { error: 'no' } }),
  });
  before(async () => {
    await Promise.all([server.start(), runner.start()]);
    await server.call('PUT', `${runsGroup}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const made = await server.call(
      'PUT',
      `${runsGroup}/providers/Microsoft.Automation/automationAccounts/aa-soc?api-version=2023-11-01`,
      { body: { location: 'westeurope', properties: { sku: { name: 'Basic' } } } },
    );
    assert.ok(made.status < 300, made.text);
    const parameterValues = {
      'runbook:Block-IP': `${runner.url}/block?key=runner-hush`,
      'runbook:broken': `${runner.url}/broken`,
    };
    await server.call('PUT', '/tocsin/v1/connectorProfiles/azureautomation', { body: { parameterValues } });
    for (const api of ['azureautomation', 'azurevm']) await connect(server, api, { parameterValueType: 'Alternative' });
  });
  after(() => Promise.all([server.remove(), runner.stop()]));

  /** A run as a workflow's managed identity that may do what the role says, or nothing. */
  async function run(name: string, actions: JsonObject, role = contributor): Promise<RunSeen> {
    const id = await saveConnected(server, [name], actions, { identity: { type: 'SystemAssigned' } });
    const { body } = await server.call('GET', `${id}?api-version=2019-05-01`);
    if (role !== '') {
      const principalId = textOf((body as { readonly identity?: JsonObject }).identity, 'principalId');
      const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      await server.call(
        'PUT',
        `${runsGroup}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`,
        { body: { properties: { principalId, roleDefinitionId } } },
      );
    }
    return runWorkflow(server, id);
  }

  const job = (runbookName: string): JsonObject =>
    over('azureautomation', 'put', `${account}/jobs`, {
      body: { properties: { parameters: { IPToBeBlocked: '203.0.113.7' } } },
      queries: { runbookName, wait: true, 'x-ms-api-version': '2015-10-31' },
    });

  test('is carried out by its program once, ends with its output, and is a resource of the account', async () => {
    const output = over(
      'azureautomation',
      'get',
      `${account}/jobs/@{encodeURIComponent(body('Job')?['properties']?['jobId'])}/output`,
    );
    const seen = await run('azureautomation', {
      Job: job('block-ip'),
      Output: { ...output, runAfter: { Job: ['Succeeded'] } },
    });
    const made = (await seen.action('Job')).outputs as JsonObject;
    assert.equal(seen.status, 'Succeeded', JSON.stringify(made));
    const properties = (made.body as JsonObject).properties as JsonObject;
    assert.deepEqual([made.statusCode, properties.status, properties.exception], [201, 'Completed', null]);
    const given = ((await seen.action('Output')).outputs as JsonObject).body;
    assert.equal(given, 'blocked {"IPToBeBlocked":"203.0.113.7"}');
    const sent = runner.on('POST /block');
    assert.equal(sent.length, 1);
    assert.equal(textOf(sent[0]?.body as JsonObject, 'jobId'), properties.jobId);
    const id = `${runsGroup}/providers/Microsoft.Automation/automationAccounts/aa-soc/jobs/${textOf(properties, 'jobId')}`;
    const stored = await server.call('GET', `${id}?api-version=2019-06-01`);
    assert.equal(textOf(stored.body.properties, 'status'), 'Completed');
    assert.doesNotMatch(JSON.stringify([made, await seen.action('Job'), stored.text]) + server.log, /runner-hush/);
  });

  test('fails with the account of its program, and runs nothing for who has no role or without a program', async () => {
    const broken = await run('azureautomation', { Job: job('broken') });
    const { body } = (await broken.action('Job')).outputs as { readonly body: JsonObject };
    assert.deepEqual(
      [textOf(body.properties, 'status'), textOf(body.properties, 'exception')],
      ['Failed', 'The program of the runbook answered 500.'],
    );
    const before = runner.requests.length;
    const stranger = await run('azureautomation', { Job: job('block-ip') }, '');
    assert.equal(((await stranger.action('Job')).outputs as JsonObject).statusCode, 403);
    const unknown = await run('azureautomation', { Job: job('other') });
    assert.equal(textOf((await unknown.action('Job')).properties.error, 'code'), 'ConnectorNotSupported');
    assert.equal(runner.requests.length, before);
  });

  test('has beside it machines: listed, stopped, asked for', async () => {
    const machines = `${runsGroup}/providers/Microsoft.Compute/virtualMachines`;
    await server.call('PUT', `${machines}/vm1?api-version=2023-03-01`, {
      body: { location: 'westeurope', properties: {} },
    });
    const group = `/subscriptions/@{encodeURIComponent('${subscriptionId}')}/resourcegroups/@{encodeURIComponent('rg-runs')}/providers/Microsoft.Compute/virtualMachines`;
    const one = `${group}/@{encodeURIComponent('vm1')}`;
    const seen = await run('azurevm', {
      List: over('azurevm', 'get', group),
      Stop: { ...over('azurevm', 'post', `${one}/deallocate`), runAfter: { List: ['Succeeded'] } },
      Get: { ...over('azurevm', 'get', one), runAfter: { Stop: ['Succeeded'] } },
    });
    const outputs = async (name: string) => (await seen.action(name)).outputs as { readonly body: JsonObject };
    assert.equal(seen.status, 'Succeeded', JSON.stringify([await outputs('List'), await seen.action('Stop')]));
    assert.deepEqual(
      ((await outputs('List')).body.value as readonly JsonObject[]).map(({ name }) => name),
      ['vm1'],
    );
    assert.equal((await outputs('Get')).body.name, 'vm1');
  });
});
