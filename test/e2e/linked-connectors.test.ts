/** Connectors towards a linked subscription: to the cloud behind it, with the operator's credential and the playbook's grant. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { actionOf, connect, connectionId, over } from './connector-runs.ts';
import { assign, LinkedCloud, linkedGroup, linkedId, versioned } from './linked-cloud.ts';
import { textOf } from './tocsin-server.ts';
import { saveWorkflow } from './workflow-runs.ts';

const workspace = `${linkedGroup}/providers/Microsoft.OperationalInsights/workspaces/law`;
const machine = `${linkedGroup}/providers/Microsoft.Compute/virtualMachines/vm1`;
const incident = `${workspace}/providers/Microsoft.SecurityInsights/incidents/inc-1`;
const sentinel = 'api-version=2022-11-01';
const names = ['arm', 'azurevm', 'azuresentinel', 'azuremonitorlogs'] as const;

describe('a connector towards a linked subscription', () => {
  const world = new LinkedCloud({ TOCSIN_TIME_SCALE: '20' });
  const { cloud, server } = world;
  before(async () => {
    await world.start();
    for (const [id, properties] of [
      [workspace, { customerId: '5f3c1f5e-0c6b-4f0e-9d0e-0f1d2c3b4a59' }],
      [machine, { hardwareProfile: { vmSize: 'Standard_B2s' } }],
    ] as const) {
      const put = await cloud.call('PUT', versioned(id), { body: { location: 'westeurope', properties } });
      assert.ok(put.status < 300, put.text);
    }
    const put = await cloud.call('PUT', `${incident}?${sentinel}`, {
      body: { properties: { title: 'Ransomware', severity: 'High', status: 'New' } },
    });
    assert.equal(put.status, 201, put.text);
    assert.equal((await world.link()).status, 200);
    for (const name of names) await connect(server, name, { parameterValueType: 'Alternative' });
  });
  after(() => world.stop());

  /** One action over a connection that signs in as the logic app. */
  async function run(
    name: (typeof names)[number],
    action: JsonObject,
    granted: boolean,
  ): Promise<{ readonly status: unknown; readonly body: Json | undefined; readonly shown: string }> {
    const value = {
      [name]: {
        connectionId: connectionId(name),
        connectionName: name,
        id: 'api',
        connectionProperties: { authentication: { type: 'ManagedServiceIdentity' } },
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
      status: memberOf(outputs, 'statusCode'),
      body: memberOf(outputs, 'body'),
      shown: JSON.stringify([seen.error, outputs]),
    };
  }

  const resource = `/subscriptions/@{encodeURIComponent('${linkedId}')}/resourcegroups/@{encodeURIComponent('rg')}`;

  test('reads and stops machines there, for identities that were granted it and for no others', async () => {
    const read = over(
      'arm',
      'get',
      `${resource}/providers/@{encodeURIComponent('Microsoft.Compute')}/@{encodeURIComponent('virtualMachines/vm1')}`,
      {
        queries: { 'x-ms-api-version': '2022-08-01' },
      },
    );
    const seen = await run('arm', read, true);
    assert.deepEqual([seen.status, textMember(seen.body, 'name')], [200, 'vm1'], seen.shown);
    assert.equal((await run('arm', read, false)).status, 403);
    const path = `/subscriptions/${linkedId}/resourcegroups/rg/providers/Microsoft.Compute/virtualMachines/vm1`;
    const stop = over('azurevm', 'post', `${path}/deallocate`);
    assert.equal((await run('azurevm', stop, false)).status, 403);
    const stopped = await run('azurevm', stop, true);
    assert.ok(Number(stopped.status) < 300, stopped.shown);
    const state = await cloud.call('GET', `${machine}/instanceView?api-version=2022-08-01`);
    assert.match(state.text, /PowerState\/deallocat/);
  });

  test('comments and closes incidents of the workspace there', async () => {
    const comment = over('azuresentinel', 'post', '/Incidents/Comment', {
      body: { incidentArmId: incident, message: '<p>looked at</p>' },
    });
    const refused = await run('azuresentinel', comment, false);
    assert.equal(refused.status, 403, refused.shown);
    const made = await run('azuresentinel', comment, true);
    assert.ok(Number(made.status) < 300, made.shown);
    const comments = await cloud.call('GET', `${incident}/comments?${sentinel}`);
    assert.match(comments.text, /looked at/);
    const update = over('azuresentinel', 'put', '/Incidents', { body: { incidentArmId: incident, severity: 'Low' } });
    const updated = await run('azuresentinel', update, true);
    assert.equal(updated.status, 200, updated.shown);
    const after = await cloud.call('GET', `${incident}?${sentinel}`);
    assert.deepEqual(
      [memberOf(after.body.properties, 'severity'), memberOf(after.body.properties, 'title')],
      ['Low', 'Ransomware'],
    );
  });

  test('asks the log tables of the workspace there', async () => {
    const query = over('azuremonitorlogs', 'post', '/queryData', {
      body: 'print answer = 6 * 7',
      queries: {
        subscriptions: linkedId,
        resourcegroups: 'rg',
        resourcename: 'law',
        resourcetype: 'Log Analytics Workspace',
      },
    });
    const rows = await run('azuremonitorlogs', query, true);
    assert.deepEqual(memberOf(rows.body, 'value'), [{ answer: 42 }], rows.shown);
    assert.equal((await run('azuremonitorlogs', query, false)).status, 403);
  });
});
