/** Webhook actions whose subscription a mock of the sandbox answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EffectOutcome } from '#engine';
import { Driver, plan, response } from './driver.ts';

const hook = {
  type: 'HttpWebhook',
  inputs: { subscribe: { method: 'POST', uri: 'https://h.test/' }, unsubscribe: {} },
};

function subscribed(statusCode: number, sandbox: string, body?: { readonly choice: string }): Driver {
  const driver = new Driver(plan({ Ask: hook }), { serialise: true }).start();
  const [effect] = driver.effects;
  assert.ok(effect !== undefined);
  return driver.answer(effect.id, {
    ...(response(statusCode, body) as Extract<EffectOutcome, { kind: 'response' }>),
    sandbox,
  });
}

test('W3: a mock with a body is the callback', () => {
  const driver = subscribed(200, 'mock', { choice: 'Block' });
  assert.equal(driver.status('Ask'), 'Succeeded');
  assert.deepEqual(driver.outputs('Ask'), { headers: {}, body: { choice: 'Block' } });
});

test('W3: a mock without a body, one that refuses, and an example are not', () => {
  assert.equal(subscribed(202, 'mock').status('Ask'), 'Running');
  assert.equal(subscribed(400, 'mock', { choice: 'Block' }).status('Ask'), 'Failed');
  assert.equal(subscribed(201, 'schema', { choice: 'Block' }).status('Ask'), 'Running');
});
