/** Secrets of runs are nowhere in the data folder, in the log or in answers; retention forgets runs while the server works. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { subscription, TocsinServer } from './tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-secrets`;
const version = 'api-version=2019-05-01';
const secured = { secureData: { properties: ['inputs', 'outputs'] } };

/** Every file below the folder that holds the text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

describe('secrets and retention', () => {
  const server = new TocsinServer(['--empty', '--retention-bytes', '12M']);
  let sink: Server;
  before(async () => {
    sink = createServer((request, response) => {
      request.resume();
      request.on('end', () =>
        response.setHeader('content-type', 'application/json').end('{"token":"planted-in-answer"}'),
      );
    }).listen(0, '127.0.0.1');
    await once(sink, 'listening');
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(async () => {
    sink.close();
    await server.remove();
  });

  async function save(name: string, properties: JsonObject): Promise<string> {
    const id = `${group}/providers/Microsoft.Logic/workflows/${name}`;
    const reply = await server.call('PUT', `${id}?${version}`, { body: { location: 'westeurope', properties } });
    assert.ok(reply.status < 300, reply.text);
    return id;
  }

  async function fire(id: string, body: Json): Promise<string> {
    const reply = await server.call('POST', `${id}/triggers/manual/run?${version}`, { body });
    assert.equal(reply.status, 202, reply.text);
    return `${id}/runs/${reply.headers.get('x-ms-workflow-run-id')}`;
  }

  test('what is secured, and values of secure parameters, are not on the disk in plain', async () => {
    const uri = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`;
    const id = await save('Hides', {
      parameters: { password: { value: 'planted-parameter' } },
      definition: {
        parameters: { password: { type: 'SecureString' } },
        triggers: {
          manual: {
            type: 'Request',
            kind: 'Http',
            inputs: {},
            runtimeConfiguration: { secureData: { properties: ['outputs'] } },
          },
        },
        actions: {
          Large: {
            type: 'Compose',
            inputs: "@concat(string(range(0, 9000)), triggerBody()?['s'])",
            runtimeConfiguration: { secureData: { properties: ['inputs'] } },
          },
          Call: {
            type: 'Http',
            inputs: {
              method: 'POST',
              uri,
              body: { p: "@parameters('password')", s: "@triggerBody()?['s']" },
              authentication: { type: 'Basic', username: 'u', password: "@parameters('password')" },
            },
            runtimeConfiguration: secured,
          },
          Wait: {
            type: 'Wait',
            inputs: { interval: { count: 1, unit: 'Second' } },
            runAfter: { Call: ['Succeeded'], Large: ['Succeeded'] },
          },
          Show: { type: 'Compose', inputs: { shown: "@parameters('password')" }, runAfter: { Wait: ['Succeeded'] } },
        },
      },
    });
    const run = await fire(id, { s: 'planted-in-trigger' });
    const ended = await server.finishedRun(run);
    assert.equal((ended.properties as JsonObject).status, 'Succeeded', JSON.stringify(ended));
    for (const secret of ['planted-parameter', 'planted-in-trigger', 'planted-in-answer']) {
      assert.deepEqual(filesWith(server.folder, secret), [], secret);
      assert.ok(!server.log.includes(secret), secret);
      const shown = await server.call('GET', `${run}?${version}&$expand=properties/actions,workflow/properties`);
      assert.ok(!shown.text.includes(secret), secret);
    }
    // What is not secured is readable, for the operator with any SQLite shell.
    assert.ok(filesWith(server.folder, 'sanitized').length > 0);
  });

  test('limits of a workflow are kept, shown and checked', async () => {
    const definition = { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} };
    const runtimeConfiguration = { lifetime: { unit: 'day', count: 7 }, history: { maximumBytes: 1_000_000 } };
    const id = await save('Limited', { definition, runtimeConfiguration });
    const shown = await server.call('GET', `${id}?${version}`);
    assert.deepEqual((shown.body.properties as JsonObject).runtimeConfiguration, runtimeConfiguration);
    for (const wrong of [
      { lifetime: { unit: 'Hour', count: 7 } },
      { lifetime: { unit: 'Day', count: 0 } },
      { history: { maximumBytes: -1 } },
    ]) {
      const body = { location: 'westeurope', properties: { definition, runtimeConfiguration: wrong } };
      const refused = await server.call('PUT', `${id}?${version}`, { body });
      assert.equal(refused.status, 400, refused.text);
    }
  });

  test('the oldest runs go when the store is over its size, and the disk gets the space back', async () => {
    const definition = {
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
      actions: {
        Large: { type: 'Compose', inputs: '@concat(guid(), string(range(0, 90000)), string(range(0, 90000)))' },
      },
    };
    const id = await save('Fills', { definition });
    const runs: string[] = [];
    for (let index = 0; index < 30; index += 1) runs.push(await fire(id, {}));
    await server.finishedRun(runs.at(-1) as string);
    const size = (): number =>
      ['tocsin.db', 'tocsin.db-wal'].reduce((sum, name) => sum + statSync(join(server.folder, name)).size, 0);
    assert.ok(size() > 20 * 1024 * 1024, `${size()} bytes`);
    const end = Date.now() + 40_000;
    while (size() > 13 * 1024 * 1024 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 250));
    assert.ok(size() <= 13 * 1024 * 1024, `${size()} bytes`);
    assert.equal((await server.call('GET', `${runs[0]}?${version}`)).status, 404);
    assert.equal((await server.call('GET', `${runs.at(-1)}?${version}`)).status, 200);
  });
});
