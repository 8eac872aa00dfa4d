/**
 * Data folders of earlier schemas: today's server opens each, goes on with what was under way in it, and shows its history.
 *
 * What a recording holds: `test/upgrade/record.ts`. The server goes on at the moment of the recording; the recorded waits of
 * an hour are waited for in fast time.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { readMigrations } from '../../src/store/sqlite/migrate.ts';
import { recordedEnvironment, recordedFolders, restoreRecorded } from '../upgrade/recorded-folder.ts';
import { LogicApps } from './logic-apps.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

test('the schemas that were released have a recording each', () => {
  const newest = readMigrations().at(-1)?.number ?? 0;
  const recorded = recordedFolders();
  assert.ok(recorded.length > 0 && recorded.every((name) => /^schema-\d{4}$/.test(name)));
  assert.ok(recorded.every((name) => Number(name.slice(-4)) <= newest));
});

for (const name of recordedFolders()) {
  describe(`a data folder of ${name}`, () => {
    const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '3600', ...recordedEnvironment(name) });
    const apps = new LogicApps(server, 'rg-recorded');
    after(() => server.remove());

    const ended = (app: string, count: number): Promise<readonly unknown[]> =>
      server.eventually(async () => {
        const statuses = await apps.statuses(app);
        return statuses.length === count && statuses.every((one) => one !== 'Running' && one !== 'Waiting')
          ? statuses
          : undefined;
      }, `the end of the runs of ${app}`);

    const output = async (app: string, action: string, at = 0): Promise<unknown> => {
      const { body } = await apps.operation('GET', `${apps.id(app)}/runs`);
      const run = textOf(body.value?.toReversed()[at], 'name');
      const { outputsLink } = await apps.action(app, run, action);
      return JSON.parse((await server.call('GET', textOf(outputsLink, 'uri'), { token: null })).text) as unknown;
    };

    test('opens, and its ended runs are listed with their contents', async () => {
      restoreRecorded(name, server.folder);
      await server.start();
      assert.deepEqual(await apps.statuses('Noted'), ['Succeeded', 'Succeeded']);
      assert.deepEqual(await apps.statuses('Failing'), ['Failed']);
      assert.equal(await output('Noted', 'Note'), 'first');
      assert.equal(await output('Noted', 'Note', 1), 'large '.repeat(3_000));
    });

    test('its runs under way end: what was sealed opens, and runs that waited for their turn have it', async () => {
      assert.deepEqual(await ended('Secured', 1), ['Succeeded']);
      const { body } = await apps.operation('GET', `${apps.id('Secured')}/runs`);
      const length = await apps.action('Secured', textOf(body.value?.[0], 'name'), 'Length');
      assert.equal(length.status, 'Succeeded');
      assert.deepEqual(await ended('Waiting', 3), ['Succeeded', 'Succeeded', 'Succeeded']);
    });

    test('a batch that was half full is released with the next message', async () => {
      await apps.post(await apps.callback('Sending'), { text: 'behind' });
      assert.deepEqual(await ended('Batched', 1), ['Succeeded']);
      assert.equal(await output('Batched', 'Count'), 2);
    });

    test('its alerts are there, its workflows can be changed, and it opens again', async () => {
      const { body } = await server.call(
        'GET',
        `${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`,
      );
      assert.deepEqual(
        (body.value ?? []).map((alert) => (alert.properties as JsonObject).alertDisplayName),
        ['Recorded'],
      );
      await apps.make('Noted', { manual: { type: 'Request', kind: 'Http', inputs: {} } }, {});
      assert.equal(await server.stop(), 0);
      await server.start();
      assert.equal((await apps.runs('Noted')).length, 2);
    });
  });
}
