import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Json,
  JsonNumber,
  JsonSyntaxError,
  jsonEquals,
  memberIgnoringCase,
  memberOf,
  parseJson,
  setMember,
  stringifyJson,
} from '#foundation';

test('J1: numbers that a JavaScript number prints back the same stay JavaScript numbers', () => {
  assert.deepEqual(parseJson('[1,0.5,-7,100]'), [1, 0.5, -7, 100]);
});

test('J1: numbers that a JavaScript number would change are kept as their text', () => {
  for (const text of [
    '5.0',
    '-0',
    '1e3',
    '1.10',
    '12345678901234567890',
    '36083938778632690',
    '0.1234567890123456789',
    '548186046127587.422',
    '9007199254.7409921',
    '0.0000001',
  ]) {
    const value = parseJson(text);
    assert.ok(value instanceof JsonNumber, text);
    assert.equal(value.text, text);
  }
});

test('J2: printing what was parsed keeps the text of every number', () => {
  const number = fc.oneof(
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc.tuple(fc.integer(), fc.nat(1_000_000)).map(([whole, part]) => `${whole}.${part}0`),
    fc.tuple(fc.integer(), fc.integer({ min: -30, max: 30 })).map(([m, e]) => `${m}e${e}`),
    fc
      .tuple(fc.maxSafeNat(), fc.nat(12), fc.maxSafeNat())
      .map(([whole, zeros, part]) => `${whole}.${'0'.repeat(zeros)}${part}`),
    fc.tuple(fc.nat(12), fc.maxSafeNat()).map(([zeros, part]) => `0.${'0'.repeat(zeros)}${part}`),
  );
  fc.assert(
    fc.property(fc.array(number), (texts) => {
      const text = `{"list":[${texts.join(',')}],"s":"1.0 -0 12345678901234567890"}`;
      assert.equal(stringifyJson(parseJson(text)), text);
      for (const one of texts) assert.equal(stringifyJson(parseJson(one)), one);
    }),
  );
});

test('parsing is exact on any JSON value and equality holds between two readings', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      assert.equal(stringifyJson(parseJson(text)), text);
      assert.ok(jsonEquals(parseJson(text), parseJson(text)));
    }),
  );
});

test('equality compares numbers by value and members in any order', () => {
  assert.ok(jsonEquals(parseJson('{"a":5.0,"b":[1]}'), parseJson('{"b":[1],"a":5}')));
  assert.ok(!jsonEquals(parseJson('9007199254740993'), parseJson('9007199254740992')));
  assert.ok(!jsonEquals([1], { 0: 1 }));
});

test('a syntax fault tells line, column and offset, however short the text', () => {
  const faults: readonly (readonly [string, number, number])[] = [
    ['bad', 1, 1],
    ['{"a":\n tru}', 2, 2],
    ['{"a":', 1, 6],
    ['[1,]', 1, 4],
    ['{"a" 1}', 1, 6],
    ['[1] 2', 1, 5],
    ['{"a":"\u0001"}', 1, 6],
    [`${'['.repeat(100_000)}x`, 1, 100_001],
  ];
  for (const [text, line, column] of faults) {
    assert.throws(
      () => parseJson(text),
      (error) => {
        assert.ok(error instanceof JsonSyntaxError);
        assert.deepEqual([error.fault.line, error.fault.column], [line, column], text.slice(0, 40));
        assert.ok(error.fault.message.length < 200);
        return true;
      },
    );
  }
});

test('the offset of a fault is the end of what can still become JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
      const text = JSON.stringify(value);
      const broken = `${text.slice(0, cut % (text.length + 1))}\u0000`;
      assert.throws(() => parseJson(broken), JsonSyntaxError);
    }),
  );
});

test('J3: a member called __proto__ is ordinary data', () => {
  const parsed = parseJson('{"__proto__":{"polluted":true}}');
  assert.equal(stringifyJson(memberOf(parsed, '__proto__') as Json), '{"polluted":true}');
  const built: { [name: string]: Json } = {};
  setMember(built, '__proto__', 1);
  assert.equal(stringifyJson(built), '{"__proto__":1}');
  assert.equal(memberOf({}, 'constructor'), undefined);
});

test('members are found exactly first, then ignoring case', () => {
  const value = parseJson('{"id":1,"Id":2}');
  assert.equal(memberIgnoringCase(value, 'Id'), 2);
  assert.equal(memberIgnoringCase({ Id: 3 }, 'id'), 3);
});
