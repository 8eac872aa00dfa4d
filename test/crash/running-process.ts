/**
 * A process with store and host that starts runs as fast as they are acknowledged, until it is killed or has started enough.
 *
 *   node running-process.ts FOLDER FIRST COUNT
 *
 * Each run makes three calls; a call appends its key to `FOLDER/calls`. Each acknowledged run is a line on standard output;
 * when all runs of the folder have ended, the line is `done`.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings, type EffectRunner, type NewRun } from '#engine';
import { formatTime, type JsonObject, SeededRandom, silentLog } from '#foundation';
import { EmbeddedHost, systemClock } from '#service';
import { openStore } from '#store';
import { planFor } from '../engine/plan-for.ts';
import { killedRunName, killedWorkflowId } from './killed-runs.ts';

const [folder = '', first = '0', count = '0'] = process.argv.slice(2);

const after = (name: string): JsonObject => ({ runAfter: { [name]: ['Succeeded'] } });
const call = (body: string): JsonObject => ({
  type: 'Http',
  inputs: { method: 'POST', uri: 'https://outside.test/', body },
});
const plan = planFor({
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
  actions: {
    One: call("@triggerBody()?['text']"),
    Pause: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Second' } }, ...after('One') },
    Two: { ...call("@body('One')"), ...after('Pause') },
    Note: { type: 'Compose', inputs: "@body('Two')", ...after('Two') },
    Three: { ...call("@outputs('Note')"), ...after('Note') },
  },
});

const effects: EffectRunner = {
  run: async (effect) => {
    appendFileSync(join(folder, 'calls'), `${effect.idempotencyKey}\n`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    return { kind: 'response', statusCode: 200, headers: {}, body: { value: { key: effect.idempotencyKey } } };
  },
};

function newRun(index: number): NewRun {
  const name = killedRunName(index);
  const time = formatTime(Date.now());
  return {
    identity: {
      name,
      workflowId: killedWorkflowId,
      version: 'v1',
      clientTrackingId: name,
      workflow: { id: killedWorkflowId, name: 'Killed', run: { name } },
    },
    trigger: {
      name: 'manual',
      // Every tenth run has contents that are blobs.
      outputs: { value: { headers: {}, body: { text: 'x'.repeat(index % 10 === 0 ? 20_000 : 100) } } },
      startTime: time,
      endTime: time,
      trackingId: '00000000-0000-4000-8000-00000000abcd',
      clientTrackingId: name,
      originHistoryName: name,
      status: 'Succeeded',
    },
  };
}

const store = await openStore({ folder, log: silentLog });
const host = new EmbeddedHost({
  store,
  plans: { plan: () => plan },
  effects,
  clock: systemClock(20),
  random: new SeededRandom(process.pid),
  log: silentLog,
  settings: defaultSettings,
  limits: { snapshotEvents: 2, waitingRunsKept: 5, effectsAtOnce: 20 },
});
const keepsAlive = setInterval(() => {}, 1_000);
const recovered = host.recover();
process.stdout.write('ready\n');
for (let index = Number(first); index < Number(first) + Number(count); index += 1) {
  const document = { collection: 'events', key: killedRunName(index), parent: '', time: index, status: '', body: {} };
  await host.startMany([newRun(index)], [{ kind: 'putDocument', document }]);
  process.stdout.write(`${index}\n`);
}
await recovered;
while (store.history.unfinished().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write('done\n');
await host.drain();
await store.close();
clearInterval(keepsAlive);
