/** The client that leaves: guard, proxies, certificates, compressed and large answers, faults as data. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { AddressGuard, OutboundClient, Proxies } from '#connectors';
import type { OutboundFailure, OutboundRequest, OutboundResponse } from '#foundation';
import { selfSigned, serve } from './local-servers.ts';

function clientFor(
  context: TestContext,
  more: Partial<ConstructorParameters<typeof OutboundClient>[0]> = {},
): OutboundClient {
  const client = new OutboundClient({ guard: new AddressGuard(), ...more });
  context.after(() => client.close());
  return client;
}

const get = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'GET',
  url,
  headers: {},
  ...more,
});

function answered(outcome: OutboundResponse | OutboundFailure): OutboundResponse {
  assert.equal(outcome.kind, 'response', JSON.stringify(outcome));
  return outcome;
}

function failed(outcome: OutboundResponse | OutboundFailure): OutboundFailure {
  assert.equal(outcome.kind, 'failure');
  return outcome;
}

describe('compressed answers', () => {
  const text = 'a long text, a long text, a long text';
  const packers = { gzip: gzipSync, deflate: deflateSync, 'deflate ': deflateRawSync };
  for (const [encoding, pack] of Object.entries(packers)) {
    test(`of ${encoding === 'deflate ' ? 'raw deflate' : encoding} are unpacked, and no longer say that they are packed`, async (context) => {
      const server = await serve(context, (_, response) => {
        response.writeHead(200, { 'content-encoding': encoding.trim(), 'content-type': 'text/plain' }).end(pack(text));
      });
      const answer = answered(await clientFor(context).send(get(server.url)));
      assert.equal(Buffer.from(answer.body).toString(), text);
      assert.equal(answer.headers['content-encoding'], undefined);
      assert.match(server.seen[0]?.headers['accept-encoding'] ?? '', /gzip/);
    });
  }

  test('stay as they came when asked to', async (context) => {
    const packed = gzipSync(text);
    const server = await serve(
      context,
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    );
    const answer = answered(await clientFor(context).send(get(server.url, { decompress: false })));
    assert.deepEqual(Buffer.from(answer.body), packed);
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.equal(server.seen[0]?.headers['accept-encoding'], undefined);
  });

  test('that unpack to more than the limit are a failure, not a full memory', async (context) => {
    const bomb = gzipSync(Buffer.alloc(101 * 1024 * 1024));
    const server = await serve(
      context,
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const { code, message, retryable } = failed(await clientFor(context).send(get(server.url)));
    assert.deepEqual([code, retryable], ['BadRequest', false]);
    assert.match(message, /larger than the limit/);
  });

  test('that are damaged are a failure worth another try', async (context) => {
    const server = await serve(
      context,
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
    );
    const { code, retryable } = failed(await clientFor(context).send(get(server.url)));
    assert.deepEqual([code, retryable], ['InvalidProtocolResponse', true]);
  });
});

describe('faults', () => {
  test('tell a refused connection, an unknown host, a late answer and broken HTTP apart', async (context) => {
    const client = clientFor(context);
    const broken = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('this is no http\r\n\r\n');
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    context.after(() => void broken.close());
    const slow = await serve(context, () => undefined);
    const code = async (request: OutboundRequest): Promise<string> => failed(await client.send(request)).code;
    assert.equal(await code(get('http://127.0.0.1:1/')), 'BadGateway');
    assert.equal(await code(get('http://nobody.invalid/')), 'UnresolvableHostName');
    assert.equal(await code(get(slow.url, { timeoutMilliseconds: 60 })), 'GatewayTimeout');
    assert.equal(
      await code(get(`http://127.0.0.1:${(broken.address() as AddressInfo).port}/`)),
      'InvalidProtocolResponse',
    );
    assert.equal(await code(get('ftp://127.0.0.1/')), 'BadRequest');
  });

  test('redirects are answers, and nothing follows them', async (context) => {
    const server = await serve(
      context,
      (_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );
    assert.equal(answered(await clientFor(context).send(get(server.url))).status, 302);
    assert.equal(server.seen.length, 1);
  });
});

describe('TLS', () => {
  test('refuses a server nobody vouches for, for good', async (context) => {
    const server = await serve(context, (_, response) => void response.end('ok'), await selfSigned('server'));
    const { code, retryable, message } = failed(await clientFor(context).send(get(server.url)));
    assert.deepEqual([code, retryable], ['BadRequest', false]);
    assert.match(message, /secure connection/);
  });

  test('shows the certificate of each call and no other', async (context) => {
    const [own, first, second] = await Promise.all(['server', 'first', 'second'].map(selfSigned));
    assert.ok(own !== undefined && first !== undefined && second !== undefined);
    const server = await serve(context, (_, response) => void response.end('ok'), {
      ...own,
      clients: first.certificate,
    });
    const client = clientFor(context, { authorities: [own.certificate] });
    for (const certificate of [first, second, undefined, first]) {
      answered(await client.send(get(server.url, certificate === undefined ? {} : { certificate })));
    }
    assert.deepEqual(
      server.seen.map(({ client: name }) => name),
      ['first', 'second', undefined, 'first'],
    );
  });
});

describe('the guard', () => {
  const guard = new AddressGuard([], false);
  const refused = [
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    'fe80::1',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
    '0.0.0.0',
    '::',
    '100.100.100.200',
    'fd00::1',
    '192.168.1.1',
    '192.0.0.192',
    '192.0.0.10',
    '240.0.0.1',
    '255.255.255.255',
    '64:ff9b:1::a9fe:a9fe',
    '2001:0:1::1',
    '::ffff:0:a9fe:a9fe',
    'fec0::1',
  ];
  for (const address of refused) {
    test(`refuses ${address}`, () => assert.notEqual(guard.refusal('host.test', address), undefined));
  }
  for (const address of ['8.8.8.8', '223.255.255.1', '192.0.1.1', '2606:4700::1', '::ffff:8.8.8.8']) {
    test(`lets ${address} pass`, () => assert.equal(guard.refusal('host.test', address), undefined));
  }

  test('decides on addresses in every spelling a URL may have', async (context) => {
    const client = clientFor(context, { guard });
    for (const url of [
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::ffff:127.0.0.1]/',
      'http://127.1/',
      'http://localhost/',
    ]) {
      assert.equal(failed(await client.send(get(url))).code, 'OutboundAddressForbidden', url);
    }
  });
});

describe('proxies', () => {
  const proxies = new Proxies({
    HTTP_PROXY: 'http://p:1',
    https_proxy: 'q:2',
    NO_PROXY: '.inner.test, exact.test:8080,10.0.0.9',
  });
  const of = (url: string): string | undefined => proxies.of(new URL(url));

  test('are chosen by scheme, and not for what is excepted nor for loopback', () => {
    assert.equal(of('http://a.test/'), 'http://p:1/');
    assert.equal(of('https://a.test/'), 'http://q:2/');
    for (const url of [
      'http://x.inner.test/',
      'http://inner.test/',
      'http://exact.test:8080/',
      'http://10.0.0.9/',
      'http://localhost/',
      'http://127.0.0.1:5/',
      'http://[::1]/',
    ]) {
      assert.equal(of(url), undefined, url);
    }
    assert.equal(of('http://exact.test/'), 'http://p:1/');
  });

  test('get the whole URL of a plain call', async (context) => {
    const proxy = await serve(context, (_, response) => void response.end('from the proxy'));
    const client = clientFor(context, { proxies: new Proxies({ http_proxy: proxy.url }) });
    const answer = answered(await client.send(get('http://far.test/path?q=1')));
    assert.equal(Buffer.from(answer.body).toString(), 'from the proxy');
    assert.deepEqual([proxy.seen[0]?.url, proxy.seen[0]?.headers.host], ['http://far.test/path?q=1', 'far.test']);
  });

  test('never carry a call to a forbidden address', async (context) => {
    const proxy = await serve(context, (_, response) => void response.end());
    const client = clientFor(context, { proxies: new Proxies({ http_proxy: proxy.url }) });
    assert.equal(failed(await client.send(get('http://169.254.169.254/'))).code, 'OutboundAddressForbidden');
    assert.equal(proxy.seen.length, 0);
  });
});
