import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BoundedCache } from '../../../src/expression/numbers/bounded-cache.ts';

describe('a bounded cache', () => {
  it('makes each value once, undefined ones included', () => {
    const cache = new BoundedCache<string | undefined>(10);
    let made = 0;
    const make = (key: string) => {
      made += 1;
      return key === 'a' ? 'value' : undefined;
    };
    assert.equal(cache.get('a', make), 'value');
    assert.equal(cache.get('a', make), 'value');
    assert.equal(cache.get('b', make), undefined);
    assert.equal(cache.get('b', make), undefined);
    assert.equal(made, 2);
  });

  it('never holds more than its limit (BC1)', () => {
    const cache = new BoundedCache<number>(3);
    const made: string[] = [];
    const ask = (key: string) => cache.get(key, () => made.push(key));
    for (const key of ['a', 'b', 'c', 'd']) ask(key);
    ask('d');
    assert.deepEqual(made, ['a', 'b', 'c', 'd']);
    ask('a');
    assert.deepEqual(made, ['a', 'b', 'c', 'd', 'a']);
  });
});
