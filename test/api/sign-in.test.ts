import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createHash, createPrivateKey, webcrypto } from 'node:crypto';
import { test } from 'node:test';
import * as x509 from '@peculiar/x509';
import { SignJWT } from 'jose';
import { type ArmResponse, isFault, memberOf, textMember } from '#foundation';
import { anonymous, baseUrl, codeOf, type Harness, messageOf, startHarness } from './harness.ts';
import {
  askToken,
  azureCli,
  bearer,
  byPassword,
  claimsOf,
  credentials,
  identify,
  newPrincipal,
  newUser,
  tenant,
} from './identities.ts';

const text = (answer: ArmResponse, name: string): string => textMember(answer.body, name) ?? '';
const numberOf = (answer: ArmResponse): unknown => (memberOf(answer.body, 'error_codes') as readonly number[])[0];

// --- Passwords --------------------------------------------------------------------------------------------------

test('a password gives tokens that say who it is, and that sign in', async () => {
  const api = await startHarness();
  const objectId = await newUser(api);
  const scope = `${baseUrl}/.default openid profile offline_access`;
  const answer = await askToken(api, byPassword({ scope }));
  assert.equal(answer.status, 200);
  const identity = claimsOf(text(answer, 'id_token'));
  assert.equal(identity['aud'], azureCli);
  assert.equal(identity['iss'], `${baseUrl}/adfs`);
  assert.equal(identity['oid'], objectId);
  assert.equal(identity['upn'], 'ada@example.com');
  assert.equal(identity['tid'], tenant);
  assert.deepEqual(JSON.parse(Buffer.from(text(answer, 'client_info'), 'base64url').toString()), {
    uid: objectId,
    utid: tenant,
  });
  assert.notEqual(text(answer, 'refresh_token'), '');
  const who = await identify(api, bearer(text(answer, 'access_token')));
  assert.ok(!isFault(who));
  assert.deepEqual([who.kind, who.objectId, who.userName], ['User', objectId, 'ada@example.com']);
  const asIdentity = await identify(api, bearer(text(answer, 'id_token')));
  assert.ok(isFault(asIdentity), 'an identity token is for the client, not for this API');
});

test('a refusal names the user by the name it signs in with', async () => {
  const api = await startHarness();
  await newUser(api);
  const token = text(await askToken(api, byPassword()), 'access_token');
  const who = await identify(api, bearer(token));
  assert.ok(!isFault(who));
  const denied = await api.call('PUT', '/tocsin/v1/principals', { as: who });
  const refused = await api.call('GET', '/tocsin/v1/principals', { as: who });
  assert.equal(denied.status, 405);
  assert.equal(codeOf(refused), 'AuthorizationFailed');
  assert.match(messageOf(refused), /^The client 'ada@example\.com' with object id /);
});

test('a wrong password and a name that nobody has are the same AADSTS50126', async () => {
  const api = await startHarness();
  await newUser(api);
  for (const change of [{ password: 'wrong' }, { username: 'nobody@example.com' }]) {
    const answer = await askToken(api, byPassword(change));
    assert.equal(answer.status, 400);
    assert.equal(text(answer, 'error'), 'invalid_grant');
    assert.equal(numberOf(answer), 50126);
  }
});

test('ten wrong passwords lock the name for a minute, even for the right one', async () => {
  const api = await startHarness();
  await newUser(api);
  for (let guess = 0; guess < 10; guess++) await askToken(api, byPassword({ password: `wrong ${guess}` }));
  assert.equal(numberOf(await askToken(api, byPassword())), 50053);
  api.clock.advance(61_000);
  assert.equal((await askToken(api, byPassword())).status, 200);
});

