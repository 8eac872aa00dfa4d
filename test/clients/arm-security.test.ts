/** `@azure/arm-security`, every operation group that there is something behind. Rules: management API reference 4 and 5. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Automation, SecurityCenter } from '@azure/arm-security';
import type { JsonObject } from '#foundation';
import { AzureCloud, location, refusal, roleIds, subscription, subscriptionId } from './azure-cloud.ts';
import { all, Watch } from './watched-client.ts';

const cloud = new AzureCloud();
// Current answers of Azure say `Source` and `Id` there, which this client does not read (domain reference 9.2).
const watch = new Watch('@azure/arm-security', 'SecurityCenter', [/^answer\.resourceDetails\.source is missing$/]);
const machine = `${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1`;
const assessmentKey = '1c5de8e1-f68d-6a17-e0d2-ec259c42768c';
const document = 'a product beside alerts, recommendations and automations: kept as plain documents of the inventory';
const unserved = {
  mdeOnboardings: document,
  customAssessmentAutomations: document,
  customEntityStoreAssignments: document,
  complianceResults: document,
  compliances: document,
  advancedThreatProtection: document,
  deviceSecurityGroups: document,
  iotSecuritySolution: document,
  iotSecuritySolutionAnalytics: document,
  iotSecuritySolutionsAnalyticsAggregatedAlert: document,
  iotSecuritySolutionsAnalyticsRecommendation: document,
  informationProtectionPolicies: document,
  serverVulnerabilityAssessmentOperations: document,
  adaptiveApplicationControls: document,
  adaptiveNetworkHardenings: document,
  allowedConnections: document,
  topology: document,
  jitNetworkAccessPolicies: document,
  discoveredSecuritySolutions: document,
  securitySolutionsReferenceDataOperations: document,
  externalSecuritySolutions: document,
  securitySolutions: document,
  connectors: document,
  securityConnectors: document,
  sqlVulnerabilityAssessmentScans: document,
  sqlVulnerabilityAssessmentScanResults: document,
  sqlVulnerabilityAssessmentBaselineRules: document,
  ingestionSettings: document,
  softwareInventories: document,
  'autoProvisioningSettings.get': document,
  'autoProvisioningSettings.create': document,
  'securityContacts.get': document,
  'securityContacts.create': document,
  'securityContacts.update': document,
  'securityContacts.delete': document,
  'workspaceSettings.get': document,
  'workspaceSettings.create': document,
  'workspaceSettings.update': document,
  'workspaceSettings.delete': document,
};
let client: SecurityCenter;
let workflowId: string;

before(async () => {
  await cloud.start();
  const { endpoint } = cloud;
  client = watch.over(new SecurityCenter(await cloud.signedIn(), subscriptionId, { endpoint }));
  const group = await cloud.group('rg');
  workflowId = `${group}/providers/Microsoft.Logic/workflows/app`;
  const triggers = { manual: { type: 'Request', kind: 'Http', inputs: {} } };
  await cloud.put(workflowId, '2019-05-01', { location, properties: { definition: { triggers, actions: {} } } });
  await cloud.ingest(alert('alert-1'), finding(), compliance(), secureScore());
});
after(() => cloud.stop());

function alert(id: string, over: JsonObject = {}): JsonObject {
  return {
    SystemAlertId: id,
    AlertDisplayName: 'Potential SQL Brute Force attempt',
    AlertType: 'SQL.VM_BruteForce',
    Severity: 'High',
    Status: 'New',
    StartTimeUtc: '2026-11-01T10:00:00Z',
    EndTimeUtc: '2026-11-01T10:05:00Z',
    AzureResourceId: machine,
    Entities: [{ type: 'ip', address: '203.0.113.7' }],
    ...over,
  };
}

const finding = (): JsonObject => ({
  id: `${machine}/providers/Microsoft.Security/assessments/${assessmentKey}/subAssessments/f1`,
  name: 'f1',
  type: 'Microsoft.Security/assessments/subAssessments',
  properties: {
    id: 'CVE-2026-0001',
    displayName: 'A hole',
    status: { code: 'Unhealthy', severity: 'High' },
    resourceDetails: { source: 'Azure', id: machine },
    additionalData: { assessedResourceType: 'ServerVulnerabilityAssessment' },
  },
});

const standard = 'PCI-DSS-3.2.1';
const control = '1.1';
const compliance = (): JsonObject => ({
  id: `${subscription}/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}/regulatoryComplianceControls/${control}/regulatoryComplianceAssessments/${assessmentKey}`,
  name: assessmentKey,
  type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
  properties: { description: 'Machines are scanned', state: 'Failed', failedResources: 1, passedResources: 0 },
});

const secureScore = (): JsonObject => ({
  id: `${subscription}/providers/Microsoft.Security/secureScores/ascScore`,
  name: 'ascScore',
  type: 'Microsoft.Security/secureScores',
  properties: { displayName: 'ASC score', score: { max: 58, current: 25.5, percentage: 0.44 }, weight: 12 },
});

describe('automations', () => {
  const automation = (): Automation => ({
    location,
    tags: { team: 'soc' },
    description: 'mails',
    isEnabled: true,
    scopes: [{ description: 'all', scopePath: subscription }],
    sources: [
      {
        eventSource: 'Alerts',
        ruleSets: [
          { rules: [{ propertyJPath: 'Severity', propertyType: 'String', operator: 'Equals', expectedValue: 'high' }] },
        ],
      },
    ],
    actions: [{ actionType: 'LogicApp', logicAppResourceId: workflowId }],
  });

  test('create, get, update, both lists and validate', async () => {
    const made = await client.automations.createOrUpdate('rg', 'a1', automation());
    assert.equal(made.type, 'Microsoft.Security/automations');
    const got = await client.automations.get('rg', 'a1');
    assert.equal(got.isEnabled, true);
    assert.equal(got.tags?.['team'], 'soc');
    const [action] = got.actions ?? [];
    assert.equal(action?.actionType, 'LogicApp');
    assert.equal(action.actionType === 'LogicApp' && 'uri' in action ? action.uri : undefined, undefined, 'write-only');
    const changed = await client.automations.createOrUpdate('rg', 'a1', { ...automation(), isEnabled: false });
    assert.equal(changed.isEnabled, false);
    assert.deepEqual(
      (await all(client.automations.list())).map(({ name }) => name),
      ['a1'],
    );
    assert.deepEqual(
      (await all(client.automations.listByResourceGroup('rg'))).map(({ name }) => name),
      ['a1'],
    );
    assert.equal((await client.automations.validate('rg', 'a1', automation())).isValid, true);
    const bad = await client.automations.validate('rg', 'a1', { ...automation(), scopes: [] });
    assert.equal(bad.isValid, false);
    assert.ok((bad.message ?? '').length > 10);
  });

  test('what is not there is a RestError with the code, and deletion is 204 twice', async () => {
    await assert.rejects(client.automations.get('rg', 'nobody'), refusal(404, 'ResourceNotFound'));
    await client.automations.createOrUpdate('rg', 'gone', automation());
    await client.automations.delete('rg', 'gone');
    await client.automations.delete('rg', 'gone');
    await assert.rejects(client.automations.get('rg', 'gone'), refusal(404, 'ResourceNotFound'));
  });

  test('a reader reads and is refused to write, by code', async () => {
    const credential = await cloud.signedIn(roleIds.reader, subscription);
    const reader = new SecurityCenter(credential, subscriptionId, { endpoint: cloud.endpoint });
    assert.ok((await all(reader.automations.list())).length > 0);
    await assert.rejects(
      reader.automations.createOrUpdate('rg', 'a2', automation()),
      refusal(403, 'AuthorizationFailed'),
    );
  });
});

describe('alerts', () => {
  const named = async (name: string) => (await all(client.alerts.list())).find((each) => each.systemAlertId === name);

  test('the four lists and both reads', async () => {
    const found = await named('alert-1');
    assert.equal(found?.alertDisplayName, 'Potential SQL Brute Force attempt');
    assert.ok(found.startTimeUtc instanceof Date);
    const name = found.name ?? '';
    const region = (await all(client.locations.list()))[0]?.name ?? '';
    assert.ok((await all(client.alerts.listByResourceGroup('rg'))).some((each) => each.name === name));
    assert.ok(
      (await all(client.alerts.listResourceGroupLevelByRegion(region, 'rg'))).some((each) => each.name === name),
    );
    assert.ok(Array.isArray(await all(client.alerts.listSubscriptionLevelByRegion(region))));
    assert.equal((await client.alerts.getResourceGroupLevel(region, name, 'rg')).name, name);
    await assert.rejects(client.alerts.getResourceGroupLevel(region, 'nobody', 'rg'), refusal(404, 'ResourceNotFound'));
  });

  test('states change at the resource group and at the subscription', async () => {
    const region = (await all(client.locations.list()))[0]?.name ?? '';
    const name = (await named('alert-1'))?.name ?? '';
    const { alerts } = client;
    const status = async () => (await alerts.getResourceGroupLevel(region, name, 'rg')).status;
    await alerts.updateResourceGroupLevelStateToDismiss(region, name, 'rg');
    assert.equal(await status(), 'Dismissed');
    await alerts.updateResourceGroupLevelStateToActivate(region, name, 'rg');
    assert.equal(await status(), 'Active');
    await alerts.updateResourceGroupLevelStateToResolve(region, name, 'rg');
    assert.equal(await status(), 'Resolved');
    await cloud.ingest(alert('alert-sub', { AzureResourceId: subscription }));
    const own = (await named('alert-sub'))?.name ?? '';
    const ownStatus = async () => (await alerts.getSubscriptionLevel(region, own)).status;
    await alerts.updateSubscriptionLevelStateToDismiss(region, own);
    assert.equal(await ownStatus(), 'Dismissed');
    await alerts.updateSubscriptionLevelStateToActivate(region, own);
    await alerts.updateSubscriptionLevelStateToResolve(region, own);
    assert.equal(await ownStatus(), 'Resolved');
    await assert.rejects(
      alerts.updateSubscriptionLevelStateToResolve(region, 'nobody'),
      refusal(404, 'ResourceNotFound'),
    );
  });

  test('simulate makes sample alerts', async () => {
    const region = (await all(client.locations.list()))[0]?.name ?? '';
    const before = (await all(client.alerts.list())).length;
    await client.alerts.simulate(region, { properties: { kind: 'Bundles', bundles: ['VirtualMachines'] } });
    assert.ok((await all(client.alerts.list())).length > before);
  });
});

test('suppression rules: update, get, list, delete', async () => {
  const rule = {
    alertType: 'IpAnomaly',
    reason: 'FalsePositive',
    state: 'Enabled' as const,
    suppressionAlertsScope: { allOf: [{ field: 'entities.ip.address', in: ['203.0.113.9'] }] },
  };
  const made = await client.alertsSuppressionRules.update('quiet-ip', rule);
  assert.equal(made.alertType, 'IpAnomaly');
  await client.alertsSuppressionRules.update('quiet-ip', { ...rule, comment: 'again' });
  assert.equal((await client.alertsSuppressionRules.get('quiet-ip')).comment, 'again');
  assert.equal((await all(client.alertsSuppressionRules.list())).length, 1);
  assert.equal((await all(client.alertsSuppressionRules.list({ alertType: 'Other' }))).length, 0);
  await client.alertsSuppressionRules.delete('quiet-ip');
  await assert.rejects(client.alertsSuppressionRules.get('quiet-ip'), refusal(404, 'ResourceNotFound'));
});

describe('assessments', () => {
  const ours = 'ab7a5b0a-95c4-4a2f-9f3b-1f0a4e2d6c11';

  test('metadata of our own, then an assessment of it', async () => {
    const { assessmentsMetadata, assessments } = client;
    const wanted = {
      displayName: 'Machines carry an owner',
      severity: 'Medium' as const,
      assessmentType: 'CustomerManaged' as const,
      description: 'An owner is to be found',
    };
    const made = await assessmentsMetadata.createInSubscription(ours, wanted);
    assert.equal(made.displayName, wanted.displayName);
    assert.equal((await assessmentsMetadata.getInSubscription(ours)).severity, 'Medium');
    assert.ok((await all(assessmentsMetadata.listBySubscription())).some(({ name }) => name === ours));
    const [builtIn] = await all(assessmentsMetadata.list());
    assert.equal((await assessmentsMetadata.get(builtIn?.name ?? '')).name, builtIn?.name);

    const status = { code: 'Unhealthy' as const, cause: 'NoOwner', description: 'nobody' };
    const resourceDetails = { source: 'Azure' as const };
    const put = await assessments.createOrUpdate(machine, ours, { status, resourceDetails });
    assert.equal(put.status?.code, 'Unhealthy');
    await assessments.createOrUpdate(machine, ours, { status: { code: 'Healthy' }, resourceDetails });
    const got = await assessments.get(machine, ours, { expand: 'metadata' });
    assert.equal(got.status?.code, 'Healthy');
    assert.equal(got.metadata?.displayName, wanted.displayName);
    assert.ok((await all(assessments.list(subscription.slice(1)))).some(({ name }) => name === ours));
    await assessments.delete(machine, ours);
    await assert.rejects(assessments.get(machine, ours), refusal(404, 'ResourceNotFound'));
    await assessmentsMetadata.deleteInSubscription(ours);
    await assert.rejects(assessmentsMetadata.getInSubscription(ours), refusal(404, 'ResourceNotFound'));
  });

  test('findings: all, of an assessment, one', async () => {
    const { subAssessments } = client;
    assert.ok((await all(subAssessments.listAll(subscription.slice(1)))).length > 0);
    const [found] = await all(subAssessments.list(machine.slice(1), assessmentKey));
    assert.equal(found?.displayName, 'A hole');
    assert.equal((await subAssessments.get(machine.slice(1), assessmentKey, 'f1')).idPropertiesId, 'CVE-2026-0001');
  });
});

test('regulatory compliance: standards, controls, assessments', async () => {
  const { regulatoryComplianceStandards, regulatoryComplianceControls, regulatoryComplianceAssessments } = client;
  assert.ok((await all(regulatoryComplianceStandards.list())).some(({ name }) => name === standard));
  assert.equal((await regulatoryComplianceStandards.get(standard)).state, 'Failed');
  assert.equal((await all(regulatoryComplianceControls.list(standard))).length, 1);
  assert.equal((await regulatoryComplianceControls.get(standard, control)).state, 'Failed');
  assert.equal((await all(regulatoryComplianceAssessments.list(standard, control))).length, 1);
  const one = await regulatoryComplianceAssessments.get(standard, control, assessmentKey);
  assert.equal(one.failedResources, 1);
});

test('secure scores, their controls and definitions', async () => {
  const [score] = await all(client.secureScores.list());
  assert.equal((await client.secureScores.get(score?.name ?? '')).name, 'ascScore');
  const controls = await all(client.secureScoreControls.list());
  assert.deepEqual(await all(client.secureScoreControls.listBySecureScore('ascScore')), controls);
  const definitions = await all(client.secureScoreControlDefinitions.list());
  assert.ok(definitions.length > 0);
  assert.equal((await all(client.secureScoreControlDefinitions.listBySubscription())).length, definitions.length);
});

test('locations, pricings, settings, tasks and the lists that are empty', async () => {
  const [home] = await all(client.locations.list());
  assert.equal((await client.locations.get(home?.name ?? '')).name, home?.name);
  const { value } = await client.pricings.list();
  assert.ok((value ?? []).length > 0);
  const updated = await client.pricings.update('VirtualMachines', { pricingTier: 'Standard' });
  assert.equal(updated.pricingTier, 'Standard');
  assert.equal((await client.pricings.get('VirtualMachines')).pricingTier, 'Standard');
  assert.ok((await all(client.settings.list())).length > 0);
  assert.equal((await client.settings.get('MCAS')).kind, 'DataExportSettings');
  await client.settings.update('MCAS', { kind: 'DataExportSettings', enabled: true });
  assert.ok(Array.isArray(await all(client.autoProvisioningSettings.list())));
  assert.ok(Array.isArray(await all(client.workspaceSettings.list())));
  assert.ok(Array.isArray(await all(client.securityContacts.list())));
  assert.ok((await all(client.operations.list())).some(({ name }) => name === 'Microsoft.Security/automations/read'));
});

test('tasks: the old form of recommendations', async () => {
  const region = (await all(client.locations.list()))[0]?.name ?? '';
  const { tasks } = client;
  const unhealthy = {
    id: `${machine}/providers/Microsoft.Security/assessments/${assessmentKey}`,
    name: assessmentKey,
    type: 'Microsoft.Security/assessments',
    properties: {
      resourceDetails: { source: 'Azure', id: machine },
      displayName: 'Machines are to be scanned',
      status: { code: 'Unhealthy' },
    },
  };
  await cloud.ingest(unhealthy);
  const [task] = await all(tasks.list());
  const name = task?.name ?? '';
  assert.ok((await all(tasks.listByHomeRegion(region))).some((each) => each.name === name));
  assert.ok((await all(tasks.listByResourceGroup('rg', region))).some((each) => each.name === name));
  assert.equal((await tasks.getResourceGroupLevelTask('rg', region, name)).name, name);
  assert.equal((await tasks.getSubscriptionLevelTask(region, name)).name, name);
  await tasks.updateResourceGroupLevelTaskState('rg', region, name, 'Dismiss');
  await tasks.updateSubscriptionLevelTaskState(region, name, 'Activate');
});

test('every operation is called here or is known to have nothing behind it', () => {
  watch.assertComplete(unserved);
});
