/** Content in pieces, and tokens of an authority. */
import assert from 'node:assert/strict';
import { createVerify, X509Certificate } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { AddressGuard, EntraTokens, OutboundClient, sendInPieces } from '#connectors';
import type { OutboundFailure, OutboundRequest, OutboundResponse } from '#foundation';
import { type Handler, selfSigned, serve } from './local-servers.ts';

function client(context: TestContext): OutboundClient {
  const made = new OutboundClient({ guard: new AddressGuard() });
  context.after(() => made.close());
  return made;
}

const request = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'GET',
  url,
  headers: {},
  ...more,
});
const textOf = (answer: OutboundResponse | OutboundFailure): string =>
  answer.kind === 'response' ? Buffer.from(answer.body).toString() : answer.code;

/** A server of ranges, at most `most` bytes each. */
function ranges(content: string, most: number, etag: (call: number) => string = () => '"1"'): Handler {
  let calls = 0;
  return ({ headers }, response) => {
    const [, from = '0', to = '999999'] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
    const end = Math.min(Number(to) + 1, Number(from) + most, content.length);
    response
      .writeHead(206, {
        'content-range': `bytes ${from}-${end - 1}/${content.length}`,
        etag: etag(calls++),
        'content-type': 'text/plain',
      })
      .end(content.slice(Number(from), end));
  };
}

describe('an answer in ranges', () => {
  test('is read to its end', async (context) => {
    const server = await serve(context, ranges('0123456789', 4));
    const answer = await sendInPieces(client(context), request(server.url), undefined);
    assert.equal(textOf(answer), '0123456789');
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.range),
      [undefined, 'bytes=4-7', 'bytes=8-11'],
    );
    assert.equal(answer.kind === 'response' ? answer.headers['content-length'] : '', '10');
  });

  test('begins with the size the author asks for', async (context) => {
    const server = await serve(context, ranges('0123456789', 100));
    assert.equal(
      textOf(await sendInPieces(client(context), request(server.url), { downloadChunkSize: 5 })),
      '0123456789',
    );
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.range),
      ['bytes=0-4', 'bytes=5-9'],
    );
  });

  test('is left alone when the author asked for a range', async (context) => {
    const server = await serve(context, ranges('0123456789', 4));
    const asked = request(server.url, { headers: { range: 'bytes=2-3' } });
    assert.equal(textOf(await sendInPieces(client(context), asked, undefined)), '23');
    assert.equal(server.seen.length, 1);
  });

  test('of content that changes meanwhile is a failure', async (context) => {
    const server = await serve(
      context,
      ranges('0123456789', 4, (call) => `"${call}"`),
    );
    assert.equal(
      textOf(await sendInPieces(client(context), request(server.url), undefined)),
      'InvalidProtocolResponse',
    );
  });

  test('that does not move on ends', async (context) => {
    const server = await serve(context, (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-1/10' }).end('01');
    });
    assert.equal(
      textOf(await sendInPieces(client(context), request(server.url), undefined)),
      'InvalidProtocolResponse',
    );
    assert.equal(server.seen.length, 2);
  });
});

test('a body goes in chunks of the size the server asks for', async (context) => {
  const server = await serve(context, ({ method }, response) => {
    response
      .writeHead(200, method === 'POST' ? { location: '/parts/1', 'x-ms-chunk-size': '4' } : { range: 'bytes=0-3' })
      .end();
  });
  const sent = request(`${server.url}/start`, {
    method: 'POST',
    body: Buffer.from('0123456789'),
    headers: { 'content-type': 'text/plain' },
  });
  const answer = await sendInPieces(client(context), sent, { uploadChunkSize: 1 });
  assert.equal(answer.kind, 'response');
  const [opening, ...parts] = server.seen;
  assert.deepEqual(
    [opening?.headers['x-ms-transfer-mode'], opening?.headers['x-ms-content-length'], opening?.body.length],
    ['chunked', '10', 0],
  );
  assert.deepEqual(
    parts.map(({ method, url, headers, body }) => [method, url, headers['content-range'], body.toString()]),
    [
      ['PATCH', '/parts/1', 'bytes=0-3/10', '0123'],
      ['PATCH', '/parts/1', 'bytes=4-7/10', '4567'],
      ['PATCH', '/parts/1', 'bytes=8-9/10', '89'],
    ],
  );
});

