/** A server killed at any moment while a trigger polls: every answer of the service fires once, none is left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type JsonObject, memberOf, SeededRandom } from '#foundation';
import { ScriptedService } from '../e2e/scripted-service.ts';
import { subscription, TocsinServer, textOf } from '../e2e/tocsin-server.ts';

const version = '?api-version=2019-05-01';
const kills = 4;

test('PT2: over kills the runs of a poll trigger are those of its answers, each once and in order', async (t) => {
  // The service keeps no state: what it answers follows from the cursor it is asked for.
  const service = await new ScriptedService(async ({ url }) => {
    await pause(10);
    const cursor = Number(new URL(url, 'http://s').searchParams.get('cursor') ?? 0);
    return { body: { cursor }, headers: { location: `/poll?cursor=${cursor + 1}`, 'retry-after': '0' } };
  }).start();
  t.after(() => service.stop());
  const server = await new TocsinServer(['--empty']).start();
  t.after(() => server.remove());
  const group = `${subscription}/resourceGroups/rg`;
  await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  const id = `${group}/providers/Microsoft.Logic/workflows/polls`;
  const definition = {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    triggers: {
      t: {
        type: 'Http',
        inputs: { method: 'GET', uri: `${service.url}/poll` },
        recurrence: { frequency: 'Day', interval: 1 },
      },
    },
    actions: {},
    outputs: { cursor: { type: 'Int', value: "@triggerBody()['cursor']" } },
  };
  const saved = await server.call('PUT', `${id}${version}`, {
    body: { location: 'westeurope', properties: { definition } },
  });
  assert.equal(saved.status, 201, saved.text);
  const random = new SeededRandom(Date.now());
  for (let kill = 0; kill < kills; kill += 1) {
    const before = service.requests.length;
    await server.eventually(async () => (service.requests.length > before + 3 ? true : undefined), 'polls');
    await pause(random.fraction() * 60);
    await server.stop('SIGKILL');
    await server.start();
  }
  await server.call('POST', `${id}/disable${version}`);
  const cursors = await server.eventually(async () => {
    const all = await allRuns(server, id);
    return all.every(({ outputs }) => memberOf(outputs, 'cursor') !== undefined) ? all.map(cursorOf) : undefined;
  }, 'the end of all runs');
  const ascending = cursors.toReversed();
  assert.ok(ascending.length > kills * 3);
  assert.deepEqual(
    ascending,
    ascending.map((_, index) => index),
  );
});

async function allRuns(server: TocsinServer, id: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (let next: string | undefined = `${id}/runs${version}&$top=250`; next !== undefined; ) {
    const { body } = await server.call('GET', next);
    found.push(...(body.value ?? []).map((run) => memberOf(run, 'properties') as JsonObject));
    next = body.nextLink === undefined ? undefined : textOf(body, 'nextLink');
  }
  return found;
}

function cursorOf({ outputs }: JsonObject) {
  return memberOf(memberOf(outputs, 'cursor'), 'value');
}
