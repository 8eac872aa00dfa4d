/**
 * Generators of expressions, templates and data for property tests.
 *
 * Owns: well-formed trees with any shape, valid calls over a fixed context, JSON values with every kind of number.
 */
import fc from 'fast-check';
import { type Json, JsonNumber, parseJson, stringifyJson } from '#foundation';
import { type Accessor, type Expression, functionTable, type Literal, quoteText } from '#expression';

const nowhere = { start: 0, end: 0 };

function literal(value: Literal['value'], text: string): Expression {
  return { kind: 'literal', value, text, ...nowhere };
}

export const literals: fc.Arbitrary<Expression> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => literal(text, quoteText(text))),
  fc.constantFrom("it's", '}', '@{x}', "''", 'a"b').map((text) => literal(text, quoteText(text))),
  fc.integer().map((value) => literal(value, String(value))),
  fc.constantFrom(literal(true, 'true'), literal(false, 'false'), literal(null, 'null')),
  fc.constantFrom('1.5', '5.0', '-0.25', '1e3', '9007199254740993').map((text) => literal(numberOf(text), text)),
);

function numberOf(text: string): number | JsonNumber {
  if (text === '1e3') return new JsonNumber('1000.0');
  const value = Number(text);
  return String(value) === text ? value : new JsonNumber(text);
}

const plainNames = fc.constantFrom('a', 'body', 'x-ms-id', '$content', 'Name', '__proto__', 'c#');

function accessors(inner: fc.Arbitrary<Expression>): fc.Arbitrary<Accessor> {
  return fc.oneof(
    fc.record({ kind: fc.constant('member' as const), optional: fc.boolean(), name: plainNames, ...spans }),
    fc.record({ kind: fc.constant('index' as const), optional: fc.boolean(), index: inner, ...spans }),
  );
}

const spans = { start: fc.constant(0), end: fc.constant(0) };

/** Trees of any shape, names and numbers of arguments not necessarily valid. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression; call: Expression }>((tie) => ({
  expression: fc.oneof({ depthSize: 'small', withCrossShrink: true }, literals, tie('call')),
  call: fc.record({
    kind: fc.constant('call' as const),
    name: fc.oneof(plainNames, fc.constantFrom(...functionTable.map(({ name }) => name))),
    nameSpan: fc.constant(nowhere),
    args: fc.array(tie('expression'), { maxLength: 3 }),
    accessors: fc.array(accessors(tie('expression')), { maxLength: 2 }),
    ...spans,
  }),
})).expression;

/** JSON with every kind of number, awkward names and no undefined. */
export const jsonValues: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => parseJson(JSON.stringify(value))),
  fc.constantFrom('5.0', '1e3', '9007199254740993', '-0', '[1.50]', '{"__proto__":{"a":1},"A":1,"a":2}').map(parseJson),
);

/** A value as a literal of the language, through `json()` for containers. */
export function asExpression(value: Json): string {
  if (typeof value === 'string') return quoteText(value);
  return `json(${quoteText(stringifyJson(value))})`;
}

/** Calls of known functions with the right number of arguments of any type. */
export const validCalls: fc.Arbitrary<string> = fc.letrec<{ value: string; call: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    jsonValues.map(asExpression),
    fc.constantFrom(
      "variables('text')",
      'triggerBody()',
      "triggerBody()?['list']",
      'item()',
      "outputs('Http')",
      "'a'",
      '1',
    ),
    tie('call'),
  ),
  call: fc.constantFrom(...functionTable.filter(({ name }) => name !== 'range')).chain((definition) => {
    const required = definition.parameters.filter((parameter) => parameter.optional !== true).length;
    const most = definition.parameters.at(-1)?.variadic === true ? required + 2 : definition.parameters.length;
    return fc
      .array(tie('value'), { minLength: required, maxLength: most })
      .map((args) => `${definition.name}(${args.join(', ')})`);
  }),
})).call;
