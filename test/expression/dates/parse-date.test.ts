import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lastDay } from '../../../src/expression/dates/civil.ts';
import { DateTime, ticksPerDay } from '../../../src/expression/dates/date-time.ts';
import { formatRoundTrip } from '../../../src/expression/dates/format-date.ts';
import { longestDateText, parseDate } from '../../../src/expression/dates/parse-date.ts';
import { clock, culture, read } from './reading.ts';

const anyTime = fc
  .tuple(
    fc.integer({ min: 0, max: lastDay }),
    fc.integer({ min: 0, max: ticksPerDay - 1 }),
    fc.constantFrom('utc' as const, 'unspecified' as const),
  )
  .map(([day, tick, kind]) => new DateTime(day, tick, kind));

function expectAll(cases: readonly (readonly [text: string, expected: string | undefined, locale?: string])[]): void {
  for (const [text, expected, locale] of cases) {
    assert.equal(read(text, locale), expected, `'${text}' ${locale ?? ''}`);
  }
}

describe('reading a date', () => {
  it('keeps the kind that the text names: Z is UTC, no suffix is neither, an offset is converted to UTC', () => {
    expectAll([
      ['2018-03-15T13:27:36Z', '2018-03-15T13:27:36.0000000Z'],
      ['2018-03-15T13:27:36', '2018-03-15T13:27:36.0000000'],
      ['2018-03-15', '2018-03-15T00:00:00.0000000'],
      ['2018-03-15T13:27:36+05:30', '2018-03-15T07:57:36.0000000Z'],
      ['2018-03-15T13:27:36-08:00', '2018-03-15T21:27:36.0000000Z'],
      ['2018-03-15T13:27:36-0800', '2018-03-15T21:27:36.0000000Z'],
      ['2018-03-15T13:27:36+5', '2018-03-15T08:27:36.0000000Z'],
      ['2018-03-15T13:27:36 Z', '2018-03-15T13:27:36.0000000Z'],
      ['2018-03-15T23:30:00-14:00', '2018-03-16T13:30:00.0000000Z'],
      ['2018-03-15Z', '2018-03-15T00:00:00.0000000Z'],
      ['2018-03-15+02:00', '2018-03-14T22:00:00.0000000Z'],
      ['1970-01-01Z00:00:00', '1970-01-01T00:00:00.0000000Z'],
      ['2018-03-15T13:27:36+14:01', undefined],
      ['2018-03-15T13:27:36+02:60', undefined],
      ['2018-03-15T13:27:36 UTC', undefined],
    ]);
  });

  it('holds seven digits of a second and rounds at the eighth', () => {
    expectAll([
      ['2018-03-15T13:27:36.1Z', '2018-03-15T13:27:36.1000000Z'],
      ['2018-03-15T13:27:36.1234567Z', '2018-03-15T13:27:36.1234567Z'],
      ['2018-03-15T13:27:36.123456749Z', '2018-03-15T13:27:36.1234567Z'],
      ['2018-03-15T13:27:36.123456750Z', '2018-03-15T13:27:36.1234568Z'],
      ['2018-12-31T23:59:59.99999999Z', '2019-01-01T00:00:00.0000000Z'],
      ['2018-03-15T13:27:36.123+01:00', '2018-03-15T12:27:36.1230000Z'],
      ['2018-03-15T13:27:36,5', '2018-03-15T13:27:36.5000000'],
      ['2018-03-15T13:27:36.Z', undefined],
      ['2018-03-15T13:27:36.12x', undefined],
      ['9999-12-31T23:59:59.99999999', undefined],
    ]);
  });

  it('takes month before day in en-US, and the usual long forms', () => {
    expectAll([
      ['3/15/2018', '2018-03-15T00:00:00.0000000'],
      ['03/15/2018 1:27 PM', '2018-03-15T13:27:00.0000000'],
      ['3/15/2018 1:27:36 pm', '2018-03-15T13:27:36.0000000'],
      ['3/15/2018 12:00:00 AM', '2018-03-15T00:00:00.0000000'],
      ['3/15/2018 12:00 PM', '2018-03-15T12:00:00.0000000'],
      ['01/01/2018 00:00:00', '2018-01-01T00:00:00.0000000'],
      ['2018/03/15', '2018-03-15T00:00:00.0000000'],
      ['2018-3-5 1:2:3', '2018-03-05T01:02:03.0000000'],
      ['March 15, 2018', '2018-03-15T00:00:00.0000000'],
      ['Mar 15 2018 13:27', '2018-03-15T13:27:00.0000000'],
      ['15 March 2018', '2018-03-15T00:00:00.0000000'],
      ['15-Mar-2018', '2018-03-15T00:00:00.0000000'],
      ['Thursday, March 15, 2018', '2018-03-15T00:00:00.0000000'],
      ['Thu, 15 Mar 2018 13:27:36 GMT', '2018-03-15T13:27:36.0000000Z'],
      ['2018-03', '2018-03-01T00:00:00.0000000'],
      ['03/2018', '2018-03-01T00:00:00.0000000'],
      ['March 2018', '2018-03-01T00:00:00.0000000'],
      ['2018 March 15', '2018-03-15T00:00:00.0000000'],
      ['10:00 3/15/2018', '2018-03-15T10:00:00.0000000'],
      ['3.15.2018', '2018-03-15T00:00:00.0000000'],
      ['  2018-03-15\t', '2018-03-15T00:00:00.0000000'],
      ['15/03/2018', undefined],
    ]);
  });

  it('takes the order and the words of another locale', () => {
    expectAll([
      ['15/03/2018', '2018-03-15T00:00:00.0000000', 'en-GB'],
      ['15.03.2018', '2018-03-15T00:00:00.0000000', 'de-DE'],
      ['15. März 2018 13:27', '2018-03-15T13:27:00.0000000', 'de-DE'],
      ['Donnerstag, 15. März 2018', '2018-03-15T00:00:00.0000000', 'de-DE'],
      ['15 mars 2018', '2018-03-15T00:00:00.0000000', 'fr-FR'],
      ['jeudi 15 mars 2018', '2018-03-15T00:00:00.0000000', 'fr-FR'],
      ['15 de marzo de 2018', '2018-03-15T00:00:00.0000000', 'es-ES'],
      ['15/03/2018 1:27 p. m.', '2018-03-15T13:27:00.0000000', 'es-ES'],
      ['15 marzo 2018', '2018-03-15T00:00:00.0000000', 'it-IT'],
      ['15-03-2018', '2018-03-15T00:00:00.0000000', 'nl-NL'],
      ['quinta-feira, 15 de março de 2018', '2018-03-15T00:00:00.0000000', 'pt-BR'],
      ['2018/03/15', '2018-03-15T00:00:00.0000000', 'ja-JP'],
      ['2018年3月15日', '2018-03-15T00:00:00.0000000', 'ja-JP'],
      ['2018年3月15日木曜日', '2018-03-15T00:00:00.0000000', 'ja-JP'],
      ['2018年3月15日 13:27:36', '2018-03-15T13:27:36.0000000', 'zh-CN'],
      ['2018. 3. 15. 오후 1:27', '2018-03-15T13:27:00.0000000', 'ko-KR'],
      ['15 марта 2018', '2018-03-15T00:00:00.0000000', 'ru-RU'],
      ['2018. 03. 15.', '2018-03-15T00:00:00.0000000', 'hu-HU'],
      ['March 15, 2018', '2018-03-15T00:00:00.0000000', 'de-DE'],
      ['03/15/2018', undefined, 'fr-FR'],
    ]);
  });

  it('means 1950 to 2049 by two digits of a year', () => {
    expectAll([
      ['12/31/49', '2049-12-31T00:00:00.0000000'],
      ['12/31/50', '1950-12-31T00:00:00.0000000'],
      ['1/2/03', '2003-01-02T00:00:00.0000000'],
    ]);
  });

  it('means today or this year by a time or a day alone', () => {
    expectAll([
      ['13:27', '2022-09-28T13:27:00.0000000'],
      ['5 PM', '2022-09-28T17:00:00.0000000'],
      ['1:27:36 AM', '2022-09-28T01:27:36.0000000'],
      ['March 5', '2022-03-05T00:00:00.0000000'],
      ['3/5', '2022-03-05T00:00:00.0000000'],
    ]);
  });

  it('refuses what is no date, or a date that does not exist', () => {
    const wrong = [
      '',
      ' ',
      'x',
      'yesterday',
      '2018',
      '20180315',
      '2018-13-01',
      '2018-00-01',
      '2018-02-29',
      '2018-03-32',
      '0000-01-01',
      '10000-01-01',
      '2018-03-15T24:00:00',
      '2018-03-15T23:60:00',
      '2018-03-15T23:59:60',
      '2018-03-15T',
      '2018-03-15T13',
      '2018-03-15TT13:27',
      '2018--03-15',
      '2018-03-15-',
      '2018-03-15-16',
      '-2018-03-15',
      '3/15/2018 13:00 PM',
      '3/15/2018 1:27 PM PM',
      '13:27 14:28',
      'Friday, March 15, 2018',
      'Z',
      'March',
      'March March 15 2018',
      '2018-03-15T13:27:36ZZ',
      '2018-03-15T13:27:36Z+02:00',
      '__proto__',
      '１２/31/2018',
      '1'.repeat(1000),
    ];
    for (const text of wrong) assert.equal(read(text), undefined, `'${text}'`);
  });

  it('gives back what the round-trip form printed, kind and ticks (PD2)', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const again = parseDate(formatRoundTrip(time), culture('en-US'), clock);
        assert.deepEqual(again, time);
      }),
    );
  });

  it('reads the position-by-position forms as the free reading does (PD2)', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const text = formatRoundTrip(time);
        // A leading blank is all it takes to leave the short cut.
        assert.deepEqual(parseDate(` ${text}`, culture('en-US'), clock), parseDate(text, culture('en-US'), clock));
      }),
    );
  });

  it('never throws, whatever the text (PD1)', () => {
    const pieces = fc.constantFrom(
      '2018',
      '-',
      '/',
      '.',
      ':',
      'T',
      'Z',
      ' ',
      '13',
      '+',
      'March',
      'PM',
      'GMT',
      '年',
      ',',
      'İ',
    );
    const nearDates = fc.array(pieces, { maxLength: 20 }).map((list) => list.join(''));
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), nearDates),
        fc.constantFrom('en-US', 'de-DE', 'ja-JP', ''),
        (text, locale) => {
          const found = parseDate(text, culture(locale), clock);
          assert.ok(found === undefined || (found.day >= 0 && found.day <= lastDay && found.tick < ticksPerDay));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not look at texts that are too long for a date (PD1)', () => {
    assert.equal(read(`2018-03-15${' '.repeat(longestDateText)}`), undefined);
    assert.equal(read('1:'.repeat(1_000_000)), undefined);
  });
});
