import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everything, scopeOf, scopeText } from '../../portal/src/model/scope-text.ts';

const one = '00000000-0000-4000-8000-000000000001';
const two = '00000000-0000-4000-8000-000000000002';
const subscriptions = [`/subscriptions/${one}`, `/subscriptions/${two}`];

test('a scope is the same again after it was in an address', () => {
  for (const scope of [
    { subscriptions, resourceGroups: [] },
    { subscriptions: subscriptions.slice(0, 1), resourceGroups: ['rg-a', 'rg(b)'] },
    { subscriptions: [], resourceGroups: ['rg-a'] },
  ]) {
    assert.deepEqual(scopeOf(scopeText(scope)), scope);
  }
});

test('everything needs no place in an address, and what is no scope is none', () => {
  assert.equal(scopeText(everything), '');
  for (const text of [undefined, '', 'x', `${one},`, `${one}/a b`, '/providers/x'])
    assert.equal(scopeOf(text), undefined);
});
