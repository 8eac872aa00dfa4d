import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RunQueue, RunQueues } from '#engine';

const queue = (runs: number): RunQueue => ({ key: 'q', runs, waitingRuns: 5 });

test('never more than the limit execute, nobody overtakes, and all get their turn (RQ1, RQ3)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(9), { maxLength: 60 }), (runs, moves) => {
      const queues = new RunQueues();
      const executing: string[] = [];
      const order: string[] = [];
      let next = 0;
      const go = (): void => {
        for (const run of queues.next()) {
          executing.push(run);
          order.push(run);
        }
      };
      const end = (at: number): void => {
        const [run] = executing.splice(at % executing.length, 1);
        if (run !== undefined) queues.leave(run);
        go();
      };
      for (const move of moves) {
        if (move < 6) {
          const run = `r${next++}`;
          if (!queues.enter(queue(runs), run)) {
            executing.push(run);
            order.push(run);
          }
        } else if (executing.length > 0) end(move);
        assert.ok(executing.length <= runs);
      }
      while (executing.length > 0) end(0);
      assert.deepEqual(
        order,
        Array.from({ length: next }, (_, at) => `r${at}`),
      );
      assert.equal(queues.room(queue(runs)), runs + 5);
    }),
  );
});

test('a limit that is lowered lets those that execute go on and releases nobody until it holds', () => {
  const queues = new RunQueues();
  for (const run of ['a', 'b', 'c']) assert.equal(queues.enter(queue(3), run), false);
  assert.equal(queues.enter(queue(1), 'd'), true);
  for (const run of ['a', 'b']) {
    queues.leave(run);
    assert.deepEqual(queues.next(), []);
  }
  queues.leave('c');
  assert.deepEqual(queues.next(), ['d']);
});
