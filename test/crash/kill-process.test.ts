/**
 * A process under load that is killed again and again, on the real store and with the real clock: what it acknowledged is
 * there and ends, and the outside sees repeated calls only for those that were in flight.
 */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { foldHistory, type HistoryRecord, runKey } from '#engine';
import { SeededRandom, silentLog, type Store } from '#foundation';
import { checkStore, openStore } from '#store';
import { dataFolder } from '../store/data-folder.ts';
import { killedRunName, killedWorkflowId } from './killed-runs.ts';

const kills = 6;
const runsPerLife = 200;
const effectsAtOnce = 20;

type Child = ChildProcessByStdio<null, Readable, null>;

function begin(folder: string, first: number, count: number): Child {
  const script = fileURLToPath(new URL('./running-process.ts', import.meta.url));
  const args = [script, folder, String(first), String(count)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The lines a process wrote until it ended; `onLine` hears each. */
async function linesOf(child: Child, onLine: (line: string) => void): Promise<readonly string[]> {
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout as AsyncIterable<string>) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      onLine(line);
    }
  }
  return lines;
}

function checkRun(store: Store, index: number, calls: ReadonlyMap<string, number>): void {
  const name = killedRunName(index);
  const key = runKey(killedWorkflowId, name);
  const row = store.history.run(key);
  assert.equal(row?.status, 'Succeeded', `run ${index}`);
  assert.ok(store.documents.get('events', name), `the event of run ${index} is lost`);
  const journal = store.history.journal(key);
  assert.deepEqual(
    journal.map(({ sequence }) => sequence),
    journal.map((_, at) => at),
  );
  const folded = foldHistory(journal.flatMap(({ history }) => history) as unknown as HistoryRecord[]);
  for (const action of ['One', 'Pause', 'Two', 'Note', 'Three']) {
    assert.equal(folded.actions.get(action)?.status, 'Succeeded', `${action} of run ${index}`);
  }
  for (const action of ['One', 'Two', 'Three']) assert.ok(calls.has(`${name}/${action}`), `${action} of run ${index}`);
}

test('a process that is killed under load loses nothing it acknowledged', async () => {
  const folder = dataFolder();
  const random = new SeededRandom(42);
  const acknowledged: number[] = [];
  try {
    for (let life = 0; life < kills; life += 1) {
      const child = begin(folder.path, life * runsPerLife, runsPerLife);
      const killAfter = Math.floor(random.fraction() * runsPerLife * 0.9);
      const lines = await linesOf(child, (line) => {
        if (line === 'ready' && killAfter === 0) child.kill('SIGKILL');
        if (Number(line) - life * runsPerLife === killAfter) child.kill('SIGKILL');
      });
      assert.ok(!lines.includes('done'), 'the process ended before it was killed');
      acknowledged.push(...lines.filter((line) => line !== 'ready').map(Number));
    }
    const lines = await linesOf(begin(folder.path, kills * runsPerLife, 10), () => {});
    assert.equal(lines.at(-1), 'done');
    const calls = new Map<string, number>();
    for (const key of readFileSync(join(folder.path, 'calls'), 'utf8').trim().split('\n')) {
      calls.set(key, (calls.get(key) ?? 0) + 1);
    }
    checkStore(folder.path);
    const store = await openStore({ folder: folder.path, log: silentLog });
    try {
      assert.ok(acknowledged.length > kills, 'hardly anything was acknowledged');
      for (const index of acknowledged) checkRun(store, index, calls);
      // A run that was durable but not acknowledged has ended too.
      assert.deepEqual(store.history.unfinished(), []);
    } finally {
      await store.close();
    }
    const repeated = [...calls.values()].reduce((sum, count) => sum + count - 1, 0);
    // Beside calls under way, those whose outcome was on its way to the disk.
    assert.ok(repeated <= kills * effectsAtOnce * 2, `${repeated} calls were repeated`);
  } finally {
    folder.remove();
  }
});
