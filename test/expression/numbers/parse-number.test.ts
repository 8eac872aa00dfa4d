import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { numberCulture } from '../../../src/expression/numbers/number-culture.ts';
import { parseFloatText, parseIntegerText } from '../../../src/expression/numbers/parse-number.ts';

function readFloat(text: string, locale = ''): number | undefined {
  const culture = numberCulture(locale);
  assert.ok(culture !== undefined);
  return parseFloatText(text, culture);
}

describe('reading an integer', () => {
  it('takes a sign, digits and blanks around, within 64 bits', () => {
    assert.equal(parseIntegerText('10'), 10n);
    assert.equal(parseIntegerText('+10'), 10n);
    assert.equal(parseIntegerText(' -7\t'), -7n);
    assert.equal(parseIntegerText('007'), 7n);
    assert.equal(parseIntegerText('9223372036854775807'), 2n ** 63n - 1n);
    assert.equal(parseIntegerText('-9223372036854775808'), -(2n ** 63n));
    const wrong = [
      '',
      ' ',
      '-',
      '10.0',
      '1,000',
      '1e3',
      '0x1F',
      '--1',
      '1-',
      '(1)',
      '９',
      '9223372036854775808',
      '1\u00a0',
      '0'.repeat(2000),
    ];
    for (const text of wrong) assert.equal(parseIntegerText(text), undefined, text);
  });

  it('reads every 64-bit integer that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        assert.equal(parseIntegerText(value.toString()), value);
      }),
    );
  });
});

describe('reading a float', () => {
  it('takes everything that NumberStyles.Any takes', () => {
    const cases: Readonly<Record<string, number>> = {
      '10.333': 10.333,
      ' 1.5 ': 1.5,
      '-1.5': -1.5,
      '+1.5': 1.5,
      '1.5-': -1.5,
      '1.5 -': -1.5,
      '1.5+': 1.5,
      '(1.5)': -1.5,
      '( 1.5 )': -1.5,
      '¤1.5': 1.5,
      '-¤1.5': -1.5,
      '1.5¤': 1.5,
      '1,234.5': 1234.5,
      '1,2,3': 123,
      '12,': 12,
      '.5': 0.5,
      '5.': 5,
      '1e3': 1000,
      '1.5E-3': 0.0015,
      '1E+2': 100,
      '1e-999': 0,
    };
    for (const [text, value] of Object.entries(cases)) assert.equal(readFloat(text), value, text);
  });

  it('takes the signs of a locale', () => {
    assert.equal(readFloat('1.234,5', 'de-DE'), 1234.5);
    assert.equal(readFloat('5,00 €', 'de-DE'), 5);
    assert.equal(readFloat('1 234,5', 'fr-FR'), 1234.5);
    assert.equal(readFloat('1\u00a0234,5', 'fr-FR'), 1234.5);
    assert.equal(readFloat('1\u202f234,5', 'fr-FR'), 1234.5);
    assert.equal(readFloat('$1,234.50', 'en-US'), 1234.5);
    assert.equal(readFloat('−5', 'sv-SE'), -5);
  });

  it('refuses what is no finite number (PN2)', () => {
    const wrong = [
      '',
      ' ',
      'abc',
      'NaN',
      'Infinity',
      '-Infinity',
      '∞',
      '1e400',
      '0x10',
      '--5',
      '-5-',
      '(-5)',
      '(5',
      '5)',
      ',5',
      '1e',
      '1e+',
      '1.2.3',
      '1 2',
      '$$5',
      '5 x',
      '__proto__',
      '1'.repeat(2000),
    ];
    for (const text of wrong) assert.equal(readFloat(text, 'en-US'), undefined, text);
  });

  it('reads every double that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        // JavaScript prints no sign of a negative zero.
        assert.equal(readFloat(String(value)), value + 0);
      }),
    );
  });

  it('never throws (PN1)', () => {
    const pieces = fc.constantFrom('1', '-', '+', '(', ')', ',', '.', ' ', 'e', '$', '\u00a0', 'x');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.constantFrom('', 'en-US', 'fr-FR'), (list, locale) => {
        const value = readFloat(list.join(''), locale);
        assert.ok(value === undefined || Number.isFinite(value));
      }),
      { numRuns: 1000 },
    );
  });
});
