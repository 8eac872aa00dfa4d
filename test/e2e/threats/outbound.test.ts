/** Server-side request forgery (SECURITY.md): everything that makes the server call an address, at addresses it must not call. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { AddressGuard } from '#connectors';
import type { JsonObject } from '#foundation';
import { LogicApps, request } from '../logic-apps.ts';
import { subscription, TocsinServer } from '../tocsin-server.ts';

const server = new TocsinServer();
const apps = new LogicApps(server, 'rg-out');
const seen: string[] = [];
const headers: IncomingHttpHeaders[] = [];
/** A service on loopback, where a server that listens on loopback only may call, that leads elsewhere. */
const inside = createServer((message, response) => {
  seen.push(message.url ?? '');
  headers.push(message.headers);
  response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
});
let base: string;

before(async () => {
  await server.start();
  await apps.makeGroup();
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`;
});
after(async () => {
  inside.close();
  await server.remove();
});

/** The failure of an action of a run started now. */
async function failureOf(
  name: string,
  action: JsonObject,
): Promise<{ status: unknown; code: unknown; message: unknown; action: JsonObject }> {
  const url = await apps.make(name, request(), { Call: { runAfter: {}, ...action } });
  const started = await apps.post(url);
  const id = started.headers.get('x-ms-workflow-run-id') ?? '';
  await server.finishedRun(`${apps.id(name)}/runs/${id}`);
  const record = await apps.action(name, id, 'Call');
  const error = record.error as JsonObject | undefined;
  return { status: record.status, code: record.code ?? error?.code, message: error?.message, action: record };
}

const forbidden = [
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://169.254.169.254./',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://0.0.0.0/',
  'http://[::]/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.0.1/',
  'http://[fc00::1]/',
  'http://user:pass@169.254.169.254/',
  'http://169.254.169.254#@example.com/',
  'http://169。254。169。254/',
];

describe('an Http action', () => {
  for (const [index, uri] of forbidden.entries()) {
    test(`does not call ${uri}`, async () => {
      const failure = await failureOf(`http-${index}`, {
        type: 'Http',
        inputs: { method: 'GET', uri, retryPolicy: { type: 'none' } },
      });
      assert.equal(failure.status, 'Failed');
      assert.match(JSON.stringify(failure), /OutboundAddressForbidden/, JSON.stringify(failure));
    });
  }

  test('reads no file and speaks no other protocol', async () => {
    for (const [index, uri] of [
      'file:///etc/passwd',
      'ftp://127.0.0.1/',
      'gopher://127.0.0.1:70/',
      'data:text/plain,x',
      'javascript:1',
    ].entries()) {
      const failure = await failureOf(`scheme-${index}`, {
        type: 'Http',
        inputs: { method: 'GET', uri, retryPolicy: { type: 'none' } },
      });
      assert.equal(failure.status, 'Failed', uri);
      assert.doesNotMatch(JSON.stringify(failure.action), /root:/);
    }
  });

  test('follows no redirect', async () => {
    seen.length = 0;
    const failure = await failureOf('redirect', {
      type: 'Http',
      inputs: { method: 'GET', uri: `${base}/lead`, retryPolicy: { type: 'none' } },
    });
    assert.deepEqual(seen, ['/lead']);
    const outputs = await apps.outputs(failure.action);
    assert.equal(outputs.statusCode ?? 302, 302);
  });

  test('sends no header that a text with line breaks would make', async () => {
    headers.length = 0;
    const inputs = {
      method: 'GET',
      uri: `${base}/headers`,
      headers: { 'x-a': 'a\r\nx-b: c' },
      retryPolicy: { type: 'none' },
    };
    await failureOf('line-breaks', { type: 'Http', inputs });
    assert.ok(
      headers.every((each) => each['x-b'] === undefined),
      JSON.stringify(headers),
    );
  });
});

test('a webhook action does not subscribe there', async () => {
  const subscribe = { method: 'POST', uri: 'http://169.254.169.254/subscribe', body: { url: '@{listCallbackUrl()}' } };
  const failure = await failureOf('webhook', {
    type: 'HttpWebhook',
    inputs: { subscribe, retryPolicy: { type: 'none' } },
  });
  assert.equal(failure.status, 'Failed');
  assert.match(JSON.stringify(failure), /OutboundAddressForbidden/);
});

test('linked templates and their parameters are not fetched from there', async () => {
  const path = `${apps.group}/providers/Microsoft.Resources/deployments/linked?api-version=2021-04-01`;
  for (const uri of [
    'http://169.254.169.254/t.json',
    'http://[::ffff:a9fe:a9fe]/t.json',
    'http://10.0.0.1/t.json',
    'file:///etc/passwd',
  ]) {
    const template = { mode: 'Incremental', templateLink: { uri } };
    const parameters = {
      mode: 'Incremental',
      template: { $schema: 'x', contentVersion: '1.0.0.0', resources: [] },
      parametersLink: { uri },
    };
    for (const properties of [template, parameters]) {
      const reply = await server.call('PUT', path, { body: { properties } });
      assert.equal(reply.status, 400, reply.text);
      assert.doesNotMatch(reply.text, /root:/);
    }
  }
  seen.length = 0;
  const led = await server.call('PUT', path, {
    body: { properties: { mode: 'Incremental', templateLink: { uri: `${base}/template` } } },
  });
  assert.equal(led.status, 400, led.text);
  assert.deepEqual(seen, ['/template'], 'the redirect is not followed');
});

test('an automation does not deliver there', async () => {
  await apps.make('target', request(), {});
  const id = `${apps.group}/providers/Microsoft.Security/automations/leak`;
  const body = {
    location: 'westeurope',
    properties: {
      scopes: [{ description: 'all', scopePath: subscription }],
      sources: [{ eventSource: 'Alerts', ruleSets: [] }],
      actions: [{ actionType: 'LogicApp', logicAppResourceId: apps.id('target'), uri: 'http://169.254.169.254/hook' }],
    },
  };
  const put = await server.call('PUT', `${id}?api-version=2019-01-01-preview`, { body });
  if (put.status >= 400) return;
  await server.call('POST', '/ingest/v1/events', {
    body: {
      SystemAlertId: 'leak',
      AlertDisplayName: 'x',
      AlertType: 'x',
      Severity: 'High',
      AzureResourceId: subscription,
    },
  });
  const delivery = await server.eventually(async () => {
    const { body: found } = await server.call('GET', `/tocsin/v1/deliveries?automationId=${encodeURIComponent(id)}`);
    return found.value?.find(({ error }) => error !== undefined && error !== null);
  }, 'a failed delivery');
  assert.match(JSON.stringify(delivery), /OutboundAddressForbidden|link-local/);
});

describe('the guard', () => {
  test('refuses loopback and private ranges where they are not allowed, and metadata addresses even where they are', () => {
    const strict = new AddressGuard([], false);
    for (const address of [
      '127.0.0.1',
      '127.1.2.3',
      '::1',
      '10.1.2.3',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      'fd12::1',
      '100.64.0.1',
      '0.0.0.0',
    ]) {
      assert.notEqual(strict.refusal('name.example', address), undefined, address);
    }
    assert.equal(strict.refusal('name.example', '93.184.216.34'), undefined);
    const generous = new AddressGuard(['0.0.0.0/0', '::/0', 'metadata.example'], true);
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      'fe80::1',
      '168.63.129.16',
    ]) {
      assert.notEqual(generous.refusal('metadata.example', address), undefined, address);
    }
  });

  test('judges the address connected to: a name that first means one and then another gains nothing', () => {
    const guard = new AddressGuard(['good.example'], false);
    assert.equal(guard.refusal('good.example', '10.0.0.5'), undefined, 'allowed by name');
    assert.notEqual(guard.refusal('rebound.example', '10.0.0.5'), undefined);
    assert.notEqual(guard.refusal('good.example', '169.254.169.254'), undefined);
  });
});
