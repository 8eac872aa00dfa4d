import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contextFromJson } from '#expression';
import type { Json, JsonObject } from '#foundation';
import {
  type ActionPlan,
  operationCatalogue,
  planWorkflow,
  type WorkflowInput,
  workflowLimits,
  type WorkflowPlan,
} from '#workflow';

function planned(definition: JsonObject, more: Partial<WorkflowInput> = {}): WorkflowPlan {
  const result = planWorkflow({ definition, ...more });
  assert.ok(result.kind === 'planned', result.kind === 'refused' ? result.fault.message : '');
  return result.plan;
}

function refused(definition: Json, more: Partial<WorkflowInput> = {}) {
  const result = planWorkflow({ definition, ...more });
  assert.ok(result.kind === 'refused');
  return result.fault;
}

function action<K extends ActionPlan['kind']>(
  plan: WorkflowPlan,
  key: string,
  kind: K,
): Extract<ActionPlan, { kind: K }> {
  const found = plan.actions.get(key);
  assert.equal(found?.kind, kind);
  return found as Extract<ActionPlan, { kind: K }>;
}

const compose = (inputs: Json, runAfter: JsonObject = {}): JsonObject => ({ type: 'Compose', inputs, runAfter });
const after = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, ['Succeeded']]));

describe('a plan', () => {
  const plan = planned({
    actions: {
      Loop: {
        type: 'foreach',
        foreach: '@createArray(1)',
        actions: {
          Inner: { type: 'Foreach', foreach: '@createArray(2)', actions: { Deep: compose(1) } },
          Last: compose(1, after('Inner')),
        },
      },
      End: { ...compose(2), runAfter: { loop: ['SUCCEEDED', 'Failed'] } },
    },
  });

  test('holds every action by lower-case name, parents before children, in definition order', () => {
    assert.deepEqual([...plan.actions.keys()], ['loop', 'inner', 'deep', 'last', 'end']);
    assert.equal(plan.actions.get('loop')?.name, 'Loop');
    assert.equal(plan.actions.get('loop')?.type, 'Foreach');
  });

  test('knows parents, loops, leaves and followers', () => {
    assert.deepEqual(plan.actions.get('deep')?.loops, ['loop', 'inner']);
    assert.equal(plan.actions.get('deep')?.parent, 'inner');
    assert.deepEqual(
      plan.root.leaves.map(({ key }) => key),
      ['end'],
    );
    assert.deepEqual(plan.actions.get('loop')?.followers, ['end']);
    assert.deepEqual(
      action(plan, 'loop', 'foreach').body.leaves.map(({ key }) => key),
      ['last'],
    );
  });

  test('quotes runAfter as it was written', () => {
    const [dependency] = plan.actions.get('end')?.runAfter ?? [];
    assert.deepEqual(dependency?.written, ['SUCCEEDED', 'Failed']);
    assert.equal(dependency?.name, 'loop');
    assert.deepEqual([...(dependency?.statuses ?? [])], ['Succeeded', 'Failed']);
  });

  test('lets a Foreach run twenty at a time, and one inside another Foreach one at a time', () => {
    assert.equal(action(plan, 'loop', 'foreach').concurrency, 20);
    assert.equal(action(plan, 'inner', 'foreach').concurrency, 1);
  });

  test('is planned once: its templates evaluate without the definition', () => {
    const { inputs } = action(planned({ actions: { C: compose("@concat(triggerBody(), '!')") } }), 'c', 'compose');
    assert.equal(inputs.evaluate(contextFromJson({ triggerBody: 'a' })), 'a!');
  });
});

