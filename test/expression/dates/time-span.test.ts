import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatTimeSpan, parseTimeSpan, timeSpanText } from '../../../src/expression/dates/time-span.ts';

const anySpan = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

function print(span: string, format: string, point = '.'): string | undefined {
  const ticks = parseTimeSpan(span);
  assert.ok(ticks !== undefined, `'${span}' is a time span`);
  return formatTimeSpan(ticks, format, point);
}

describe('time spans', () => {
  it('print days and fraction only when there are any', () => {
    assert.equal(timeSpanText(0n), '00:00:00');
    assert.equal(timeSpanText(1n), '00:00:00.0000001');
    assert.equal(timeSpanText(864_000_000_000n), '1.00:00:00');
    assert.equal(timeSpanText(-36_000_000_000n), '-01:00:00');
    assert.equal(timeSpanText(937_840_050_000n), '1.02:03:04.0050000');
    assert.equal(timeSpanText(2n ** 63n - 1n), '10675199.02:48:05.4775807');
    assert.equal(timeSpanText(-(2n ** 63n)), '-10675199.02:48:05.4775808');
  });

  it('are read in .NET’s forms', () => {
    assert.equal(parseTimeSpan('7'), 7n * 864_000_000_000n);
    assert.equal(parseTimeSpan('10:30'), 378_000_000_000n);
    assert.equal(parseTimeSpan('10:30:01'), 378_010_000_000n);
    assert.equal(parseTimeSpan('1.10:30'), 1_242_000_000_000n);
    assert.equal(parseTimeSpan('1:10:30:00'), 1_242_000_000_000n);
    assert.equal(parseTimeSpan('1:2:3:4.5'), 937_845_000_000n);
    assert.equal(parseTimeSpan(' -0:0:1 '), -10_000_000n);
    assert.equal(parseTimeSpan('-10675199.02:48:05.4775808'), -(2n ** 63n));
    for (const text of [
      '',
      'x',
      '24:00',
      '1:60',
      '1:0:60',
      '1.2.3:4',
      '10675199.02:48:05.4775808',
      '99999999',
      'PT1H',
      '1:',
    ]) {
      assert.equal(parseTimeSpan(text), undefined, text);
    }
  });

  it('print by standard and custom formats', () => {
    const span = '1.02:03:04.0050000';
    const expected: Readonly<Record<string, string>> = {
      c: '1.02:03:04.0050000',
      t: '1.02:03:04.0050000',
      g: '1:2:03:04.005',
      G: '1:02:03:04.0050000',
      '%d': '1',
      dd: '01',
      'hh\\:mm\\:ss': '02:03:04',
      "d'd 'h'h 'm'm 's's'": '1d 2h 3m 4s',
      'ss\\.fff': '04.005',
      'ss\\.FF': '04.',
      '%F': '',
      '"days: "%d': 'days: 1',
    };
    for (const [format, text] of Object.entries(expected)) assert.equal(print(span, format), text, format);
    assert.equal(print('-00:00:01.5', 'g', ','), '-0:00:01,5');
    assert.equal(print('-00:00:01.5', 'G', ','), '-0:00:00:01,5000000');
  });

  it('refuse formats that are none', () => {
    for (const format of [
      'd',
      'h',
      'x',
      'hh:mm',
      'hhh',
      'ddddddddd',
      'ffffffff',
      "'x",
      'hh\\',
      '%',
      '%%',
      'yy',
      'hh mm'.repeat(400),
    ]) {
      assert.equal(print('1', format), undefined, format);
    }
  });

  it('are read back from what they print (TS2)', () => {
    fc.assert(
      fc.property(anySpan, (ticks) => {
        assert.equal(parseTimeSpan(timeSpanText(ticks)), ticks);
      }),
    );
  });

  it('never throw on a text or format', () => {
    fc.assert(
      fc.property(fc.string(), anySpan, (text, ticks) => {
        parseTimeSpan(text);
        formatTimeSpan(ticks, text, '.');
      }),
    );
  });
});
