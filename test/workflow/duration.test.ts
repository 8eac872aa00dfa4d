import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIsoDuration } from '#workflow';

test('a duration is read as milliseconds, with months of 30 and years of 365 days', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['PT5S', 5_000],
    ['PT1H30M', 5_400_000],
    ['P1D', 86_400_000],
    ['P2W', 1_209_600_000],
    ['PT0.5S', 500],
    ['P1M', 2_592_000_000],
    ['P1Y', 31_536_000_000],
    ['P1DT2H3M4.25S', 93_784_250],
    ['PT0S', 0],
  ];
  for (const [text, milliseconds] of cases) assert.equal(parseIsoDuration(text), milliseconds, text);
});

test('what is no duration, is negative or longer than .NET can hold has no milliseconds', () => {
  for (const text of [
    '',
    'P',
    'PT',
    'P1',
    '1H',
    'P1H',
    'PT1D',
    '-PT1H',
    'pt1h',
    ' PT1H',
    'P99999Y',
    'PT1.S',
    `PT${'1'.repeat(80)}S`,
  ]) {
    assert.equal(parseIsoDuration(text), undefined, text);
  }
});
