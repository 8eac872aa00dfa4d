import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Json, JsonSyntaxError, memberOf, parseJson, stringifyJson } from '#foundation';
import { decodeTemplateBytes, outlineTemplate, parseLenientJson } from '#templates';

test('strict JSON reads as the strict reader reads it', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(3), (text, indent) => {
      const pretty = JSON.stringify(JSON.parse(text), null, indent);
      assert.equal(stringifyJson(parseLenientJson(pretty).value), stringifyJson(parseJson(pretty)));
    }),
  );
});

test('number texts beyond JavaScript numbers are kept', () => {
  assert.equal(
    stringifyJson(parseLenientJson('[1.0, 12345678901234567890, 1e3]').value),
    '[1.0,12345678901234567890,1e3]',
  );
});

test('comments, bare names, trailing commas, raw line breaks and a byte-order mark are taken', () => {
  const text = `\uFEFF// first
  { bare: "a
b", /* between */ "list": [1, 2,], 'single': 'it"s', }`;
  assert.deepEqual(parseLenientJson(text).value, { bare: 'a\nb', list: [1, 2], single: 'it"s' });
});

test('every value has its place', () => {
  const { value, positions } = parseLenientJson('{\n  "a": [1,\n    {"b": 2}]\n}');
  assert.deepEqual(positions.at(value, ['a', 1, 'b']), { line: 3, column: 11 });
  assert.deepEqual(positions.at(value, ['a', 0]), { line: 2, column: 9 });
  assert.deepEqual(positions.at(value, ['a', 7, 'x']), { line: 2, column: 8 }, 'the nearest container above');
});

test('what is no JSON at all is refused with line and column', () => {
  const refused: readonly (readonly [string, number, number])[] = [
    ['{"a" 1}', 1, 6],
    ['{"a": tru}', 1, 7],
    ['[1 2]', 1, 4],
    ['{"a":\n "b', 2, 4],
    ['', 1, 1],
    ['{} x', 1, 4],
    ['"\\q"', 1, 2],
    ['/* never', 1, 1],
  ];
  for (const [text, line, column] of refused) {
    assert.throws(
      () => parseLenientJson(text),
      (error) => error instanceof JsonSyntaxError && error.fault.line === line && error.fault.column === column,
      text,
    );
  }
});

test('deep nesting is refused, not a stack overflow', () => {
  assert.throws(() => parseLenientJson('['.repeat(100_000)), JsonSyntaxError);
  const deep = `[${'array('.repeat(3_000)}1${')'.repeat(3_000)}]`;
  const chain = `[createObject()${'.a'.repeat(8_000)}]`;
  for (const text of [deep, chain]) {
    const outline = outlineTemplate({ $schema: 's', contentVersion: '1', resources: [], variables: { v: text } });
    assert.match('message' in outline ? outline.message : '', /nests deeper|accessors in a row/);
  }
});

test('a member called __proto__ is data', () => {
  const { value } = parseLenientJson('{__proto__: {"polluted": true}}');
  assert.deepEqual(memberOf(value, '__proto__'), { polluted: true });
  assert.equal(({} as { polluted?: Json }).polluted, undefined);
});

test('UTF-8 and UTF-16 files are decoded with and without a byte-order mark', () => {
  const text = '{"a":"é"}';
  const units = Uint16Array.from(text, (unit) => unit.charCodeAt(0));
  const little = new Uint8Array(units.buffer);
  const big = little.map((_, index) => little[index ^ 1] ?? 0);
  const mark =
    (...bytes: number[]) =>
    (rest: Uint8Array) =>
      Uint8Array.from([...bytes, ...rest]);
  const utf8 = new TextEncoder().encode(text);
  for (const bytes of [
    utf8,
    mark(0xef, 0xbb, 0xbf)(utf8),
    little,
    big,
    mark(0xff, 0xfe)(little),
    mark(0xfe, 0xff)(big),
  ]) {
    assert.deepEqual(parseLenientJson(decodeTemplateBytes(bytes)).value, { a: 'é' });
  }
});
