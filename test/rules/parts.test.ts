/** The small parts the matchers are made of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  explainRuleSets,
  foldCase,
  invalidAutomation,
  matchesProperties,
  matchesUnchecked,
  parseConditions,
  parsePath,
  readPath,
  subjectsOf,
} from '#rules';
import { EdgeIndex, SubstringIndex } from '../../src/rules/text-index.ts';
import { compareDecimals, decimalKey, parseDecimal } from '../../src/rules/decimal.ts';
import { planned, sourceOf } from '../suites/matcher.ts';

test('folding keeps the length of every text', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => foldCase(text).length === text.length));
});

test('folding is idempotent and never maps into ASCII from outside', () => {
  for (let code = 0; code < 0x20000; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const folded = foldCase(String.fromCodePoint(code));
    assert.equal(foldCase(folded), folded);
    if (code > 0x7f) assert.ok((folded.codePointAt(0) as number) > 0x7f, code.toString(16));
  }
});

test('decimals order as big integers do and share a key exactly when equal', () => {
  const scaled = fc.record({ value: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), zeros: fc.nat(5) });
  const textOf = ({ value, zeros }: { value: bigint; zeros: number }): string =>
    zeros === 0 ? String(value) : `${value}.${'0'.repeat(zeros)}`;
  fc.assert(
    fc.property(scaled, scaled, (left, right) => {
      const a = parseDecimal(textOf(left));
      const b = parseDecimal(`${right.value}e0`);
      assert.ok(a !== undefined && b !== undefined);
      const wanted = left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
      assert.equal(Math.sign(compareDecimals(a, b)), wanted);
      assert.equal(decimalKey(a) === decimalKey(b), wanted === 0);
    }),
  );
});

test('decimals with fractions and exponents order as numbers do', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (left, right) => {
        const a = parseDecimal(String(left));
        const b = parseDecimal(String(right));
        assert.ok(a !== undefined && b !== undefined);
        assert.equal(
          Math.sign(compareDecimals(a, b)),
          Math.sign(left - right) || (left < right ? -1 : left > right ? 1 : 0),
        );
      },
    ),
  );
});

test('an exponent of a thousand million costs nothing and a longer one is no number', () => {
  assert.ok(parseDecimal('1e999999999') !== undefined);
  assert.equal(parseDecimal('1e9999999999'), undefined);
  assert.equal(parseDecimal('0x10'), undefined);
  assert.equal(parseDecimal('.'), undefined);
});

test('the substring index finds exactly the texts that occur, through additions and removals', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 120 }),
      fc.array(word, { maxLength: 40 }),
      word,
      word,
      (added, removed, left, right) => {
        const index = new SubstringIndex<string>();
        const texts = new Set(added);
        for (const text of texts) index.add(text, text);
        for (const text of removed) {
          index.remove(text);
          texts.delete(text);
        }
        const text = left + right;
        const found = new Set<string>();
        index.scan(text, (value) => found.add(value));
        assert.deepEqual([...found].toSorted(), [...texts].filter((each) => text.includes(each)).toSorted());
      },
    ),
  );
});

test('the edge index finds exactly the texts at its edge', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 });
  fc.assert(
    fc.property(fc.uniqueArray(word), word, (texts, text) => {
      const starts = new EdgeIndex<string>('start');
      const ends = new EdgeIndex<string>('end');
      for (const each of texts) {
        starts.add(each, each);
        ends.add(each, each);
      }
      const found: string[] = [];
      starts.scan(text, (value) => found.push(`^${value}`));
      ends.scan(text, (value) => found.push(`${value}$`));
      const wanted = texts.flatMap((each) => [
        ...(text.startsWith(each) ? [`^${each}`] : []),
        ...(text.endsWith(each) ? [`${each}$`] : []),
      ]);
      assert.deepEqual(found.toSorted(), wanted.toSorted());
    }),
  );
});

test('any text is either a path or a fault with a position, and reading never throws', () => {
  const piece = fc.constantFrom('a', '.', '[', ']', "'", '"', '*', '0', '$', ' ', '\\', 'b');
  fc.assert(
    fc.property(
      fc.array(piece).map((parts) => parts.join('')),
      fc.jsonValue(),
      (text, event) => {
        const path = parsePath(text);
        if ('fault' in path) assert.ok(path.offset >= 0 && path.offset <= text.length);
        else assert.ok(Array.isArray(readPath(event as null, path)));
      },
    ),
  );
});

test('a path over its limits is refused', () => {
  assert.ok('fault' in parsePath('a'.repeat(2000)));
  assert.ok('fault' in parsePath('a.'.repeat(70) + 'a'));
});

test('explain tells what each rule expected and found', () => {
  const source = sourceOf(
    'Alerts',
    [
      { path: 'AlertDisplayName', operator: 'Contains', value: 'SQL' },
      { path: 'Severity', operator: 'Equals', value: 'high' },
      { path: 'Version', operator: 'Contains', value: '3.' },
    ],
    [{ path: 'Entities[*].Type', operator: 'Equals', value: 'host' }],
  );
  const body = { AlertDisplayName: 'MySQL', Severity: 'Low', Entities: [{ Type: 'ip' }, { Type: 'dns' }] };
  const explained = explainRuleSets(planned('a', { sources: [source] }), { source: 'Alerts', body, subjects: [] });
  assert.deepEqual(
    explained.map(({ matched, rules }) => [matched, rules.map((rule) => [rule.actualValue, rule.matched])]),
    [
      [
        false,
        [
          ['MySQL', true],
          ['Low', false],
          ['3.0', true],
        ],
      ],
      [false, [[['ip', 'dns'], false]]],
    ],
  );
});

test('explain shows a source without rule sets as one set that holds', () => {
  const automation = planned('a', { sources: [sourceOf('Assessments'), sourceOf('Alerts')] });
  assert.deepEqual(explainRuleSets(automation, { source: 'Alerts', body: {}, subjects: [] }), [
    { matched: true, rules: [] },
  ]);
});

test('one-off matching compares scopes with the subject the event names', () => {
  const properties = { scopes: [{ scopePath: '/subscriptions/a' }], sources: [sourceOf('Alerts')] };
  assert.equal(matchesProperties(properties, { AzureResourceId: '/subscriptions/A/resourceGroups/g' }, 'Alerts'), true);
  assert.equal(matchesProperties(properties, {}, 'Alerts'), false);
});

test('one-off matching of an invalid automation says what is wrong', () => {
  const result = matchesProperties({ sources: [{ eventSource: 'x' }] }, {}, 'Alerts');
  assert.ok(typeof result === 'object');
  assert.equal(result.code, 'InvalidAutomation');
  assert.equal(result.options.target, 'sources[0].eventSource');
});

test('one-off matching of unchecked automations takes what cannot be saved as never true', () => {
  const bad = { path: 'Severity', operator: 'GreaterThan', value: 'x' };
  const good = { path: 'Severity', operator: 'Equals', value: 'high' };
  const fires = (...sets: readonly (readonly (typeof good)[])[]): boolean =>
    matchesUnchecked({ sources: [sourceOf('Alerts', ...sets)] }, { Severity: 'High' }, 'Alerts');
  assert.equal(fires([good]), true);
  assert.equal(fires([bad]), false);
  assert.equal(fires([good, bad]), false);
  assert.equal(fires([bad], [good]), true);
  assert.equal(fires(), true);
  assert.equal(matchesUnchecked({ sources: [{ eventSource: 'x' }] }, {}, 'Alerts'), false);
});

test('an invalid automation lists its faults, the first as the message', () => {
  const faults = parseConditions({ isEnabled: 1, sources: [{}], scopes: [null] }, 'properties.');
  assert.ok(!('sources' in faults));
  const fault = invalidAutomation(faults);
  assert.equal(fault.options.target, 'properties.isEnabled');
  assert.equal(fault.options.details?.length, 3);
});

test('an event for which nothing names a subject is about the subscription it was sent for', () => {
  assert.deepEqual(subjectsOf('Alerts', { AzureResourceId: '' }, '/subscriptions/s'), ['/subscriptions/s']);
  assert.deepEqual(subjectsOf('Assessments', {}, '/subscriptions/s'), ['/subscriptions/s']);
  assert.deepEqual(subjectsOf('Assessments', {}), []);
});

test('an event that says it is part of a snapshot needs the snapshot source, whatever source it is sent for', () => {
  const only = (eventSource: string) => ({ sources: [{ eventSource, ruleSets: [] }] });
  const spellings = ['securityEventDataEnrichment', 'SecurityEventDataEnrichment', 'AssessmentEventDataEnrichment'];
  for (const name of spellings) {
    const event = { id: '/x', [name]: { IsSnapshot: true } };
    assert.equal(matchesProperties(only('Assessments'), event, 'Assessments'), false, name);
    assert.equal(matchesProperties(only('AssessmentsSnapshot'), event, 'Assessments'), true, name);
  }
  assert.equal(matchesProperties(only('AttackPathsSnapshot'), { id: '/x' }, 'AttackPathsSnapshot'), true);
  assert.equal(
    matchesProperties(only('Alerts'), { securityEventDataEnrichment: { isSnapshot: true } }, 'Alerts'),
    true,
  );
});
