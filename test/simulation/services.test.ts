/**
 * Seeded lives of a whole server: runs that wait for their turn, batches, polls, subscriptions and nested workflows, with crashes
 * before and after any commit, slow and failing services. A failing seed is printed.
 *
 * `TOCSIN_SIMULATIONS` (one for 250 of it; 6 without it) sets the number of worlds, `TOCSIN_SIMULATION_SEED` the first seed.
 */
import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test } from 'node:test';
import { defaultSettings, runKey, type RunEvent, type RunState, step } from '#engine';
import { isJsonArray, type Json, type JsonObject, memberOf, SeededRandom, textMember } from '#foundation';
import { StoredContent } from '../suites/stored-content.ts';
import { actionCallbackUrl } from '#service';
import { ServiceWorld } from './service-world.ts';

const worlds = Math.ceil(Number(env['TOCSIN_SIMULATIONS'] ?? 1_500) / 250);
/** Many worlds take long, and a machine may have other work. */
const timeout = 60_000 + worlds * 30_000;
const firstSeed = Number(env['TOCSIN_SIMULATION_SEED'] ?? 1);
const limit = 2;

const after = (name: string): JsonObject => ({ runAfter: { [name]: ['Succeeded'] } });
const manual = { manual: { type: 'Request', kind: 'Http', inputs: {} } };
const retried = { type: 'fixed', count: 4, interval: 'PT7S' };

function call(uri: string, more: JsonObject = {}): JsonObject {
  const inputs = { method: 'POST', uri: `http://93.184.216.34/${uri}`, body: '@triggerBody()', retryPolicy: retried };
  return { type: 'Http', inputs, ...more };
}

class ServiceSimulation {
  readonly #random: SeededRandom;
  readonly #crashes: SeededRandom;
  readonly world: ServiceWorld;
  readonly #asked = new Map<string, number>();
  /** Keys of polls that were answered with something new. */
  readonly #polled = new Set<string>();
  readonly #subscribed: string[] = [];
  /** Runs that were acknowledged, by workflow. */
  readonly acknowledged = new Map<string, string[]>();
  readonly #ids = new Map<string, string>();
  crashes = 0;
  statesCompared = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#crashes = new SeededRandom(seed * 31 + 7);
    this.world = new ServiceWorld(({ url, headers }) => {
      const key = headers['idempotency-key'] ?? headers['Idempotency-Key'] ?? '';
      const times = (this.#asked.get(`${url} ${key}`) ?? 0) + 1;
      this.#asked.set(`${url} ${key}`, times);
      const chance = this.#chance(`${seed} ${url} ${key}`);
      const delay = Math.floor(chance * 20) * 1_000;
      if (url.endsWith('/poll')) return this.#answerPoll(key, chance, delay);
      if (url.endsWith('/subscribe') || url.endsWith('/unsubscribe')) {
        this.#subscribed.push(url.endsWith('/subscribe') ? 'subscribe' : 'unsubscribe');
        return { status: 200, body: {}, delay };
      }
      return { status: times <= Math.floor(chance * 3) ? 503 : 200, body: { times }, delay };
    });
  }

