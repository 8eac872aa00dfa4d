import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { isFault, type Json, memberOf, type Outbound, stringifyJson } from '#foundation';
import { ExternalIssuers, readIssuerSettings } from '#service';
import { anonymous, type Harness, startHarness } from './harness.ts';
import { bearer, identify } from './identities.ts';

const issuer = 'https://login.example/realms/main';
const group = '11111111-1111-4111-8111-111111111111';
const settings = { name: 'main', displayName: 'Company', issuer, clientId: 'tocsin', groups: { 'sec-ops': group } };

interface Key {
  readonly kid: string;
  readonly jwk: JWK;
  readonly sign: (claims: Record<string, unknown>) => Promise<string>;
}

async function newKey(kid: string, clock: Harness['clock']): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const sign = (claims: Record<string, unknown>): Promise<string> => {
    const now = Math.floor(clock.now() / 1000);
    const usual = {
      iss: issuer,
      aud: 'tocsin',
      sub: 'ada',
      preferred_username: 'ada@example',
      groups: ['sec-ops', 'all'],
    };
    return new SignJWT({ ...usual, iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey);
  };
  return { kid, jwk, sign };
}

/** A server that trusts an issuer whose keys are `keys`, and counts who asks for them. */
async function withIssuer(more: Record<string, Json> = {}) {
  const api = await startHarness();
  const keys: JWK[] = [];
  const asked: string[] = [];
  const answers: Record<string, () => Json | Promise<Json>> = {
    [`${issuer}/.well-known/openid-configuration`]: () => ({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
    }),
    [`${issuer}/keys`]: () => ({ keys: keys as unknown as Json }),
  };
  const outbound: Outbound = {
    send: async ({ url, body }) => {
      asked.push(url);
      if (body !== undefined) lastForm = new URLSearchParams(new TextDecoder().decode(body));
      const answer = await answers[url]?.();
      const bytes = new TextEncoder().encode(stringifyJson(answer ?? {}));
      return { kind: 'response', status: answer === undefined ? 404 : 200, headers: {}, body: bytes } as never;
    },
  };
  let lastForm = new URLSearchParams();
  Object.assign(api.services, { outbound });
  const external = new ExternalIssuers(readIssuerSettings(stringifyJson({ issuers: [{ ...settings, ...more }] })));
  Object.assign(api.services.identity, { external });
  const key = await newKey('first', api.clock);
  keys.push(key.jwk);
  return { api, keys, key, asked, answers, form: () => lastForm };
}

test('a token of a configured issuer signs in, with its groups as the operator maps them', async () => {
  const { api, key } = await withIssuer();
  const who = await identify(api, bearer(await key.sign({})));
  assert.ok(!isFault(who), JSON.stringify(who));
  assert.deepEqual([who.kind, who.userName], ['User', 'ada@example']);
  assert.equal(who.groups?.[0], group);
  assert.match(who.objectId, /^[0-9a-f-]{36}$/);
  const again = await identify(api, bearer(await key.sign({ oid: group })));
  assert.ok(!isFault(again) && again.objectId === who.objectId, 'a claim of a stranger is no object id of ours');
});

