import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { JsonNumber } from '#foundation';
import { Decimal, parseDecimal } from '../../../src/expression/decimal.ts';
import { formatNumber } from '../../../src/expression/numbers/format-number.ts';
import { type NumberCulture, numberCulture } from '../../../src/expression/numbers/number-culture.ts';
import { parseFloatText } from '../../../src/expression/numbers/parse-number.ts';
import { floatValue, type NumberValue } from '../../../src/expression/values.ts';

function culture(locale: string): NumberCulture {
  const found = numberCulture(locale);
  assert.ok(found !== undefined, `${locale} is a locale`);
  return found;
}

function print(value: NumberValue, format: string, locale = 'en-US'): string | undefined {
  return formatNumber(value, format, culture(locale));
}

type Case = readonly [value: NumberValue, format: string, expected: string | undefined, locale?: string];

function expectAll(cases: readonly Case[]): void {
  for (const [value, format, expected, locale] of cases) {
    assert.equal(print(value, format, locale), expected, `${JSON.stringify(value)} as '${format}' ${locale ?? ''}`);
  }
}

describe('printing a number by a standard format', () => {
  it('prints currency', () => {
    expectAll([
      [17.35, 'C', '$17.35'],
      [17.35, 'C2', '$17.35'],
      [1234567.891, 'c', '$1,234,567.89'],
      [-17.35, 'C', '-$17.35'],
      [17, 'C0', '$17'],
      [17.355, 'C3', '$17.355'],
      [-17.35, 'C', '(¤17.35)', ''],
    ]);
  });

  it('pads integers, and no others', () => {
    expectAll([
      [1234, 'D6', '001234'],
      [-1234, 'D6', '-001234'],
      [1234, 'd', '1234'],
      [1234, 'D2', '1234'],
      [new JsonNumber('9223372036854775807'), 'D20', '09223372036854775807'],
      [1.5, 'D', undefined],
      [floatValue(5), 'D', undefined],
    ]);
  });

  it('prints exponents of three digits at least', () => {
    expectAll([
      [1052.0329112756, 'E', '1.052033E+003'],
      [-1052.0329112756, 'e2', '-1.05e+003'],
      [0, 'E2', '0.00E+000'],
      [123456, 'E0', '1E+005'],
      [9.9999, 'E2', '1.00E+001'],
      [1.5e-300, 'e1', '1.5e-300'],
    ]);
  });

  it('prints fixed and grouped decimals, rounding half away from zero on the digits', () => {
    expectAll([
      [1234.567, 'F', '1234.57'],
      [1234, 'F1', '1234.0'],
      [-1234.56, 'F4', '-1234.5600'],
      [2.5, 'F0', '3'],
      [-2.5, 'F0', '-3'],
      [1.005, 'F2', '1.01'],
      [9.999, 'F2', '10.00'],
      [0.05, 'F1', '0.1'],
      [0.04, 'F1', '0.0'],
      [-0.001, 'F2', '-0.00'],
      [1234.567, 'N', '1,234.57'],
      [1234, 'N1', '1,234.0'],
      [-1234.56, 'N3', '-1,234.560'],
      [999, 'N0', '999'],
      [1e21, 'N0', '1,000,000,000,000,000,000,000'],
      [0.000001, 'F7', '0.0000010'],
    ]);
  });

  it('prints the shortest form', () => {
    expectAll([
      [-123.456, 'G', '-123.456'],
      [123.4546, 'G4', '123.5'],
      [-1.23456789e-25, 'G', '-1.23456789E-25'],
      [1e15, 'G', '1000000000000000'],
      [floatValue(1e15), 'G', '1E+15'],
      [100, 'G2', '1E+02'],
      [100, 'g2', '1e+02'],
      [0.0001, 'G', '0.0001'],
      [0.00001, 'G', '1E-05'],
      [0, 'G', '0'],
      [12, '', '12'],
    ]);
  });

  it('prints percent and hexadecimal', () => {
    expectAll([
      [1, 'P', '100.00%'],
      [-0.39678, 'P1', '-39.7%'],
      [0.5, 'P0', '50 %', ''],
      [255, 'X', 'FF'],
      [255, 'x4', '00ff'],
      [-1, 'X', 'FFFFFFFFFFFFFFFF'],
      [1.5, 'X', undefined],
    ]);
  });

  it('keeps every digit of decimals and 64-bit integers', () => {
    const decimal = parseDecimal('12345678901234567890.12345678');
    assert.ok(decimal instanceof Decimal);
    expectAll([
      [decimal, 'N8', '12,345,678,901,234,567,890.12345678'],
      [decimal, 'F3', '12345678901234567890.123'],
      [new Decimal(150n, 2), 'G', '1.50'],
      [new Decimal(-1n, 3), 'F2', '0.00'],
      [new JsonNumber('-9223372036854775808'), 'N0', '-9,223,372,036,854,775,808'],
      [new Decimal(5n, 0), 'D', undefined],
    ]);
  });

  it('refuses other letters', () => {
    for (const format of ['A', 'B', 'Z9', 'q', 'R', 'r5']) assert.equal(print(1, format), undefined, format);
  });

  it('takes a letter with three digits for a custom format', () => {
    assert.equal(print(12, 'N100'), 'N112');
  });
});