describe('settings of an action', () => {
  const http = (inputs: JsonObject, more: JsonObject = {}): WorkflowPlan =>
    planned({
      parameters: { n: { type: 'Int', defaultValue: 7 } },
      actions: { H: { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test/', ...inputs }, ...more } },
    });

  test('have the documented defaults', () => {
    const { retry, asynchronous, timeout } = action(http({}), 'h', 'http');
    assert.deepEqual(retry, {
      type: 'Default',
      count: 4,
      interval: 7_500,
      minimumInterval: 5_000,
      maximumInterval: 45_000,
    });
    assert.equal(asynchronous, true);
    assert.equal(timeout, undefined);
  });

  test('are read with text in place of numbers, and expressions over parameters', () => {
    const policy = {
      type: 'Exponential',
      count: "@parameters('n')",
      interval: 'PT10S',
      maximumInterval: 'PT1H',
      httpStatusCodes: ['503'],
    };
    const { retry } = action(http({ retryPolicy: policy }), 'h', 'http');
    assert.equal(retry.type, 'Exponential');
    assert.equal(retry.count, 7);
    assert.equal(retry.maximumInterval, 3_600_000);
    assert.deepEqual(retry.statusCodes, new Set([503]));
  });

  test('are found whatever the case of their names', () => {
    const more = {
      Limit: { Timeout: 'PT5M' },
      runTimeConfiguration: { RequestOptions: { timeout: 'PT3S' }, PaginationPolicy: { MinimumItemCount: '50' } },
      operationOptions: 'disableAsyncPattern',
    };
    const plan = action(http({}, more), 'h', 'http');
    assert.equal(plan.timeout, 300_000);
    assert.equal(plan.requestTimeout, 3_000);
    assert.equal(plan.minimumItemCount, 50);
    assert.equal(plan.asynchronous, false);
    assert.ok(plan.operationOptions.has('disableasyncpattern'));
  });

  test('name a static result only when it is switched on', () => {
    const withResult = (choice: string) =>
      planned({
        staticResults: { Answer: { status: 'Failed', code: 'X', error: { message: 'no' } } },
        actions: {
          C: {
            type: 'Wait',
            inputs: { interval: { count: 1, unit: 'Day' } },
            runtimeConfiguration: { staticResult: { name: 'answer', staticResultOptions: choice } },
          },
        },
      });
    assert.equal(withResult('Enabled').actions.get('c')?.staticResult, 'Answer');
    assert.equal(withResult('Disabled').actions.get('c')?.staticResult, undefined);
    assert.equal(withResult('Enabled').staticResults.get('Answer')?.status, 'Failed');
  });
});

describe('what is read from outside', () => {
  const plan = planned({
    actions: {
      Loop: {
        type: 'Foreach',
        foreach: '@createArray(1)',
        actions: { A: compose('@item()'), B: compose("@outputs('A')", after('A')), C: compose(1) },
      },
      U: { type: 'Until', expression: "@equals(outputs('D'), 1)", actions: { D: compose(1) } },
      S: { type: 'Scope', actions: { E: compose(1) } },
      End: compose("@createArray(outputs('C'), result('S'), outputs('E'))", after('Loop', 'U', 'S')),
    },
  });

  test('a loop is kept, what stays in its iteration is not', () => {
    assert.deepEqual([...plan.readFromOutsideLoop], ['c']);
  });

  test('a container by result() is kept', () => {
    assert.deepEqual([...plan.readAsResult], ['s']);
  });

  test('a name computed at run time keeps every action inside a loop', () => {
    const dynamic = planned({
      actions: {
        Loop: { type: 'Foreach', foreach: '@createArray(1)', actions: { A: compose(1), B: compose(1) } },
        End: compose("@outputs(concat('A', ''))", after('Loop')),
      },
    });
    assert.deepEqual([...dynamic.readFromOutsideLoop], ['a', 'b']);
  });
});

describe('secured content', () => {
  const secured = (property: string): JsonObject => ({
    runtimeConfiguration: { secureData: { properties: [property] } },
  });
  const hidden = (plan: WorkflowPlan, key: string) => plan.actions.get(key)?.inheritedSecure;

  test('hides the pieces it is cut into', () => {
    const plan = planned({
      actions: {
        Secret: { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test/' }, ...secured('outputs') },
        Cut: {
          type: 'ChunkText',
          inputs: { chunkingStrategy: 'TokenSize', text: "@body('Secret')" },
          runAfter: after('Secret'),
        },
      },
    });
    assert.deepEqual(hidden(plan, 'cut'), { inputs: true, outputs: true });
  });

  test('hides the inputs of who reads it, and of Compose the outputs too, and goes no further', () => {
    const plan = planned({
      actions: {
        Secret: { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test/' }, ...secured('outputs') },
        Call: {
          type: 'Http',
          inputs: { method: 'POST', uri: 'https://b.test/', body: "@body('Secret')" },
          runAfter: after('Secret'),
        },
        Copy: compose("@body('Secret')", after('Secret')),
        Next: compose("@outputs('Copy')", after('Copy')),
        Other: compose(1),
      },
    });
    assert.deepEqual(hidden(plan, 'call'), { inputs: true, outputs: false });
    assert.deepEqual(hidden(plan, 'copy'), { inputs: true, outputs: true });
    assert.deepEqual(hidden(plan, 'next'), { inputs: false, outputs: false });
    assert.deepEqual(hidden(plan, 'other'), { inputs: false, outputs: false });
    assert.deepEqual(plan.actions.get('call')?.secure, { inputs: false, outputs: false });
  });

  test('hides visible outputs of an action with secured inputs as well', () => {
    const plan = planned({
      actions: {
        Secret: { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test/' }, ...secured('inputs') },
        Copy: compose("@body('Secret')", after('Secret')),
      },
    });
    assert.deepEqual(hidden(plan, 'copy'), { inputs: true, outputs: true });
  });

  test('of a trigger hides who reads the trigger', () => {
    const plan = planned({
      triggers: { t: { type: 'Request', inputs: {}, ...secured('outputs') } },
      actions: { Copy: compose('@triggerBody()'), Other: compose('@utcNow()') },
    });
    assert.equal(hidden(plan, 'copy')?.inputs, true);
    assert.equal(hidden(plan, 'other')?.inputs, false);
  });

  test('hides what reads it item by item, and what may read it by a computed name', () => {
    const plan = planned({
      actions: {
        Secret: { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test/' }, ...secured('outputs') },
        Loop: {
          type: 'Foreach',
          foreach: "@body('Secret')",
          actions: { A: compose('@item()'), B: compose("@items('Loop')"), C: compose(1) },
          runAfter: after('Secret'),
        },
        Any: compose("@body(concat('Secret', ''))", after('Secret')),
      },
    });
    assert.equal(hidden(plan, 'a')?.inputs, true);
    assert.equal(hidden(plan, 'b')?.inputs, true);
    assert.equal(hidden(plan, 'c')?.inputs, false);
    assert.equal(hidden(plan, 'any')?.inputs, true);
  });

  test('hides the value a variable takes from it', () => {
    const plan = planned({
      actions: {
        V: { type: 'InitializeVariable', inputs: { variables: [{ name: 'v', type: 'string' }] } },
        Secret: {
          type: 'Http',
          inputs: { method: 'GET', uri: 'https://a.test/' },
          runAfter: after('V'),
          ...secured('outputs'),
        },
        Set: { type: 'SetVariable', inputs: { name: 'v', value: "@{body('Secret')}" }, runAfter: after('Secret') },
      },
    });
    assert.deepEqual(hidden(plan, 'set'), { inputs: true, outputs: true });
  });
});

describe('a refusal', () => {
  test('names the first fault and lists all of them with their JSON paths', () => {
    const fault = refused({
      actions: { A: compose('@shout()'), B: compose(1, after('Nobody')), C: { type: 'Dance' } },
    });
    assert.equal(fault.code, 'InvalidTemplate');
    assert.deepEqual(
      fault.options.details?.map(({ code, target }) => [code, target]),
      [
        ['InvalidTemplate', 'actions.B.runAfter.Nobody'],
        ['InvalidTemplate', 'actions.A.inputs'],
        ['WorkflowActionTypeNotSupported', 'actions.C.type'],
      ],
    );
  });

  test('gives the column of the fault in the compact text of the definition', () => {
    const definition = { actions: { A: compose({ x: [1, '@shout()'] }) } };
    const { message, options } = refused(definition);
    const column = JSON.stringify(definition).indexOf('"@shout()"') + 1;
    assert.ok(message.includes(`at line '1' and column '${column}'`), message);
    assert.equal(options.target, 'actions.A.inputs.x[1]');
  });

  test('never shows the value of a parameter', () => {
    const { message } = refused(
      { parameters: { p: { type: 'SecureString' } } },
      { parameters: { p: { value: ['hunter2'] } } },
    );
    assert.ok(!message.includes('hunter2'));
  });

  test('lists no more than fifty faults', () => {
    const actions = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`A${index}`, compose('@shout()')]));
    assert.equal(refused({ actions }).options.details?.length, 50);
  });
});

test('an operator may raise the limits', () => {
  const actions = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`A${index}`, compose(index)]));
  assert.equal(refused({ actions }).code, 'WorkflowLimitExceeded');
  assert.equal(planned({ actions }, { limits: { ...workflowLimits, actions: 1_000 } }).actions.size, 600);
});

