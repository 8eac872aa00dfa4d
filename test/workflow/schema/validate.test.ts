import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Json, parseJson } from '#foundation';
import { planSchema, type SchemaError } from '#workflow';

function errors(schema: Json, text: string): readonly SchemaError[] {
  const planned = planSchema(schema);
  assert.deepEqual(planned.faults, []);
  return planned.validate(parseJson(text));
}

const messages = (schema: Json, text: string): readonly string[] => errors(schema, text).map(({ message }) => message);

describe('an error', () => {
  test('names the value, its path, the schema and the keyword', () => {
    const schema = { properties: { rows: { items: { properties: { name: { type: 'string' } } } } } };
    assert.deepEqual(errors(schema, '{"rows":[{"name":"a"},{"name":7}]}'), [
      {
        message: 'Invalid type. Expected String but got Integer.',
        lineNumber: 0,
        linePosition: 0,
        path: 'rows[1].name',
        value: 7,
        schemaId: '#/properties/rows/items/properties/name',
        errorType: 'type',
        childErrors: [],
      },
    ]);
  });

  test('leaves out values that are null, objects or arrays of a wrong type', () => {
    for (const text of ['null', '{}', '[]'])
      assert.equal('value' in (errors({ type: 'string' }, text)[0] ?? {}), false);
  });

  test('quotes names that need it in paths, and escapes them in schema ids', () => {
    const schema = { properties: { 'a b': { properties: { "x/'y": { type: 'string' } } } } };
    const [error] = errors(schema, '{"a b":{"x/\'y":1}}');
    assert.equal(error?.path, String.raw`['a b']['x/\'y']`);
    assert.equal(error?.schemaId, "#/properties/a b/properties/x~1'y");
  });

  test('of members comes before those of combinators, of required members and of counts', () => {
    const schema = {
      properties: { a: { type: 'string' } },
      additionalProperties: false,
      required: ['b', 'c'],
      maxProperties: 1,
      anyOf: [{ required: ['z'] }],
    };
    assert.deepEqual(
      errors(schema, '{"a":1,"x":2}').map(({ errorType, path }) => [errorType, path]),
      [
        ['type', 'a'],
        ['additionalProperties', 'x'],
        ['anyOf', ''],
        ['required', ''],
        ['maxProperties', ''],
      ],
    );
  });

  test('of a combinator holds the errors of its branches, the last branch first', () => {
    const [error] = errors({ oneOf: [{ type: 'string' }, { type: 'null' }] }, '1');
    assert.equal(error?.message, "JSON is valid against no schemas from 'oneOf'.");
    assert.deepEqual(
      error?.childErrors.map(({ schemaId }) => schemaId),
      ['#/oneOf/1', '#/oneOf/0'],
    );
  });
});

describe('the message of', () => {
  const cases: readonly (readonly [string, Json, string, string])[] = [
    [
      'several types',
      { type: ['null', 'string', 'integer'] },
      'true',
      'Invalid type. Expected String, Integer, Null but got Boolean.',
    ],
    ['a float where an integer belongs', { type: 'integer' }, '1.0', 'Invalid type. Expected Integer but got Number.'],
    ['required members', { required: ['a', 'b'] }, '{"b":1}', 'Required properties are missing from object: a.'],
    ['an enumeration', { enum: ['a', { x: 1 }] }, '{"x":2}', 'Value {"x":2} is not defined in enum.'],
    ['a constant', { const: 'a' }, '"b"', 'Value "b" does not match const.'],
    ['a minimum', { minimum: 2 }, '1.5', 'Float 1.5 is less than minimum value of 2.'],
    [
      'an exclusive maximum of draft 4',
      { maximum: 5, exclusiveMaximum: true },
      '5',
      'Integer 5 equals maximum value of 5 and exclusive maximum is true.',
    ],
    [
      'an exclusive minimum of draft 6',
      { exclusiveMinimum: 5 },
      '5',
      'Integer 5 equals minimum value of 5 and exclusive minimum is true.',
    ],
    ['a multiple', { multipleOf: 0.1 }, '0.25', 'Float 0.25 is not a multiple of 0.1.'],
    ['a long text', { maxLength: 2 }, '"abc"', "String 'abc' exceeds maximum length of 2."],
    ['a short text', { minLength: 2 }, '"😀"', "String '😀' is less than minimum length of 2."],
    ['a pattern', { pattern: '^a' }, '"b"', "String 'b' does not match regex pattern '^a'."],
    ['a format', { format: 'ipv4' }, '"10.0.0.256"', "String '10.0.0.256' does not validate against format 'ipv4'."],
    ['too many items', { maxItems: 1 }, '[1,2]', 'Array item count 2 exceeds maximum count of 1.'],
    [
      'items that repeat',
      { uniqueItems: true },
      '[{"a":1,"b":2},{"b":2.0,"a":1}]',
      'Non-unique array item at index 1.',
    ],
    [
      'items beyond a tuple',
      { items: [{}], additionalItems: false },
      '[1,2]',
      'Index 2 has not been defined and the schema does not allow additional items.',
    ],
    ['a missing item', { contains: { type: 'string' } }, '[1]', 'No items match contains.'],
    ['too few members', { minProperties: 1 }, '{}', 'Object property count 0 is less than minimum count of 1.'],
    [
      'a dependency',
      { dependencies: { a: ['b'] } },
      '{"a":1}',
      "Dependencies for property 'a' failed. Missing required keys: b.",
    ],
    [
      'two branches that fit',
      { oneOf: [{}, {}] },
      '1',
      "JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: 0, 1.",
    ],
    [
      'a branch that must fit',
      { allOf: [{}, { type: 'string' }] },
      '1',
      "JSON does not match all schemas from 'allOf'. Invalid schema indexes: 1.",
    ],
    ['a branch that must not fit', { not: {} }, '1', "JSON is valid against schema from 'not'."],
    [
      'a condition',
      parseJson('{"if":{"type":"integer"},"then":{"minimum":5}}'),
      '1',
      "JSON does not match schema from 'then'.",
    ],
    ['a schema that is false', { properties: { a: false } }, '{"a":1}', 'Schema always fails validation.'],
  ];
  for (const [name, schema, text, message] of cases) {
    test(name, () => assert.deepEqual(messages(schema, text), [message]));
  }
});

