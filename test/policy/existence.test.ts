/** Which related resources have the name that a policy asks for. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isNamed } from '#policy';

const database = {
  id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/Main/databases/Orders',
  name: 'Orders',
  type: 'Microsoft.Sql/servers/databases',
};

it('a related resource is named by its last name, its full name, or any child of a parent, ignoring case', () => {
  assert.ok(isNamed(database, undefined));
  assert.ok(isNamed(database, 'orders'));
  assert.ok(isNamed(database, 'MAIN/orders'));
  assert.ok(isNamed(database, 'main/?'));
  assert.ok(!isNamed(database, 'main'));
  assert.ok(!isNamed(database, 'other/?'));
});
