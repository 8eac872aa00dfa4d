import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArmResponse, type Json, memberOf, textMember } from '#foundation';
import { codeOf, type Harness, messageOf, startHarness, subscription, valueOf } from '../harness.ts';
import { askToken, credentials, newPrincipal } from '../identities.ts';

const root = '/graph/v1.0';
const text = (answer: ArmResponse, name: string): string => textMember(answer.body, name) ?? '';

async function ok(api: Harness, method: string, path: string, body?: Json): Promise<ArmResponse> {
  const answer = await api.call(method, `${root}/${path}`, body === undefined ? {} : { body });
  assert.ok(answer.status < 300, `${method} ${path}: ${messageOf(answer)}`);
  return answer;
}

async function find(api: Harness, view: string, filter: string): Promise<readonly Json[]> {
  return valueOf(await ok(api, 'GET', `${view}?$filter=${encodeURIComponent(filter)}`));
}

test('the calls of az ad sp create-for-rbac make a service principal that signs in', async () => {
  const api = await startHarness();
  assert.deepEqual(await find(api, 'applications', "displayName eq 'robot'"), []);
  const application = await ok(api, 'POST', 'applications', { displayName: 'robot', keyCredentials: [] });
  const appId = text(application, 'appId');
  const path = `applications/${text(application, 'id')}`;
  const password = await ok(api, 'POST', `${path}/addPassword`, {
    passwordCredential: { displayName: 'rbac', endDateTime: '2026-06-01T00:00:00Z' },
  });
  const secret = text(password, 'secretText');
  assert.equal((await askToken(api, credentials({ appId, secret, objectId: '' }))).status, 400, 'not in use yet');
  const made = await ok(api, 'POST', 'servicePrincipals', { appId, accountEnabled: true });
  assert.notEqual(text(made, 'id'), text(application, 'id'));
  assert.equal((await askToken(api, credentials({ appId, secret, objectId: '' }))).status, 200);
  assert.equal(codeOf(await api.call('POST', `${root}/servicePrincipals`, { body: { appId } })), 'Conflict');
  const [found] = await find(api, 'servicePrincipals', `servicePrincipalNames/any(c:c eq '${appId}')`);
  assert.equal(textMember(found, 'id'), text(made, 'id'));
  await ok(api, 'POST', `${path}/removePassword`, { keyId: text(password, 'keyId') });
  assert.equal((await askToken(api, credentials({ appId, secret, objectId: '' }))).status, 401);
  await ok(api, 'DELETE', `servicePrincipals/${text(made, 'id')}`);
  assert.deepEqual(await find(api, 'servicePrincipals', `appId eq '${appId}'`), []);
  await ok(api, 'DELETE', path);
  assert.deepEqual(await find(api, 'applications', `appId eq '${appId}'`), []);
});

test('principals and managed identities are found by id, by name and by what they are called', async () => {
  const api = await startHarness();
  const { objectId, appId } = await newPrincipal(api);
  const identity = `${subscription}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine`;
  await api.call('PUT', `${subscription}/resourceGroups/rg`, { body: { location: 'westeurope' } });
  const put = await api.call('PUT', `${identity}?api-version=2023-01-31`, { body: { location: 'westeurope' } });
  const managedId = textMember(memberOf(put.body, 'properties'), 'principalId') ?? '';
  const byIds = await ok(api, 'POST', 'directoryObjects/getByIds', { ids: [objectId, managedId, appId] });
  assert.deepEqual(
    valueOf(byIds).map((one) => [one['id'], one['servicePrincipalType']]),
    [
      [objectId, 'Application'],
      [managedId, 'ManagedIdentity'],
    ],
  );
  const [managed] = await find(api, 'servicePrincipals', "displayName eq 'mine'");
  assert.equal(textMember(managed, 'servicePrincipalType'), 'ManagedIdentity');
  const [selected] = valueOf(
    await ok(api, 'GET', `servicePrincipals?$select=id&$filter=startswith(displayName,'rob')`),
  );
  assert.deepEqual(selected, { id: objectId });
  assert.equal(codeOf(await api.call('GET', `${root}/servicePrincipals/${appId}`)), 'Request_ResourceNotFound');
});

test('answers never hold a secret, and what cannot be kept is refused', async () => {
  const api = await startHarness();
  const { secret } = await newPrincipal(api);
  const shown = JSON.stringify([
    (await ok(api, 'GET', 'applications')).body,
    (await ok(api, 'GET', 'servicePrincipals')).body,
  ]);
  assert.ok(!shown.includes(secret));
  const refused = await api.call('POST', `${root}/applications`, {
    body: { displayName: 'x', requiredResourceAccess: [{ resourceAppId: 'y', resourceAccess: [] }] },
  });
  assert.equal(codeOf(refused), 'Request_BadRequest');
  assert.equal(codeOf(await api.call('POST', `${root}/applications`, { body: { nonsense: 1 } })), 'Request_BadRequest');
});

test('an application keeps its redirect addresses and certificates as a client changes them', async () => {
  const api = await startHarness();
  const application = await ok(api, 'POST', 'applications', {
    displayName: 'desktop',
    publicClient: { redirectUris: ['http://localhost/back'] },
  });
  const path = `applications/${text(application, 'id')}`;
  assert.equal(memberOf((await ok(api, 'GET', path)).body, 'isFallbackPublicClient'), true);
  await ok(api, 'PATCH', path, { displayName: 'renamed', web: { redirectUris: ['https://app.example/'] } });
  const after = (await ok(api, 'GET', path)).body;
  assert.equal(textMember(after, 'displayName'), 'renamed');
  assert.deepEqual(memberOf(memberOf(after, 'publicClient'), 'redirectUris'), ['https://app.example/']);
  const bad = await api.call('PATCH', `${root}/${path}`, { body: { web: { redirectUris: ['javascript:alert(1)'] } } });
  assert.equal(bad.status, 400);
});
