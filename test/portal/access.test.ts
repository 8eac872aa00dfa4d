/** Roles and their assignments as the portal shows them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Assignment, inOrder, reachOf, type Role, rolesFor, verdictOf } from '../../portal/src/model/access.ts';
import { newGuid } from '../../portal/src/model/guid.ts';

const at = (scope: string, roleId = 'r'): Assignment => ({
  id: `${scope}/${roleId}`,
  roleId,
  principalId: 'p',
  principalType: 'User',
  scope,
  description: '',
});
const role = (name: string, actions: readonly string[] = []): Role => ({
  id: name,
  roleId: name,
  name,
  description: `about ${name}`,
  isBuiltIn: true,
  permissions: [{ actions, notActions: [] }],
});

describe('role assignments', () => {
  it('are of the scope, inherited or below it, whatever the case', () => {
    const scope = '/subscriptions/S/resourceGroups/rg';
    assert.equal(reachOf(at('/subscriptions/s/resourcegroups/RG'), scope), 'This scope');
    assert.equal(reachOf(at('/subscriptions/s'), scope), 'Inherited');
    assert.equal(reachOf(at('/'), scope), 'Inherited');
    assert.equal(reachOf(at('/providers/Microsoft.Management/managementGroups/g'), scope), 'Inherited');
    assert.equal(reachOf(at(`${scope}/providers/x/y/z`), scope), 'Below');
    assert.equal(reachOf(at('/subscriptions/s/resourceGroups/rg10'), scope), 'Inherited');
    assert.equal(reachOf(at('/subscriptions/s'), '/'), 'Below');
    assert.equal(reachOf(at('/'), '/'), 'This scope');
  });

  it('stand in that order', () => {
    const all = [at('/s/rg/x'), at('/'), at('/s/rg', 'b'), at('/s/rg', 'a')];
    assert.deepEqual(
      inOrder(all, '/s/rg', ({ roleId }) => roleId).map(({ id }) => id),
      ['/s/rg/a', '/s/rg/b', '//r', '/s/rg/x/r'],
    );
  });

  it('say what they mean for an operation', () => {
    const base = { id: 'i', scope: '/', roleName: 'Contributor', throughGroup: false };
    assert.equal(verdictOf({ ...base, grants: true, matchedBy: '*' }), 'Grants it by the action *');
    assert.match(
      verdictOf({ ...base, grants: false, matchedBy: '*', removedBy: 'A/*' }),
      /takes it away by the notAction A\/\*/,
    );
    assert.equal(verdictOf({ ...base, grants: false }), 'Does not name it');
    assert.equal(verdictOf(base), '');
  });
});

describe('roles', () => {
  it('are found by name, description and operation, the usual ones first', () => {
    const all = [
      role('Logic App Contributor', ['Microsoft.Logic/*']),
      role('Reader', ['*/read']),
      role('Owner', ['*']),
    ];
    assert.deepEqual(
      rolesFor(all, '').map(({ name }) => name),
      ['Owner', 'Reader', 'Logic App Contributor'],
    );
    assert.deepEqual(
      rolesFor(all, 'microsoft.logic').map(({ name }) => name),
      ['Logic App Contributor'],
    );
  });
});

describe('a new GUID', () => {
  it('is of version 4 and another each time', () => {
    const all = Array.from({ length: 50 }, newGuid);
    for (const guid of all) assert.match(guid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(all).size, 50);
  });
});
