import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberOf } from '#foundation';
import { stubWrites } from '#service';
import { startHarness, subscription } from '../api/harness.ts';

const group = `${subscription}/resourceGroups/rg`;
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm1`;

test('a resource that a detector names exists afterwards, with its group, complete enough to be read', async () => {
  const api = await startHarness();
  await api.store.commit(stubWrites(api.services, machine));
  const read = await api.call('GET', machine);
  assert.equal(read.status, 200);
  for (const member of ['id', 'name', 'type', 'location', 'tags', 'etag', 'properties']) {
    assert.notEqual(memberOf(read.body, member), undefined, member);
  }
  const disk = memberOf(memberOf(memberOf(read.body, 'properties'), 'storageProfile'), 'osDisk');
  assert.equal(memberOf(disk, 'osType'), 'Linux');
  assert.equal((await api.call('HEAD', group)).status, 204);
});

test('parents of a named child come into being too', async () => {
  const api = await startHarness();
  const database = `${group}/providers/Microsoft.Sql/servers/s1/databases/d1`;
  await api.store.commit(stubWrites(api.services, database));
  assert.equal((await api.call('GET', `${group}/providers/Microsoft.Sql/servers/s1`)).status, 200);
  assert.equal((await api.call('GET', database)).status, 200);
});

test('what exists is left alone, and nonsense makes nothing', async () => {
  const api = await startHarness();
  await api.call('PUT', group, { body: { location: 'eastus' } });
  await api.call('PUT', machine, { body: { location: 'eastus', properties: { mine: true } } });
  assert.deepEqual(stubWrites(api.services, machine.toUpperCase()), []);
  for (const text of ['', 'x', '/subscriptions/none/resourceGroups/g/providers/A.B/c/d', `${subscription}`, '//']) {
    assert.deepEqual(stubWrites(api.services, text), [], text);
  }
  const other = machine.replace('vm1', 'vm2');
  await api.store.commit(stubWrites(api.services, other));
  const read = await api.call('GET', other);
  assert.equal(memberOf(read.body, 'location'), 'eastus', 'in the place of its group');
});
