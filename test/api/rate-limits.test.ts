import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimits } from '../../src/api/rate-limits.ts';
import { VirtualClock } from '#foundation';
import { admin, principal } from './harness.ts';

const reads = 'x-ms-ratelimit-remaining-subscription-reads';

function limits(clock = new VirtualClock()): RateLimits {
  return new RateLimits(clock, () => ({ requestReadsPerMinute: 3, requestWritesPerMinute: 2 }));
}

test('a caller may send so many requests, then waits as long as it is told', () => {
  const clock = new VirtualClock();
  const held = limits(clock);
  const who = principal('a');
  assert.deepEqual(
    [1, 2, 3].map(() => held.admit(who, 'GET', 's').headers[reads]),
    ['2', '1', '0'],
  );
  const { refused, headers } = held.admit(who, 'GET', 's');
  assert.equal(refused?.status, 429);
  assert.equal(refused?.options.retryAfterSeconds, 20);
  assert.equal(headers[reads], '0');
  clock.advance(20_000);
  assert.equal(held.admit(who, 'GET', 's').refused, undefined);
});

test('callers, subscriptions, reads and writes are counted apart', () => {
  const held = limits();
  for (let count = 0; count < 3; count++) held.admit(principal('a'), 'GET', 's');
  assert.notEqual(held.admit(principal('a'), 'GET', 's').refused, undefined);
  assert.equal(held.admit(principal('b'), 'GET', 's').refused, undefined);
  assert.equal(held.admit(principal('a'), 'GET', 't').refused, undefined);
  assert.equal(held.admit(principal('a'), 'PUT', 's').headers['x-ms-ratelimit-remaining-subscription-writes'], '1');
  assert.equal(held.admit(principal('a'), 'GET', undefined).headers['x-ms-ratelimit-remaining-tenant-reads'], '2');
});

test('the administrator is never held back', () => {
  const held = limits();
  for (let count = 0; count < 10; count++) assert.equal(held.admit(admin, 'PUT', 's').refused, undefined);
});

test('very many callers are remembered within bounds', () => {
  const held = limits();
  for (let count = 0; count < 25_000; count++) held.admit(principal(String(count)), 'GET', 's');
  assert.equal(held.admit(principal('24999'), 'GET', 's').headers[reads], '1');
});
