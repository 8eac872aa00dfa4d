/** Limits an operator has set, from outside: raised, lowered, over a restart with others. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { TocsinServer } from './tocsin-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-limits-'));
const file = join(folder, 'limits.json');
const set = (limits: JsonObject): void => writeFileSync(file, JSON.stringify(limits));
const server = new TocsinServer(['--empty', '--limits', file]);
const apps = new LogicApps(server, 'rg-limits');

const composed = (count: number): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, { type: 'Compose', inputs: index }]));
const each = (more: JsonObject): JsonObject => ({
  Each: { type: 'Foreach', foreach: "@triggerBody()['items']", actions: {}, ...more },
});

before(async () => {
  set({ actions: 600, foreachItems: 3 });
  await server.start();
  await apps.makeGroup();
});
after(async () => {
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('a raised limit takes what was refused, and a stored workflow outlives its lowering', async () => {
  await apps.make('many', request(), composed(550));
  set({ actions: 5, foreachItems: 3 });
  await server.stop();
  await server.start();
  assert.equal((await apps.post(await apps.callback('many'))).status, 202);
  await server.eventually(
    async () => ((await apps.statuses('many'))[0] === 'Succeeded' ? true : undefined),
    'the run of 550 actions',
  );
  assert.equal(await apps.refusal('six', request(), composed(6)), 'WorkflowLimitExceeded');
});

test('a lowered limit fails what was accepted, but not in a run that was started before', async () => {
  const url = await apps.make('each', request(), each({}));
  await apps.post(url, { items: [1, 2, 3] });
  await apps.post(url, { items: [1, 2, 3, 4] });
  await server.eventually(
    async () => ((await apps.statuses('each')).join() === 'Succeeded,Failed' ? true : undefined),
    'both runs',
  );
  const waiting = await apps.make('waiting', request(), {
    Pause: { type: 'Wait', inputs: { interval: { count: 3, unit: 'Second' } } },
    ...each({ runAfter: { Pause: ['Succeeded'] } }),
  });
  await apps.post(waiting, { items: [1, 2, 3] });
  set({ foreachItems: 2 });
  await server.stop('SIGKILL');
  await server.start();
  await apps.post(await apps.callback('waiting'), { items: [1, 2, 3] });
  await server.eventually(
    async () => ((await apps.statuses('waiting')).join() === 'Succeeded,Failed' ? true : undefined),
    'the run before and the run after',
  );
});

test('a workflow with as many calls under way as it may have answers 429 until one of them ends', async () => {
  set({ inboundCalls: 2 });
  await server.stop();
  await server.start();
  const url = await apps.make('throttled', request(), {
    Pause: { type: 'Wait', inputs: { interval: { count: 2, unit: 'Second' } } },
    Answer: respond('late', 200, { runAfter: { Pause: ['Succeeded'] } }),
  });
  const other = await apps.make('free', request(), { Answer: respond('now') });
  const waiting = [apps.post(url), apps.post(url)];
  await server.eventually(
    async () => ((await apps.statuses('throttled')).length === 2 ? true : undefined),
    'the two calls',
  );
  const refused = await apps.post(url);
  assert.equal(refused.status, 429);
  assert.equal((refused.body.error as JsonObject).code, 'WorkflowRequestsThrottled');
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal((await apps.post(other)).status, 200, 'each workflow is counted for itself');
  const forged = url.replace(/sig=[^&]+/, 'sig=none');
  assert.equal((await apps.post(forged)).status, 401, 'who has no signature learns nothing');
  assert.deepEqual(
    (await Promise.all(waiting)).map(({ status }) => status),
    [200, 200],
  );
  assert.equal((await apps.statuses('throttled')).length, 2);
  assert.equal((await apps.post(url)).status, 200);
});
