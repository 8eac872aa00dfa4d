/** Records that are nearly right: whatever is missing, wrong or odd in them gives events or a fault, never an exception. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatNames, readRecord, scansOf } from '#events';
import { isFault, isJsonArray, isJsonObject, type Json, parseArmId } from '#foundation';
import { formatExamples } from '../../tools/event-formats.data.ts';

const defaults = { subscriptionId: '00000000-0000-4000-8000-000000000001', now: Date.UTC(2026, 0, 1) };

const junk = fc.constantFrom<Json>(
  null,
  0,
  -1,
  1e308,
  true,
  '',
  ' ',
  'x'.repeat(3_000),
  '/providers',
  '/subscriptions/s/providers',
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups//x/y',
  '__proto__',
  'constructor',
  '2026-99-99T99:99:99Z',
  '99999999999999999999',
  [],
  {},
  [null],
  [[]],
  ['a', {}],
  { constructor: 1 },
);

/** A change at one place: the n-th member on the way through the record. */
const changes = fc.array(
  fc.record({ at: fc.nat(60), how: fc.constantFrom('replace', 'drop', 'upper', 'lower'), value: junk }),
  { minLength: 1, maxLength: 6 },
);

type Change = typeof changes extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

function changed(record: Json, change: Change): Json {
  let left = change.at;
  const walk = (value: Json): Json => {
    if (isJsonArray(value)) return value.map(walk);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => {
        left -= 1;
        if (left !== -1) return [[name, walk(member)]];
        if (change.how === 'drop') return [];
        if (change.how === 'replace') return [[name, change.value]];
        return [[change.how === 'upper' ? name.toUpperCase() : name.toLowerCase(), member]];
      }),
    );
  };
  return walk(record);
}

test('a record changed at some places is read or refused', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...formatExamples.map(({ record }) => record as Json)),
      changes,
      fc.constantFrom(...formatNames),
      (record, several, format) => {
        const hostile = several.reduce(changed, record);
        for (const name of ['auto', format] as const) {
          const events = readRecord(name, hostile, defaults);
          assert.ok(Array.isArray(scansOf(name, hostile)));
          if (isFault(events)) continue;
          for (const { id, key, kind } of events) {
            assert.match(id, /^\/subscriptions\//i, kind);
            assert.ok(key.length > 0 && parseArmId(id) !== undefined, id);
          }
        }
      },
    ),
    { numRuns: 3_000 },
  );
});
