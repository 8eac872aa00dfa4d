import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type JsonObject, memberOf, type Store, textMember, type Write } from '#foundation';
import { subscription } from '../../api/harness.ts';
import { ComplianceHarness, definition, group, subscriptionId } from './compliance-harness.ts';

const storage = 'Microsoft.Storage/storageAccounts';
const tagRule = {
  allOf: [
    { field: 'type', equals: storage },
    { field: 'tags.owner', exists: false },
  ],
};

async function withStorage(effect = 'audit') {
  const made = await ComplianceHarness.start();
  const rg = await made.putGroup();
  await made.put(`${rg}/providers/${storage}/good`, { tags: { owner: 'ada' } });
  await made.put(`${rg}/providers/${storage}/bad`);
  await made.put(`${rg}/providers/Microsoft.Network/publicIPAddresses/ip`);
  const definitionId = await made.define('tagged', definition(tagRule, effect));
  const assignmentId = await made.assign('tagged', definitionId, { scope: subscription });
  await made.idle();
  return { made, rg, definitionId, assignmentId };
}

describe('when policies are evaluated', () => {
  test('an assignment is evaluated on everything in its scope, and only where it applies', async () => {
    const { made } = await withStorage();
    assert.deepEqual(await made.outline(subscription), ['bad: NonCompliant', 'good: Compliant']);
  });

  test('a write changes the row of the resource, and a deletion removes it', async () => {
    const { made, rg } = await withStorage();
    await made.put(`${rg}/providers/${storage}/bad`, { tags: { owner: 'bob' } });
    await made.put(`${rg}/providers/${storage}/new`);
    await made.idle();
    assert.deepEqual(await made.outline(rg), ['bad: Compliant', 'good: Compliant', 'new: NonCompliant']);
    await made.call('DELETE', `${rg}/providers/${storage}/new?api-version=2023-01-01`);
    await made.until(async () => (await made.outline(rg)).length === 2, 'the end of the row');
    const history = await made.states(
      `${rg}/providers/${storage}/bad`,
      { $orderby: 'timestamp' },
      'policyStates/default',
    );
    assert.deepEqual(history.map((row) => textMember(row, 'complianceState') ?? '').toSorted(), [
      'Compliant',
      'NonCompliant',
    ]);
  });

  test('a changed definition ends the rows of resources it says nothing of any more', async () => {
    const { made, rg } = await withStorage();
    made.harness.clock.advance(1_000);
    await made.define('tagged', definition({ field: 'type', equals: 'Microsoft.Network/publicIPAddresses' }, 'audit'));
    await made.idle();
    assert.deepEqual(await made.outline(rg), ['ip: NonCompliant']);
  });

  test('the rows of a deleted assignment end', async () => {
    const { made, assignmentId } = await withStorage();
    await made.remove(assignmentId);
    await made.until(async () => (await made.outline(subscription)).length === 0, 'the end of the rows');
  });

  test('an exemption makes its rows Exempt, and its removal evaluates them again', async () => {
    const { made, rg, assignmentId } = await withStorage();
    const id = await made.exempt(rg, assignmentId);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['bad: Exempt', 'good: Exempt']);
    await made.remove(id);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['bad: NonCompliant', 'good: Compliant']);
  });

  test('an exemption that expires by itself leaves its resources to the policy again', async () => {
    const { made, rg, assignmentId } = await withStorage();
    await made.exempt(rg, assignmentId, { expiresOn: '2026-01-01T01:00:00Z' });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['bad: Exempt', 'good: Exempt']);
    made.harness.clock.advance(61 * 60_000);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['bad: NonCompliant', 'good: Compliant']);
  });

  test('excluded scopes and resources that no selector takes have no row', async () => {
    const { made, rg, definitionId } = await withStorage();
    made.harness.clock.advance(1_000);
    await made.assign('tagged', definitionId, {
      scope: subscription,
      more: { notScopes: [`${rg}/providers/${storage}/bad`] },
    });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['good: Compliant']);
    made.harness.clock.advance(1_000);
    const selectors = [{ kind: 'resourceLocation', in: ['northeurope'] }];
    await made.assign('tagged', definitionId, {
      scope: subscription,
      more: { resourceSelectors: [{ name: 'north', selectors }] },
    });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), []);
  });

  test('children that live in their parents are evaluated as resources of their own', async () => {
    const made = await ComplianceHarness.start();
    const rg = await made.putGroup();
    const network = `${rg}/providers/Microsoft.Network/virtualNetworks/net`;
    const subnet = (name: string, prefix: string): JsonObject => ({ name, properties: { addressPrefix: prefix } });
    const properties = { subnets: [subnet('a', '10.0.0.0/24'), subnet('b', '10.0.1.0/24')] };
    await made.put(network, { properties });
    const type = 'Microsoft.Network/virtualNetworks/subnets';
    const rule = {
      allOf: [
        { field: 'type', equals: type },
        { field: `${type}/addressPrefix`, equals: '10.0.1.0/24' },
      ],
    };
    await made.assign('subnets', await made.define('subnets', definition(rule, 'audit')), { scope: subscription });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: Compliant', 'b: NonCompliant']);
    await made.call('DELETE', `${network}/subnets/b?api-version=2023-01-01`);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: Compliant']);
  });

  test('an error in a rule is NonCompliant with the reason', async () => {
    const made = await ComplianceHarness.start();
    await made.putGroup();
    const rule = { value: "[substring(field('name'), 50)]", equals: 'x' };
    await made.assign('broken', await made.define('broken', definition(rule, 'audit')), { scope: subscription });
    await made.idle();
    const [row] = await made.states(`${subscription}/resourceGroups/rg`, { $expand: 'PolicyEvaluationDetails' });
    assert.equal(row?.['complianceState'], 'NonCompliant');
    assert.match(JSON.stringify(memberOf(row?.['policyEvaluationDetails'], 'reason')), /substring/);
  });

  test('a cycle runs every 24 hours of engine time', async () => {
    const { made, rg } = await withStorage();
    const [before] = await made.states(rg, { $filter: `contains(resourceId,'bad')` });
    made.harness.clock.advance(24 * 60 * 60_000 + 1);
    await made.until(async () => {
      const [after] = await made.states(rg, { $filter: `contains(resourceId,'bad')` });
      return after?.['timestamp'] !== before?.['timestamp'];
    }, 'the evaluation of the next day');
    assert.deepEqual(await made.outline(subscription), ['bad: NonCompliant', 'good: Compliant']);
  });
});

