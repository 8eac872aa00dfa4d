import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TocsinError } from '#foundation';
import { pendingCommands, type RunEvent } from '#engine';
import { canonical, Driver, plan, response, startedEvent, startTime } from './driver.ts';

const http = (uri: string, more: object = {}) => ({
  type: 'Http',
  inputs: { method: 'GET', uri, retryPolicy: { type: 'none' } },
  ...more,
});
const after = (name: string) => ({ runAfter: { [name]: ['Succeeded'] } });

const mixed = plan({
  V: { type: 'InitializeVariable', inputs: { variables: [{ name: 'list', type: 'Array', value: [] }] } },
  Each: {
    type: 'Foreach',
    foreach: '@range(0, 6)',
    runtimeConfiguration: { concurrency: { repetitions: 3 } },
    actions: {
      Call: http('https://a.test/@{item()}'),
      Add: { type: 'AppendToArrayVariable', inputs: { name: 'list', value: '@guid()' }, ...after('Call') },
    },
    ...after('V'),
  },
  Read: { type: 'Compose', inputs: { list: "@variables('list')", calls: "@body('Call')" }, ...after('Each') },
});

/** Drives the mixed run to its end, answering calls in order. */
function driveMixed(driver: Driver): Driver {
  driver.start();
  for (let next = 0; next < driver.effects.length; next += 1) {
    driver.answer(driver.effects[next]?.id ?? '', response(200, { n: next }), startTime + next);
  }
  return driver;
}

describe('the step', () => {
  test('ST1 replaying the events gives the same state, commands and history', () => {
    const first = driveMixed(new Driver(mixed));
    const second = new Driver(mixed);
    for (const event of first.events) second.send(event);
    assert.equal(canonical(second.state), canonical(first.state));
    assert.deepEqual(second.commands, first.commands);
    assert.deepEqual(second.history, first.history);
    assert.equal(first.state.status, 'Succeeded');
  });

  test('S1 a state that went through JSON text runs on exactly like the original', () => {
    const first = driveMixed(new Driver(mixed));
    const second = driveMixed(new Driver(mixed, { serialise: true }));
    assert.equal(canonical(second.state), canonical(first.state));
    assert.deepEqual(second.history, first.history);
  });

  test('ST3 a repeated or late event changes nothing and asks for nothing', () => {
    const driver = new Driver(mixed).start();
    const [first] = driver.effects;
    driver.answer(first?.id ?? '', 200);
    const before = canonical(driver.state);
    const late: RunEvent[] = [
      { kind: 'actionDone', now: startTime, effect: first?.id ?? '', outcome: response(500) },
      { kind: 'actionDone', now: startTime, effect: '__proto__', outcome: response(500) },
      { kind: 'timerFired', now: startTime, timer: 'constructor' },
      { kind: 'callback', now: startTime, callback: 'Call/000000', content: { value: 1 } },
      { kind: 'continued', now: startTime },
      { kind: 'callerGone', now: startTime },
      startedEvent(),
    ];
    for (const event of late) {
      driver.send(event);
      assert.deepEqual(driver.last.commands, [], event.kind);
      assert.deepEqual(driver.last.history, [], event.kind);
      assert.equal(canonical(driver.state), before, event.kind);
    }
  });

  test('ST3 an ended run takes no event any more', () => {
    const driver = driveMixed(new Driver(mixed));
    const before = canonical(driver.state);
    driver.send({ kind: 'cancelled', now: startTime });
    driver.send({ kind: 'timerFired', now: startTime, timer: 't1' });
    assert.equal(canonical(driver.state), before);
    assert.deepEqual(driver.last, { ...driver.last, commands: [], history: [] });
  });

  test('a run that never started takes no event', () => {
    assert.throws(
      () => new Driver(mixed).send({ kind: 'continued', now: startTime }),
      (error) => error instanceof TocsinError && error.fault.code === 'InternalServerError',
    );
  });

  test('everything that needs nobody outside runs in one step', () => {
    const driver = new Driver(
      plan({
        A: { type: 'Compose', inputs: 1 },
        B: { type: 'Scope', actions: { C: { type: 'Compose', inputs: 2 } }, ...after('A') },
        H: http('https://a.test/', after('B')),
        D: { type: 'Compose', inputs: 3, ...after('H') },
      }),
    ).start();
    assert.deepEqual(
      driver.commands.map(({ kind }) => kind),
      ['timer', 'effect'],
    );
    driver.answer('e1', 200);
    assert.equal(driver.state.status, 'Succeeded');
    assert.equal(driver.events.length, 2);
  });

  test('a run that ends in its first step arms no timer', () => {
    const driver = new Driver(plan({ A: { type: 'Compose', inputs: 1 } })).start();
    assert.deepEqual(driver.commands, [{ kind: 'finish', status: 'Succeeded' }]);
  });

  test('FL4 long pure work comes in slices and asks for one continuation at a time', () => {
    const driver = new Driver(
      plan({ E: { type: 'Foreach', foreach: '@range(0, 2000)', actions: { A: { type: 'Compose', inputs: 1 } } } }),
      { settings: { recordsPerStep: 100 } },
    ).start();
    const records: number[] = [];
    while (driver.last.commands.some(({ kind }) => kind === 'continue')) {
      assert.equal(driver.last.commands.filter(({ kind }) => kind === 'continue').length, 1);
      records.push(driver.last.history.length);
      driver.send({ kind: 'continued', now: startTime });
    }
    assert.ok(records.length > 30, `${records.length} slices`);
    assert.ok(Math.max(...records) <= 110, `${Math.max(...records)} records in a slice`);
    assert.equal(driver.state.status, 'Succeeded');
  });

  test('an event between two slices works too and asks for no second continuation', () => {
    const driver = new Driver(
      plan({
        E: { type: 'Foreach', foreach: '@range(0, 500)', actions: { A: { type: 'Compose', inputs: 1 } } },
        H: http('https://a.test/'),
      }),
      { settings: { recordsPerStep: 50 } },
    ).start();
    driver.answer('e1', 200);
    assert.ok(!driver.last.commands.some(({ kind }) => kind === 'continue'));
    assert.equal(driver.status('H'), 'Succeeded');
    driver.send({ kind: 'continued', now: startTime });
    driver.continueAll();
    assert.equal(driver.state.status, 'Succeeded');
  });
});

