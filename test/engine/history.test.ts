import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ActionRecord, foldHistory, inlineThreshold, MemoryContent } from '#engine';
import { type Json, JsonNumber, stringifyJson } from '#foundation';
import { Driver, plan, response, startTime } from './driver.ts';

const record = (more: Partial<ActionRecord>): ActionRecord => ({
  name: 'A',
  type: 'Compose',
  repetitionIndexes: [],
  status: 'Succeeded',
  startTime: 's',
  trackingId: 't',
  ...more,
});
const at = (...indexes: number[]) => ({
  repetitionIndexes: indexes.map((itemIndex, depth) => ({ scopeName: `L${depth}`, itemIndex })),
});

describe('folding history', () => {
  test('the last record of a path stands', () => {
    const folded = foldHistory([
      { kind: 'run', run: { status: 'Running', startTime: 's' } },
      { kind: 'action', action: record({ status: 'Running' }) },
      { kind: 'action', action: record({ status: 'Failed' }) },
      { kind: 'run', run: { status: 'Failed', startTime: 's' } },
    ]);
    assert.equal(folded.actions.get('A')?.status, 'Failed');
    assert.equal(folded.run?.status, 'Failed');
  });

  test('repetitions are listed by iteration, numbers compared as numbers', () => {
    const folded = foldHistory(
      [
        [10, 2],
        [9, 0],
        [10, 1],
        [0, 5],
      ].map((indexes) => ({ kind: 'repetition', repetition: record(at(...indexes)) })),
    );
    const names = folded
      .repetitions('A')
      .map(({ repetitionIndexes }) => repetitionIndexes.map(({ itemIndex }) => itemIndex));
    assert.deepEqual(names, [
      [0, 5],
      [9, 0],
      [10, 1],
      [10, 2],
    ]);
  });

  test('an action inside a loop that still runs shows as running with its repetitions so far', () => {
    const folded = foldHistory([0, 1, 1].map((index) => ({ kind: 'repetition', repetition: record(at(index)) })));
    assert.equal(folded.actions.get('A')?.status, 'Running');
    assert.equal(folded.actions.get('A')?.repetitionCount, 2);
  });

  test('an action nobody wrote about has no record and no repetitions', () => {
    const folded = foldHistory([]);
    assert.equal(folded.actions.get('constructor'), undefined);
    assert.deepEqual(folded.repetitions('__proto__'), []);
  });

  test('what is under way shows as running from the step it began in', () => {
    const driver = new Driver(
      plan({
        E: {
          type: 'Foreach',
          foreach: '@range(0, 3)',
          actions: {
            H: { type: 'Http', inputs: { method: 'GET', uri: 'https://a.test/', retryPolicy: { type: 'none' } } },
          },
        },
      }),
    ).start();
    assert.equal(driver.status('E'), 'Running');
    assert.deepEqual(
      driver.folded.repetitions('H').map(({ status }) => status),
      ['Running', 'Running', 'Running'],
    );
    driver.answer('e2', response(500), startTime);
    assert.deepEqual(
      driver.folded.repetitions('H').map(({ status }) => status),
      ['Running', 'Failed', 'Running'],
    );
    assert.deepEqual(
      driver.folded.scopeRepetitions('E').map(({ status }) => status),
      ['Failed'],
    );
  });
});

describe('contents in memory', () => {
  test('MC1 the same value gives the same content in every store, and loads as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const first = new MemoryContent(64);
        const second = new MemoryContent(64);
        const content = first.keep(value as Json);
        assert.deepEqual(second.keep(value as Json), content);
        assert.equal(stringifyJson(first.load(content)), stringifyJson(value as Json));
      }),
    );
  });

  test('the threshold is exact in bytes of compact JSON', () => {
    const store = new MemoryContent();
    const ofBytes = (bytes: number): string => 'x'.repeat(bytes - 2);
    assert.ok('value' in store.keep(ofBytes(inlineThreshold)));
    assert.ok('blob' in store.keep(ofBytes(inlineThreshold + 1)));
    assert.ok('blob' in store.keep('€'.repeat(inlineThreshold / 3)));
    assert.ok('value' in store.keep('é'.repeat(inlineThreshold / 2 - 1)));
  });

  test('numbers keep their text in a blob', () => {
    const store = new MemoryContent(16);
    const value = { a: new JsonNumber('12345678901234567890'), pad: 'pad pad pad pad pad' };
    assert.equal(stringifyJson(store.load(store.keep(value))), stringifyJson(value));
  });
});
