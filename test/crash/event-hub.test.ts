/**
 * kill -9 and a broker that goes away while events are on their way to an event hub over TLS: every acknowledged event
 * reaches the broker, and only those in flight arrive twice.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type JsonObject, silentLog, textMember } from '#foundation';
import { localCertificate } from '#service';
import { AmqpBroker } from '../connectors/amqp-broker.ts';
import { subscription, TocsinServer } from '../e2e/tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-hub`;
const automation = `${group}/providers/Microsoft.Security/automations/hub`;
const hub = `${group}/providers/Microsoft.EventHub/namespaces/ns/eventhubs/alerts`;
const batch = 100;
const batches = 12;

function alert(index: number): JsonObject {
  return {
    SystemAlertId: `hub-${index}`,
    AlertDisplayName: `Alert ${index}`,
    Severity: 'High',
    AzureResourceId: group,
  };
}

describe('kill -9 with events on their way to an event hub', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-hub-'));
  let certificate: { readonly key: string; readonly cert: string };
  let broker: AmqpBroker;
  let server: TocsinServer;
  let port = 0;
  /** Messages that brokers have accepted, by id of the alert. */
  const accepted = new Map<string, number>();

  function newBroker(): AmqpBroker {
    const made = new AmqpBroker({ tls: certificate, port });
    made.verdict = ({ body }) => {
      const id = textMember(JSON.parse(body) as JsonObject, 'SystemAlertId') ?? '';
      accepted.set(id, (accepted.get(id) ?? 0) + 1);
      return 'accept';
    };
    return made;
  }

  before(async () => {
    const made = await localCertificate({ folder, hosts: ['localhost'], now: Date.now, log: silentLog });
    certificate = { key: made.key, cert: made.cert };
    const authority = join(folder, 'authority.pem');
    writeFileSync(authority, made.cert);
    broker = newBroker();
    port = await broker.start();
    server = new TocsinServer(['--empty'], { NODE_EXTRA_CA_CERTS: authority });
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const connectionString = `Endpoint=sb://localhost:${port}/;SharedAccessKeyName=send;SharedAccessKey=k3y=`;
    const actions = [{ actionType: 'EventHub', eventHubResourceId: hub, connectionString }];
    const properties = { scopes: [{ scopePath: subscription }], sources: [{ eventSource: 'Alerts' }], actions };
    const put = await server.call('PUT', `${automation}?api-version=2019-01-01-preview`, {
      body: { location: 'westeurope', properties },
    });
    assert.equal(put.status, 201, put.text);
    assert.doesNotMatch(put.text, /k3y=/);
  });

  after(async () => {
    await server.remove();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every acknowledged event reaches the broker', { timeout: 120_000 }, async () => {
    let acknowledged = 0;
    for (let round = 0; round < batches; round += 1) {
      const body = Array.from({ length: batch }, (_, at) => alert(round * batch + at));
      const sent = await server.call('POST', '/ingest/v1/events', { body });
      assert.equal(sent.status, 202, sent.text);
      acknowledged += batch;
      if (round === 3) await broker.stop();
      if (round === 5 || round === 9) {
        await server.stop('SIGKILL');
        await server.start();
      }
      if (round === 7) {
        broker = newBroker();
        await broker.start();
      }
    }
    const end = Date.now() + 60_000;
    while (accepted.size < acknowledged && Date.now() < end) await pause(50);
    assert.equal(accepted.size, acknowledged, server.log.slice(-2000));
    const repeated = [...accepted.values()].filter((count) => count > 1).length;
    assert.ok(repeated <= 3 * 256, `${repeated} events arrived twice`);
  });
});
