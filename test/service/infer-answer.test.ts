/** What a sandboxed call answers when nobody wrote an answer: what the workflow itself expects to read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { inferAnswer } from '../../src/service/infer-answer.ts';
import { planWorkflow } from '#workflow';

/** The answer inferred for the call `G` in a workflow with these further actions. */
function inferred(actions: Record<string, JsonObject>): Json | undefined {
  const call = { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test' } };
  const planned = planWorkflow({ definition: { triggers: {}, actions: { G: call, ...actions } } });
  assert.equal(planned.kind, 'planned', planned.kind === 'refused' ? planned.fault.message : '');
  return planned.kind === 'planned' ? inferAnswer(planned.plan, 'g') : undefined;
}

const after = { runAfter: { G: ['Succeeded'] } };
const compose = (inputs: Json): JsonObject => ({ type: 'Compose', inputs, ...after });

test('members that expressions read are there, whatever function reads them', () => {
  assert.deepEqual(inferred({ C: compose("@{body('G')?['a']?['b']} and @{outputs('G')['body'].c}") }), {
    a: { b: 'sandbox b' },
    c: 'sandbox c',
  });
});

test('an answer that nobody reads is not inferred', () => {
  assert.equal(inferred({ C: compose("@body('G')") }), undefined);
  assert.equal(inferred({}), undefined);
});

test('what a loop, a filter or a table goes through is a list of what their items are read for', () => {
  const loop = {
    type: 'Foreach',
    foreach: "@body('G')?['rows']",
    actions: { C: { type: 'Compose', inputs: "@items('L')?['name']" } },
    ...after,
  };
  assert.deepEqual(inferred({ L: loop }), { rows: [{ name: 'sandbox name' }] });
  const query = { type: 'Query', inputs: { from: "@body('G')", where: "@equals(item()?['state'], 'on')" }, ...after };
  assert.deepEqual(inferred({ Q: query }), [{ state: 'on' }]);
});

test('functions and variables say what type a value has', () => {
  const variable = { type: 'InitializeVariable', inputs: { variables: [{ name: 'v', type: 'integer' }] } };
  const set = {
    type: 'SetVariable',
    inputs: { name: 'v', value: "@body('G')['count']" },
    runAfter: { G: ['Succeeded'], V: ['Succeeded'] },
  };
  assert.deepEqual(inferred({ V: variable, S: set }), { count: 1 });
  assert.deepEqual(inferred({ C: compose("@formatDateTime(body('G')['at'], 'o')") }), { at: '2026-01-01T00:00:00Z' });
  assert.deepEqual(inferred({ C: compose("@join(body('G')['parts'], ',')") }), { parts: ['sandbox parts'] });
});

test('text that holds another value is written in its form', () => {
  assert.deepEqual(inferred({ C: compose("@json(body('G')['text'])['a']") }), { text: '{"a":"sandbox a"}' });
  assert.equal(inferred({ C: compose("@json(xml(body('G')))['r']['a']") }), '<r><a>sandbox a</a></r>');
  assert.deepEqual(inferred({ C: compose("@base64ToString(body('G')['blob'])") }), { blob: btoa('sandbox blob') });
});

test('the schema of a ParseJson is satisfied, its enums, bounds and required members', () => {
  const schema = {
    type: 'object',
    properties: {
      kind: { enum: ['x', 'y'] },
      level: { type: 'integer', minimum: 3 },
      list: { type: 'array', items: {} },
    },
    required: ['extra'],
  };
  const parse = { type: 'ParseJson', inputs: { content: "@body('G')", schema }, ...after };
  assert.deepEqual(inferred({ P: parse }), { kind: 'x', level: 3, list: ['sandbox list'], extra: 'sandbox extra' });
});

test('what is read further on, through ParseJson, Compose and variables, is found in the first answer', () => {
  const parse = { type: 'ParseJson', inputs: { content: "@body('G')", schema: {} }, ...after };
  const read = { type: 'Compose', inputs: "@body('P')?['deep']", runAfter: { P: ['Succeeded'] } };
  assert.deepEqual(inferred({ P: parse, R: read }), { deep: 'sandbox deep' });
});

test('addresses are addresses: whole ones and paths behind a host', () => {
  const call = (uri: string): JsonObject => ({ type: 'Http', inputs: { method: 'GET', uri }, ...after });
  assert.deepEqual(inferred({ H: call("@body('G')['next']") }), { next: 'https://sandbox.invalid/' });
  assert.deepEqual(inferred({ H: call("https://management.azure.com@{body('G')['id']}?x=1") }), { id: '/sandbox' });
});

test('a workflow that reads in circles is read once', () => {
  const variable = { type: 'InitializeVariable', inputs: { variables: [{ name: 'v', type: 'array' }] } };
  const loop = {
    type: 'Foreach',
    foreach: "@variables('v')",
    actions: { A: { type: 'AppendToArrayVariable', inputs: { name: 'v', value: "@items('L')?['x']" } } },
    runAfter: { V: ['Succeeded'], G: ['Succeeded'] },
  };
  assert.equal(inferred({ V: variable, L: loop }), undefined);
});