test('the catalogue has every type once, and every supported action is planned', () => {
  const names = operationCatalogue.map(({ role, type }) => `${role}/${type.toLowerCase()}`);
  assert.equal(new Set(names).size, names.length);
  for (const { role, type, supported } of operationCatalogue) {
    const source = { type };
    const result = planWorkflow({
      definition: role === 'action' ? { actions: { X: source } } : { triggers: { X: source } },
    });
    const codes =
      result.kind === 'refused'
        ? [result.fault.code, ...(result.fault.options.details ?? []).map(({ code }) => code)]
        : [];
    assert.equal(codes.includes('WorkflowActionTypeNotSupported') && type !== 'Expression', !supported, type);
  }
});

describe('planning never throws', () => {
  test('whatever JSON it gets', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue(), (definition, parameters) => {
        planWorkflow({ definition: definition as Json, parameters: parameters as Json });
      }),
      { numRuns: 500 },
    );
  });

  test('whatever stands in the places of a definition', () => {
    const words = [
      'actions',
      'triggers',
      'parameters',
      'outputs',
      'staticResults',
      'type',
      'kind',
      'inputs',
      'runAfter',
      'expression',
      'foreach',
      'else',
      'default',
      'cases',
      'case',
      'limit',
      'count',
      'timeout',
      'recurrence',
      'frequency',
      'interval',
      'schedule',
      'hours',
      'conditions',
      'splitOn',
      'runtimeConfiguration',
      'concurrency',
      'repetitions',
      'secureData',
      'properties',
      'staticResult',
      'name',
      'variables',
      'value',
      'schema',
      'from',
      'A',
      'B',
      '__proto__',
      'constructor',
    ];
    const types = operationCatalogue.map(({ type }) => type);
    const leaf = fc.oneof(
      fc.constantFrom<Json>(
        null,
        true,
        0,
        -1,
        1e300,
        '',
        'A',
        '@',
        '@{',
        '@@',
        '@item()',
        "@outputs('A')",
        "@items('A')",
        "@variables('v')",
        "@parameters('A')",
        '@trigger()',
        'Day',
        'PT1H',
        'Succeeded',
      ),
      fc.constantFrom(...types),
    );
    const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 8, withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...words), tie('tree'), { maxKeys: 5 }),
        fc
          .tuple(fc.constantFrom(...types), fc.dictionary(fc.constantFrom(...words), tie('tree'), { maxKeys: 5 }))
          .map(([type, members]) => ({ ...members, type })),
      ),
    }));
    const definition = fc.record(
      {
        actions: fc.dictionary(fc.constantFrom('A', 'B', 'C'), tree),
        triggers: fc.dictionary(fc.constantFrom('A', 't'), tree),
        parameters: tree,
        outputs: tree,
        staticResults: tree,
      },
      { requiredKeys: ['actions'] },
    );
    fc.assert(
      fc.property(definition, tree, (source, parameters) => {
        planWorkflow({ definition: source, parameters });
      }),
      { numRuns: 1_500 },
    );
  });

  test('however deep it nests', () => {
    let deep: Json = 1;
    for (let depth = 0; depth < 100_000; depth += 1) deep = { actions: { S: { type: 'Scope', actions: deep } } };
    assert.match(refused(deep).message, /nested deeper/);
    assert.match(refused({}, { parameters: { p: { value: deep } } }).message, /nested deeper/);
  });
});
