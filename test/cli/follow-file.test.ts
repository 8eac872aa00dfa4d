/** Growing files are followed without loss and without repeat, whatever rotates, empties or stops them. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CursorFile } from '../../src/cli/sending/cursors.ts';
import { FollowedFile } from '../../src/cli/sending/follow-file.ts';

let folder = '';
let path = '';
let sent: string[] = [];
let notes: string[] = [];
let failing: Error | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
  path = join(folder, 'eve.json');
  sent = [];
  notes = [];
  failing = undefined;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Following {
  stop(): Promise<void>;
}

function follow(options: { readonly fromEnd?: boolean } = {}): Following {
  const stop = new AbortController();
  const file = new FollowedFile({
    path,
    cursors: new CursorFile(join(folder, 'state'), 'server', path),
    send: (lines) => {
      if (failing !== undefined) return Promise.reject(failing);
      sent.push(...new TextDecoder().decode(lines).split('\n').filter(Boolean));
      return Promise.resolve();
    },
    onNote: (text) => notes.push(text),
    fromEnd: options.fromEnd ?? false,
    signal: stop.signal,
    poll: 2,
    grace: 40,
  });
  const done = file.run();
  done.catch(() => {});
  return {
    stop: async () => {
      stop.abort();
      await done;
    },
  };
}

async function until(lines: readonly string[]): Promise<void> {
  const end = Date.now() + 5_000;
  while (sent.length < lines.length && Date.now() < end) await delay(2);
  // Long enough for a repeat to show itself.
  await delay(20);
  assert.deepEqual(sent, lines);
}

const names = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `line ${at + from}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('one follower', () => {
  test('sends what is there and what is added, whole lines only', async () => {
    writeFileSync(path, `${text(names(3))}line`);
    const following = follow();
    await until(names(3));
    appendFileSync(path, ' 3\nline 4\nli');
    await until(names(5));
    await following.stop();
  });

  test('waits for a file that is not there yet', async () => {
    const following = follow();
    await delay(10);
    writeFileSync(path, text(names(2)));
    await until(names(2));
    await following.stop();
  });

  test('from the end leaves out what was there, but not the line that has begun', async () => {
    writeFileSync(path, 'old 1\nold 2\nnew');
    const following = follow({ fromEnd: true });
    await delay(20);
    appendFileSync(path, ' 1\nnew 2\n');
    await until(['new 1', 'new 2']);
    await following.stop();
  });

  test('goes over to the new file when the old one is renamed, and takes what is still written to the old one', async () => {
    writeFileSync(path, text(names(2)));
    const following = follow();
    await until(names(2));
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'line 2\nline 3');
    writeFileSync(path, 'line 4\n');
    await until(names(5));
    appendFileSync(path, 'line 5\n');
    await until(names(6));
    await following.stop();
  });

  test('begins again in a file that was copied and emptied, lines that only the copy has first', async () => {
    writeFileSync(path, text(names(3)));
    const following = follow();
    await until(names(3));
    await following.stop();
    appendFileSync(path, 'line 3\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, 'line 4\n');
    const again = follow();
    await until(names(5));
    truncateSync(path, 0);
    await delay(20);
    appendFileSync(path, 'line 5\n');
    await until(names(6));
    await again.stop();
  });

  test('sees that a file was emptied though it has grown beyond the old place', async () => {
    writeFileSync(path, text(names(3)));
    const following = follow();
    await until(names(3));
    await following.stop();
    writeFileSync(path, text(names(9, 3)));
    const again = follow();
    await until(names(12));
    await again.stop();
  });

  test('sees it also when every line ends alike and the new content is as long as the old', async () => {
    const lines = (from: number): readonly string[] => names(3, from).map((name) => `${name} ${'.'.repeat(600)}`);
    writeFileSync(path, text(lines(0)));
    const following = follow();
    await until(lines(0));
    await following.stop();
    writeFileSync(path, text([...lines(3), ...lines(6)]));
    const again = follow();
    await until([...lines(0), ...lines(3), ...lines(6)]);
    await again.stop();
  });

  test('leaves out the hole that a writer makes at its old place in an emptied file', async () => {
    writeFileSync(path, text(names(2)));
    const following = follow();
    await until(names(2));
    await following.stop();
    writeFileSync(path, Buffer.concat([Buffer.alloc(14), Buffer.from('line 2\n')]));
    const again = follow();
    await until(names(3));
    await again.stop();
  });

  test('a line beyond every limit is left out and said to be', async () => {
    writeFileSync(path, `line 0\n${'x'.repeat(17 << 20)}\nline 1\n`);
    const following = follow();
    await until(names(2));
    assert.match(notes.join(), /too long/);
    await following.stop();
  });
});

describe('the next follower', () => {
  test('goes on where the one before ended', async () => {
    writeFileSync(path, text(names(3)));
    const first = follow();
    await until(names(3));
    await first.stop();
    appendFileSync(path, text(names(2, 3)));
    const second = follow();
    await until(names(5));
    await second.stop();
  });

  test('sends again what was not acknowledged', async () => {
    writeFileSync(path, text(names(2)));
    failing = new Error('away');
    const first = follow();
    await delay(20);
    await assert.rejects(first.stop(), /away/);
    failing = undefined;
    const second = follow();
    await until(names(2));
    await second.stop();
  });

  test('finds the rest of its file by another name, and all files rotated since, in order', async () => {
    writeFileSync(path, text(names(3)));
    const first = follow();
    await until(names(3));
    await first.stop();
    appendFileSync(path, 'line 3\n');
    renameSync(path, `${path}.1`);
    await delay(10);
    writeFileSync(path, text(names(2, 4)));
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    await delay(10);
    writeFileSync(path, text(names(2, 6)));
    const second = follow();
    await until(names(8));
    assert.deepEqual(notes, []);
    await second.stop();
  });

  test('finds it also when it was compressed', async () => {
    writeFileSync(path, text(names(3)));
    const first = follow();
    await until(names(3));
    await first.stop();
    appendFileSync(path, 'line 3\n');
    writeFileSync(join(folder, 'eve.json-20260101.gz'), gzipSync(readFileSync(path)));
    rmSync(path);
    writeFileSync(path, 'line 4\n');
    const second = follow();
    await until(names(5));
    await second.stop();
  });

  test('finds it in the folder of the day, as Wazuh rotates', async () => {
    path = join(folder, 'alerts.json');
    const day = (number: number): string => join(folder, '2026', 'Jan', `ossec-alerts-0${number}.json`);
    mkdirSync(join(folder, '2026', 'Jan'), { recursive: true });
    writeFileSync(path, text(names(3)));
    linkSync(path, day(1));
    const first = follow();
    await until(names(3));
    await first.stop();
    appendFileSync(path, 'line 3\n');
    rmSync(path);
    await delay(10);
    writeFileSync(path, 'line 4\n');
    linkSync(path, day(2));
    const second = follow();
    await until(names(5));
    assert.deepEqual(notes, []);
    await second.stop();
  });

  test('says so when the file is gone, and goes on with the new one', async () => {
    writeFileSync(path, text(names(3)));
    const first = follow();
    await until(names(3));
    await first.stop();
    rmSync(path);
    writeFileSync(path, 'other\n');
    const second = follow();
    await until([...names(3), 'other']);
    assert.match(notes.join(), /is gone/);
    await second.stop();
  });
});
