import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { planSchema } from '#workflow';

const fits = (pattern: string, text: string): boolean => {
  const planned = planSchema({ pattern });
  assert.deepEqual(planned.faults, [], pattern);
  return planned.validate(text).length === 0;
};

describe('a pattern', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['^CVE-\\d{4}-\\d{4,7}$', ['CVE-2021-44228'], ['CVE-21-1', 'xCVE-2021-44228']],
    ['error', ['an error here', 'error'], ['eror']],
    ['^(?:high|medium)$', ['high', 'medium'], ['highmedium', 'low', '']],
    ['^[A-Za-z_][\\w.-]*$', ['a', '_x.y-1'], ['1a', '']],
    ['^[^\\s@]+@[^\\s@]+$', ['a@b'], ['a b@c', '@b']],
    ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
    ['^a{2,}?b?$', ['aa', 'aaaaab'], ['a', 'aab b']],
    ['\\bsql\\b', ['an sql server', 'sql'], ['mysql', 'sqlite']],
    ['^\\p{Lu}\\P{L}$', ['Ä1'], ['ä1', 'Äa']],
    ['^[\\u0041-\\x5A\\-]+$', ['AB-Z'], ['a']],
    ['^(?<year>\\d+)(a|b)*$', ['2026abba', '7'], ['a']],
    ['^.$', ['x'], ['\n']],
    ['^[]a]$', [']', 'a'], ['b']],
    ['a$', ['a', 'a\n'], ['ab']],
    ['', ['', 'anything'], []],
    ['^{x}$', ['{x}'], ['x']],
  ];
  for (const [pattern, matching, other] of cases) {
    test(`'${pattern}' finds what it should and nothing else`, () => {
      for (const text of matching) assert.equal(fits(pattern, text), true, text);
      for (const text of other) assert.equal(fits(pattern, text), false, text);
    });
  }

  test('that cannot be matched in bounded time, or is none, is refused', () => {
    for (const pattern of [
      '(a)\\1',
      '(?=a)b',
      '(?i)a',
      '(?<!a)b',
      '*a',
      'a**',
      '[b-a]',
      '(',
      ')',
      '[a',
      'a{3,2}',
      '\\',
      '\\c',
      'a{99999}',
      '((a{99}){99}){99}',
      '('.repeat(60),
    ]) {
      assert.equal(planSchema({ pattern }).faults.length, 1, pattern);
    }
  });

  test('that makes others run for ever answers at once', () => {
    assert.equal(fits('^(a+)+$', `${'a'.repeat(5_000)}b`), false);
    assert.equal(fits('^(a|a|aa)*b?$', 'a'.repeat(5_000)), true);
    assert.equal(fits('^(()*){1000}$', ''), true);
    assert.equal(fits('(x*x*x*x*)*y', 'x'.repeat(3_000)), false);
  });
});

test('simple patterns agree with the language they are written in', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(ab)', '\\d', '\\w');
  const quantified = fc
    .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '*?'))
    .map((parts) => parts.join(''));
  const pattern = fc
    .tuple(fc.constantFrom('', '^'), fc.array(quantified, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '$'))
    .map(([start, parts, end]) => `${start}${parts.join('')}${end}`);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      assert.equal(fits(source, subject), new RegExp(source).test(subject));
    }),
    { numRuns: 1_000 },
  );
});
