/**
 * kill -9 with acknowledged alerts in flight: every one has its run, every run ends, only effects under way repeat.
 *
 * Traffic stays on loopback; the number of alerts is TOCSIN_KILL_ALERTS (2,000 unless set).
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { subscription, textOf, TocsinServer } from '../e2e/tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-kill`;
const workflow = `${group}/providers/Microsoft.Logic/workflows/post`;
const total = Number(process.env.TOCSIN_KILL_ALERTS ?? 2_000);
const batch = 200;

function alert(index: number): JsonObject {
  return {
    VendorName: 'Test',
    AlertType: 'TEST_Kill',
    AlertDisplayName: `Alert ${index}`,
    Severity: 'High',
    Status: 'New',
    SystemAlertId: `kill-${index}`,
    TimeGenerated: '2026-01-01T00:00:00Z',
    StartTimeUtc: '2026-01-01T00:00:00Z',
    AzureResourceId: subscription,
    ResourceIdentifiers: [{ Type: 'AzureResource', AzureResourceId: subscription }],
  };
}

describe('kill -9 with alerts in flight', () => {
  const server = new TocsinServer();
  let receiver: Server;
  /** Calls by idempotency key. */
  const calls = new Map<string, number>();

  before(async () => {
    receiver = createServer((request, response) => {
      const key = String(request.headers['idempotency-key']);
      calls.set(key, (calls.get(key) ?? 0) + 1);
      request.resume();
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'));
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const definition = {
      $schema:
        'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
      actions: {
        Name: { type: 'Compose', inputs: "@triggerBody()?['AlertDisplayName']", runAfter: {} },
        Post: {
          type: 'Http',
          inputs: { method: 'POST', uri: `http://127.0.0.1:${port}/`, body: { name: "@outputs('Name')" } },
          runAfter: { Name: ['Succeeded'] },
        },
        Done: { type: 'Compose', inputs: "@body('Post')", runAfter: { Post: ['Succeeded'] } },
      },
    };
    const saved = await server.call('PUT', `${workflow}?api-version=2019-05-01`, {
      body: { location: 'westeurope', properties: { definition } },
    });
    assert.equal(saved.status, 201, saved.text);
    const automation = `${group}/providers/Microsoft.Security/automations/all?api-version=2019-01-01-preview`;
    const put = await server.call('PUT', automation, {
      body: {
        location: 'westeurope',
        properties: {
          scopes: [{ description: 'all', scopePath: subscription }],
          sources: [{ eventSource: 'Alerts', ruleSets: [] }],
          actions: [{ actionType: 'LogicApp', logicAppResourceId: workflow }],
        },
      },
    });
    assert.equal(put.status, 201, put.text);
  });
  after(async () => {
    await server.remove();
    receiver.close();
    receiver.closeAllConnections();
  });

  test('nothing that was acknowledged is lost', { timeout: 180_000 }, async () => {
    const acknowledged = new Map<string, string>();
    for (let start = 0; start < total; start += batch) {
      const bodies = Array.from({ length: Math.min(batch, total - start) }, (_, offset) => alert(start + offset));
      const sent = await server.call('POST', '/ingest/v1/events', { body: bodies });
      assert.equal(sent.status, 202, sent.text);
      for (const one of sent.body.events as readonly JsonObject[]) {
        const runs = one.runs as readonly string[];
        assert.equal(runs.length, 1);
        acknowledged.set(textOf(one, 'id'), String(runs[0]));
      }
    }
    await server.stop('SIGKILL');
    const before = calls.size;
    await server.start();
    const ended = await server.eventually(async () => {
      const runs = await allRuns();
      return runs.length === total && runs.every((run) => (run.properties as JsonObject).endTime !== undefined)
        ? runs
        : undefined;
    }, `the end of ${total} runs (${before} calls before the kill)`);
    const names = new Set(ended.map((run) => textOf(run, 'id').toLowerCase()));
    for (const run of acknowledged.values()) assert.ok(names.has(run.toLowerCase()), run);
    assert.ok(ended.every((run) => (run.properties as JsonObject).status === 'Succeeded'));
    assert.equal(calls.size, total, 'one idempotency key per run');
    const alerts = await count(`${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`);
    assert.equal(alerts, total);
  });

  async function allRuns(): Promise<readonly JsonObject[]> {
    const runs: JsonObject[] = [];
    for (let next: string | undefined = `${workflow}/runs?api-version=2019-05-01&$top=250`; next !== undefined; ) {
      const { body }: { body: JsonObject & { value?: readonly JsonObject[] } } = await server.call('GET', next);
      runs.push(...(body.value ?? []));
      next = typeof body.nextLink === 'string' ? body.nextLink.replace(/^https?:\/\/[^/]+/, '') : undefined;
    }
    return runs;
  }

  async function count(path: string): Promise<number> {
    let found = 0;
    for (let next: string | undefined = path; next !== undefined; ) {
      const { body }: { body: JsonObject & { value?: readonly JsonObject[] } } = await server.call('GET', next);
      found += body.value?.length ?? 0;
      next = typeof body.nextLink === 'string' ? body.nextLink.replace(/^https?:\/\/[^/]+/, '') : undefined;
    }
    return found;
  }
});
