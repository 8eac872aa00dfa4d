import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArmResponse, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { directoryUser, groupIdsOf } from '#service';
import { codeOf, type Harness, messageOf, principal, startHarness, valueOf } from '../harness.ts';

const root = '/graph/v1.0';
const eventual = { consistencylevel: 'eventual' };

function userBody(name: string, more: JsonObject = {}): JsonObject {
  return {
    accountEnabled: true,
    displayName: `Name of ${name}`,
    mailNickname: name,
    userPrincipalName: `${name}@contoso.com`,
    mail: `${name}@contoso.com`,
    passwordProfile: { password: 'Not-Kept-1!', forceChangePasswordNextSignIn: true },
    ...more,
  };
}

async function made(api: Harness, path: string, body: Json): Promise<string> {
  const answer = await api.call('POST', `${root}/${path}`, { body });
  assert.equal(answer.status, 201, messageOf(answer));
  return idOf(answer);
}

function idOf(answer: ArmResponse): string {
  return textMember(answer.body, 'id') ?? '';
}

const groupBody = (name: string): JsonObject => ({
  displayName: name,
  mailEnabled: false,
  mailNickname: name,
  securityEnabled: true,
});

test('a user is made, found by id and by name, changed, and its password is nowhere', async () => {
  const api = await startHarness();
  const id = await made(api, 'users', userBody('ann', { jobTitle: 'Analyst' }));
  const byName = await api.call('GET', `${root}/users/ANN@contoso.com`);
  assert.equal(byName.status, 200);
  assert.equal(idOf(byName), id);
  assert.equal(memberOf(byName.body, 'jobTitle'), 'Analyst');
  assert.equal(memberOf(byName.body, 'mobilePhone'), null);
  assert.equal(memberOf(byName.body, '@odata.context'), 'https://localhost:7443/graph/v1.0/$metadata#users/$entity');
  const disabled = await api.call('PATCH', `${root}/users/${id}`, { body: { accountEnabled: false } });
  assert.equal(disabled.status, 204);
  const selected = await api.call('GET', `${root}/users/${id}?$select=accountEnabled,passwordProfile`);
  assert.equal(memberOf(selected.body, 'accountEnabled'), false);
  assert.deepEqual(memberOf(selected.body, 'passwordProfile'), { forceChangePasswordNextSignIn: true });
  assert.equal(directoryUser(api.services, 'ann@contoso.com')?.enabled, false);
  const stored = api.store.documents.list({ collection: 'directory' });
  assert.equal(JSON.stringify(stored).includes('Not-Kept'), false);
  const audits = valueOf(await api.call('GET', `${root}/auditLogs/directoryAudits`));
  assert.deepEqual(audits.map((entry) => textMember(entry, 'activityDisplayName') ?? '').sort(), [
    'Add user',
    'Disable account',
  ]);
});

test('what Microsoft Graph refuses is refused in its words and changes nothing', async () => {
  const api = await startHarness();
  const id = await made(api, 'users', userBody('ann'));
  const missing = await api.call('POST', `${root}/users`, { body: { displayName: 'x' } });
  assert.equal(missing.status, 400);
  assert.equal(codeOf(missing), 'Request_BadRequest');
  assert.match(messageOf(missing), /A value is required for property 'accountEnabled' of resource 'User'/);
  const twice = await api.call('POST', `${root}/users`, { body: userBody('Ann') });
  assert.match(messageOf(twice), /Another object with the same value for property userPrincipalName already exists/);
  const unknown = await api.call('PATCH', `${root}/users/${id}`, { body: { accountEnabled: false, colour: 'red' } });
  assert.match(messageOf(unknown), /Could not find a property named 'colour' on type 'microsoft.graph.user'/);
  const wrong = await api.call('PATCH', `${root}/users/${id}`, { body: { accountEnabled: 'no' } });
  assert.match(messageOf(wrong), /Invalid value specified for property 'accountEnabled'/);
  assert.equal(directoryUser(api.services, id)?.enabled, true);
  const nobody = await api.call('GET', `${root}/users/bob@contoso.com`);
  assert.equal(nobody.status, 404);
  assert.equal(codeOf(nobody), 'Request_ResourceNotFound');
  assert.ok(memberOf(memberOf(memberOf(nobody.body, 'error'), 'innerError'), 'request-id'));
  const version = await api.call('GET', '/graph/v9/users');
  assert.match(messageOf(version), /Invalid version: v9/);
});

test('a caller without a role is told so as Microsoft Graph does, and one with a role may', async () => {
  const api = await startHarness();
  const id = await made(api, 'users', userBody('ann'));
  const denied = await api.call('GET', `${root}/users/${id}`, { as: principal('p1') });
  assert.equal(denied.status, 403);
  assert.equal(codeOf(denied), 'Authorization_RequestDenied');
  assert.equal(messageOf(denied), 'Insufficient privileges to complete the operation.');
});

