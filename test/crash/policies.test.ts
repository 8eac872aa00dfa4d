/** kill -9 while policies are remediated and acted on: nothing that had to be evaluated or deployed is forgotten. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { SecurityCenter } from '../e2e/security-center.ts';
import { authorization, insights, SuppliedPolicies } from '../e2e/supplied-policies.ts';
import { textOf, TocsinServer } from '../e2e/tocsin-server.ts';

const team = '/providers/Microsoft.Management/managementGroups/team';
const assignment = `${team}/${authorization}/policyAssignments/alerts`;
const count = 30;
const server = new TocsinServer();
const center = new SecurityCenter(server, 'apps');
const supplied = new SuppliedPolicies(server);

function subscriptionId(number: number): string {
  return `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;
}

function automationOf(number: number): string {
  return `/subscriptions/${subscriptionId(number)}/resourceGroups/automations/providers/Microsoft.Security/automations/respond?api-version=2019-01-01-preview`;
}

async function killAndStart(): Promise<void> {
  await server.stop('SIGKILL');
  await server.start();
}

before(async () => {
  await server.start();
  await center.apps.makeGroup();
  await supplied.call('PUT', `${team}?api-version=2020-05-01`, [200, 202], {});
  for (let number = 0; number < count; number++)
    await supplied.addSubscription(subscriptionId(number), `s${number}`, team);
  const app = await center.logicApp();
  await supplied.assign({
    id: assignment,
    definitionId: '/providers/Microsoft.Authorization/policyDefinitions/f1525828-9a90-4fcf-be48-268cdd02361e',
    parameters: {
      automationName: 'respond',
      resourceGroupName: 'automations',
      resourceGroupLocation: 'westeurope',
      logicAppResourceId: app,
      logicAppTrigger: 'Manual (Incoming HTTP request)',
    },
    grants: [team, app],
  });
});
after(() => server.remove());

test('an assignment that was answered is evaluated, though the server was killed behind the answer', async () => {
  await killAndStart();
  await supplied.reaches(team, assignment, [{ complianceState: 'NonCompliant', n: count }]);
});

test('a remediation that is killed again and again ends with every automation, and each was made', async () => {
  const path = `${team}/${insights}/remediations/all?api-version=2021-10-01`;
  await supplied.call('PUT', path, [201], { properties: { policyAssignmentId: assignment, parallelDeployments: 5 } });
  for (const wait of [30, 150, 300]) {
    await pause(wait);
    await killAndStart();
  }
  const properties = await server.eventually(async () => {
    const { body } = await supplied.call('GET', path, [200]);
    const state = textOf(body.properties, 'provisioningState');
    return /^(?:Succeeded|Failed)$/.test(state) ? body.properties : undefined;
  }, 'the end of the remediation');
  assert.deepEqual(
    { ...(properties as object), createdOn: '', lastUpdatedOn: '', correlationId: '' },
    {
      ...(properties as object),
      createdOn: '',
      lastUpdatedOn: '',
      correlationId: '',
      provisioningState: 'Succeeded',
      deploymentStatus: { totalDeployments: count, successfulDeployments: count, failedDeployments: 0 },
    },
  );
  await supplied.reaches(team, assignment, [{ complianceState: 'Compliant', n: count }]);
  for (let number = 0; number < count; number++) await supplied.call('GET', automationOf(number), [200]);
});

test('subscriptions that were answered get their automations, though the server was killed behind each answer', async () => {
  for (let number = count; number < count + 4; number++) {
    await supplied.addSubscription(subscriptionId(number), `s${number}`, team);
    await killAndStart();
  }
  await supplied.reaches(team, assignment, [{ complianceState: 'Compliant', n: count + 4 }]);
  for (let number = count; number < count + 4; number++) await supplied.call('GET', automationOf(number), [200]);
});
