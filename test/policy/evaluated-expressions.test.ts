/** How the conditions that decided are shown: computed names, paths in the resource, operators in Azure's spelling. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Json, parseJson } from '#foundation';
import { evaluateRule, planDefinition } from '#policy';

const resource = {
  id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/a',
  name: 'a',
  type: 'Microsoft.Storage/storageAccounts',
  sku: { name: 'Standard_LRS' },
  properties: { networkAcls: { defaultAction: 'Allow', ipRules: [{ value: '10.0.0.1' }] } },
};

function shown(condition: Json) {
  const plan = planDefinition({
    mode: 'All',
    ...(JSON.stringify(condition).includes('parameters(') ? { parameters: { tag: { type: 'String' } } } : {}),
    // As text: a `then` in an object here would make it a thenable for the lint rules.
    policyRule: parseJson(`{"if": ${JSON.stringify(condition)}, "then": {"effect": "audit"}}`),
  });
  assert.ok('condition' in plan, JSON.stringify(plan));
  return evaluateRule(plan.condition, {
    resource,
    parameters: new Map([['tag', 'owner']]),
    now: 0,
    policy: { assignmentId: 'a', definitionId: 'd' },
    requestContext: {},
  }).expressions;
}

it('a computed tag is shown by its name, without a value where it is missing', () => {
  assert.deepEqual(shown({ field: "[concat('tags[', parameters('tag'), ']')]", exists: false }), [
    {
      result: 'True',
      expressionKind: 'Field',
      expression: 'tags[owner]',
      path: 'tags[owner]',
      targetValue: false,
      operator: 'Exists',
    },
  ]);
});

it('an alias is shown with its path in the resource, below properties or beside them', () => {
  const rule = 'Microsoft.Storage/storageAccounts/networkAcls.defaultAction';
  const [acls] = shown({ field: rule, notEquals: 'Deny' });
  assert.equal(acls?.path, 'properties.networkAcls.defaultAction');
  assert.equal(acls.operator, 'NotEquals');
  assert.equal(acls.expressionValue, 'Allow');
  assert.equal(shown({ field: 'Microsoft.Storage/storageAccounts/sku.name', like: 'Standard*' })[0]?.path, 'sku.name');
});

it('a count is shown by what it counts, a value by its expression and without a path', () => {
  const alias = 'Microsoft.Storage/storageAccounts/networkAcls.ipRules[*]';
  const [count] = shown({ count: { field: alias }, greaterOrEquals: 1 });
  assert.deepEqual(
    [count?.expressionKind, count?.expression, count?.path, count?.expressionValue, count?.operator],
    ['Count', alias, 'properties.networkAcls.ipRules[*]', 1, 'GreaterOrEquals'],
  );
  const [value] = shown({ value: "[parameters('tag')]", equals: 'owner' });
  assert.deepEqual(value, {
    result: 'True',
    expressionKind: 'Value',
    expression: "[parameters('tag')]",
    expressionValue: 'owner',
    targetValue: 'owner',
    operator: 'Equals',
  });
});
