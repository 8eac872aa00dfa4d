import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Write } from '#foundation';
import { takeUpWorkflows } from '#service';
import { group, securityWorld } from './security-harness.ts';

const count = 45;

async function worldOfWorkflows() {
  const world = await securityWorld();
  const writes = Array.from({ length: count }, (_, index): Write => {
    const name = `w${String(index).padStart(2, '0')}`;
    const id = `${group}/providers/Microsoft.Logic/workflows/${name}`;
    const workflow = { opaqueId: name, state: 'Enabled', version: '1', definition: {}, parameters: {} };
    const body = { workflow };
    const times = { etag: 'e', createdTime: 0, changedTime: 0 };
    return { kind: 'putResource', resource: { id, type: 'Microsoft.Logic/workflows', name, body, ...times } };
  });
  await world.store.commit(writes);
  return world;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a start takes up the first workflows at once and the others behind it, each once', async () => {
  const { services } = await worldOfWorkflows();
  const seen: string[] = [];
  takeUpWorkflows(services, [{ takeUp: ({ document }) => seen.push(document.name) }]);
  const atOnce = seen.length;
  assert.ok(atOnce > 0 && atOnce < count, `${atOnce} at once`);
  while (seen.length < count) await turn();
  await turn();
  assert.equal(new Set(seen).size, count);
  assert.equal(seen.length, count);
});

test('a server that stops takes up no further workflow', async () => {
  const { services } = await worldOfWorkflows();
  let seen = 0;
  const stop = takeUpWorkflows(services, [{ takeUp: () => (seen += 1) }]);
  const atOnce = seen;
  stop();
  for (let turns = 0; turns < 10; turns += 1) await turn();
  assert.equal(seen, atOnce);
});