describe('existence effects', () => {
  const details = {
    type: 'Microsoft.Insights/diagnosticSettings',
    existenceCondition: { field: 'Microsoft.Insights/diagnosticSettings/workspaceId', equals: 'w' },
  };

  test('look for extension resources on the resource itself, and follow what is written there', async () => {
    const made = await ComplianceHarness.start();
    const rg = await made.putGroup();
    const account = `${rg}/providers/${storage}/a`;
    await made.put(account);
    await made.put(`${rg}/providers/${storage}/b`);
    await made.put(`${rg}/providers/${storage}/b/providers/Microsoft.Insights/diagnosticSettings/d`, {
      properties: { workspaceId: 'other' },
    });
    const rule = definition({ field: 'type', equals: storage }, 'auditIfNotExists', details);
    await made.assign('diagnostics', await made.define('diagnostics', rule), { scope: subscription });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: NonCompliant', 'b: NonCompliant']);
    const setting = `${account}/providers/Microsoft.Insights/diagnosticSettings/d`;
    await made.put(setting, { properties: { workspaceId: 'w' } });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: Compliant', 'b: NonCompliant']);
    const rows = await made.states(rg, { $expand: 'PolicyEvaluationDetails', $orderby: 'resourceId' });
    const found = rows.map((row) => memberOf(row['policyEvaluationDetails'], 'ifNotExistsDetails'));
    assert.equal(memberOf(found[0], 'totalResources'), 1);
    assert.equal(memberOf(found[1], 'totalResources'), 1);
    assert.equal(memberOf(found[0], 'resourceId'), setting);
    await made.call('DELETE', `${setting}?api-version=2023-01-01`);
    await made.until(async () => (await made.outline(account))[0] === 'a: NonCompliant', 'the change');
  });

  test('of resources beside a changed one are evaluated again, wherever they look for it', async () => {
    const address = 'Microsoft.Network/publicIPAddresses';
    const made = await ComplianceHarness.start();
    const [rg, other] = [await made.putGroup(), await made.putGroup(subscription, 'other')];
    await made.put(`${rg}/providers/${storage}/a`);
    await made.put(`${other}/providers/${storage}/b`);
    const own = definition({ field: 'type', equals: storage }, 'auditIfNotExists', { type: address });
    const wide = definition({ field: 'type', equals: storage }, 'auditIfNotExists', {
      type: address,
      existenceScope: 'Subscription',
    });
    await made.assign('own', await made.define('own', own), { scope: subscription });
    await made.assign('wide', await made.define('wide', wide), { scope: rg });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: NonCompliant', 'a: NonCompliant', 'b: NonCompliant']);
    const id = `${other}/providers/${address}/x`;
    await made.put(id);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: Compliant', 'a: NonCompliant', 'b: Compliant']);
    await made.call('DELETE', `${id}?api-version=2023-01-01`);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: NonCompliant', 'a: NonCompliant', 'b: NonCompliant']);
  });

  test('many writes beside many resources are a few scans, not one for each', async () => {
    const address = 'Microsoft.Network/publicIPAddresses';
    const made = await ComplianceHarness.start();
    const rg = await made.putGroup();
    for (let number = 0; number < 100; number++) await made.put(`${rg}/providers/${storage}/a${number}`);
    const rule = definition({ field: 'type', equals: storage }, 'auditIfNotExists', { type: address });
    await made.assign('own', await made.define('own', rule), { scope: subscription });
    await made.idle();
    const { store } = made.harness;
    let rows = 0;
    const unfollow = (
      store as Store & { onCommit: (follow: (writes: readonly Write[]) => void) => () => void }
    ).onCommit((writes) => {
      rows += writes.filter(({ kind }) => kind === 'putPolicyState').length;
    });
    await Promise.all(Array.from({ length: 100 }, (_, number) => made.put(`${rg}/providers/${address}/x${number}`)));
    await made.idle();
    unfollow();
    assert.ok(rows >= 100 && rows <= 1_000, `${rows} rows were written`);
    assert.deepEqual(new Set((await made.outline(rg)).map((line) => line.split(': ')[1])), new Set(['Compliant']));
  });

  test('see the plans of a subscription as resources', async () => {
    const made = await ComplianceHarness.start();
    const related = {
      type: 'Microsoft.Security/pricings',
      name: 'VirtualMachines',
      existenceScope: 'Subscription',
      existenceCondition: { field: 'Microsoft.Security/pricings/pricingTier', equals: 'Standard' },
    };
    const type = 'Microsoft.Resources/subscriptions';
    const rule = definition({ field: 'type', equals: type }, 'auditIfNotExists', related);
    await made.assign('plans', await made.define('plans', rule), { scope: subscription });
    await made.idle();
    const [row] = await made.states(subscription);
    assert.equal(row?.['complianceState'], 'NonCompliant');
    const plan = `${subscription}/providers/Microsoft.Security/pricings/VirtualMachines`;
    await made.call('PUT', `${plan}?api-version=2022-03-01`, { properties: { pricingTier: 'Standard' } });
    await made.compliance.work.scan({ scope: subscription });
    const [after] = await made.states(subscription);
    assert.equal(after?.['complianceState'], 'Compliant');
  });
});