test('disabling a user and changing the password end its tokens', async () => {
  const api = await startHarness();
  const objectId = await newUser(api);
  const scope = `${baseUrl}/.default offline_access`;
  const given = await askToken(api, byPassword({ scope }));
  const change = (body: Record<string, boolean | string>) =>
    api.call('PATCH', `/tocsin/v1/principals/${objectId}`, { body });
  await change({ enabled: false });
  assert.ok(isFault(await identify(api, bearer(text(given, 'access_token')))));
  assert.equal(numberOf(await askToken(api, byPassword())), 50057);
  await change({ enabled: true });
  assert.ok(!isFault(await identify(api, bearer(text(given, 'access_token')))));
  api.clock.advance(2000);
  await change({ password: 'another password' });
  assert.ok(isFault(await identify(api, bearer(text(given, 'access_token')))));
  const refresh = { grant_type: 'refresh_token', client_id: azureCli, refresh_token: text(given, 'refresh_token') };
  assert.equal(numberOf(await askToken(api, refresh)), 50173);
  assert.equal(numberOf(await askToken(api, byPassword())), 50126);
  assert.equal((await askToken(api, byPassword({ password: 'another password' }))).status, 200);
});

test('a made-up password is answered once, weak ones and taken names are refused', async () => {
  const api = await startHarness();
  const make = (body: Record<string, string>) =>
    api.call('POST', '/tocsin/v1/principals', { body: { type: 'User', ...body } });
  const made = await make({ userName: 'Ada' });
  assert.equal(made.status, 201, messageOf(made));
  const password = textMember(memberOf(made.body, 'secret'), 'value') ?? '';
  assert.equal((await askToken(api, byPassword({ username: 'ADA', password }))).status, 200);
  assert.equal(codeOf(await make({ userName: 'ada', password: 'a long password' })), 'Conflict');
  for (const weak of ['short', 'aaaaaaaaaa', 'password123', 'somebody@x']) {
    assert.equal(codeOf(await make({ userName: 'somebody@x', password: weak })), 'InvalidParameter', weak);
  }
  assert.equal(codeOf(await make({ userName: 'a b' })), 'InvalidParameter');
  const shown = JSON.stringify((await api.call('GET', '/tocsin/v1/principals?type=User')).body);
  assert.ok(shown.includes('"userName":"Ada"') && !shown.includes(password) && !shown.includes('argon2'));
});

test('a session begins by name and password and ends when the password changes', async () => {
  const api = await startHarness();
  const ways = async () => memberOf((await api.call('GET', '/tocsin/v1/signIn', { as: anonymous })).body, 'ways');
  assert.deepEqual(await ways(), ['token']);
  const objectId = await newUser(api);
  assert.deepEqual(await ways(), ['password', 'token']);
  const signIn = (password: string) =>
    api.call('POST', '/tocsin/v1/session', { as: anonymous, body: { userName: 'ada@example.com', password } });
  assert.equal((await signIn('wrong')).status, 401);
  const begun = await signIn('a long password');
  assert.equal(begun.status, 200);
  const headers = { cookie: (begun.headers?.['set-cookie'] ?? '').split(';')[0] ?? '' };
  const who = await identify(api, headers);
  assert.ok(!isFault(who) && who.objectId === objectId);
  api.clock.advance(2000);
  await api.call('PATCH', `/tocsin/v1/principals/${objectId}`, { body: { password: 'another password' } });
  const after = await identify(api, headers);
  assert.ok(!isFault(after) && after.kind === 'Anonymous');
});

// --- Refresh tokens ---------------------------------------------------------------------------------------------

test('a refresh token gives the next one, and an old one shown late ends the sign-in', async () => {
  const api = await startHarness();
  await newUser(api);
  const first = text(await askToken(api, byPassword()), 'refresh_token');
  const exchange = (value: string, client = azureCli) =>
    askToken(api, { grant_type: 'refresh_token', client_id: client, refresh_token: value });
  const second = text(await exchange(first), 'refresh_token');
  assert.ok(second !== '' && second !== first);
  assert.equal((await exchange(first)).status, 200, 'two processes of one client share it');
  assert.equal(numberOf(await exchange(second, '1950a258-227b-4e31-a9cf-717495945fc2')), 70000, 'another client');
  api.clock.advance(6 * 60_000);
  const third = text(await exchange(second), 'refresh_token');
  assert.equal(numberOf(await exchange(first)), 50173);
  assert.equal(numberOf(await exchange(third)), 70000, 'the whole sign-in has ended');
  assert.equal(numberOf(await exchange('nonsense')), 70000);
});

