import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lastDay } from '../../../src/expression/dates/civil.ts';
import {
  addMonths,
  addUnits,
  DateTime,
  dateTimeFromTicks,
  dateTimeFromUnixMilliseconds,
  startOfDay,
  startOfHour,
  startOfMonth,
  ticksPerDay,
  ticksPerSecond,
} from '../../../src/expression/dates/date-time.ts';
import { formatRoundTrip } from '../../../src/expression/dates/format-date.ts';
import { shiftTime, type TimeUnit, timeUnitOf, timeUnits } from '../../../src/expression/dates/time-unit.ts';
import { time } from './reading.ts';

function shifted(text: string, count: number, unit: TimeUnit): string | undefined {
  const moved = shiftTime(time(text), count, unit);
  return moved && formatRoundTrip(moved);
}

const anyTime = fc
  .tuple(fc.integer({ min: 0, max: lastDay }), fc.integer({ min: 0, max: ticksPerDay - 1 }))
  .map(([day, tick]) => new DateTime(day, tick, 'utc'));

describe('moving a time', () => {
  it('counts every unit, and keeps the kind (DT2)', () => {
    const start = '2018-03-15T13:27:36.1234567';
    const expected: Readonly<Record<TimeUnit, string>> = {
      Second: '2018-03-15T13:27:37.1234567',
      Minute: '2018-03-15T13:28:36.1234567',
      Hour: '2018-03-15T14:27:36.1234567',
      Day: '2018-03-16T13:27:36.1234567',
      Week: '2018-03-22T13:27:36.1234567',
      Month: '2018-04-15T13:27:36.1234567',
      Year: '2019-03-15T13:27:36.1234567',
    };
    for (const unit of timeUnits) {
      assert.equal(shifted(start, 1, unit), expected[unit]);
      assert.equal(shifted(`${start}Z`, 1, unit), `${expected[unit]}Z`);
    }
  });

  it('clamps to the last day of a shorter month', () => {
    assert.equal(shifted('2018-01-31', 1, 'Month'), '2018-02-28T00:00:00.0000000');
    assert.equal(shifted('2016-01-31', 1, 'Month'), '2016-02-29T00:00:00.0000000');
    assert.equal(shifted('2016-02-29', 1, 'Year'), '2017-02-28T00:00:00.0000000');
    assert.equal(shifted('2016-02-29', -4, 'Year'), '2012-02-29T00:00:00.0000000');
    assert.equal(shifted('2018-03-31', -1, 'Month'), '2018-02-28T00:00:00.0000000');
    assert.equal(shifted('2018-03-31', -15, 'Month'), '2016-12-31T00:00:00.0000000');
  });

  it('has no answer outside the years 1 to 9999 (DT1)', () => {
    assert.equal(shifted('9999-12-31', 1, 'Day'), undefined);
    assert.equal(shifted('0001-01-01', -1, 'Second'), undefined);
    assert.equal(shifted('9999-12-31T23:59:59', 1, 'Second'), undefined);
    assert.equal(shifted('9999-12-01', 1, 'Month'), undefined);
    assert.equal(shifted('0001-01-01', -1, 'Year'), undefined);
    for (const unit of timeUnits) {
      assert.equal(shifted('2018-01-01', Number.MAX_SAFE_INTEGER, unit), undefined);
      assert.equal(shifted('2018-01-01', -(2 ** 63), unit), undefined);
    }
  });

  it('comes back to the day it left by adding and subtracting the same number of days', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -4_000_000, max: 4_000_000 }), (start, count) => {
        const there = addUnits(start, count, ticksPerDay);
        if (there === undefined) return;
        assert.deepEqual(addUnits(there, -count, ticksPerDay), start);
        assert.equal(there.ticks - start.ticks, BigInt(count) * BigInt(ticksPerDay));
      }),
    );
  });

  it('adds seconds exactly over the whole range', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (start, count) => {
        const there = addUnits(start, count, ticksPerSecond);
        const ticks = start.ticks + BigInt(count) * BigInt(ticksPerSecond);
        assert.deepEqual(there, dateTimeFromTicks(ticks, 'utc'));
      }),
    );
  });

  it('stays on the day number or at the end of the month, whatever the number of months', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -200_000, max: 200_000 }), (start, count) => {
        const there = addMonths(start, count);
        if (there === undefined) return;
        const back = addMonths(there, -count);
        assert.ok(back !== undefined && back.day <= start.day && start.day - back.day <= 3);
        assert.equal(there.tick, start.tick);
      }),
    );
  });
});

describe('a time as a number', () => {
  it('counts ticks from the year 1 and milliseconds from 1970', () => {
    assert.equal(time('1970-01-01T00:00:00Z').ticks, 621_355_968_000_000_000n);
    assert.equal(time('0001-01-01').ticks, 0n);
    assert.equal(time('9999-12-31T23:59:59.9999999').ticks, 3_155_378_975_999_999_999n);
    assert.equal(time('1969-12-31T23:59:59.9999999Z').unixMilliseconds, -1);
    assert.deepEqual(dateTimeFromUnixMilliseconds(-1), time('1969-12-31T23:59:59.999Z'));
    assert.equal(dateTimeFromUnixMilliseconds(Number.NaN), undefined);
    assert.equal(dateTimeFromUnixMilliseconds(8.64e15), undefined);
    assert.equal(dateTimeFromTicks(-1n, 'utc'), undefined);
    assert.equal(dateTimeFromTicks(3_155_378_976_000_000_000n, 'utc'), undefined);
  });

  it('survives the way to ticks and back', () => {
    fc.assert(
      fc.property(anyTime, (start) => {
        assert.deepEqual(dateTimeFromTicks(start.ticks, 'utc'), start);
      }),
    );
  });
});

describe('truncating a time', () => {
  it('goes to the start of the hour, day or month', () => {
    const start = time('2018-03-15T13:27:36.1234567Z');
    assert.equal(formatRoundTrip(startOfHour(start)), '2018-03-15T13:00:00.0000000Z');
    assert.equal(formatRoundTrip(startOfDay(start)), '2018-03-15T00:00:00.0000000Z');
    assert.equal(formatRoundTrip(startOfMonth(start)), '2018-03-01T00:00:00.0000000Z');
  });
});

describe('the name of a unit', () => {
  it('is taken in any case and in the singular only', () => {
    assert.equal(timeUnitOf('Day'), 'Day');
    assert.equal(timeUnitOf('day'), 'Day');
    assert.equal(timeUnitOf('MONTH'), 'Month');
    for (const name of ['Days', '', 'day ', 'Fortnight', '__proto__', 'constructor'])
      assert.equal(timeUnitOf(name), undefined);
  });
});