test('a contributor at the tenant reads the directory but neither changes users nor fills groups', async () => {
  const api = await startHarness();
  const id = await made(api, 'users', userBody('ann'));
  const holder = await made(api, 'groups', groupBody('contributors'));
  const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
  const assigned = await api.call(
    'PUT',
    '/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111?api-version=2022-04-01',
    {
      body: {
        properties: {
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${contributor}`,
          principalId: holder,
        },
      },
    },
  );
  assert.equal(assigned.status, 201, messageOf(assigned));
  const as = { ...principal('22222222-2222-4222-8222-222222222222'), groups: [holder] };
  assert.equal((await api.call('GET', `${root}/users/${id}`, { as })).status, 200);
  for (const [method, path, body] of [
    ['PATCH', `users/${id}`, { accountEnabled: false }],
    ['POST', `users/${id}/revokeSignInSessions`, undefined],
    ['DELETE', `users/${id}`, undefined],
    ['POST', 'groups', groupBody('g')],
  ] as const) {
    const answer = await api.call(method, `${root}/${path}`, { as, ...(body === undefined ? {} : { body }) });
    assert.equal(codeOf(answer), 'Authorization_RequestDenied', `${method} ${path}`);
  }
});

test('revoking sessions moves the time from which sessions count', async () => {
  const api = await startHarness();
  const id = await made(api, 'users', userBody('ann'));
  assert.equal(directoryUser(api.services, id)?.sessionsValidFrom, 0);
  const now = api.clock.now();
  const revoked = await api.call('POST', `${root}/users/${id}/revokeSignInSessions`);
  assert.equal(memberOf(revoked.body, 'value'), true);
  assert.equal(directoryUser(api.services, id)?.sessionsValidFrom, now);
});

test('members come and go, memberships reach through groups, and a deleted user leaves no link', async () => {
  const api = await startHarness();
  const user = await made(api, 'users', userBody('ann'));
  const inner = await made(api, 'groups', groupBody('inner'));
  const outer = await made(api, 'groups', {
    ...groupBody('outer'),
    'members@odata.bind': [`${root}/directoryObjects/${inner}`],
  });
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${user}` };
  const added = await api.call('POST', `${root}/groups/${inner}/members/$ref`, { body: reference });
  assert.equal(added.status, 204);
  const again = await api.call('POST', `${root}/groups/${inner}/members/$ref`, { body: reference });
  assert.match(messageOf(again), /already exist for the following modified properties: 'members'/);
  assert.deepEqual([...groupIdsOf(api.services, user)].sort(), [inner, outer].sort());
  const direct = valueOf(await api.call('GET', `${root}/users/${user}/memberOf`));
  assert.deepEqual(
    direct.map((item) => textMember(item, 'displayName')),
    ['inner'],
  );
  const checked = await api.call('POST', `${root}/users/${user}/checkMemberGroups`, {
    body: { groupIds: [outer, user] },
  });
  assert.deepEqual(memberOf(checked.body, 'value'), [outer]);
  const members = valueOf(await api.call('GET', `${root}/groups/${inner}/members?$select=id,userPrincipalName`));
  assert.deepEqual(members, [
    { '@odata.type': '#microsoft.graph.user', id: user, userPrincipalName: 'ann@contoso.com' },
  ]);
  assert.equal((await api.call('DELETE', `${root}/groups/${outer}/members/${inner}/$ref`)).status, 204);
  assert.deepEqual(groupIdsOf(api.services, user), [inner]);
  assert.equal((await api.call('DELETE', `${root}/users/${user}`)).status, 204);
  assert.deepEqual(valueOf(await api.call('GET', `${root}/groups/${inner}/members`)), []);
});

test('a manager is set, shown, expanded and taken away', async () => {
  const api = await startHarness();
  const user = await made(api, 'users', userBody('ann'));
  const boss = await made(api, 'users', userBody('bob'));
  assert.equal(codeOf(await api.call('GET', `${root}/users/${user}/manager`)), 'Request_ResourceNotFound');
  const body = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${boss}` };
  assert.equal((await api.call('PUT', `${root}/users/${user}/manager/$ref`, { body })).status, 204);
  const manager = await api.call('GET', `${root}/users/${user}/manager`);
  assert.equal(memberOf(manager.body, 'mail'), 'bob@contoso.com');
  assert.equal(memberOf(manager.body, '@odata.type'), '#microsoft.graph.user');
  const expanded = await api.call('GET', `${root}/users/${user}?$expand=manager($select=id)`);
  assert.deepEqual(memberOf(expanded.body, 'manager'), { '@odata.type': '#microsoft.graph.user', id: boss });
  const reports = valueOf(await api.call('GET', `${root}/users/${boss}/directReports`));
  assert.deepEqual(
    reports.map((item) => textMember(item, 'id')),
    [user],
  );
  assert.equal((await api.call('DELETE', `${root}/users/${user}/manager/$ref`)).status, 204);
  assert.equal((await api.call('GET', `${root}/users/${user}/manager`)).status, 404);
});

test('lists are filtered, searched, sorted, counted and paged', async () => {
  const api = await startHarness();
  for (const name of ['dan', 'ann', 'cid', 'bob']) {
    await made(
      api,
      'users',
      userBody(name, { department: name < 'c' ? 'Ops' : 'Sales', otherMails: [`${name}@home.org`] }),
    );
  }
  const names = async (query: string, headers = {}): Promise<readonly (string | undefined)[]> =>
    valueOf(await api.call('GET', `${root}/users?${query}`, { headers })).map((item) =>
      textMember(item, 'userPrincipalName')?.slice(0, 3),
    );
  assert.deepEqual(await names(`$filter=${encodeURIComponent("DisplayName eq 'name of bob'")}`), ['bob']);
  assert.deepEqual(
    await names(`$filter=${encodeURIComponent("mail eq 'CID@contoso.com' and accountEnabled eq true")}`),
    ['cid'],
  );
  assert.deepEqual(await names(`$filter=${encodeURIComponent("department eq 'Ops'")}&$orderby=displayName`), [
    'ann',
    'bob',
  ]);
  assert.deepEqual(await names(`$filter=${encodeURIComponent("otherMails/any(m:m eq 'dan@home.org')")}`), ['dan']);
  assert.deepEqual(await names(`$filter=${encodeURIComponent("otherMails/any(m: startswith(m,'cid'))")}`), ['cid']);
  assert.deepEqual(
    await names(`$search=${encodeURIComponent('"displayName:ann" OR "mail:bob"')}&$orderby=mail`, eventual),
    ['ann', 'bob'],
  );
  assert.equal(codeOf(await api.call('GET', `${root}/users?$search=x`)), 'Request_UnsupportedQuery');
  const first = await api.call('GET', `${root}/users?$top=3&$count=true&$orderby=displayName desc`, {
    headers: eventual,
  });
  assert.equal(memberOf(first.body, '@odata.count'), 4);
  assert.deepEqual(
    valueOf(first).map((item) => textMember(item, 'userPrincipalName')?.slice(0, 3)),
    ['dan', 'cid', 'bob'],
  );
  const link = new URL(textMember(first.body, '@odata.nextLink') ?? '');
  const second = await api.call('GET', `${link.pathname}${link.search}`);
  assert.deepEqual(
    valueOf(second).map((item) => textMember(item, 'userPrincipalName')?.slice(0, 3)),
    ['ann'],
  );
  assert.equal(memberOf(second.body, '@odata.nextLink'), undefined);
  const bad = await api.call('GET', `${root}/users?$filter=${encodeURIComponent('colour eq 1')}`);
  assert.match(messageOf(bad), /Invalid filter clause: The field 'colour'/);
  const total = await api.call('GET', `${root}/users/$count`, { headers: eventual });
  assert.equal(total.rawBody, '4');
});

test('risk is confirmed and dismissed for all users named, or for none', async () => {
  const api = await startHarness();
  const user = await made(api, 'users', userBody('ann'));
  const risky = `${root}/identityProtection/riskyUsers`;
  assert.equal((await api.call('GET', `${risky}/${user}`)).status, 404);
  const partly = await api.call('POST', `${risky}/confirmCompromised`, { body: { userIds: [user, 'nobody'] } });
  assert.equal(partly.status, 404);
  assert.equal((await api.call('GET', `${risky}/${user}`)).status, 404);
  assert.equal((await api.call('POST', `${risky}/confirmCompromised`, { body: { userIds: [user] } })).status, 204);
  const confirmed = await api.call('GET', `${risky}/${user}`);
  assert.equal(memberOf(confirmed.body, 'riskState'), 'confirmedCompromised');
  assert.equal(memberOf(confirmed.body, 'riskLevel'), 'high');
  assert.equal((await api.call('POST', `${risky}/dismiss`, { body: { userIds: [user] } })).status, 204);
  assert.equal(memberOf((await api.call('GET', `${risky}/${user}`)).body, 'riskState'), 'dismissed');
});

test('ids are looked up together, in the form of today and in that of the retired API', async () => {
  const api = await startHarness();
  const user = await made(api, 'users', userBody('ann'));
  const group = await made(api, 'groups', groupBody('ops'));
  const found = valueOf(
    await api.call('POST', `${root}/directoryObjects/getByIds`, { body: { ids: [user, group, 'x'], types: ['user'] } }),
  );
  assert.deepEqual(
    found.map((item) => textMember(item, 'id')),
    [user],
  );
  const old = valueOf(
    await api.call('POST', '/graph/aad/contoso.com/getObjectsByObjectIds', {
      body: { objectIds: [user], types: ['User'] },
    }),
  );
  assert.equal(old[0]?.['objectType'], 'User');
  assert.equal(old[0]?.['mail'], 'ann@contoso.com');
});
