import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isJsonArray, type Json, type JsonObject, stringifyJson } from '#foundation';
import { Driver, plan, response, startTime } from './driver.ts';

const after = (name: string) => ({ runAfter: { [name]: ['Succeeded'] } });
const compose = (inputs: Json): JsonObject => ({ type: 'Compose', inputs });
const each = (items: string, actions: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'Foreach',
  foreach: items,
  actions,
  ...more,
});
const repetitions = (count: number): JsonObject => ({ runtimeConfiguration: { concurrency: { repetitions: count } } });
const sizeOf = (driver: Driver): number => stringifyJson(driver.state as unknown as Json).length;

describe('the state of a loop', () => {
  test('S2 does not grow with finished iterations', () => {
    const sizes: number[] = [];
    const driver = new Driver(plan({ E: each('@range(0, 20000)', { A: compose('@item()') }) })).start();
    while (driver.last.commands.some(({ kind }) => kind === 'continue')) {
      sizes.push(sizeOf(driver));
      driver.send({ kind: 'continued', now: startTime });
    }
    assert.equal(driver.state.status, 'Succeeded');
    assert.ok(sizes.length > 50);
    assert.ok(Math.max(...sizes) < 12_000, `${Math.max(...sizes)} characters`);
  });

  test('FE1 holds at most as many iterations as its concurrency', () => {
    const actions = { H: { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test/' } } };
    const driver = new Driver(plan({ E: each('@range(0, 100)', actions, repetitions(7)) })).start();
    let most = 0;
    for (let next = 0; next < driver.effects.length; next += 1) {
      most = Math.max(most, driver.state.frames.filter((frame) => frame !== null).length - 1);
      driver.answer(driver.effects[next]?.id ?? '', 200);
    }
    assert.equal(most, 7);
    assert.equal(driver.effects.length, 100);
    assert.ok(driver.state.frames.length <= 8 + 1);
  });

  test('keeps large item lists as a blob', () => {
    const driver = new Driver(plan({ E: each('@range(0, 20000)', { A: compose('@item()') }) })).start();
    const loop = driver.state.frames[0]?.cells[0]?.foreach;
    assert.ok(loop !== undefined && 'blob' in loop.items);
  });

  test('L1 keeps of finished iterations only what is read from outside', () => {
    const actions = (reader: JsonObject): JsonObject => ({
      E: each('@range(0, 50)', { A: compose('@item()'), B: compose('@string(item())') }),
      W: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } }, ...after('E') },
      R: { ...reader, ...after('W') },
    });
    const kept = (reader: JsonObject): readonly string[] => {
      const driver = new Driver(plan(actions(reader))).start().continueAll();
      return Object.keys(driver.state.frames[0]?.cells[0]?.foreach?.collected ?? {});
    };
    assert.deepEqual(kept(compose('nothing')), []);
    assert.deepEqual(kept(compose("@outputs('B')")), ['2']);
    assert.deepEqual(kept(compose("@result('E')")), ['1', '2']);
  });

  test('L3 the state of a long loop does not grow with the results that are read from outside', () => {
    const actions = {
      E: each('@range(0, 3000)', { A: compose("@concat('item ', item())") }),
      W: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } }, ...after('E') },
      R: { ...compose("@outputs('A')"), ...after('W') },
    };
    const driver = new Driver(plan(actions)).start().continueAll();
    assert.ok(JSON.stringify(driver.state).length < 200_000, `${JSON.stringify(driver.state).length}`);
    driver.fire(driver.timers.at(-1)?.id ?? '', startTime + 3_600_000).continueAll();
    assert.deepEqual(
      driver.outputs('R'),
      Array.from({ length: 3_000 }, (_, index) => `item ${index}`),
    );
  });

  test('L2 results stand in the order of items although iterations end in another', () => {
    const driver = new Driver(
      plan({
        E: each("@createArray('a','b','c')", { H: { type: 'Http', inputs: { method: 'GET', uri: '@{item()}' } } }),
        R: { ...compose("@body('H')"), ...after('E') },
      }),
    ).start();
    for (const number of [2, 0, 1]) driver.answer(driver.effects[number]?.id ?? '', response(200, number));
    assert.deepEqual(driver.outputs('R'), [0, 1, 2]);
  });

  test('results of a loop inside a loop follow one another', () => {
    const inner = each('@createArray(1, 2)', { A: compose("@concat(items('O'), item())") });
    const driver = new Driver(
      plan({ O: each("@createArray('x','y')", { I: inner }), R: { ...compose("@outputs('A')"), ...after('O') } }),
    ).start();
    assert.deepEqual(driver.outputs('R'), ['x1', 'x2', 'y1', 'y2']);
  });

  test('an action in a nested loop reads as an array inside the outer iteration', () => {
    const driver = new Driver(
      plan({
        O: each("@createArray('x','y')", {
          I: each('@createArray(1, 2)', { A: compose("@concat(items('O'), item())") }),
          R: { ...compose("@outputs('A')"), ...after('I') },
        }),
      }),
    ).start();
    const seen = driver.folded.repetitions('R').map(({ outputs }) => outputs);
    assert.deepEqual(seen, [{ value: ['x1', 'x2'] }, { value: ['y1', 'y2'] }]);
  });

  test('frames of finished iterations are used again', () => {
    const branch = {
      type: 'If',
      expression: '@equals(mod(item(), 2), 0)',
      actions: { A: compose(1) },
      else: { actions: { B: compose(2) } },
    };
    const driver = new Driver(plan({ E: each('@range(0, 1000)', { I: branch }, repetitions(5)) }))
      .start()
      .continueAll();
    assert.equal(driver.state.status, 'Succeeded');
    assert.ok(driver.state.frames.length <= 5 * 3 + 1, `${driver.state.frames.length} frames`);
    assert.equal(driver.folded.actions.get('A')?.repetitionCount, 1_000);
  });

  test('more items than allowed fail the loop', () => {
    const driver = new Driver(plan({ E: each('@range(0, 11)', { A: compose(1) }) }), {
      settings: { foreachItems: 10 },
    });
    driver.start();
    assert.equal(driver.status('E'), 'Failed');
    assert.equal(driver.folded.actions.get('E')?.error?.['code'], 'ExpressionEvaluationFailed');
  });
});

