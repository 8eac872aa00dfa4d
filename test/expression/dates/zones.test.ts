import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { dateTimeFromUnixMilliseconds } from '../../../src/expression/dates/date-time.ts';
import { formatRoundTrip } from '../../../src/expression/dates/format-date.ts';
import { instantOfLocal, localOfInstant, resolveZone, type Zone } from '../../../src/expression/dates/zones.ts';
import { time } from './reading.ts';

function zone(name: string): Zone {
  const found = resolveZone(name);
  assert.ok(found !== undefined, `${name} is a zone`);
  return found;
}

function local(text: string, name: string): string | undefined {
  const found = localOfInstant(time(text), zone(name));
  return found && formatRoundTrip(found);
}

function instant(text: string, name: string, gap?: 'next'): string | undefined {
  const found = instantOfLocal(time(text), zone(name), gap);
  return found && formatRoundTrip(found);
}

describe('finding a time zone', () => {
  it('takes Windows ids and IANA names in any case, obsolete ids included', () => {
    assert.equal(zone('W. Europe Standard Time').iana, 'Europe/Berlin');
    assert.equal(zone('w. europe standard time').iana, 'Europe/Berlin');
    assert.equal(zone('europe/paris').iana, 'Europe/Paris');
    assert.equal(zone('Kamchatka Standard Time').iana, 'Asia/Kamchatka');
    assert.equal(local('2018-06-01T00:00:00Z', 'Mid-Atlantic Standard Time'), '2018-05-31T22:00:00.0000000');
    for (const name of ['UTC', 'utc', 'Etc/UTC', 'Zulu']) assert.ok(zone(name).isUtc, name);
    for (const name of ['GMT Standard Time', 'Greenwich Standard Time', 'UTC-11']) assert.ok(!zone(name).isUtc, name);
  });

  it('knows every Windows id of the published mapping', () => {
    const names = new Set(WINDOWS_TO_IANA_MAP.map((entry) => entry.windowsName));
    assert.ok(names.size > 130);
    for (const name of names) assert.ok(resolveZone(name) !== undefined, name);
  });

  it('knows no others', () => {
    for (const name of [
      '',
      'Bogus Standard Time',
      'Eastern Time',
      '+02:00',
      'UTC+5',
      '__proto__',
      'toString',
      'x'.repeat(10_000),
    ]) {
      assert.equal(resolveZone(name), undefined, name);
    }
  });
});

describe('what the clocks of a zone show', () => {
  it('follows summer and winter under one name', () => {
    assert.equal(local('2018-01-15T12:00:00Z', 'Pacific Standard Time'), '2018-01-15T04:00:00.0000000');
    assert.equal(local('2018-07-15T12:00:00Z', 'Pacific Standard Time'), '2018-07-15T05:00:00.0000000');
    assert.equal(local('2018-03-25T00:59:59.9999999Z', 'W. Europe Standard Time'), '2018-03-25T01:59:59.9999999');
    assert.equal(local('2018-03-25T01:00:00Z', 'W. Europe Standard Time'), '2018-03-25T03:00:00.0000000');
    assert.equal(local('2018-10-28T00:59:59Z', 'W. Europe Standard Time'), '2018-10-28T02:59:59.0000000');
    assert.equal(local('2018-10-28T01:00:00Z', 'W. Europe Standard Time'), '2018-10-28T02:00:00.0000000');
  });

  it('knows offsets of parts of an hour and rare changes', () => {
    assert.equal(local('2018-07-02T02:00:00Z', 'India Standard Time'), '2018-07-02T07:30:00.0000000');
    assert.equal(local('2018-07-02T02:00:00Z', 'Nepal Standard Time'), '2018-07-02T07:45:00.0000000');
    assert.equal(local('2018-07-02T02:00:00Z', 'Newfoundland Standard Time'), '2018-07-01T23:30:00.0000000');
    // Summer time paused for Ramadan, 13 May to 17 June 2018.
    assert.equal(local('2018-05-01T00:00:00Z', 'Morocco Standard Time'), '2018-05-01T01:00:00.0000000');
    assert.equal(local('2018-06-01T00:00:00Z', 'Morocco Standard Time'), '2018-06-01T00:00:00.0000000');
    assert.equal(local('2018-07-01T00:00:00Z', 'Morocco Standard Time'), '2018-07-01T01:00:00.0000000');
  });

  it('keeps Z where the zone is UTC, and has no answer past the first and last year', () => {
    assert.equal(local('2018-07-02T02:00:00', 'UTC'), '2018-07-02T02:00:00.0000000Z');
    assert.equal(local('0001-01-01T00:00:00Z', 'Pacific Standard Time'), undefined);
    assert.equal(local('9999-12-31T23:30:00Z', 'W. Europe Standard Time'), undefined);
  });
});

