/** `@azure/arm-logic`, every operation group of Consumption logic apps. Rules: management API reference 4 and 6. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { LogicManagementClient, type Workflow } from '@azure/arm-logic';
import { AzureCloud, location, refusal, subscription, subscriptionId } from './azure-cloud.ts';
import { all, Watch } from './watched-client.ts';

const cloud = new AzureCloud();
const watch = new Watch('@azure/arm-logic', 'LogicManagementClient');
let client: LogicManagementClient;

const noAccount = 'needs an integration account, which there is none of';
const noEnvironment = 'integration service environments are retired in Azure and are none here';
const unserved = {
  integrationAccounts: noAccount,
  integrationAccountAssemblies: noAccount,
  integrationAccountBatchConfigurations: noAccount,
  integrationAccountSchemas: noAccount,
  integrationAccountMaps: noAccount,
  integrationAccountPartners: noAccount,
  integrationAccountAgreements: noAccount,
  integrationAccountCertificates: noAccount,
  integrationAccountSessions: noAccount,
  integrationServiceEnvironments: noEnvironment,
  integrationServiceEnvironmentSkus: noEnvironment,
  integrationServiceEnvironmentNetworkHealth: noEnvironment,
  integrationServiceEnvironmentManagedApis: noEnvironment,
  integrationServiceEnvironmentManagedApiOperations: noEnvironment,
};

const schema = { type: 'object', properties: { items: { type: 'array' } } };

function workflow(actions: object = loop, triggers: object = request): Workflow {
  return {
    location,
    tags: { team: 'soc' },
    state: 'Enabled',
    definition: {
      $schema:
        'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      parameters: { greeting: { type: 'String', defaultValue: 'hello' } },
      triggers,
      actions,
      outputs: {},
    },
    parameters: { greeting: { value: 'good day' } },
  };
}

const request = { manual: { type: 'Request', kind: 'Http', inputs: { schema } } };
const loop = {
  Each: {
    type: 'Foreach',
    foreach: "@coalesce(triggerBody()?['items'], createArray('a', 'b'))",
    actions: {
      Say: { type: 'Compose', inputs: "@concat(parameters('greeting'), ' ', items('Each'))" },
      Call: {
        type: 'Http',
        inputs: { method: 'GET', uri: "@{outputs('Base')}/healthz" },
        runAfter: { Say: ['Succeeded'] },
      },
    },
    runAfter: { Base: ['Succeeded'] },
  },
  Base: { type: 'Compose', inputs: 'http://127.0.0.1' },
  Ask: {
    type: 'Http',
    inputs: { method: 'GET', uri: "@{outputs('Base')}/healthz" },
    runAfter: { Base: ['Succeeded'] },
  },
};

before(async () => {
  await cloud.start();
  loop.Base.inputs = cloud.server.url;
  client = watch.over(new LogicManagementClient(await cloud.signedIn(), subscriptionId, { endpoint: cloud.endpoint }));
  await cloud.group('rg');
  await client.workflows.createOrUpdate('rg', 'played', workflow());
});
after(() => cloud.stop());

/** Starts a run and waits for its end. */
async function play(name = 'played'): Promise<string> {
  await client.workflowTriggers.run('rg', name, 'manual');
  return ended(name);
}

function ended(name: string): Promise<string> {
  return cloud.server.eventually(async () => {
    const [run] = await all(client.workflowRuns.list('rg', name));
    return run?.name !== undefined && run.endTime !== undefined ? run.name : undefined;
  }, `a run of ${name}`);
}

