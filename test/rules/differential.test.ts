/** The indexed matcher against the naive one, on random rules and events made to meet each other often. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Json, JsonNumber, type JsonObject } from '#foundation';
import { type EventSource, IndexedMatcher, type MatchableEvent, NaiveMatcher, operatorsOfType } from '#rules';
import { planned } from '../suites/matcher.ts';

const words = [
  '',
  'a',
  'SQL',
  'sql',
  'Straße',
  'STRASSE',
  'straße',
  'ı',
  'I',
  'i',
  'İ',
  'ſ',
  's',
  'ᾳ',
  'ᾼ',
  'ǆ',
  'Ǆ',
  '𐐨',
  '𐐀',
];
const text = fc.oneof(
  fc.constantFrom(...words),
  fc.array(fc.constantFrom(...words, ' ', 'x', 'aa', 'High'), { maxLength: 4 }).map((parts) => parts.join('')),
);
const numbers = [
  '0',
  '-0',
  '1',
  '1.0',
  '1e0',
  '10',
  '2',
  '-5',
  '0.5',
  '9007199254740993',
  '9007199254740992',
  'x',
  ' 7 ',
];
const names = [
  'Severity',
  'severity',
  'Name',
  'NAME',
  'Version',
  'Id',
  'id',
  '__proto__',
  'constructor',
  'list',
  'deep',
];

const scalar: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.constantFrom<Json>(null, true, false, 'true', 'FALSE', 0, 1, 2, -5, 0.5, 10, new JsonNumber('9007199254740993')),
  fc.constantFrom(...numbers),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 }).map(objectOf),
  ),
})).value;

function objectOf(members: readonly (readonly [string, Json])[]): JsonObject {
  const object: { [name: string]: Json } = {};
  for (const [name, member] of members) {
    Object.defineProperty(object, name, { value: member, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

const member = fc.tuple(fc.constantFrom(...names), value);
const event: fc.Arbitrary<MatchableEvent> = fc.record({
  source: fc.constantFrom<EventSource>('Alerts', 'Alerts', 'Alerts', 'Assessments'),
  body: fc
    .tuple(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.array(member, { maxLength: 4 }),
      fc.array(member, { maxLength: 3 }),
    )
    .map(([name, list, deep, more]) => objectOf([['Name', name], ['list', list], ['deep', objectOf(deep)], ...more])),
  subjects: fc.constantFrom(
    ['/subscriptions/a/resourceGroups/g/providers/x'],
    ['/subscriptions/a', '/subscriptions/B/resourceGroups/g1'],
    [],
  ),
});

const segment = fc.oneof(fc.constantFrom(...names), fc.constantFrom('*', '[*]', '[0]', '[1]', "['Name']"));
const anyPath = fc
  .array(segment, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.map((part, at) => (part.startsWith('[') || at === 0 ? part : `.${part}`)).join(''));
const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('Name', 'name', '$.NAME', 'list', 'list[*]', 'list[0]', 'deep.*', 'deep.Name'),
  },
  { weight: 2, arbitrary: anyPath },
);
const rule = fc.constantFrom('String', 'Integer', 'Number', 'Boolean').chain((type) =>
  fc.record({
    propertyJPath: path,
    propertyType: fc.constant(type),
    operator: fc.constantFrom(...operatorsOfType[type as 'String']),
    expectedValue:
      type === 'String'
        ? fc.oneof(text, fc.constantFrom(...numbers))
        : type === 'Boolean'
          ? fc.constantFrom('true', 'False')
          : fc.constantFrom('0', '1', '2', '-5', '10', '9007199254740993', '9007199254740992'),
  }),
);
const ruleSet = fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 2 }) });
const properties = fc.record({
  isEnabled: fc.constantFrom(true, true, true, false),
  scopes: fc
    .constantFrom<string[]>(
      [],
      [],
      ['/subscriptions/a'],
      ['/subscriptions/b', '/subscriptions/a/resourcegroups/G'],
      ['/'],
    )
    .map((paths) => paths.map((scopePath) => ({ scopePath }))),
  sources: fc.array(
    fc.record({
      eventSource: fc.constantFrom('Alerts', 'Alerts', 'Alerts', 'Assessments'),
      ruleSets: fc.oneof({ weight: 15, arbitrary: fc.array(ruleSet, { minLength: 1, maxLength: 3 }) }, fc.constant([])),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('put' as const), id: fc.nat(30), properties }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), id: fc.nat(12) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('match' as const), event }) },
);

test('the indexed matcher answers as the naive one through any sequence of puts, removes and events', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const naive = new NaiveMatcher();
      const indexed = new IndexedMatcher();
      for (const current of steps) {
        if (current.kind === 'put') {
          const automation = planned(String(current.id), current.properties);
          naive.put(automation);
          indexed.put(automation);
        } else if (current.kind === 'remove') {
          naive.remove(String(current.id));
          indexed.remove(String(current.id));
        } else {
          assert.deepEqual([...indexed.match(current.event)].toSorted(), [...naive.match(current.event)].toSorted());
        }
      }
      assert.equal(indexed.size, naive.size);
    }),
    { numRuns: 1500 },
  );
});

test('many paths at once read the same members as one path alone', () => {
  const wide = ['A', 'a', 'B', 'b', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M'];
  fc.assert(
    fc.property(fc.subarray(wide), fc.subarray(wide), (given, repeated) => {
      const naive = new NaiveMatcher();
      const indexed = new IndexedMatcher();
      for (const name of wide) {
        const rules = [{ propertyJPath: name, propertyType: 'String', operator: 'Equals', expectedValue: name }];
        const automation = planned(name, { sources: [{ eventSource: 'Alerts', ruleSets: [{ rules }] }] });
        naive.put(automation);
        indexed.put(automation);
      }
      const body = objectOf([...given, ...repeated].map((name) => [name, name] as const));
      const asked: MatchableEvent = { source: 'Alerts', body, subjects: [] };
      assert.deepEqual([...indexed.match(asked)].toSorted(), [...naive.match(asked)].toSorted());
    }),
  );
});

test('ten thousand automations with crowded rules answer as the naive matcher does', () => {
  const naive = new NaiveMatcher();
  const indexed = new IndexedMatcher();
  for (let at = 0; at < 10_000; at += 1) {
    const rules = [
      {
        propertyJPath: 'Severity',
        propertyType: 'String',
        operator: 'Equals',
        expectedValue: ['High', 'Low'][at % 2] as string,
      },
      { propertyJPath: 'Name', propertyType: 'String', operator: 'Contains', expectedValue: `k${at % 5000}.` },
      { propertyJPath: 'Score', propertyType: 'Number', operator: 'GreaterThan', expectedValue: String(at % 100) },
    ];
    const automation = planned(String(at), { sources: [{ eventSource: 'Alerts', ruleSets: [{ rules }] }] });
    naive.put(automation);
    indexed.put(automation);
  }
  for (let at = 0; at < 10_000; at += 3) {
    naive.remove(String(at));
    indexed.remove(String(at));
  }
  for (const Name of ['k12.k4999.', 'nothing', 'x k7.', 'k2500.k2501.k2502.']) {
    for (const Severity of ['high', 'LOW', 'Medium']) {
      const asked: MatchableEvent = { source: 'Alerts', body: { Name, Severity, Score: 50 }, subjects: [] };
      assert.deepEqual([...indexed.match(asked)].toSorted(), [...naive.match(asked)].toSorted());
    }
  }
});