describe('the instant of a reading', () => {
  it('means standard time for a reading that occurs twice (Z2)', () => {
    assert.equal(instant('2018-10-28T02:30:00', 'W. Europe Standard Time'), '2018-10-28T01:30:00.0000000Z');
    assert.equal(instant('2018-11-04T01:30:00', 'Pacific Standard Time'), '2018-11-04T09:30:00.0000000Z');
    assert.equal(instant('2018-04-01T01:45:00', 'Lord Howe Standard Time'), '2018-03-31T15:15:00.0000000Z');
  });

  it('does not exist for a reading that the clocks skip, unless asked for the next valid one (Z1)', () => {
    for (const [text, name, next] of [
      ['2018-03-25T02:30:00', 'W. Europe Standard Time', '2018-03-25T01:00:00.0000000Z'],
      ['2018-03-25T02:00:00', 'W. Europe Standard Time', '2018-03-25T01:00:00.0000000Z'],
      ['2018-03-11T02:59:59.9999999', 'Pacific Standard Time', '2018-03-11T10:00:00.0000000Z'],
      ['2011-12-30T12:00:00', 'Samoa Standard Time', '2011-12-30T10:00:00.0000000Z'],
    ] as const) {
      assert.equal(instant(text, name), undefined, text);
      assert.equal(instant(text, name, 'next'), next, text);
    }
    assert.equal(instant('2018-03-25T03:00:00', 'W. Europe Standard Time'), '2018-03-25T01:00:00.0000000Z');
    assert.equal(instant('2018-03-25T01:59:59', 'W. Europe Standard Time'), '2018-03-25T00:59:59.0000000Z');
  });

  it('shows the reading again, for every instant of every zone, or its standard-time twin', () => {
    const names = [...new Set(WINDOWS_TO_IANA_MAP.map((entry) => entry.windowsName))];
    const spread = { min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) };
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer(spread), (name, milliseconds) => {
        const start = dateTimeFromUnixMilliseconds(milliseconds);
        assert.ok(start !== undefined);
        const reading = localOfInstant(start, zone(name));
        assert.ok(reading !== undefined);
        const again = instantOfLocal(reading, zone(name));
        assert.ok(again !== undefined);
        assert.deepEqual(localOfInstant(again, zone(name)), reading);
        assert.ok(again.unixMilliseconds >= milliseconds, 'the later of two');
      }),
      { numRuns: 200 },
    );
  });

  it('agrees with the platform about offsets, near changes above all (Z3)', () => {
    const berlin = zone('Europe/Berlin');
    const platform = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Berlin',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    for (let hour = 0; hour < 366 * 24; hour++) {
      const milliseconds = Date.UTC(2018, 0, 1, hour);
      const start = dateTimeFromUnixMilliseconds(milliseconds);
      const reading = start && localOfInstant(start, berlin);
      assert.equal(reading && formatRoundTrip(reading).slice(0, 19).replace('T', ' '), platform.format(milliseconds));
    }
  });
});
