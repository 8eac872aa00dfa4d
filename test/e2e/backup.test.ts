/** Backup while the server works, and a restored folder that goes on where the backup was taken. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import type { JsonObject } from '#foundation';
import { subscription, TocsinServer } from './tocsin-server.ts';

function tocsin(...words: readonly string[]): {
  readonly code: number | null;
  readonly output: string;
  readonly error: string;
} {
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const done = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: done.status, output: done.stdout, error: done.stderr };
}

test('a backup taken while the server runs is restored, and a waiting run goes on in it', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tocsin-backup-'));
  const server = await new TocsinServer().start();
  const restored = new TocsinServer();
  try {
    const group = `${subscription}/resourceGroups/rg-backup`;
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const id = `${group}/providers/Microsoft.Logic/workflows/Waits`;
    const definition = {
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
      actions: { Pause: { type: 'Wait', inputs: { interval: { count: 3, unit: 'Second' } } } },
    };
    await server.call('PUT', `${id}?api-version=2019-05-01`, {
      body: { location: 'westeurope', properties: { definition } },
    });
    const fired = await server.call('POST', `${id}/triggers/manual/run?api-version=2019-05-01`, { body: {} });
    const run = `${id}/runs/${fired.headers.get('x-ms-workflow-run-id')}`;

    const target = join(scratch, 'copy');
    const made = tocsin('backup', target, '--data', server.folder, '--output', 'json');
    assert.equal(made.code, 0, made.error);
    assert.equal((JSON.parse(made.output) as JsonObject).runs, 1);
    assert.equal(statSync(join(target, 'tocsin.db')).mode & 0o777, 0o600);
    const again = tocsin('backup', target, '--data', server.folder);
    assert.deepEqual([again.code, /Conflict/.test(again.error)], [1, true]);
    const refused = tocsin('restore', target, '--data', server.folder);
    assert.deepEqual([refused.code, refused.output], [1, '']);

    assert.equal(tocsin('restore', target, '--data', restored.folder).code, 0);
    const token = readFileSync(join(restored.folder, 'admin-token'), 'utf8');
    assert.equal(token, readFileSync(join(server.folder, 'admin-token'), 'utf8'));
    assert.ok(existsSync(join(restored.folder, 'tls', 'ca.pem')));
    await restored.start();
    const ended = (await restored.finishedRun(run)).properties as JsonObject;
    assert.equal(ended.status, 'Succeeded');
  } finally {
    await server.remove();
    await restored.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
});

test('wrong words and folders without a store get one clear sentence', () => {
  assert.equal(tocsin('backup').code, 2);
  const scratch = mkdtempSync(join(tmpdir(), 'tocsin-backup-'));
  const none = tocsin('backup', join(scratch, 'copy'), '--data', scratch);
  assert.deepEqual([none.code, /StoreDamaged: There is no store in/.test(none.error)], [1, true]);
  const empty = tocsin('restore', scratch, '--data', join(scratch, 'new'));
  assert.deepEqual([empty.code, /StoreDamaged: There is no backup in/.test(empty.error)], [1, true]);
  assert.ok(!existsSync(join(scratch, 'new')));
  rmSync(scratch, { recursive: true, force: true });
});
