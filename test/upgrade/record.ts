/**
 * Records a data folder of today's schema with something of everything in it: run once for each schema that is released.
 *
 *   node test/upgrade/record.ts
 */
import { LogicApps, request } from '../e2e/logic-apps.ts';
import { TocsinServer } from '../e2e/tocsin-server.ts';
import { record } from './recorded-folder.ts';

const server = await new TocsinServer().start();
const apps = new LogicApps(server, 'rg-recorded');
try {
  await apps.makeGroup();
  const note = { type: 'Compose', inputs: "@triggerBody()?['text']" };
  const noted = await apps.make('Noted', request(), { Note: note });
  for (const text of ['first', 'large '.repeat(3_000)]) await apps.post(noted, { text });
  const failing = await apps.make('Failing', request(), { Wrong: { type: 'Compose', inputs: '@int(triggerBody())' } });
  await apps.post(failing, { text: 'x' });
  const secured = await apps.make('Secured', request(), {
    Hidden: { ...note, runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } } },
    Wait: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } }, runAfter: { Hidden: ['Succeeded'] } },
    Length: { type: 'Compose', inputs: "@length(outputs('Hidden'))", runAfter: { Wait: ['Succeeded'] } },
  });
  await apps.post(secured, { text: 'secret' });
  const limited = { type: 'Request', kind: 'Http', inputs: {}, runtimeConfiguration: { concurrency: { runs: 1 } } };
  const waiting = await apps.make(
    'Waiting',
    { manual: limited },
    {
      Wait: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } } },
      Note: { ...note, runAfter: { Wait: ['Succeeded'] } },
    },
  );
  for (const text of ['one', 'two', 'three']) await apps.post(waiting, { text });
  const criteria = { mode: 'Inline', configurations: { all: { releaseCriteria: { messageCount: 2 } } } };
  await apps.make(
    'Batched',
    { Batch: { type: 'Batch', inputs: criteria } },
    {
      Count: { type: 'Compose', inputs: "@length(triggerBody()['items'])" },
    },
  );
  const sending = await apps.make('Sending', request(), {
    Send: {
      type: 'SendToBatch',
      inputs: {
        batchName: 'all',
        content: '@triggerBody()',
        host: { triggerName: 'Batch', workflow: { id: apps.id('Batched') } },
      },
    },
  });
  await apps.post(sending, { text: 'before' });
  await server.call('POST', '/ingest/v1/events', {
    body: {
      SystemAlertId: 'recorded-alert',
      AlertDisplayName: 'Recorded',
      AlertType: 'Recorded.Alert',
      Severity: 'High',
      TimeGenerated: '2026-11-26T00:00:00Z',
    },
  });
  for (const name of ['Noted', 'Failing', 'Sending']) {
    const ended = async () => ((await apps.statuses(name)).includes('Running') ? undefined : true);
    await server.eventually(ended, `the runs of ${name}`);
  }
  await server.stop();
  process.stdout.write(`${record(server.folder)}\n`);
} finally {
  await server.remove();
}
