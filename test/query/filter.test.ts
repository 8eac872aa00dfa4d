import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Fault, isFault, type Json, type JsonObject, memberOf } from '#foundation';
import { planFilter } from '#query';

const item: JsonObject = {
  name: 'Alpha',
  count: 7,
  on: true,
  when: '2026-03-01T12:00:00.0000000Z',
  list: ['a', 'B'],
  properties: { status: 'Failed' },
};

function field(path: string): ((value: JsonObject) => Json | undefined) | undefined {
  const names = path.split('/');
  if (!(names[0] ?? '').match(/^(?:name|count|on|when|list|properties|none)$/)) return undefined;
  return (value) => names.reduce<Json | undefined>((inner, name) => memberOf(inner, name), value);
}

function run(text: string): boolean | Fault {
  const predicate = planFilter<JsonObject>(text, {
    field,
    call: (name) => (name === 'atscope' ? () => true : undefined),
  });
  return isFault(predicate) ? predicate : predicate(item);
}

const cases: readonly (readonly [string, boolean])[] = [
  ['', true],
  ["name eq 'alpha'", true],
  ["name ne 'alpha'", false],
  ['count gt 6 and count le 7', true],
  ['count gt 7 or on eq true', true],
  ['count eq 7L', true],
  ["properties/status eq 'Failed'", true],
  ["properties.status eq 'failed' and not (count eq 8)", true],
  ['when ge 2026-03-01T00:00:00Z and when lt 2026-03-02', true],
  ["when gt datetime'2026-03-01T12:00:00Z'", false],
  ["contains(name, 'PH')", true],
  ["substringof('lph', name)", true],
  ["startswith(name,'Be')", false],
  ["name in ('x', 'alpha')", true],
  ["list eq 'b'", true],
  ['none eq null', true],
  ['none gt 1', false],
  ["name eq 'it''s'", false],
  ['atScope()', true],
  ['on', true],
  ["list/any(x:x eq 'b')", true],
  ["list/any(x: startswith(x,'B') and not (x eq 'a'))", true],
  ["list/all(x:x eq 'b')", false],
  ['list/any()', true],
  ['none/any()', false],
  ["not startswith(name, 'A') or (count eq 7 and (on eq false or name eq 'Alpha'))", true],
];

for (const [text, expected] of cases) {
  test(`the filter [${text}] is ${expected}`, () => {
    assert.equal(run(text), expected);
  });
}

for (const text of [
  'unknown eq 1',
  'name eq',
  "name eq 'x",
  '(name eq 1',
  'name eq 1 2',
  'frob(name)',
  'name ~ 1',
  "'x'",
  'and',
  "list/any(x eq 'a')",
  "list/any(x:y eq 'a')",
  'list/all()',
  "unknown/any(x:x eq 'a')",
]) {
  test(`the filter [${text}] is refused`, () => {
    const result = run(text);
    assert.ok(isFault(result));
    assert.equal(result.code, 'InvalidParameter');
  });
}

test('exact texts compare by their characters, times still by instant', () => {
  const exact = (text: string): boolean | Fault => {
    const predicate = planFilter<JsonObject>(text, { field, exactTexts: true });
    return isFault(predicate) ? predicate : predicate(item);
  };
  assert.deepEqual(
    [exact("name eq 'Alpha'"), exact("name eq 'alpha'"), exact("name in ('alpha')")],
    [true, false, false],
  );
  assert.equal(exact("list/any(x:x eq 'b')"), false);
  assert.equal(exact("when eq datetime'2026-03-01T12:00:00Z'"), true);
});

test('deep nesting and long texts are refused, not followed', () => {
  assert.ok(isFault(run('('.repeat(5000) + 'on' + ')'.repeat(5000))));
  assert.ok(isFault(run('not '.repeat(2000) + 'on')));
  assert.ok(isFault(run(`name eq '${'x'.repeat(9000)}'`)));
});

test('any text gives an answer or a fault, never an exception', () => {
  const words = fc.constantFrom(
    'and',
    'or',
    'not',
    '(',
    ')',
    "'a'",
    'name',
    'eq',
    'in',
    ',',
    '1',
    'contains',
    'null',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((parts) => parts.join(' ')),
      ),
      (text) => {
        const result = run(text);
        assert.ok(typeof result === 'boolean' || isFault(result));
      },
    ),
  );
});