test('a role given to the group counts', async () => {
  const { api, key } = await withIssuer();
  const provider = '/providers/Microsoft.Authorization';
  await api.call('PUT', `${provider}/roleAssignments/${group}?api-version=2022-04-01`, {
    body: {
      properties: {
        roleDefinitionId: `${provider}/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
        principalId: group,
        principalType: 'Group',
      },
    },
  });
  const inside = await identify(api, bearer(await key.sign({})));
  const outside = await identify(api, bearer(await key.sign({ sub: 'bob', groups: [] })));
  assert.ok(!isFault(inside) && !isFault(outside));
  assert.equal((await api.call('GET', '/tocsin/v1/principals', { as: inside })).status, 200);
  assert.equal((await api.call('GET', '/tocsin/v1/principals', { as: outside })).status, 403);
});

test('tokens of others, for others, late ones and forged ones are refused', async () => {
  const { api, key } = await withIssuer();
  const stranger = await newKey('first', api.clock);
  const now = Math.floor(api.clock.now() / 1000);
  const cases: readonly (readonly [string, string, string])[] = [
    ['another audience', await key.sign({ aud: 'other' }), 'InvalidAuthenticationTokenAudience'],
    ['past', await key.sign({ exp: now - 61 }), 'ExpiredAuthenticationToken'],
    ['not yet', await key.sign({ nbf: now + 120 }), 'InvalidAuthenticationToken'],
    ['another issuer', await key.sign({ iss: 'https://evil.example' }), 'InvalidAuthenticationToken'],
    ['another key by the same name', await stranger.sign({}), 'InvalidAuthenticationToken'],
  ];
  for (const [what, token, code] of cases) {
    const judged = await identify(api, bearer(token));
    assert.ok(isFault(judged) && judged.code === code, `${what}: ${JSON.stringify(judged)}`);
  }
  assert.ok(!isFault(await identify(api, bearer(await key.sign({ exp: now - 30 })))), 'clocks differ a little');
});

test('a new key is found, and who makes keys up does not make this server ask for each', async () => {
  const { api, keys, key, asked } = await withIssuer();
  await identify(api, bearer(await key.sign({})));
  const second = await newKey('second', api.clock);
  keys.push(second.jwk);
  api.clock.advance(31_000);
  assert.ok(!isFault(await identify(api, bearer(await second.sign({})))));
  const before = asked.length;
  for (let count = 0; count < 20; count++) {
    const made = await newKey(`made-up-${count}`, api.clock);
    assert.ok(isFault(await identify(api, bearer(await made.sign({})))));
  }
  assert.equal(asked.length, before);
});

test('a browser signs in at the issuer and comes back with a session', async () => {
  const { api, key, answers, form } = await withIssuer();
  const told = await api.call('GET', '/tocsin/v1/signIn', { as: anonymous });
  assert.deepEqual(memberOf(told.body, 'issuers'), [{ name: 'main', displayName: 'Company' }]);
  const begun = await api.call('GET', '/tocsin/v1/signIn/main?returnTo=/portal/alerts&no-version=1', { as: anonymous });
  assert.equal(begun.status, 302);
  const location = new URL(begun.headers?.['location'] ?? '');
  assert.equal(`${location.origin}${location.pathname}`, `${issuer}/auth`);
  const [state = '', nonce = ''] = ['state', 'nonce'].map((name) => location.searchParams.get(name) ?? '');
  const cookie = (begun.headers?.['set-cookie'] ?? '').split(';')[0] ?? '';
  answers[`${issuer}/token`] = async () => ({ id_token: await key.sign({ nonce }) });
  const back = (query: string, headers = {}) =>
    api.call('GET', `/tocsin/v1/signIn/callback?${query}&no-version=1`, { as: anonymous, headers });
  assert.equal((await back(`state=${state}&code=x`)).status, 401, 'another browser');
  const ended = await back(`state=${state}&code=the-code`, { cookie });
  assert.equal(ended.status, 303, String(ended.rawBody));
  assert.equal(ended.headers?.['location'], '/portal/alerts');
  assert.equal(form().get('code'), 'the-code');
  assert.ok((form().get('code_verifier') ?? '').length >= 43);
  const session = { cookie: (ended.headers?.['set-cookie'] ?? '').split(';')[0] ?? '' };
  const who = await identify(api, session);
  assert.ok(!isFault(who) && who.userName === 'ada@example' && who.groups?.[0] === group);
  assert.equal((await back(`state=${state}&code=the-code`, { cookie })).status, 401, 'once');
  Object.assign(api.services.identity, { external: new ExternalIssuers() });
  const after = await identify(api, session);
  assert.ok(!isFault(after) && after.kind === 'Anonymous', 'an issuer that is no longer trusted');
});

test('an answer with the nonce of another request is refused, and nobody is led to another site', async () => {
  const { api, key, answers } = await withIssuer();
  const begin = () =>
    api.call('GET', '/tocsin/v1/signIn/main?returnTo=https://evil.example&no-version=1', { as: anonymous });
  const begun = await begin();
  const location = new URL(begun.headers?.['location'] ?? '');
  const cookie = (begun.headers?.['set-cookie'] ?? '').split(';')[0] ?? '';
  answers[`${issuer}/token`] = async () => ({ id_token: await key.sign({ nonce: 'another' }) });
  const path = `/tocsin/v1/signIn/callback?state=${location.searchParams.get('state')}&code=x&no-version=1`;
  assert.equal((await api.call('GET', path, { as: anonymous, headers: { cookie } })).status, 401);
  const second = await begin();
  const next = new URL(second.headers?.['location'] ?? '');
  answers[`${issuer}/token`] = async () => ({ id_token: await key.sign({ nonce: next.searchParams.get('nonce') }) });
  const good = await api.call(
    'GET',
    `/tocsin/v1/signIn/callback?state=${next.searchParams.get('state')}&code=x&no-version=1`,
    { as: anonymous, headers: { cookie: (second.headers?.['set-cookie'] ?? '').split(';')[0] ?? '' } },
  );
  assert.equal(good.headers?.['location'], '/portal/');
});

test('settings with a mistake are refused in one sentence', () => {
  const read = (change: Record<string, Json>) =>
    readIssuerSettings(stringifyJson({ issuers: [{ ...settings, ...change }] }));
  assert.throws(() => read({ issuer: 'http://login.example' }), /must be https/);
  assert.throws(() => read({ nonsense: 1 }), /no member 'nonsense'/);
  assert.throws(() => read({ groups: { a: 'b' } }), /object id of a group/);
  assert.throws(() => read({ clientId: '' }), /lacks the text 'clientId'/);
});
