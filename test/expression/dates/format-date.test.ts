import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lastDay } from '../../../src/expression/dates/civil.ts';
import { dateCulture, invariantDateCulture } from '../../../src/expression/dates/date-culture.ts';
import { datePattern } from '../../../src/expression/dates/date-pattern.ts';
import { DateTime, ticksPerDay } from '../../../src/expression/dates/date-time.ts';
import { formatDate, formatRoundTrip } from '../../../src/expression/dates/format-date.ts';
import { print } from './reading.ts';

const utc = '2018-03-05T13:07:09.0500000Z';

describe('printing a date by a standard format', () => {
  it('follows en-US', () => {
    const expected = {
      d: '3/5/2018',
      D: 'Monday, March 5, 2018',
      t: '1:07 PM',
      T: '1:07:09 PM',
      f: 'Monday, March 5, 2018 1:07 PM',
      F: 'Monday, March 5, 2018 1:07:09 PM',
      g: '3/5/2018 1:07 PM',
      G: '3/5/2018 1:07:09 PM',
      M: 'March 5',
      m: 'March 5',
      Y: 'March 2018',
      y: 'March 2018',
      O: '2018-03-05T13:07:09.0500000Z',
      o: '2018-03-05T13:07:09.0500000Z',
      R: 'Mon, 05 Mar 2018 13:07:09 GMT',
      r: 'Mon, 05 Mar 2018 13:07:09 GMT',
      s: '2018-03-05T13:07:09',
      u: '2018-03-05 13:07:09Z',
      U: 'Monday, March 5, 2018 1:07:09 PM',
    };
    for (const [format, text] of Object.entries(expected)) assert.equal(print(utc, format), text, format);
  });

  it('follows other locales, and the formats of machines follow none', () => {
    const long: Readonly<Record<string, string>> = {
      '': 'Monday, 05 March 2018',
      'en-GB': 'Monday, 5 March 2018',
      'de-DE': 'Montag, 5. März 2018',
      'fr-FR': 'lundi 5 mars 2018',
      'es-ES': 'lunes, 5 de marzo de 2018',
      'it-IT': 'lunedì 5 marzo 2018',
      'nl-NL': 'maandag 5 maart 2018',
      'pt-BR': 'segunda-feira, 5 de março de 2018',
      'ja-JP': '2018年3月5日月曜日',
      'zh-CN': '2018年3月5日星期一',
      'ru-RU': 'понедельник, 5 марта 2018 г.',
    };
    for (const [locale, text] of Object.entries(long)) assert.equal(print(utc, 'D', locale), text, locale);
    const short: Readonly<Record<string, string>> = {
      '': '03/05/2018',
      'en-GB': '05/03/2018',
      'de-DE': '05.03.2018',
      'fr-FR': '05/03/2018',
      'es-ES': '5/3/2018',
      'it-IT': '05/03/2018',
      'nl-NL': '05-03-2018',
      'pt-BR': '05/03/2018',
      'ja-JP': '2018/03/05',
      'zh-CN': '2018/3/5',
      'sv-SE': '2018-03-05',
    };
    for (const [locale, text] of Object.entries(short)) assert.equal(print(utc, 'd', locale), text, locale);
    for (const format of ['o', 'R', 's', 'u']) assert.equal(print(utc, format, 'fr-FR'), print(utc, format), format);
  });

  it('separates time and designator by an ordinary blank', () => {
    assert.equal(print(utc, 't')?.codePointAt(4), 0x20);
  });

  it('refuses every other single letter, custom specifiers among them', () => {
    for (const format of [
      'a',
      'b',
      'c',
      'e',
      'h',
      'H',
      'i',
      'k',
      'K',
      'N',
      'q',
      'S',
      'x',
      'z',
      'Z',
      '1',
      '%',
      '/',
      ':',
      "'",
    ]) {
      assert.equal(print(utc, format), undefined, format);
    }
  });
});

