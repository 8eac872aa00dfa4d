import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  civilFromDay,
  dayFromCivil,
  dayOfYear,
  daysInMonth,
  isCivilDate,
  lastDay,
  unixEpochDay,
  weekdayOfDay,
} from '../../../src/expression/dates/civil.ts';

describe('the calendar', () => {
  it('counts days from the first of January of the year 1 to the last day of 9999 (CV1)', () => {
    assert.equal(dayFromCivil(1, 1, 1), 0);
    assert.equal(dayFromCivil(9999, 12, 31), lastDay);
    assert.equal(dayFromCivil(1970, 1, 1), unixEpochDay);
    assert.deepEqual(civilFromDay(0), { year: 1, month: 1, day: 1 });
    assert.deepEqual(civilFromDay(lastDay), { year: 9999, month: 12, day: 31 });
  });

  it('gives back the date of every day of four centuries (CV2)', () => {
    for (let day = dayFromCivil(1899, 12, 31); day < dayFromCivil(2301, 1, 1); day++) {
      const { year, month, day: dayOfMonth } = civilFromDay(day);
      assert.equal(dayFromCivil(year, month, dayOfMonth), day);
    }
  });

  it('agrees with the platform on dates, weekdays and days of the year (CV2)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lastDay }), (day) => {
        const date = new Date((day - unixEpochDay) * 86_400_000);
        const civil = civilFromDay(day);
        assert.deepEqual(
          [civil.year, civil.month, civil.day, weekdayOfDay(day)],
          [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay()],
        );
        assert.equal(dayFromCivil(civil.year, civil.month, civil.day), day);
        assert.ok(dayOfYear(day) >= 1 && dayOfYear(day) <= 366);
      }),
    );
  });

  it('knows leap years, and that a century is one only every fourth time', () => {
    assert.equal(daysInMonth(2000, 2), 29);
    assert.equal(daysInMonth(1900, 2), 28);
    assert.equal(daysInMonth(2024, 2), 29);
    assert.equal(daysInMonth(2023, 2), 28);
    assert.equal(dayOfYear(dayFromCivil(2024, 12, 31)), 366);
    assert.equal(dayOfYear(dayFromCivil(2018, 3, 15)), 74);
  });

  it('refuses dates that do not exist', () => {
    for (const [year, month, day] of [
      [0, 1, 1],
      [10_000, 1, 1],
      [2018, 0, 1],
      [2018, 13, 1],
      [2018, 2, 29],
      [2018, 4, 31],
      [2018, 1, 0],
    ] as const) {
      assert.equal(isCivilDate(year, month, day), false, `${year}-${month}-${day}`);
    }
  });
});
