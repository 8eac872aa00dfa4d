/** Devices of Defender for Endpoint that are the machines of the inventory; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { defenderForEndpoint } from '../fakes/defender-for-endpoint.ts';
import { FakeAuthority, FakeService } from '../fakes/service.ts';
import { connect, over, saveConnected } from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';
import { type RunSeen, runsGroup, runWorkflow } from './workflow-runs.ts';

const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const machines = `${runsGroup}/providers/Microsoft.Compute/virtualMachines`;

describe('a device', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '100' });
  before(async () => {
    await server.start();
    await server.call('PUT', `${runsGroup}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const card = `${runsGroup}/providers/Microsoft.Network/networkInterfaces/nic1`;
    const address = { name: 'ip', properties: { privateIPAddress: '10.1.0.4' } };
    const bodies: Readonly<Record<string, JsonObject>> = {
      [`${card}?api-version=2022-07-01`]: { location: 'westeurope', properties: { ipConfigurations: [address] } },
      [`${machines}/sql01?api-version=2023-03-01`]: {
        location: 'westeurope',
        tags: { owner: 'soc' },
        properties: {
          osProfile: { computerName: 'sql01.corp.example.com' },
          storageProfile: { osDisk: { osType: 'Linux' } },
          networkProfile: { networkInterfaces: [{ id: card }] },
        },
      },
      [`${machines}/web01?api-version=2023-03-01`]: { location: 'westeurope', properties: {} },
    };
    for (const [path, body] of Object.entries(bodies)) {
      const made = await server.call('PUT', path, { body });
      assert.ok(made.status < 300, made.text);
    }
    await connect(server, 'wdatp', { parameterValueType: 'Alternative' });
  });
  after(() => server.remove());

  /** A run as a workflow's managed identity with a role, or with none. */
  async function run(actions: JsonObject, role: string | undefined): Promise<RunSeen> {
    const id = await saveConnected(server, ['wdatp'], actions, { identity: { type: 'SystemAssigned' } });
    const { body } = await server.call('GET', `${id}?api-version=2019-05-01`);
    if (role !== undefined) {
      const principalId = textOf((body as { readonly identity?: JsonObject }).identity, 'principalId');
      const properties = {
        principalId,
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      };
      const assignment = `${runsGroup}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
      await server.call('PUT', `${assignment}?api-version=2022-04-01`, { body: { properties } });
    }
    return runWorkflow(server, id);
  }

  const outputs = async (
    seen: RunSeen,
    name: string,
  ): Promise<{ readonly statusCode: number; readonly body: JsonObject }> =>
    (await seen.action(name)).outputs as unknown as { readonly statusCode: number; readonly body: JsonObject };
  const names = (body: JsonObject): readonly unknown[] =>
    (body.value as readonly JsonObject[]).map(({ computerDnsName }) => computerDnsName);
  const call = (method: string, path: string, more: JsonObject = {}): JsonObject => over('wdatp', method, path, more);

  test('is a machine of the inventory: listed, filtered, found by name, by id and by address', async () => {
    const seen = await run(
      {
        List: call('get', '/api/machines'),
        Filter: call('get', '/api/machines', { queries: { $filter: "startswith(computerDnsName,'sql')" } }),
        Name: call('get', "/api/machines/@{encodeURIComponent('sql01.corp.example.com')}"),
        Address: call(
          'get',
          "/api/machines/findbyip(ip='@{encodeURIComponent('10.1.0.4')}',timestamp=@{encodeURIComponent('2026-11-26T00:00:00Z')})",
        ),
        Id: {
          ...call('get', "/api/machines/@{encodeURIComponent(body('Name')?['id'])}"),
          runAfter: { Name: ['Succeeded'] },
        },
        None: call('get', '/api/machines/none'),
      },
      reader,
    );
    assert.deepEqual(
      names((await outputs(seen, 'List')).body).toSorted((left, right) => (String(left) < String(right) ? -1 : 1)),
      ['sql01.corp.example.com', 'web01'],
    );
    assert.deepEqual(names((await outputs(seen, 'Filter')).body), ['sql01.corp.example.com']);
    assert.deepEqual(names((await outputs(seen, 'Address')).body), ['sql01.corp.example.com']);
    const { body } = await outputs(seen, 'Id');
    assert.deepEqual(
      [body.computerDnsName, body.osPlatform, body.lastIpAddress],
      ['sql01.corp.example.com', 'Linux', '10.1.0.4'],
    );
    assert.match(textOf(body, 'id'), /^[0-9a-f]{40}$/);
    assert.equal((await outputs(seen, 'None')).statusCode, 404);
  });

  test('is isolated by an action that goes on until a loop sees it done, and is kept at the machine', async () => {
    const poll = call('get', "/api/machineactions/@{encodeURIComponent(body('Isolate')?['id'])}");
    const seen = await run(
      {
        Isolate: call('post', '/api/machines/sql01.corp.example.com/isolate', {
          body: { Comment: 'By a playbook', IsolationType: 'Full' },
        }),
        Until: {
          type: 'Until',
          expression: "@equals(body('State')?['status'], 'Succeeded')",
          limit: { count: 60, timeout: 'PT1H' },
          actions: {
            State: poll,
            Wait: {
              type: 'Wait',
              inputs: { interval: { count: 1, unit: 'Second' } },
              runAfter: { State: ['Succeeded'] },
            },
          },
          runAfter: { Isolate: ['Succeeded'] },
        },
      },
      contributor,
    );
    const started = await outputs(seen, 'Isolate');
    assert.equal(seen.status, 'Succeeded', JSON.stringify(started));
    assert.deepEqual(
      [started.statusCode, started.body.type, started.body.status, started.body.scope],
      [201, 'Isolate', 'Pending', 'Full'],
    );
    const kept = `${machines}/sql01/providers/Microsoft.Security/machineActions/${textOf(started.body, 'id')}`;
    const stored = await server.call('GET', `${kept}?api-version=2024-01-01`);
    assert.equal(textOf(stored.body.properties, 'requestorComment'), 'By a playbook', stored.text);
  });

  test('is tagged beside the tags its machine has; who has no role at it does nothing to it', async () => {
    const tag = (Action: string): JsonObject =>
      call('post', '/api/machines/sql01.corp.example.com/tags', { body: { Value: 'contained', Action } });
    const seen = await run({ Tag: tag('Add') }, contributor);
    assert.deepEqual((await outputs(seen, 'Tag')).body.machineTags, ['contained']);
    const { body } = await server.call('GET', `${machines}/sql01?api-version=2023-03-01`);
    assert.deepEqual((body as { readonly tags?: JsonObject }).tags, { owner: 'soc', DefenderTags: 'contained' });
    const watching = await run(
      {
        Tag: tag('Remove'),
        Isolate: call('post', '/api/machines/sql01.corp.example.com/isolate', { body: { Comment: 'x' } }),
      },
      reader,
    );
    for (const name of ['Tag', 'Isolate']) assert.equal((await outputs(watching, name)).statusCode, 403, name);
    const stranger = await run(
      { Get: call('get', '/api/machines/sql01.corp.example.com'), List: call('get', '/api/machines') },
      undefined,
    );
    assert.equal((await outputs(stranger, 'Get')).statusCode, 403);
    assert.deepEqual((await outputs(stranger, 'List')).body.value, []);
  });

  test('is hunted for at Microsoft only, which is said plainly', async () => {
    const seen = await run(
      { Hunt: call('post', '/api/advancedqueries/run', { body: { Query: 'DeviceInfo' } }) },
      reader,
    );
    assert.equal(textOf((await seen.action('Hunt')).properties.error, 'code'), 'ConnectorNotSupported');
  });

  describe('asked for by a plain HTTP action', () => {
    const http = (
      method: string,
      uri: string,
      more: JsonObject = {},
      audience = 'https://api.securitycenter.microsoft.com',
    ) => ({
      type: 'Http',
      inputs: { method, uri, authentication: { type: 'ManagedServiceIdentity', audience }, ...more },
    });

    test("is found, listed and isolated at any of the service's hosts, as the connector does it", async () => {
      const seen = await run(
        {
          Get: http('GET', 'https://api.securitycenter.microsoft.com/api/machines/sql01.corp.example.com'),
          Regional: http(
            'GET',
            "https://api-eu.securitycenter.windows.com/api/v1.0/machines?$filter=computerDnsName eq 'web01'",
          ),
          Isolate: http(
            'POST',
            'https://api.security.microsoft.com/api/machines/sql01.corp.example.com/isolate',
            { body: { Comment: 'By HTTP', IsolationType: 'Selective' } },
            'https://api.security.microsoft.com',
          ),
          None: http('GET', 'https://api.securitycenter.microsoft.com/api/machines/none'),
        },
        contributor,
      );
      assert.equal((await outputs(seen, 'Get')).body.computerDnsName, 'sql01.corp.example.com');
      assert.deepEqual(names((await outputs(seen, 'Regional')).body), ['web01']);
      const isolated = await outputs(seen, 'Isolate');
      assert.deepEqual([isolated.statusCode, isolated.body.scope], [201, 'Selective'], JSON.stringify(isolated));
      assert.equal((await outputs(seen, 'None')).statusCode, 404);
    });

    test('is not shown to who has no role, nor with a token for another service', async () => {
      const uri = 'https://api.securitycenter.microsoft.com/api/machines/sql01.corp.example.com';
      const stranger = await run({ Get: http('GET', uri) }, undefined);
      assert.equal((await outputs(stranger, 'Get')).statusCode, 403);
      const elsewhere = await run({ Get: http('GET', uri, {}, 'https://management.azure.com/') }, reader);
      assert.equal((await outputs(elsewhere, 'Get')).statusCode, 401);
    });

    test('is not here for what the service alone answers: the action says why', async () => {
      const seen = await run(
        { Hunt: http('POST', 'https://api.security.microsoft.com/api/advancedqueries/run', { body: { Query: 'x' } }) },
        reader,
      );
      const { error } = (await seen.action('Hunt')).properties;
      assert.equal(textOf(error, 'code'), 'WorkflowAuthenticationTypeNotSupported');
      assert.match(textOf(error, 'message'), /exists on this server only/);
    });
  });
});

describe('a managed identity', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const authority = new FakeAuthority();
  const issued: string[] = [];
  const service = new FakeService({
    ...authority.routes(),
    ...defenderForEndpoint((route) => authority.guarded(route), { m1: { id: 'm1', computerDnsName: 'real01' } }),
    'GET /v1/hosts': ({ headers }) => {
      issued.push(headers.authorization ?? '');
      return { body: { value: [] } };
    },
  });
  before(async () => {
    await Promise.all([server.start(), service.start()]);
    await server.call('PUT', `${runsGroup}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => Promise.all([server.remove(), service.stop()]));

  const runOnce = async (name: string, actions: JsonObject): Promise<RunSeen> => {
    const id = await saveConnected(server, [name], actions, { identity: { type: 'SystemAssigned' } });
    return runWorkflow(server, id);
  };

  test('of a connection to a service of Azure is refused with what would help, and nothing is sent', async () => {
    const { statuses } = await connect(server, 'visualstudioteamservices', { parameterValueType: 'Alternative' });
    const [first] = statuses as readonly JsonObject[];
    assert.equal(first?.status, 'Error');
    const seen = await runOnce('visualstudioteamservices', {
      Get: over('visualstudioteamservices', 'get', '/_apis/wit/workitems/1'),
    });
    const { outputs = {} } = await seen.action('Get');
    const { statusCode, body } = outputs as JsonObject;
    assert.equal(statusCode, 401);
    assert.match(JSON.stringify(body), /exists on this server only.*Share a profile of 'visualstudioteamservices'/);
  });

  test("gets the operator's credential for devices where a profile is shared with it, by connector and by HTTP", async () => {
    await connect(server, 'wdatp', { parameterValueSet: { name: 'oauthMI', values: {} } });
    const profile = (more: JsonObject) =>
      server.call('PUT', '/tocsin/v1/connectorProfiles/wdatp', {
        body: {
          ...authority.client,
          tenantId: 'contoso',
          grantType: 'client_credentials',
          tokenUrl: `${service.url}/token`,
          endpoint: service.url,
          ...more,
        },
      });
    const actions = {
      Get: over('wdatp', 'get', '/api/machines/m1'),
      Http: {
        type: 'Http',
        inputs: {
          method: 'POST',
          uri: 'https://api.securitycenter.microsoft.com/api/machines/m1/isolate',
          body: { Comment: 'contained', IsolationType: 'Full' },
          authentication: { type: 'ManagedServiceIdentity', audience: 'https://api.securitycenter.microsoft.com' },
        },
      },
    };
    const answers = async (): Promise<readonly unknown[]> => {
      const seen = await runOnce('wdatp', actions);
      const of = async (name: string) => ((await seen.action(name)).outputs as JsonObject).statusCode;
      return [await of('Get'), await of('Http')];
    };
    await profile({ sharedWith: ['/subscriptions/other'] });
    assert.deepEqual(await answers(), [404, 404], 'the devices are those of the inventory, which has none');
    await profile({ sharedWith: ['/'] });
    assert.deepEqual(await answers(), [200, 201]);
    assert.equal(service.on('POST /api/machines/m1/isolate').length, 1);
    await server.call('DELETE', '/tocsin/v1/connectorProfiles/wdatp');
    assert.deepEqual(await answers(), [404, 404]);
  });

  test('shows a custom service that trusts this server a token made out for it alone', async () => {
    const api = `${runsGroup}/providers/Microsoft.Web/customApis/hosts`;
    const swagger = {
      swagger: '2.0',
      info: { title: 'h', version: '1' },
      host: service.url.replace('http://', ''),
      schemes: ['http'],
      basePath: '/v1',
      paths: { '/hosts': { get: { operationId: 'List', responses: { 200: { description: 'ok' } } } } },
      securityDefinitions: {
        oauth: { type: 'oauth2', flow: 'application', tokenUrl: 'https://login.example.com/token', scopes: {} },
      },
    };
    const put = await server.call('PUT', `${api}?api-version=2016-06-01`, {
      body: { location: 'westeurope', properties: { displayName: 'Hosts', swagger } },
    });
    assert.equal(put.status, 201, put.text);
    await connect(server, 'x', { api: { id: api }, parameterValueType: 'Alternative' }, 'hosts');
    const seen = await runOnce('hosts', { List: over('hosts', 'get', '/hosts') });
    assert.equal(seen.status, 'Succeeded', JSON.stringify(await seen.action('List')));
    const claims = JSON.parse(Buffer.from((issued[0] ?? '').split('.')[1] ?? '', 'base64url').toString()) as JsonObject;
    assert.equal(claims.aud, service.url);
    const reused = await server.call('GET', `${runsGroup}?api-version=2021-04-01`, {
      token: (issued[0] ?? '').replace('Bearer ', ''),
    });
    assert.equal(reused.status, 401, 'the token opens nothing here');
  });
});