describe('printing a date by a custom format', () => {
  it('knows every specifier', () => {
    const expected = {
      'd dd ddd dddd ddddd': '5 05 Mon Monday Monday',
      'M MM MMM MMMM MMMMM': '3 03 Mar March March',
      'y yy yyy yyyy yyyyy': '18 18 2018 2018 02018',
      'h hh hhh H HH HHH': '1 01 01 13 13 13',
      'm mm mmm s ss sss': '7 07 07 9 09 09',
      'f ff fff ffff fffff ffffff fffffff': '0 05 050 0500 05000 050000 0500000',
      'F FF FFF FFFFFFF': ' 05 05 05',
      't tt ttt': 'P PM PM',
      'z zz zzz zzzz': '+0 +00 +00:00 +00:00',
      'K KK': 'Z ZZ',
      'g gg': 'A.D. A.D.',
      'yyyy-MM-ddTHH:mm:ssZ': '2018-03-05T13:07:09Z',
      yyyyMMdd_HHmmss: '20180305_130709',
      'dd/MM/yyyy': '05/03/2018',
      'YYYY-DD': 'YYYY-DD',
      "h 'o''clock' tt": '1 oclock PM',
      '"d"d': 'd5',
      '\\d\\\\d': 'd\\5',
      "'a\\'b'c": "a'bc",
      '%d': '5',
      '%h%m': '17',
      'ü, ': 'ü, ',
    };
    for (const [format, text] of Object.entries(expected)) assert.equal(print(utc, format), text, format);
  });

  it('drops the point before a fraction of zeros', () => {
    assert.equal(print('2018-03-05T13:07:09Z', 'ss.FFF'), '09');
    assert.equal(print('2018-03-05T13:07:09.12Z', 'ss.FFF'), '09.12');
    assert.equal(print('2018-03-05T13:07:09Z', 'ss,FFF'), '09,');
  });

  it('calls noon and midnight twelve', () => {
    assert.equal(print('2018-03-05T00:30:00', 'h:mm tt'), '12:30 AM');
    assert.equal(print('2018-03-05T12:30:00', 'h:mm tt'), '12:30 PM');
  });

  it('prints the separators and names of the locale', () => {
    assert.equal(print(utc, 'dd/MM/yyyy', 'de-DE'), '05.03.2018');
    assert.equal(print(utc, 'HH:mm', 'fi-FI'), '13.07');
    assert.equal(print(utc, 'dddd MMMM', 'fr-FR'), 'lundi mars');
    assert.equal(print(utc, 'h tt', 'ja-JP'), '1 午後');
  });

  it('declines month names beside a day number only', () => {
    assert.equal(print(utc, 'MMMM yyyy', 'ru-RU'), 'март 2018');
    assert.equal(print(utc, 'd MMMM', 'ru-RU'), '5 марта');
    assert.equal(print(utc, 'MMMM dd', 'pl-PL'), 'marca 05');
    assert.equal(print(utc, 'dddd MMMM', 'pl-PL'), 'poniedziałek marzec');
  });

  it('refuses patterns that are none', () => {
    for (const format of ["'x", '"x', 'yyyy\\', '%%', 'dd%', 'ffffffff', 'FFFFFFFF', "x'\\", 'y'.repeat(2000)]) {
      assert.equal(print(utc, format), undefined, format);
    }
  });
});

describe('the cultures', () => {
  it('are found ignoring case, by language alone, and not by malformed or unknown names', () => {
    assert.equal(dateCulture('fr-fr')?.name, 'fr-FR');
    assert.equal(dateCulture('DE')?.patterns[0], 'dd.MM.yyyy');
    assert.equal(dateCulture('de-LI')?.patterns[0], 'dd.MM.yyyy');
    assert.equal(dateCulture(''), invariantDateCulture);
    for (const name of ['xx-YY', 'e', 'en_US', 'en-US-u-nu-arab', 'not a locale', '__proto__', 'x'.repeat(1000)]) {
      assert.equal(dateCulture(name), undefined, name);
    }
  });
});

describe('the round-trip form', () => {
  it('is what the format o prints (FD2)', () => {
    const pattern = datePattern('o', invariantDateCulture);
    assert.ok(pattern !== undefined);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: lastDay }),
        fc.integer({ min: 0, max: ticksPerDay - 1 }),
        fc.constantFrom('utc' as const, 'unspecified' as const),
        (day, tick, kind) => {
          const time = new DateTime(day, tick, kind);
          assert.equal(formatRoundTrip(time), formatDate(time, pattern));
        },
      ),
    );
  });

  it('never throws on a format, whatever it is (DP2)', () => {
    const letters = fc.constantFrom(...Array.from('dMyhHmsfFtKzg:/\'"\\% x'), '');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 12 }), (format) => {
        const text = print(utc, format.join(''));
        assert.ok(text === undefined || typeof text === 'string');
      }),
      { numRuns: 500 },
    );
  });
});