describe('printing a number by a custom format', () => {
  it('fills placeholders from the right', () => {
    expectAll([
      [123, '00000', '00123'],
      [1234.5678, '00000', '01235'],
      [0.45678, '0.00', '0.46'],
      [0.45678, '#.##', '.46'],
      [1234.5678, '#####', '1235'],
      [0, '#', ''],
      [0, '#.##', ''],
      [123, '#.##', '123'],
      [12, '0.', '12'],
      [1.2, '00.00', '01.20'],
      [123, '[##-##-##]', '[-1-23]'],
      [1234567890, '(###) ###-####', '(123) 456-7890'],
      [12345678, '0-0-0', '123456-7-8'],
      [0.1, '#.#', '.1'],
      [5.55, '0.0#.#', '5.55'],
    ]);
  });

  it('groups where a comma stands between places, and divides where it stands before the point', () => {
    expectAll([
      [1234567890, '0,0.00', '1,234,567,890.00'],
      [2147483647, '##,#', '2,147,483,647'],
      [2147483647, '#,#,,', '2,147'],
      [1234567890, '#,##0,,,', '1'],
      [1234567890, '0,,', '1235'],
      [1000, '0,0', '1,000'],
      [5, '0,0', '05'],
      [12345, '#,##0.##', '12,345'],
      [123456789, '#,##0,.0', '123,456.8'],
    ]);
  });

  it('multiplies for percent and per mille', () => {
    expectAll([
      [0.3697, '%#0.00', '%36.97'],
      [0.03697, '#0.00‰', '36.97‰'],
      [0.5, '0%%', '5000%%'],
    ]);
  });

  it('prints exponents', () => {
    expectAll([
      [987654, '#0.0e0', '98.8e4'],
      [1503.92311, '0.0##e+00', '1.504e+03'],
      [1.8901385e-16, '0.0e+00', '1.9e-16'],
      [86000, '0.###E+0', '8.6E+4'],
      [86000, '0.###E-000', '8.6E004'],
      [0, '0.0E+0', '0.0E+0'],
      [5, '0E', '5E'],
      [5, '0E+', '5E+'],
    ]);
  });

  it('chooses the section by the sign', () => {
    const three = '#0.0#;(#0.0#);-\\0-';
    expectAll([
      [12.345, three, '12.35'],
      [0, three, '-0-'],
      [-12.345, three, '(12.35)'],
      [-0.001, three, '-0-'],
      [-12.345, '#0.0#;(#0.0#)', '(12.35)'],
      [-1234, '0;', '-1234'],
      [1234, '0;;z', '1234'],
      [-5, '0.0', '-5.0'],
      [-0.001, '0.00;neg 0.00', '-0.00'],
      [0, '0;neg;zero;ignored', 'zero'],
    ]);
  });

  it('prints literals as they are, quoted or escaped where they mean something', () => {
    expectAll([
      [987654, '\\###00\\#', '#987654#'],
      [68, "# 'degrees'", '68 degrees'],
      [68, '0 "a;b"', '68 a;b'],
      [68, "0 'x", '68 x'],
      [68, '0 kg', '68 kg'],
      [68, '0\\', undefined],
    ]);
  });
});

describe('printing a number in a locale', () => {
  it('takes its signs, groups and patterns', () => {
    expectAll([
      [1234567.891, 'N', '1.234.567,89', 'de-DE'],
      [1234567.891, 'N', '1\u00a0234\u00a0567,89', 'fr-FR'],
      [1234567.891, 'N', '12,34,567.89', 'en-IN'],
      [1234.5, 'N1', '1.234,5', 'es-ES'],
      [123456, '#,##0.00', '123.456,00', 'de-DE'],
      [1234567, '#,##0', '12,34,567', 'en-IN'],
      [-1.5, 'N1', '−1,5', 'sv-SE'],
      [123.456, 'C', '123,46\u00a0€', 'de-DE'],
      [-1234.5, 'C', '-1\u00a0234,50\u00a0€', 'fr-FR'],
      [1234.5, 'C', 'R$\u00a01.234,50', 'pt-BR'],
      [1234.5, 'C', '€\u00a01.234,50', 'nl-NL'],
      [1234.5, 'C', '￥1,235', 'ja-JP'],
      [1234, 'C0', '¥1,234', 'zh-CN'],
      [1234.5, 'C', '£1,234.50', 'en-gb'],
      [17.35, 'C2', '17,35\u00a0kr.', 'is-IS'],
      [0.1234, 'P', '12,34\u00a0%', 'de-DE'],
    ]);
  });

  it('knows no malformed or unknown locale', () => {
    for (const name of ['xx', 'de_DE', 'en-US-u-nu-arab', '-', '__proto__'])
      assert.equal(numberCulture(name), undefined, name);
    assert.equal(numberCulture('')?.decimal, '.');
  });
});

describe('printed numbers', () => {
  const locales = fc.constantFrom('', 'en-US', 'de-DE', 'fr-FR', 'pt-BR', 'en-IN', 'sv-SE', 'ja-JP');

  it('are read back as the same double (FN2)', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), locales, (value, locale) => {
        const rounded = Number(value.toFixed(10));
        const text = print(floatValue(rounded), 'N30', locale);
        assert.ok(text !== undefined);
        assert.equal(parseFloatText(text, culture(locale)), rounded);
      }),
    );
  });

  it('agree with the platform on grouped integers', () => {
    const platform = new Intl.NumberFormat('en-US');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        assert.equal(print(new JsonNumber(value.toString()), 'N0'), platform.format(value));
        assert.equal(print(new JsonNumber(value.toString()), '#,##0'), platform.format(value));
      }),
    );
  });

  it('never make it throw, whatever the format (FN1)', () => {
    const letters = fc.constantFrom(...Array.from('0#.,%‰eE+-;\'"\\ xN9'));
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 15 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (format, value) => {
          const text = print(floatValue(value), format.join(''));
          assert.ok(text === undefined || text.length < 2000);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