describe('workflows', () => {
  test('create, get, update of tags, both lists, delete', async () => {
    const made = await client.workflows.createOrUpdate('rg', 'w1', workflow());
    assert.equal(made.provisioningState, 'Succeeded');
    assert.equal(made.state, 'Enabled');
    assert.ok(made.createdTime instanceof Date);
    assert.match(made.version ?? '', /^\d{20}$/);
    assert.match(made.accessEndpoint ?? '', /^https:\/\/.+\/workflows\/[0-9a-f]{32}$/);
    assert.equal((await client.workflows.get('rg', 'w1')).parameters?.['greeting']?.value, 'good day');
    const updated = await client.workflows.update('rg', 'w1');
    assert.deepEqual(updated.tags, { team: 'soc' }, 'this client sends no body');
    const again = await client.workflows.createOrUpdate('rg', 'w1', { ...workflow(), state: 'Disabled' });
    assert.equal(again.state, 'Disabled');
    assert.ok((await all(client.workflows.listBySubscription())).some(({ name }) => name === 'w1'));
    assert.ok((await all(client.workflows.listByResourceGroup('rg', { top: 1 }))).some(({ name }) => name === 'w1'));
    const disabled = await all(client.workflows.listByResourceGroup('rg', { filter: "state eq 'Disabled'" }));
    assert.deepEqual(
      disabled.map(({ name }) => name),
      ['w1'],
    );
    await client.workflows.delete('rg', 'w1');
    await client.workflows.delete('rg', 'w1');
    await assert.rejects(client.workflows.get('rg', 'w1'), refusal(404, 'WorkflowNotFound'));
  });

  test('enable, disable, new keys, callback, swagger, upgrade, validate at both places', async () => {
    const { workflows } = client;
    await workflows.createOrUpdate('rg', 'w2', workflow());
    await workflows.disable('rg', 'w2');
    assert.equal((await workflows.get('rg', 'w2')).state, 'Disabled');
    await workflows.enable('rg', 'w2');
    const before = await workflows.listCallbackUrl('rg', 'w2', {});
    assert.equal(before.method, 'POST');
    assert.ok(before.value?.includes('/paths/invoke?'));
    assert.equal(before.queries?.sp, '/triggers/manual/run');
    const expiring = await workflows.listCallbackUrl('rg', 'w2', {
      notAfter: new Date(Date.now() + 60_000),
      keyType: 'Primary',
    });
    assert.notEqual(expiring.queries?.se, undefined);
    await workflows.regenerateAccessKey('rg', 'w2', { keyType: 'Primary' });
    assert.notEqual((await workflows.listCallbackUrl('rg', 'w2', {})).value, before.value);
    assert.equal(((await workflows.listSwagger('rg', 'w2')) as { swagger?: string }).swagger, '2.0');
    assert.notEqual(
      await workflows.generateUpgradedDefinition('rg', 'w2', { targetSchemaVersion: '2016-06-01' }),
      undefined,
    );
    await workflows.validateByResourceGroup('rg', 'w2', workflow());
    await workflows.validateByLocation('rg', location, 'w2', workflow());
    const broken = workflow({ A: { type: 'Compose', inputs: 1, runAfter: { Nobody: ['Succeeded'] } } });
    await assert.rejects(workflows.validateByResourceGroup('rg', 'w2', broken), refusal(400, 'InvalidTemplate'));
    await assert.rejects(workflows.createOrUpdate('rg', 'w2', broken), refusal(400, 'InvalidTemplate'));
  });

  test('a move to another group is followed to its end', async () => {
    const target = await cloud.group('rg-other');
    await client.workflows.createOrUpdate('rg', 'moving', workflow());
    await client.workflows.beginMoveAndWait('rg', 'moving', {
      id: `${target}/providers/Microsoft.Logic/workflows/moving`,
    });
    assert.equal((await client.workflows.get('rg-other', 'moving')).name, 'moving');
    await assert.rejects(client.workflows.get('rg', 'moving'), refusal(404, 'WorkflowNotFound'));
  });

  test('versions, and the callback of one', async () => {
    await client.workflows.createOrUpdate('rg', 'w3', workflow());
    await client.workflows.createOrUpdate('rg', 'w3', workflow({ Only: { type: 'Compose', inputs: 1, runAfter: {} } }));
    const versions = await all(client.workflowVersions.list('rg', 'w3'));
    assert.equal(versions.length, 2);
    const name = versions[1]?.name ?? '';
    assert.ok(
      'Each' in ((await client.workflowVersions.get('rg', 'w3', name)).definition as { actions: object }).actions,
    );
    const callback = await client.workflowVersionTriggers.listCallbackUrl('rg', 'w3', name, 'manual');
    assert.ok(callback.value?.includes(`/versions/${name}/`));
  });
});

test('triggers: list, get, schema, callback, run, reset, state of another', async () => {
  const { workflowTriggers } = client;
  const recurrence = { every: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } } };
  await client.workflows.createOrUpdate('rg', 'daily', workflow({}, recurrence));
  await client.workflows.createOrUpdate('rg', 'daily-2', workflow({}, recurrence));
  const [trigger] = await all(workflowTriggers.list('rg', 'daily'));
  assert.equal(trigger?.recurrence?.frequency, 'Day');
  assert.equal((await workflowTriggers.get('rg', 'played', 'manual')).state, 'Enabled');
  const { content } = await workflowTriggers.getSchemaJson('rg', 'played', 'manual');
  assert.deepEqual(JSON.parse(content ?? ''), schema);
  assert.equal((await workflowTriggers.listCallbackUrl('rg', 'played', 'manual')).method, 'POST');
  await workflowTriggers.run('rg', 'daily', 'every');
  await ended('daily');
  await workflowTriggers.reset('rg', 'daily', 'every');
  const source = { id: `${subscription}/resourceGroups/rg/providers/Microsoft.Logic/workflows/daily/triggers/every` };
  await workflowTriggers.setState('rg', 'daily-2', 'every', { source });
  await assert.rejects(workflowTriggers.run('rg', 'daily', 'nobody'), refusal(404, 'WorkflowTriggerNotFound'));
});

