/** Batches of events that are on their way at the same time agree on which state is the last. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNative } from '#events';
import { type JsonObject, orThrow } from '#foundation';
import { EventBatch, firstSubscriptionId } from '#service';
import { group, securityWorld, type SecurityWorld } from './security-harness.ts';

const id = `${group}/providers/Microsoft.Storage/storageAccounts/s/providers/Microsoft.Security/assessments/1c5de8e1-f68d-6a17-e0d2-ec259c42768c`;

function take(world: SecurityWorld, batch: EventBatch, code: string): void {
  const body: JsonObject = {
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    type: 'Microsoft.Security/assessments',
    properties: { displayName: 'd', status: { code }, resourceDetails: { source: 'Azure' } },
  };
  const defaults = { subscriptionId: firstSubscriptionId, now: world.clock.now() };
  batch.take(orThrow(readNative(body, defaults)));
}

function stored(world: SecurityWorld): string | undefined {
  return world.store.documents.get('assessments', id.toLowerCase())?.status;
}

test('K3: the state taken last stays, though its batch commits first', async () => {
  const world = await securityWorld();
  const [early, late] = [new EventBatch(world.services), new EventBatch(world.services)];
  take(world, early, 'Unhealthy');
  take(world, late, 'Healthy');
  const waiting = late.commit();
  await early.commit();
  await waiting;
  assert.equal(stored(world), 'Healthy');
});

test('K3: when the later batch fails, the state before it is stored', async () => {
  const world = await securityWorld();
  const [early, late] = [new EventBatch(world.services), new EventBatch(world.services)];
  take(world, early, 'Unhealthy');
  take(world, late, 'Healthy');
  late.abandon(new Error('gone'));
  await early.commit();
  assert.equal(stored(world), 'Unhealthy');
  take(world, new EventBatch(world.services), 'Healthy');
});

test('K1: a batch that met a document of another waits for its commit, and fails with it', async () => {
  const world = await securityWorld();
  const [early, late] = [new EventBatch(world.services), new EventBatch(world.services)];
  take(world, early, 'Unhealthy');
  take(world, late, 'Unhealthy');
  let answered = false;
  const waiting = late.commit().finally(() => {
    answered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, false);
  early.abandon(new Error('disk full'));
  await assert.rejects(waiting, /disk full/);
});
