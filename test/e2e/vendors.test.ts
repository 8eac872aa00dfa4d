/** Connectors of vendors and of Office, which published playbooks use by name, against services that behave as theirs do; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { basicOnly, FakeService, headerOnly, member, type FakeRoute } from '../fakes/service.ts';
import { FakeWorkbook } from '../fakes/workbooks.ts';
import { connect, connectionState, over, runOver } from './connector-runs.ts';
import { TocsinServer } from './tocsin-server.ts';

const workbook = new FakeWorkbook(
  ['Ip address', 'Name', 'Port'],
  [
    ['10.0.0.4', 'build', 22],
    ['10.0.0.5', 'web', 443],
  ],
);
const graphOnly = (route: FakeRoute): FakeRoute => headerOnly('authorization', 'Bearer graph-hush', route);
const tickets = new Map<string, JsonObject>();
const zendeskOnly = (route: FakeRoute): FakeRoute => basicOnly('ana@example.com/token', 'zd-hush', route);

const routes: Readonly<Record<string, FakeRoute>> = {
  // The key is the second last segment; a wrong one is told in the body, with 200.
  'GET /(url|ip|email|phone)/{}/{}': ({ query }, [kind = '', key, value = '']) => ({
    body:
      key === 'ipqs-hush'
        ? { success: true, kind, asked: value, strictness: query.get('strictness') }
        : { success: false, message: 'Invalid or unauthorized key.' },
  }),
  'GET /api/databrowser/malware_presence/query/sha1/{}': basicOnly('u/soc', 'rl-hush', ({ query }, [hash]) => ({
    body: { rl: { malware_presence: { status: 'MALICIOUS', sha1: hash ?? '', extended: query.get('extended') } } },
  })),
  'POST /alerts': headerOnly('x-s4-api-key', 's4-hush', ({ body }) => ({
    body: { id: 'a-1', status: 1, ...(body as JsonObject) },
  })),
  'POST /alerts/{}/close': headerOnly('x-s4-api-key', 's4-hush', (_, [id = '']) => ({ body: { id, status: 4 } })),
  'POST /api/v2/tickets.json': zendeskOnly(({ body }) => {
    const ticket: JsonObject = { id: tickets.size + 1, status: 'new', ...member(body, 'ticket') };
    if (ticket.comment === undefined)
      return {
        status: 422,
        body: { error: 'RecordInvalid', details: { base: [{ description: 'Description: cannot be blank' }] } },
      };
    tickets.set(String(tickets.size + 1), ticket);
    return { status: 201, body: { ticket } };
  }),
  'GET /api/v2/tickets.json': zendeskOnly(() => ({ body: { tickets: [...tickets.values()], count: tickets.size } })),
  'PUT /api/v2/tickets/(\\d+).json': zendeskOnly(({ body }, [id = '']) => {
    const ticket = { ...tickets.get(id), ...member(body, 'ticket') };
    return { body: { ticket } };
  }),
  'GET /api/v2/tickets/(\\d+).json': zendeskOnly((_, [id = '']) =>
    tickets.has(id)
      ? { body: { ticket: tickets.get(id) ?? null } }
      : { status: 404, body: { error: 'RecordNotFound' } },
  ),
  'POST /v1/completions': headerOnly('authorization', 'Bearer sk-hush', ({ body }) => ({
    body: { choices: [{ text: 'x', model: (body as JsonObject).model ?? null }] },
  })),
  'GET /restapi/v10.0/Objects/Addresses': headerOnly('x-pan-key', 'pan-hush', ({ query }) => ({
    body: { '@status': 'success', result: { entry: [{ '@name': 'a', '@location': query.get('location') }] } },
  })),
  'PUT /api/v2/cmdb/firewall/addrgrp/{}': headerOnly('authorization', 'Bearer fg-hush', ({ body }, [name = '']) => ({
    body: { status: 'success', mkey: name, member: (body as JsonObject).member ?? null },
  })),
  'POST /api/fmc_platform/v1/auth/generatetoken': basicOnly('api', 'fmc-hush', () => ({
    status: 204,
    headers: { 'x-auth-access-token': 'fmc-token', domain_uuid: 'd-1' },
  })),
  'POST /api/modules/scoring': headerOnly('x-functions-key', 'fn-hush', () => ({ body: { TotalScore: 30 } })),
  'POST /v2/alerts/{}/acknowledge': headerOnly('authorization', 'GenieKey og-hush', (_, [id = '']) => ({
    status: 202,
    body: { result: 'Request will be processed', requestId: id },
  })),
  'POST /incidents/{}/snooze': headerOnly('authorization', 'Token token=pd-hush', ({ body, headers }, [id = '']) => ({
    status: 201,
    body: { incident: { id }, duration: (body as JsonObject).duration ?? null, from: headers.from ?? null },
  })),
  'POST /repos/{}/{}/pulls': headerOnly('authorization', 'Bearer gh-hush', ({ body }, [owner = '']) => ({
    status: 201,
    body: { number: 7, owner, head: (body as JsonObject).head ?? null },
  })),
  'GET /api/v3/domains/{}/votes': headerOnly('x-apikey', 'vt-hush', (_, [domain = '']) => ({
    body: { data: [{ id: domain }] },
  })),
  'GET /v1.0/teams/t-1/schedule/shifts': graphOnly(({ query }) => ({
    body: { value: [{ userId: 'u-1', filter: query.get('$filter') }] },
  })),
  'GET /v1.0/drives/d-1/items/w-1/content': graphOnly(({ query }) =>
    query.get('format') === 'pdf'
      ? { headers: { 'content-type': 'application/pdf' }, body: Buffer.from('%PDF-1.7') }
      : { status: 406 },
  ),
  'POST /v1/rest/(query|mgmt)': headerOnly('authorization', 'Bearer kusto-hush', ({ body }, [place = '']) =>
    (body as JsonObject).csl === 'nonsense'
      ? {
          status: 400,
          body: {
            error: { code: 'BadRequest_SyntaxError', message: "SYN0002: Query could not be parsed at 'nonsense'" },
          },
        }
      : {
          body: {
            Tables: [
              {
                TableName: 'Table_0',
                Columns: [{ ColumnName: 'Place' }, { ColumnName: 'Db' }],
                Rows: [[place, (body as JsonObject).db ?? null]],
              },
              { TableName: 'Table_1', Columns: [{ ColumnName: 'Statistics' }], Rows: [['x']] },
            ],
          },
        },
  ),
  ...workbook.routes('graph-hush', 'd-1', 'x-1', 'Authorized'),
};

describe('a published connector', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const service = new FakeService(routes);
  before(() => Promise.all([server.start(), service.start()]));
  after(() => Promise.all([server.remove(), service.stop()]));

  async function connected(api: string, values: JsonObject, endpoint = true): Promise<void> {
    if (endpoint) await server.call('PUT', `/tocsin/v1/connectorProfiles/${api}`, { body: { endpoint: service.url } });
    await connect(server, api, { parameterValues: values });
    assert.equal((await connectionState(server, api)).overallStatus, 'Connected');
  }

  /** Status and body of one call; no credential shows in what is kept of it. */
  async function answer(
    api: string,
    method: string,
    path: string,
    more: JsonObject = {},
  ): Promise<readonly [Json, Json]> {
    const { outputs, inputs, properties } = await runOver(server, api, over(api, method, path, more));
    assert.doesNotMatch(JSON.stringify([inputs, outputs, properties]), /-hush/);
    return [outputs.statusCode ?? (properties.code as Json), outputs.body ?? (properties.error as Json) ?? null];
  }

  const form = (...fields: readonly (readonly [string, string])[]): JsonObject => ({
    body: {
      '$content-type': 'multipart/form-data',
      $multipart: fields.map(([name, body]) => ({
        body,
        headers: { 'Content-Disposition': `form-data; name="${name}"` },
      })),
    },
  });

  test('asks IPQS by the form that its playbooks send, the key in the path and in no history', async () => {
    await connected('ipqsfraudandriskscor', { api_key: 'ipqs-hush' });
    const url = 'http://bad.example.net/a?b=c';
    assert.deepEqual(await answer('ipqsfraudandriskscor', 'post', '/url', form(['strictness', '1'], ['url', url])), [
      200,
      { success: true, kind: 'url', asked: url, strictness: '1' },
    ]);
    const [, mail] = await answer('ipqsfraudandriskscor', 'post', '/email', { body: { email: 'a@b.example' } });
    assert.equal((mail as JsonObject).asked, 'a@b.example');
    await connected('ipqsfraudandriskscor', { api_key: 'other' });
    const [status, refused] = await answer('ipqsfraudandriskscor', 'post', '/ip', form(['ip', '203.0.113.7']));
    assert.deepEqual([status, (refused as JsonObject).success], [200, false]);
  });

  test('asks ReversingLabs, wakes people by SIGNL4 and has a model of OpenAI answer for an engine that is gone', async () => {
    await connected('reversinglabsintelligence', { username: 'u/soc', password: 'rl-hush' });
    const path = "/api/databrowser/malware_presence/query/@{encodeURIComponent('sha1')}/@{encodeURIComponent('2fd4')}";
    const [status, found] = await answer('reversinglabsintelligence', 'get', path, {
      queries: { extended: true, format: 'json' },
    });
    assert.deepEqual([status, member(member(found, 'rl'), 'malware_presence').sha1], [200, '2fd4']);
    await connected('signl4', { api_key: 's4-hush' });
    const [, alert] = await answer('signl4', 'post', '/alerts', {
      body: { title: 't', text: 'x', severity: 0, flags: 2 },
    });
    assert.deepEqual([(alert as JsonObject).id, (alert as JsonObject).title], ['a-1', 't']);
    assert.deepEqual(await answer('signl4', 'post', '/alerts/a-1/close'), [200, { id: 'a-1', status: 4 }]);
    await connected('openaiip', { api_key: 'sk-hush', model: 'small' });
    const [, text] = await answer('openaiip', 'post', '/v1/engines/text-davinci-003/completions', {
      body: { prompt: 'x' },
    });
    assert.deepEqual(text, { choices: [{ text: 'x', model: 'small' }] });
  });

  test('opens a ticket in Zendesk, which wants its description as a first comment, and changes it', async () => {
    await connected(
      'zendesk',
      { instance: service.url, username: 'ana@example.com/token', password: 'zd-hush' },
      false,
    );
    const items = "/datasets/default/tables/@{encodeURIComponent('tickets')}/items";
    const body = { subject: 's', description: 'd', type: 'incident' };
    const [status, made] = await answer('zendesk', 'post', items, { body });
    assert.deepEqual(
      [status, made],
      [201, { id: 1, status: 'new', subject: 's', type: 'incident', comment: { body: 'd' } }],
    );
    assert.equal(
      ((await answer('zendesk', 'patch', `${items}/1`, { body: { status: 'solved' } }))[1] as JsonObject).status,
      'solved',
    );
    const [, list] = await answer('zendesk', 'get', items);
    assert.equal(((list as JsonObject).value as readonly Json[]).length, 1);
    assert.equal((await answer('zendesk', 'get', `${items}/9`))[0], 404);
    const [code, fault] = await answer('zendesk', 'get', '/datasets/default/tables/views/items');
    assert.match(JSON.stringify([code, fault]), /no table 'views'/);
  });

  test('asks firewalls of three makes with the credential each of them wants', async () => {
    await connected('paloaltoconnector', { host: service.url, api_key: 'pan-hush' }, false);
    const [, listed] = await answer('paloaltoconnector', 'get', '/restapi/v10.0/Objects/Addresses', {
      queries: { location: 'vsys', vsys: 'vsys1' },
    });
    assert.deepEqual(member(listed, 'result').entry, [{ '@name': 'a', '@location': 'vsys' }]);
    await connected('fortinetconnector', { host: service.url, api_key: 'fg-hush' }, false);
    const put = await answer(
      'fortinetconnector',
      'put',
      "/api/v2/cmdb/firewall/addrgrp/@{encodeURIComponent('blocked')}",
      { body: { member: [{ name: 'a' }] } },
    );
    assert.deepEqual(put, [200, { status: 'success', mkey: 'blocked', member: [{ name: 'a' }] }]);
    await connected('ciscofirepowerconnector', { host: service.url, username: 'api', password: 'fmc-hush' }, false);
    const { outputs } = await runOver(
      server,
      'ciscofirepowerconnector',
      over('ciscofirepowerconnector', 'post', '/api/fmc_platform/v1/auth/generatetoken'),
    );
    assert.deepEqual([outputs.statusCode, JSON.stringify(outputs.headers).includes('fmc-token')], [204, true]);
    await connected('sentineltriageassistantv2', { functionApp: service.url, api_key: 'fn-hush' }, false);
    assert.deepEqual(await answer('sentineltriageassistantv2', 'post', '/api/modules/scoring', { body: {} }), [
      200,
      { TotalScore: 30 },
    ]);
  });

  test('goes on with what was begun: acknowledges, snoozes, proposes a change, asks for votes', async () => {
    await connected('opsgenie', { api_key: 'og-hush' });
    assert.equal((await answer('opsgenie', 'post', '/v2/alerts/a-1/acknowledge', { body: { user: 'soc' } }))[0], 202);
    await connected('pagerduty', { api_key: 'pd-hush' });
    const headers = { From: 'ana@example.com' };
    const snoozed = await answer('pagerduty', 'post', '/incidents/P1/snooze', { body: { duration: 3600 }, headers });
    assert.deepEqual(snoozed, [201, { incident: { id: 'P1' }, duration: 3600, from: 'ana@example.com' }]);
    await connected('github', { token: 'gh-hush' });
    const pull = await answer('github', 'post', '/repos/contoso/soc/pulls', {
      body: { title: 't', head: 'fix', base: 'main' },
    });
    assert.deepEqual(pull, [201, { number: 7, owner: 'contoso', head: 'fix' }]);
    await connected('virustotal', { api_key: 'vt-hush' });
    const votes = await answer('virustotal', 'get', "/api/v3/domains/@{encodeURIComponent('bad.example.net')}/votes");
    assert.deepEqual(votes, [200, { data: [{ id: 'bad.example.net' }] }]);
  });

  test('reads and changes rows of a workbook by the value of a column; a row that is not there is a 404', async () => {
    await connected('excelonlinebusiness', { token: 'graph-hush' });
    const items =
      "/drives/@{encodeURIComponent('d-1')}/files/@{encodeURIComponent('x-1')}/tables/@{encodeURIComponent('Authorized')}/items";
    const by = { queries: { source: 'me', idColumn: 'IP address' } };
    assert.deepEqual(await answer('excelonlinebusiness', 'get', `${items}/@{encodeURIComponent('10.0.0.5')}`, by), [
      200,
      { ItemInternalId: '1', 'Ip address': '10.0.0.5', Name: 'web', Port: '443' },
    ]);
    assert.equal((await answer('excelonlinebusiness', 'get', `${items}/10.9.9.9`, by))[0], 404);
    await answer('excelonlinebusiness', 'post', items, {
      queries: { source: 'me' },
      body: { Name: 'new', 'ip address': '10.0.0.6', Other: 1 },
    });
    await answer('excelonlinebusiness', 'patch', `${items}/10.0.0.4`, { ...by, body: { Port: 2222 } });
    await answer('excelonlinebusiness', 'delete', `${items}/10.0.0.5`, by);
    assert.deepEqual(workbook.rows, [
      ['10.0.0.4', 'build', 2222],
      ['10.0.0.6', 'new', null],
    ]);
    const [status, list] = await answer('excelonlinebusiness', 'get', items, { queries: { source: 'me' } });
    assert.deepEqual([status, ((list as JsonObject).value as readonly Json[]).length], [200, 2]);
    assert.match(
      JSON.stringify(await answer('excelonlinebusiness', 'get', `${items}/x`, { queries: { idColumn: 'None' } })),
      /no column 'None'/,
    );
  });

  test('lists the shifts of a time, makes a document a PDF, and says plainly what Word cannot do', async () => {
    await connected('shifts', { token: 'graph-hush' });
    const queries = { startTime: '2026-11-20T00:00:00Z', endTime: '2026-11-21T00:00:00Z' };
    const [, found] = await answer('shifts', 'get', '/v1.0/teams/t-1/schedule/shifts', { queries });
    const filter =
      'sharedShift/startDateTime ge 2026-11-20T00:00:00Z and sharedShift/endDateTime le 2026-11-21T00:00:00Z';
    assert.deepEqual((found as JsonObject).value, [{ userId: 'u-1', filter }]);
    await connected('wordonlinebusiness', { token: 'graph-hush' });
    const convert = { queries: { source: 'me', drive: 'd-1', file: 'w-1', format: 'PDF' } };
    const [status, pdf] = await answer('wordonlinebusiness', 'get', '/api/templates/convertFile', convert);
    assert.deepEqual([status, (pdf as JsonObject)['$content-type']], [200, 'application/pdf']);
    const fill = { queries: { source: 'me', drive: 'd-1', file: 'w-1' }, body: { '-1': 'x' } };
    assert.match(
      JSON.stringify(await answer('wordonlinebusiness', 'post', '/api/templates/getFile', fill)),
      /ConnectorNotSupported/,
    );
  });

  test('asks the cluster of Azure Data Explorer that the call names, and no other host with its credential', async () => {
    await connected('kusto', { token: 'kusto-hush' });
    const ask = (body: JsonObject): Promise<readonly [Json, Json]> =>
      answer('kusto', 'post', '/ListKustoResults/false', { body });
    const cluster = 'https://help.kusto.windows.net';
    assert.deepEqual(await ask({ cluster, db: 'Samples', csl: 'T | take 1' }), [
      200,
      { value: [{ Place: 'query', Db: 'Samples' }] },
    ]);
    assert.deepEqual(await ask({ cluster, db: 'Samples', csl: '.show tables' }), [
      200,
      { value: [{ Place: 'mgmt', Db: 'Samples' }] },
    ]);
    const [status, fault] = await ask({ cluster, db: 'Samples', csl: 'nonsense' });
    assert.deepEqual([status, member(fault, 'error').code], [400, 'BadRequest_SyntaxError']);
    await server.call('DELETE', '/tocsin/v1/connectorProfiles/kusto');
    const asked = service.requests.length;
    assert.match(
      JSON.stringify(await ask({ cluster: service.url, db: 'S', csl: 'T' })),
      /is no cluster of Azure Data Explorer/,
    );
    assert.match(
      JSON.stringify(await ask({ cluster: 'https://x.kusto.windows.net.evil.example', db: 'S', csl: 'T' })),
      /is no cluster/,
    );
    assert.equal(service.requests.length, asked);
  });
});
