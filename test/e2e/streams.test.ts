/** Connectors that hand events on, against servers of their protocols: Kafka, queues by AMQP, syslog; no sandbox. */
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Json, type JsonObject, textMember } from '#foundation';
import { AmqpBroker } from '../connectors/amqp-broker.ts';
import { type Identity, selfSigned } from '../connectors/local-servers.ts';
import { FakeKafkaBroker } from '../fakes/kafka-broker.ts';
import { FakeService } from '../fakes/service.ts';
import { connect, connectionState, over, runOver } from './connector-runs.ts';
import { TocsinServer } from './tocsin-server.ts';

describe('an event', () => {
  const folder = mkdtempSync(join(tmpdir(), 'streams-'));
  const broker = new FakeKafkaBroker({
    topics: { alerts: 3, closed: 1 },
    account: { user: 'soc', password: 'kafka-hush' },
    refusals: { closed: 29 },
  });
  let server: TocsinServer;
  let identity: Identity;
  before(async () => {
    identity = await selfSigned('localhost');
    writeFileSync(join(folder, 'authority.pem'), identity.certificate);
    server = new TocsinServer(['--empty'], {
      TOCSIN_TIME_SCALE: '20',
      NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
    });
    await Promise.all([server.start(), broker.start()]);
  });
  after(async () => {
    await Promise.all([server.remove(), broker.stop()]);
    rmSync(folder, { recursive: true });
  });

  async function answer(
    name: string,
    path: string,
    body: Json,
  ): Promise<{
    readonly status: Json | undefined;
    readonly body: JsonObject;
    readonly shown: string;
    readonly code: string;
  }> {
    const { outputs, inputs, properties } = await runOver(server, name, over(name, 'post', path, { body }));
    const shown = JSON.stringify([inputs, outputs, properties]);
    assert.doesNotMatch(shown, /-hush/);
    const code = textMember(properties.error ?? null, 'code') ?? '';
    return { status: outputs.statusCode, body: (outputs.body ?? {}) as JsonObject, shown, code };
  }

  test('goes to a topic of Kafka as one record or many, and a refusal of the brokers is an answer to branch on', async () => {
    const values = { brokers: `localhost:${broker.port}`, securityProtocol: 'SASL_PLAINTEXT', username: 'soc' };
    await connect(server, 'kafka', { parameterValues: { ...values, password: 'kafka-hush' } });
    assert.equal((await connectionState(server, 'kafka')).overallStatus, 'Connected');
    const one = await answer('kafka', '/topics/alerts/messages', {
      key: 'sql01',
      value: { AlertDisplayName: 'Brute force' },
      headers: { source: 'tocsin' },
      partition: 2,
    });
    assert.deepEqual(
      [one.status, one.body],
      [200, { topic: 'alerts', partitions: [{ partition: 2, baseOffset: '0' }] }],
      one.shown,
    );
    assert.deepEqual(
      broker.records.map(({ key, value, headers }) => [key, value.toString(), headers]),
      [['sql01', '{"AlertDisplayName":"Brute force"}', { source: 'tocsin' }]],
    );
    const many = [1, 2, 3].map((index) => ({ key: `k${index}`, value: `v${index}` }));
    assert.equal((await answer('kafka', '/topics/alerts/messages/batch', many)).status, 200);
    assert.deepEqual(
      broker.records
        .slice(1)
        .map(({ value }) => value.toString())
        .toSorted((a, b) => (a < b ? -1 : 1)),
      ['v1', 'v2', 'v3'],
    );
    assert.equal((await answer('kafka', '/topics/closed/messages', { value: 'x' })).status, 403);
    assert.equal((await answer('kafka', '/topics/nothing/messages', { value: 'x' })).status, 404);
    assert.equal((await answer('kafka', '/topics/alerts/messages', { key: 'x' })).status, 400);
    await connect(server, 'kafka', { parameterValues: { ...values, password: 'wrong-hush' } }, 'thief');
    assert.equal((await answer('thief', '/topics/alerts/messages', { value: 'x' })).status, 401);
  });

  test('goes to a queue by AMQP', async () => {
    const queue = new AmqpBroker({ tls: { cert: identity.certificate, key: identity.key } });
    const bodies: string[] = [];
    queue.verdict = ({ body }) => {
      bodies.push(body);
      return 'accept';
    };
    const port = await queue.start();
    try {
      const connectionString = `Endpoint=sb://localhost:${port}/;SharedAccessKeyName=send;SharedAccessKey=k3y=`;
      await connect(server, 'servicebus', { parameterValues: { connectionString } });
      const sent = await answer('servicebus', "/@{encodeURIComponent(encodeURIComponent('work'))}/messages", {
        ContentData: Buffer.from('hello').toString('base64'),
      });
      assert.equal(sent.status, 200, sent.shown);
      assert.deepEqual(bodies, ['hello']);
    } finally {
      await queue.stop();
    }
  });

  test('goes as a text message to a phone, signed, once however often it is tried; HTML becomes its text', async () => {
    const key = Buffer.from('a key of communication services').toString('base64');
    const seen: JsonObject[] = [];
    const phones: FakeService = new FakeService({
      'POST /sms': ({ headers, bytes, body, query }) => {
        const hash = createHash('sha256').update(bytes).digest('base64');
        const text = `POST\n/sms?api-version=${query.get('api-version')}\n${String(headers['x-ms-date'])};${headers.host};${hash}`;
        const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
        const expected = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
        if (headers.authorization !== expected || headers['x-ms-content-sha256'] !== hash) return { status: 401 };
        seen.push(body as JsonObject);
        return {
          status: 202,
          body: { value: [{ to: '+15550101', messageId: 'm1', httpStatusCode: 202, successful: true }] },
        };
      },
    });
    await phones.start();
    try {
      await connect(server, 'azurecommunicationservicessms', {
        parameterValues: { connectionString: `endpoint=${phones.url}/;accesskey=${key}` },
      });
      const sent = await answer('azurecommunicationservicessms', '/v2/sms', {
        from: '+15550100',
        message: 'Brute force',
        smsRecipients: [{ to: '+15550101' }],
      });
      assert.equal(sent.status, 202, sent.shown);
      const [recipient] = (seen[0]?.smsRecipients ?? []) as readonly JsonObject[];
      assert.match(textMember(recipient, 'repeatabilityRequestId') ?? '', /^[0-9a-f-]{36}$/);
      assert.ok(!sent.shown.includes(key));
    } finally {
      await phones.stop();
    }
    await connect(server, 'conversionservice');
    const text = await runOver(
      server,
      'conversionservice',
      over('conversionservice', 'post', '/html2text', { body: '<p>a &lt; <b>b</b></p>' }),
    );
    assert.equal(text.outputs.body, 'a < b');
  });

  const message = { message: 'first\nsecond', severity: 'alert', facility: 'auth', appName: 'soc app' };
  const line = /^<33>1 \S+ tocsin soc_app - - - first second$/;

  test('goes by syslog over TLS with its length, over TCP with a line end if asked, over UDP as a datagram of its own', async () => {
    const streams: string[] = [];
    const keep = (stream: { on(event: 'data', listener: (data: Buffer) => void): unknown }): void =>
      void stream.on('data', (data) => streams.push(data.toString()));
    const secure = createTlsServer({ cert: identity.certificate, key: identity.key }, keep);
    const plain = createServer(keep);
    const datagrams = createSocket('udp4', (data) => streams.push(data.toString()));
    await Promise.all([
      new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve)),
      new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve)),
      new Promise<void>((resolve) => datagrams.bind(0, '127.0.0.1', resolve)),
    ]);
    const next = async (): Promise<string> => {
      const seen = await server.eventually(async () => streams[0], 'the message');
      streams.length = 0;
      return seen;
    };
    try {
      const portOf = (address: AddressInfo | string | null): number => (address as AddressInfo).port;
      await connect(
        server,
        'syslog',
        { parameterValues: { host: 'localhost', port: portOf(secure.address()), protocol: 'tls' } },
        'secure',
      );
      await connect(
        server,
        'syslog',
        { parameterValues: { host: '127.0.0.1', port: portOf(plain.address()), framing: 'newline' } },
        'lines',
      );
      await connect(
        server,
        'syslog',
        { parameterValues: { host: '127.0.0.1', port: datagrams.address().port, protocol: 'udp' } },
        'datagrams',
      );
      const sent = await answer('secure', '/messages', message);
      assert.equal(sent.status, 200, sent.shown);
      const [, length = '', counted = ''] = /^(\d+) (.*)$/s.exec(await next()) ?? [];
      assert.match(counted, line);
      assert.equal(Number(length), Buffer.byteLength(counted));
      assert.equal((await answer('lines', '/messages', message)).status, 200);
      const lines = await next();
      assert.ok(lines.endsWith('\n'));
      assert.match(lines.trimEnd(), line);
      const event = {
        name: 'a|b\\c',
        severity: 9,
        extension: { msg: 'x=y\\z\r\nnew', act: 'blocked', 'bad name': 'x' },
      };
      assert.equal((await answer('datagrams', '/cef', event)).status, 200);
      assert.match(await next(), /CEF:0\|Tocsin\|Tocsin\|1\|alert\|a\\\|b\\\\c\|9\|msg=x\\=y\\\\z\\nnew act=blocked$/);
    } finally {
      secure.close();
      plain.close();
      datagrams.close();
    }
  });

  test('goes to no syslog server whose certificate nobody vouches for, nor to a forbidden address', async () => {
    const stranger = await selfSigned('localhost');
    const secure = createTlsServer({ cert: stranger.certificate, key: stranger.key });
    secure.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = secure.address() as AddressInfo;
      await connect(server, 'syslog', { parameterValues: { host: 'localhost', port, protocol: 'tls' } }, 'stranger');
      const refused = await runOver(server, 'stranger', {
        ...over('stranger', 'post', '/messages', { body: message, retryPolicy: { type: 'none' } }),
      });
      assert.equal(
        textMember(refused.properties.error ?? null, 'code'),
        'BadGateway',
        JSON.stringify(refused.properties),
      );
      await connect(server, 'syslog', { parameterValues: { host: '169.254.169.254', protocol: 'udp' } }, 'away');
      assert.equal((await answer('away', '/messages', message)).code, 'OutboundAddressForbidden');
    } finally {
      secure.close();
    }
  });
});
