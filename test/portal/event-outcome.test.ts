import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeText } from '../../portal/src/model/event-outcome.ts';

const outcome = { count: 0, failed: 0, waiting: 0, held: 0 };

test('what automations did about an alert leaves out no failure', () => {
  assert.deepEqual(outcomeText({ ...outcome, count: 3, failed: 1 }), { text: '2 ran, 1 failed', look: 'high' });
  assert.deepEqual(outcomeText({ ...outcome, count: 1, waiting: 1 }), { text: '1 waiting', look: 'info' });
  assert.deepEqual(outcomeText({ ...outcome, count: 2, held: 1 }).text, '1 ran, 1 held back');
  assert.equal(outcomeText({ ...outcome, count: 1234, unknown: 1214 }).text, '1,234 ran');
});

test('no automation that matched is told apart from not knowing', () => {
  assert.equal(outcomeText(outcome).text, 'None matched');
  assert.equal(outcomeText(undefined).text, '–');
});