test('a refresh token ends ninety days after it was made', async () => {
  const api = await startHarness();
  await newUser(api);
  const value = text(await askToken(api, byPassword()), 'refresh_token');
  api.clock.advance(91 * 24 * 3_600_000);
  const late = await askToken(api, { grant_type: 'refresh_token', client_id: azureCli, refresh_token: value });
  assert.equal(numberOf(late), 70008);
});

// --- Certificates -----------------------------------------------------------------------------------------------

const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

async function newCertificate(): Promise<{ pem: string; sign: (claims: object, header?: object) => Promise<string> }> {
  const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=robot',
    notBefore: new Date('2025-12-01'),
    notAfter: new Date('2026-06-01'),
    signingAlgorithm: rsa,
    keys: keys as unknown as x509.X509CertificateCreateSelfSignedParams['keys'],
  });
  const der = Buffer.from(certificate.rawData);
  const x5t = createHash('sha1').update(der).digest('base64url');
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    pem: certificate.toString('pem'),
    sign: (claims, header = { x5t }) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', ...header }).sign(key),
  };
}

async function withCertificate(): Promise<{
  api: Harness;
  appId: string;
  sign: (change?: object, header?: object) => Promise<string>;
  ask: (assertion: string) => Promise<ArmResponse>;
}> {
  const api = await startHarness();
  const { objectId, appId } = await newPrincipal(api);
  const certificate = await newCertificate();
  const added = await api.call('POST', `/tocsin/v1/principals/${objectId}/certificates`, {
    body: { certificate: certificate.pem },
  });
  assert.equal(added.status, 201);
  const now = Math.floor(api.clock.now() / 1000);
  const claims = { iss: appId, sub: appId, aud: `${baseUrl}/adfs/oauth2/token`, nbf: now, exp: now + 600, jti: '1' };
  return {
    api,
    appId,
    sign: (change = {}, header) => certificate.sign({ ...claims, ...change }, header),
    ask: (assertion) =>
      askToken(api, {
        grant_type: 'client_credentials',
        client_id: appId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
  };
}

test('an assertion signed with a registered certificate gives a token', async () => {
  const { api, appId, sign, ask } = await withCertificate();
  const answer = await ask(await sign());
  assert.equal(answer.status, 200);
  const who = await identify(api, bearer(text(answer, 'access_token')));
  assert.ok(!isFault(who) && who.appId === appId);
  assert.equal(claimsOf(text(answer, 'access_token'))['appidacr'], '2');
});

test('assertions that are forged, late, for others or of others are refused', async () => {
  const { api, sign, ask } = await withCertificate();
  const stranger = await newCertificate();
  const now = Math.floor(api.clock.now() / 1000);
  const good = await sign();
  const [head, body] = good.split('.');
  const cases: readonly (readonly [string, string, number])[] = [
    ['cut', `${head}.${body}.`, 700027],
    ['not a token', 'x', 50027],
    ['no key named', await sign({}, {}), 700027],
    ['another key', await stranger.sign({ aud: `${baseUrl}/adfs` }), 700027],
    ['late', await sign({ nbf: now - 2000, exp: now - 1000 }), 700024],
    ['good for a year', await sign({ exp: now + 366 * 24 * 3600 }), 700024],
    ['for another server', await sign({ aud: 'https://login.example/adfs/oauth2/token' }), 700023],
    ['of another application', await sign({ sub: '11111111-1111-4111-8111-111111111111' }), 700021],
  ];
  for (const [what, assertion, number] of cases) {
    const answer = await ask(assertion);
    assert.equal(answer.status, 401, what);
    assert.equal(numberOf(answer), number, what);
  }
  api.clock.advance(200 * 24 * 3_600_000);
  assert.equal(numberOf(await ask(good)), 700027, 'the certificate is past its end');
});

test('a private key is never taken for a certificate, and a certificate not twice', async () => {
  const api = await startHarness();
  const { objectId } = await newPrincipal(api);
  const path = `/tocsin/v1/principals/${objectId}/certificates`;
  const { pem } = await newCertificate();
  const add = (certificate: string) => api.call('POST', path, { body: { certificate } });
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  for (const bad of [key, `${pem}\n${key}`, 'nonsense!', 'AAAA']) {
    assert.equal(codeOf(await add(bad)), 'InvalidParameter');
  }
  const added = await add(pem);
  assert.equal(codeOf(await add(pem)), 'Conflict');
  assert.match(text(added, 'thumbprint'), /^[0-9A-F]{40}$/);
  assert.equal((await api.call('DELETE', `${path}/${text(added, 'keyId')}`)).status, 200);
});

// --- Audiences --------------------------------------------------------------------------------------------------

test('scopes name one resource; permissions and applications of ours are resources too', async () => {
  const api = await startHarness();
  const made = await newPrincipal(api);
  const audience = async (scope: string) => {
    const answer = await askToken(api, credentials(made, { scope }), '/adfs/oauth2/v2.0/token');
    return answer.status === 200 ? claimsOf(text(answer, 'access_token'))['aud'] : numberOf(answer);
  };
  assert.equal(await audience('https://management.azure.com//.default'), 'https://management.azure.com/');
  assert.equal(await audience('https://management.azure.com/user_impersonation'), 'https://management.azure.com');
  assert.equal(await audience(`api://${made.appId}/.default`), `api://${made.appId}`);
  assert.equal(await audience('api://11111111-1111-4111-8111-111111111111/.default'), 500011);
  assert.equal(await audience('https://management.azure.com/.default https://localhost/.default'), 70011);
  const token = text(await askToken(api, credentials(made, { resource: `api://${made.appId}` })), 'access_token');
  const who = await identify(api, bearer(token));
  assert.ok(isFault(who) && who.code === 'InvalidAuthenticationTokenAudience', 'it is not for this API');
});

test('public clients show no secret, confidential ones prove themselves for people too', async () => {
  const api = await startHarness();
  await newUser(api);
  const made = await newPrincipal(api);
  assert.equal(numberOf(await askToken(api, byPassword({ client_secret: 'x' }))), 700025);
  assert.equal(numberOf(await askToken(api, byPassword({ client_id: made.appId }))), 7000218);
  const proved = byPassword({ client_id: made.appId, client_secret: made.secret });
  assert.equal((await askToken(api, proved)).status, 200);
  assert.equal(numberOf(await askToken(api, { grant_type: 'client_credentials', client_id: azureCli })), 7000218);
});

// --- The directory ----------------------------------------------------------------------------------------------

test('a user made by Graph signs in, a role of its group counts, and revoking ends what it holds', async () => {
  const api = await startHarness();
  const made = await api.call('POST', '/graph/v1.0/users', {
    body: {
      accountEnabled: true,
      displayName: 'Ada',
      mailNickname: 'ada',
      userPrincipalName: 'ada@example.com',
      passwordProfile: { password: 'a long password' },
    },
  });
  const id = text(made, 'id');
  const group = await api.call('POST', '/graph/v1.0/groups', {
    body: { displayName: 'readers', mailEnabled: false, mailNickname: 'readers', securityEnabled: true },
  });
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` };
  await api.call('POST', `/graph/v1.0/groups/${text(group, 'id')}/members/$ref`, { body: reference });
  const provider = '/providers/Microsoft.Authorization';
  await api.call('PUT', `${provider}/roleAssignments/11111111-1111-4111-8111-111111111111?api-version=2022-04-01`, {
    body: {
      properties: {
        roleDefinitionId: `${provider}/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
        principalId: text(group, 'id'),
        principalType: 'Group',
      },
    },
  });
  const given = await askToken(api, byPassword());
  const who = await identify(api, bearer(text(given, 'access_token')));
  assert.ok(!isFault(who));
  assert.equal((await api.call('GET', '/tocsin/v1/principals', { as: who })).status, 200);
  api.clock.advance(2000);
  await api.call('POST', `/graph/v1.0/users/${id}/revokeSignInSessions`, { body: {} });
  assert.ok(isFault(await identify(api, bearer(text(given, 'access_token')))));
  const refresh = { grant_type: 'refresh_token', client_id: azureCli, refresh_token: text(given, 'refresh_token') };
  assert.equal(numberOf(await askToken(api, refresh)), 50173);
});
