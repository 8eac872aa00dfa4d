import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ArmResponse, type JsonObject, memberOf, textMember } from '#foundation';
import { admin, principal, subscription } from '../../api/harness.ts';
import { ComplianceHarness, contributor, definition, subscriptionId } from './compliance-harness.ts';

const storage = 'Microsoft.Storage/storageAccounts';
const insights = 'providers/Microsoft.PolicyInsights/remediations';
const version = 'api-version=2021-10-01';

/** Each storage account needs a public address of its name beside it; names that start with `no-` cannot have one. */
function deployAddress(evaluationDelay?: string): JsonObject {
  const address = {
    type: 'Microsoft.Network/publicIPAddresses',
    apiVersion: '2023-01-01',
    name: "[parameters('name')]",
    location: 'westeurope',
    properties: {},
  };
  const impossible = {
    condition: "[startsWith(parameters('name'), 'no-')]",
    type: 'Microsoft.Network/virtualNetworks/subnets',
    apiVersion: '2023-01-01',
    name: 'missing/subnet',
    properties: {},
  };
  const template = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { name: { type: 'string' } },
    resources: [impossible, { ...address, condition: "[not(startsWith(parameters('name'), 'no-'))]" }],
  };
  return definition({ field: 'type', equals: storage }, 'deployIfNotExists', {
    type: 'Microsoft.Network/publicIPAddresses',
    name: "[field('name')]",
    roleDefinitionIds: [contributor],
    ...(evaluationDelay === undefined ? {} : { evaluationDelay }),
    deployment: {
      properties: { mode: 'incremental', template, parameters: { name: { value: "[field('name')]" } } },
    },
  });
}

async function started(
  names: readonly string[],
  options: { readonly role?: boolean; readonly rule?: JsonObject; readonly evaluated?: boolean } = {},
) {
  const made = await ComplianceHarness.start();
  const rg = await made.putGroup();
  for (const name of names) await made.put(`${rg}/providers/${storage}/${name}`);
  const principalId = crypto.randomUUID();
  if (options.role !== false) await made.grant(principalId, subscription);
  const definitionId = await made.define('address', options.rule ?? deployAddress());
  const assignmentId = await made.assign('address', definitionId, { scope: subscription, principalId });
  if (options.evaluated !== false) await made.idle();
  return { made, rg, assignmentId, definitionId };
}

async function remediate(
  made: ComplianceHarness,
  scope: string,
  properties: JsonObject,
  name = 'r',
): Promise<{ readonly properties: JsonObject; readonly deployments: readonly JsonObject[] }> {
  await made.call('PUT', `${scope}/${insights}/${name}?${version}`, { properties }, [200, 201]);
  return ended(made, scope, name);
}

async function ended(made: ComplianceHarness, scope: string, name = 'r') {
  let properties: JsonObject = {};
  await made.until(async () => {
    const { body } = await made.call('GET', `${scope}/${insights}/${name}?${version}`);
    properties = memberOf(body, 'properties') as JsonObject;
    return /Succeeded|Failed|Canceled/.test(textMember(properties, 'provisioningState') ?? '');
  }, 'the end of the remediation');
  const { body } = await made.call('POST', `${scope}/${insights}/${name}/listDeployments?${version}`);
  return { properties, deployments: memberOf(body, 'value') as readonly JsonObject[] };
}

function codeOf({ body }: ArmResponse): string {
  return textMember(memberOf(body, 'error'), 'code') ?? '';
}

const stateOf = ({ provisioningState }: JsonObject): unknown => provisioningState;
const statusesOf = (deployments: readonly JsonObject[]): readonly string[] =>
  deployments.map((each) => textMember(each, 'status') ?? '').toSorted();

