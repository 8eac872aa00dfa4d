/** The published policies of the corpus: each plans, and says what its author meant about a subscription. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isJsonObject, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import {
  applies,
  assignPolicy,
  candidateQuery,
  isSatisfying,
  planDefinition,
  plannedDeployment,
  type PolicyPlan,
  type Surroundings,
} from '#policy';
import { isStop } from '#templates';
import { jsonFiles, missing } from '../suites/corpus.ts';

const policies = jsonFiles('policies');

function read(name: string): JsonObject {
  const json = policies.get(name);
  assert.ok(isJsonObject(json));
  const properties = memberIgnoringCase(json, 'properties');
  return isJsonObject(properties) ? properties : json;
}

function plan(properties: Json): PolicyPlan {
  const planned = planDefinition(properties);
  assert.ok('condition' in planned, JSON.stringify(planned));
  return planned;
}

const subscriptionId = '/subscriptions/11111111-2222-4333-8444-555555555555';
const subscription: JsonObject = {
  id: subscriptionId,
  name: '11111111-2222-4333-8444-555555555555',
  type: 'Microsoft.Resources/subscriptions',
  displayName: 'Local',
};

function surroundings(parameters: ReadonlyMap<string, Json>): Surroundings {
  return {
    resource: subscription,
    parameters,
    now: 0,
    policy: { assignmentId: '/a', definitionId: '/d' },
    requestContext: {},
    subscription,
  };
}

interface RuleText {
  readonly propertyJPath: string;
  readonly expectedValue: string;
}

function automation(ruleSets: readonly (readonly RuleText[])[], isEnabled = true): JsonObject {
  const rules = ruleSets.map((set) => ({ rules: set.map((rule) => ({ ...rule })) }));
  return {
    id: `${subscriptionId}/resourceGroups/rg/providers/Microsoft.Security/automations/it`,
    name: 'it',
    type: 'Microsoft.Security/automations',
    properties: { isEnabled, sources: [{ eventSource: 'Alerts', ruleSets: rules }], actions: [] },
  };
}

const severity = (expectedValue: string): RuleText => ({ propertyJPath: 'Severity', expectedValue });
const version: RuleText = { propertyJPath: 'Version', expectedValue: '3.' };

describe('the published policies', { skip: missing('policies') }, () => {
  it('all plan, apply to a subscription and say where they look', () => {
    assert.ok(policies.size >= 6);
    for (const file of policies.keys()) {
      const planned = plan(read(file));
      assert.equal(planned.details?.kind, 'existence', file);
      const about = surroundings(new Map([...planned.parameters.keys()].map((name) => [name, 'rg'])));
      assert.ok(applies(planned, 'deployIfNotExists', about), file);
      const query = planned.details?.kind === 'existence' ? candidateQuery(planned.details, about) : undefined;
      assert.ok(query !== undefined && !isStop(query), file);
      assert.equal(query.type, 'Microsoft.Security/automations');
    }
  });

  it('take an automation with each severity exactly once, whatever its case, and no other', () => {
    const planned = plan(read('workflow-automation-alerts-dine'));
    const assigned = assignPolicy(
      planned,
      { assignmentId: '/a', definitionId: '/d' },
      {
        automationName: 'it',
        resourceGroupName: 'rg',
        resourceGroupLocation: 'westeurope',
        alertName: '',
        alertSeverities: ['High', 'Low'],
        logicAppResourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/w',
        logicAppTrigger: 'Manual (Incoming HTTP request)',
      },
    );
    assert.ok('effect' in assigned, JSON.stringify(assigned));
    const { details } = planned;
    assert.ok(details?.kind === 'existence');
    const about = surroundings(assigned.parameters);
    const satisfies = (candidate: JsonObject): unknown => isSatisfying(details, about, candidate);
    assert.equal(
      satisfies(
        automation([
          [version, severity('high')],
          [version, severity('low')],
        ]),
      ),
      true,
    );
    assert.equal(
      satisfies(
        automation(
          [
            [version, severity('high')],
            [version, severity('low')],
          ],
          false,
        ),
      ),
      false,
    );
    assert.equal(satisfies(automation([[version, severity('high')]])), false);
    assert.equal(
      satisfies(
        automation([
          [version, severity('high')],
          [version, severity('high')],
        ]),
      ),
      false,
    );
    assert.equal(
      satisfies(
        automation([
          [version, severity('high')],
          [version, severity('medium')],
        ]),
      ),
      false,
    );
    const deployment = plannedDeployment(details, about);
    assert.ok(!isStop(deployment), JSON.stringify(deployment));
    assert.equal(deployment.scope.kind, 'subscription');
  });
});