describe('the end of a run', () => {
  const hook = {
    type: 'HttpWebhook',
    inputs: {
      subscribe: { method: 'POST', uri: 'https://h.test/' },
      unsubscribe: { method: 'POST', uri: 'https://h.test/unsubscribe' },
    },
  };

  test('EN2 is told to the host when the last call nobody waits for is answered', () => {
    const driver = new Driver(plan({ W: hook })).start().answer('e1', 200);
    driver.send({ kind: 'cancelled', now: startTime });
    const kinds = driver.last.commands.map(({ kind }) => kind);
    assert.equal(driver.state.status, 'Cancelled');
    assert.ok(kinds.includes('effect') && !kinds.includes('finish'), kinds.join());
    driver.answer(driver.effects[1]?.id ?? '', 500);
    assert.deepEqual(driver.last.commands, [{ kind: 'finish', status: 'Cancelled' }]);
    assert.deepEqual(driver.last.history, []);
  });

  test('EN1 leaves no action running, no timer armed and no callback open', () => {
    const loop = { type: 'Foreach', foreach: '@range(0, 3)', actions: { S: { type: 'Scope', actions: { W: hook } } } };
    const driver = new Driver(plan({ E: loop, T: { type: 'Compose', inputs: 1, ...after('E') } })).start();
    driver.send({ kind: 'cancelled', now: startTime });
    const { timers, callbacks, ready, frames } = driver.state;
    assert.deepEqual([timers, callbacks, ready], [{}, {}, []]);
    for (const frame of frames) for (const cell of frame?.cells ?? []) assert.ok(cell?.endTime !== undefined);
    assert.deepEqual(
      [...driver.folded.actions.values()].map(({ name, status, repetitionCount }) => [name, status, repetitionCount]),
      [
        ['E', 'Cancelled', undefined],
        ['S', 'Cancelled', 3],
        ['W', 'Cancelled', 3],
        ['T', 'Skipped', undefined],
      ],
    );
  });
});

describe('what a restored state waits for', () => {
  test('is what its commands asked for and nobody has answered yet', () => {
    const driver = new Driver(
      plan({
        H: http('https://a.test/'),
        W: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } } },
        K: { type: 'HttpWebhook', inputs: { subscribe: { method: 'POST', uri: 'https://h.test/' }, unsubscribe: {} } },
      }),
    ).start();
    const asked = driver.commands.filter(({ kind }) => kind !== 'cancelTimer');
    const byKind = (left: { kind: string }, right: { kind: string }): number => (left.kind < right.kind ? -1 : 1);
    const pending = pendingCommands(driver.state, startTime);
    assert.deepEqual([...pending].sort(byKind), [...asked].sort(byKind));
    driver.answer('e1', 200);
    assert.ok(
      !pendingCommands(driver.state, startTime).some((command) => command.kind === 'effect' && command.id === 'e1'),
    );
  });

  test('counts what is left of a timer, in engine time', () => {
    const driver = new Driver(plan({ W: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } } } })).start();
    const wait = driver.timers.find(({ delayMilliseconds }) => delayMilliseconds === 3_600_000)?.id;
    const left = (now: number, scale?: number): number | undefined =>
      pendingCommands(driver.state, now, scale).flatMap((command) =>
        command.kind === 'timer' && command.id === wait ? [command.delayMilliseconds] : [],
      )[0];
    assert.equal(left(startTime + 600_000), 3_000_000);
    assert.equal(left(startTime + 600_000, 2), 2_400_000);
    assert.equal(left(startTime + 7_200_000), 0);
  });

  test('is the end when nothing is left', () => {
    const driver = new Driver(plan({ A: { type: 'Compose', inputs: 1 } })).start();
    assert.deepEqual(pendingCommands(driver.state, startTime), [{ kind: 'finish', status: 'Succeeded' }]);
  });
});
