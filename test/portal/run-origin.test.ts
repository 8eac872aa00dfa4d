import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originText } from '../../portal/src/model/run-origin.ts';

const alert = '/subscriptions/1/providers/Microsoft.Security/locations/x/alerts/a';
const run = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Logic/workflows/parent/runs/08585';

test('a run says what started it in words, with the place that leads to', () => {
  assert.deepEqual(originText({ kind: 'Alert', eventId: alert, eventTitle: 'SQL' }), {
    word: 'Alert',
    id: alert,
    name: 'SQL',
  });
  assert.deepEqual(originText({ kind: 'Person', principal: 'Ada', eventId: alert }), {
    word: 'Ada',
    id: alert,
    name: 'a',
  });
  assert.deepEqual(originText({ kind: 'LogicApp', runId: run }), { word: 'Logic app', id: run, name: 'parent' });
  assert.equal(originText({ kind: 'Resubmission', principal: 'Ada', runId: run }).word, 'Resubmitted by Ada');
  assert.deepEqual(originText({ kind: 'Schedule' }), { word: 'Schedule' });
});

test('a run of an earlier version says that nobody kept it', () => {
  assert.deepEqual(originText(undefined), { word: 'Not recorded' });
});
