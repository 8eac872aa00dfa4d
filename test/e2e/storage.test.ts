/** Blobs and tables of accounts elsewhere, against services that check signatures; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { FakeService } from '../fakes/service.ts';
import { FakeAzureStorage, FakeS3 } from '../fakes/storage.ts';
import { connect, over, runOver } from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';

const data = "/v2/datasets/@{encodeURIComponent(encodeURIComponent('AccountNameFromSettings'))}";

describe('a blob elsewhere', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const azure = new FakeAzureStorage();
  const cloud = new FakeService(azure.routes());
  const s3 = new FakeS3();
  const bucket = new FakeService(s3.routes());
  before(async () => {
    await Promise.all([server.start(), cloud.start(), bucket.start()]);
    for (const api of ['azureblob', 'azuretables']) {
      await server.call('PUT', `/tocsin/v1/connectorProfiles/${api}`, { body: { endpoint: cloud.url } });
    }
  });
  after(() => Promise.all([server.remove(), cloud.stop(), bucket.stop()]));

  async function answer(
    name: string,
    method: string,
    path: string,
    more: JsonObject = {},
  ): Promise<{ readonly status: Json | undefined; readonly body: JsonObject; readonly shown: string }> {
    const { outputs, inputs, properties } = await runOver(server, name, over(name, method, path, more));
    const shown = JSON.stringify([inputs, outputs, properties]);
    assert.doesNotMatch(shown, /-hush/);
    return { status: outputs.statusCode, body: (outputs.body ?? {}) as JsonObject, shown };
  }

  /** The same story over any store: the connector does not show which it is. */
  async function tellStory(name: string): Promise<void> {
    const bytes = Buffer.from([0, 255, 1, 254]);
    const put = (file: string, body: Json) =>
      answer(name, 'post', `${data}/files`, { body, queries: { folderPath: '/soc/in box', name: file } });
    const made = await put('r (1).pdf', { '$content-type': 'application/pdf', $content: bytes.toString('base64') });
    assert.deepEqual([made.status, made.body.Path, made.body.Size], [200, '/soc/in box/r (1).pdf', 4], made.shown);
    for (const file of ['a.csv', 'b.csv', 'deep/c.csv']) assert.equal((await put(file, 'x,y')).status, 200);
    const id = (text: string) => `@{encodeURIComponent(encodeURIComponent('${text}'))}`;
    const read = await answer(name, 'get', `${data}/files/${id(textOf(made.body, 'Id'))}/content`);
    assert.deepEqual(read.body, { '$content-type': 'application/pdf', $content: bytes.toString('base64') }, read.shown);
    const listed = await answer(name, 'get', `${data}/foldersV2/${id('/soc/in box')}`);
    assert.deepEqual(
      (listed.body.value as readonly JsonObject[])
        .map(({ Name, IsFolder }) => `${textOf({ Name: Name ?? '' }, 'Name')}${IsFolder === true ? '/' : ''}`)
        .toSorted(),
      ['a.csv', 'b.csv', 'deep/', 'r (1).pdf'],
      'over all pages',
    );
    const found = await answer(name, 'get', `${data}/GetFileByPath`, { queries: { path: '/soc/in box/a.csv' } });
    assert.deepEqual([found.status, found.body.Size], [200, 3], found.shown);
    const link = await answer(name, 'post', `${data}/CreateSharedLinkByPath`, {
      body: { Permissions: 'Read' },
      queries: { path: '/soc/in box/a.csv' },
    });
    const opened = await fetch(textOf(link.body, 'WebUrl'));
    assert.deepEqual([opened.status, await opened.text()], [200, 'x,y'], link.shown);
    assert.equal((await fetch(textOf(link.body, 'WebUrl').replace('a.csv', 'b.csv'))).status, 403);
    const one = `${data}/files/${id(textOf(found.body, 'Id'))}`;
    assert.equal((await answer(name, 'delete', one)).status, 200);
    const gone = await answer(name, 'get', `${one}/content`);
    assert.deepEqual([gone.status, gone.body.status], [404, 404], gone.shown);
  }

  test('of an Azure account is written, listed, shared and deleted with a key of the account', async () => {
    await connect(
      server,
      'azureblob',
      { parameterValues: { accountName: azure.account, accessKey: azure.key } },
      'byKey',
    );
    await tellStory('byKey');
    assert.ok(azure.blobs.has('soc/in box/r (1).pdf'));
  });

  test('of a bucket is written, listed, shared and deleted with an access key', async () => {
    await connect(
      server,
      'azureblob',
      { parameterValues: { s3Endpoint: bucket.url, s3AccessKeyId: s3.id, s3SecretAccessKey: s3.secret } },
      'byBucket',
    );
    await tellStory('byBucket');
    assert.ok(s3.objects.has('soc/in box/r (1).pdf'));
  });

  test('is refused with a wrong key, as the service says it, and no name leads out of its account', async () => {
    const wrong = Buffer.from('not the key').toString('base64');
    await connect(server, 'azureblob', { parameterValues: { accountName: azure.account, accessKey: wrong } }, 'thief');
    const list = await answer('thief', 'get', `${data}/foldersV2/@{encodeURIComponent('/soc')}`);
    assert.deepEqual([list.status, textOf(list.body.error, 'code')], [403, 'AuthenticationFailed'], list.shown);
    const out = await answer('byKey', 'post', `${data}/files`, {
      body: 'x',
      queries: { folderPath: '/soc/../other', name: 'x' },
    });
    assert.equal(out.status, 400, out.shown);
  });

  test('is reached by an application with a token, which cannot share links', async () => {
    const authority = new FakeService({
      'POST /token': () => ({ body: { access_token: azure.token, expires_in: 3600 } }),
    });
    await authority.start();
    try {
      const profile = { endpoint: cloud.url, tokenUrl: `${authority.url}/token` };
      await server.call('PUT', '/tocsin/v1/connectorProfiles/azureblob', { body: profile });
      const application = { 'token:clientId': 'app', 'token:clientSecret': 'app-hush', 'token:TenantId': 'contoso' };
      await connect(server, 'azureblob', { parameterValues: { accountName: azure.account, ...application } }, 'byApp');
      const put = await answer('byApp', 'post', `${data}/files`, {
        body: '{"a":1}',
        queries: { folderPath: '/soc', name: 'x.json' },
      });
      assert.equal(put.status, 200, put.shown);
      const link = await answer('byApp', 'post', `${data}/CreateSharedLinkByPath`, {
        queries: { path: '/soc/x.json' },
      });
      assert.equal(link.status, 400, link.shown);
    } finally {
      await authority.stop();
    }
  });

  test('has beside it entities of tables: made, merged, listed over pages, deleted', async () => {
    await connect(server, 'azuretables', { parameterValues: { storageaccount: azure.account, sharedkey: azure.key } });
    const entities = `/v2/storageAccounts/@{encodeURIComponent(encodeURIComponent('${azure.account}'))}/tables/paths/entities`;
    const one = (row: string, tail = '') =>
      `${entities}${tail}(PartitionKey='@{encodeURIComponent(encodeURIComponent('p'))}',RowKey='@{encodeURIComponent(encodeURIComponent('${row}'))}')`;
    const call = (method: string, path: string, more: JsonObject = {}) => answer('azuretables', method, path, more);
    assert.equal((await call('get', one('r 1'))).status, 404);
    assert.equal((await call('patch', one('r 1', '/etag'), { body: { Value: 'x' } })).status, 404);
    const made = await call('post', entities, { body: { PartitionKey: 'p', RowKey: 'r 1', Value: 'x' } });
    assert.equal(made.status, 201, made.shown);
    assert.equal((await call('post', entities, { body: { PartitionKey: 'p', RowKey: 'r 1' } })).status, 409);
    assert.equal((await call('patch', one('r 1'), { body: { More: 'y' } })).status, 204);
    const read = await call('get', one('r 1'));
    assert.deepEqual([read.body.Value, read.body.More], ['x', 'y'], read.shown);
    assert.equal((await call('put', one('r 2'), { body: { Value: 'z' } })).status, 204);
    const listed = await call('get', entities);
    assert.deepEqual(
      (listed.body.value as readonly JsonObject[]).map(({ RowKey }) => RowKey),
      ['r 1', 'r 2'],
    );
    assert.equal((await call('delete', one('r 2', '/etag'))).status, 204);
    assert.deepEqual([...azure.entities.keys()], ['paths|p|r 1']);
  });
});