describe('variables in loops', () => {
  const list = { type: 'InitializeVariable', inputs: { variables: [{ name: 'list', type: 'Array', value: [] }] } };

  test('VA2 appending in a loop keeps one array in state', () => {
    const add = { type: 'AppendToArrayVariable', inputs: { name: 'list', value: '@item()' } };
    const driver = new Driver(plan({ V: list, E: { ...each('@range(0, 3000)', { A: add }), ...after('V') } })).start();
    const arrays = new Set<unknown>();
    while (driver.last.commands.some(({ kind }) => kind === 'continue')) {
      arrays.add(driver.state.variables[0]?.value);
      driver.send({ kind: 'continued', now: startTime });
    }
    // The first append leaves the plan's own empty array alone; from then on the array is the run's.
    assert.equal(arrays.size, 1);
    const value = driver.state.variables[0]?.value ?? null;
    assert.equal(isJsonArray(value) ? value.length : 0, 3_000);
  });

  test('two runs of one plan do not share their arrays', () => {
    const shared = plan({
      V: list,
      A: { type: 'AppendToArrayVariable', inputs: { name: 'list', value: 1 }, ...after('V') },
    });
    const first = new Driver(shared).start();
    const second = new Driver(shared).start();
    assert.deepEqual(first.state.variables[0]?.value, [1]);
    assert.deepEqual(second.state.variables[0]?.value, [1]);
  });

  test('a variable that would become too large is not changed', () => {
    const text = { type: 'InitializeVariable', inputs: { variables: [{ name: 't', type: 'String', value: '12345' }] } };
    const add = { type: 'AppendToStringVariable', inputs: { name: 't', value: '67890' }, ...after('V') };
    const driver = new Driver(plan({ V: text, A: add }), { settings: { variableText: 12 } }).start();
    assert.equal(driver.folded.actions.get('A')?.error?.['code'], 'VariableSizeLimitExceeded');
    assert.equal(driver.state.variables[0]?.value, '12345');
  });
});

describe('size and shape of definitions', () => {
  test('FL2 a row of five hundred actions, all skipped, does not deepen the stack', () => {
    const actions: { [name: string]: JsonObject } = { A0: compose('@div(1, sub(1, 1))') };
    for (let number = 1; number < 500; number += 1) {
      actions[`A${number}`] = { ...compose(number), ...after(`A${number - 1}`) };
    }
    const driver = new Driver(plan(actions)).start().continueAll();
    assert.equal(driver.state.status, 'Failed');
    assert.equal(driver.status('A499'), 'Skipped');
  });

  test('FL2 a loop with an empty body over many items does not deepen the stack', () => {
    const driver = new Driver(plan({ E: each('@range(0, 50000)', {}) })).start().continueAll();
    assert.equal(driver.state.status, 'Succeeded');
    assert.equal(driver.folded.actions.get('E')?.iterationCount, 50_000);
  });

  test('an until loop of five thousand pure iterations ends at its count', () => {
    const until = {
      type: 'Until',
      expression: '@equals(1, 2)',
      limit: { count: 5000, timeout: 'PT1H' },
      actions: { A: compose(1) },
    };
    const driver = new Driver(plan({ U: until })).start().continueAll();
    assert.equal(driver.folded.actions.get('U')?.iterationCount, 5_000);
    assert.ok(driver.state.frames.length <= 3);
  });

  for (const name of ['__proto__', 'constructor', 'toString']) {
    test(`an action and a variable called ${name} are ordinary ones`, () => {
      const variable = { type: 'InitializeVariable', inputs: { variables: [{ name, type: 'String', value: 'v' }] } };
      const actions = JSON.parse(
        `{"V": ${JSON.stringify(variable)}, "${name}": {"type":"Compose","inputs":"@variables('${name}')","runAfter":{"V":["Succeeded"]}},
          "R": {"type":"Compose","inputs":"@outputs('${name}')","runAfter":{"${name}":["Succeeded"]}}}`,
      ) as JsonObject;
      const driver = new Driver(plan(actions), { serialise: true }).start();
      assert.equal(driver.outputs('R'), 'v');
    });

    test(`a webhook called ${name} takes its callback`, () => {
      const hook = {
        type: 'HttpWebhook',
        inputs: { subscribe: { method: 'POST', uri: 'https://h.test/' }, unsubscribe: {} },
      };
      const actions = JSON.parse(`{"${name}": ${JSON.stringify(hook)}}`) as JsonObject;
      const driver = new Driver(plan(actions), { serialise: true }).start();
      driver.send({ kind: 'callback', now: startTime, callback: name, content: { value: { body: 1 } } });
      assert.equal(driver.status(name), 'Succeeded');
    });
  }
});
