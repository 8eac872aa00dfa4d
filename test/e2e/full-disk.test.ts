/**
 * A disk that fills up under the server, one that is read-only, a folder that cannot be made.
 *
 * The disk is a small file system of its own, which only root can mount; elsewhere those tests are skipped. What the host
 * does with single commits that fail is in `test/service/run-host`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { LogicApps, request } from './logic-apps.ts';
import { removeFolder, runToEnd, scratchFolder } from './server-process.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

function mount(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
}

/** Fills the disk but for so many bytes. */
function fill(folder: string, left: number): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - left)));
}

const freed = (folder: string): void => rmSync(join(folder, 'ballast'));

const server = new TocsinServer();
const { folder } = server;
const isMounted = mount(folder, '24m');
const skip = isMounted ? false : 'only root can mount a small file system';
const start = (): Promise<Awaited<ReturnType<typeof runToEnd>>> =>
  runToEnd(['--empty', '--port', '0', '--https-port', '0', '--data', folder]);

after(async () => {
  await server.stop('SIGKILL');
  if (isMounted) spawnSync('umount', ['-l', folder]);
  removeFolder(folder);
});

describe('a disk that is full', { skip }, () => {
  const apps = new LogicApps(server, 'rg-disk');
  const accepted: string[] = [];
  let url = '';

  async function call(times: number): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const { status, headers, body } = await apps.post(url, { text: 'x'.repeat(2_000) });
      statuses.push(status);
      if (status === 202) accepted.push(headers.get('x-ms-workflow-run-id') ?? '');
      else {
        assert.equal((body.error as { code?: string }).code, 'StoreUnavailable');
        assert.ok(Number(headers.get('retry-after')) > 0);
      }
    }
    return statuses;
  }

  async function allSucceed(name: string): Promise<void> {
    for (const run of accepted) {
      const { properties } = await server.finishedRun(`${apps.id(name)}/runs/${run}`);
      assert.equal((properties as { status?: string }).status, 'Succeeded');
    }
    assert.equal((await apps.runs(name)).length, accepted.length);
  }

  test('refuses new work with 503, still answers what is read, and goes on with everything when there is space', async () => {
    await server.start();
    await apps.makeGroup();
    const wait = { type: 'Wait', inputs: { interval: { count: 2, unit: 'Second' } } };
    const note = { type: 'Compose', inputs: '@triggerBody()', runAfter: { Wait: ['Succeeded'] } };
    url = await apps.make('Waiting', request(), { Wait: wait, Note: note });
    const recurrence = { Often: { type: 'Recurrence', recurrence: { frequency: 'Second', interval: 1 } } };
    await apps.make('Often', recurrence, { Note: { type: 'Compose', inputs: 1 } });
    await call(20);
    fill(folder, 100_000);
    assert.ok((await call(120)).includes(503));
    const put = await server.call('PUT', `${apps.group}2?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    assert.equal(put.status, 503, put.text);
    assert.equal((await apps.runs('Waiting')).length, accepted.length);
    // Their waits end now, and so do occurrences of the recurrence.
    await pause(4_000);
    freed(folder);
    assert.deepEqual(await call(3), [202, 202, 202]);
    await allSucceed('Waiting');
    const before = (await apps.runs('Often')).length;
    await server.eventually(
      async () => ((await apps.runs('Often')).length > before ? true : undefined),
      'the recurrence going on',
    );
    const complaints = server.log.split('\n').filter((line) => line.includes('Commits fail'));
    assert.ok(complaints.length > 0 && complaints.length < 5, `${complaints.length} complaints`);
    const { text } = await server.call('GET', '/metrics');
    assert.ok(Number(/^tocsin_commits_failed_total (\d+)/m.exec(text)?.[1]) > 0);
  });

  test('loses nothing when the server is killed meanwhile', async () => {
    await apps.operation('POST', `${apps.id('Often')}/disable`);
    await call(10);
    fill(folder, 60_000);
    await call(100);
    await server.stop('SIGKILL');
    freed(folder);
    await server.start();
    await allSucceed('Waiting');
    assert.equal(await server.stop(), 0);
  });

  test('a first start on it leaves nothing behind that a later start stumbles over', async () => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    // Wherever the space ends, the next start is a first one or goes on.
    for (const left of [0, 30_000, 90_000, 150_000, 250_000]) {
      fill(folder, left);
      const words = [main, '--empty', '--port', '0', '--https-port', '0', '--data', folder];
      const { status, stderr } = spawnSync(process.execPath, words, {
        encoding: 'utf8',
        timeout: 5_000,
        killSignal: 'SIGKILL',
      });
      // It either ends by itself and says why, or serves until it is ended here.
      if (status !== null) assert.match(stderr, /no space left/i);
      freed(folder);
    }
    await server.start();
    assert.match(server.token, /^\S{20,}$/);
    const { value } = (await server.call('GET', '/subscriptions?api-version=2020-01-01')).body;
    assert.equal(textOf(value?.[0], 'displayName'), 'Local');
    assert.equal(await server.stop(), 0);
  });
});

test('a read-only disk is named as such', { skip }, async () => {
  spawnSync('mount', ['-o', 'remount,ro', folder]);
  const { code, errors } = await start();
  spawnSync('mount', ['-o', 'remount,rw', folder]);
  assert.equal(code, 1);
  assert.match(errors, /The data folder .* cannot be used: .*(?:read-only|cannot be opened or made)/);
});

test('a data folder that is a file, or below one, is named as such', async () => {
  const scratch = scratchFolder();
  const file = join(scratch, 'file');
  writeFileSync(file, '');
  for (const data of [file, join(file, 'below')]) {
    const { code, errors } = await runToEnd(['--port', '0', '--https-port', '0', '--data', data]);
    assert.equal(code, 1);
    assert.match(
      errors,
      /The data folder .* cannot be used: a (?:file that is no folder|part of its path is no folder)/,
    );
  }
  removeFolder(scratch);
});