describe('runs', () => {
  let run: string;
  before(async () => {
    run = await play();
  });

  test('list with a filter, get, the operation of a run', async () => {
    const got = await client.workflowRuns.get('rg', 'played', run);
    assert.equal(got.status, 'Succeeded', JSON.stringify(got.error));
    assert.ok(got.endTime instanceof Date);
    const failed = await all(client.workflowRuns.list('rg', 'played', { filter: "status eq 'Failed'" }));
    assert.deepEqual(failed, []);
    assert.equal((await client.workflowRunOperations.get('rg', 'played', run, run)).name, run);
    await assert.rejects(client.workflowRuns.get('rg', 'played', 'nobody'), refusal(404, 'WorkflowRunNotFound'));
  });

  test('actions with their traces and requests', async () => {
    const actions = await all(client.workflowRunActions.list('rg', 'played', run));
    assert.deepEqual(new Set(actions.map(({ name }) => name)), new Set(['Ask', 'Base', 'Call', 'Each', 'Say']));
    const ask = await client.workflowRunActions.get('rg', 'played', run, 'Ask');
    assert.equal(ask.status, 'Succeeded');
    assert.notEqual(ask.inputsLink?.uri, undefined);
    const traces = await all(client.workflowRunActions.listExpressionTraces('rg', 'played', run, 'Ask'));
    assert.ok(traces.length > 0);
    const [history] = await all(client.workflowRunActionRequestHistories.list('rg', 'played', run, 'Ask'));
    const one = await client.workflowRunActionRequestHistories.get('rg', 'played', run, 'Ask', history?.name ?? '');
    assert.equal(one.properties?.response?.statusCode, 200);
  });

  test('repetitions of a loop with their traces and requests', async () => {
    const repetitions = await all(client.workflowRunActionRepetitions.list('rg', 'played', run, 'Say'));
    assert.deepEqual(
      repetitions.map(({ name }) => name),
      ['000000', '000001'],
    );
    const one = await client.workflowRunActionRepetitions.get('rg', 'played', run, 'Say', '000001');
    assert.equal(one.repetitionIndexes?.[0]?.itemIndex, 1);
    const { workflowRunActionRepetitions, workflowRunActionRepetitionsRequestHistories: requests } = client;
    const traces = await all(workflowRunActionRepetitions.listExpressionTraces('rg', 'played', run, 'Say', '000001'));
    assert.ok(traces.length > 0);
    const scopes = await all(client.workflowRunActionScopeRepetitions.list('rg', 'played', run, 'Each'));
    assert.equal(scopes.length, 2);
    const scope = await client.workflowRunActionScopeRepetitions.get(
      'rg',
      'played',
      run,
      'Each',
      scopes[0]?.name ?? '',
    );
    assert.equal(scope.status, 'Succeeded');
    const [history] = await all(requests.list('rg', 'played', run, 'Call', '000000'));
    const got = await requests.get('rg', 'played', run, 'Call', '000000', history?.name ?? '');
    assert.equal(got.properties?.response?.statusCode, 200);
  });

  test('trigger histories, and a resubmitted run', async () => {
    const histories = await all(client.workflowTriggerHistories.list('rg', 'played', 'manual'));
    assert.ok(histories.some(({ name }) => name === run));
    assert.equal((await client.workflowTriggerHistories.get('rg', 'played', 'manual', run)).fired, true);
    const before = (await all(client.workflowRuns.list('rg', 'played'))).length;
    await client.workflowTriggerHistories.resubmit('rg', 'played', 'manual', run);
    assert.equal((await all(client.workflowRuns.list('rg', 'played'))).length, before + 1);
  });

  test('cancel ends a waiting run', async () => {
    const wait = { Wait: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } }, runAfter: {} } };
    await client.workflows.createOrUpdate('rg', 'slow', workflow(wait));
    await client.workflowTriggers.run('rg', 'slow', 'manual');
    const [waiting] = await all(client.workflowRuns.list('rg', 'slow'));
    await client.workflowRuns.cancel('rg', 'slow', waiting?.name ?? '');
    const name = await ended('slow');
    assert.equal((await client.workflowRuns.get('rg', 'slow', name)).status, 'Cancelled');
  });
});

test('operations for roles', async () => {
  const names = (await all(client.operations.list())).map(({ name }) => name);
  assert.ok(names.includes('Microsoft.Logic/workflows/read'), names.join());
});

test('every operation is called here or has nothing behind it', () => watch.assertComplete(unserved));
