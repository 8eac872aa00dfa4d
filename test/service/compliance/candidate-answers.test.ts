import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type JsonObject, memberOf } from '#foundation';
import { subscription } from '../../api/harness.ts';
import { ComplianceHarness, definition } from './compliance-harness.ts';

const storage = 'Microsoft.Storage/storageAccounts';
const address = 'Microsoft.Network/publicIPAddresses';
const method = `${address}/publicIPAllocationMethod`;

async function started(related: JsonObject, scope: string = subscription) {
  const made = await ComplianceHarness.start();
  const groups = [await made.putGroup(), await made.putGroup(subscription, 'other')];
  for (const rg of groups) {
    for (const name of ['a', 'b', 'c']) await made.put(`${rg}/providers/${storage}/${name}`);
  }
  const rule = definition({ field: 'type', equals: storage }, 'auditIfNotExists', { type: address, ...related });
  await made.assign('beside', await made.define('beside', rule), { scope });
  await made.idle();
  return { made, groups };
}

const change = fc.record({
  name: fc.constantFrom('p', 'q', 'r', 's'),
  group: fc.constantFrom(0, 1),
  becomes: fc.constantFrom('Static', 'Dynamic', 'Dynamic', 'gone'),
});

describe('CN2: shared answers follow the candidates', () => {
  for (const existenceScope of ['ResourceGroup', 'Subscription']) {
    test(`whatever is written and deleted, looked for in the ${existenceScope}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
          const { made, groups } = await started({
            existenceScope,
            existenceCondition: { field: method, equals: 'static' },
          });
          const there = new Map<string, string>();
          for (const { name, group, becomes } of changes) {
            const id = `${groups[group]}/providers/${address}/${name}`;
            if (becomes === 'gone') {
              await made.call('DELETE', `${id}?api-version=2023-01-01`);
              there.delete(id);
            } else {
              await made.put(id, { properties: { publicIPAllocationMethod: becomes } });
              there.set(id, becomes);
            }
            await made.idle();
            for (const rg of groups) {
              const seen = [...there].filter(([key]) => existenceScope === 'Subscription' || key.startsWith(`${rg}/`));
              const isThere = seen.some(([, value]) => value === 'Static');
              const rows = await made.states(rg, { $expand: 'PolicyEvaluationDetails' });
              assert.deepEqual(
                rows.map((row) => memberOf(row, 'complianceState')),
                Array.from({ length: 3 }, () => (isThere ? 'Compliant' : 'NonCompliant')),
              );
              if (isThere) continue;
              const totals = rows.map((row) => {
                const details = memberOf(memberOf(row, 'policyEvaluationDetails'), 'ifNotExistsDetails');
                return memberOf(details, 'totalResources');
              });
              assert.deepEqual(totals, [seen.length, seen.length, seen.length]);
            }
          }
        }),
        { numRuns: 15 },
      );
    });
  }
});

test('CN1: an answer that reads the resource which asks is its own', async () => {
  const { made, groups } = await started({
    existenceCondition: { field: 'name', equals: "[concat('for-', field('name'))]" },
  });
  const [rg] = groups;
  await made.put(`${rg}/providers/${address}/for-b`);
  await made.idle();
  assert.deepEqual(await made.outline(rg ?? ''), ['a: NonCompliant', 'b: Compliant', 'c: NonCompliant']);
  await made.put(`${rg}/providers/${address}/for-c`);
  await made.call('DELETE', `${rg}/providers/${address}/for-b?api-version=2023-01-01`);
  await made.idle();
  assert.deepEqual(await made.outline(rg ?? ''), ['a: NonCompliant', 'b: NonCompliant', 'c: Compliant']);
});