test('a server that opens no chunked upload is a failure, one that refuses it answers', async (context) => {
  let status = 200;
  const server = await serve(context, (_, response) => void response.writeHead(status).end('no'));
  const sent = request(server.url, { method: 'PUT', body: Buffer.from('x') });
  assert.equal(textOf(await sendInPieces(client(context), sent, {})), 'InvalidProtocolResponse');
  status = 413;
  assert.equal(textOf(await sendInPieces(client(context), sent, {})), 'no');
});

describe('a token', () => {
  const credentials = (authority: string) => ({
    authority,
    tenant: 'tenant',
    audience: 'https://graph.test',
    clientId: 'app',
    secret: 's&cret',
  });
  const issues: Handler = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"abc","expires_in":"3600"}');
  };

  test('is asked for once by all who need it, and again shortly before it ends', async (context) => {
    const server = await serve(context, issues);
    let now = Date.UTC(2026, 0, 1);
    const outbound = client(context);
    const tokens = new EntraTokens(
      () => outbound,
      () => now,
    );
    const ask = () => tokens.token(credentials(server.url));
    assert.deepEqual(await Promise.all([ask(), ask()]), [
      { kind: 'token', token: 'abc' },
      { kind: 'token', token: 'abc' },
    ]);
    await ask();
    assert.equal(server.seen.length, 1);
    now += 3_400_000;
    await ask();
    assert.equal(server.seen.length, 2);
    const [first] = server.seen;
    assert.equal(first?.url, '/tenant/oauth2/token');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(first?.body.toString())), {
      grant_type: 'client_credentials',
      client_id: 'app',
      resource: 'https://graph.test',
      client_secret: 's&cret',
    });
  });

  test('for other credentials is another one', async (context) => {
    const server = await serve(context, issues);
    const outbound = client(context);
    const tokens = new EntraTokens(
      () => outbound,
      () => 0,
    );
    await tokens.token(credentials(server.url));
    await tokens.token({ ...credentials(server.url), secret: 'guess' });
    assert.equal(server.seen.length, 2);
  });

  test('is asked for with an assertion that the certificate proves', async (context) => {
    const server = await serve(context, issues);
    const identity = await selfSigned('app');
    const outbound = client(context);
    const { secret: _, ...rest } = credentials(server.url);
    await new EntraTokens(() => outbound, Date.now).token({ ...rest, identity });
    const form = new URLSearchParams(server.seen[0]?.body.toString());
    const [header = '', payload = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
    const certificate = new X509Certificate(identity.certificate);
    assert.ok(
      createVerify('sha256').update(`${header}.${payload}`).verify(certificate.publicKey, signature, 'base64url'),
    );
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual(
      [read(header)['x5t'], read(payload)['iss'], read(payload)['aud']],
      [
        Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url'),
        'app',
        `${server.url}/tenant/oauth2/token`,
      ],
    );
  });

  test('that is refused says why, and is worth another try only when the authority is at fault', async (context) => {
    let status = 401;
    const server = await serve(context, (_, response) => {
      response.writeHead(status).end('{"error":"invalid_client","error_description":"AADSTS7000215: wrong"}');
    });
    const outbound = client(context);
    const tokens = new EntraTokens(() => outbound, Date.now);
    const refused = await tokens.token(credentials(server.url));
    assert.deepEqual(refused, {
      kind: 'failure',
      code: 'BadRequest',
      message: "Http request failed as there is an error getting AD OAuth token: 'AADSTS7000215: wrong'.",
      retryable: false,
    });
    status = 503;
    const late = await tokens.token(credentials(server.url));
    assert.equal(late.kind === 'failure' && late.retryable, true);
  });
});
