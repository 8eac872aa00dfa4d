/** Threats in requests (SECURITY.md): paths that mean another resource, smuggled requests, headers out of data, sizes, slowness. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { LogicApps, request } from '../logic-apps.ts';
import { subscription, textOf, TocsinServer } from '../tocsin-server.ts';
import { sendRaw } from './raw-connection.ts';

const server = new TocsinServer();
const version = 'api-version=2021-04-01';
const apps = new LogicApps(server, 'rg-mine');
let mine: string;

before(async () => {
  await server.start();
  for (const [name, mark] of [
    ['rg-mine', 'my-own'],
    ['rg-theirs', 'their-secret'],
  ] as const) {
    await server.call('PUT', `${subscription}/resourceGroups/${name}?${version}`, {
      body: { location: 'westeurope', tags: { mark } },
    });
  }
  mine = await readerOf(`${subscription}/resourceGroups/rg-mine`);
});
after(() => server.remove());

/** The token of a principal that reads one scope. */
async function readerOf(scope: string): Promise<string> {
  const made = await server.call('POST', '/tocsin/v1/principals', {
    body: { displayName: 'r', type: 'ServicePrincipal' },
  });
  const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7';
  const properties = {
    roleDefinitionId,
    principalId: textOf(made.body, 'objectId'),
    principalType: 'ServicePrincipal',
  };
  await server.call(
    'PUT',
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`,
    { body: { properties } },
  );
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: textOf(made.body, 'appId'),
    client_secret: textOf(made.body.secret, 'value'),
    scope: 'https://management.azure.com/.default',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return textOf(
    (await server.call('POST', '/adfs/oauth2/token', { text: form.toString(), token: null, headers })).body,
    'access_token',
  );
}

const get = (target: string, more = ''): Promise<{ readonly text: string; readonly statuses: readonly number[] }> =>
  sendRaw(
    server.url,
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${mine}\r\n${more}Connection: close\r\n\r\n`,
  );

describe('path confusion', () => {
  const groups = `${subscription}/resourceGroups`;

  test('the straight way is open to one group and closed to the other', async () => {
    assert.match((await get(`${groups}/rg-mine?${version}`)).text, /my-own/);
    assert.deepEqual((await get(`${groups}/rg-theirs?${version}`)).statuses, [403]);
  });

  const detours = [
    '/rg-mine/../rg-theirs',
    '/rg-mine/./../rg-theirs',
    '/rg-mine/%2e%2e/rg-theirs',
    '/rg-mine/%2E%2E%2Frg-theirs',
    '/rg-mine%2f..%2frg-theirs',
    '/rg-mine%252f..%252frg-theirs',
    '/rg-mine/..%5crg-theirs',
    '/rg-mine\\..\\rg-theirs',
    '/rg-mine;/../rg-theirs',
    '/rg-mine;x=/rg-theirs',
    '//rg-theirs',
    '///rg-theirs///',
    '/RG-THEIRS',
    '/rg%2dtheirs',
    '/%72g-theirs',
    '/rg-theirs%00',
    '/rg-theirs%20',
    '/rg-theirs.',
    '/rg-theirs#/rg-mine',
    '/rg-mine/providers/Microsoft.Resources/../../../rg-theirs',
    '/rg-theirs?x=/rg-mine&',
    '/%c0%ae%c0%ae/rg-theirs',
    '/rg-mine/%u002e%u002e/rg-theirs',
  ];
  for (const detour of detours) {
    test(`${detour} is no detour`, async () => {
      const separator = detour.includes('?') ? '' : '?';
      const { text, statuses } = await get(`${groups}${detour}${separator}${version}`);
      assert.doesNotMatch(text, /their-secret/);
      assert.ok(statuses.length === 1 && statuses[0] !== undefined && statuses[0] >= 400 && statuses[0] < 500, text);
    });
  }

  test('no header names another path or method', async () => {
    const headers = [
      `X-Original-URL: ${groups}/rg-theirs`,
      `X-Rewrite-URL: ${groups}/rg-theirs`,
      'X-Forwarded-Prefix: /rg-theirs',
      'X-HTTP-Method-Override: DELETE',
      'X-Method-Override: DELETE',
    ];
    const { text } = await get(`${groups}/rg-mine?${version}`, `${headers.join('\r\n')}\r\n`);
    assert.match(text, /my-own/);
    assert.match((await get(`${groups}/rg-mine?${version}`)).text, /my-own/, 'it is still there');
  });

  test('an absolute target and one with two slashes are paths here, never other hosts', async () => {
    assert.match((await get(`http://evil.example${groups}/rg-mine?${version}`)).text, /my-own/);
    assert.deepEqual((await get(`//evil.example${groups}/rg-mine?${version}`)).statuses, [404]);
    const led = await sendRaw(
      server.url,
      `GET //evil.example HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
    );
    assert.doesNotMatch(led.text, /location:\s*(?:https?:)?\/\/evil/i);
  });
});

describe('request smuggling', () => {
  const inner = `GET ${subscription}/resourceGroups/rg-theirs?${version} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const opening = (...headers: readonly string[]): string =>
    `POST /ingest/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\n${headers.join('\r\n')}\r\n\r\n`;
  const cases: readonly (readonly [string, () => string])[] = [
    ['a length and chunks', () => `${opening('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${inner}`],
    [
      'chunks and a length',
      () => `${opening('Transfer-Encoding: chunked', `Content-Length: ${5 + inner.length}`)}0\r\n\r\n${inner}`,
    ],
    ['two lengths', () => `${opening('Content-Length: 0', `Content-Length: ${inner.length}`)}${inner}`],
    ['a list of lengths', () => `${opening(`Content-Length: 0, ${inner.length}`)}${inner}`],
    ['a length with a sign', () => `${opening('Content-Length: +0')}${inner}`],
    ['a length below zero', () => `${opening('Content-Length: -1')}${inner}`],
    ['a length of hexadecimal digits', () => `${opening('Content-Length: 0x0')}${inner}`],
    [
      'a space before the colon',
      () => `${opening('Content-Length: 0', 'Transfer-Encoding : chunked')}0\r\n\r\n${inner}`,
    ],
    ['an encoding nobody knows', () => `${opening('Transfer-Encoding: xchunked')}0\r\n\r\n${inner}`],
    ['chunked not last', () => `${opening('Transfer-Encoding: chunked, identity')}0\r\n\r\n${inner}`],
    ['a folded header', () => `${opening('Transfer-Encoding:\r\n chunked', 'Content-Length: 5')}0\r\n\r\n${inner}`],
    ['a chunk size that is none', () => `${opening('Transfer-Encoding: chunked')}0x1\r\nA\r\n0\r\n\r\n${inner}`],
    ['line feeds alone', () => `${opening('Transfer-Encoding: chunked')}1\nA\n0\n\n${inner}`],
    ['a null byte in a header', () => `${opening('X-A: a\0b', 'Content-Length: 0')}${inner}`],
  ];
  for (const [title, bytes] of cases) {
    test(`${title}: the connection ends, and what follows is not heard`, async () => {
      const { statuses, closed, text } = await sendRaw(server.url, bytes());
      assert.ok(statuses.length <= 1, text);
      assert.ok(
        statuses.every((status) => status >= 400),
        text,
      );
      assert.ok(closed, text);
      assert.doesNotMatch(text, /their-secret/);
    });
  }
});

describe('headers out of data', () => {
  test('line breaks in what a Response action sends make no header of it', async () => {
    const url = await apps.make('answers', request(), {
      Answer: {
        type: 'Response',
        kind: 'Http',
        inputs: { statusCode: 200, headers: { 'x-given': "@{triggerBody()?['given']}" }, body: 'ok' },
      },
    });
    const reply = await apps.post(url, { given: 'a\r\nset-cookie: tocsin_session=stolen\r\n\r\n<script>' });
    assert.equal(reply.headers.get('set-cookie'), null);
    assert.doesNotMatch(reply.text, /script/);
  });

  test('a request id that is no id is not sent back', async () => {
    const given = await server.call('GET', `/subscriptions?${version}`, {
      headers: { 'x-ms-client-request-id': 'a b<script>', 'x-ms-return-client-request-id': 'true' },
    });
    assert.doesNotMatch(JSON.stringify([...given.headers]), /script/);
  });

  test('errors quote what they refuse as data, never as a page', async () => {
    const reply = await server.call('GET', `/subscriptions/<script>alert(1)</script>?${version}`);
    assert.match(reply.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
  });
});

describe('sizes', () => {
  test('a body over the limit is refused by its declared length alone, and by its bytes', async () => {
    const head = `PUT ${subscription}/resourceGroups/rg-mine?${version} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\n`;
    const declared = await sendRaw(server.url, `${head}Content-Length: 99999999999\r\n\r\n`);
    assert.deepEqual(declared.statuses, [413]);
    const sent = await server.call('PUT', `${subscription}/resourceGroups/rg-mine?${version}`, {
      text: `{"tags":{"a":"${'x'.repeat(5 << 20)}"}}`,
    });
    assert.equal(sent.status, 413);
  });

  test('headers and paths are bounded', async () => {
    assert.deepEqual((await get(`/${'a'.repeat(9_000)}`)).statuses, [400]);
    assert.deepEqual(
      (await sendRaw(server.url, `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`)).statuses,
      [431],
    );
  });

  test('values nested without end are refused, and nothing is stored', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const [method, path] of [
      ['PUT', `${subscription}/resourceGroups/rg-mine/providers/Microsoft.Compute/disks/deep?${version}`],
      ['PUT', `${subscription}/resourceGroups/rg-mine/providers/Microsoft.Resources/deployments/deep?${version}`],
      ['POST', '/ingest/v1/events'],
      ['POST', '/tocsin/v1/explain'],
    ] as const) {
      const reply = await server.call(method, path, { text: `{"location":"westeurope","properties":{"a":${deep}}}` });
      const rejected = reply.status === 202 && JSON.stringify(reply.body.rejected) !== '[]';
      assert.ok((reply.status >= 400 && reply.status < 500) || rejected, `${path}: ${reply.text.slice(0, 200)}`);
    }
    assert.equal((await server.call('GET', '/healthz', { token: null })).status, 200);
  });
});

test('callers who send slowly, or nothing, keep nobody else from being heard', async () => {
  const { hostname, port } = new URL(server.url);
  const slow: Socket[] = [];
  for (let count = 0; count < 200; count++) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      count % 2 === 0
        ? 'GET /healthz HT'
        : `POST /ingest/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\nContent-Length: 1000\r\n\r\n[`,
    );
    slow.push(socket);
  }
  await Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  for (let count = 0; count < 20; count++) {
    const reply = await server.call('GET', `${subscription}/resourceGroups/rg-mine?${version}`);
    assert.equal(reply.status, 200);
  }
  for (const socket of slow) socket.destroy();
});
