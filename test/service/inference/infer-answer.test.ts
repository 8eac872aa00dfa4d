/** What a sandboxed call answers when nobody wrote an answer: what the workflow itself expects to read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type JsonObject, textMember } from '#foundation';
import { inferAnswer, type InferredAnswer } from '../../../src/service/inference/infer-answer.ts';
import { planWorkflow } from '#workflow';

/** The answer inferred for the call `G` in a workflow with these further actions. */
function answer(actions: Record<string, JsonObject>, example?: Json): InferredAnswer {
  const call = { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test' } };
  const planned = planWorkflow({ definition: { triggers: {}, actions: { G: call, ...actions } } });
  assert.equal(planned.kind, 'planned', planned.kind === 'refused' ? planned.fault.message : '');
  return planned.kind === 'planned' ? inferAnswer(planned.plan, 'g', example) : { headers: {} };
}

const inferred = (actions: Record<string, JsonObject>): Json | undefined => answer(actions).body;

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

test('XML that is put into a variable first is the same document when JSON is made of it', () => {
  const variable = (name: string): JsonObject => ({
    type: 'InitializeVariable',
    inputs: { variables: [{ name, type: 'object' }] },
  });
  const set = (name: string, value: Json, after: string): JsonObject => ({
    type: 'SetVariable',
    inputs: { name, value },
    runAfter: { [after]: ['Succeeded'] },
  });
  const schema = {
    type: 'object',
    properties: {
      r: { type: 'object', properties: { rows: { type: 'array', items: { properties: { a: { type: 'string' } } } } } },
    },
  };
  assert.equal(
    inferred({
      X: { ...variable('x'), ...after },
      J: { ...variable('j'), runAfter: { X: ['Succeeded'] } },
      S: set('x', "@xml(body('G'))", 'J'),
      T: set('j', "@json(variables('x'))", 'S'),
      P: { type: 'ParseJson', inputs: { content: "@variables('j')", schema }, runAfter: { T: ['Succeeded'] } },
    }),
    // One element alone would read back as no list.
    '<r><rows><a>sandbox a</a></rows><rows><a>sandbox a</a></rows></r>',
  );
});

test('attributes, texts and prefixes of XML are written as JSON reads them', () => {
  const read = "@{json(xml(body('G')))['s:r']['item']['@id']} @{json(xml(body('G')))['s:r']['item']['#text']}";
  assert.equal(
    inferred({ C: compose(read) }),
    '<s:r xmlns:s="urn:sandbox:s"><item id="sandbox @id">sandbox #text</item></s:r>',
  );
});

test('what an XPath names is in the document', () => {
  const first = "@{xpath(xml(body('G')), '/r/a[1]/@id')[0]}";
  assert.equal(inferred({ C: compose(first) }), '<r><a id="sandbox @id"></a></r>');
  const anywhere = "@{xpath(xml(body('G')), 'string(//b/text())')}";
  assert.equal(inferred({ C: compose(anywhere) }), '<sandbox><b>sandbox b</b></sandbox>');
});

test('a text has the parts that splitting it is to give, and what is looked for in it', () => {
  assert.deepEqual(inferred({ C: compose("@split(body('G')['id'], '/')[2]") }), {
    id: 'sandbox id/sandbox id/sandbox id',
  });
  assert.deepEqual(inferred({ C: compose("@json(split(body('G')['t'], '|')[1])['a']") }), {
    t: '{"a":"sandbox a"}|{"a":"sandbox a"}',
  });
  const cut = "@substring(body('G'), add(indexOf(body('G'), '<b>'), 3), sub(indexOf(body('G'), '</b>'), 3))";
  assert.equal(inferred({ C: compose(cut) }), 'sandbox<b>sandbox</b>sandbox');
  const long = inferred({ C: compose("@substring(body('G'), 0, 40)") });
  assert.ok(typeof long === 'string' && long.length >= 40);
});

test('text that functions change before it is parsed holds what is read of it', () => {
  const read = "@json(replace(trim(body('G')?['t']), '\\n', ''))['a']['b']";
  assert.deepEqual(inferred({ C: compose(read) }), { t: '{"a":{"b":"sandbox b"}}' });
  assert.deepEqual(inferred({ C: compose("@json(string(body('G')))['a']") }), { a: 'sandbox a' });
});

test('all that is put into a variable is known by what is read of the variable', () => {
  const variable = {
    type: 'InitializeVariable',
    inputs: { variables: [{ name: 'v', type: 'object', value: {} }] },
    runAfter: { H: ['Succeeded'] },
  };
  const set = (value: string, previous: string): JsonObject => ({
    type: 'SetVariable',
    inputs: { name: 'v', value },
    runAfter: { [previous]: ['Succeeded'] },
  });
  const other = { type: 'Http', inputs: { method: 'GET', uri: 'https://b.test' }, ...after };
  const read = { type: 'Compose', inputs: "@variables('v')?['deep']", runAfter: { T: ['Succeeded'] } };
  const actions = { H: other, V: variable, S: set("@body('H')", 'V'), T: set("@body('G')", 'S'), R: read };
  assert.deepEqual(inferred(actions), { deep: 'sandbox deep' });
});

test('rows that a Select makes are read back to where they came from', () => {
  const select = { type: 'Select', inputs: { from: "@body('G')", select: { n: "@item()?['name']" } }, ...after };
  const loop = {
    type: 'Foreach',
    foreach: "@body('S')",
    actions: { C: { type: 'Compose', inputs: "@add(int(items('L')?['n']), 1)" } },
    runAfter: { S: ['Succeeded'] },
  };
  assert.deepEqual(inferred({ S: select, L: loop }), [{ name: 1 }]);
});

test('an If is answered so that it takes the branch that does not end the run', () => {
  const end = { type: 'Terminate', inputs: { runStatus: 'Failed', runError: { code: '1', message: 'no' } } };
  const branch = (expression: Json, atEnd: 'true' | 'false'): JsonObject => ({
    type: 'If',
    expression,
    actions: atEnd === 'true' ? { T: end } : { C: { type: 'Compose', inputs: 1 } },
    ...(atEnd === 'false' ? { else: { actions: { T: end } } } : {}),
    ...after,
  });
  const isOn = { equals: ["@body('G')?['on']", true] };
  assert.deepEqual(inferred({ I: branch({ and: [isOn] }, 'false') }), { on: true });
  assert.deepEqual(inferred({ I: branch({ and: [isOn] }, 'true') }), { on: false });
  assert.deepEqual(inferred({ I: branch({ not: { equals: ["@body('G')?['state']", 'ok'] } }, 'true') }), {
    state: 'ok',
  });
  assert.deepEqual(inferred({ I: branch({ greater: ["@body('G')?['n']", 5] }, 'false') }), { n: 6 });
  assert.deepEqual(inferred({ I: branch({ less: ["@body('G')?['n']", 5] }, 'true') }), { n: 5 });
});

test('a Switch is answered by its first case, and a schema that says text keeps numbers in it', () => {
  const cases = { A: { case: 'low', actions: { C: { type: 'Compose', inputs: 1 } } } };
  const chosen = { type: 'Switch', expression: "@body('G')?['level']", cases, default: { actions: {} }, ...after };
  assert.deepEqual(inferred({ S: chosen }), { level: 'low' });
  const schema = { type: 'object', properties: { v: { type: 'string' } } };
  const parse = { type: 'ParseJson', inputs: { content: "@body('G')", schema }, ...after };
  const read = { type: 'Compose', inputs: "@add(int(body('P')?['v']), 1)", runAfter: { P: ['Succeeded'] } };
  assert.deepEqual(inferred({ P: parse, R: read }), { v: '1' });
});

test('status and headers that later steps read are answered', () => {
  const created = { type: 'If', expression: { equals: ["@outputs('G')['statusCode']", 201] }, actions: {}, ...after };
  assert.equal(answer({ I: created }).status, 201);
  const missing = { type: 'If', expression: { equals: ["@outputs('G')['statusCode']", 404] }, actions: {}, ...after };
  assert.equal(answer({ I: missing }).status, undefined);
  const follow = compose("@{actions('G')['outputs']['headers']['Location']}@{outputs('G')?['headers']?['X-Id']}");
  assert.deepEqual(answer({ C: follow }).headers, { location: 'https://sandbox.invalid/', 'x-id': 'sandbox X-Id' });
});

test('an example is completed by what is read besides, and keeps what it says', () => {
  const read = compose("@concat(body('G')?['a'], body('G')?['b'], body('G')?['rows'][1]?['c'])");
  assert.deepEqual(answer({ C: read }, { A: 'known', rows: [{ d: 1 }] }).body, {
    A: 'known',
    rows: [
      { d: 1, c: 'sandbox c' },
      { d: 1, c: 'sandbox c' },
    ],
    b: 'sandbox b',
  });
  const wait = { type: 'Until', expression: "@equals(body('G')?['state'], 'Done')", limit: {}, actions: {}, ...after };
  assert.deepEqual(answer({ U: wait }, { state: 'Running', id: 1 }).body, { state: 'Done', id: 1 });
});

test('a text of an example that readers parse is JSON of what they read, other texts stay', () => {
  const schema = { type: 'object', properties: { client: { type: 'string' } } };
  const parse = { type: 'ParseJson', inputs: { content: "@body('G')?['value']", schema }, ...after };
  assert.deepEqual(answer({ P: parse }, { value: 'secret', id: 'text' }).body, {
    value: '{"client":"sandbox client"}',
    id: 'text',
  });
});

test('a text that a ParseJson and a function parse holds what both read', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'b'] };
  const parse = { type: 'ParseJson', inputs: { content: "@body('G')?['t']", schema }, ...after };
  const read = compose("@json(replace(body('G')?['t'], 'x', ''))?['c']");
  const text = textMember(inferred({ P: parse, C: read }) ?? null, 't') ?? '';
  assert.deepEqual(JSON.parse(text), { a: 'sandbox a', b: 'sandbox b', c: 'sandbox c' });
});

test('functions that want an object, a truth or an address get one, and a table rows', () => {
  assert.deepEqual(inferred({ C: compose("@addProperty(body('G')?['o'], 'k', 1)") }), { o: {} });
  assert.deepEqual(inferred({ C: compose("@bool(body('G')?['b'])") }), { b: false });
  assert.deepEqual(inferred({ C: compose("@uriHost(body('G')?['u'])") }), { u: 'https://sandbox.invalid/' });
  assert.deepEqual(inferred({ C: compose("@actionBody('G')?['a']") }), { a: 'sandbox a' });
  const isFine = { type: 'If', expression: { and: ["@body('G')?['ok']"] }, actions: {}, ...after };
  assert.deepEqual(inferred({ I: isFine }), { ok: true });
  const table = { type: 'Table', inputs: { from: "@body('G')?['rows']", format: 'CSV' }, ...after };
  assert.deepEqual(inferred({ T: table }), { rows: [{}] });
});
