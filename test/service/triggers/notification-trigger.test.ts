/** ApiConnectionNotification in virtual time: subscribed, told of news, fetching them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type JsonObject, memberOf, textMember } from '#foundation';
import { callTrigger, requireWorkflow } from '#service';
import { type ScriptedAnswer, type ScriptedCall, TriggerWorld } from './trigger-world.ts';

const minute = 60_000;
const mail: JsonObject = {
  type: 'ApiConnectionNotification',
  splitOn: "@triggerBody()?['value']",
  inputs: {
    host: { connection: { name: 'c' } },
    fetch: {
      method: 'get',
      pathTemplate: { template: '/v3/{box}/New', parameters: { box: 'a b' } },
      queries: { q: 1 },
    },
    subscribe: {
      method: 'post',
      pathTemplate: { template: '/Poke/$subscriptions' },
      body: { NotificationUrl: '@listCallbackUrl()' },
      queries: { folder: 'Inbox' },
    },
  },
};

async function notify(w: TriggerWorld, id: string): Promise<string> {
  const { services } = w.world;
  const call = { method: 'POST', relativePath: '', queries: {}, headers: {}, body: new Uint8Array() };
  const workflow = requireWorkflow(services, id);
  const answer = await callTrigger(services, {
    workflow,
    triggerName: 't',
    mayWait: true,
    startedBy: { kind: 'Request' },
    call,
  });
  await w.pass(0);
  return answer.kind;
}

const isFetch = ({ inputs }: ScriptedCall): boolean => memberOf(inputs, 'method') === 'get';
const fetches = (w: TriggerWorld): readonly ScriptedCall[] => w.calls.filter(isFetch);
/** Subscribing is answered with an id, a fetch by the given answers in turn. */
const answering = (...answers: readonly (ScriptedAnswer | undefined)[]) => {
  const left = [...answers];
  return (call: ScriptedCall): ScriptedAnswer | undefined =>
    isFetch(call) ? left.shift() : { status: 201, body: { id: 'x' } };
};
const news = (...value: readonly string[]): ScriptedAnswer => ({ status: 200, body: { value } });

