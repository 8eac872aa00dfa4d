/** Key vaults of a linked subscription: their secrets, read at the vault with the operator's credential and the playbook's grant. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type JsonObject, memberOf, textMember } from '#foundation';
import { connect, connectionId, over } from './connector-runs.ts';
import { assign, LinkedCloud, linked, linkedGroup, versioned } from './linked-cloud.ts';
import { ScriptedService } from './scripted-service.ts';
import { textOf } from './tocsin-server.ts';
import { type RunSeen, runsGroup, runWorkflow, saveWorkflow } from './workflow-runs.ts';

const vault = `${linkedGroup}/providers/Microsoft.KeyVault/vaults/kv-real`;
const secretsUser = '4633458b-17de-408a-b874-0445c86b69e6';
const value = 'vault-hush-linked';

describe('a vault of a linked subscription', () => {
  const world = new LinkedCloud({ TOCSIN_TIME_SCALE: '20' });
  const { cloud, server } = world;
  const receiver = new ScriptedService(() => ({ body: { ok: true } }));
  before(async () => {
    await Promise.all([world.start(), receiver.start()]);
    const put = await cloud.call('PUT', versioned(vault), {
      body: { location: 'westeurope', properties: { enabledForTemplateDeployment: true } },
    });
    assert.ok(put.status < 300, put.text);
    for (const [name, text] of [
      ['ApiKey', value],
      ['Other', 'vault-hush-other'],
    ] as const) {
      const made = await cloud.call('PUT', `${vault}/secrets/${name}?api-version=2022-07-01`, {
        body: { properties: { value: text } },
      });
      assert.equal(made.status, 201, made.text);
    }
    const linkedNow = await world.link();
    assert.equal(linkedNow.status, 200, linkedNow.text);
    const parameters = { parameterValueType: 'Alternative', alternativeParameterValues: { vaultName: 'kv-real' } };
    await connect(server, 'keyvault', parameters);
  });
  after(() => Promise.all([world.stop(), receiver.stop()]));

  /** A logic app that takes the secret and calls somebody with it. */
  async function save(): Promise<{ readonly id: string; readonly principal: string }> {
    const connection = {
      keyvault: { connectionId: connectionId('keyvault'), connectionName: 'keyvault', id: 'api' },
    };
    const actions: JsonObject = {
      Secret: over('keyvault', 'get', "/secrets/@{encodeURIComponent('ApiKey')}/value"),
      Call: {
        type: 'Http',
        inputs: { method: 'GET', uri: receiver.url, headers: { 'x-api-key': "@body('Secret')?['value']" } },
        runAfter: { Secret: ['Succeeded'] },
      },
      List: { ...over('keyvault', 'get', '/secrets'), runAfter: { Secret: ['Succeeded'] } },
    };
    const id = await saveWorkflow(
      server,
      { parameters: { $connections: { type: 'Object', defaultValue: {} } }, actions },
      { identity: { type: 'SystemAssigned' }, properties: { parameters: { $connections: { value: connection } } } },
    );
    const { body } = await server.call('GET', `${id}?api-version=2019-05-01`);
    return { id, principal: textMember(body.identity, 'principalId') ?? '' };
  }

  const outputs = async (run: RunSeen, name: string): Promise<JsonObject> =>
    (await run.action(name)).outputs as JsonObject;

  test('gives a secret to a playbook that was granted it there, and to no other', async () => {
    const { id, principal } = await save();
    // Outputs of such an action are hidden, failed ones too.
    const code = async (): Promise<unknown> => (await (await runWorkflow(server, id)).action('Secret')).properties.code;
    assert.equal(await code(), 'NotFound', 'a caller without any role there sees no vault');
    await assign(server, linkedGroup, principal, 'acdd72a7-3385-48ef-bd42-f606fba81ae7');
    assert.equal(await code(), 'Forbidden', 'Reader reads no secrets');
    await assign(server, vault, principal, secretsUser);
    const run = await runWorkflow(server, id);
    assert.equal(run.status, 'Succeeded', JSON.stringify(await run.action('Secret')));
    assert.equal(receiver.requests.at(-1)?.headers['x-api-key'], value);
    const names = (memberOf((await outputs(run, 'List')).body ?? null, 'value') ?? []) as readonly JsonObject[];
    assert.deepEqual(new Set(names.map(({ name }) => name)), new Set(['ApiKey', 'Other']));
  });

  test('shows no secret in history, log or activity, and the activity log tells who read which', async () => {
    const { id, principal } = await save();
    await assign(server, vault, principal, secretsUser);
    const run = await runWorkflow(server, id);
    assert.equal(run.status, 'Succeeded');
    const seen = JSON.stringify(await Promise.all(['Secret', 'Call', 'List'].map((name) => run.action(name))));
    assert.doesNotMatch(seen + server.log, /vault-hush/);
    const { text } = await server.call('GET', `/tocsin/v1/linkedSubscriptions/${linked.split('/')[2]}/activity`);
    assert.doesNotMatch(text, /vault-hush/);
    assert.match(text, /getSecret\/action/);
    assert.ok(text.includes(principal), text.slice(0, 2000));
  });

  test('is read anew each time: a changed secret counts at once', async () => {
    const { id, principal } = await save();
    await assign(server, vault, principal, secretsUser);
    await runWorkflow(server, id);
    await cloud.call('PUT', `${vault}/secrets/ApiKey?api-version=2022-07-01`, {
      body: { properties: { value: 'vault-hush-2' } },
    });
    await runWorkflow(server, id);
    assert.equal(receiver.requests.at(-1)?.headers['x-api-key'], 'vault-hush-2');
  });

  test("is not read by the admin token, whose role counts everywhere but here; the vault's list follows its pages", async () => {
    const refused = await server.call('GET', '/keyvault/kv-real/secrets/ApiKey');
    assert.deepEqual(
      [refused.status, memberOf(memberOf(refused.body, 'error'), 'code')],
      [403, 'LinkedAuthorizationFailed'],
    );
    assert.equal((await server.call('GET', '/keyvault/kv-none/secrets/ApiKey')).status, 404);
  });

  test('is asked by HTTP actions at its own address, with the same grant', async () => {
    const authentication = { type: 'ManagedServiceIdentity', audience: 'https://vault.azure.net' };
    const uri = 'https://kv-real.vault.azure.net/secrets/Other?api-version=7.4';
    const actions = {
      Secret: { type: 'Http', inputs: { method: 'GET', uri, authentication } },
      Call: {
        type: 'Http',
        inputs: { method: 'GET', uri: receiver.url, headers: { 'x-api-key': "@body('Secret')?['value']" } },
        runAfter: { Secret: ['Succeeded'] },
      },
    };
    const id = await saveWorkflow(server, { actions }, { identity: { type: 'SystemAssigned' } });
    const { body } = await server.call('GET', `${id}?api-version=2019-05-01`);
    assert.equal((await runWorkflow(server, id)).status, 'Failed');
    await assign(server, vault, textMember(body.identity, 'principalId') ?? '', secretsUser);
    const run = await runWorkflow(server, id);
    assert.equal(run.status, 'Succeeded', JSON.stringify(await run.action('Secret')));
    assert.equal(receiver.requests.at(-1)?.headers['x-api-key'], 'vault-hush-other');
    const seen = JSON.stringify(await Promise.all(['Secret', 'Call'].map((name) => run.action(name))));
    assert.doesNotMatch(seen + server.log, /vault-hush/);
  });

  test('gives parameters to deployments of those who may deploy with it', async () => {
    const made = await server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'deployer', type: 'ServicePrincipal' },
    });
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: textOf(made.body, 'appId'),
      client_secret: textMember(memberOf(made.body, 'secret'), 'value') ?? '',
      resource: 'https://management.azure.com/',
    });
    const tenant = textOf((await server.call('GET', '/tenants?api-version=2020-01-01')).body.value?.[0], 'tenantId');
    const token = (await (
      await fetch(`${server.url}/${tenant}/oauth2/token`, { method: 'POST', body: form })
    ).json()) as JsonObject;
    const objectId = textOf(made.body, 'objectId');
    await assign(server, runsGroup, objectId);
    const deployment = `${runsGroup}/providers/Microsoft.Resources/deployments/from-vault?api-version=2021-04-01`;
    const body = {
      properties: {
        mode: 'Incremental',
        template: {
          $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
          contentVersion: '1.0.0.0',
          parameters: { key: { type: 'securestring' } },
          resources: [],
          outputs: { size: { type: 'int', value: "[length(parameters('key'))]" } },
        },
        parameters: { key: { reference: { keyVault: { id: vault }, secretName: 'Other' } } },
      },
    };
    const deploy = () => server.call('PUT', deployment, { body, token: textOf(token, 'access_token') });
    const refused = await deploy();
    assert.equal(
      memberOf(memberOf(refused.body, 'error'), 'code'),
      'KeyVaultParameterReferenceAuthorizationFailed',
      refused.text,
    );
    await assign(server, vault, objectId);
    const done = await deploy();
    assert.ok(done.status < 300, done.text);
    assert.doesNotMatch(done.text, /vault-hush/);
    const read = await server.call('GET', deployment);
    const size = memberOf(memberOf(memberOf(read.body.properties, 'outputs'), 'size'), 'value');
    assert.equal(size, 'vault-hush-other'.length, read.text);
    await cloud.call('PATCH', versioned(vault), { body: { properties: { enabledForTemplateDeployment: false } } });
    const closed = await deploy();
    assert.match(closed.text, /not enabled for template deployment/);
  });
});
