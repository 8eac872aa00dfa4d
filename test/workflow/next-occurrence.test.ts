import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nextOccurrence, type RecurrencePlan } from '#workflow';

const at = (text: string): number => Date.parse(text);
const shown = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString().replace('.000Z', 'Z');

/** The first occurrences from just before the save on, each run at its time. */
function occurrences(recurrence: RecurrencePlan, saved: string, count: number): readonly (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let lastRun: number | undefined;
  let after = at(saved) - 1;
  for (let number = 0; number < count; number += 1) {
    const next = nextOccurrence(recurrence, after, at(saved), lastRun);
    found.push(shown(next));
    if (next === undefined) break;
    lastRun = next;
    after = next;
  }
  return found;
}

describe('a recurrence without schedule', () => {
  test('without start time runs at the save, then an interval after each run', () => {
    assert.deepEqual(occurrences({ frequency: 'Hour', interval: 6 }, '2026-03-05T10:17:00Z', 3), [
      '2026-03-05T10:17:00Z',
      '2026-03-05T16:17:00Z',
      '2026-03-05T22:17:00Z',
    ]);
  });

  test('counts from a run that was late, and does not make up what was missed', () => {
    const recurrence: RecurrencePlan = { frequency: 'Minute', interval: 10 };
    const saved = at('2026-03-05T10:00:00Z');
    const late = at('2026-03-05T10:03:00Z');
    assert.equal(shown(nextOccurrence(recurrence, late, saved, late)), '2026-03-05T10:13:00Z');
    assert.equal(shown(nextOccurrence(recurrence, at('2026-03-05T12:00:00Z'), saved, late)), '2026-03-05T12:03:00Z');
  });

  test('with a start time in the past keeps its rhythm and drops what lies before the save', () => {
    const recurrence: RecurrencePlan = { frequency: 'Day', interval: 2, startTime: '2026-03-01T09:00:00Z' };
    assert.deepEqual(occurrences(recurrence, '2026-03-04T10:00:00Z', 2), [
      '2026-03-05T09:00:00Z',
      '2026-03-07T09:00:00Z',
    ]);
  });

  test('with a start time in the future runs first exactly then', () => {
    const recurrence: RecurrencePlan = { frequency: 'Week', interval: 1, startTime: '2026-04-01T08:30:00Z' };
    assert.deepEqual(occurrences(recurrence, '2026-03-04T10:00:00Z', 2), [
      '2026-04-01T08:30:00Z',
      '2026-04-08T08:30:00Z',
    ]);
  });

  test('keeps the wall-clock time of a start time with a zone over daylight saving', () => {
    const recurrence: RecurrencePlan = {
      frequency: 'Day',
      interval: 1,
      startTime: '2026-03-28T09:00:00',
      timeZone: 'W. Europe Standard Time',
    };
    assert.deepEqual(occurrences(recurrence, '2026-03-27T12:00:00Z', 2), [
      '2026-03-28T08:00:00Z',
      '2026-03-29T07:00:00Z',
    ]);
  });

  test('counts in UTC when there is a zone but neither start time nor schedule', () => {
    const recurrence: RecurrencePlan = { frequency: 'Day', interval: 1, timeZone: 'Europe/Berlin' };
    assert.deepEqual(occurrences(recurrence, '2026-03-28T08:00:00Z', 3), [
      '2026-03-28T08:00:00Z',
      '2026-03-29T08:00:00Z',
      '2026-03-30T08:00:00Z',
    ]);
  });

  test('returns to the 31st after a shorter month', () => {
    assert.deepEqual(occurrences({ frequency: 'Month', interval: 1 }, '2026-01-31T06:00:00Z', 3), [
      '2026-01-31T06:00:00Z',
      '2026-02-28T06:00:00Z',
      '2026-03-31T06:00:00Z',
    ]);
  });

  test('ends after its count and at its end time', () => {
    assert.deepEqual(occurrences({ frequency: 'Day', interval: 1, count: 2 }, '2026-01-01T00:00:00Z', 4), [
      '2026-01-01T00:00:00Z',
      '2026-01-02T00:00:00Z',
      undefined,
    ]);
    assert.deepEqual(
      occurrences({ frequency: 'Day', interval: 1, endTime: '2026-01-02T00:00:00Z' }, '2026-01-01T00:00:00Z', 4),
      ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', undefined],
    );
  });

  test('has no occurrence when its zone or start time does not exist', () => {
    assert.equal(nextOccurrence({ frequency: 'Day', interval: 1, startTime: '2026-02-30T00:00:00Z' }, 0, 0), undefined);
    const lost: RecurrencePlan = {
      frequency: 'Day',
      interval: 1,
      startTime: '2026-02-01T00:00:00',
      timeZone: 'Nowhere',
    };
    assert.equal(nextOccurrence(lost, 0, 0), undefined);
  });
});

