import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lastDay } from '../../../src/expression/dates/civil.ts';
import { datePattern } from '../../../src/expression/dates/date-pattern.ts';
import { DateTime, ticksPerDay, ticksPerSecond } from '../../../src/expression/dates/date-time.ts';
import { formatDate } from '../../../src/expression/dates/format-date.ts';
import { parseExactDate } from '../../../src/expression/dates/parse-exact.ts';
import { clock, culture, readExact } from './reading.ts';

describe('reading a date by a format', () => {
  it('takes exactly what the format says', () => {
    const cases: readonly (readonly [string, string, string | undefined, string?])[] = [
      ['15/03/2018 13:27', 'dd/MM/yyyy HH:mm', '2018-03-15T13:27:00.0000000'],
      ['20180315', 'yyyyMMdd', '2018-03-15T00:00:00.0000000'],
      ['3/15/2018 1:27 PM', 'g', '2018-03-15T13:27:00.0000000'],
      ['2018-03-15T13:27:36.1234567Z', 'o', '2018-03-15T13:27:36.1234567Z'],
      ['2018-03-15T13:27:36.1234567', 'o', '2018-03-15T13:27:36.1234567'],
      ['2018-03-15T13:27:36.1234567+02:00', 'o', '2018-03-15T11:27:36.1234567Z'],
      ['Thu, 15 Mar 2018 13:27:36 GMT', 'R', '2018-03-15T13:27:36.0000000Z'],
      ['2018-03-15 13:27:36Z', 'u', '2018-03-15T13:27:36.0000000Z'],
      ['15. März 2018', 'd. MMMM yyyy', '2018-03-15T00:00:00.0000000', 'de-DE'],
      ['15-mars-2018', 'dd-MMMM-yyyy', '2018-03-15T00:00:00.0000000', 'fr-FR'],
      ['DONNERSTAG, 15. MÄRZ 2018', 'D', '2018-03-15T00:00:00.0000000', 'de-DE'],
      ['15.03.2018', 'dd/MM/yyyy', '2018-03-15T00:00:00.0000000', 'de-DE'],
      ['2018-03-15 05 PM', 'yyyy-MM-dd hh tt', '2018-03-15T17:00:00.0000000'],
      ['2018-03-15 5 p', 'yyyy-MM-dd h t', '2018-03-15T17:00:00.0000000'],
      ['2018-03-15 12', 'yyyy-MM-dd hh', '2018-03-15T00:00:00.0000000'],
      ['2018-03-15+05:30', 'yyyy-MM-ddzzz', '2018-03-14T18:30:00.0000000Z'],
      ['2018-03-15-8', 'yyyy-MM-ddz', '2018-03-15T08:00:00.0000000Z'],
      ['18-3-5', 'yy-M-d', '2018-03-05T00:00:00.0000000'],
      ['03/2018', 'MM/yyyy', '2018-03-01T00:00:00.0000000'],
      ['05.03.', 'dd.MM.', '2022-03-05T00:00:00.0000000'],
      ['13:27', 'HH:mm', '2022-09-28T13:27:00.0000000'],
      ['09.5', 'ss.FFF', '2022-09-28T00:00:09.5000000'],
      ['09', 'ss.FFF', '2022-09-28T00:00:09.0000000'],
      ['week 15 of 2018-03', "'week' dd 'of' yyyy-MM", '2018-03-15T00:00:00.0000000'],
      ['2018-3-5', 'yyyy-MM-dd', undefined],
      ['2018-03-15 ', 'yyyy-MM-dd', undefined],
      ['2018-03-15', 'yyyy-MM-dd HH', undefined],
      ['2018-03-15 13', 'yyyy-MM-dd hh', undefined],
      ['Fri, 15 Mar 2018 13:27:36 GMT', 'R', undefined],
      ['15/13/2018', 'dd/MM/yyyy', undefined],
      ['30/02/2018', 'dd/MM/yyyy', undefined],
      ['2018-03-15T13:27:36.1Z', 'o', undefined],
      ['15 16 2018-03', 'dd d yyyy-MM', undefined],
      ['2018-03-15+15:00', 'yyyy-MM-ddzzz', undefined],
      ['', 'yyyy', undefined],
    ];
    for (const [text, format, expected, locale] of cases) {
      assert.equal(readExact(text, format, locale), expected, `'${text}' by '${format}'`);
    }
  });

  it('gives back what the same format printed (PE2)', () => {
    const formats = [
      'o',
      'yyyy-MM-ddTHH:mm:ss.FFFFFFFK',
      'dddd, d MMMM yyyy h:mm:ss.fffffff tt K',
      'MMM dd yyyy HH:mm:ss.FFFFFFF zzz',
      'yyyyMMddHHmmssfffffff',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: lastDay }),
        fc.oneof(
          fc.integer({ min: 0, max: 86_399 }).map((second) => second * ticksPerSecond),
          fc.integer({ min: 0, max: ticksPerDay - 1 }),
        ),
        fc.constantFrom(...formats),
        fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'nl-NL', 'pt-BR', 'ja-JP', 'zh-CN', 'ru-RU'),
        (day, tick, format, locale) => {
          const pattern = datePattern(format, culture(locale));
          assert.ok(pattern !== undefined);
          const text = formatDate(new DateTime(day, tick, 'utc'), pattern);
          const again = parseExactDate(text, pattern, clock);
          assert.deepEqual([again?.day, again?.tick], [day, tick], `'${text}' by '${format}' in ${locale}`);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever text and format are (PE1)', () => {
    const letters = fc.constantFrom(...Array.from('dMyhHmsfFtKz:/x '), '2018', '-', '03');
    const texts = fc.array(letters, { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(texts, texts, (text, format) => {
        const pattern = datePattern(format, culture('en-US'));
        if (pattern !== undefined) parseExactDate(text, pattern, clock);
      }),
      { numRuns: 500 },
    );
  });
});
