import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault, type Json, memberOf, textMember } from '#foundation';
import { deletePrincipal, findIngestionKey } from '#service';
import {
  adminTokenText,
  anonymous,
  baseUrl,
  codeOf,
  principal,
  startHarness,
  subscription,
  valueOf,
} from './harness.ts';
import { askToken, bearer, credentials, identify, newPrincipal, tenant } from './identities.ts';

for (const path of [
  '/adfs/oauth2/token',
  '/adfs/oauth2/v2.0/token',
  `/${tenant}/oauth2/token`,
  `/${tenant}/oauth2/v2.0/token`,
]) {
  test(`${path} gives a token for client credentials that is good for its principal`, async () => {
    const api = await startHarness();
    const made = await newPrincipal(api);
    const scope = 'https://management.azure.com/.default';
    const answer = await askToken(api, credentials(made, { scope }), path);
    assert.equal(answer.status, 200);
    assert.equal(memberOf(answer.body, 'token_type'), 'Bearer');
    assert.equal(memberOf(answer.body, 'expires_in'), 3599);
    const identity = await identify(api, bearer(textMember(answer.body, 'access_token') ?? ''));
    assert.ok(!isFault(identity));
    assert.equal(identity.kind, 'ServicePrincipal');
    assert.equal(identity.objectId, made.objectId);
    assert.equal(identity.appId, made.appId);
  });
}

test('audiences are ours with one slash or two, or refused', async () => {
  const api = await startHarness();
  const made = await newPrincipal(api);
  for (const scope of [
    'https://localhost:7443//.default',
    'https://localhost:7443/.default',
    'https://127.0.0.1:1/.default',
  ]) {
    assert.equal((await askToken(api, credentials(made, { scope }))).status, 200, scope);
  }
  assert.equal(
    (await askToken(api, credentials(made, { resource: 'https://management.core.windows.net/' }))).status,
    200,
  );
  const other = await askToken(api, credentials(made, { scope: 'https://graph.microsoft.com/.default' }));
  assert.equal(memberOf(other.body, 'error'), 'invalid_resource');
});

test('credentials in the header count too', async () => {
  const api = await startHarness();
  const { appId, secret } = await newPrincipal(api);
  const authorization = `Basic ${Buffer.from(`${appId}:${secret}`).toString('base64')}`;
  const answer = await askToken(api, { grant_type: 'client_credentials' }, undefined, { authorization });
  assert.equal(answer.status, 200);
});

const refusals: readonly (readonly [string, Record<string, string>, number, string, number])[] = [
  ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
  ['no secret', { client_secret: '' }, 401, 'invalid_client', 7000218],
  ['an unknown application', { client_id: 'nobody' }, 400, 'unauthorized_client', 700016],
  ['an assertion of no type', { client_assertion: 'x' }, 400, 'invalid_request', 900144],
  [
    'an on-behalf-of token',
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
    400,
    'unsupported_grant_type',
    70003,
  ],
  ['no grant', { grant_type: '' }, 400, 'invalid_request', 900144],
];

for (const [what, change, status, error, number] of refusals) {
  test(`${what} is refused as ${error} with AADSTS${number}`, async () => {
    const api = await startHarness();
    const answer = await askToken(api, { ...credentials(await newPrincipal(api)), ...change });
    assert.equal(answer.status, status);
    assert.equal(memberOf(answer.body, 'error'), error);
    assert.match(textMember(answer.body, 'error_description') ?? '', new RegExp(`^AADSTS${number}: `));
    assert.deepEqual(memberOf(answer.body, 'error_codes'), [number]);
  });
}

test('an unknown tenant is AADSTS90002', async () => {
  const api = await startHarness();
  const answer = await askToken(api, {}, '/11111111-1111-4111-8111-111111111111/oauth2/token');
  assert.match(textMember(answer.body, 'error_description') ?? '', /^AADSTS90002: /);
});

test('tokens end: by time, with their principal, and when it is disabled', async () => {
  const api = await startHarness();
  const made = await newPrincipal(api);
  const token = async () => textMember((await askToken(api, credentials(made))).body, 'access_token') ?? '';
  const first = await token();
  assert.ok(!isFault(await identify(api, bearer(first))));
  api.clock.advance(3_700_000);
  const late = await identify(api, bearer(first));
  assert.ok(isFault(late) && late.code === 'ExpiredAuthenticationToken' && late.status === 401);
  const second = await token();
  assert.ok(!isFault(await identify(api, bearer(second))));
  await api.call('PATCH', `/tocsin/v1/principals/${made.objectId}`, { body: { enabled: false } });
  assert.ok(isFault(await identify(api, bearer(second))));
  assert.equal((await askToken(api, credentials(made))).status, 401);
  await api.call('PATCH', `/tocsin/v1/principals/${made.objectId}`, { body: { enabled: true } });
  assert.ok(!isFault(await identify(api, bearer(second))));
  await deletePrincipal(api.services, made.objectId);
  assert.ok(isFault(await identify(api, bearer(second))));
});