  #chance(text: string): number {
    let hash = 7;
    for (const unit of text) hash = (Math.imul(hash, 31) + unit.charCodeAt(0)) >>> 0;
    return new SeededRandom(hash).fraction();
  }

  #answerPoll(key: string, chance: number, delay: number): { status: number; body?: JsonObject; delay: number } {
    if (chance < 0.4) return { status: 202, delay };
    this.#polled.add(key);
    return { status: 200, body: { key }, delay };
  }

  async #make(): Promise<void> {
    const { world } = this;
    await world.boot();
    const query = { 'api-version': '2021-04-01' };
    const path = `/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg`;
    await world.life.call({ method: 'PUT', path, query, body: { location: 'westeurope' } });
    const save = async (name: string, triggers: JsonObject, actions: JsonObject): Promise<string> => {
      const id = await world.save(name, triggers, actions);
      this.#ids.set(name, id);
      return id;
    };
    const queued = {
      type: 'Request',
      kind: 'Http',
      inputs: {},
      runtimeConfiguration: { concurrency: { runs: limit } },
    };
    const wait = { type: 'Wait', inputs: { interval: { count: 9, unit: 'Second' } }, ...after('Call') };
    await save('Limited', { manual: queued }, { Call: call('work'), Wait: wait });
    const configurations = { all: { releaseCriteria: { messageCount: 3 } } };
    const batched = await save(
      'Batched',
      { Batch: { type: 'Batch', inputs: { mode: 'Inline', configurations } } },
      { Note: { type: 'Compose', inputs: "@triggerBody()?['items']" } },
    );
    const batch = {
      batchName: 'all',
      content: "@triggerBody()?['id']",
      host: { triggerName: 'Batch', workflow: { id: batched } },
    };
    await save('Sending', manual, {
      Call: call('work'),
      Send: { type: 'SendToBatch', inputs: batch, ...after('Call') },
    });
    const recurrence = { frequency: 'Minute', interval: 1 };
    const poll = { method: 'GET', uri: 'http://93.184.216.34/poll' };
    await save('Polling', { Poll: { type: 'Http', recurrence, inputs: poll } }, { Call: call('work') });
    const hook = (verb: string): JsonObject => ({ method: 'POST', uri: `http://93.184.216.34/${verb}` });
    await save(
      'Hooked',
      { Hook: { type: 'HttpWebhook', inputs: { subscribe: hook('subscribe'), unsubscribe: hook('unsubscribe') } } },
      { Note: { type: 'Compose', inputs: 1 } },
    );
    const answer = { type: 'Response', kind: 'Http', inputs: { statusCode: 200, body: "@triggerBody()?['id']" } };
    const child = await save('Child', manual, { Call: call('work'), Answer: { ...answer, ...after('Call') } });
    const nested = { host: { triggerName: 'manual', workflow: { id: child } }, body: '@triggerBody()' };
    await save('Parent', manual, { Call: call('work'), Child: { type: 'Workflow', inputs: nested, ...after('Call') } });
    const approve = { subscribe: hook('approve'), unsubscribe: {} };
    await save('Approved', manual, { Approve: { type: 'HttpWebhook', inputs: approve } });
  }

  #planCrash(): void {
    const point = this.#crashes.fraction() < 0.5 ? 'before' : 'after';
    this.world.life.store.dieAt(1 + Math.floor(this.#crashes.fraction() * 25), point);
  }

  async run(): Promise<void> {
    await this.#make();
    this.#planCrash();
    const names = ['Limited', 'Sending', 'Parent', 'Approved'];
    for (let sent = 0; sent < 40; sent += 1) {
      const name = names[Math.floor(this.#random.fraction() * names.length)] as string;
      const workflow = this.#ids.get(name) as string;
      const list = this.acknowledged.get(name) ?? [];
      this.acknowledged.set(name, list);
      void this.world.fire(workflow, { id: `${name}-${sent}` }).then((run) => {
        if (run !== undefined) list.push(run);
      });
      await this.#move(Math.floor(this.#random.fraction() * 4));
      this.#approve();
    }
    for (let rest = 0; rest < 120; rest += 1) {
      await this.#move(6);
      this.#approve();
    }
    // The last calls of polls and runs under way end in a calm minute.
    this.world.life.store.dieAt(Number.POSITIVE_INFINITY, 'after');
    for (let rest = 0; rest < 60; rest += 1) {
      await this.#move(4);
      this.#approve();
    }
  }

  /** So many timers, each with everything that follows from it; a dead server is started again. */
  async #move(timers: number): Promise<void> {
    for (let move = 0; move <= timers; move += 1) {
      await this.world.settle();
      if (this.world.isDead) {
        this.crashes += 1;
        await this.world.boot();
        if (this.crashes < 60) this.#planCrash();
        await this.world.settle();
      }
      this.#checkLimit();
      if (move < timers && !this.world.isDead) this.world.clock.advanceToNext();
    }
  }

  /** Callbacks of waiting runs: late, twice, for some only. */
  #approve(): void {
    const { services, store } = this.world.life;
    if (store.isDead) return;
    const workflow = this.#ids.get('Approved') as string;
    for (const { status, name } of this.#rows('Approved')) {
      if (status !== 'Running' || this.#random.fraction() < 0.5) continue;
      const url = new URL(actionCallbackUrl(services, workflow, name, 'Approve'));
      const request = {
        method: 'POST',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        body: { ok: true },
      };
      void this.world.life.call(request);
      if (this.#random.fraction() < 0.3) void this.world.life.call(request);
    }
  }

  #rows(name: string): readonly { readonly status: string; readonly name: string; readonly key: string }[] {
    return this.world.rows.history.runs({ workflow: (this.#ids.get(name) as string).toLowerCase(), top: 1_000 });
  }

  #checkLimit(): void {
    const running = this.#rows('Limited').filter(({ status }) => status === 'Running').length;
    assert.ok(running <= limit, `${running} runs of a trigger that allows ${limit}`);
  }

  check(): void {
    const all = [...this.#ids.keys()].flatMap((name) => this.#rows(name).map((row) => ({ ...row, workflow: name })));
    // A poll every minute: what began in the last moment may still be under way.
    const open = all.filter(({ workflow, status }) => workflow !== 'Polling' && !/Succeeded|Failed/.test(status));
    assert.deepEqual(open, [], 'every run has ended');
    for (const [name, runs] of this.acknowledged) {
      for (const run of runs) {
        const row = this.world.rows.history.run(runKey(this.#ids.get(name) as string, run));
        assert.equal(row?.status, 'Succeeded', `${name} ${run}`);
      }
    }
    this.#checkBatches();
    this.#checkNested();
    this.#checkTriggers();
    for (const { key } of all) this.#replay(key);
  }

  /** Every message of a run that sent one is in one batch, once; batches are full. */
  #checkBatches(): void {
    const sent = this.#rows('Sending').map(({ key }) => memberOf(this.#triggerBody(key), 'id'));
    const batches = this.#rows('Batched').map(({ key }) => memberOf(this.#triggerBody(key), 'items'));
    const taken = batches.flatMap((items) =>
      isJsonArray(items) ? items.map((item) => memberOf(item, 'content')) : [],
    );
    assert.ok(
      batches.every((items) => isJsonArray(items) && items.length >= 3),
      'a batch is released early',
    );
    const left = this.world.rows.documents
      .list({ collection: 'batchMessages' })
      .map(({ body }) => body['content'] ?? null);
    assert.ok(sent.length > 0 && sent.every((id) => typeof id === 'string'));
    assert.deepEqual([...taken, ...left].map(String).sort(), sent.map(String).sort(), 'messages of batches');
    assert.ok(left.length < 3, `${left.length} messages are left`);
  }

  /** Every parent has started one child, and no more. */
  #checkNested(): void {
    const ids = (name: string): string[] =>
      this.#rows(name).map(({ key }) => textMember(this.#triggerBody(key), 'id') ?? '');
    assert.deepEqual(ids('Child').sort(), ids('Parent').sort(), 'children and parents');
  }

  /** An answer of a poll starts one run, and one subscription is there. */
  #checkTriggers(): void {
    const keys = this.#rows('Polling').map(({ key }) => textMember(this.#triggerBody(key), 'key') ?? '');
    assert.equal(new Set(keys).size, keys.length, 'an answer of a poll started two runs');
    const missing = [...this.#polled].filter((key) => !keys.includes(key));
    assert.ok(missing.length <= 1, `answers of polls without a run: ${missing.join()}`);
    assert.ok(keys.length > 0 && this.#subscribed.length > 0);
    const [subscription, ...others] = this.world.rows.documents.list({ collection: 'triggerSubscriptions' });
    assert.deepEqual(others, []);
    assert.ok(typeof subscription?.body['subscribed'] === 'string', 'the webhook trigger is subscribed');
  }

  #triggerBody(key: string): Json | undefined {
    const [first] = this.world.rows.history.journal(key);
    const outputs = memberOf(memberOf(first?.event, 'trigger'), 'outputs');
    return memberOf(memberOf(outputs, 'value'), 'body');
  }

  /** The journal again from its beginning gives the history it holds, and the states that the run had when they were kept. */
  #replay(key: string): void {
    const { services } = this.world.life;
    const content = new StoredContent(this.world.rows.blobs);
    const settings = {
      ...defaultSettings,
      callbackUrl: (run: { workflowId: string; name: string }, _path: unknown, callback: string) =>
        actionCallbackUrl(services, run.workflowId, run.name, callback),
    };
    let state: RunState | undefined;
    for (const [index, { sequence, event, history, snapshot }] of this.world.rows.history.journal(key).entries()) {
      assert.equal(sequence, index, 'the journal has a gap');
      const started = event as unknown as RunEvent;
      const identity = state?.run ?? (started.kind === 'started' ? started.run : undefined);
      const plan = services.plans.plan(identity?.workflowId ?? '', identity?.version ?? '');
      assert.ok(plan);
      const result = step(plan, state, started, { content, settings });
      state = result.state;
      assert.deepEqual(JSON.parse(JSON.stringify(result.history)), history, `${key} replays differently`);
      if (snapshot === undefined) continue;
      assert.deepEqual(JSON.parse(JSON.stringify(state)), snapshot, `${key} comes to another state at ${index}`);
      this.statesCompared += 1;
    }
  }
}

test(`${worlds} servers with queues, batches, polls, subscriptions and nested workflows lose nothing by crashes`, {
  timeout,
}, async () => {
  let crashes = 0;
  let states = 0;
  for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
    const simulation = new ServiceSimulation(seed);
    try {
      await simulation.run();
      simulation.check();
      crashes += simulation.crashes;
      states += simulation.statesCompared;
    } catch (error) {
      const again = `TOCSIN_SIMULATION_SEED=${seed} npm run test:unit -- test/simulation/services`;
      throw new Error(`seed ${seed}, after ${simulation.crashes} crashes (${again})`, { cause: error });
    } finally {
      simulation.world.life.end();
    }
  }
  assert.ok(crashes >= worlds * 5, `only ${crashes} crashes`);
  assert.ok(states >= worlds * 5, `only ${states} states were compared`);
});