describe('a connector that notifies', () => {
  test('is subscribed with the callback URL, and unsubscribed by what it answered', async () => {
    const w = await TriggerWorld.start();
    w.script = answering();
    const id = await w.save(mail);
    const [call] = w.calls;
    assert.equal(memberOf(call?.inputs, 'path'), '/Poke/$subscriptions');
    assert.deepEqual(memberOf(call?.inputs, 'queries'), { folder: 'Inbox' });
    assert.match(
      textMember(memberOf(call?.inputs, 'body'), 'NotificationUrl') ?? '',
      /\/triggers\/t\/paths\/invoke\?.*sig=/,
    );
    assert.equal(w.triggers.registration(id, 't'), 'Succeeded');
    assert.equal(w.triggers.next(id, 't'), undefined);
    await w.post(id, 'disable');
    assert.equal(memberOf(w.calls[1]?.inputs, 'path'), '/Poke/$subscriptions/x');
  });

  test('has what it told of fetched, one run for each item', async () => {
    const w = await TriggerWorld.start();
    w.script = answering(news('a', 'b'));
    const id = await w.save(mail);
    assert.equal(await notify(w, id), 'accepted');
    assert.equal(memberOf(fetches(w)[0]?.inputs, 'path'), '/v3/a%20b/New');
    assert.deepEqual(w.bodies(), ['a', 'b']);
    await w.pass(60 * minute);
    assert.equal(fetches(w).length, 1, 'it fetches when told, not by the clock');
  });

  test('NT1: notifications before a fetch begins share one; one that comes meanwhile has another', async () => {
    const w = await TriggerWorld.start();
    w.script = answering(undefined, news('later'));
    const id = await w.save(mail);
    await notify(w, id);
    const meanwhile = [notify(w, id), notify(w, id)];
    await w.pass(1);
    assert.equal(fetches(w).length, 1);
    w.boot();
    await w.pass(1);
    assert.equal(fetches(w).length, 2, 'a crash repeats the fetch');
    assert.equal(fetches(w)[0]?.key, fetches(w)[1]?.key);
    assert.deepEqual(w.bodies(), ['later']);
    void meanwhile;
  });

  test('NT1: a notification outlives a save of the workflow', async () => {
    const w = await TriggerWorld.start();
    w.script = answering(undefined, news('kept'));
    const id = await w.save(mail);
    await notify(w, id);
    await w.save(mail, { note: 'other' });
    await w.pass(1);
    assert.deepEqual(w.bodies(), ['kept']);
  });

  test('is asked again by the retry policy, and a failure stands in the history', async () => {
    const w = await TriggerWorld.start();
    const inputs = { ...(mail.inputs as JsonObject), retryPolicy: { type: 'fixed', count: 1, interval: 'PT10M' } };
    w.script = answering({ status: 500 }, { status: 500 }, news('new'));
    const id = await w.save({ ...mail, inputs });
    await notify(w, id);
    assert.equal(fetches(w).length, 1);
    await w.pass(11 * minute);
    assert.equal(fetches(w).length, 2);
    const failed = w.histories(id).at(-1);
    assert.deepEqual(
      [failed?.status, failed?.code, failed?.retryHistory?.length],
      ['Failed', 'InternalServerError', 1],
    );
    await notify(w, id);
    assert.deepEqual(w.bodies(), ['new']);
  });

  test('may have more: Retry-After of a 200 fetches again; 202 and an empty list start nothing', async () => {
    const w = await TriggerWorld.start();
    w.script = answering({ ...news('a'), headers: { 'Retry-After': '0' } }, news('b'), { status: 202 }, news());
    const id = await w.save(mail);
    await notify(w, id);
    await w.pass(minute);
    assert.deepEqual(w.bodies(), ['a', 'b']);
    await notify(w, id);
    await notify(w, id);
    assert.deepEqual(w.bodies(), ['a', 'b']);
    assert.deepEqual(
      w
        .histories(id)
        .slice(-2)
        .map(({ status }) => status),
      ['Skipped', 'Skipped'],
    );
  });

  test('starts runs from what the sandbox made up: somebody asked for it', async () => {
    const w = await TriggerWorld.start();
    w.script = answering({ ...news('made up'), sandbox: 'mock' });
    const id = await w.save(mail);
    await notify(w, id);
    assert.deepEqual(w.bodies(), ['made up']);
  });

  test('that is polled for is asked again and again, over failures, restarts and saves, until it is disabled', async () => {
    const w = await TriggerWorld.start();
    const soon = { 'retry-after': '60' };
    w.script = answering(
      { status: 202, headers: { ...soon, location: '/v3/next?triggerState=1' } },
      { status: 401 },
      { ...news('a'), headers: { location: '/v3/next?triggerState=2' } },
      { status: 202, headers: soon },
      { status: 202, headers: soon },
      news('b'),
    );
    const id = await w.save(mail);
    await notify(w, id);
    assert.equal(w.triggers.next(id, 't') === undefined, false);
    await w.pass(2 * minute + 1_000);
    assert.deepEqual(w.bodies(), ['a'], 'a failed poll does not end it');
    assert.deepEqual(memberOf(fetches(w)[2]?.inputs, 'queries'), { triggerState: '1' });
    w.boot();
    await w.pass(minute + 1_000);
    assert.deepEqual(memberOf(fetches(w)[3]?.inputs, 'queries'), { triggerState: '2' });
    await w.save(mail, { note: 'y' });
    await w.pass(2 * minute + 1_000);
    assert.deepEqual(w.bodies(), ['a', 'b']);
    await w.post(id, 'disable');
    const asked = fetches(w).length;
    await w.pass(10 * minute);
    assert.equal(fetches(w).length, asked);
  });
});