describe('a recurrence with schedule', () => {
  test('with hours and minutes waits for the next mark instead of running at the save', () => {
    const recurrence: RecurrencePlan = {
      frequency: 'Day',
      interval: 1,
      schedule: { hours: [6, 18], minutes: [0, 30] },
    };
    assert.deepEqual(occurrences(recurrence, '2026-03-05T17:00:00Z', 3), [
      '2026-03-05T18:00:00Z',
      '2026-03-05T18:30:00Z',
      '2026-03-06T06:00:00Z',
    ]);
  });

  test('without minutes runs at the save, then at the minute of the save', () => {
    const recurrence: RecurrencePlan = { frequency: 'Day', interval: 1, schedule: { hours: [6] } };
    assert.deepEqual(occurrences(recurrence, '2026-03-05T10:17:00Z', 3), [
      '2026-03-05T10:17:00Z',
      '2026-03-06T06:17:00Z',
      '2026-03-07T06:17:00Z',
    ]);
  });

  test('takes missing parts from the start time and never runs before it', () => {
    const recurrence: RecurrencePlan = {
      frequency: 'Week',
      interval: 1,
      startTime: '2026-03-10T09:15:00Z',
      schedule: { weekDays: ['Monday', 'friday'] },
    };
    assert.deepEqual(occurrences(recurrence, '2026-03-01T00:00:00Z', 3), [
      '2026-03-13T09:15:00Z',
      '2026-03-16T09:15:00Z',
      '2026-03-20T09:15:00Z',
    ]);
  });

  test('skips the weeks between with an interval of two', () => {
    const recurrence: RecurrencePlan = {
      frequency: 'Week',
      interval: 2,
      startTime: '2026-03-02T09:00:00Z',
      schedule: { weekDays: ['Monday'] },
    };
    assert.deepEqual(occurrences(recurrence, '2026-03-01T00:00:00Z', 2), [
      '2026-03-02T09:00:00Z',
      '2026-03-16T09:00:00Z',
    ]);
  });

  test('moves a mark in the hour that is skipped to the next valid time, and runs a doubled one once', () => {
    const recurrence: RecurrencePlan = {
      frequency: 'Day',
      interval: 1,
      timeZone: 'W. Europe Standard Time',
      schedule: { hours: [2], minutes: [30] },
    };
    assert.deepEqual(occurrences(recurrence, '2026-03-28T12:00:00Z', 2), [
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ]);
    assert.deepEqual(occurrences(recurrence, '2026-10-24T12:00:00Z', 2), [
      '2026-10-25T01:30:00Z',
      '2026-10-26T01:30:00Z',
    ]);
  });

  test('finds days of the month, from its end too, and the second Tuesday', () => {
    const monthly = (schedule: RecurrencePlan['schedule']): RecurrencePlan => ({
      frequency: 'Month',
      interval: 1,
      schedule: { hours: [8], minutes: [0], ...schedule },
    });
    assert.deepEqual(occurrences(monthly({ monthDays: [15, -1] }), '2026-02-01T00:00:00Z', 3), [
      '2026-02-15T08:00:00Z',
      '2026-02-28T08:00:00Z',
      '2026-03-15T08:00:00Z',
    ]);
    const tuesday = monthly({ monthlyOccurrences: [{ day: 'Tuesday', occurrence: 2 }] });
    assert.deepEqual(occurrences(tuesday, '2026-03-01T00:00:00Z', 2), ['2026-03-10T08:00:00Z', '2026-04-14T08:00:00Z']);
    const last = monthly({ monthlyOccurrences: [{ day: 'Friday', occurrence: -1 }] });
    assert.deepEqual(occurrences(last, '2026-03-01T00:00:00Z', 1), ['2026-03-27T08:00:00Z']);
  });

  test('stops after its count', () => {
    const recurrence: RecurrencePlan = {
      frequency: 'Day',
      interval: 1,
      count: 2,
      schedule: { hours: [6], minutes: [0] },
    };
    assert.deepEqual(occurrences(recurrence, '2026-03-05T10:00:00Z', 3), [
      '2026-03-06T06:00:00Z',
      '2026-03-07T06:00:00Z',
      undefined,
    ]);
  });

  test('ends the search for a day that never comes', () => {
    const never: RecurrencePlan = {
      frequency: 'Month',
      interval: 12,
      schedule: { monthDays: [31], hours: [1], minutes: [1] },
    };
    assert.equal(nextOccurrence(never, at('2026-02-01T00:00:00Z'), at('2026-02-01T00:00:00Z')), undefined);
  });
});

const anyRecurrence = fc.record(
  {
    frequency: fc.constantFrom('Second', 'Minute', 'Hour', 'Day', 'Week', 'Month', 'Year' as const),
    interval: fc.integer({ min: 1, max: 16 }),
    startTime: fc.constantFrom('2024-02-29T02:30:00', '2026-10-25T02:15:00', '2031-01-31T23:59:59'),
    timeZone: fc.constantFrom('UTC', 'W. Europe Standard Time', 'Lord Howe Standard Time', 'America/New_York'),
    count: fc.integer({ min: 1, max: 40 }),
    schedule: fc.record(
      {
        minutes: fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 3 }),
        hours: fc.array(fc.integer({ min: 0, max: 23 }), { maxLength: 3 }),
        weekDays: fc.array(fc.constantFrom('Monday', 'Sunday', 'Friday'), { maxLength: 2 }),
        monthDays: fc.array(fc.integer({ min: -31, max: 31 }), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['frequency', 'interval'] },
) as fc.Arbitrary<RecurrencePlan>;

const anyInstant = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2029-01-01T00:00:00Z') });

test('every occurrence lies after the one before, whatever the recurrence', () => {
  fc.assert(
    fc.property(anyRecurrence, anyInstant, (recurrence, savedAt) => {
      let after = savedAt - 1;
      let lastRun: number | undefined;
      for (let number = 0; number < 4; number += 1) {
        const next = nextOccurrence(recurrence, after, savedAt, lastRun);
        if (next === undefined) return;
        assert.ok(next > after);
        assert.ok(next >= savedAt);
        after = next;
        lastRun = next;
      }
    }),
    { numRuns: 300 },
  );
});

test('a later question never gets an earlier answer', () => {
  fc.assert(
    fc.property(anyRecurrence, anyInstant, anyInstant, anyInstant, (recurrence, savedAt, one, other) => {
      const [early, late] = [Math.min(one, other), Math.max(one, other)];
      const first = nextOccurrence(recurrence, early, savedAt);
      const second = nextOccurrence(recurrence, late, savedAt);
      if (second !== undefined) assert.ok(first !== undefined && first <= second);
    }),
    { numRuns: 300 },
  );
});