describe('triggerEvaluation', () => {
  test('answers 202 with Location, then 200; a second request joins the first', async () => {
    const { made } = await withStorage();
    const path = `${subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/triggerEvaluation?api-version=2019-10-01`;
    const [first, second] = await Promise.all([
      made.call('POST', path, undefined, [202]),
      made.call('POST', path, undefined, [202]),
    ]);
    const location = first.headers?.['location'] ?? '';
    assert.equal(second.headers?.['location'], location);
    await made.idle();
    const poll = location.slice(location.indexOf('/subscriptions'));
    await made.until(async () => (await made.call('GET', poll)).status === 200, 'the end of the evaluation');
    const { body } = await made.call('GET', poll);
    assert.deepEqual(body, { status: 'Succeeded' });
  });
});

describe('manual policies', () => {
  test('have their default state until somebody attests, then what was attested until it expires', async () => {
    const made = await ComplianceHarness.start();
    const rg = await made.putGroup();
    const type = 'Microsoft.Resources/subscriptions/resourceGroups';
    const rule = definition({ field: 'type', equals: type }, 'manual', { defaultState: 'Unknown' });
    const assignmentId = await made.assign('manual', await made.define('manual', rule), { scope: subscription });
    await made.idle();
    assert.deepEqual(await made.outline(rg), ['rg: Unknown']);
    const attestation = `${rg}/providers/Microsoft.PolicyInsights/attestations/a?api-version=2022-09-01`;
    const expiresOn = '2026-01-01T01:00:00Z';
    const properties = { policyAssignmentId: assignmentId, complianceState: 'Compliant', expiresOn };
    await made.call('PUT', attestation, { properties }, [201]);
    await made.idle();
    assert.deepEqual(await made.outline(rg), ['rg: Compliant']);
    const refused = await made.call(
      'PUT',
      attestation,
      { properties: { ...properties, complianceState: 'Fine' } },
      [400],
    );
    assert.match(JSON.stringify(refused.body), /InvalidAttestation.*Fine/);
    made.harness.clock.advance(2 * 60 * 60_000);
    await made.idle();
    assert.deepEqual(await made.outline(rg), ['rg: Unknown']);
    await made.call('DELETE', attestation, undefined, [200]);
    await made.call('DELETE', attestation, undefined, [204]);
  });
});