test('foreign, cut and unsigned tokens are refused', async () => {
  const api = await startHarness();
  const made = await newPrincipal(api);
  const good = textMember((await askToken(api, credentials(made))).body, 'access_token') ?? '';
  const stranger = await startHarness();
  const strangers = await newPrincipal(stranger);
  const foreign = textMember((await askToken(stranger, credentials(strangers))).body, 'access_token') ?? '';
  const [head, body] = good.split('.');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
  for (const token of [foreign, good.slice(0, -4), `${head}.${body}.`, unsigned, 'nonsense', `${adminTokenText}x`]) {
    const identity = await identify(api, bearer(token));
    assert.ok(isFault(identity) && identity.status === 401, token);
  }
  const basic = await identify(api, { authorization: 'Basic abc' });
  assert.ok(isFault(basic) && basic.code === 'AuthenticationFailed');
});

test('the admin token is Owner at the root', async () => {
  const api = await startHarness();
  const identity = await identify(api, bearer(adminTokenText));
  assert.ok(!isFault(identity) && identity.kind === 'AdminToken');
});

test('a further secret works until it is removed, and answers never repeat a value', async () => {
  const api = await startHarness();
  const made = await newPrincipal(api);
  const path = `/tocsin/v1/principals/${made.objectId}`;
  const added = await api.call('POST', `${path}/secrets`, { body: { displayName: 'second' } });
  assert.equal(added.status, 201);
  const secret = textMember(added.body, 'value') ?? '';
  assert.equal((await askToken(api, credentials({ ...made, secret }))).status, 200);
  const shown = JSON.stringify([
    (await api.call('GET', path)).body,
    (await api.call('GET', '/tocsin/v1/principals')).body,
  ]);
  assert.ok(!shown.includes(secret) && !shown.includes(made.secret));
  assert.equal((await api.call('DELETE', `${path}/secrets/${textMember(added.body, 'keyId') ?? ''}`)).status, 200);
  assert.equal((await askToken(api, credentials({ ...made, secret }))).status, 401);
});

test('a secret past its end is AADSTS7000222', async () => {
  const api = await startHarness();
  const made = await newPrincipal(api);
  api.clock.advance(366 * 24 * 3_600_000);
  const answer = await askToken(api, credentials(made));
  assert.match(textMember(answer.body, 'error_description') ?? '', /^AADSTS7000222: /);
});

test('principals are made by owners only, and of the two types there are', async () => {
  const api = await startHarness();
  const body = { displayName: 'x' };
  const denied = await api.call('POST', '/tocsin/v1/principals', { as: principal('p'), body });
  assert.equal(denied.status, 403);
  const group = await api.call('POST', '/tocsin/v1/principals', {
    body: { type: 'Group', displayName: 'u' },
  });
  assert.equal(codeOf(group), 'InvalidParameter');
  assert.equal(codeOf(await api.call('POST', '/tocsin/v1/principals', { body: {} })), 'InvalidParameter');
});

test('OpenID documents name our own endpoints in both styles', async () => {
  const api = await startHarness();
  const get = async (path: string) => (await api.call('GET', `${path}?no-version=1`, { as: anonymous })).body;
  for (const path of ['/adfs', '/adfs/adfs']) {
    const document = await get(`${path}/.well-known/openid-configuration`);
    assert.equal(memberOf(document, 'token_endpoint'), `${baseUrl}/adfs/oauth2/token`);
    assert.equal(memberOf(document, 'issuer'), `${baseUrl}/adfs`);
  }
  for (const path of [`/${tenant}`, `/${tenant}/v2.0`]) {
    const document = await get(`${path}/.well-known/openid-configuration`);
    assert.equal(memberOf(document, 'token_endpoint'), `${baseUrl}/${tenant}/oauth2/v2.0/token`);
  }
  const keys = memberOf(await get('/adfs/discovery/keys'), 'keys') as readonly Record<string, string>[];
  assert.equal(keys[0]?.['kty'], 'RSA');
  assert.equal(keys[0]?.['d'], undefined, 'no private part');
  assert.ok(memberOf(await get('/common/discovery/instance'), 'tenant_discovery_endpoint'));
});

test('the cloud describes itself in every version', async () => {
  const api = await startHarness();
  const get = async (version: string) =>
    (await api.call('GET', `/metadata/endpoints?api-version=${version}`, { as: anonymous })).body;
  const old = await get('2015-01-01');
  assert.equal(memberOf(memberOf(old, 'authentication'), 'loginEndpoint'), `${baseUrl}/adfs`);
  const list = await get('2019-05-01');
  assert.ok(Array.isArray(list));
  assert.equal(memberOf((list as readonly Json[])[0], 'resourceManager'), baseUrl);
  assert.equal(memberOf(await get('2022-09-01'), 'resourceManager'), baseUrl);
});

