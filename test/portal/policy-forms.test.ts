import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allows } from '../../portal/src/model/permission.ts';
import type { Definition } from '../../portal/src/model/policy-definition.ts';
import {
  definitionBody,
  definitionFaults,
  definitionIdOf,
  formOfDefinition,
  newDefinition,
  withPolicies,
} from '../../portal/src/model/policy-definition-form.ts';
import {
  exemptionBody,
  exemptionFaults,
  type Exemption,
  formOfExemption,
} from '../../portal/src/model/policy-exemption.ts';

const existing: Definition = {
  id: '/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/one',
  name: 'one',
  properties: {
    displayName: 'One',
    description: 'Why',
    policyType: 'Custom',
    mode: 'All',
    version: '1.2.0',
    metadata: { category: 'Tags', createdBy: 'me' },
    parameters: {},
    policyRule: { if: {} },
  },
};

describe('the form of a definition', () => {
  it('begins with a rule that can be saved, of a policy and of an initiative', () => {
    for (const kind of ['policy', 'initiative'] as const) {
      const form = { ...newDefinition(kind, 'n'), scope: '/subscriptions/s', displayName: 'x' };
      assert.deepEqual(definitionFaults(form), [], kind);
    }
    assert.match(definitionIdOf({ kind: 'initiative', scope: '/s', name: 'n' }), /policySetDefinitions\/n$/);
  });

  it('says what is wrong', () => {
    const form = { ...newDefinition('policy', 'n'), version: '1', text: '{"mode": "All"' };
    assert.deepEqual(
      definitionFaults(form).map(({ field }) => field),
      ['Definition location', 'Name', 'Version', 'Definition'],
    );
    assert.equal(definitionFaults({ ...form, text: '[]' }).at(-1)?.text, 'The definition is a JSON object.');
    assert.equal(definitionFaults({ ...form, text: '{}' }).at(-1)?.text, "'policyRule' is missing.");
  });

  it('changes a definition without losing what it does not show', () => {
    const form = { ...formOfDefinition(existing), description: 'Because' };
    assert.deepEqual(definitionBody(form, existing), {
      properties: { ...existing.properties, description: 'Because' },
    });
  });

  it('copies one under another name', () => {
    const copy = formOfDefinition(existing, 'two');
    assert.deepEqual([copy.name, copy.displayName, copy.version], ['two', 'Copy of One', '1.0.0']);
    assert.equal(JSON.stringify(definitionBody(copy)).includes('createdBy'), false);
  });
});

describe('an initiative', () => {
  it('takes policies in, what they ask for as parameters of its own', () => {
    const tag = { type: 'String' };
    const taken = [
      {
        id: '/one',
        displayName: 'Require a tag!',
        parameters: { tagName: tag, effect: { type: 'String', defaultValue: 'Deny' } },
      },
      { id: '/two', displayName: 'Require a tag?', parameters: { tagName: { type: 'string' } } },
      { id: '/three', displayName: '§', parameters: { tagName: { type: 'Array' } } },
      { id: '/four', displayName: 'Plain', parameters: null },
    ];
    const text = withPolicies(
      '{"parameters": {}, "policyDefinitions": [], "policyDefinitionGroups": [{"name": "g"}]}',
      taken,
    );
    assert.deepEqual(JSON.parse(text ?? ''), {
      parameters: { tagName: tag, tagName2: { type: 'Array' } },
      policyDefinitions: [
        {
          policyDefinitionId: '/one',
          policyDefinitionReferenceId: 'require-a-tag',
          parameters: { tagName: { value: "[parameters('tagName')]" } },
        },
        {
          policyDefinitionId: '/two',
          policyDefinitionReferenceId: 'require-a-tag-2',
          parameters: { tagName: { value: "[parameters('tagName')]" } },
        },
        {
          policyDefinitionId: '/three',
          policyDefinitionReferenceId: 'policy',
          parameters: { tagName: { value: "[parameters('tagName2')]" } },
        },
        { policyDefinitionId: '/four', policyDefinitionReferenceId: 'plain', parameters: {} },
      ],
      policyDefinitionGroups: [{ name: 'g' }],
    });
    assert.equal(withPolicies('{', taken), undefined);
  });
});

describe('the form of an exemption', () => {
  const exemption: Exemption = {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Authorization/policyExemptions/e',
    name: 'e',
    properties: {
      policyAssignmentId: '/a',
      policyDefinitionReferenceIds: ['one'],
      exemptionCategory: 'Mitigated',
      expiresOn: '2030-01-31T23:59:59Z',
      displayName: 'Why not',
      description: '',
    },
  };

  it('shows an exemption and becomes it again', () => {
    const form = formOfExemption(exemption);
    assert.equal(form.scope, '/subscriptions/s/resourceGroups/g');
    assert.deepEqual(exemptionBody(form, exemption), { properties: exemption.properties });
    assert.match(JSON.stringify(exemptionBody({ ...form, expires: '' })), /"expiresOn":null/);
  });

  it('says what is missing', () => {
    const form = { ...formOfExemption(exemption), scope: '', assignmentId: '', displayName: ' ', expires: 'soon' };
    assert.deepEqual(Object.keys(exemptionFaults(form)), ['scope', 'assignmentId', 'displayName', 'expires']);
    assert.deepEqual(exemptionFaults(formOfExemption(exemption)), {});
  });
});

describe('permissions', () => {
  const action = 'Microsoft.Authorization/roleAssignments/write';

  it('allow what an action fits and no notAction takes away, set by set', () => {
    assert.equal(allows([{ actions: ['*'] }], action), true);
    assert.equal(allows([{ actions: ['*'], notActions: ['Microsoft.Authorization/*/write'] }], action), false);
    assert.equal(allows([{ actions: ['*'], notActions: [action] }, { actions: [action.toUpperCase()] }], action), true);
    assert.equal(allows([{ actions: ['*/read'] }], action), false);
    assert.equal(allows([], action), false);
  });
});
