/** The bar of `tocsin send`, drawn on a terminal that is handed in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress, progressLine } from '../../src/cli/sending/progress.ts';

function drawing(options: { total?: number; isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const clock = { time: 1_000 };
  const { isTTY = true, columns = 100, total } = options;
  const terminal = { isTTY, columns, write: (text: string) => written.push(text) };
  return { written, clock, progress: new Progress(total, terminal, () => clock.time) };
}

function plain(text: string | undefined): string {
  return (text ?? '').replace('\r', '').replace('\u001b[K', '');
}

test('the bar fills with the bytes that were read, and says rate, rest and file', () => {
  const { written, clock, progress } = drawing({ total: 1_000 });
  progress.label('eve.json');
  assert.equal(plain(written.at(-1)), '[------------------------] 0%  0 events  0/s  eve.json');
  clock.time += 2_000;
  progress.read(500);
  clock.time += 1_000;
  progress.sent(12_000);
  assert.equal(plain(written.at(-1)), '[############------------] 50%  12,000 events  4,000/s  3 s left  eve.json');
  clock.time += 1_000;
  progress.read(500);
  assert.equal(plain(written.at(-1)), '[########################] 100%  12,000 events  3,000/s  eve.json');
  progress.end();
  assert.equal(written.at(-1), '\r\u001b[K');
});

test('it is drawn at most ten times a second, but for the reason of a wait, which is shown at once and goes with the next piece', () => {
  const { written, clock, progress } = drawing();
  progress.label('a');
  for (let at = 0; at < 99; at += 1) {
    clock.time += 1;
    progress.read(1);
  }
  assert.equal(written.length, 1);
  progress.waiting('waiting 1.0 s: 429');
  assert.equal(written.length, 2);
  assert.match(plain(written.at(-1)), /waiting 1\.0 s: 429$/);
  clock.time += 100;
  progress.sent(1);
  assert.equal(written.length, 3);
  assert.match(plain(written.at(-1)), / {2}a$/);
});

test('without a terminal nothing is written, whatever happens', () => {
  const { written, progress } = drawing({ isTTY: false, total: 5 });
  progress.label('a');
  progress.read(5);
  progress.sent(1);
  progress.waiting('x');
  progress.end();
  assert.deepEqual(written, []);
});

test('a bar that was never drawn is not taken away', () => {
  const { written, progress } = drawing();
  progress.end();
  assert.deepEqual(written, []);
});

test('the line fits into the terminal, without splitting a character, and cannot move the cursor', () => {
  const narrow = drawing({ columns: 20 });
  narrow.progress.label('a-very-long-name.json');
  assert.equal(plain(narrow.written[0]).length, 19);
  const wide = drawing({ columns: 23 });
  wide.progress.label('🔔🔔🔔🔔🔔');
  assert.deepEqual(Array.from(plain(wide.written[0])).slice(-3), ['🔔', '🔔', '🔔']);
  const hostile = drawing();
  hostile.progress.label('x\u001b[2J\n\u0007y');
  assert.equal(plain(hostile.written[0]), '0 events  0/s  x [2J  y');
});

test('standard input has no size: counts alone', () => {
  assert.equal(progressLine({ label: '-', note: '', bytes: 7, events: 1_000, seconds: 2 }), '1,000 events  500/s  -');
});

test('more bytes than were announced are all of them', () => {
  const line = progressLine({ label: 'a', note: '', bytes: 20, events: 0, seconds: 1, total: 10 });
  assert.match(line, /^\[#{24}\] 100% /);
});
