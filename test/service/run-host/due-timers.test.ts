import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Clock, VirtualClock } from '#foundation';
import { DueTimers } from '../../../src/service/run-host/due-timers.ts';

function watched(clock: Clock): { readonly timers: DueTimers; readonly fired: string[] } {
  const fired: string[] = [];
  return { timers: new DueTimers(clock, (run, id) => fired.push(`${run}/${id}`)), fired };
}

test('timers fire when they are due, in that order, equal ones in the order of arming', () => {
  const clock = new VirtualClock();
  const { timers, fired } = watched(clock);
  timers.arm('a', 'late', 300);
  timers.arm('b', 'early', 100);
  timers.arm('a', 'same', 300);
  timers.arm('c', 'now', 0);
  clock.advance(99);
  assert.deepEqual(fired, ['c/now']);
  clock.advance(1);
  assert.deepEqual(fired, ['c/now', 'b/early']);
  clock.advance(1_000);
  assert.deepEqual(fired, ['c/now', 'b/early', 'a/late', 'a/same']);
  assert.equal(timers.size, 0);
});

test('arming a timer that is armed does not move it', () => {
  const clock = new VirtualClock();
  const { timers, fired } = watched(clock);
  timers.arm('a', 't', 100);
  clock.advance(50);
  timers.arm('a', 't', 100);
  clock.advance(50);
  assert.deepEqual(fired, ['a/t']);
  clock.advance(1_000);
  assert.deepEqual(fired, ['a/t']);
  timers.arm('a', 't', 1);
  clock.advance(1);
  assert.deepEqual(fired, ['a/t', 'a/t']);
});

test('a cancelled timer does not fire, nor any of a run that is let go', () => {
  const clock = new VirtualClock();
  const { timers, fired } = watched(clock);
  timers.arm('a', '1', 10);
  timers.arm('a', '2', 20);
  timers.arm('b', '1', 10);
  timers.cancel('b', '1');
  timers.cancel('b', '1');
  timers.cancel('nobody', '1');
  clock.advance(10);
  timers.cancelAll('a');
  clock.advance(100);
  assert.deepEqual(fired, ['a/1']);
});

test('a timer may arm and cancel others while it fires', () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  const timers: DueTimers = new DueTimers(clock, (_run, id) => {
    fired.push(id);
    if (id === 'first') {
      timers.cancel('a', 'second');
      timers.arm('a', 'third', 0);
    }
  });
  timers.arm('a', 'first', 10);
  timers.arm('a', 'second', 10);
  clock.advance(10);
  assert.deepEqual(fired, ['first', 'third']);
});

test('delays count engine time: a clock at scale 10 fires after a tenth of it', () => {
  const true_ = new VirtualClock();
  const clock: Clock = {
    scale: 10,
    now: () => true_.now(),
    elapsed: () => true_.elapsed(),
    after: (milliseconds, callback) => true_.after(milliseconds / 10, callback),
  };
  const { timers, fired } = watched(clock);
  timers.arm('a', 't', 1_000);
  true_.advance(99);
  assert.deepEqual(fired, []);
  true_.advance(1);
  assert.deepEqual(fired, ['a/t']);
});

test('after stop nothing fires', () => {
  const clock = new VirtualClock();
  const { timers, fired } = watched(clock);
  timers.arm('a', 't', 10);
  timers.stop();
  clock.advance(100);
  assert.deepEqual(fired, []);
  assert.equal(clock.waiting, 0);
});

test('a million timers armed and cancelled take no room', () => {
  const clock = new VirtualClock();
  const { timers } = watched(clock);
  timers.arm('kept', 't', 50);
  for (let index = 0; index < 1_000_000; index += 1) {
    timers.arm(`r${index}`, 't1', 7_776_000_000);
    timers.cancelAll(`r${index}`);
  }
  assert.equal(timers.size, 1);
  assert.ok(timers.entries < 3_000, `${timers.entries} entries are kept`);
});

test('whatever is armed, cancelled and waited for: the same as a list searched each time', () => {
  const operation = fc.oneof(
    { weight: 5, arbitrary: fc.record({ arm: fc.nat(9), delay: fc.nat(50) }) },
    { weight: 2, arbitrary: fc.record({ cancel: fc.nat(9) }) },
    { weight: 3, arbitrary: fc.record({ wait: fc.nat(30) }) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const clock = new VirtualClock(0);
      const { timers, fired } = watched(clock);
      let plain: { id: number; due: number }[] = [];
      const expected: string[] = [];
      for (const each of operations) {
        if ('arm' in each) {
          timers.arm('r', String(each.arm), each.delay);
          if (!plain.some(({ id }) => id === each.arm)) plain.push({ id: each.arm, due: clock.now() + each.delay });
        } else if ('cancel' in each) {
          timers.cancel('r', String(each.cancel));
          plain = plain.filter(({ id }) => id !== each.cancel);
        } else {
          clock.advance(each.wait);
          const due = plain.filter((timer) => timer.due <= clock.now());
          due.sort((left, right) => left.due - right.due);
          expected.push(...due.map(({ id }) => `r/${id}`));
          plain = plain.filter((timer) => timer.due > clock.now());
        }
      }
      assert.deepEqual(fired, expected);
      assert.equal(timers.size, plain.length);
    }),
  );
});

test('a clock that is set back or forward changes no wait (DT4)', () => {
  for (const jump of [-3_600_000, 3_600_000]) {
    const clock = new VirtualClock();
    const { timers, fired } = watched(clock);
    timers.arm('a', 'before', 1_000);
    clock.jump(jump);
    timers.arm('a', 'behind', 2_000);
    clock.advance(1_000);
    assert.deepEqual(fired, ['a/before']);
    clock.advance(1_000);
    assert.deepEqual(fired, ['a/before', 'a/behind']);
  }
});
