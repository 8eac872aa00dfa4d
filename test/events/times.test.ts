import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonNumber } from '#foundation';
import { formatMoment, parseMoment, uuid5 } from '#events';
import { reverseTicks } from '../../src/events/times.ts';

const text = (value: Parameters<typeof parseMoment>[0]): string | undefined => {
  const moment = parseMoment(value);
  return moment === undefined ? undefined : formatMoment(moment);
};

test('every spelling of a time becomes UTC with seven digits', () => {
  const cases: readonly (readonly [Parameters<typeof parseMoment>[0], string | undefined])[] = [
    ['2024-11-20T21:09:44.746150524Z', '2024-11-20T21:09:44.7461505Z'],
    ['2024-11-20T14:10:00.000+0000', '2024-11-20T14:10:00.0000000Z'],
    ['2017-04-07T22:24:37.251547+0100', '2017-04-07T21:24:37.2515470Z'],
    ['2017-04-07T22:24:37-03:30', '2017-04-08T01:54:37.0000000Z'],
    ['2025-02-14 14:27:03,9', '2025-02-14T14:27:03.9000000Z'],
    ['2025-02-14', '2025-02-14T00:00:00.0000000Z'],
    [1739539623, '2025-02-14T13:27:03.0000000Z'],
    [1739539623.5, '2025-02-14T13:27:03.5000000Z'],
    [1695135922487, '2023-09-19T15:05:22.4870000Z'],
    ['1695135922487', '2023-09-19T15:05:22.4870000Z'],
    [new JsonNumber('1732136984746150524'), '2024-11-20T21:09:44.7461505Z'],
    ['yesterday', undefined],
    ['2024-13-01T00:00:00Z', undefined],
    [null, undefined],
    [undefined, undefined],
    [-1, undefined],
  ];
  for (const [given, wanted] of cases) assert.equal(text(given), wanted, JSON.stringify(given));
});

test('a printed time reads back as the same moment', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 100_000_000_000_000_000n }),
      (moment) => parseMoment(formatMoment(moment)) === moment,
    ),
  );
});

test('reverse ticks run down as time goes on', () => {
  assert.ok(reverseTicks(2n) < reverseTicks(1n));
  assert.equal(reverseTicks(0n).length, 19);
});

test('version 5 UUIDs are those of the standard', () => {
  assert.equal(uuid5('hello'), '15195371-44ca-5747-8f2c-707aeddd1932');
  assert.equal(uuid5(`${'x'.repeat(200)}ß`), '382e86a5-ddd3-58c7-be43-f2972f1bb68f');
  assert.notEqual(uuid5('a', 'bc'), uuid5('ab', 'c'));
});
