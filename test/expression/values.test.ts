/** The value kinds: decimals, integers and floats, envelopes, percent-encoding. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { JsonNumber, stringifyJson } from '#foundation';
import { compareNumbers, Decimal, functionTable, textOf, toJson, valueKind, valueType, XmlValue } from '#expression';
import { bytesFromBase64, base64FromBytes } from '../../src/expression/base64.ts';
import {
  multiplyDecimals,
  divideDecimals,
  parseDecimal,
  addDecimals,
  subtractDecimals,
} from '../../src/expression/decimal.ts';
import { escapeData, unescapePercent } from '../../src/expression/percent-encoding.ts';
import { bigIntOf, floatValue, integerFromBigInt } from '../../src/expression/values.ts';

describe('kinds of numbers', () => {
  it('follow the text and the range of 64 bits (V2)', () => {
    const kinds = [
      5,
      5.5,
      new JsonNumber('5.0'),
      new JsonNumber('1e3'),
      new JsonNumber('9007199254740993'),
      new JsonNumber('99999999999999999999'),
      1e20,
      2 ** 63,
      -(2 ** 63),
    ].map(valueKind);
    assert.deepEqual(kinds, ['Integer', 'Float', 'Float', 'Float', 'Integer', 'Float', 'Float', 'Float', 'Integer']);
  });

  it('have the names that messages use', () => {
    const values = [null, true, 1, 1.5, 'x', [], {}, new Decimal(1n, 0), new XmlValue('<a/>')];
    assert.deepEqual(values.map(valueType), [
      'Null',
      'Boolean',
      'Integer',
      'Float',
      'String',
      'Array',
      'Object',
      'Float',
      'Object',
    ]);
  });

  it('keep a whole float a float through JSON text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const float = floatValue(value);
        assert.equal(valueKind(float), 'Float');
        assert.equal(Number(stringifyJson(float)), value);
      }),
    );
  });

  it('keep every 64-bit integer exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const integer = integerFromBigInt(value);
        assert.equal(valueKind(integer), 'Integer');
        assert.equal(textOf(integer), value.toString());
      }),
    );
  });

  it('keep an integer exactly whose nearest double prints the same digits and is another integer', () => {
    for (const value of [36083938778632690n, -36083938778632690n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]) {
      const integer = integerFromBigInt(value);
      assert.equal(valueKind(integer), 'Integer');
      assert.equal(bigIntOf(integer), value);
      assert.equal(textOf(integer), value.toString());
    }
  });

  it('compare exactly across kinds', () => {
    assert.equal(compareNumbers(new JsonNumber('9007199254740993'), new JsonNumber('9007199254740992.0')), 1);
    assert.equal(compareNumbers(parseDecimal('0.1') ?? 0, 0.1), 0);
    assert.equal(compareNumbers(new Decimal(0n, 0), 1e-30), -1);
  });
});

describe('decimals', () => {
  const decimals = fc
    .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.nat(9))
    .map(([unscaled, scale]) => new Decimal(unscaled, scale));

  it('read back what they print', () => {
    fc.assert(
      fc.property(decimals, (decimal) => {
        assert.deepEqual(parseDecimal(decimal.text), decimal);
      }),
    );
  });

  it('add and subtract without loss', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const sum = addDecimals(left, right);
        assert.ok(sum !== undefined);
        const back = subtractDecimals(sum, right);
        assert.equal(compareNumbers(back ?? 0, left), 0);
      }),
    );
  });

  it('divide to within half a unit of the last place (DEC2)', () => {
    fc.assert(
      fc.property(
        decimals,
        decimals.filter(({ unscaled }) => unscaled !== 0n),
        (left, right) => {
          const quotient = divideDecimals(left, right);
          assert.ok(quotient !== undefined);
          const exactTimes = left.unscaled * 10n ** BigInt(right.scale + quotient.scale);
          const difference = exactTimes - quotient.unscaled * right.unscaled * 10n ** BigInt(left.scale);
          const unit = right.unscaled * 10n ** BigInt(left.scale);
          assert.ok(2n * (difference < 0n ? -difference : difference) <= (unit < 0n ? -unit : unit));
        },
      ),
    );
  });

  it('keep the trailing zeros that .NET keeps', () => {
    const of = (text: string): Decimal => parseDecimal(text) ?? assert.fail(text);
    assert.equal(multiplyDecimals(of('1.10'), of('2'))?.text, '2.20');
    assert.equal(divideDecimals(of('10.00'), of('5'))?.text, '2.00');
    assert.equal(divideDecimals(of('1'), of('-3'))?.text, '-0.3333333333333333333333333333');
    assert.equal(parseDecimal('0.00')?.text, '0.00');
  });

  it('are stored as doubles, and whole ones stay floats', () => {
    assert.equal(stringifyJson(toJson([new Decimal(50n, 1), new Decimal(15n, 1)])), '[5.0,1.5]');
  });

  it('refuse what has more than 96 bits (DEC1)', () => {
    assert.equal(parseDecimal('79228162514264337593543950336'), undefined);
    assert.equal(parseDecimal(`1e${'9'.repeat(500)}`), undefined);
  });
});

describe('texts and bytes', () => {
  it('survive percent-encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeData(text);
        assert.match(escaped, /^[A-Za-z0-9\-._~%]*$/);
        assert.equal(unescapePercent(escaped), text.toWellFormed());
      }),
    );
  });

  it('are unescaped without failing, whatever they are (PE1)', () => {
    const pieces = fc.constantFrom('%', '%C3', '%BC', '%ff', '%zz', '%41', 'a', '%F0%9F%98%80', '%E2%82');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        assert.equal(typeof unescapePercent(parts.join('')), 'string');
      }),
    );
    assert.equal(unescapePercent('%C3%BC%FF%41%E2%82'), 'ü%FFA%E2%82');
  });

  it('survive base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assert.deepEqual(bytesFromBase64(base64FromBytes(bytes)), bytes);
      }),
    );
  });
});

describe('the function table', () => {
  it('has every name once, ignoring case', () => {
    const names = functionTable.map(({ name }) => name.toLowerCase());
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, 137);
  });

  it('explains every function and parameter in one line', () => {
    for (const { name, help, parameters } of functionTable) {
      for (const line of [help, ...parameters.map((parameter) => parameter.help)]) {
        assert.ok(line.length > 2 && !line.includes('\n'), name);
      }
      assert.equal(new Set(parameters.map((parameter) => parameter.name)).size, parameters.length, name);
    }
  });

  it('takes variadic parameters last and required ones first', () => {
    for (const { name, parameters } of functionTable) {
      const optional = parameters.map((parameter) => parameter.optional === true);
      assert.deepEqual(
        optional,
        optional.toSorted((left, right) => Number(left) - Number(right)),
        name,
      );
      assert.ok(
        parameters.slice(0, -1).every((parameter) => parameter.variadic !== true),
        name,
      );
    }
  });
});
