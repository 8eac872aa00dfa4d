/** The published workflow-automation policies, unmodified, from non-compliant to compliant. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type JsonObject, memberOf, parseJson, textMember } from '#foundation';
import { subscription } from '../../api/harness.ts';
import { ComplianceHarness, group, subscriptionId } from './compliance-harness.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus/policies');
const skip = existsSync(corpus) ? false : 'the corpus is not beside the checkout';

function published(name: string): JsonObject {
  const file = parseJson(readFileSync(join(corpus, `${name}.json`), 'utf8').replace(/^\uFEFF/, ''));
  return memberOf(file, 'properties') as JsonObject;
}

describe('the published alert policy over 25 subscriptions', { skip }, () => {
  test('is non-compliant, remediates, and is compliant with the documented rule sets', async () => {
    const made = await ComplianceHarness.start();
    const principalId = crypto.randomUUID();
    await made.addSubscriptions(0, 25);
    // Known before the assignment: a subscription that appears under one gets its automation by itself.
    await made.idle();
    const rg = await made.putGroup(subscription, 'apps');
    const app = `${rg}/providers/Microsoft.Logic/workflows/respond`;
    await made.call('PUT', `${app}?api-version=2019-05-01`, {
      location: 'westeurope',
      properties: {
        definition: {
          $schema:
            'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
          contentVersion: '1.0.0.0',
          triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
          actions: {},
        },
      },
    });
    await made.grant(principalId, group);
    await made.grant(principalId, app);
    const definitionId = await made.define('alerts', published('workflow-automation-alerts-dine'));
    const assignmentId = await made.assign('alerts', definitionId, {
      principalId,
      parameters: {
        automationName: 'respond-to-alerts',
        resourceGroupName: 'automations',
        resourceGroupLocation: 'westeurope',
        createResourceGroup: true,
        alertName: '',
        alertSeverities: ['High', 'Medium', 'Low'],
        logicAppResourceId: app,
        logicAppTrigger: 'Manual (Incoming HTTP request)',
      },
    });
    await made.idle();
    const byState = { $apply: 'groupby((complianceState),aggregate($count as n))' };
    assert.deepEqual(await made.states(group, byState), [{ complianceState: 'NonCompliant', n: 25 }]);

    const remediation = `${group}/providers/Microsoft.PolicyInsights/remediations/all`;
    const created = await made.call(
      'PUT',
      `${remediation}?api-version=2021-10-01`,
      { properties: { policyAssignmentId: assignmentId } },
      [201],
    );
    assert.equal(memberOf(memberOf(created.body, 'properties'), 'provisioningState'), 'Accepted');
    let properties: JsonObject = {};
    await made.until(async () => {
      const { body } = await made.call('GET', `${remediation}?api-version=2021-10-01`);
      properties = memberOf(body, 'properties') as JsonObject;
      if (made.harness.clock.waiting > 0) made.harness.clock.advance(100);
      return /Succeeded|Failed/.test(textMember(properties, 'provisioningState') ?? '');
    }, 'the end of the remediation');
    const deployments = await made.call('POST', `${remediation}/listDeployments?api-version=2021-10-01`);
    assert.equal(properties['provisioningState'], 'Succeeded', JSON.stringify(deployments.body).slice(0, 3000));
    assert.deepEqual(properties['deploymentStatus'], {
      totalDeployments: 25,
      successfulDeployments: 25,
      failedDeployments: 0,
    });
    assert.deepEqual(await made.states(group, byState), [{ complianceState: 'Compliant', n: 25 }]);
    const automation = `/subscriptions/${subscriptionId(7)}/resourceGroups/automations/providers/Microsoft.Security/automations/respond-to-alerts`;
    const { body } = await made.call('GET', `${automation}?api-version=2019-01-01-preview`);
    const [source] = memberOf(memberOf(body, 'properties'), 'sources') as readonly JsonObject[];
    assert.deepEqual(source?.['ruleSets'], ['high', 'medium', 'low'].map(ruleSetOf));
  });
});

function ruleSetOf(severity: string): JsonObject {
  return {
    rules: [
      { propertyJPath: 'Version', propertyType: 'String', expectedValue: '3.', operator: 'Contains' },
      { propertyJPath: 'Severity', propertyType: 'String', expectedValue: severity, operator: 'Equals' },
    ],
  };
}
