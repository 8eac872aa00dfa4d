import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTime, SeededRandom, VirtualClock } from '#foundation';

test('K1: callbacks run by due time, ties in order of scheduling', () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  clock.after(20, () => seen.push('late'));
  clock.after(10, () => seen.push('first'));
  clock.after(10, () => seen.push('second'));
  clock.advance(15);
  assert.deepEqual(seen, ['first', 'second']);
  assert.equal(clock.now(), 15);
  clock.advance(5);
  assert.deepEqual(seen, ['first', 'second', 'late']);
});

test('a cancelled callback never runs', () => {
  const clock = new VirtualClock(0);
  const cancel = clock.after(1, () => assert.fail('ran'));
  cancel();
  assert.equal(clock.advanceToNext(), false);
});

test('callbacks that schedule more are run within the same advance', () => {
  const clock = new VirtualClock(0);
  let count = 0;
  const again = () => {
    count += 1;
    clock.after(10, again);
  };
  clock.after(10, again);
  clock.advance(100);
  assert.equal(count, 10);
});

test('times are written in UTC with seven digits', () => {
  assert.equal(formatTime(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), '2026-01-02T03:04:05.0060000Z');
});

test('R1: generators with the same state give the same values', () => {
  const one = new SeededRandom(42);
  const first = one.uuid();
  const two = new SeededRandom(42);
  assert.equal(two.uuid(), first);
  assert.equal(new SeededRandom(one.state).fraction(), two.fraction());
  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
