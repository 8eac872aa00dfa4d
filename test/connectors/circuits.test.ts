import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Circuits } from '../../src/connectors/circuits.ts';

const origin = 'https://deaf.example';

function failing(circuits: Circuits, times: number): void {
  for (let call = 0; call < times; call += 1) {
    assert.equal(circuits.begin(origin), undefined);
    circuits.ended(origin, false);
  }
}

test('CB1: a host that does not answer is left alone; any answer takes it back', () => {
  let now = 0;
  const circuits = new Circuits(() => now);
  failing(circuits, 19);
  assert.equal(circuits.begin(origin), undefined);
  circuits.ended(origin, true);
  failing(circuits, 20);
  assert.match(circuits.begin(origin) ?? '', /has not answered 20 calls in a row/);
  assert.deepEqual(
    circuits.list().map(({ state, failures }) => [state, failures]),
    [['open', 20]],
  );
  assert.equal(circuits.begin('https://other.example'), undefined);
  now = 15_000;
  assert.equal(circuits.list()[0]?.state, 'half-open');
});

test('CB2: after the pause one call tries, and its outcome decides for all', () => {
  let now = 0;
  const circuits = new Circuits(() => now);
  failing(circuits, 20);
  now = 15_000;
  assert.equal(circuits.begin(origin), undefined);
  assert.notEqual(circuits.begin(origin), undefined);
  circuits.ended(origin, false);
  assert.notEqual(circuits.begin(origin), undefined);
  now = 30_000;
  assert.equal(circuits.begin(origin), undefined);
  circuits.ended(origin, true);
  assert.equal(circuits.begin(origin), undefined);
});
