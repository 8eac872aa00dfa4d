import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memberOf, type ResourceDocument, textMember } from '#foundation';
import { type Remediation, remediationDeploymentWrite, remediationWrite } from '#service';
import { memoryStore } from '#store';
import { subscription } from '../../api/harness.ts';
import { ComplianceHarness, contributor, definition } from './compliance-harness.ts';

const storage = 'Microsoft.Storage/storageAccounts';

const rule = definition({ field: 'type', equals: storage }, 'deployIfNotExists', {
  type: 'Microsoft.Network/publicIPAddresses',
  name: "[field('name')]",
  roleDefinitionIds: [contributor],
  evaluationDelay: 'PT5M',
  deployment: {
    properties: {
      mode: 'incremental',
      parameters: { name: { value: "[field('name')]" } },
      template: {
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
        contentVersion: '1.0.0.0',
        parameters: { name: { type: 'string' } },
        resources: [
          {
            type: 'Microsoft.Network/publicIPAddresses',
            apiVersion: '2023-01-01',
            name: "[parameters('name')]",
            location: 'westeurope',
            properties: {},
          },
        ],
      },
    },
  },
});

/** A server over rows that outlive it, with an assignment and one account that is not compliant. */
async function first() {
  const rows = memoryStore();
  const made = await ComplianceHarness.start(rows);
  const rg = await made.putGroup();
  await made.put(`${rg}/providers/${storage}/old`);
  const principalId = crypto.randomUUID();
  await made.grant(principalId, subscription);
  const id = await made.define('address', rule);
  const assignmentId = await made.assign('address', id, { scope: subscription, principalId });
  await made.idle();
  return { rows, made, rg, assignmentId };
}

function account(rg: string, name: string, time: number): ResourceDocument {
  return {
    id: `${rg}/providers/${storage}/${name}`,
    type: storage,
    name,
    subscriptionId: subscription.slice('/subscriptions/'.length),
    resourceGroup: 'rg',
    location: 'westeurope',
    body: { properties: {} },
    etag: 'e',
    createdTime: time,
    changedTime: time,
  };
}

describe('after a crash', () => {
  test('what was written and not evaluated is evaluated and deployed; what was deleted has no row', async () => {
    const { rows, made, rg } = await first();
    // Committed, and the process is gone before anything else.
    await rows.commit([
      { kind: 'putResource', resource: account(rg, 'new', made.harness.clock.now() + 1) },
      { kind: 'deleteResource', id: `${rg}/providers/${storage}/old` },
    ]);
    const next = await ComplianceHarness.start(rows);
    next.harness.clock.advance(10);
    await next.idle();
    await next.until(() => {
      next.harness.clock.advance(60_000);
      return next.compliance.deployments.open === 0;
    }, 'the deployment');
    const address = `${rg}/providers/Microsoft.Network/publicIPAddresses/new`;
    await next.call('GET', `${address}?api-version=2023-01-01`, undefined, [200]);
    assert.deepEqual(await next.outline(rg), ['new: Compliant']);
  });

  test('a deployment that was asked for is made when it is due', async () => {
    const { rows, made, rg } = await first();
    await made.put(`${rg}/providers/${storage}/new`);
    await made.idle();
    const next = await ComplianceHarness.start(rows);
    await next.idle();
    await next.until(() => {
      next.harness.clock.advance(60_000);
      return next.compliance.deployments.open === 0;
    }, 'the deployment');
    const address = `${rg}/providers/Microsoft.Network/publicIPAddresses/new`;
    await next.call('GET', `${address}?api-version=2023-01-01`, undefined, [200]);
  });

  test('a remediation goes on with the deployments that have not ended', async () => {
    const { rows, made, rg, assignmentId } = await first();
    const now = made.harness.clock.now();
    const id = `${subscription}/providers/Microsoft.PolicyInsights/remediations/r`;
    const remediation: Remediation = {
      id,
      name: 'r',
      scope: subscription,
      policyAssignmentId: assignmentId,
      resourceDiscoveryMode: 'ExistingNonCompliant',
      resourceCount: 500,
      parallelDeployments: 2,
      failureThreshold: 1,
      state: 'InProgress',
      correlationId: 'c',
      createdBy: 'me',
      createdTime: now,
      changedTime: now,
    };
    const deployment = (name: string, state: 'Running' | 'Succeeded' | 'Waiting') =>
      remediationDeploymentWrite(id, {
        resourceId: `${rg}/providers/${storage}/${name}`,
        location: 'westeurope',
        state,
        createdTime: now,
        changedTime: now,
      });
    const resources = ['second', 'third'].map(
      (name) => ({ kind: 'putResource', resource: account(rg, name, now) }) as const,
    );
    await rows.commit([
      ...resources,
      remediationWrite(remediation),
      deployment('old', 'Running'),
      deployment('second', 'Waiting'),
      deployment('third', 'Succeeded'),
    ]);
    const next = await ComplianceHarness.start(rows);
    await next.until(async () => {
      const { body } = await next.call('GET', `${id}?api-version=2021-10-01`);
      return textMember(memberOf(body, 'properties'), 'provisioningState') === 'Succeeded';
    }, 'the end of the remediation');
    const found = async (name: string): Promise<number> => {
      const path = `${rg}/providers/Microsoft.Network/publicIPAddresses/${name}?api-version=2023-01-01`;
      return (await next.harness.call('GET', path)).status;
    };
    assert.deepEqual([await found('old'), await found('second'), await found('third')], [200, 200, 404]);
  });

  test('a triggered evaluation ends for the one who polls it', async () => {
    const { rows, made } = await first();
    const path = `${subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/triggerEvaluation`;
    // Not run: the process is gone before its turn.
    const answer = await made.call('POST', `${path}?api-version=2019-10-01`, undefined, [202]);
    const location = answer.headers?.['location'] ?? '';
    const next = await ComplianceHarness.start(rows);
    const poll = location.slice(location.indexOf('/subscriptions'));
    await next.until(async () => (await next.harness.call('GET', poll)).status === 200, 'the end');
  });
});

describe('after a stop', () => {
  test('with nothing left to do, the next start evaluates nothing', async () => {
    const { rows, made, rg } = await first();
    await made.compliance.stop();
    const [before] = await made.states(rg);
    const next = await ComplianceHarness.start(rows);
    next.harness.clock.advance(1_000);
    await next.idle();
    const [after] = await next.states(rg);
    assert.equal(after?.['timestamp'], before?.['timestamp']);
    await next.compliance.stop();
  });
});
