/** Long runs are read and replayed in slices, with the thread free in between. */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, test } from 'node:test';
import type { Looking } from '#engine';
import type { Store } from '#foundation';
import { memoryStore } from '#store';
import { eventsOf, inSlices } from '../../src/service/replay-slices.ts';
import { RunHistories } from '../../src/service/run-histories.ts';

const workflow = '/subscriptions/s/resourcegroups/g/providers/microsoft.logic/workflows/w';
const key = `${workflow}/runs/r`;
const time = '2026-01-01T00:00:00.0000000Z';

/** Other work: how often it gets its turn until the promise is there. */
async function turnsDuring(promise: Promise<unknown>): Promise<number> {
  let isOver = false;
  let turns = 0;
  void promise.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await nextTurn();
    turns += 1;
  }
  return turns;
}

async function write(store: Store, from: number, rows: number, records: number): Promise<void> {
  await store.commit([
    {
      kind: 'putRun',
      run: { key, workflow, name: 'r', status: 'Running', startTime: 0, clientTrackingId: 'r', body: {} },
    },
  ]);
  for (let row = from; row < from + rows; row += 1) {
    const history = Array.from({ length: records }, (_, index) => ({
      kind: 'repetition',
      repetition: {
        name: 'C',
        type: 'Compose',
        status: 'Succeeded',
        startTime: time,
        trackingId: 't',
        repetitionIndexes: [{ scopeName: 'Each', itemIndex: row * records + index }],
      },
    }));
    await store.commit([{ kind: 'appendJournal', row: { run: key, sequence: row, event: { row }, history } }]);
  }
}

describe('the history of a long run', () => {
  for (const [rows, records] of [
    [60, 500],
    [1_000, 20],
  ] as const) {
    test(`RH3: ${rows} rows of ${records} records are folded with turns for others in between`, async () => {
      const store = memoryStore();
      await write(store, 0, rows, records);
      const asked = new RunHistories(store).of(key);
      const turns = await turnsDuring(asked);
      assert.ok(turns >= 15, `others had ${turns} turns`);
      assert.equal((await asked).repetitions('C').length, rows * records);
    });
  }

  test('RH1: all who ask at once get everything, and later ones what was written since', async () => {
    const store = memoryStore();
    await write(store, 0, 30, 500);
    const histories = new RunHistories(store);
    const [first, second] = await Promise.all([histories.of(key), histories.of(key)]);
    assert.equal(first.repetitions('C').length, 15_000);
    assert.equal(second.repetitions('C').length, 15_000);
    await write(store, 30, 1, 500);
    assert.equal((await histories.of(key)).repetitions('C').length, 15_500);
  });

  test('RH2: a large one is read once while it is asked for again, and then only what was written since', async () => {
    const store = memoryStore();
    await write(store, 0, 50, 500);
    let read = 0;
    const counting: Store = {
      ...store,
      history: {
        ...store.history,
        records: (run, from, top) => {
          const rows = store.history.records(run, from, top);
          read += rows.length;
          return rows;
        },
      },
    };
    const histories = new RunHistories(counting);
    assert.equal((await histories.of(key)).repetitions('C').length, 25_000);
    assert.equal(read, 50);
    await write(store, 50, 2, 500);
    assert.equal((await histories.of(key)).repetitions('C').length, 26_000);
    assert.equal(read, 52);
  });

  test('a reading that fails fails for its own asker alone', async () => {
    const store = memoryStore();
    await write(store, 0, 2, 500);
    const { history } = store;
    let isBroken = true;
    const records: typeof history.records = (...asked: Parameters<typeof history.records>) => {
      if (isBroken) throw new Error('the disk is away');
      return history.records(...asked);
    };
    const histories = new RunHistories({ ...store, history: { records } } as unknown as Store);
    const failing = histories.of(key);
    const later = histories.of(key);
    isBroken = false;
    await assert.rejects(failing, /disk is away/);
    assert.equal((await later).repetitions('C').length, 1_000);
  });
});

describe('the replay of a long run', () => {
  function* steps(count: number, records: number, log: string[] = [], name = ''): Looking<string> {
    for (let step = 0; step < count; step += 1) {
      log.push(`${name}${step}`);
      yield records;
    }
    return 'found';
  }

  test('RS1: others get their turn after a thousand records, and after some dozens of events', async () => {
    for (const [count, records] of [
      [60, 500],
      [2_000, 1],
    ] as const) {
      const asked = inSlices(memoryStore(), steps(count, records));
      const turns = await turnsDuring(asked);
      assert.ok(turns >= 25, `others had ${turns} turns`);
      assert.equal(await asked, 'found');
    }
  });

  test('RS2: replays of one store go one after the other, whatever became of the one before', async () => {
    const store = memoryStore();
    const log: string[] = [];
    function* broken(): Looking<string> {
      yield* steps(200, 1, log, 'a');
      throw new Error('a contents is gone');
    }
    const first = inSlices(store, broken());
    const second = inSlices(store, steps(200, 1, log, 'b'));
    await assert.rejects(first, /gone/);
    assert.equal(await second, 'found');
    const expected = ['a', 'b'].flatMap((name) => Array.from({ length: 200 }, (_, step) => `${name}${step}`));
    assert.deepEqual(log, expected);
  });

  test('events are read in order, a page at a time and only as far as they are asked for', async () => {
    const store = memoryStore();
    await write(store, 0, 200, 1);
    assert.deepEqual(
      [...eventsOf(store, key, { discard() {} })],
      Array.from({ length: 200 }, (_, row) => ({ row })),
    );
    const [first] = eventsOf(store, key, { discard() {} });
    assert.deepEqual(first, { row: 0 });
  });
});
