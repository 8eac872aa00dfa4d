import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { limitDefaults, readLimits } from '#service';
import { workflowLimits } from '#workflow';

test('every limit stands in the documentation with its default', () => {
  const page = readFileSync(new URL('../../docs/operations/limits.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| ([\d,]+) \|/gm)].map(
    ([, name, number = '']) => [name, Number(number.replaceAll(',', ''))] as const,
  );
  assert.deepEqual(rows, [...limitDefaults]);
});

test('without any, the limits are the documented ones and runs take none with them', () => {
  const { workflowLimits: workflows, runLimits } = readLimits({});
  assert.deepEqual(workflows, workflowLimits);
  assert.equal(runLimits, undefined);
});

test('a limit is set wherever its name stands, and only there', () => {
  const read = readLimits({ untilCount: 7, batchBytes: 5, 'retryInterval.minimum': 1 });
  assert.equal(read.workflowLimits.untilCount, 7);
  assert.deepEqual(read.runLimits, { untilCount: 7 });
  assert.equal(read.workflowLimits.batchBytes, 5);
  assert.equal(read.triggerLimits.batchBytes, 5);
  assert.deepEqual(read.workflowLimits.retryInterval, { ...workflowLimits.retryInterval, minimum: 1 });
  assert.equal(read.workflowLimits.actions, workflowLimits.actions);
});

test('an unknown name, and what is no whole number from 1, is refused by name', () => {
  assert.throws(() => readLimits({ action: 5 }), /there is no limit 'action'/);
  for (const value of [0, -1, 1.5, '5', null, 1e300, true]) {
    assert.throws(() => readLimits({ actions: value }), /the limit 'actions' must be a whole number from 1/);
  }
  assert.throws(() => readLimits([1]), /JSON object/);
});