describe('a value fits', () => {
  const cases: readonly (readonly [string, Json, string])[] = [
    ['a number where an integer is given', { type: 'number' }, '12345678901234567890'],
    ['a large integer by its digits', { const: parseJson('9007199254740993') }, '9007199254740993'],
    ['a multiple of a decimal', { multipleOf: 0.1 }, '0.3'],
    ['an enumeration by the value of numbers', { enum: [1] }, '1.0'],
    ['keywords of other kinds', { minLength: 5, minItems: 5, required: ['a'] }, '1'],
    ['a reference to a definition', { $ref: '#/definitions/a', definitions: { a: { type: 'integer' } } }, '1'],
    [
      'a schema that refers to itself',
      { properties: { child: { $ref: '#' } }, required: [] },
      '{"child":{"child":{}}}',
    ],
    ['a format nobody checks', { format: 'moon-phase' }, '"full"'],
    ['a date-time without a zone', { format: 'date-time' }, '"2026-03-05T14:07:09"'],
    ['the draft-3 type any', { type: 'any' }, 'null'],
    ['a keyword nobody knows', { decripation: 5 }, '1'],
  ];
  for (const [name, schema, text] of cases) test(name, () => assert.deepEqual(messages(schema, text), []));
});

test('a schema that is none is told with its place', () => {
  const cases: readonly (readonly [Json, string])[] = [
    [{ properties: { a: { type: 'strnig' } } }, '#/properties/a/type'],
    [{ items: 5 }, '#/items'],
    [{ required: [1] }, '#/required'],
    [{ minLength: -1 }, '#/minLength'],
    [{ anyOf: [] }, '#/anyOf'],
    [{ $ref: 'https://a.test/schema.json' }, '#'],
    [{ $ref: '#/definitions/a', definitions: { a: { $ref: '#/definitions/a' } } }, '#/definitions/a'],
    ['text', '#'],
  ];
  for (const [schema, path] of cases)
    assert.deepEqual(
      planSchema(schema).faults.map((fault) => fault.path),
      [path],
    );
});

test('schemas that branch into themselves and values that nest without end are cut off with an error', () => {
  const branching: Json = { anyOf: [{ $ref: '#' }, { $ref: '#' }] };
  assert.equal(planSchema(branching).validate(1).at(-1)?.errorType, 'none');
  let deep: Json = 1;
  for (let depth = 0; depth < 20_000; depth += 1) deep = { child: deep };
  assert.equal(
    planSchema({ properties: { child: { $ref: '#' } } })
      .validate(deep)
      .at(-1)?.errorType,
    'none',
  );
  const many = Array.from({ length: 5_000 }, () => 1);
  assert.ok(planSchema({ items: { type: 'string' } }).validate(many).length <= 1_001);
});

test('any JSON as schema and any JSON as value give an answer', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue(), (schema, value) => {
      planSchema(schema as Json).validate(value as Json);
    }),
    { numRuns: 500 },
  );
});