test('an ingestion key opens ingestion of its subscription until it is removed', async () => {
  const api = await startHarness();
  const subscriptionId = subscription.slice('/subscriptions/'.length);
  const made = await api.call('POST', '/tocsin/v1/ingestionKeys', {
    body: { name: 'falco', subscriptionId, formats: ['falco'] },
  });
  assert.equal(made.status, 201);
  const key = { 'x-tocsin-ingest-key': textMember(made.body, 'key') ?? '' };
  const identity = await identify(api, key, '/ingest/v1/events', 'POST');
  assert.ok(!isFault(identity) && identity.kind === 'IngestionKey' && identity.subscriptionId === subscriptionId);
  assert.deepEqual(findIngestionKey(api.services, identity.objectId)?.formats, ['falco']);
  const elsewhere = await identify(api, key, '/subscriptions');
  assert.ok(!isFault(elsewhere) && elsewhere.kind === 'Anonymous');
  assert.ok(
    isFault(await identify(api, { 'x-tocsin-ingest-key': `${key['x-tocsin-ingest-key']}x` }, '/ingest/v1/events')),
  );
  const [listed] = valueOf(await api.call('GET', '/tocsin/v1/ingestionKeys'));
  assert.equal(listed?.['name'], 'falco');
  assert.ok(listed?.['lastUsedOn'] !== undefined);
  assert.ok(!JSON.stringify(listed).includes(key['x-tocsin-ingest-key']));
  await api.call('DELETE', `/tocsin/v1/ingestionKeys/${identity.objectId}`);
  assert.ok(isFault(await identify(api, key, '/ingest/v1/events')));
  const unknown = { name: 'x', subscriptionId: '99999999-9999-4999-8999-999999999999' };
  assert.equal(codeOf(await api.call('POST', '/tocsin/v1/ingestionKeys', { body: unknown })), 'SubscriptionNotFound');
});

test('a session reads by its cookie, writes with its second value, and ends', async () => {
  const api = await startHarness();
  const signIn = (token: string) => api.call('POST', '/tocsin/v1/session', { as: anonymous, body: { token } });
  assert.equal((await signIn('wrong-token')).status, 401);
  const begun = await signIn(adminTokenText);
  assert.equal(begun.status, 200);
  const setCookie = begun.headers?.['set-cookie'] ?? '';
  assert.match(setCookie, /^tocsin_session=[\w-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
  const cookie = { cookie: `other=1; ${setCookie.split(';')[0] ?? ''}` };
  const csrf = textMember(begun.body, 'csrf') ?? '';
  const read = await identify(api, cookie);
  assert.ok(!isFault(read) && read.kind === 'AdminToken');
  const forged = await identify(api, cookie, '/subscriptions', 'PUT');
  assert.ok(isFault(forged) && forged.status === 403);
  const guessed = await identify(api, { ...cookie, 'x-tocsin-csrf': `${csrf}x` }, '/subscriptions', 'PUT');
  assert.ok(isFault(guessed) && guessed.status === 403);
  const write = await identify(api, { ...cookie, 'x-tocsin-csrf': csrf }, '/subscriptions', 'PUT');
  assert.ok(!isFault(write) && write.kind === 'AdminToken');
  const told = await api.call('GET', '/tocsin/v1/session', { as: anonymous, headers: cookie });
  assert.equal(memberOf(told.body, 'csrf'), csrf);
  const ended = await api.call('DELETE', '/tocsin/v1/session', { headers: cookie });
  assert.equal(ended.status, 204);
  assert.match(ended.headers?.['set-cookie'] ?? '', /Max-Age=0/);
  const after = await identify(api, cookie);
  assert.ok(!isFault(after) && after.kind === 'Anonymous');
  assert.equal((await api.call('GET', '/tocsin/v1/session', { as: anonymous, headers: cookie })).status, 401);
});

test('a session ends after its time and never outlives its token', async () => {
  const api = await startHarness();
  const made = await newPrincipal(api);
  const token = textMember((await askToken(api, credentials(made))).body, 'access_token') ?? '';
  const begun = await api.call('POST', '/tocsin/v1/session', { as: anonymous, body: { token } });
  const cookie = { cookie: (begun.headers?.['set-cookie'] ?? '').split(';')[0] ?? '' };
  const now = await identify(api, cookie);
  assert.ok(!isFault(now) && now.objectId === made.objectId);
  api.clock.advance(3_700_000);
  const later = await identify(api, cookie);
  assert.ok(!isFault(later) && later.kind === 'Anonymous');
});
