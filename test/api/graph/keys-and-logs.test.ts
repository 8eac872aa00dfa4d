/** Alternate keys of Microsoft Graph, its sign-in log, and how long logs of the directory are kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberOf, textMember } from '#foundation';
import { forgetOldEvents } from '#service';
import { codeOf, startHarness, valueOf } from '../harness.ts';
import { askToken, byPassword, newPrincipal, newUser } from '../identities.ts';

const root = '/graph/v1.0';

test('an application and a device are found by an alternate key, a user by his id in brackets', async () => {
  const api = await startHarness();
  const { appId, objectId } = await newPrincipal(api);
  const found = await api.call('GET', `${root}/servicePrincipals(appId='${appId}')`);
  assert.equal(textMember(found.body, 'id'), objectId);
  const graph = await api.call('GET', `${root}/servicePrincipals(appId=%2700000003-0000-0000-c000-000000000000%27)`);
  assert.equal(textMember(graph.body, 'displayName'), 'Microsoft Graph');
  const device = {
    accountEnabled: true,
    deviceId: 'd-1',
    displayName: 'lap',
    operatingSystem: 'L',
    operatingSystemVersion: '1',
  };
  await api.call('POST', `${root}/devices`, { body: device });
  const patched = await api.call('PATCH', `${root}/devices(deviceId='d-1')`, { body: { displayName: 'top' } });
  assert.equal(patched.status, 204);
  const [one] = valueOf(await api.call('GET', `${root}/devices`));
  assert.equal(one?.['displayName'], 'top');
  const byId = await api.call('GET', `${root}/devices('${textMember(one, 'id')}')`);
  assert.equal(textMember(byId.body, 'deviceId'), 'd-1');
  assert.equal(codeOf(await api.call('GET', `${root}/devices(displayName='top')`)), 'Request_BadRequest');
  assert.equal((await api.call('GET', `${root}/devices(deviceId='d-2')`)).status, 404);
});

test('audit entries of the directory are forgotten after thirty days', async () => {
  const api = await startHarness();
  const device = {
    accountEnabled: true,
    deviceId: 'd-1',
    displayName: 'lap',
    operatingSystem: 'L',
    operatingSystemVersion: '1',
  };
  await api.call('POST', `${root}/devices`, { body: device });
  const day = 24 * 60 * 60_000;
  const entries = async (): Promise<number> =>
    valueOf(await api.call('GET', `${root}/auditLogs/directoryAudits`)).length;
  assert.equal(await entries(), 1);
  api.clock.advance(29 * day);
  await forgetOldEvents(api.services);
  assert.equal(await entries(), 1);
  api.clock.advance(2 * day);
  await forgetOldEvents(api.services);
  assert.equal(await entries(), 0);
  assert.equal(valueOf(await api.call('GET', `${root}/devices`)).length, 1, 'what they tell of stays');
});

test('a sign-in with a password is in the log of sign-ins, a refused one with its reason', async () => {
  const api = await startHarness();
  await newUser(api);
  assert.equal((await askToken(api, byPassword())).status, 200);
  assert.equal((await askToken(api, byPassword({ password: 'not the password' }))).status, 400);
  const entries = valueOf(await api.call('GET', `${root}/auditLogs/signIns`));
  const codes = entries.map((entry) => memberOf(memberOf(entry, 'status'), 'errorCode'));
  assert.deepEqual(new Set(codes), new Set([0, 50_126]));
  assert.ok(entries.every((entry) => textMember(entry, 'userPrincipalName') !== undefined));
});
