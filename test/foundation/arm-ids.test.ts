import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armIdKey, isWithin, parseArmId } from '#foundation';

const group = '/subscriptions/s1/resourceGroups/rg';

test('a resource id gives its type, names and scope', () => {
  const id = parseArmId(`${group}/providers/Microsoft.Logic/workflows/w/runs/r`);
  assert.equal(id?.type, 'Microsoft.Logic/workflows/runs');
  assert.deepEqual(id?.names, ['w', 'r']);
  assert.equal(id?.subscriptionId, 's1');
  assert.equal(id?.resourceGroup, 'rg');
  assert.equal(id?.scope, group);
});

test('an extension resource keeps the owner of its scope', () => {
  const id = parseArmId(
    `${group}/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Security/assessments/a`,
  );
  assert.equal(id?.type, 'Microsoft.Security/assessments');
  assert.equal(id?.resourceGroup, 'rg');
  assert.equal(id?.scope, `${group}/providers/Microsoft.Compute/virtualMachines/vm`);
});

test('subscriptions, groups, management groups and tenant resources are ids too', () => {
  assert.equal(parseArmId('/subscriptions/s1')?.type, 'Microsoft.Resources/subscriptions');
  assert.equal(parseArmId(`${group}/`)?.type, 'Microsoft.Resources/resourceGroups');
  assert.equal(
    parseArmId('/providers/Microsoft.Management/managementGroups/mg')?.type,
    'Microsoft.Management/managementGroups',
  );
  assert.equal(
    parseArmId('/providers/Microsoft.Authorization/policyDefinitions/p')?.type,
    'Microsoft.Authorization/policyDefinitions',
  );
});

test('malformed ids are undefined', () => {
  for (const text of ['', '/', '/x', '/subscriptions', `${group}/providers/Microsoft.Logic/workflows`]) {
    assert.equal(parseArmId(text), undefined, text);
  }
});

test('I1 and I2: keys ignore case and doubled slashes, containment goes by segments', () => {
  assert.equal(armIdKey('//Subscriptions/S1//resourceGroups/RG/'), '/subscriptions/s1/resourcegroups/rg');
  assert.ok(isWithin(`${group}/providers/a/b/c`, group.toUpperCase()));
  assert.ok(!isWithin('/subscriptions/s1/resourceGroups/rg10', group));
  assert.ok(isWithin(group, '/'));
});

test('what goes deeper than its container without a provider is no id, whatever it looks like', () => {
  for (const text of [
    '/providers',
    '/providers/',
    '/subscriptions/s/providers',
    '/subscriptions/s/resourceGroups/g/x',
    '/subscriptions/s/resourceGroups/g/providers',
    '/subscriptions/s/resourceGroups//x/y',
    '/subscriptions/s/resourceGroups/g/x/y/z',
    '/providers/Microsoft.Management/managementGroups/g/x',
    '/providers/Microsoft.Management/managementGroups/g/providers',
    '/subscriptions/s/providers/providers/x',
  ]) {
    assert.equal(parseArmId(text), undefined, text);
  }
});
