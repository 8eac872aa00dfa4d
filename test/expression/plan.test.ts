/** Planning: constants, references, faults with their places, conditions, traces. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Json, parseJson, stringifyJson, TocsinError } from '#foundation';
import {
  areFaults,
  contextFromJson,
  EvaluationFault,
  type ExpressionFault,
  escapeText,
  type Planned,
  planCondition,
  planTemplate,
  references,
  traceTemplate,
} from '#expression';

function plan(json: Json): Planned {
  const planned = planTemplate(json);
  assert.ok(!areFaults(planned), JSON.stringify(planned));
  return planned;
}

function faultsOf(json: Json): readonly ExpressionFault[] {
  const planned = planTemplate(json);
  assert.ok(areFaults(planned));
  return planned;
}

const empty = contextFromJson({});

describe('planned constants', () => {
  it('are the planned JSON itself, frozen', () => {
    const template = { a: [1, { b: 'x' }] };
    const planned = plan(template);
    assert.equal(planned.constant, template);
    assert.equal(planned.evaluate(empty), template);
    assert.ok(Object.isFrozen(template.a[1]));
  });

  it('are shared within templates that are not constant', () => {
    const inner = { b: ['x'] };
    const planned = plan({ a: "@variables('v')", inner });
    const context = contextFromJson({ variables: { v: 1 } });
    const value = planned.evaluate(context) as { readonly [name: string]: Json };
    assert.equal(value['inner'], inner);
    assert.equal(planned.constant, undefined);
  });

  it('include calls of pure functions', () => {
    assert.equal(plan("@concat('a', string(add(1, 2)))").constant, 'a3');
    assert.deepEqual(plan("@createArray(1, 'x')").constant, [1, 'x']);
    assert.equal(plan('@guid()').constant, undefined);
    assert.equal(plan('@utcNow()').constant, undefined);
  });

  it('do not include calls that fail or give much: these wait for evaluation', () => {
    assert.equal(plan('@div(1, 0)').constant, undefined);
    assert.equal(plan('@range(0, 100000)').constant, undefined);
  });

  it('are plain JSON where the language has other kinds', () => {
    const planned = plan({ a: "@xml('<a/>')", b: "@decimal('1.50')", c: "@variables('v')" });
    const value = planned.evaluate(contextFromJson({ variables: { v: 1 } })) as { readonly [name: string]: Json };
    assert.deepEqual(value['a'], { '$content-type': 'application/xml;charset=utf-8', $content: 'PGEgLz4=' });
    assert.equal(value['b'], 1.5);
    assert.ok(Object.isFrozen(value['a']));
  });

  it('resolve escapes', () => {
    assert.deepEqual(plan({ a: '@@x', b: 'y@@{z}' }).constant, { a: '@x', b: 'y@{z}' });
    assert.equal(plan(escapeText('@{x}')).constant, '@{x}');
  });
});

describe('references', () => {
  const template = {
    inputs: "@body('Get_x')?['id']",
    list: ["@{variables('v')} and @{parameters('$connections')['a']}", "@body(concat('a', 'b'))"],
  };

  it('name what is read, the function as documented, and where', () => {
    const found = plan({ a: "@BODY('Get_x')", b: "@formDataValue('Form', 'k')" }).references;
    assert.deepEqual(
      found.map(({ function: name, target, name: argument, path }) => ({ name, target, argument, path })),
      [
        { name: 'body', target: 'action', argument: 'Get_x', path: ['a'] },
        { name: 'formDataValue', target: 'action', argument: 'Form', path: ['b'] },
      ],
    );
  });

  it('point at the literal, quotes included', () => {
    const [first] = plan(template).references;
    assert.deepEqual(first?.nameSpan, { start: 6, end: 13 });
    assert.equal(template.inputs.slice(6, 13), "'Get_x'");
  });

  it('are marked dynamic when the name is computed', () => {
    const found = plan(template).references;
    assert.deepEqual(
      found.map(({ function: name, dynamic }) => [name, dynamic]),
      [
        ['body', false],
        ['variables', false],
        ['parameters', false],
        ['body', true],
      ],
    );
  });

  it('cover the trigger, the item, the current action, loops, scopes and the callback', () => {
    const text =
      "@concat(triggerBody(), triggerOutputs(), trigger(), item(), action(), items('L'), iterationIndexes('U'), result('S'), listCallbackUrl(), workflow(), triggerFormDataValue('k'), appsetting('s'))";
    assert.deepEqual(
      plan(text).references.map(({ target, name }) => (name === undefined ? target : `${target} ${name}`)),
      [
        'trigger',
        'trigger',
        'trigger',
        'item',
        'currentAction',
        'foreach L',
        'until U',
        'scope S',
        'callbackUrl',
        'workflow',
        'trigger',
        'setting s',
      ],
    );
  });

  it('within brackets are found', () => {
    const found = plan("@triggerBody()[variables('i')]").references;
    assert.deepEqual(
      found.map(({ target }) => target),
      ['trigger', 'variable'],
    );
  });

  it('of a tree alone are listed too', () => {
    assert.deepEqual(references({ kind: 'literal', text: 'x', value: 'x' }), []);
  });
});

describe('faults', () => {
  it('carry code, position and the path of their string', () => {
    assert.deepEqual(faultsOf({ a: ['ok', 'x @{foo(1)} y'] }), [
      {
        code: 'InvalidTemplate',
        message: "The template function 'foo' is not defined or not valid.",
        start: 4,
        end: 7,
        path: ['a', 1],
      },
    ]);
  });

  it('are all reported, not only the first', () => {
    assert.equal(faultsOf({ a: '@foo()', b: '@bar()', c: "@concat(baz(), toUpper(1), 'x')" }).length, 4);
  });

  it('of an evaluation point at the call or the step that failed', () => {
    const fault = plan({ a: "x@{triggerBody()?['a']['b']}" }).evaluate(contextFromJson({ triggerBody: {} }));
    assert.ok(fault instanceof EvaluationFault);
    assert.deepEqual(fault.place, { start: 22, end: 27, path: ['a'] });
    const call = plan("@concat('x', string(div(1, 0)))").evaluate(empty);
    assert.ok(call instanceof EvaluationFault);
    assert.deepEqual(call.place, { start: 20, end: 29, path: [] });
  });

  it('come from places that refuse a function', () => {
    const environment = {
      refuse: (_call: unknown, { name }: { readonly name: string }) => (name === 'item' ? 'Not here.' : undefined),
    };
    const planned = planTemplate("@concat(item(), 'x')", { environment });
    assert.ok(areFaults(planned));
    assert.deepEqual(
      planned.map(({ message, start, end }) => [message, start, end]),
      [['Not here.', 8, 14]],
    );
  });

  it('say when JSON is nested too deeply', () => {
    let nested: Json = '@add(1,2)';
    for (let depth = 0; depth < 101; depth++) nested = [nested];
    assert.match(faultsOf(nested)[0]?.message ?? '', /nested deeper than the limit of '100'/);
  });

  it('replace running out of stack on data nested without end', () => {
    let deep: Json = 'x';
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    const value = plan("@equals(variables('a'), variables('b'))").evaluate(
      contextFromJson({ variables: { a: [deep], b: [deep, 1] } }),
    );
    assert.ok(value === false || value instanceof EvaluationFault);
    const text = plan("@{variables('a')}").evaluate(contextFromJson({ variables: { a: deep } }));
    assert.ok(text instanceof EvaluationFault);
  });

  it('do not list members without bound', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`name${index}`, 1]));
    const fault = plan("@triggerBody()['x']").evaluate(contextFromJson({ triggerBody: many }));
    assert.ok(fault instanceof EvaluationFault);
    assert.ok(fault.message.length < 5000);
  });
});

describe('work on hostile data', () => {
  it('does not grow with the product of two collections (SE1)', () => {
    const list = Array.from({ length: 60_000 }, (_, index) => ({ id: index }));
    const context = contextFromJson({ variables: { list } });
    const value = plan(
      "@length(union(variables('list'), variables('list'), intersection(variables('list'), variables('list'))))",
    ).evaluate(context);
    assert.equal(value, 60_000);
  });

  it('takes numbers that no machine type holds', () => {
    const context = contextFromJson(parseJson(`{"variables":{"long":${'9'.repeat(200_000)},"far":1e999}}`));
    assert.equal(plan("@{variables('far')}").evaluate(context), 'Infinity');
    assert.ok(plan("@add(variables('far'), 1)").evaluate(context) instanceof EvaluationFault);
    assert.equal(plan("@equals(variables('long'), 1)").evaluate(context), false);
    assert.ok(plan("@int(variables('long'))").evaluate(context) instanceof EvaluationFault);
  });

  it('stops at the text limit for values whose parts are shared many times over (TX1)', () => {
    let shared: Json = 'xxxxxxxxxx';
    for (let level = 0; level < 60; level++) shared = [shared, shared];
    const fault = plan("@string(variables('bomb'))").evaluate(contextFromJson({ variables: { bomb: shared } }));
    assert.ok(fault instanceof EvaluationFault);
    assert.match(fault.message, /exceeds the limit of '131072' characters/);
  });
});

describe('conditions', () => {
  it('are planned with their references and paths', () => {
    const planned = planCondition({
      and: [{ equals: ["@variables('v')", 1] }, { not: { contains: ["@body('X')", 'a'] } }],
    });
    assert.ok(!areFaults(planned));
    assert.deepEqual(
      planned.references.map(({ name, path }) => [name, path.join('/')]),
      [
        ['v', 'and/0/equals/0'],
        ['X', 'and/1/not/contains/0'],
      ],
    );
  });

  it('evaluate all leaves before any function is applied (CN1)', () => {
    const planned = planCondition({ or: [{ equals: [1, 1] }, { equals: ["@variables('missing')", 1] }] });
    assert.ok(!areFaults(planned));
    assert.ok(planned.evaluate(empty) instanceof EvaluationFault);
  });

  it('refuse to nest without end', () => {
    let nested: Json = { equals: [1, 1] };
    for (let depth = 0; depth < 200; depth++) nested = { not: nested };
    assert.ok(areFaults(planCondition(nested)));
  });
});

describe('traces', () => {
  it('show every expression with its sub-expressions', () => {
    const context = contextFromJson({ variables: { v: 2 } });
    const traces = traceTemplate({ a: "@add(variables('v'), 1)", b: ["x@{string(variables('w'))}"] }, context);
    assert.deepEqual(
      traces.map(({ path, text, value, subexpressions }) => ({
        path,
        text,
        value,
        inner: subexpressions.map((sub) => [sub.text, sub.value]),
      })),
      [
        { path: ['a'], text: "add(variables('v'), 1)", value: 3, inner: [["variables('v')", 2]] },
        { path: ['b', 0], text: "string(variables('w'))", value: undefined, inner: [["variables('w')", undefined]] },
      ],
    );
    assert.match(traces[1]?.error?.message ?? '', /'w'/);
  });
});

describe('the context from JSON', () => {
  it('takes a clock with seven digits of a second', () => {
    assert.equal(
      plan('@utcNow()').evaluate(contextFromJson({ now: '2026-01-02T03:04:05.6789012Z' })),
      '2026-01-02T03:04:05.6789012Z',
    );
    assert.equal(
      plan('@utcNow()').evaluate(contextFromJson({ now: '2026-01-02T03:04:05+01:00' })),
      '2026-01-02T02:04:05.0000000Z',
    );
  });

  it('refuses a clock that is no timestamp', () => {
    assert.throws(() => contextFromJson({ now: 'noon' }), TocsinError);
  });

  it('keeps the text of numbers, both ways', () => {
    const context = contextFromJson(parseJson('{"variables":{"a":5.0,"b":9007199254740993,"c":[1e2]}}'));
    assert.equal(
      stringifyJson(
        plan({ a: "@variables('a')", b: "@variables('b')", c: "@variables('c')" }).evaluate(context) as Json,
      ),
      '{"a":5.0,"b":9007199254740993,"c":[1e2]}',
    );
  });
});