describe('a remediation', () => {
  test('deploys for what is not compliant, as the identity, and makes it compliant', async () => {
    const { made, rg, assignmentId } = await started(['a', 'b']);
    // What is compliant by then needs no deployment.
    await made.put(`${rg}/providers/Microsoft.Network/publicIPAddresses/b`);
    const { properties, deployments } = await remediate(made, subscription, { policyAssignmentId: assignmentId });
    assert.equal(stateOf(properties), 'Succeeded');
    const counts = { totalDeployments: 2, successfulDeployments: 2, failedDeployments: 0 };
    assert.deepEqual(properties['deploymentStatus'], counts);
    const deployed = deployments.filter(({ deploymentId }) => deploymentId !== undefined);
    assert.deepEqual(
      deployed.map((each) => textMember(each, 'remediatedResourceId')),
      [`${rg}/providers/${storage}/a`],
    );
    assert.match(textMember(deployed[0], 'deploymentId') ?? '', /\/deployments\/PolicyDeployment_\d+$/);
    assert.deepEqual(await made.outline(subscription), ['a: Compliant', 'b: Compliant']);
    const again = await remediate(made, subscription, { policyAssignmentId: assignmentId });
    assert.deepEqual([stateOf(again.properties), again.deployments], ['Succeeded', []]);
  });

  test('RN4: finds what the assignment is about when it is made together with it', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `account${index}`);
    const { made, assignmentId } = await started(names, { evaluated: false });
    const { properties } = await remediate(made, subscription, { policyAssignmentId: assignmentId });
    const counts = { totalDeployments: 40, successfulDeployments: 40, failedDeployments: 0 };
    assert.deepEqual([stateOf(properties), properties['deploymentStatus']], ['Succeeded', counts]);
  });

  test('lists of all scopes show those that the caller may read, newest first', async () => {
    const { made, rg, assignmentId } = await started(['a']);
    await remediate(made, subscription, { policyAssignmentId: assignmentId }, 'first');
    await remediate(made, rg, { policyAssignmentId: assignmentId }, 'second');
    const namesIn = async (query: string, as = admin): Promise<readonly unknown[]> => {
      const { body } = await made.call('GET', `/tocsin/v1/remediations${query}`, undefined, [200], { as });
      return (memberOf(body, 'value') as readonly JsonObject[]).map(({ name }) => name);
    };
    assert.deepEqual(await namesIn(''), ['second', 'first']);
    assert.deepEqual(await namesIn(`?scopes=${rg}`), ['second']);
    assert.deepEqual(await namesIn(`?filter=policyAssignmentId eq '${assignmentId}' and name eq 'first'`), ['first']);
    assert.deepEqual(await namesIn(`?scopes=/subscriptions/${subscriptionId(3)}`), []);
    assert.deepEqual(await namesIn('', principal(crypto.randomUUID())), []);
  });

  test('without a role is a deployment with AuthorizationFailed, and the resource stays as it is', async () => {
    const { made, assignmentId } = await started(['a'], { role: false });
    const { properties, deployments } = await remediate(made, subscription, { policyAssignmentId: assignmentId });
    assert.equal(stateOf(properties), 'Failed');
    assert.equal(textMember(memberOf(deployments[0], 'error'), 'code'), 'AuthorizationFailed');
    assert.deepEqual(await made.outline(subscription), ['a: NonCompliant']);
  });

  test('goes on to the end with the default threshold, and stops above another', async () => {
    const names = ['no-1', 'no-2', 'yes-1', 'yes-2'];
    const { made, assignmentId } = await started(names);
    const all = await remediate(made, subscription, { policyAssignmentId: assignmentId, parallelDeployments: 1 });
    assert.equal(stateOf(all.properties), 'Succeeded');
    assert.deepEqual(statusesOf(all.deployments), ['Failed', 'Failed', 'Succeeded', 'Succeeded']);
    const strict = { policyAssignmentId: assignmentId, parallelDeployments: 1, failureThreshold: { percentage: 0.1 } };
    const stopped = await remediate(made, subscription, strict, 'strict');
    assert.equal(stateOf(stopped.properties), 'Failed');
    assert.deepEqual(statusesOf(stopped.deployments), ['Canceled', 'Failed']);
    assert.match(textMember(stopped.properties, 'statusMessage') ?? '', /1 of 2 deployments failed/);
  });

  test('takes as many resources as asked, at the locations and ids asked for', async () => {
    const { made, rg, assignmentId } = await started(['a', 'b', 'c']);
    const base = { policyAssignmentId: assignmentId };
    const one = await remediate(made, rg, { ...base, resourceCount: 1 }, 'one');
    assert.equal(one.deployments.length, 1);
    const north = await remediate(made, rg, { ...base, filters: { locations: ['North Europe'] } }, 'north');
    assert.equal(north.deployments.length, 0);
    const [left] = (await made.states(rg, { $filter: "complianceState eq 'NonCompliant'" })).map(
      ({ resourceId }) => resourceId,
    );
    const byId = await remediate(made, rg, { ...base, filters: { resourceIds: [left ?? ''] } }, 'by-id');
    assert.equal(byId.deployments.length, 1);
    const own = await remediate(made, `${rg}/providers/${storage}/c`, base, 'own');
    assert.ok(own.deployments.length <= 1);
  });

  test('evaluates first when asked to', async () => {
    const { made, rg, assignmentId } = await started([]);
    const account = `${rg}/providers/${storage}/late`;
    await made.put(account);
    await made.idle();
    await made.harness.store.commit([{ kind: 'endPolicyStatesBelow', scope: account }]);
    const base = { policyAssignmentId: assignmentId };
    assert.equal((await remediate(made, rg, base, 'existing')).deployments.length, 0);
    const mode = { resourceDiscoveryMode: 'ReEvaluateCompliance' };
    assert.equal((await remediate(made, rg, { ...base, ...mode }, 'again')).deployments.length, 1);
  });

  test('is refused for what cannot be remediated', async () => {
    const { made, rg, assignmentId } = await started(['a']);
    const audit = await made.assign(
      'audit',
      await made.define('audit', definition({ field: 'type', equals: storage }, 'audit')),
      { scope: rg },
    );
    const put = async (scope: string, properties: JsonObject) =>
      codeOf(await made.call('PUT', `${scope}/${insights}/r?${version}`, { properties }, [400, 404, 409]));
    const base = { policyAssignmentId: assignmentId };
    assert.equal(await put(subscription, {}), 'InvalidCreateRemediationRequest');
    assert.equal(await put(subscription, { policyAssignmentId: audit }), 'InvalidCreateRemediationRequest');
    assert.equal(await put(subscription, { policyAssignmentId: `${assignmentId}x` }), 'PolicyAssignmentNotFound');
    assert.equal(
      await put(subscription, { ...base, policyDefinitionReferenceId: 'x' }),
      'InvalidCreateRemediationRequest',
    );
    for (const wrong of [
      { resourceCount: 0 },
      { resourceCount: 50_001 },
      { parallelDeployments: 31 },
      { failureThreshold: { percentage: 2 } },
      { resourceDiscoveryMode: 'Perhaps' },
      { filters: { locations: 'westeurope' } },
    ]) {
      assert.equal(
        await put(subscription, { ...base, ...wrong }),
        'InvalidCreateRemediationRequest',
        JSON.stringify(wrong),
      );
    }
    assert.equal(await put(`${rg}/providers/${storage}/none`, base), 'ResourceNotFound');
  });

  test('is cancelled: what is under way ends, nothing more begins; then it can be deleted', async () => {
    const { made, assignmentId } = await started(Array.from({ length: 12 }, (_, index) => `a${index}`));
    const path = `${subscription}/${insights}/r`;
    const properties = { policyAssignmentId: assignmentId, parallelDeployments: 1 };
    await made.call('PUT', `${path}?${version}`, { properties }, [201]);
    const second = await made.call('PUT', `${subscription}/${insights}/other?${version}`, { properties }, [409]);
    assert.equal(codeOf(second), 'Conflict');
    assert.equal(
      codeOf(await made.call('DELETE', `${path}?${version}`, undefined, [409])),
      'InvalidDeleteRemediationRequest',
    );
    await made.until(async () => {
      const { body } = await made.call('POST', `${path}/listDeployments?${version}`);
      return statusesOf(memberOf(body, 'value') as readonly JsonObject[]).includes('Running');
    }, 'the first deployment');
    await made.call('POST', `${path}/cancel?${version}`, undefined, [200]);
    const { properties: after, deployments } = await ended(made, subscription);
    assert.equal(stateOf(after), 'Canceled');
    assert.ok(statusesOf(deployments).filter((status) => status === 'Canceled').length >= 9);
    assert.equal(
      codeOf(await made.call('POST', `${path}/cancel?${version}`, undefined, [409])),
      'InvalidCancelRemediationRequest',
    );
    await made.call('DELETE', `${path}?${version}`, undefined, [200]);
    await made.call('DELETE', `${path}?${version}`, undefined, [204]);
  });

  test('of a modify policy changes the resources themselves, tags by the rights for tags', async () => {
    const made = await ComplianceHarness.start();
    const rg = await made.putGroup();
    await made.put(`${rg}/providers/${storage}/a`, {
      tags: { team: 'x' },
      properties: { minimumTlsVersion: 'TLS1_0' },
    });
    const tagContributor = '4a9ae827-6dc8-4573-8ac7-8239d42aa03f';
    const principalId = crypto.randomUUID();
    await made.grant(principalId, subscription, tagContributor);
    const rule = definition(
      {
        allOf: [
          { field: 'type', equals: storage },
          { field: 'tags.env', exists: false },
        ],
      },
      'modify',
      {
        roleDefinitionIds: [tagContributor],
        operations: [{ operation: 'add', field: 'tags.env', value: 'prod' }],
      },
    );
    const id = await made.assign('tags', await made.define('tags', rule), { scope: subscription, principalId });
    await made.idle();
    const { properties, deployments } = await remediate(made, subscription, { policyAssignmentId: id });
    assert.equal(stateOf(properties), 'Succeeded', JSON.stringify(deployments));
    const { body } = await made.call('GET', `${rg}/providers/${storage}/a?api-version=2023-01-01`);
    assert.deepEqual(memberOf(body, 'tags'), { team: 'x', env: 'prod' });
    assert.deepEqual(await made.outline(subscription), ['a: Compliant']);
  });

  test('of a modify policy changes other properties by a write of the resource, as the identity', async () => {
    const made = await ComplianceHarness.start();
    const rg = await made.putGroup();
    const properties = { minimumTlsVersion: 'TLS1_0', networkAcls: { bypass: 'None', defaultAction: 'Allow' } };
    await made.put(`${rg}/providers/${storage}/a`, { tags: { team: 'x' }, sku: { name: 'Standard_LRS' }, properties });
    const principalId = crypto.randomUUID();
    const rule = definition(
      {
        allOf: [
          { field: 'type', equals: storage },
          { field: `${storage}/minimumTlsVersion`, notEquals: 'TLS1_2' },
        ],
      },
      'modify',
      {
        roleDefinitionIds: [contributor],
        operations: [
          { operation: 'addOrReplace', field: `${storage}/minimumTlsVersion`, value: 'TLS1_2' },
          { operation: 'addOrReplace', field: `${storage}/networkAcls.defaultAction`, value: 'Deny' },
          { operation: 'addOrReplace', field: 'tags.tls', value: 'raised' },
        ],
      },
    );
    const id = await made.assign('tls', await made.define('tls', rule), { scope: subscription, principalId });
    await made.idle();
    assert.deepEqual(await made.outline(subscription), ['a: NonCompliant']);
    const refused = await remediate(made, subscription, { policyAssignmentId: id }, 'without');
    assert.match(JSON.stringify(refused.deployments), /AuthorizationFailed/);
    await made.grant(principalId, subscription);
    const { properties: after, deployments } = await remediate(made, subscription, { policyAssignmentId: id });
    assert.equal(stateOf(after), 'Succeeded', JSON.stringify(deployments));
    const { body } = await made.call('GET', `${rg}/providers/${storage}/a?api-version=2023-01-01`);
    assert.equal(memberOf(memberOf(body, 'properties'), 'minimumTlsVersion'), 'TLS1_2');
    const acls = memberOf(memberOf(body, 'properties'), 'networkAcls');
    assert.deepEqual([memberOf(acls, 'bypass'), memberOf(acls, 'defaultAction')], ['None', 'Deny']);
    assert.deepEqual(memberOf(body, 'tags'), { team: 'x', tls: 'raised' });
    assert.equal(memberOf(memberOf(body, 'sku'), 'name'), 'Standard_LRS');
    assert.deepEqual(await made.outline(subscription), ['a: Compliant']);
  });
});

