/** Files of OneDrive and SharePoint, and vendors' threat intelligence, against services that behave as theirs do; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { FakeDrives } from '../fakes/drives.ts';
import { basicOnly, FakeService, headerOnly } from '../fakes/service.ts';
import { connect, connectionState, over, runOver } from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';

const site = "/datasets/@{encodeURIComponent(encodeURIComponent('https://contoso.sharepoint.com/sites/soc'))}";

describe('a document', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const drives = new FakeDrives('graph-hush');
  const lines = ['{"cond":"begin"}', '{"obj":{"rrname":"a.example.","rrtype":"A"}}', '{"cond":"succeeded"}'];
  const service: FakeService = new FakeService({
    ...drives.routes(() => service.url),
    'GET /fusion/files/': headerOnly('x-rftoken', 'rf-hush', ({ query }) => ({
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(JSON.stringify([{ Name: query.get('path'), Risk: '89' }])),
    })),
    'GET /ip/{}': headerOnly('x-rftoken', 'rf-hush', (_, [ip]) => ({
      body: { data: { risk: { score: 89 }, ip: ip ?? '' } },
    })),
    'GET /reputation': basicOnly('soc@example.com', 'pt-hush', ({ query }) => ({
      body: { score: 95, classification: 'MALICIOUS', query: query.get('query') },
    })),
    'POST /whois/email': headerOnly('x-api-key', 'hyas-hush', ({ body }) => ({ body: [{ asked: body }] })),
    'GET /lookup/rrset/name/{}/{}': headerOnly('x-api-key', 'ddb-hush', ({ headers }) =>
      headers.accept === 'application/x-ndjson'
        ? { headers: { 'content-type': 'application/x-ndjson' }, body: lines.join('\n') }
        : { status: 406 },
    ),
  });
  before(() => Promise.all([server.start(), service.start()]));
  after(() => Promise.all([server.remove(), service.stop()]));

  async function connected(api: string, values: JsonObject): Promise<void> {
    await server.call('PUT', `/tocsin/v1/connectorProfiles/${api}`, { body: { endpoint: service.url } });
    await connect(server, api, { parameterValues: values });
    assert.equal((await connectionState(server, api)).overallStatus, 'Connected');
  }

  async function answer(
    api: string,
    method: string,
    path: string,
    more: JsonObject = {},
  ): Promise<{ readonly status: Json | undefined; readonly body: Json; readonly shown: string }> {
    const { outputs, inputs, properties } = await runOver(server, api, over(api, method, path, more));
    const shown = JSON.stringify([inputs, outputs, properties]);
    assert.doesNotMatch(shown, /-hush/);
    return { status: outputs.statusCode, body: outputs.body ?? null, shown };
  }

  test('is put into a library of a SharePoint site, read back byte for byte, listed, shared and deleted', async () => {
    await connected('sharepointonline', { token: 'graph-hush' });
    const bytes = Buffer.from([0, 255, 1, 254, 128]);
    const made = await answer('sharepointonline', 'post', `${site}/files`, {
      body: { '$content-type': 'application/pdf', $content: bytes.toString('base64') },
      queries: { folderPath: '/Shared Documents/alerts', name: 'r 1.pdf', queryParametersSingleEncoded: true },
    });
    const rest = made.body as JsonObject;
    assert.deepEqual(
      [made.status, rest.ItemId, rest.Path, rest.Size, rest.MediaType, rest.IsFolder],
      [200, 7, '/Shared Documents/alerts/r 1.pdf', 5, 'application/pdf', false],
      made.shown,
    );
    assert.deepEqual(drives.files.get('d-1:/alerts/r 1.pdf')?.bytes, bytes);
    const one = `${site}/files/@{encodeURIComponent(encodeURIComponent('${textOf(made.body, 'Id')}'))}`;
    const read = await answer('sharepointonline', 'get', `${one}/content`);
    assert.deepEqual(read.body, { '$content-type': 'application/pdf', $content: bytes.toString('base64') });
    const folder = "/folders/@{encodeURIComponent(encodeURIComponent('/Shared Documents/alerts'))}";
    const listed = await answer('sharepointonline', 'get', `${site}${folder}`);
    assert.deepEqual(
      (listed.body as readonly JsonObject[]).map(({ Path }) => Path),
      ['/Shared Documents/alerts/r 1.pdf'],
    );
    const shared = await answer(
      'sharepointonline',
      'post',
      `${site}/codeless/_api/v2.0/sites/root/lists/@{encodeURIComponent(encodeURIComponent('l 1'))}/items/7/driveItem/createLink`,
      { body: { type: 'view', scope: 'organization' } },
    );
    assert.equal(textOf((shared.body as JsonObject).link, 'webUrl'), 'https://contoso.sharepoint.com/:x:/l 1/7');
    assert.equal((await answer('sharepointonline', 'delete', one)).status, 200);
    assert.equal((await answer('sharepointonline', 'get', one)).status, 404);
  });

  test('has a folder made for it in a library by the id of its list; a library that is not there is a 404', async () => {
    await connected('sharepointonline', { token: 'graph-hush' });
    const make = (table: string) =>
      answer(
        'sharepointonline',
        'post',
        `${site}/tables/@{encodeURIComponent(encodeURIComponent('${table}'))}/createnewfolder`,
        {
          body: { path: 'reports' },
        },
      );
    const made = await make('5f7a2a6e-0000-4000-8000-000000000001');
    assert.deepEqual([made.status, (made.body as JsonObject).IsFolder], [200, true], made.shown);
    assert.ok(drives.folders.has('d-1:/reports'));
    assert.equal((await make('5f7a2a6e-0000-4000-8000-000000000001')).status, 409);
    assert.equal((await make('elsewhere')).status, 404);
  });

  test('is kept in the own drive of a person, and no path leaves that drive', async () => {
    await connected('onedriveforbusiness', { token: 'graph-hush' });
    const made = await answer('onedriveforbusiness', 'post', '/datasets/default/files', {
      body: 'a,b',
      queries: { folderPath: '/soc', name: 'x.csv' },
    });
    assert.equal((made.body as JsonObject).Path, '/soc/x.csv', made.shown);
    assert.equal(drives.files.get('me:/soc/x.csv')?.bytes.toString(), 'a,b');
    const away = await answer('onedriveforbusiness', 'post', '/datasets/default/files', {
      body: 'a',
      queries: { folderPath: '/soc/../..', name: 'x.csv' },
    });
    assert.equal(away.status, 400, away.shown);
  });

  test('of intelligence is read as its vendor gives it: lists out of files, objects out of lines', async () => {
    await connected('recordedfuture', { api_key: 'rf-hush' });
    const list = await answer('recordedfuture', 'get', '/fusion/files/', { queries: { path: '/public/ip.json' } });
    assert.deepEqual(list.body, [{ Name: '/public/ip.json', Risk: '89' }], list.shown);
    const ip = await answer('recordedfuture', 'get', "/ip/@{encodeURIComponent('203.0.113.7')}", {
      queries: { fields: 'risk' },
    });
    assert.deepEqual(ip.body, { data: { risk: { score: 89 }, ip: '203.0.113.7' } });
    await connected('riskiqpassivetotal', { username: 'soc@example.com', password: 'pt-hush' });
    const rated = await answer('riskiqpassivetotal', 'get', '/reputation', { queries: { query: '203.0.113.7' } });
    assert.deepEqual(rated.body, { score: 95, classification: 'MALICIOUS', query: '203.0.113.7' });
    await connected('hyasinsight', { api_key: 'hyas-hush' });
    const asked = { applied_filters: { email: 'a@example.net' } };
    assert.deepEqual((await answer('hyasinsight', 'post', '/whois/email', { body: asked })).body, [{ asked }]);
    await connected('farsightdnsdb', { api_key: 'ddb-hush' });
    const names = await answer('farsightdnsdb', 'get', '/lookup/rrset/name/a.example/ANY');
    assert.deepEqual(names.body, [{ rrname: 'a.example.', rrtype: 'A' }], names.shown);
  });
});
