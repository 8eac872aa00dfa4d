/** Batches over releases that take long and commits that fail: what was told to be there is released, restarts included. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, memberOf, textMember, type Write } from '#foundation';
import type { NewRun } from '#engine';
import { batchesOf, type EmbeddedHost, findWorkflow } from '#service';
import { ServiceWorld } from '../simulation/service-world.ts';

const configurations = { b: { releaseCriteria: { messageCount: 2 } } };

class Batching {
  readonly world = new ServiceWorld(() => ({ status: 200 }));
  #workflow = '';

  async begin(): Promise<void> {
    await this.world.boot();
    const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg';
    const query = { 'api-version': '2021-04-01' };
    await this.world.life.call({ method: 'PUT', path: group, query, body: { location: 'westeurope' } });
    const trigger = { Batch: { type: 'Batch', inputs: { mode: 'Inline', configurations } } };
    this.#workflow = await this.world.save('Batched', trigger, {});
  }

  async add(content: string): Promise<void> {
    const { services } = this.world.life;
    const workflow = findWorkflow(services, this.#workflow);
    assert.ok(workflow);
    const trigger = services.plans.plan(workflow.id, workflow.body.version)?.triggers.get('batch');
    const batch = trigger?.batches?.get('b');
    assert.ok(trigger && batch);
    const target = { workflow, trigger, batch, partition: 'p' };
    await batchesOf(services).add(target, { messageId: content, content }, []);
  }

  /** What the runs got, each sorted list as a text. */
  async released(): Promise<readonly string[]> {
    await this.world.settle();
    const { rows } = this.world;
    return rows.history.runs({ workflow: this.#workflow.toLowerCase(), top: 10 }).map(({ key }) => {
      const trigger = memberOf(rows.history.journal(key)[0]?.event, 'trigger');
      const items = memberOf(memberOf(memberOf(memberOf(trigger, 'outputs'), 'value'), 'body'), 'items');
      return (items as readonly Json[]).map((item) => textMember(item, 'content')).join();
    });
  }

  stop(): void {
    this.world.life.end();
  }
}

test('a message that comes while a release is made is released after a restart (BA1)', async () => {
  const batching = new Batching();
  await batching.begin();
  const host = batching.world.life.services.host as EmbeddedHost;
  const gate = Promise.withResolvers<void>();
  const startMany = host.startMany.bind(host);
  // A first step that takes long lets others go first, before its commit.
  host.startMany = async (runs: readonly NewRun[], alongside?: readonly Write[]) => {
    await gate.promise;
    return startMany(runs, alongside);
  };
  await batching.add('a');
  await batching.add('b');
  await batching.add('c');
  gate.resolve();
  assert.deepEqual(await batching.released(), ['a,b']);
  batching.stop();

  await batching.world.boot();
  await batching.add('d');
  assert.deepEqual((await batching.released()).toSorted(), ['a,b', 'c,d']);
  batching.stop();
});

test('a message whose predecessor could not be kept is released after a restart (BA1)', async () => {
  const batching = new Batching();
  await batching.begin();
  const { store } = batching.world.life.services;
  const commit = store.commit.bind(store);
  let commits = 0;
  store.commit = (writes) => {
    commits += 1;
    return commits === 1 ? Promise.reject(new Error('too large')) : commit(writes);
  };
  const lost = batching.add('a');
  const kept = batching.add('b');
  await assert.rejects(lost, /too large/);
  await kept;
  batching.stop();

  await batching.world.boot();
  await batching.add('c');
  assert.deepEqual(await batching.released(), ['b,c']);
  batching.stop();
});
