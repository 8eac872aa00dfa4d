/** Application permissions of Microsoft Graph: granted as playbooks' instructions say, and what they allow and do not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArmResponse, type Identity, type Json, memberOf, textMember } from '#foundation';
import { codeOf, type Harness, startHarness, subscription, valueOf } from '../harness.ts';

const root = '/graph/v1.0';
const graphAppId = '00000003-0000-0000-c000-000000000000';

/** A user, and the managed identity that a playbook would have. */
async function world(): Promise<{ readonly api: Harness; readonly playbook: Identity; readonly user: string }> {
  const api = await startHarness();
  const identity = `${subscription}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine`;
  await api.call('PUT', `${subscription}/resourceGroups/rg`, { body: { location: 'westeurope' } });
  const put = await api.call('PUT', `${identity}?api-version=2023-01-31`, { body: { location: 'westeurope' } });
  const objectId = textMember(memberOf(put.body, 'properties'), 'principalId') ?? '';
  const made = await api.call('POST', `${root}/users`, {
    body: {
      accountEnabled: true,
      displayName: 'Ann',
      mailNickname: 'ann',
      userPrincipalName: 'ann@contoso.com',
      passwordProfile: { password: 'a long enough password 1' },
    },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const user = textMember(made.body, 'id') ?? '';
  return { api, playbook: { kind: 'ManagedIdentity', objectId, displayName: 'mine' }, user };
}

/** What the published scripts do: find Microsoft Graph, its role by name, and assign it. */
async function grant(api: Harness, { objectId }: Identity, permission: string, as?: Identity): Promise<ArmResponse> {
  const found = await api.call('GET', `${root}/servicePrincipals?$filter=appId eq '${graphAppId}'`);
  const [graph] = valueOf(found);
  const roles = memberOf(graph, 'appRoles') as readonly Json[];
  const role = roles.find((one) => memberOf(one, 'value') === permission);
  const body = {
    principalId: objectId,
    resourceId: memberOf(graph, 'id') ?? null,
    appRoleId: memberOf(role, 'id') ?? null,
  };
  return api.call('POST', `${root}/servicePrincipals/${objectId}/appRoleAssignments`, {
    body,
    ...(as === undefined ? {} : { as }),
  });
}

test('an identity without a permission is refused as Microsoft Graph does, and may what is granted and no more', async () => {
  const { api, playbook, user } = await world();
  const disable = { body: { accountEnabled: false }, as: playbook };
  const refused = await api.call('PATCH', `${root}/users/${user}`, disable);
  assert.equal(refused.status, 403);
  assert.equal(codeOf(refused), 'Authorization_RequestDenied');
  assert.equal((await grant(api, playbook, 'User.ReadWrite.All')).status, 201);
  assert.equal((await api.call('PATCH', `${root}/users/${user}`, disable)).status, 204);
  const password = { body: { passwordProfile: { password: 'another long password 2' } }, as: playbook };
  assert.equal(
    (await api.call('PATCH', `${root}/users/${user}`, password)).status,
    403,
    'passwords open all that a user may',
  );
  assert.equal((await api.call('GET', `${root}/groups`, { as: playbook })).status, 403);
  const revoke = await api.call('POST', `${root}/users/${user}/revokeSignInSessions`, { as: playbook });
  assert.equal(revoke.status, 200);
});

test('a permission to switch accounts on and off allows that alone; one for sessions allows those', async () => {
  const { api, playbook, user } = await world();
  await grant(api, playbook, 'User.EnableDisableAccount.All');
  const patch = async (body: Json): Promise<number> =>
    (await api.call('PATCH', `${root}/users/${user}`, { body, as: playbook })).status;
  assert.equal(await patch({ accountEnabled: false }), 204);
  assert.equal(await patch({ accountEnabled: true, jobTitle: 'Boss' }), 403);
  const revoke = (): Promise<ArmResponse> =>
    api.call('POST', `${root}/users/${user}/revokeSignInSessions`, { as: playbook });
  assert.equal((await revoke()).status, 403);
  await grant(api, playbook, 'User.RevokeSessions.All');
  assert.equal((await revoke()).status, 200);
});

test('permissions are listed at both ends and taken away at either, and count no more from then on', async () => {
  const { api, playbook } = await world();
  const granted = await grant(api, playbook, 'User.Read.All');
  const held = `${root}/servicePrincipals/${playbook.objectId}/appRoleAssignments`;
  assert.deepEqual(
    valueOf(await api.call('GET', held)).map((one) => [
      one['id'],
      one['principalDisplayName'],
      one['resourceDisplayName'],
    ]),
    [[textMember(granted.body, 'id'), 'mine', 'Microsoft Graph']],
  );
  assert.equal((await api.call('GET', `${root}/users`, { as: playbook })).status, 200);
  const given = `${root}/servicePrincipals/${textMember(granted.body, 'resourceId')}/appRoleAssignedTo`;
  assert.equal(valueOf(await api.call('GET', given)).length, 1);
  assert.equal((await api.call('DELETE', `${given}/${textMember(granted.body, 'id')}`)).status, 204);
  assert.equal((await api.call('GET', `${root}/users`, { as: playbook })).status, 403);
  assert.equal((await api.call('GET', `${held}/${textMember(granted.body, 'id')}`)).status, 404);
});

test('the same permission twice, one that Graph has not, and one for another object are refused', async () => {
  const { api, playbook } = await world();
  await grant(api, playbook, 'User.Read.All');
  assert.equal(codeOf(await grant(api, playbook, 'User.Read.All')), 'Request_BadRequest');
  assert.equal(codeOf(await grant(api, playbook, 'User.Invent.All')), 'Request_BadRequest');
  const path = `${root}/servicePrincipals/${playbook.objectId}/appRoleAssignments`;
  const other = await api.call('POST', path, { body: { principalId: 'someone', resourceId: 'x', appRoleId: 'y' } });
  assert.equal(codeOf(other), 'Request_BadRequest');
  assert.equal(valueOf(await api.call('GET', path)).length, 1);
});

test('nobody gives himself permissions, but who may manage them gives any', async () => {
  const { api, playbook } = await world();
  assert.equal((await grant(api, playbook, 'User.ReadWrite.All', playbook)).status, 403);
  await grant(api, playbook, 'AppRoleAssignment.ReadWrite.All');
  assert.equal((await grant(api, playbook, 'User.ReadWrite.All', playbook)).status, 201);
  assert.equal((await api.call('GET', `${root}/users`, { as: playbook })).status, 200);
});