describe('management groups', () => {
  test('rows of a management group are those of the subscriptions below it, new and moved ones included', async () => {
    const made = await ComplianceHarness.start();
    const type = 'Microsoft.Resources/subscriptions';
    await made.addSubscriptions(0, 3);
    await made.assign('all', await made.define('all', definition({ field: 'type', equals: type }, 'audit')));
    await made.idle();
    assert.equal((await made.states(group)).length, 3);
    await made.addSubscriptions(3, 4);
    await made.idle();
    assert.equal((await made.states(group)).length, 4);
    const moved = `/providers/Microsoft.Management/managementGroups/00000000-0000-4000-8000-000000000000/subscriptions/${subscriptionId(1)}`;
    made.harness.clock.advance(1_000);
    await made.call('PUT', `${moved}?api-version=2020-05-01`);
    await made.idle();
    const rows = await made.states(group);
    assert.deepEqual(
      rows.map((row) => textMember(row, 'subscriptionId') ?? '').toSorted(),
      [0, 2, 3].map(subscriptionId),
    );
    assert.equal((await made.states(`/subscriptions/${subscriptionId(1)}`)).length, 0);
  });
});

describe('two modify policies that write one field differently', () => {
  const modify = (value: string, conflictEffect = 'deny', field = 'tags.env'): JsonObject =>
    definition(
      {
        allOf: [
          { field: 'type', equals: storage },
          { field: 'tags.env', exists: false },
        ],
      },
      'modify',
      { roleDefinitionIds: ['x'], conflictEffect, operations: [{ operation: 'add', field, value }] },
    );

  async function withTwo(second: JsonObject) {
    const made = await ComplianceHarness.start();
    const rg = await made.putGroup();
    await made.put(`${rg}/providers/${storage}/old`);
    const [one, two] = [await made.define('one', modify('prod')), await made.define('two', second)];
    const first = await made.assign('one', one, { scope: subscription });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['old: NonCompliant']);
    const id = await made.assign('two', two, { scope: subscription });
    await made.idle();
    return { made, rg, first, id };
  }

  test('are both in conflict on an existing resource, until one of them goes', async () => {
    const { made, rg, id } = await withTwo(modify('test', 'deny', "tags['Env']"));
    assert.deepEqual(await made.outline(subscription), ['old: Conflict', 'old: Conflict']);
    const exemption = await made.exempt(rg, id);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['old: Exempt', 'old: NonCompliant']);
    await made.remove(exemption);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['old: Conflict', 'old: Conflict']);
    await made.remove(id);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['old: NonCompliant']);
  });

  test('are not in conflict when one of them yields, wants the same, or is not enforced', async () => {
    for (const second of [modify('test', 'audit'), modify('prod')]) {
      const { made } = await withTwo(second);
      assert.deepEqual(await made.outline(subscription), ['old: NonCompliant', 'old: NonCompliant']);
    }
    const { made } = await withTwo(modify('test'));
    await made.assign('two', await made.define('two', modify('test')), {
      scope: subscription,
      more: { enforcementMode: 'DoNotEnforce' },
    });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['old: NonCompliant', 'old: NonCompliant']);
  });

  test('take no other policy of an initiative along', async () => {
    const { made } = await withTwo(modify('test'));
    const definitions = ['one', 'tagged'].map((name) => ({ name }));
    await made.define('tagged', definition(tagRule, 'audit'));
    const set = await made.define(
      'set',
      {
        policyDefinitions: definitions.map(({ name }) => ({
          policyDefinitionId: `${group}/providers/Microsoft.Authorization/policyDefinitions/${name}`,
          policyDefinitionReferenceId: name,
        })),
      },
      'policySetDefinitions',
    );
    const id = await made.assign('set', set, { scope: subscription });
    await made.idle();
    assert.deepEqual((await made.outline(subscription)).toSorted(), [
      'old: Conflict',
      'old: Conflict',
      'old: Conflict',
      'old: NonCompliant',
    ]);
    await made.remove(id);
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['old: Conflict', 'old: Conflict']);
  });
});
