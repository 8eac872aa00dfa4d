/** AMQP to a broker on loopback: dispositions, one connection, size, wrong keys, brokers that vanish, TLS. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressGuard, EventHubClient } from '#connectors';
import type { HubAddress, HubMessage, HubOutcome } from '#foundation';
import { queueMessage } from '#service';
import { AmqpBroker, type BrokerOptions } from './amqp-broker.ts';

async function withBroker(
  options: BrokerOptions,
  work: (broker: AmqpBroker, client: EventHubClient, address: HubAddress) => Promise<void>,
): Promise<void> {
  const broker = new AmqpBroker(options);
  const port = await broker.start();
  const client = new EventHubClient(new AddressGuard([], true));
  const credentials = { name: 'send', key: 'k3y=' };
  try {
    await work(broker, client, { host: '127.0.0.1', port, tls: false, entity: 'hub', credentials });
  } finally {
    await client.close();
    await broker.stop();
  }
}

function message(at: number, size = 10): HubMessage {
  return { id: `m${at}`, body: new TextEncoder().encode(JSON.stringify({ at, pad: 'ü'.repeat(size) })) };
}

const codes = (outcomes: readonly HubOutcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'accepted' ? 'accepted' : `${outcome.about} ${outcome.code}`));

test('many messages go out on one connection, within the credit, and each is accepted', async () => {
  await withBroker({ credit: 10 }, async (broker, client, address) => {
    const first = await client.send(address, [message(0)]);
    const batch = Array.from({ length: 100 }, (_, at) => message(at + 1, 1000));
    const outcomes = await client.send(address, batch);
    assert.deepEqual([...new Set(codes([...first, ...outcomes]))], ['accepted']);
    assert.deepEqual(
      broker.received.map(({ id }) => id),
      Array.from({ length: 101 }, (_, at) => `m${at}`),
    );
    assert.equal(broker.received[1]?.body, new TextDecoder().decode(batch[0]?.body));
    assert.deepEqual([broker.received[0]?.entity, broker.received[0]?.contentType], ['hub', 'application/json']);
    assert.equal(broker.connections, 1);
  });
});

test('what the broker refuses is told apart: this message, or the hub', async () => {
  await withBroker({ maxMessageSize: 2000 }, async (broker, client, address) => {
    assert.deepEqual(codes(await client.send(address, [message(1, 2000), message(2)])), [
      'message amqp:link:message-size-exceeded',
      'accepted',
    ]);
    broker.verdict = () => ({ condition: 'com.microsoft:server-busy' });
    assert.deepEqual(codes(await client.send(address, [message(3)])), ['message com.microsoft:server-busy']);
    broker.verdict = () => 'release';
    assert.deepEqual(codes(await client.send(address, [message(4)])), ['message amqp:released']);
    assert.deepEqual(codes(await client.send({ ...address, entity: 'missing' }, [message(5)])), ['hub amqp:not-found']);
    const wrong = { ...address, credentials: { name: 'send', key: 'other' } };
    const outcomes = await client.send(wrong, [message(6)]);
    assert.deepEqual(codes(outcomes), ['hub amqp:unauthorized-access']);
    assert.doesNotMatch(JSON.stringify(outcomes), /other/);
  });
});

test('a broker that vanishes leaves its messages refused, and the next send connects again', async () => {
  await withBroker({}, async (broker, client, address) => {
    broker.verdict = () => 'ignore';
    const hanging = client.send(address, [message(1), message(2)]);
    setTimeout(() => void broker.stop(), 50);
    assert.deepEqual(codes(await hanging), ['hub ConnectionFailed', 'hub ConnectionFailed']);
    assert.deepEqual(codes(await client.send(address, [message(3)])), ['hub ConnectionFailed']);
    const back = new AmqpBroker({ port: address.port });
    await back.start();
    assert.deepEqual(codes(await client.send(address, [message(1)])), ['accepted']);
    await client.close();
    await back.stop();
  });
});

test('addresses that the guard forbids are never connected to', async () => {
  const client = new EventHubClient(new AddressGuard([], false));
  const address = { port: 5671, tls: true, entity: 'hub' };
  for (const host of ['169.254.169.254', '127.0.0.1', 'localhost']) {
    assert.deepEqual(
      codes(await client.send({ ...address, host }, [message(1)])),
      ['hub OutboundAddressForbidden'],
      host,
    );
  }
});

test('a message brings what it says of itself, and an event what it always did', async () => {
  await withBroker({}, async (broker, client, address) => {
    const made = queueMessage(
      {
        ContentData: Buffer.from('<a/>').toString('base64'),
        ContentType: 'application/xml',
        Label: 'alert',
        CorrelationId: 'c-1',
        SessionId: 's-1',
        MessageId: 'own-1',
        ReplyTo: 'answers',
        TimeToLive: 600_000_000,
        ScheduledEnqueueTimeUtc: '2027-01-02T03:04:05',
        Properties: { severity: 'High', count: 3, open: true, tags: ['a'], none: null },
      },
      'given-1',
      { 'x-ms-workflow-name': 'w' },
    );
    assert.ok(typeof made !== 'string');
    assert.deepEqual(codes(await client.send(address, [made, message(1)])), ['accepted', 'accepted']);
    const [first, second] = broker.received.map((one) => one.message);
    assert.deepEqual(
      [first?.content_type, first?.subject, first?.correlation_id, first?.group_id, first?.message_id, first?.reply_to],
      ['application/xml', 'alert', 'c-1', 's-1', 'own-1', 'answers'],
    );
    assert.equal(first?.ttl, 60_000);
    assert.deepEqual(
      { ...(first?.application_properties as object) },
      { 'x-ms-workflow-name': 'w', severity: 'High', count: 3, open: true, tags: '["a"]' },
    );
    const annotations = (first?.message_annotations ?? {}) as Readonly<Record<string, string | number>>;
    const scheduled = new Date(annotations['x-opt-scheduled-enqueue-time'] ?? 0);
    assert.equal(scheduled.toISOString(), '2027-01-02T03:04:05.000Z');
    assert.equal(broker.received[0]?.body, '<a/>');
    assert.deepEqual([second?.content_type, second?.application_properties], ['application/json', undefined]);
  });
});

test('what a message gets wrong is said before anything is sent', () => {
  const wrong = [{ ScheduledEnqueueTimeUtc: 'tomorrow' }, { TimeToLive: 'long' }].map((one) => queueMessage(one, 'i'));
  assert.deepEqual(wrong, [
    "'tomorrow' of 'ScheduledEnqueueTimeUtc' is no moment.",
    "'long' of 'TimeToLive' is no number of ticks.",
  ]);
});
