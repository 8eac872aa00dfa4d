/** Connectors of services that this server keeps itself: Sentinel, vaults, the directory, resources; no sandbox. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { actionOf, connect, connectionId, connectionState, over, runOver, saveConnected } from './connector-runs.ts';
import { ScriptedService } from './scripted-service.ts';
import { subscription, subscriptionId, textOf, TocsinServer } from './tocsin-server.ts';
import { runsGroup, runWorkflow } from './workflow-runs.ts';

const workspace = `${runsGroup}/providers/Microsoft.OperationalInsights/workspaces/law-soc`;
const insights = `${workspace}/providers/Microsoft.SecurityInsights`;
const version = 'api-version=2023-02-01';
const roles = {
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  responder: '3e150937-b8fe-4cfb-8069-0eaf05ecd056',
  secrets: '4633458b-17de-408a-b874-0445c86b69e6',
};

describe('services kept on this server', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const receiver = new ScriptedService(() => ({ body: { ok: true } }));
  before(() => Promise.all([server.start(), receiver.start()]));
  after(() => Promise.all([server.remove(), receiver.stop()]));

  const assign = async (principalId: string, role: string, scope = runsGroup): Promise<void> => {
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const made = await server.call(
      'PUT',
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`,
      {
        body: { properties: { roleDefinitionId, principalId } },
      },
    );
    assert.equal(made.status, 201, made.text);
  };

  /** A logic app with a managed identity; the answer is its id and the identity's. */
  async function managed(names: readonly string[], actions: JsonObject): Promise<readonly [string, string]> {
    const id = await saveConnected(server, names, actions, { identity: { type: 'SystemAssigned' } });
    const { body } = await server.call('GET', `${id}?api-version=2019-05-01`);
    return [id, textOf(body.identity, 'principalId')];
  }

  const putIncident = (name: string, properties: JsonObject = {}) =>
    server.call('PUT', `${insights}/incidents/${name}?${version}`, {
      body: { properties: { title: 'Brute force', severity: 'High', status: 'New', ...properties } },
    });

  test('an incident is commented, changed and closed by a playbook with a managed identity and its role', async () => {
    await connect(server, 'azuresentinel', { parameterValueType: 'Alternative' });
    const made = await putIncident('inc-1', {
      alerts: [{ kind: 'SecurityAlert', name: 'alert-1', properties: { systemAlertId: 'alert-1' } }],
      entities: [{ kind: 'Ip', properties: { address: '203.0.113.7' } }],
    });
    assert.equal(made.status, 201, made.text);
    assert.equal((made.body.properties as JsonObject).incidentNumber, 1);
    const incidentArmId = textOf(made.body, 'id');
    const call = (method: string, path: string, body?: Json): JsonObject =>
      over('azuresentinel', method, path, body === undefined ? {} : { body });
    const after = (name: string): JsonObject => ({ runAfter: { [name]: ['Succeeded'] } });
    const [id, principal] = await managed(['azuresentinel'], {
      Comment: call('post', '/Incidents/Comment', { incidentArmId, message: '<p>Blocked</p>' }),
      Update: {
        ...call('put', '/Incidents', {
          incidentArmId,
          status: 'Closed',
          classification: { ClassificationAndReason: 'TruePositive - SuspiciousActivity' },
          tagsToAdd: { TagsToAdd: [{ Tag: 'blocked' }] },
          ownerAction: 'Assign',
          owner: 'ana@example.com',
        }),
        ...after('Comment'),
      },
      Task: { ...call('post', '/Incidents/CreateTask', { incidentArmId, taskTitle: 'Check' }), ...after('Update') },
      Find: {
        ...call(
          'get',
          `/Incidents/subscriptions/@{encodeURIComponent('${subscriptionId}')}/resourceGroups/@{encodeURIComponent('rg-runs')}/workspaces/@{encodeURIComponent('law-soc')}/alerts/@{encodeURIComponent('alert-1')}`,
        ),
        ...after('Task'),
      },
      Older: {
        ...call(
          'put',
          `/Comment/${subscriptionId}/law-soc/rg-runs/Incident/@{body('Find')?['properties']?['incidentNumber']}`,
          { Value: 'again' },
        ),
        ...after('Find'),
      },
      Ips: { ...call('post', '/entities/ip', "@body('Find')?['properties']?['relatedEntities']"), ...after('Older') },
    });
    const refused = await runWorkflow(server, id);
    assert.equal(refused.status, 'Failed');
    const comment = (await refused.action('Comment')).outputs as JsonObject;
    assert.deepEqual(
      [comment.statusCode, ((comment.body as JsonObject).error as JsonObject).code],
      [403, 'AuthorizationFailed'],
    );
    await assign(principal, roles.responder);
    const run = await runWorkflow(server, id);
    assert.equal(
      run.status,
      'Succeeded',
      JSON.stringify(
        await Promise.all(
          ['Comment', 'Update', 'Task', 'Find', 'Older', 'Ips'].map((name) => run.action(name).catch(() => name)),
        ),
      ).slice(0, 3000),
    );
    const ips = (await run.action('Ips')).outputs as JsonObject;
    assert.deepEqual(ips.body, { IPs: [{ Address: '203.0.113.7', Type: 'ip' }] });
    const { body } = await server.call('GET', `${incidentArmId}?${version}`);
    const properties = body.properties as JsonObject;
    assert.deepEqual(
      [
        properties.status,
        properties.classification,
        properties.classificationReason,
        properties.labels,
        (properties.owner as JsonObject).email,
        (properties.additionalData as JsonObject).commentsCount,
      ],
      [
        'Closed',
        'TruePositive',
        'SuspiciousActivity',
        [{ labelName: 'blocked', labelType: 'User' }],
        'ana@example.com',
        2,
      ],
    );
    const comments = await server.call('GET', `${incidentArmId}/comments?${version}`);
    assert.deepEqual((comments.body.value ?? []).map((one) => textOf(one.properties, 'message')).toSorted(), [
      '<p>Blocked</p>',
      'again',
    ]);
  });

  test('incidents are refused when they are wrong, and a stale etag changes nothing', async () => {
    assert.equal((await putIncident('inc-2', { severity: 'Critical' })).status, 400);
    const made = await putIncident('inc-2');
    assert.equal((made.body.properties as JsonObject).incidentNumber, 2);
    const stale = await server.call('PUT', `${insights}/incidents/inc-2?${version}`, {
      body: { etag: '"old"', properties: { title: 'x', severity: 'Low', status: 'New' } },
    });
    assert.equal(stale.status, 409, stale.text);
    const missing = await server.call('GET', `${insights}/incidents/none?${version}`);
    assert.equal(missing.status, 404);
    const filtered = await server.call(
      'GET',
      `${insights}/incidents?${version}&$filter=${encodeURIComponent("properties/status eq 'New'")}`,
    );
    assert.deepEqual(
      (filtered.body.value ?? []).map(({ name }) => name),
      ['inc-2'],
    );
  });

  test('a new incident starts the playbooks of automation rules whose conditions hold', async () => {
    const id = await saveConnected(server, ['azuresentinel'], {
      Seen: { type: 'Compose', inputs: "@triggerBody()?['object']?['properties']?['title']" },
    });
    const conditions = [
      {
        conditionType: 'Property',
        conditionProperties: { propertyName: 'IncidentTitle', operator: 'Contains', propertyValues: ['ransom'] },
      },
    ];
    const rule = {
      displayName: 'r',
      order: 1,
      triggeringLogic: { isEnabled: true, triggersOn: 'Incidents', triggersWhen: 'Created', conditions },
      actions: [
        { order: 1, actionType: 'RunPlaybook', actionConfiguration: { logicAppResourceId: id, tenantId: 'x' } },
      ],
    };
    const put = await server.call('PUT', `${insights}/automationRules/r-1?${version}`, { body: { properties: rule } });
    assert.equal(put.status, 201, put.text);
    await putIncident('inc-3');
    await putIncident('inc-4', { title: 'Ransomware' });
    const runs = await server.eventually(async () => {
      const { body } = await server.call('GET', `${id}/runs?api-version=2019-05-01`);
      return (body.value ?? []).length > 0 ? body.value : undefined;
    }, 'the run of the rule');
    assert.equal(runs?.length, 1);
    await server.finishedRun(textOf(runs?.[0], 'id'));
    assert.equal((await actionOf(server, textOf(runs?.[0], 'id'), 'Seen')).outputs, 'Ransomware');
  });

  test('a watchlist that is not there is a 404 to branch on; made from text, its items are listed', async () => {
    const base = `/Watchlists/subscriptions/${subscriptionId}/resourceGroups/rg-runs/workspaces/law-soc/watchlists/Bad`;
    const [id, principal] = await managed(['azuresentinel'], {
      Get: over('azuresentinel', 'get', base),
      Make: {
        ...over('azuresentinel', 'put', base, {
          body: {
            description: 'd',
            itemsSearchKey: 'HostName',
            rawContent: 'HostName,Note\r\nsql01,"a ""b"", c"\r\nweb01,\r\n',
            contentType: 'text/csv',
            numberOfLinesToSkip: 0,
          },
        }),
        runAfter: { Get: ['Failed'] },
      },
      Add: {
        ...over('azuresentinel', 'put', `${base}/watchlistItem`, { body: { HostName: 'db02' } }),
        runAfter: { Make: ['Succeeded'] },
      },
      List: { ...over('azuresentinel', 'get', `${base}/watchlistItems`), runAfter: { Add: ['Succeeded'] } },
    });
    await assign(principal, 'ab8e14d6-4a74-4a29-9ba8-549422addade');
    const run = await runWorkflow(server, id);
    assert.equal(run.status, 'Succeeded', JSON.stringify(await run.action('Make')));
    assert.equal(((await run.action('Get')).outputs as JsonObject).statusCode, 404);
    const list = ((await run.action('List')).outputs as JsonObject).body as {
      readonly properties: { readonly watchlistItems: readonly JsonObject[] };
    };
    const hosts = list.properties.watchlistItems.map(
      ({ properties }) => (properties as { readonly itemsKeyValue: JsonObject }).itemsKeyValue,
    );
    assert.deepEqual(hosts.map((host) => textOf(host, 'HostName')).toSorted(), ['db02', 'sql01', 'web01']);
    assert.equal(hosts.find(({ HostName }) => HostName === 'sql01')?.Note, 'a "b", c');
  });

  test('a secret of a vault is used in a call, and shows nowhere in history', async () => {
    const vault = `${runsGroup}/providers/Microsoft.KeyVault/vaults/kv-soc`;
    const keyVault = 'api-version=2022-07-01';
    const made = await server.call('PUT', `${vault}?${keyVault}`, {
      body: { location: 'westeurope', properties: { tenantId: randomUUID(), sku: { family: 'A', name: 'standard' } } },
    });
    assert.ok(made.status < 300, made.text);
    const put = await server.call('PUT', `${vault}/secrets/ApiKey?${keyVault}`, {
      body: { properties: { value: 'vault-hush-1' } },
    });
    assert.equal(put.status, 201, put.text);
    assert.doesNotMatch(
      put.text + (await server.call('GET', `${vault}/secrets/ApiKey?${keyVault}`)).text,
      /vault-hush/,
    );
    await connect(server, 'keyvault', {
      parameterValueType: 'Alternative',
      alternativeParameterValues: { vaultName: 'kv-soc' },
    });
    const [id, principal] = await managed(['keyvault'], {
      Secret: over('keyvault', 'get', "/secrets/@{encodeURIComponent('ApiKey')}/value"),
      Call: {
        type: 'Http',
        inputs: { method: 'GET', uri: receiver.url, headers: { 'x-api-key': "@body('Secret')?['value']" } },
        runAfter: { Secret: ['Succeeded'] },
      },
    });
    const refused = (await (await runWorkflow(server, id)).action('Secret')).properties;
    assert.equal(refused.status, 'Failed');
    await assign(principal, roles.secrets, vault);
    const run = await runWorkflow(server, id);
    assert.equal(run.status, 'Succeeded', JSON.stringify(await run.action('Secret')));
    assert.equal(receiver.requests.at(-1)?.headers['x-api-key'], 'vault-hush-1');
    const seen = JSON.stringify(await Promise.all(['Secret', 'Call'].map((name) => run.action(name))));
    assert.doesNotMatch(seen + server.log, /vault-hush/);
  });

  test('people of the directory are read as whom a connection acts as', async () => {
    await connect(server, 'azuread');
    assert.equal((await connectionState(server, 'azuread')).overallStatus, 'Error');
    const listed = await server.call('POST', `${connectionId('azuread')}/listConsentLinks?api-version=2016-06-01`, {
      body: { parameters: [{ parameterName: 'token' }] },
    });
    const link = textOf(listed.body.value?.[0], 'link');
    assert.match(await (await fetch(link)).text(), /It will act as/);
    assert.equal((await fetch(link, { method: 'POST' })).status, 200);
    assert.equal((await fetch(link, { method: 'POST' })).status, 400);
    const none = await runOver(
      server,
      'azuread',
      over('azuread', 'get', "/v1.0/users/@{encodeURIComponent('nobody@example.com')}"),
    );
    assert.equal(none.outputs.statusCode, 404, JSON.stringify(none.outputs));
    assert.equal(((none.outputs.body as JsonObject).error as JsonObject).code, 'Request_ResourceNotFound');
  });

  test('resources are read and changed over the connector with the names they have', async () => {
    await connect(server, 'arm', { parameterValueType: 'Alternative' });
    const [id, principal] = await managed(['arm'], {
      List: over('arm', 'get', '/subscriptions', { queries: { 'x-ms-api-version': '2016-06-01' } }),
      Read: {
        ...over(
          'arm',
          'get',
          `/subscriptions/@{encodeURIComponent('${subscriptionId}')}/resourcegroups/@{encodeURIComponent('rg-runs')}/providers/@{encodeURIComponent('Microsoft.KeyVault')}/@{encodeURIComponent('vaults/kv-soc')}`,
          { queries: { 'x-ms-api-version': '2022-07-01' } },
        ),
        runAfter: { List: ['Succeeded'] },
      },
    });
    await assign(principal, roles.contributor);
    const run = await runWorkflow(server, id);
    assert.equal(run.status, 'Succeeded', JSON.stringify([await run.action('List'), await run.action('Read')]));
    assert.equal((((await run.action('Read')).outputs as JsonObject).body as JsonObject).name, 'kv-soc');
  });
});
