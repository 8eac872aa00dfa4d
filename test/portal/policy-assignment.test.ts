import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type AssignContext,
  assignFaults,
  type Assignment,
  assignmentBody,
  type AssignForm,
  firstForm,
  formOfAssignment,
  grantsOf,
  messageFor,
  remediationBody,
  remediationFaults,
  usualRemediation,
} from '../../portal/src/model/policy-assignment.ts';
import {
  actingRules,
  assignedRules,
  type Definition,
  effectOf,
  effectText,
} from '../../portal/src/model/policy-definition.ts';
import { parameterFields, textsOf } from '../../portal/src/model/policy-parameters.ts';

const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const group = '/providers/Microsoft.Management/managementGroups/customers';
const app = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/app';

/** A rule's members, without a literal that looks like a promise. */
const ruleOf = (effect: string, details: object = {}): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify({ if: {} }).replace('{}}', `{},"then":${JSON.stringify({ effect, details })}}`)) as Record<
    string,
    unknown
  >;

const deploying: Definition = {
  id: '/providers/Microsoft.Authorization/policyDefinitions/deploying',
  name: 'deploying',
  properties: {
    displayName: 'Deploy it',
    parameters: {
      effect: { type: 'String', allowedValues: ['DeployIfNotExists', 'Disabled'], defaultValue: 'DeployIfNotExists' },
      app: {
        type: 'String',
        metadata: { displayName: 'Logic App', strongType: 'Microsoft.Logic/workflows', assignPermissions: true },
      },
    },
    policyRule: ruleOf("[parameters('effect')]", {
      roleDefinitionIds: [
        `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${contributor.toUpperCase()}`,
      ],
    }),
  },
};
const auditing: Definition = {
  id: '/providers/Microsoft.Authorization/policyDefinitions/auditing',
  name: 'auditing',
  properties: { policyRule: ruleOf('audit') },
};

function contextOf(
  definition: Definition,
  values: Readonly<Record<string, unknown>> = {},
  members: readonly Definition[] = [],
): AssignContext {
  return { definition, rules: assignedRules(definition, members, values), parameterFaults: {} };
}

const nowhere = (): boolean => false;
const filled = (part: Partial<AssignForm> = {}): AssignForm => ({
  ...firstForm(deploying, 'name'),
  scope: group,
  texts: { app },
  ...part,
});

describe('what a definition does', () => {
  it('is its effect, or what its parameter is for', () => {
    assert.equal(effectText(effectOf(deploying.properties)), 'deployIfNotExists (or disabled)');
    assert.equal(effectText(effectOf(auditing.properties)), 'audit');
    assert.equal(effectText(effectOf({})), '–');
    assert.equal(effectText(effectOf({ policyRule: ruleOf("[if(true(), 'audit', 'deny')]") })), 'by expression');
  });

  it('acts by the values of its parameters, those of an initiative handed on', () => {
    assert.equal(actingRules(contextOf(deploying).rules).length, 1);
    assert.equal(actingRules(contextOf(deploying, { effect: 'disabled' }).rules).length, 0);
    const initiative: Definition = {
      id: '/subscriptions/s/providers/Microsoft.Authorization/policySetDefinitions/set',
      name: 'set',
      properties: {
        parameters: { what: { type: 'String', defaultValue: 'Disabled' } },
        policyDefinitions: [
          {
            policyDefinitionId: deploying.id.toUpperCase(),
            policyDefinitionReferenceId: 'one',
            parameters: { effect: { value: "[parameters('what')]" } },
          },
          { policyDefinitionId: deploying.id, policyDefinitionReferenceId: 'two' },
          { policyDefinitionId: auditing.id, policyDefinitionReferenceId: 'three' },
        ],
      },
    };
    const acting = (values: Readonly<Record<string, unknown>>): readonly string[] =>
      actingRules(contextOf(initiative, values, [deploying, auditing]).rules).map(({ referenceId }) => referenceId);
    assert.deepEqual(acting({}), ['two']);
    assert.deepEqual(acting({ what: 'deployIfNotExists' }), ['one', 'two']);
    const form = { ...firstForm(initiative, 'n'), scope: '/subscriptions/s', remediate: true };
    assert.deepEqual(
      assignFaults(form, contextOf(initiative, {}, [deploying])).map(({ tab, field }) => `${tab}: ${field}`),
      ['remediation: Policy to remediate'],
    );
  });
});