describe('deployIfNotExists by itself', () => {
  const address = (rg: string, name: string): string =>
    `${rg}/providers/Microsoft.Network/publicIPAddresses/${name}?api-version=2023-01-01`;

  test('deploys after a write when the delay is over, and not because of a scan', async () => {
    const { made, rg } = await started(['old']);
    await made.put(`${rg}/providers/${storage}/new`);
    await made.idle();
    assert.equal(made.compliance.deployments.open, 1);
    made.harness.clock.advance(9 * 60_000);
    assert.equal((await made.call('GET', address(rg, 'new'), undefined, [404])).status, 404);
    made.harness.clock.advance(2 * 60_000);
    await made.until(() => made.compliance.deployments.open === 0, 'the deployment');
    await made.call('GET', address(rg, 'new'), undefined, [200]);
    await made.call('GET', address(rg, 'old'), undefined, [404]);
    assert.deepEqual(await made.outline(rg), ['new: Compliant', 'old: NonCompliant']);
  });

  test('takes the delay of the definition, and looks again before it deploys', async () => {
    const { made, rg } = await started([], { rule: deployAddress('PT30M') });
    await made.put(`${rg}/providers/${storage}/mine`);
    await made.put(`${rg}/providers/${storage}/theirs`);
    await made.idle();
    made.harness.clock.advance(20 * 60_000);
    await made.put(`${rg}/providers/Microsoft.Network/publicIPAddresses/mine`, { tags: { by: 'hand' } });
    await made.idle();
    made.harness.clock.advance(20 * 60_000);
    await made.until(() => made.compliance.deployments.open === 0, 'the deployments');
    const { body } = await made.call('GET', address(rg, 'mine'));
    assert.deepEqual(memberOf(body, 'tags'), { by: 'hand' });
    await made.call('GET', address(rg, 'theirs'), undefined, [200]);
  });

  test('is not asked for by what was written before the assignment was made, even while it waits', async () => {
    const { made, rg, definitionId } = await started([]);
    const names = Array.from({ length: 100 }, (_, index) => `a${index}`);
    await Promise.all(names.map((name) => made.put(`${rg}/providers/${storage}/${name}`)));
    await made.assign('later', definitionId, { scope: subscription, principalId: crypto.randomUUID() });
    await made.idle();
    assert.equal(made.compliance.deployments.open, names.length);
    await made.put(`${rg}/providers/${storage}/a0`, { tags: { written: 'again' } });
    await made.idle();
    assert.equal(made.compliance.deployments.open, names.length + 1);
  });

  test('is left out where the assignment is not enforced', async () => {
    const { made, rg, definitionId } = await started([]);
    await made.assign('address', definitionId, { scope: subscription, more: { enforcementMode: 'DoNotEnforce' } });
    await made.put(`${rg}/providers/${storage}/a`);
    await made.idle();
    assert.equal(made.compliance.deployments.open, 0);
    assert.deepEqual(await made.outline(rg), ['a: NonCompliant']);
  });
});
