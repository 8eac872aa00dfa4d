/** The client of Kafka against a broker of its protocol. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { AddressGuard, KafkaClient, type KafkaCluster } from '#connectors';
import { FakeKafkaBroker } from '../fakes/kafka-broker.ts';
import { selfSigned } from './local-servers.ts';

const record = { value: Buffer.from('v'), headers: {} } as const;

describe('a Kafka cluster', () => {
  const trusted = getCACertificates('default');
  let broker: FakeKafkaBroker;
  let clusterOf: (password: string) => KafkaCluster;
  before(async () => {
    const { certificate, key } = await selfSigned('localhost');
    broker = await new FakeKafkaBroker({
      topics: { alerts: 2 },
      account: { user: 'soc', password: 'kafka-hush' },
      tls: { cert: certificate, key },
    }).start();
    setDefaultCACertificates([...trusted, certificate]);
    clusterOf = (password) => ({
      brokers: [`localhost:${broker.port}`],
      tls: true,
      sasl: { mechanism: 'plain', username: 'soc', password },
    });
  });
  after(async () => {
    setDefaultCACertificates(trusted);
    await broker.stop();
  });

  test('takes records over TLS from who signs in, into the partition asked for, with keys and headers', async () => {
    const client = new KafkaClient(new AddressGuard());
    const first = await client.send(clusterOf('kafka-hush'), 'alerts', [
      { key: 'k', value: Buffer.from([0, 255]), headers: { source: 'tocsin' }, partition: 1 },
    ]);
    assert.deepEqual(first, { kind: 'taken', partitions: [{ partition: 1, baseOffset: '0' }] });
    const next = await client.send(clusterOf('kafka-hush'), 'alerts', [{ ...record, partition: 1 }]);
    assert.deepEqual(next, { kind: 'taken', partitions: [{ partition: 1, baseOffset: '1' }] });
    assert.deepEqual(broker.records[0], {
      topic: 'alerts',
      partition: 1,
      key: 'k',
      value: Buffer.from([0, 255]),
      headers: { source: 'tocsin' },
    });
    await client.close();
  });

  test('refuses a wrong password and a topic that is not there, in words without the password', async () => {
    const client = new KafkaClient(new AddressGuard());
    const thief = await client.send(clusterOf('wrong-hush'), 'alerts', [record]);
    assert.equal(thief.kind === 'refused' ? thief.code : JSON.stringify(thief), 'SASL_AUTHENTICATION_FAILED');
    const nowhere = await client.send(clusterOf('kafka-hush'), 'nothing', [record]);
    assert.equal(nowhere.kind === 'refused' ? nowhere.code : JSON.stringify(nowhere), 'UNKNOWN_TOPIC_OR_PARTITION');
    assert.doesNotMatch(JSON.stringify([thief, nowhere]), /hush/);
    await client.close();
  });

  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
    test(`signs in by ${mechanism} over TLS without telling the password, and not with a wrong one`, async () => {
      const { certificate, key } = await selfSigned('localhost');
      const guarded = await new FakeKafkaBroker({
        topics: { alerts: 1 },
        account: { user: 'soc', password: 'kafka-hush', mechanism },
        tls: { cert: certificate, key },
      }).start();
      setDefaultCACertificates([...trusted, certificate]);
      const client = new KafkaClient(new AddressGuard());
      const as = (password: string, how: 'plain' | 'scram-sha-256' | 'scram-sha-512'): KafkaCluster => ({
        brokers: [`localhost:${guarded.port}`],
        tls: true,
        sasl: { mechanism: how, username: 'soc', password },
      });
      const own = mechanism === 'SCRAM-SHA-256' ? 'scram-sha-256' : 'scram-sha-512';
      assert.equal((await client.send(as('kafka-hush', own), 'alerts', [record])).kind, 'taken');
      const thief = await client.send(as('wrong-hush', own), 'alerts', [record]);
      assert.equal(thief.kind === 'refused' ? thief.code : JSON.stringify(thief), 'SASL_AUTHENTICATION_FAILED');
      const other = await client.send(as('kafka-hush', 'plain'), 'alerts', [record]);
      assert.notEqual(other.kind, 'taken');
      assert.doesNotMatch(JSON.stringify([thief, other]), /hush/);
      assert.equal(guarded.records.length, 1);
      await client.close();
      await guarded.stop();
    });
  }

  test('is not followed to an address that the guard forbids, named by the operator or by the cluster itself', async () => {
    const client = new KafkaClient(new AddressGuard());
    const direct = await client.send({ brokers: ['169.254.169.254:9092'], tls: false }, 'alerts', [record]);
    assert.equal(direct.kind === 'failure' ? direct.code : direct.kind, 'OutboundAddressForbidden');
    const lure = await new FakeKafkaBroker({ topics: { alerts: 1 }, advertised: '169.254.169.254' }).start();
    const led = await client.send({ brokers: [`127.0.0.1:${lure.port}`], tls: false }, 'alerts', [record]);
    assert.equal(led.kind === 'failure' ? led.code : led.kind, 'OutboundAddressForbidden');
    assert.equal(lure.records.length, 0);
    await client.close();
    await lure.stop();
  });
});
