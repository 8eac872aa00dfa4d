import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test } from 'node:test';
import { parseIsoTime, parseTimeText } from '#foundation';

const newYear = Date.UTC(2026, 0, 1);

/** Runs the work on a machine of another time zone. */
function inNewYork(work: () => void): void {
  const before = env['TZ'];
  env['TZ'] = 'America/New_York';
  try {
    work();
  } finally {
    if (before === undefined) delete env['TZ'];
    else env['TZ'] = before;
  }
}

test('TT1: a time without a zone is UTC, wherever the machine is', () => {
  inNewYork(() => {
    assert.equal(new Date(newYear).getTimezoneOffset(), 300, 'the machine is elsewhere');
    for (const text of ['2026-01-01', '2026-01-01T00:00', '2026-01-01 00:00:00', '2026-01-01T00:00:00.0000000']) {
      assert.equal(parseIsoTime(text), newYear, text);
    }
    for (const text of [
      '1/1/2026',
      'January 1, 2026 00:00',
      'Thu, 01 Jan 2026 00:00:00 GMT',
      '1 Jan 2026 00:00:00 UTC',
    ]) {
      assert.equal(parseTimeText(text), newYear, text);
    }
  });
});

test('a zone that is written counts', () => {
  for (const text of ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', '2025-12-31T19:00:00-0500']) {
    assert.equal(parseIsoTime(text), newYear, text);
    assert.equal(parseTimeText(text), newYear, text);
  }
});

test('TT2: a day that its month lacks, an hour that the day lacks, and other texts are no times', () => {
  for (const text of ['2026-02-30', '2026-02-29T00:00:00Z', '2026-13-01', '2026-01-01T24:00:00Z', '2026-01-01T', '']) {
    assert.equal(parseIsoTime(text), undefined, text);
    assert.equal(parseTimeText(text), undefined, text);
  }
  assert.equal(parseIsoTime('1/1/2026'), undefined);
  // JavaScript takes these for days of 2001.
  for (const text of ['soon', '5', '-5', '1.5', 'soon 5', '1/2']) assert.equal(parseTimeText(text), undefined, text);
});
