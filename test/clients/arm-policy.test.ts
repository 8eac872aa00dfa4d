/** `@azure/arm-policy` and `@azure/arm-policyinsights`. Rules: management API reference 4, 10.1 and 11. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PolicyClient, type PolicyDefinition } from '@azure/arm-policy';
import { PolicyInsightsClient } from '@azure/arm-policyinsights';
import { AzureCloud, location, refusal, roleIds, subscription, subscriptionId, tenantId } from './azure-cloud.ts';
import { all, Watch } from './watched-client.ts';

const cloud = new AzureCloud();
const watch = new Watch('@azure/arm-policy', 'PolicyClient');
const insightsWatch = new Watch('@azure/arm-policyinsights', 'PolicyInsightsClient');
const storage = `${subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st1`;
const scope = subscription.slice(1);
let client: PolicyClient;
let insights: PolicyInsightsClient;

before(async () => {
  await cloud.start();
  const { endpoint } = cloud;
  const credential = await cloud.signedIn();
  client = watch.over(new PolicyClient(credential, subscriptionId, { endpoint }));
  insights = insightsWatch.over(new PolicyInsightsClient(credential, subscriptionId, { endpoint }));
  await cloud.group('rg');
  await cloud.put(storage, '2022-09-01', { location, tags: {}, properties: { supportsHttpsTrafficOnly: false } });
});
after(() => cloud.stop());

const definition = (effect: object = { effect: "[parameters('effect')]" }): PolicyDefinition => ({
  policyType: 'Custom',
  mode: 'All',
  displayName: 'Storage takes https only',
  description: 'said by the client',
  metadata: { category: 'Security Center' },
  parameters: {
    effect: {
      type: 'String',
      allowedValues: ['Audit', 'Disabled'],
      defaultValue: 'Audit',
      metadata: { displayName: 'Effect' },
    },
  },
  policyRule: {
    if: {
      allOf: [
        { field: 'type', equals: 'Microsoft.Storage/storageAccounts' },
        { field: 'Microsoft.Storage/storageAccounts/supportsHttpsTrafficOnly', notEquals: true },
      ],
    },
    // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
    then: effect,
  },
});

const definitionId = (name: string): string =>
  `${subscription}/providers/Microsoft.Authorization/policyDefinitions/${name}`;

describe('definitions', () => {
  test('in a subscription: create, update, get, list, delete', async () => {
    const { policyDefinitions } = client;
    const made = await policyDefinitions.createOrUpdate('https', definition());
    assert.equal(made.type, 'Microsoft.Authorization/policyDefinitions');
    await policyDefinitions.createOrUpdate('https', definition());
    assert.equal((await policyDefinitions.get('https')).parameters?.['effect']?.defaultValue, 'Audit');
    const custom = await all(policyDefinitions.list({ filter: "policyType eq 'Custom'" }));
    assert.ok(custom.some(({ name }) => name === 'https'));
    const builtIn = await all(policyDefinitions.listBuiltIn({ filter: "category eq 'Security Center'" }));
    assert.ok(builtIn.length > 0);
    assert.equal((await policyDefinitions.getBuiltIn(builtIn[0]?.name ?? '')).policyType, 'BuiltIn');
    await policyDefinitions.createOrUpdate('gone', definition());
    await policyDefinitions.delete('gone');
    await assert.rejects(policyDefinitions.get('gone'), refusal(404, 'PolicyDefinitionNotFound'));
    const bad = definition({ effect: 'Explode' });
    await assert.rejects(
      policyDefinitions.createOrUpdate('bad', bad),
      (error: { statusCode?: number }) => error.statusCode === 400,
    );
  });

  test('at a management group', async () => {
    const { policyDefinitions } = client;
    await policyDefinitions.createOrUpdateAtManagementGroup(tenantId, 'https-mg', definition());
    assert.equal((await policyDefinitions.getAtManagementGroup(tenantId, 'https-mg')).name, 'https-mg');
    assert.ok((await all(policyDefinitions.listByManagementGroup(tenantId))).some(({ name }) => name === 'https-mg'));
    await policyDefinitions.deleteAtManagementGroup(tenantId, 'https-mg');
  });

  test('versions of definitions', async () => {
    const versions = client.policyDefinitionVersions;
    const made = await versions.createOrUpdate('https', '1.1.0', definition());
    assert.equal(made.name, '1.1.0');
    assert.equal((await versions.get('https', '1.1.0')).version, '1.1.0');
    assert.ok((await all(versions.list('https'))).some(({ name }) => name === '1.1.0'));
    const [builtIn] = await all(client.policyDefinitions.listBuiltIn());
    const [version] = await all(versions.listBuiltIn(builtIn?.name ?? ''));
    assert.equal((await versions.getBuiltIn(builtIn?.name ?? '', version?.name ?? '')).name, version?.name);
    assert.ok(((await versions.listAll()).value ?? []).length > 0);
    assert.ok(((await versions.listAllBuiltins()).value ?? []).length > 0);
    assert.ok(Array.isArray((await versions.listAllAtManagementGroup(tenantId)).value));
    await client.policyDefinitions.createOrUpdateAtManagementGroup(tenantId, 'versioned', definition());
    await versions.createOrUpdateAtManagementGroup(tenantId, 'versioned', '2.0.0', definition());
    assert.equal((await versions.getAtManagementGroup(tenantId, 'versioned', '2.0.0')).name, '2.0.0');
    assert.ok((await all(versions.listByManagementGroup(tenantId, 'versioned'))).length > 0);
    await versions.deleteAtManagementGroup(tenantId, 'versioned', '2.0.0');
    await versions.delete('https', '1.1.0');
    await assert.rejects(versions.get('https', '1.1.0'), refusal(404, 'PolicyDefinitionVersionNotFound'));
  });

  test('sets in a subscription and at a management group, and their versions', async () => {
    const { policySetDefinitions, policySetDefinitionVersions: versions } = client;
    const set = {
      displayName: 'Storage',
      policyDefinitions: [
        { policyDefinitionId: definitionId('https'), policyDefinitionReferenceId: 'https', parameters: {} },
      ],
    };
    await policySetDefinitions.createOrUpdate('storage', set);
    assert.equal((await policySetDefinitions.get('storage')).policyDefinitions?.length, 1);
    assert.ok((await all(policySetDefinitions.list())).some(({ name }) => name === 'storage'));
    const builtIn = await all(policySetDefinitions.listBuiltIn());
    assert.deepEqual(builtIn, [], 'none is shipped');
    await assert.rejects(policySetDefinitions.getBuiltIn('nobody'), refusal(404, 'PolicySetDefinitionNotFound'));
    await assert.rejects(all(versions.listBuiltIn('nobody')), refusal(404, 'PolicySetDefinitionNotFound'));
    await assert.rejects(versions.getBuiltIn('nobody', '1.0.0'), refusal(404, 'PolicyDefinitionVersionNotFound'));
    await versions.createOrUpdate('storage', '1.2.0', set);
    assert.equal((await versions.get('storage', '1.2.0')).name, '1.2.0');
    assert.ok((await all(versions.list('storage'))).length > 0);
    assert.ok(Array.isArray((await versions.listAll()).value));
    assert.ok(Array.isArray((await versions.listAllBuiltins()).value));
    assert.ok(Array.isArray((await versions.listAllAtManagementGroup(tenantId)).value));
    await versions.delete('storage', '1.2.0');
    await client.policyDefinitions.createOrUpdateAtManagementGroup(tenantId, 'in-set', definition());
    const id = `/providers/Microsoft.Management/managementGroups/${tenantId}/providers/Microsoft.Authorization/policyDefinitions/in-set`;
    const wide = { policyDefinitions: [{ policyDefinitionId: id }] };
    await policySetDefinitions.createOrUpdateAtManagementGroup(tenantId, 'wide', wide);
    assert.equal((await policySetDefinitions.getAtManagementGroup(tenantId, 'wide')).name, 'wide');
    assert.ok((await all(policySetDefinitions.listByManagementGroup(tenantId))).some(({ name }) => name === 'wide'));
    await versions.createOrUpdateAtManagementGroup(tenantId, 'wide', '2.0.0', wide);
    assert.equal((await versions.getAtManagementGroup(tenantId, 'wide', '2.0.0')).name, '2.0.0');
    assert.ok((await all(versions.listByManagementGroup(tenantId, 'wide'))).length > 0);
    await versions.deleteAtManagementGroup(tenantId, 'wide', '2.0.0');
    await policySetDefinitions.deleteAtManagementGroup(tenantId, 'wide');
    await policySetDefinitions.createOrUpdate('gone', set);
    await policySetDefinitions.delete('gone');
    await assert.rejects(policySetDefinitions.get('gone'), refusal(404, 'PolicySetDefinitionNotFound'));
  });
});

test('assignments: create, get, update, lists at every scope, delete', async () => {
  const { policyAssignments } = client;
  await client.policyDefinitions.createOrUpdate('https', definition());
  const assignment = {
    location,
    identity: { type: 'SystemAssigned' as const },
    displayName: 'https',
    policyDefinitionId: definitionId('https'),
    parameters: { effect: { value: 'Audit' } },
    nonComplianceMessages: [{ message: 'Please take https only.' }],
  };
  const made = await policyAssignments.create(scope, 'a-https', assignment);
  assert.notEqual(made.identity?.principalId, undefined);
  assert.equal((await policyAssignments.get(scope, 'a-https')).enforcementMode, 'Default');
  const updated = await policyAssignments.update(scope, 'a-https', { identity: { type: 'SystemAssigned' }, location });
  assert.equal(updated.name, 'a-https');
  const named = (list: readonly { name?: string }[]) => list.some(({ name }) => name === 'a-https');
  assert.ok(named(await all(policyAssignments.list())));
  assert.ok(named(await all(policyAssignments.listForResourceGroup('rg'))));
  assert.ok(
    named(await all(policyAssignments.listForResource('rg', 'Microsoft.Storage', '', 'storageAccounts', 'st1'))),
  );
  assert.ok(Array.isArray(await all(policyAssignments.listForManagementGroup(tenantId, { filter: 'atScope()' }))));
  const deleted = await policyAssignments.create(scope, 'a-gone', assignment);
  assert.equal((await policyAssignments.delete(scope, 'a-gone')).name, deleted.name);
  await assert.rejects(policyAssignments.get(scope, 'a-gone'), refusal(404, 'PolicyAssignmentNotFound'));
  const reader = new PolicyClient(await cloud.signedIn(roleIds.reader), subscriptionId, { endpoint: cloud.endpoint });
  await assert.rejects(reader.policyAssignments.create(scope, 'mine', assignment), refusal(403, 'AuthorizationFailed'));
});

describe('compliance', () => {
  before(async () => {
    await client.policySetDefinitions.createOrUpdate('storage', {
      policyDefinitions: [{ policyDefinitionId: definitionId('https'), policyDefinitionReferenceId: 'https' }],
    });
    const policyDefinitionId = `${subscription}/providers/Microsoft.Authorization/policySetDefinitions/storage`;
    await client.policyAssignments.create(scope, 'a-set', { policyDefinitionId });
    const inGroup = { policyDefinitionId: definitionId('https') };
    await client.policyAssignments.create(`${scope}/resourceGroups/rg`, 'a-group', inGroup);
    await insights.policyStates.beginTriggerSubscriptionEvaluationAndWait(subscriptionId);
    await insights.policyStates.beginTriggerResourceGroupEvaluationAndWait(subscriptionId, 'rg');
  });

  test('states and summaries of every scope', async () => {
    const { policyStates } = insights;
    const lists = [
      policyStates.listQueryResultsForManagementGroup('latest', tenantId),
      policyStates.listQueryResultsForSubscription('latest', subscriptionId),
      policyStates.listQueryResultsForResourceGroup('latest', subscriptionId, 'rg'),
      policyStates.listQueryResultsForResource('latest', storage.slice(1)),
      policyStates.listQueryResultsForPolicySetDefinition('latest', subscriptionId, 'storage'),
      policyStates.listQueryResultsForPolicyDefinition('latest', subscriptionId, 'https'),
      policyStates.listQueryResultsForSubscriptionLevelPolicyAssignment('latest', subscriptionId, 'a-set'),
      policyStates.listQueryResultsForResourceGroupLevelPolicyAssignment('latest', subscriptionId, 'rg', 'a-group'),
    ];
    for (const list of lists) {
      const rows = await all(list);
      const row = rows.find(({ resourceId }) => resourceId?.toLowerCase() === storage.toLowerCase());
      assert.equal(row?.complianceState, 'NonCompliant');
      assert.ok(row.timestamp instanceof Date);
    }
    const filter = "complianceState eq 'NonCompliant'";
    const few = await all(
      policyStates.listQueryResultsForSubscription('latest', subscriptionId, { queryOptions: { filter, top: 1 } }),
    );
    assert.ok(few.length >= 1);
    const summaries = [
      await policyStates.summarizeForManagementGroup('latest', tenantId),
      await policyStates.summarizeForSubscription('latest', subscriptionId),
      await policyStates.summarizeForResourceGroup('latest', subscriptionId, 'rg'),
      await policyStates.summarizeForResource('latest', storage.slice(1)),
      await policyStates.summarizeForPolicySetDefinition('latest', subscriptionId, 'storage'),
      await policyStates.summarizeForPolicyDefinition('latest', subscriptionId, 'https'),
      await policyStates.summarizeForSubscriptionLevelPolicyAssignment('latest', subscriptionId, 'a-set'),
      await policyStates.summarizeForResourceGroupLevelPolicyAssignment('latest', subscriptionId, 'rg', 'a-group'),
    ];
    for (const { value } of summaries) assert.equal(value?.[0]?.results?.nonCompliantResources, 1);
  });

  test('events of every scope', async () => {
    const { policyEvents } = insights;
    const lists = [
      policyEvents.listQueryResultsForManagementGroup('default', tenantId),
      policyEvents.listQueryResultsForSubscription('default', subscriptionId),
      policyEvents.listQueryResultsForResourceGroup('default', subscriptionId, 'rg'),
      policyEvents.listQueryResultsForResource('default', storage.slice(1)),
      policyEvents.listQueryResultsForPolicySetDefinition('default', subscriptionId, 'storage'),
      policyEvents.listQueryResultsForPolicyDefinition('default', subscriptionId, 'https'),
      policyEvents.listQueryResultsForSubscriptionLevelPolicyAssignment('default', subscriptionId, 'a-set'),
      policyEvents.listQueryResultsForResourceGroupLevelPolicyAssignment('default', subscriptionId, 'rg', 'a-group'),
    ];
    for (const list of lists) assert.ok(Array.isArray(await all(list)));
  });

  test('restrictions, metadata, operations', async () => {
    const resourceDetails = {
      resourceContent: { type: 'Microsoft.Storage/storageAccounts', location },
      apiVersion: '2022-09-01',
    };
    const { policyRestrictions } = insights;
    const parameters = { resourceDetails, pendingFields: [{ field: 'tags' }] };
    assert.notEqual((await policyRestrictions.checkAtSubscriptionScope(parameters)).fieldRestrictions, undefined);
    assert.notEqual(
      (await policyRestrictions.checkAtResourceGroupScope('rg', parameters)).fieldRestrictions,
      undefined,
    );
    await policyRestrictions.checkAtManagementGroupScope(tenantId, { pendingFields: [{ field: 'type' }] });
    assert.ok(Array.isArray(await all(insights.policyMetadataOperations.list())));
    await assert.rejects(
      insights.policyMetadataOperations.getResource('nobody'),
      (error: { statusCode?: number }) => error.statusCode === 404,
    );
    assert.ok(((await insights.operations.list()).value ?? []).length > 0);
  });

  test('remediations at every scope', async () => {
    const remediations = insights.remediations as unknown as Readonly<
      Record<string, (...args: readonly unknown[]) => Promise<{ name?: string }> & AsyncIterable<{ name?: string }>>
    >;
    const { policyAssignments, policyDefinitions } = client;
    await policyDefinitions.createOrUpdateAtManagementGroup(tenantId, 'tagged', taggedDefinition());
    const group = `/providers/Microsoft.Management/managementGroups/${tenantId}`;
    const assignment = {
      location,
      identity: { type: 'SystemAssigned' as const },
      policyDefinitionId: `${group}/providers/Microsoft.Authorization/policyDefinitions/tagged`,
    };
    const made = await policyAssignments.create(group.slice(1), 'a-tagged', assignment);
    const policyAssignmentId = made.id;
    await cloud.grant(made.identity?.principalId ?? '', roleIds.contributor, group);
    const scopes = [
      ['ManagementGroup', [tenantId]],
      ['Subscription', []],
      ['ResourceGroup', ['rg']],
      ['Resource', [storage.slice(1)]],
    ] as const;
    for (const [suffix, leading] of scopes) {
      const call = (name: string, ...more: readonly unknown[]) => {
        const operation = remediations[name];
        if (operation === undefined) throw new Error(`the client has no ${name}`);
        return operation(...leading, ...more);
      };
      await call(`createOrUpdateAt${suffix}`, 'r1', { policyAssignmentId });
      assert.equal((await call(`getAt${suffix}`, 'r1')).name, 'r1');
      assert.ok((await all(call(`listFor${suffix}`))).some(({ name }) => name === 'r1'));
      assert.ok(Array.isArray(await all(call(`listDeploymentsAt${suffix}`, 'r1'))));
      await cloud.server.eventually(async () => {
        const got = (await call(`getAt${suffix}`, 'r1')) as { provisioningState?: string };
        return got.provisioningState === 'Succeeded' || undefined;
      }, `the end of the remediation at ${suffix}`);
      await assert.rejects(call(`cancelAt${suffix}`, 'r1'), (error: { statusCode?: number }) =>
        [400, 409].includes(error.statusCode ?? 0),
      );
      await call(`deleteAt${suffix}`, 'r1');
    }
  });

  test('attestations at a subscription, a group and a resource', async () => {
    const manual = definition({ effect: 'manual', details: { defaultState: 'Unknown' } });
    delete manual.parameters;
    await client.policyDefinitions.createOrUpdate('manual', manual);
    const made = await client.policyAssignments.create(scope, 'a-manual', {
      policyDefinitionId: definitionId('manual'),
    });
    const attestation = { policyAssignmentId: made.id ?? '', complianceState: 'Compliant', comments: 'seen' };
    const { attestations } = insights;
    const subscriptionOne = await attestations.beginCreateOrUpdateAtSubscriptionAndWait('t1', attestation);
    assert.equal(subscriptionOne.complianceState, 'Compliant');
    await attestations.beginCreateOrUpdateAtResourceGroupAndWait('rg', 't2', attestation);
    await attestations.beginCreateOrUpdateAtResourceAndWait(storage.slice(1), 't3', attestation);
    assert.equal((await attestations.getAtSubscription('t1')).comments, 'seen');
    assert.equal((await attestations.getAtResourceGroup('rg', 't2')).name, 't2');
    assert.equal((await attestations.getAtResource(storage.slice(1), 't3')).name, 't3');
    assert.ok((await all(attestations.listForSubscription())).length > 0);
    assert.ok((await all(attestations.listForResourceGroup('rg'))).length > 0);
    assert.ok((await all(attestations.listForResource(storage.slice(1)))).length > 0);
    await attestations.deleteAtSubscription('t1');
    await attestations.deleteAtResourceGroup('rg', 't2');
    await attestations.deleteAtResource(storage.slice(1), 't3');
  });
});

function taggedDefinition(): PolicyDefinition {
  return {
    mode: 'Indexed',
    policyRule: {
      if: { field: "tags['owner']", exists: false },
      // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
      then: {
        effect: 'modify',
        details: {
          roleDefinitionIds: [`/providers/Microsoft.Authorization/roleDefinitions/${roleIds.contributor}`],
          operations: [{ operation: 'add', field: "tags['owner']", value: 'soc' }],
        },
      },
    },
  };
}

test('every operation is called here or has nothing behind it', () => {
  watch.assertComplete({ policyTokens: 'external evaluation endpoints, which are not called here' });
  insightsWatch.assertComplete({
    policyTrackedResources: 'resources that Azure tracks outside Resource Manager; there are none here',
    componentPolicyStates: 'components of data-plane modes, which are not evaluated here',
  });
});
