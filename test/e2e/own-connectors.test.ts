/** Custom connectors out of OpenAPI documents, storage and log tables of this server, syslog: no sandbox. */
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { FakeService, headerOnly } from '../fakes/service.ts';
import { connect, connectionId, connectionState, over, runOver } from './connector-runs.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';
import { runsGroup } from './workflow-runs.ts';

const account = `${runsGroup}/providers/Microsoft.Storage/storageAccounts/socstore`;

describe('a connector', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const service = new FakeService({
    'GET /v1/hosts/{}': headerOnly('x-vendor-key', 'vendor-hush', (_, [name]) => ({
      body: { name: name ?? '', risk: 3 },
    })),
    'POST /in': () => ({ status: 202 }),
  });
  before(async () => {
    await Promise.all([server.start(), service.start()]);
    await server.call('PUT', `${runsGroup}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => Promise.all([server.remove(), service.stop()]));

  const answer = async (
    name: string,
    action: JsonObject,
  ): Promise<{ readonly status: unknown; readonly body: JsonObject; readonly shown: string }> => {
    const { outputs, inputs, properties } = await runOver(server, name, action);
    return {
      status: outputs.statusCode,
      body: (outputs.body ?? {}) as JsonObject,
      shown: JSON.stringify([inputs, outputs, properties]),
    };
  };

  for (const version of ['2.0', '3.0.3']) {
    test(`is made of an OpenAPI ${version} document, and calls what it describes with the connection's key`, async () => {
      const operation = {
        operationId: 'GetHost',
        summary: 'Get a host',
        parameters: [{ name: 'host', in: 'path', required: true, type: 'string', schema: { type: 'string' } }],
        responses: {
          200:
            version === '2.0'
              ? { schema: { $ref: '#/definitions/Host' } }
              : {
                  description: 'ok',
                  content: { 'application/json': { schema: { $ref: '#/components/schemas/Host' } } },
                },
        },
      };
      const host = { type: 'object', properties: { name: { type: 'string' }, risk: { type: 'integer' } } };
      const key = { type: 'apiKey', in: 'header', name: 'X-Vendor-Key' };
      const swagger: JsonObject =
        version === '2.0'
          ? {
              swagger: version,
              info: { title: 'v', version: '1' },
              host: service.url.replace('http://', ''),
              schemes: ['http'],
              basePath: '/v1',
              paths: { '/hosts/{host}': { get: operation } },
              definitions: { Host: host },
              securityDefinitions: { key },
            }
          : {
              openapi: version,
              info: { title: 'v', version: '1' },
              servers: [{ url: `${service.url}/v1` }],
              paths: { '/hosts/{host}': { get: operation } },
              components: { schemas: { Host: host }, securitySchemes: { key } },
            };
      const name = `vendor-${version.slice(0, 1)}`;
      const api = `${runsGroup}/providers/Microsoft.Web/customApis/${name}`;
      const refused = await server.call('PUT', `${api}?api-version=2016-06-01`, {
        body: { location: 'westeurope', properties: { swagger: { ...swagger, paths: null } } },
      });
      assert.deepEqual([refused.status, (refused.body.error as JsonObject).code], [400, 'InvalidRequestContent']);
      const put = await server.call('PUT', `${api}?api-version=2016-06-01`, {
        body: { location: 'westeurope', properties: { displayName: 'Vendor', swagger } },
      });
      assert.equal(put.status, 201, put.text);
      assert.deepEqual(Object.keys((put.body.properties as JsonObject).connectionParameters as JsonObject), [
        'api_key',
      ]);
      await connect(server, 'x', { api: { id: api } }, name);
      assert.equal((await connectionState(server, name)).overallStatus, 'Error');
      await connect(server, 'x', { api: { id: api }, parameterValues: { api_key: 'vendor-hush' } }, name);
      const read = await answer(name, over(name, 'get', "/hosts/@{encodeURIComponent('a b')}"));
      assert.deepEqual([read.status, read.body], [200, { name: 'a b', risk: 3 }], read.shown);
      assert.doesNotMatch(read.shown, /vendor-hush/);
      assert.equal((await answer(name, over(name, 'get', '/elsewhere'))).status, 404);
      await server.call('POST', '/tocsin/v1/connections/sandbox', {
        body: { connectionId: connectionId(name), enabled: true },
      });
      const example = await answer(name, over(name, 'get', '/hosts/x'));
      assert.deepEqual(example.body, { name: 'text', risk: 0 });
    });
  }

  test('is described to designers: parameters, operations, and as an OpenAPI document', async () => {
    const apis = `${subscription}/providers/Microsoft.Web/locations/westeurope/managedApis`;
    const { body } = await server.call('GET', `${apis}/teams?api-version=2016-06-01`);
    const properties = body.properties as JsonObject;
    assert.equal(textOf((properties.connectionParameters as JsonObject).token, 'type'), 'oauthSetting');
    assert.match(JSON.stringify(properties.connectionParameterSets), /webhookUrl/);
    const operations = await server.call('GET', `${apis}/office365/apiOperations?api-version=2016-06-01`);
    assert.ok((operations.body.value ?? []).some(({ name }) => name === 'SendApprovalMail'));
    const places = `${subscription}/providers/Microsoft.Web/locations/westeurope/apiOperations?api-version=2016-06-01`;
    const pages = await Promise.all([
      server.call('GET', `${places}&$top=1000`),
      server.call('GET', `${places}&$top=1`),
      server.call('GET', `${places}&$filter=type eq 'Microsoft.Web/customApis/apiOperations'`),
    ]);
    const [whole, first, custom] = pages.map((page) => page.body);
    assert.ok((whole?.value?.length ?? 0) > 200 && whole?.nextLink === undefined);
    assert.ok(first?.value?.length === 1 && first.nextLink !== undefined);
    assert.deepEqual(
      custom?.value?.map(({ name, properties }) => [
        name,
        textOf((properties as JsonObject).api as JsonObject, 'name'),
      ]),
      [
        ['GetHost', 'vendor-2'],
        ['GetHost', 'vendor-3'],
      ],
    );
    const exported = await server.call('GET', `${apis}/jira?api-version=2016-06-01&export=true`);
    assert.ok('/{connectionId}/issue' in (exported.body.paths as JsonObject));
  });

  test('keeps table entities and blobs of an account of the inventory, for its keys only', async () => {
    const made = await server.call('PUT', `${account}?api-version=2022-09-01`, {
      body: { location: 'westeurope', sku: { name: 'Standard_LRS' }, kind: 'StorageV2', properties: {} },
    });
    assert.ok(made.status < 300, made.text);
    const { body } = await server.call('POST', `${account}/listKeys?api-version=2022-09-01`);
    const key = textOf((body.keys as readonly JsonObject[])[0], 'value');
    await connect(server, 'azuretables', { parameterValues: { storageaccount: 'socstore', sharedkey: key } });
    await connect(server, 'azureblob', { parameterValues: { accountName: 'socstore', accessKey: key } });
    const entity =
      "/v2/storageAccounts/@{encodeURIComponent(encodeURIComponent('socstore'))}/tables/@{encodeURIComponent('paths')}/entities";
    const one = `${entity}(PartitionKey='@{encodeURIComponent('p')}',RowKey='@{encodeURIComponent('r 1')}')`;
    const call = (method: string, path: string, more: JsonObject = {}) =>
      answer('azuretables', over('azuretables', method, path, more));
    assert.equal((await call('get', one)).status, 404);
    const created = await call('post', entity, { body: { PartitionKey: 'p', RowKey: 'r 1', Value: 'x' } });
    assert.equal(created.status, 201, created.shown);
    assert.equal((await call('post', entity, { body: { PartitionKey: 'p', RowKey: 'r 1' } })).status, 409);
    assert.equal((await call('patch', one, { body: { More: 'y' } })).status, 204);
    const { body: read } = await call('get', one);
    assert.deepEqual([read.Value, read.More], ['x', 'y']);
    await call('post', entity, { body: { PartitionKey: 'p', RowKey: 'r 2', Value: 'X', Count: 7 } });
    const rows = async (filter: string) => {
      const queries = { $filter: filter, $select: 'RowKey' };
      const { status, body: page } = await call('get', entity, { queries });
      return status === 200 ? (page.value as readonly JsonObject[]).map((row) => row.RowKey) : status;
    };
    assert.deepEqual(await rows("PartitionKey eq 'p' and Value eq 'x'"), ['r 1'], 'texts differ by case');
    assert.deepEqual(await rows("Count ge 7L and Timestamp gt datetime'2020-01-01T00:00:00Z'"), ['r 2']);
    assert.deepEqual(await rows("Nothing eq 'x'"), []);
    assert.deepEqual(await rows('PartitionKey eq'), 400);
    const files = "/v2/datasets/@{encodeURIComponent(encodeURIComponent('socstore'))}";
    const put = await answer(
      'azureblob',
      over('azureblob', 'post', `${files}/files`, { body: 'a,b', queries: { folderPath: '/reports', name: 'x.csv' } }),
    );
    assert.deepEqual([put.status, put.body.Path, put.body.Size], [200, '/reports/x.csv', 3], put.shown);
    const content = await runOver(
      server,
      'azureblob',
      over(
        'azureblob',
        'get',
        `${files}/files/@{encodeURIComponent(encodeURIComponent('${textOf(put.body, 'Id')}'))}/content`,
      ),
    );
    assert.equal(content.outputs.body, 'a,b');
    await connect(
      server,
      'azureblob',
      { parameterValues: { accountName: 'socstore', accessKey: 'bm90LWEta2V5' } },
      'thief',
    );
    assert.equal((await answer('thief', over('thief', 'get', `${files}/foldersV2/L3JlcG9ydHM=`))).status, 403);
  });

  test('speaks syslog and posts to a webhook, one line whatever the alert holds', async () => {
    const lines: string[] = [];
    const sink = createServer((socket) => socket.on('data', (data) => lines.push(data.toString())));
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    try {
      await connect(server, 'syslog', {
        parameterValues: { host: '127.0.0.1', port: (sink.address() as AddressInfo).port },
      });
      const sent = await answer(
        'syslog',
        over('syslog', 'post', '/cef', {
          body: { name: 'Brute|force', severity: 9, extension: { msg: 'a=b\nc', src: '203.0.113.7' } },
        }),
      );
      assert.equal(sent.status, 200, sent.shown);
      const line = await server.eventually(async () => lines[0], 'the message');
      assert.match(
        line,
        /^\d+ <133>1 \S+ tocsin tocsin - - - CEF:0\|Tocsin\|Tocsin\|1\|alert\|Brute\\\|force\|9\|msg=a\\=b\\nc src=203\.0\.113\.7$/,
      );
    } finally {
      sink.close();
    }
    await connect(server, 'webhook', { parameterValues: { url: `${service.url}/in?key=hook-hush` } });
    const posted = await answer('webhook', over('webhook', 'post', '/post', { body: { a: 1 } }));
    assert.equal(posted.status, 202, posted.shown);
    assert.doesNotMatch(posted.shown + JSON.stringify(await connectionState(server, 'webhook')), /hook-hush/);
  });

  test('keeps a key that a template puts among its other values as secret as the rest', async () => {
    await server.call('PUT', '/tocsin/v1/connectorProfiles/virustotal', { body: { endpoint: service.url } });
    const shown = await connect(server, 'virustotal', { customParameterValues: { api_key: 'vt-hush', other: 'x' } });
    assert.deepEqual(shown.customParameterValues, { other: 'x' });
    assert.equal(shown.overallStatus, 'Connected');
    assert.doesNotMatch(JSON.stringify(await connectionState(server, 'virustotal')), /vt-hush/);
  });

  test('that nobody here can carry out says so, and what does not answer is left alone', async () => {
    await connect(server, 'securitycopilot', { parameterValues: { token: 'x' } });
    const { properties } = await runOver(
      server,
      'securitycopilot',
      over('securitycopilot', 'post', '/process-prompt', { body: {} }),
    );
    assert.equal(textOf(properties.error, 'code'), 'ConnectorNotSupported');
    assert.match(textOf(properties.error, 'message'), /Security Copilot/);
    const metrics = await server.call('GET', '/metrics');
    assert.match(metrics.text, /tocsin_outbound_circuits_open 0/);
    assert.equal((await server.call('GET', '/tocsin/v1/outbound')).status, 200);
  });
});
