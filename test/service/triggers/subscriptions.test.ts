/** Webhook triggers in virtual time: subscribed exactly while their workflow wants it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memberOf } from '#foundation';
import { connectorTrigger, putLogicApp } from '../security-harness.ts';
import { TriggerWorld } from './trigger-world.ts';

const minute = 60_000;
const on = 'https://hooks.example.org/on';
const off = 'https://hooks.example.org/off';

const hook = {
  type: 'HttpWebhook',
  inputs: {
    subscribe: { method: 'POST', uri: on, body: { url: '@{listCallbackUrl()}' } },
    unsubscribe: { method: 'DELETE', uri: off },
  },
};

function targets(w: TriggerWorld): readonly string[] {
  return w.calls.map(({ uri }) => (uri === on ? 'on' : 'off'));
}

describe('subscriptions', () => {
  test('SB2: a new version gives up the old subscription before it makes a new one; a change that makes none does nothing', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 200 });
    await w.save(hook);
    await w.save(hook);
    assert.deepEqual(targets(w), ['on']);
    await w.save(hook, { note: 'other' });
    assert.deepEqual(targets(w), ['on', 'off', 'on']);
  });

  test('SB1: what a crash left undone is made up, with the same key, and nothing twice', async () => {
    const w = await TriggerWorld.start();
    w.script = () => undefined;
    const id = await w.save(hook);
    w.script = () => ({ status: 200 });
    w.boot();
    await w.pass(1);
    w.boot();
    await w.pass(1);
    assert.deepEqual(targets(w), ['on', 'on']);
    assert.equal(w.calls[0]?.key, w.calls[1]?.key);
    w.crash();
    await w.world.call('DELETE', `${id}?api-version=2019-05-01`);
    w.boot();
    await w.pass(1);
    w.boot();
    await w.pass(1);
    assert.deepEqual(targets(w), ['on', 'on', 'off']);
  });

  test('SB3: a refused subscription is tried again at the next save, enabling or key renewal only', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 403 });
    const id = await w.save(hook);
    w.boot();
    await w.pass(60 * minute);
    assert.deepEqual(targets(w), ['on']);
    assert.equal(w.triggers.registration(id, 't'), 'Failed');
    await w.post(id, 'regenerateAccessKey', { keyType: 'Secondary' });
    w.script = () => ({ status: 200 });
    await w.post(id, 'disable');
    await w.post(id, 'enable');
    assert.deepEqual(targets(w), ['on', 'on', 'on']);
    assert.equal(w.triggers.registration(id, 't'), 'Succeeded');
    assert.deepEqual(
      w.histories(id).map(({ status }) => status),
      ['Failed', 'Failed', 'Succeeded'],
    );
  });

  test('attempts follow the policy of subscribe, over a restart', async () => {
    const w = await TriggerWorld.start();
    const { subscribe, unsubscribe } = hook.inputs;
    const retryPolicy = { type: 'fixed', count: 1, interval: 'PT10M' };
    w.script = () => ({ status: 500 });
    const id = await w.save({ type: 'HttpWebhook', inputs: { subscribe: { ...subscribe, retryPolicy }, unsubscribe } });
    assert.equal(w.triggers.registration(id, 't'), 'Registering');
    await w.pass(5 * minute);
    w.boot();
    await w.pass(4 * minute);
    assert.equal(w.calls.length, 1);
    await w.pass(2 * minute);
    assert.equal(w.calls.length, 2);
    assert.equal(w.histories(id)[0]?.retryHistory?.length, 1);
  });

  test('a workflow saved disabled subscribes when it is enabled', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 200 });
    const id = await w.save(hook, { state: 'Disabled' });
    assert.deepEqual(w.calls, []);
    await w.post(id, 'enable');
    assert.deepEqual(targets(w), ['on']);
  });

  test('a trigger that is no webhook any more is unsubscribed', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 200 });
    await w.save(hook);
    await w.save({ type: 'Request', inputs: {} });
    assert.deepEqual(targets(w), ['on', 'off']);
  });

  test('a connector is asked to delete what its answer names', async () => {
    const w = await TriggerWorld.start();
    w.script = () => ({ status: 201, body: { id: 'a b' } });
    const inputs = {
      host: { connection: { name: 'c' } },
      path: '/hooks/$subscriptions',
      body: { NotificationUrl: '@{listCallbackUrl()}' },
    };
    const id = await w.save({ type: 'ApiConnectionWebhook', inputs });
    await w.post(id, 'disable');
    assert.equal(memberOf(w.calls[1]?.inputs, 'method'), 'DELETE');
    assert.equal(memberOf(w.calls[1]?.inputs, 'path'), '/hooks/$subscriptions/a%20b');
  });

  test('SC1: the triggers of the Defender connectors call nobody and leave no history', async () => {
    const w = await TriggerWorld.start();
    const id = await putLogicApp(w.world, 'defender', { t: connectorTrigger('/Microsoft.Security/Alert/subscribe') });
    await w.pass(minute);
    assert.deepEqual(w.calls, []);
    assert.deepEqual(w.histories(id), []);
  });
});
