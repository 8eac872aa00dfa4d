/** What clients of `Microsoft.Web` do with connections besides running workflows over them; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Json, type JsonObject, memberOf } from '#foundation';
import { FakeService, headerOnly } from '../fakes/service.ts';
import { connect, connectionId, connectionState, over, runOver } from './connector-runs.ts';
import { type Reply, subscription, textOf, TocsinServer } from './tocsin-server.ts';
import { runsGroup } from './workflow-runs.ts';

const version = 'api-version=2018-07-01-preview';

describe('a connection', () => {
  const server = new TocsinServer(['--empty']);
  const guarded = (route: Parameters<typeof headerOnly>[2]) => headerOnly('x-apikey', 'vt-hush', route);
  const service: FakeService = new FakeService({
    'GET /api/v3/ip_addresses/{}': guarded(({ query }, [address = '']) => {
      if (address === 'all') {
        const page = Number(query.get('page') ?? '0');
        const next = page < 2 ? { nextLink: `${service.url}/api/v3/ip_addresses/all?page=${page + 1}` } : {};
        return { body: { value: [{ page }], ...next } };
      }
      return { body: { data: { id: address, note: query.get('x') } } };
    }),
    'POST /api/v3/urls': guarded(({ body }) => ({ status: 201, headers: { 'x-made': 'yes' }, body: { made: body } })),
  });

  before(async () => {
    await Promise.all([server.start(), service.start()]);
    await server.call('PUT', '/tocsin/v1/connectorProfiles/virustotal', { body: { endpoint: service.url } });
    await connect(server, 'virustotal', { parameterValues: { api_key: 'vt-hush' } });
  });
  after(() => Promise.all([server.remove(), service.stop()]));

  const post = (operation: string, body: Json, name = 'virustotal'): Promise<Reply> =>
    server.call('POST', `${connectionId(name)}/${operation}?${version}`, { body });
  const responseOf = ({ body }: Reply): JsonObject => body.response as JsonObject;

  test('is asked for values by a designer, in the words of its connector, and no further', async () => {
    const request = { method: 'get', path: '/api/v3/ip_addresses/203.0.113.7', queries: { x: '1' } };
    for (const operation of ['dynamicInvoke', 'dynamicList', 'dynamicProperties', 'dynamicTree']) {
      const response = responseOf(await post(operation, { request }));
      assert.equal(response.statusCode, 'OK', JSON.stringify(response));
      assert.deepEqual(response.body, { data: { id: '203.0.113.7', note: '1' } });
    }
    await connect(server, 'jira', { parameterValues: { jirainstance: service.url, username: 'a', password: 'b' } });
    const elsewhere = { request: { method: 'GET', path: '/rest/elsewhere' } };
    const unknown = responseOf(await post('dynamicInvoke', elsewhere, 'jira'));
    assert.deepEqual([unknown.statusCode, memberOf(unknown.body, 'message')], ['NotFound', 'Resource not found']);
    assert.equal((await post('dynamicInvoke', { request: { method: 'GET', path: `${service.url}/x` } })).status, 400);
    assert.equal((await post('dynamicInvoke', { request: { method: 'GET', path: '//example.com/x' } })).status, 400);
    const seen = service.on('GET /api/v3/ip_addresses/203.0.113.7')[0];
    assert.doesNotMatch(JSON.stringify(seen?.headers), /x-ms-workflow-run-id":"CU/);
  });

  test('answers the pages of a list as one', async () => {
    const request = { method: 'GET', path: '/api/v3/ip_addresses/all' };
    const response = responseOf(await post('dynamicInvoke', { request }));
    assert.deepEqual(response.body, { value: [{ page: 0 }, { page: 1 }, { page: 2 }] });
  });

  test('asks nobody for a client what only workflows ask for', async () => {
    await connect(server, 'office365', { parameterValues: { serverAddress: '127.0.0.1' } });
    const request = { method: 'POST', path: '/approvalmail/$subscriptions', body: {} };
    const response = responseOf(await post('dynamicInvoke', { request }, 'office365'));
    assert.equal(response.statusCode, 'BadRequest', JSON.stringify(response));
  });

  test('answers what of this server its identity may choose from', async () => {
    const made = await server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'lists-app', type: 'ServicePrincipal' },
    });
    const parameterValues = {
      'token:clientId': textOf(made.body, 'appId'),
      'token:clientSecret': textOf(made.body.secret, 'value'),
      'token:TenantId': '00000000-0000-4000-8000-000000000000',
      'token:grantType': 'client_credentials',
    };
    const parameterValueSet = {
      name: 'servicePrincipal',
      values: Object.fromEntries(Object.entries(parameterValues).map(([name, value]) => [name, { value }])),
    };
    await connect(server, 'azuremonitorlogs', { parameterValueSet });
    const subscriptionId = subscription.split('/')[2] ?? '';
    const groups = { request: { method: 'GET', path: `/lists/subscriptions/${subscriptionId}/resourceGroups` } };
    const before = responseOf(await post('dynamicInvoke', groups, 'azuremonitorlogs'));
    assert.deepEqual(before.body, { value: [] });
    const reader = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
    await server.call(
      'PUT',
      `${subscription}/providers/Microsoft.Authorization/roleAssignments/6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b77?api-version=2022-04-01`,
      { body: { properties: { roleDefinitionId: reader, principalId: textOf(made.body, 'objectId') } } },
    );
    const { statusCode, body } = responseOf(await post('dynamicInvoke', groups, 'azuremonitorlogs'));
    assert.equal(statusCode, 'OK', JSON.stringify(body));
    assert.match(JSON.stringify(body), new RegExp(`"name":"${runsGroup.split('/').at(-1) ?? ''}"`));
  });

  test('says how to test it, by a link and by a request', async () => {
    const state = await connectionState(server, 'virustotal');
    const [link] = state.testLinks as readonly JsonObject[];
    assert.notEqual((await server.call('GET', textOf(link, 'requestUri'))).status, 401);
    const [request] = state.testRequests as readonly JsonObject[];
    await connect(server, 'virustotal', {}, 'empty');
    const of = async (name: string): Promise<unknown> => {
      const uri = textOf(request, 'requestUri').replace('/virustotal/', `/${name}/`);
      return responseOf(await server.call('POST', uri, { body: request?.body as Json })).statusCode;
    };
    assert.equal(await of('empty'), 'Unauthorized');
    const proxied = await server.call(
      'GET',
      `${connectionId('virustotal')}/extensions/proxy/api/v3/ip_addresses/203.0.113.9?x=2&${version}`,
    );
    assert.deepEqual(proxied.body, { data: { id: '203.0.113.9', note: '2' } });
  });

  describe('at its runtime URL', () => {
    let runtime = '';
    before(async () => {
      const id = `${subscription}/providers/Microsoft.Web/locations/westeurope/managedApis/virustotal`;
      const body = {
        location: 'westeurope',
        kind: 'V2',
        properties: { api: { id }, parameterValues: { api_key: 'vt-hush' } },
      };
      const saved = await server.call('PUT', `${connectionId('outside')}?${version}`, { body });
      assert.equal(saved.body.kind, 'V2', saved.text);
      runtime = textOf(saved.body.properties, 'connectionRuntimeUrl');
    });

    const ask = (authorization: string, url = runtime): Promise<Response> =>
      fetch(`${url}/api/v3/urls?y=%2F`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) },
        body: '{"url":"https://example.com"}',
      });

    test('takes a key, for that connection and until it ends', async () => {
      const { body } = await post('listConnectionKeys', { validityTimeSpan: '1.00:00:00' }, 'outside');
      const key = textOf(body, 'connectionKey');
      assert.ok(Date.parse(textOf(body, 'expires')) - Date.now() < 86_400_000);
      assert.doesNotMatch(JSON.stringify(body), /vt-hush/);
      const answer = await ask(`Key ${key}`);
      assert.equal(answer.status, 201);
      assert.equal(answer.headers.get('x-made'), 'yes');
      assert.deepEqual(await answer.json(), { made: { url: 'https://example.com' } });
      assert.equal(service.on('POST /api/v3/urls').at(-1)?.query.get('y'), '/');
      const other = runtime.replace(/[^/]+$/, Buffer.from(connectionId('virustotal')).toString('base64url'));
      for (const [wrong, url] of [
        [`Key ${key}`, other],
        [`Key zzzzzzzzz.${key.split('.')[1] ?? ''}`, runtime],
        [`Key ${key.slice(0, -2)}`, runtime],
        ['', runtime],
        [`Key ${key}`, `${runtime}x`],
      ] as const) {
        assert.equal((await ask(wrong, url)).status, 401, `${wrong} ${url}`);
      }
      assert.equal((await post('listConnectionKeys', { validityTimeSpan: '900.00:00:00' }, 'outside')).status, 400);
    });

    test('lets in the identities that its access policies name, and no others', async () => {
      const made = await server.call('POST', '/tocsin/v1/principals', {
        body: { displayName: 'standard-app', type: 'ServicePrincipal' },
      });
      const objectId = textOf(made.body, 'objectId');
      const tenantId = '00000000-0000-4000-8000-000000000000';
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: textOf(made.body, 'appId'),
        client_secret: textOf(made.body.secret, 'value'),
        scope: 'https://management.azure.com/.default',
      });
      const token = await server.call('POST', `/${tenantId}/oauth2/v2.0/token`, {
        text: form.toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        token: null,
      });
      const bearer = `Bearer ${textOf(token.body, 'access_token')}`;
      assert.equal((await ask(bearer)).status, 401);
      const policies = `${connectionId('outside')}/accessPolicies`;
      const body = { properties: { principal: { type: 'ActiveDirectory', identity: { tenantId, objectId } } } };
      const put = await server.call('PUT', `${policies}/standard-app?${version}`, { body });
      assert.equal(put.status, 201, put.text);
      assert.equal((await ask(bearer)).status, 201);
      const listed = await server.call('GET', `${policies}?${version}`);
      assert.deepEqual(
        listed.body.value?.map(({ name }) => name),
        ['standard-app'],
      );
      assert.equal((await server.call('DELETE', `${policies}/standard-app?${version}`)).status, 200);
      assert.equal((await ask(bearer)).status, 401);
      assert.equal((await server.call('GET', `${policies}/standard-app?${version}`)).status, 404);
      const first = await server.call('PUT', `${connectionId('virustotal')}/accessPolicies/x?${version}`, { body });
      assert.equal(first.status, 400, 'connections of the first kind have none');
      await server.call('PUT', `${policies}/again?${version}`, { body });
      await server.call('DELETE', `${connectionId('outside')}?${version}`);
      await server.call('PUT', `${connectionId('outside')}?${version}`, {
        body: { location: 'westeurope', kind: 'V2', properties: { api: { name: 'virustotal' } } },
      });
      assert.deepEqual((await server.call('GET', `${policies}?${version}`)).body.value, [], 'gone with the connection');
    });
  });

  test('is found by what designers filter by', async () => {
    const names = async (filter: string): Promise<unknown> => {
      const path = `${runsGroup}/providers/Microsoft.Web/connections`;
      const { body } = await server.call('GET', `${path}?${version}&$filter=${encodeURIComponent(filter)}`);
      return body.value?.map(({ name }) => name);
    };
    assert.deepEqual(await names("Location eq 'westeurope' and ManagedApiName eq 'office365' and Kind eq 'V1'"), [
      'office365',
    ]);
    assert.deepEqual(await names("Location eq 'northeurope' and ManagedApiName eq 'office365'"), []);
    assert.deepEqual(await names("properties/integrationServiceEnvironmentResourceId eq null and Kind eq 'V2'"), [
      'outside',
    ]);
  });

  test('waits as its profile says, in place of the usual limit', async () => {
    const profile = (throttle: Json) =>
      server.call('PUT', '/tocsin/v1/connectorProfiles/greynoise', { body: { endpoint: service.url, throttle } });
    assert.equal((await profile({ calls: 0, seconds: 1 })).status, 400);
    assert.deepEqual((await profile({ calls: 1, seconds: 1 })).body.throttle, { calls: 1, seconds: 1 });
    await connect(server, 'greynoise', { parameterValues: { api_key: 'gn-hush' } });
    const began = Date.now();
    for (let call = 0; call < 3; call += 1)
      await runOver(server, 'greynoise', over('greynoise', 'get', '/v3/community/203.0.113.7'));
    assert.ok(Date.now() - began >= 2_000, `${Date.now() - began} ms`);
  });

  test('belongs to a catalogue that is searched by operation, and exported', async () => {
    const place = `${subscription}/providers/Microsoft.Web/locations/westeurope`;
    const filter = encodeURIComponent("type eq 'x' and properties/trigger eq null");
    const ids: string[] = [];
    for (let next = `${place}/apiOperations?${version}&$filter=${filter}`; next !== ''; ) {
      const { body } = await server.call('GET', next);
      ids.push(...(body.value ?? []).map((one) => textOf(one, 'id')));
      next = body.nextLink === undefined ? '' : textOf(body, 'nextLink');
    }
    assert.ok(ids.includes(`${place}/managedApis/teams/apiOperations/PostMessageToChannelV3`));
    assert.ok(!ids.some((id) => id.endsWith('/ascalert_subscribe')), 'triggers are no actions');
  });

  test('of a custom connector: changed, exported and moved; WSDL is refused with a reason', async () => {
    const api = `${runsGroup}/providers/Microsoft.Web/customApis/own`;
    const swagger = {
      swagger: '2.0',
      info: { title: 'own', version: '1' },
      host: 'example.com',
      paths: { '/things': { get: { operationId: 'ListThings', responses: { 200: { description: 'ok' } } } } },
    };
    await server.call('PUT', `${api}?api-version=2016-06-01`, {
      body: { location: 'westeurope', properties: { displayName: 'Own', swagger } },
    });
    const patched = await server.call('PATCH', `${api}?api-version=2016-06-01`, {
      body: { tags: { a: 'b' }, properties: { displayName: 'Renamed' } },
    });
    assert.equal(memberOf(patched.body.properties, 'displayName'), 'Renamed', patched.text);
    const exported = await server.call('GET', `${api}?api-version=2016-06-01&export=true`);
    assert.deepEqual(Object.keys(exported.body.paths as JsonObject), ['/{connectionId}/things']);
    const to = api.replace(/own$/, 'elsewhere');
    const moved = await server.call('POST', `${api}/move?api-version=2016-06-01`, { body: { id: to } });
    assert.equal(moved.status, 202, moved.text);
    assert.equal((await server.call('GET', `${api}?api-version=2016-06-01`)).status, 404);
    assert.equal((await server.call('GET', moved.headers.get('location') ?? '')).body.id, to);
    for (const operation of ['listWsdlInterfaces', 'extractApiDefinitionFromWsdl']) {
      const path = `${subscription}/providers/Microsoft.Web/locations/westeurope/${operation}`;
      const refused = await server.call('POST', `${path}?api-version=2016-06-01`, { body: { url: 'https://x/?wsdl' } });
      assert.equal(memberOf(refused.body.error as Json, 'code'), 'NotSupported');
      assert.match(refused.text, /OpenAPI/);
    }
  });
});