describe('the form that assigns a policy', () => {
  it('says on which tab something is missing', () => {
    const form = { ...firstForm(deploying, 'name'), displayName: ' ', location: '' };
    assert.deepEqual(
      assignFaults(form, contextOf(deploying)).map(({ tab, text }) => `${tab}: ${text}`),
      [
        'basics: Choose a scope.',
        'basics: An assignment needs a name.',
        "parameters: 'Logic App' is required.",
        'remediation: Choose a location.',
      ],
    );
    assert.deepEqual(assignFaults(filled(), contextOf(deploying)), []);
    const told = { ...contextOf(deploying), parameterFaults: { app: 'It has no trigger.' }, scopeFault: 'Not there.' };
    assert.deepEqual(
      assignFaults(filled(), told).map(({ text }) => text),
      ['Not there.', 'It has no trigger.'],
    );
    assert.match(
      assignFaults({ ...filled(), remediate: true }, contextOf(auditing))[0]?.text ?? '',
      /deploys or changes/,
    );
    const user = { ...filled(), identityKind: 'UserAssigned' as const };
    assert.equal(assignFaults(user, contextOf(deploying))[0]?.field, 'Existing user assigned identity');
  });

  it('becomes an assignment with an identity where the policy acts', () => {
    const body = assignmentBody(filled({ enforced: false, message: ' Ask us. ' }), contextOf(deploying));
    assert.deepEqual(body, {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: {
        policyDefinitionId: deploying.id,
        displayName: 'Deploy it',
        description: '',
        enforcementMode: 'DoNotEnforce',
        notScopes: [],
        parameters: { app: { value: app } },
        nonComplianceMessages: [{ message: 'Ask us.' }],
      },
    });
    const plain = assignmentBody({ ...firstForm(auditing, 'n'), scope: group }, contextOf(auditing));
    assert.deepEqual(Object.keys(plain), ['properties']);
    const user = assignmentBody(filled({ identityKind: 'UserAssigned', identityId: '/id' }), contextOf(deploying));
    assert.deepEqual(user.identity, { type: 'UserAssigned', userAssignedIdentities: { '/id': {} } });
  });

  it('PF1: shows an assignment and sends back what it does not show', () => {
    const existing: Assignment = {
      id: `${group}/providers/Microsoft.Authorization/policyAssignments/a`,
      name: 'a',
      location: 'northeurope',
      identity: { type: 'SystemAssigned', principalId: 'p' },
      properties: {
        policyDefinitionId: deploying.id,
        definitionVersion: '1.*.*',
        displayName: 'It',
        description: 'Why',
        enforcementMode: 'Default',
        notScopes: ['/subscriptions/out'],
        parameters: { app: { value: app } },
        nonComplianceMessages: [{ message: 'All' }, { message: 'One', policyDefinitionReferenceId: 'one' }],
        metadata: { assignedBy: 'me' },
      },
    };
    assert.deepEqual(
      [messageFor(existing), messageFor(existing, 'ONE'), messageFor(existing, 'two')],
      ['All', 'One', 'All'],
    );
    const texts = textsOf(parameterFields(deploying.properties.parameters), existing.properties.parameters);
    const form = formOfAssignment(existing, group, texts);
    const body = assignmentBody(form, contextOf(deploying), existing);
    assert.deepEqual(body, {
      location: 'northeurope',
      identity: { type: 'SystemAssigned' },
      properties: existing.properties,
    });
  });

  it('PF2: grants the roles at the scope and at resources outside of it that parameters name', () => {
    const context = contextOf(deploying);
    assert.deepEqual(grantsOf(filled(), context, nowhere), [
      { roleId: contributor, scope: group },
      { roleId: contributor, scope: app },
    ]);
    assert.deepEqual(
      grantsOf(filled(), context, () => true).map(({ scope }) => scope),
      [group],
    );
    assert.deepEqual(grantsOf(filled(), contextOf(auditing), nowhere), []);
    assert.deepEqual(grantsOf(filled({ texts: { app: 'not an id' } }), context, nowhere).length, 1);
  });
});

describe('the form of a remediation task', () => {
  const form = { ...usualRemediation, scope: group, assignmentId: '/a', reference: '' };

  it('becomes a task with the published defaults', () => {
    assert.deepEqual(remediationBody(form), {
      properties: {
        policyAssignmentId: '/a',
        resourceDiscoveryMode: 'ExistingNonCompliant',
        resourceCount: 500,
        parallelDeployments: 10,
        failureThreshold: { percentage: 1 },
      },
    });
    assert.deepEqual(
      remediationBody({ ...form, reference: 'one', locations: ['westeurope'], reEvaluate: true, failureThreshold: 25 }),
      {
        properties: {
          policyAssignmentId: '/a',
          policyDefinitionReferenceId: 'one',
          resourceDiscoveryMode: 'ReEvaluateCompliance',
          filters: { locations: ['westeurope'] },
          resourceCount: 500,
          parallelDeployments: 10,
          failureThreshold: { percentage: 0.25 },
        },
      },
    );
  });

  it('keeps to the published bounds', () => {
    assert.deepEqual(remediationFaults(form), []);
    assert.equal(
      remediationFaults({ ...form, resourceCount: 50_001, parallelDeployments: 31, failureThreshold: Number.NaN })
        .length,
      3,
    );
    assert.equal(remediationFaults({ ...form, resourceCount: 1.5 }).length, 1);
  });
});
