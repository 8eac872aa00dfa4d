import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  actionMatches,
  builtInRoles,
  decide,
  flatHierarchy,
  type Grant,
  planRole,
  roleIdOf,
  type ScopeHierarchy,
} from '#access';
import { armIdKey, type Identity } from '#foundation';

const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';

function role(name: string) {
  const found = builtInRoles.find((candidate) => candidate.roleName === name);
  assert.ok(found, name);
  return planRole(found);
}

function grant(principalId: string, roleName: string, scope: string): Grant {
  return { principalId, role: role(roleName), scope: armIdKey(scope) };
}

function someone(objectId: string, groups: readonly string[] = []): Identity {
  return { objectId, displayName: objectId, kind: 'ServicePrincipal', groups };
}

function may(
  identity: Identity,
  action: string,
  scope: string,
  grants: readonly Grant[],
  hierarchy: ScopeHierarchy = flatHierarchy,
) {
  return decide({ identity, action, scope }, grants, hierarchy);
}

test('an action is allowed by a role at or above the scope, and only there', () => {
  const grants = [grant('p', 'Reader', `${subscription}/resourceGroups/rg1`)];
  const read = 'Microsoft.Logic/workflows/read';
  assert.ok(
    may(someone('p'), read, `${subscription}/resourceGroups/RG1/providers/Microsoft.Logic/workflows/w`, grants),
  );
  assert.ok(may(someone('P'), read, `${subscription}/resourcegroups/rg1`, grants));
  assert.ok(!may(someone('p'), read, `${subscription}/resourceGroups/rg10`, grants));
  assert.ok(!may(someone('p'), read, subscription, grants));
  assert.ok(!may(someone('q'), read, `${subscription}/resourceGroups/rg1`, grants));
});

test('notActions take away within their role, and another role can still grant', () => {
  const write = 'Microsoft.Authorization/roleAssignments/write';
  const contributor = [grant('p', 'Contributor', subscription)];
  assert.ok(!may(someone('p'), write, subscription, contributor));
  assert.ok(may(someone('p'), 'Microsoft.Logic/workflows/write', subscription, contributor));
  const both = [...contributor, grant('p', 'User Access Administrator', '/')];
  assert.ok(may(someone('p'), write, subscription, both));
});

test('the roles of the product do what the documentation says', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['Security Admin', 'Microsoft.Security/automations/write', true],
    ['Security Admin', 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action', false],
    ['Security Reader', 'Microsoft.Security/automations/read', true],
    ['Security Reader', 'Microsoft.Security/automations/write', false],
    ['Logic App Contributor', 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action', true],
    ['Logic App Operator', 'Microsoft.Logic/workflows/enable/action', true],
    ['Logic App Operator', 'Microsoft.Logic/workflows/write', false],
    ['Resource Policy Contributor', 'Microsoft.PolicyInsights/remediations/write', true],
    ['Security Assessment Contributor', 'Microsoft.Security/assessments/write', true],
    ['Owner', 'Microsoft.Authorization/roleAssignments/write', true],
    ['Reader', 'Microsoft.Storage/storageAccounts/listKeys/action', false],
  ];
  for (const [name, action, expected] of cases) {
    assert.equal(
      may(someone('p'), action, subscription, [grant('p', name, subscription)]),
      expected,
      `${name} ${action}`,
    );
  }
});

test('management groups above a subscription pass their roles on', () => {
  const group = '/providers/Microsoft.Management/managementGroups/';
  const hierarchy: ScopeHierarchy = {
    groupsAboveSubscription: () => [armIdKey(`${group}child`), armIdKey(`${group}root`)],
    groupsAboveGroup: (name) => (name === 'child' ? [armIdKey(`${group}root`)] : []),
  };
  const grants = [grant('p', 'Reader', `${group}root`)];
  assert.ok(may(someone('p'), 'a/read', subscription, grants, hierarchy));
  assert.ok(may(someone('p'), 'a/read', `${group}child`, grants, hierarchy));
  assert.ok(!may(someone('p'), 'a/read', `${group}stranger`, grants, hierarchy));
  assert.ok(!may(someone('p'), 'a/read', '/', grants, hierarchy));
});

test("a group's role counts for its members", () => {
  assert.ok(may(someone('p', ['G1']), 'a/read', subscription, [grant('g1', 'Reader', '/')]));
});

test('the admin token may do everything, an anonymous caller nothing, a key only bring alerts to its subscription', () => {
  const of = (kind: Identity['kind'], subscriptionId?: string): Identity => ({
    objectId: 'x',
    displayName: 'x',
    kind,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  });
  assert.ok(may(of('AdminToken'), 'anything/at/all', '/', []));
  assert.ok(!may(of('Anonymous'), 'a/read', '/', [grant('x', 'Owner', '/')]));
  const key = of('IngestionKey', '00000000-0000-4000-8000-000000000001');
  assert.ok(may(key, 'microsoft.security/ALERTS/write', subscription, []));
  assert.ok(may(key, 'Microsoft.Security/alerts/write', `${subscription}/resourceGroups/g`, []));
  assert.ok(!may(key, 'Microsoft.Security/alerts/write', `${subscription}0`, []));
  assert.ok(!may(key, 'Microsoft.Security/alerts/write', '/', []));
  assert.ok(!may(key, 'Microsoft.Security/alerts/read', subscription, []));
});

test('wildcards span any text and nothing more', () => {
  assert.ok(actionMatches('*', 'anything'));
  assert.ok(actionMatches('Microsoft.Logic/*/read', 'microsoft.logic/workflows/runs/READ'));
  assert.ok(!actionMatches('Microsoft.Logic/*/read', 'Microsoft.Logic/read'));
  assert.ok(!actionMatches('Microsoft.Logic/workflows', 'Microsoft.Logic/workflows/read'));
  assert.ok(!actionMatches('a/*/b/*/b', 'a/x/b'));
  assert.ok(actionMatches('*/read', 'x/read'));
});

test('wildcard matching agrees with a plain regular expression', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
  const pattern = fc.array(fc.constantFrom('a', 'b', '/', '*', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pattern, text, (wild, action) => {
      const source = wild
        .split('*')
        .map((part) => part.replaceAll('.', '\\.'))
        .join('.*');
      assert.equal(actionMatches(wild, action), new RegExp(`^${source}$`).test(action));
    }),
  );
});

test('a role id is its GUID at whatever scope it is written', () => {
  const guid = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
  const path = `providers/Microsoft.Authorization/roleDefinitions/${guid}`;
  for (const text of [guid, `/${path}`, `${subscription}/${path}`, guid.toUpperCase()])
    assert.equal(roleIdOf(text), guid);
  assert.equal(roleIdOf('Owner'), undefined);
});

test('built-in role ids are unique GUIDs', () => {
  assert.equal(new Set(builtInRoles.map(({ roleId }) => roleId)).size, builtInRoles.length);
  for (const { roleId } of builtInRoles) assert.equal(roleIdOf(roleId), roleId);
});
