/** `@azure/arm-authorization` and `@azure/arm-managementgroups`. Rules: management API reference 4, 9 and 10.2. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ManagementGroupsAPI } from '@azure/arm-managementgroups';
import { AzureCloud, location, refusal, roleIds, subscription, subscriptionId, tenantId } from './azure-cloud.ts';
import { all, Watch } from './watched-client.ts';

const cloud = new AzureCloud();
const watch = new Watch('@azure/arm-authorization', 'AuthorizationManagementClient');
const groupWatch = new Watch('@azure/arm-managementgroups', 'ManagementGroupsAPI');
const scope = subscription.slice(1);
let client: AuthorizationManagementClient;
let groups: ManagementGroupsAPI;

before(async () => {
  await cloud.start();
  const { endpoint } = cloud;
  const credential = await cloud.signedIn();
  client = watch.over(new AuthorizationManagementClient(credential, subscriptionId, { endpoint }));
  groups = groupWatch.over(new ManagementGroupsAPI(credential, { endpoint }));
  await cloud.group('rg');
  await cloud.put(`${subscription}/resourceGroups/rg/providers/Microsoft.Compute/disks/d1`, '2022-07-02', { location });
});
after(() => cloud.stop());

const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.reader}`;

describe('role assignments', () => {
  test('create, get, delete, by name and by id', async () => {
    const { objectId: principalId } = await cloud.principal(roleIds.securityAdmin, subscription);
    const { roleAssignments } = client;
    const wanted = { roleDefinitionId, principalId, principalType: 'ServicePrincipal' };
    const name = crypto.randomUUID();
    const made = await roleAssignments.create(scope, name, wanted);
    assert.equal(made.principalType, 'ServicePrincipal');
    assert.equal((await roleAssignments.get(scope, name)).scope, subscription);
    await assert.rejects(
      roleAssignments.create(scope, crypto.randomUUID(), wanted),
      refusal(409, 'RoleAssignmentExists'),
    );
    await assert.rejects(roleAssignments.create(scope, 'mine', wanted), refusal(400, 'InvalidRoleAssignmentId'));
    const stranger = { ...wanted, principalId: crypto.randomUUID() };
    const { principalType: _type, ...untyped } = stranger;
    await assert.rejects(
      roleAssignments.create(scope, crypto.randomUUID(), untyped),
      refusal(400, 'PrincipalNotFound'),
    );
    assert.equal((await roleAssignments.delete(scope, name)).principalId, principalId);
    await roleAssignments.delete(scope, name);
    const id = `${scope}/resourceGroups/rg/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    await roleAssignments.createById(id, wanted);
    assert.equal((await roleAssignments.getById(id)).principalId, principalId);
    await roleAssignments.deleteById(id);
    await assert.rejects(roleAssignments.getById(id), refusal(404, 'RoleAssignmentNotFound'));
  });

  test('lists of a subscription, a group, a resource and any scope, with filters', async () => {
    const { objectId: principalId } = await cloud.principal(roleIds.reader, `${subscription}/resourceGroups/rg`);
    const filter = `principalId eq '${principalId}'`;
    const { roleAssignments } = client;
    const found = [
      await all(roleAssignments.listForSubscription({ filter })),
      await all(roleAssignments.listForResourceGroup('rg', { filter })),
      await all(roleAssignments.listForResource('rg', 'Microsoft.Compute', 'disks', 'd1', { filter })),
      await all(roleAssignments.listForScope(scope, { filter: `assignedTo('${principalId}')` })),
    ];
    assert.deepEqual(
      found.map(({ length }) => length),
      [1, 1, 1, 1],
    );
    assert.deepEqual(await all(roleAssignments.listForScope(scope, { filter: 'atScope() and ' + filter })), []);
  });
});

test('role definitions: list, get, custom ones', async () => {
  const { roleDefinitions } = client;
  const [admin] = await all(roleDefinitions.list(scope, { filter: "roleName eq 'Security Admin'" }));
  assert.equal(admin?.name, roleIds.securityAdmin);
  assert.equal((await roleDefinitions.get(scope, roleIds.reader)).roleName, 'Reader');
  assert.equal((await roleDefinitions.getById(roleDefinitionId.slice(1))).roleName, 'Reader');
  const name = crypto.randomUUID();
  const custom = {
    roleName: 'Playbook starter',
    description: 'starts playbooks',
    roleType: 'CustomRole',
    permissions: [{ actions: ['Microsoft.Logic/workflows/triggers/run/action'], notActions: [] }],
    assignableScopes: [subscription],
  };
  const made = await roleDefinitions.createOrUpdate(scope, name, custom);
  assert.equal(made.roleType, 'CustomRole');
  await roleDefinitions.createOrUpdate(scope, name, { ...custom, description: 'changed' });
  assert.equal((await roleDefinitions.get(scope, name)).description, 'changed');
  assert.equal((await roleDefinitions.delete(scope, name)).roleName, 'Playbook starter');
  await assert.rejects(roleDefinitions.get(scope, name), refusal(404, 'RoleDefinitionDoesNotExist'));
});

test('permissions of the caller, operations for roles, the lists that are empty', async () => {
  assert.ok((await all(client.permissions.listForResourceGroup('rg'))).some(({ actions }) => actions?.includes('*')));
  const ofResource = await all(client.permissions.listForResource('rg', 'Microsoft.Compute', '', 'disks', 'd1'));
  assert.ok(ofResource.length > 0);
  assert.ok((await all(client.providerOperationsMetadataOperations.list())).length > 3);
  const security = await client.providerOperationsMetadataOperations.get('Microsoft.Security');
  assert.ok(security.resourceTypes?.some(({ name }) => name === 'automations'));
  const { denyAssignments } = client;
  assert.deepEqual(await all(denyAssignments.list()), []);
  assert.deepEqual(await all(denyAssignments.listForResourceGroup('rg')), []);
  assert.deepEqual(await all(denyAssignments.listForResource('rg', 'Microsoft.Compute', '', 'disks', 'd1')), []);
  assert.deepEqual(await all(denyAssignments.listForScope(scope)), []);
  assert.deepEqual(await all(client.classicAdministrators.list()), []);
});

describe('management groups', () => {
  const parent = { id: `/providers/Microsoft.Management/managementGroups/${tenantId}` };

  test('create, get, update, list, descendants, delete', async () => {
    const { managementGroups } = groups;
    const made = await managementGroups.beginCreateOrUpdateAndWait('team', {
      displayName: 'Team',
      details: { parent },
    });
    assert.equal(made.name, 'team');
    await managementGroups.beginCreateOrUpdateAndWait('sub-team', {
      details: { parent: { id: `${parent.id.slice(0, -tenantId.length)}team` } },
    });
    const got = await managementGroups.get('team', { expand: 'children', recurse: true });
    assert.deepEqual(
      got.children?.map(({ name }) => name),
      ['sub-team'],
    );
    assert.equal((await managementGroups.update('team', { displayName: 'The team' })).displayName, 'The team');
    assert.ok((await all(managementGroups.list())).some(({ name }) => name === 'team'));
    assert.ok((await all(managementGroups.listDescendants(tenantId))).some(({ name }) => name === 'sub-team'));
    await assert.rejects(
      managementGroups.beginDeleteAndWait('team'),
      (error: { statusCode?: number }) => error.statusCode === 400,
    );
    await managementGroups.beginDeleteAndWait('sub-team');
    await assert.rejects(
      managementGroups.get('sub-team'),
      (error: { statusCode?: number }) => error.statusCode === 404,
    );
  });

  test('subscriptions of a group', async () => {
    const { managementGroupSubscriptions } = groups;
    await groups.managementGroups.beginCreateOrUpdateAndWait('holder', { details: { parent } });
    const put = await managementGroupSubscriptions.create('holder', subscriptionId);
    assert.equal(put.state, 'Active');
    assert.equal((await managementGroupSubscriptions.getSubscription('holder', subscriptionId)).displayName, 'Local');
    assert.equal((await all(managementGroupSubscriptions.listSubscriptionsUnderManagementGroup('holder'))).length, 1);
    await managementGroupSubscriptions.delete('holder', subscriptionId);
    assert.equal((await all(managementGroupSubscriptions.listSubscriptionsUnderManagementGroup('holder'))).length, 0);
  });

  test('settings of the hierarchy', async () => {
    const { hierarchySettingsOperations: settings } = groups;
    await settings.createOrUpdate(tenantId, { requireAuthorizationForGroupCreation: true });
    assert.equal((await settings.get(tenantId)).requireAuthorizationForGroupCreation, true);
    await settings.update(tenantId, { requireAuthorizationForGroupCreation: true });
    assert.equal((await settings.list(tenantId)).value?.length, 1);
    await settings.delete(tenantId);
  });

  test('entities, names, back-fill, operations', async () => {
    assert.ok((await all(groups.entities.list())).some(({ name }) => name === subscriptionId));
    const type = 'Microsoft.Management/managementGroups';
    assert.equal((await groups.checkNameAvailability({ name: 'free-name', type })).nameAvailable, true);
    assert.equal((await groups.startTenantBackfill()).tenantId, tenantId);
    assert.notEqual((await groups.tenantBackfillStatus()).status, undefined);
    assert.ok((await all(groups.operations.list())).length > 0);
  });
});

test('every operation is called here or has nothing behind it', () => {
  const privileged = 'just-in-time assignments of a product beside (privileged identity management)';
  watch.assertComplete({
    eligibleChildResources: privileged,
    roleAssignmentSchedules: privileged,
    roleAssignmentScheduleInstances: privileged,
    roleAssignmentScheduleRequests: privileged,
    roleEligibilitySchedules: privileged,
    roleEligibilityScheduleInstances: privileged,
    roleEligibilityScheduleRequests: privileged,
    roleManagementPolicies: privileged,
    roleManagementPolicyAssignments: privileged,
    'denyAssignments.get': 'there are no deny assignments here',
    'denyAssignments.getById': 'there are no deny assignments here',
    'globalAdministrator.elevateAccess': 'the admin token is Owner at the tenant root already',
  });
  groupWatch.assertComplete({});
});
