/** Policies from outside: deployed by a template, in force on every way a resource is written, still so after kill -9. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const provider = `${subscription}/providers/Microsoft.Authorization`;
const version = 'api-version=2021-06-01';
const group = `${subscription}/resourceGroups/web`;
const accounts = 'Microsoft.Storage/storageAccounts';
const account = (name: string): string => `${group}/providers/${accounts}/${name}?api-version=2021-04-01`;

/** A definition and its assignment, as templates have them: expressions of the policy are escaped. */
const template: JsonObject = {
  $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: { effect: { type: 'string', defaultValue: 'Deny' } },
  resources: [
    {
      type: 'Microsoft.Authorization/policyDefinitions',
      apiVersion: '2021-06-01',
      name: 'https-only',
      properties: {
        policyType: 'Custom',
        mode: 'Indexed',
        displayName: 'HTTPS only',
        parameters: { effect: { type: 'String', allowedValues: ['Audit', 'Deny', 'Disabled'] } },
        policyRule: {
          if: {
            allOf: [
              { field: 'type', equals: accounts },
              { field: `${accounts}/supportsHttpsTrafficOnly`, notEquals: true },
            ],
          },
          // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
          then: { effect: "[[parameters('effect')]" },
        },
      },
    },
    {
      type: 'Microsoft.Authorization/policyAssignments',
      apiVersion: '2021-06-01',
      name: 'https-only',
      dependsOn: ["[subscriptionResourceId('Microsoft.Authorization/policyDefinitions', 'https-only')]"],
      properties: {
        policyDefinitionId: "[subscriptionResourceId('Microsoft.Authorization/policyDefinitions', 'https-only')]",
        parameters: { effect: { value: "[parameters('effect')]" } },
        nonComplianceMessages: [{ message: 'Traffic is encrypted here.' }],
      },
    },
  ],
};

describe('policies deployed by a template', () => {
  const server = new TocsinServer();
  const call = (method: string, path: string, body?: Json) =>
    server.call(method, path, body === undefined ? {} : { body });
  before(async () => {
    await server.start();
    await call('PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  });
  after(() => server.remove());

  async function deployed(id: string, properties: JsonObject, location?: string): Promise<string> {
    const path = `${id}?api-version=2021-04-01`;
    const started = await call('PUT', path, { ...(location === undefined ? {} : { location }), properties });
    assert.equal(started.status, 201, started.text);
    return server.eventually(async () => {
      const { body, text } = await call('GET', path);
      const state = textOf(body.properties, 'provisioningState');
      assert.notEqual(state, 'Failed', text);
      return state === 'Succeeded' ? state : undefined;
    }, 'the end of the deployment');
  }

  test('are made by a deployment at the subscription', async () => {
    const id = `${subscription}/providers/Microsoft.Resources/deployments/policies`;
    await deployed(id, { mode: 'Incremental', template }, 'westeurope');
    const { body } = await call('GET', `${provider}/policyDefinitions/https-only?${version}`);
    const { policyRule } = body.properties as { policyRule: { then: JsonObject } };
    assert.equal(textOf(policyRule.then, 'effect'), "[parameters('effect')]");
  });

  test('deny a request, and a template before it begins', async () => {
    const refused = await call('PUT', account('open'), { location: 'westeurope' });
    assert.equal(refused.status, 403);
    assert.equal(
      textOf(refused.body.error, 'message'),
      "Resource 'open' was disallowed by policy. Reasons: 'Traffic is encrypted here.'. See error details for policy resource IDs.",
    );
    const resource = { type: accounts, apiVersion: '2021-04-01', name: 'open', location: 'westeurope' };
    const inGroup = { $schema: textOf(template, '$schema'), contentVersion: '1.0.0.0', resources: [resource] };
    const path = `${group}/providers/Microsoft.Resources/deployments/d/validate?api-version=2021-04-01`;
    const invalid = await call('POST', path, { properties: { mode: 'Incremental', template: inGroup } });
    assert.equal(invalid.status, 400);
    const { details } = invalid.body.error as { details: readonly JsonObject[] };
    assert.equal(textOf(details[0], 'code'), 'RequestDisallowedByPolicy');
    const properties = { supportsHttpsTrafficOnly: true };
    assert.equal((await call('PUT', account('safe'), { location: 'westeurope', properties })).status, 201);
  });

  test('are in force after kill -9, and an exemption frees a group', async () => {
    await server.stop('SIGKILL');
    await server.start();
    assert.equal((await call('PUT', account('open'), { location: 'westeurope' })).status, 403);
    const exemption = `${group}/providers/Microsoft.Authorization/policyExemptions/old?api-version=2022-07-01-preview`;
    const policyAssignmentId = `${provider}/policyAssignments/https-only`;
    const made = await call('PUT', exemption, { properties: { policyAssignmentId, exemptionCategory: 'Mitigated' } });
    assert.equal(made.status, 201, made.text);
    assert.equal((await call('PUT', account('open'), { location: 'westeurope' })).status, 201);
  });

  test('are no more in force when the assignment is gone, and then the definition can go', async () => {
    const definition = `${provider}/policyDefinitions/https-only?${version}`;
    const inUse = await call('DELETE', definition);
    assert.equal(textOf(inUse.body.error, 'code'), 'PolicyDefinitionInUse');
    assert.equal((await call('DELETE', `${provider}/policyAssignments/https-only?${version}`)).status, 200);
    assert.equal((await call('DELETE', definition)).status, 200);
  });
});
