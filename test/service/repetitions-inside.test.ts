/** Iterations are found among many. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ActionRecord, repetitionNameOf } from '#engine';
import { repetitionsInside } from '../../src/service/repetitions-inside.ts';

const record = (...indexes: readonly number[]): ActionRecord => ({
  name: 'A',
  type: 'Compose',
  status: 'Succeeded',
  startTime: '2026-01-01T00:00:00.0000000Z',
  trackingId: 't',
  repetitionIndexes: indexes.map((itemIndex, depth) => ({ scopeName: `L${depth}`, itemIndex })),
});

describe('the repetitions of an iteration', () => {
  const nested = Array.from({ length: 50 }, (_, outer) =>
    Array.from({ length: 3 }, (__, inner) => record(outer, inner)),
  ).flat();

  test('RI1: are those of its name and those nested in it, whichever it is', () => {
    for (let outer = 0; outer < 50; outer += 1) {
      const name = String(outer).padStart(6, '0');
      assert.deepEqual(repetitionsInside(nested, name).map(repetitionNameOf), [
        `${name}-000000`,
        `${name}-000001`,
        `${name}-000002`,
      ]);
      assert.deepEqual(repetitionsInside(nested, `${name}-000001`).map(repetitionNameOf), [`${name}-000001`]);
    }
    assert.deepEqual(repetitionsInside(nested, '000050'), []);
    assert.deepEqual(repetitionsInside(nested, '00000'), []);
    assert.deepEqual(repetitionsInside([], '000000'), []);
  });

  test('RI1: are found by few looks', () => {
    let looks = 0;
    const many = new Proxy(
      Array.from({ length: 100_000 }, (_, index) => record(index)),
      {
        get(target, key, receiver): unknown {
          if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
          return Reflect.get(target, key, receiver);
        },
      },
    );
    assert.deepEqual(repetitionsInside(many, '077777').map(repetitionNameOf), ['077777']);
    assert.ok(looks < 40, `${looks} looks`);
  });
});
