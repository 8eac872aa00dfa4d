import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type ArmResponse, memberOf, textMember } from '#foundation';
import { anonymous, baseUrl, type Harness, startHarness } from './harness.ts';
import { askToken, azureCli, claimsOf, newUser } from './identities.ts';

const verifier = 'v'.repeat(50);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const redirectUri = 'http://localhost:8400/';
const text = (answer: ArmResponse, name: string): string => textMember(answer.body, name) ?? '';
const numberOf = (answer: ArmResponse): unknown => (memberOf(answer.body, 'error_codes') as readonly number[])[0];

function asked(more: Record<string, string> = {}): Record<string, string> {
  return {
    client_id: azureCli,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: `${baseUrl}/.default openid profile offline_access`,
    state: 'the state',
    nonce: 'the nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  };
}

const person = { tocsin_user_name: 'ada@example.com', tocsin_password: 'a long password', tocsin_answer: 'allow' };

const path = '/adfs/oauth2/authorize';

function open(api: Harness, parameters: Record<string, string>): Promise<ArmResponse> {
  return api.call('GET', `${path}?no-version=1&${new URLSearchParams(parameters).toString()}`, { as: anonymous });
}

function sendForm(api: Harness, fields: Record<string, string>, headers = {}, to = path): Promise<ArmResponse> {
  const rawBody = new URLSearchParams(fields).toString();
  return api.call('POST', `${to}?no-version=1`, { as: anonymous, rawBody, headers });
}

function locationOf(answer: ArmResponse): URL {
  assert.equal(answer.status, 303);
  return new URL(answer.headers?.['location'] ?? '');
}

function redeem(api: Harness, code: string, more: Record<string, string> = {}): Promise<ArmResponse> {
  return askToken(api, {
    grant_type: 'authorization_code',
    client_id: azureCli,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    code,
    ...more,
  });
}

async function codeFor(api: Harness): Promise<string> {
  return locationOf(await sendForm(api, asked(person))).searchParams.get('code') ?? '';
}

test('the page asks for name and password, and the application gets a code for tokens', async () => {
  const api = await startHarness();
  const objectId = await newUser(api);
  const page = await open(api, asked());
  assert.equal(page.status, 200);
  assert.match(String(page.rawBody), /to continue to <strong>Microsoft Azure CLI<\/strong>/);
  assert.match(page.headers?.['content-security-policy'] ?? '', /form-action 'self' http:\/\/localhost:8400;/);
  const location = locationOf(await sendForm(api, asked(person)));
  assert.equal(`${location.origin}${location.pathname}`, redirectUri);
  assert.equal(location.searchParams.get('state'), 'the state');
  const tokens = await redeem(api, location.searchParams.get('code') ?? '');
  assert.equal(tokens.status, 200);
  const identity = claimsOf(text(tokens, 'id_token'));
  assert.equal(identity['nonce'], 'the nonce');
  assert.equal(identity['oid'], objectId);
  assert.equal(claimsOf(text(tokens, 'access_token'))['aud'], baseUrl);
});

test('a wrong password shows the page again, with the name and without the password', async () => {
  const api = await startHarness();
  await newUser(api);
  const page = await sendForm(api, asked({ ...person, tocsin_password: 'my wrong one' }));
  assert.equal(page.status, 401);
  const shown = String(page.rawBody);
  assert.match(shown, /role="alert">AADSTS50126: /);
  assert.ok(shown.includes('value="ada@example.com"') && !shown.includes('my wrong one'));
});

test('what a request brings is shown as text, never as markup', async () => {
  const api = await startHarness();
  const page = await open(api, asked({ login_hint: '"><script>alert(1)</script>', state: `'"><b>` }));
  assert.ok(!String(page.rawBody).includes('<script>alert') && !String(page.rawBody).includes('<b>'));
});

test('a code is good once, for its client, address and verifier; a second use ends the first one’s tokens', async () => {
  const api = await startHarness();
  await newUser(api);
  const other = await codeFor(api);
  assert.equal(numberOf(await redeem(api, other, { code_verifier: 'w'.repeat(50) })), 501481);
  assert.equal(numberOf(await redeem(api, other, { redirect_uri: 'http://localhost:1/' })), 500112);
  assert.equal(numberOf(await redeem(api, other, { client_id: '1950a258-227b-4e31-a9cf-717495945fc2' })), 70000);
  assert.equal((await redeem(api, other)).status, 200);
  const code = await codeFor(api);
  const tokens = await redeem(api, code);
  assert.equal(numberOf(await redeem(api, code)), 54005);
  const refresh = { grant_type: 'refresh_token', client_id: azureCli, refresh_token: text(tokens, 'refresh_token') };
  assert.equal(numberOf(await askToken(api, refresh)), 70000);
  const late = await codeFor(api);
  api.clock.advance(11 * 60_000);
  assert.equal(numberOf(await redeem(api, late)), 70008);
});

test('two redemptions of one code at once give tokens to one', async () => {
  const api = await startHarness();
  await newUser(api);
  const code = await codeFor(api);
  const answers = await Promise.all([redeem(api, code), redeem(api, code)]);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 400]));
});

const untold: readonly (readonly [string, Record<string, string>, string])[] = [
  ['an unknown application', { client_id: '11111111-1111-4111-8111-111111111111' }, 'AADSTS700016'],
  ['an address of another host', { redirect_uri: 'https://evil.example/' }, 'AADSTS50011'],
  ['an address that only looks like this machine', { redirect_uri: 'http://localhost.evil.example/' }, 'AADSTS50011'],
  ['an address with a user part', { redirect_uri: 'http://localhost@evil.example/' }, 'AADSTS50011'],
  ['an address that is script', { redirect_uri: 'javascript:alert(1)' }, 'AADSTS50011'],
];

for (const [what, change, code] of untold) {
  test(`${what} is told to the person and never redirected to`, async () => {
    const api = await startHarness();
    await newUser(api);
    for (const answer of [await open(api, asked(change)), await sendForm(api, asked({ ...person, ...change }))]) {
      assert.equal(answer.status, 400);
      assert.match(String(answer.rawBody), new RegExp(code));
    }
  });
}

const told: readonly (readonly [string, Record<string, string>, string])[] = [
  ['no PKCE', { code_challenge: '' }, 'invalid_request'],
  ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['an implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
  ['a silent sign-in', { prompt: 'none' }, 'login_required'],
  ['an unknown resource', { scope: 'https://graph.example/.default' }, 'invalid_resource'],
];

for (const [what, change, error] of told) {
  test(`${what} is answered to the application as ${error}`, async () => {
    const api = await startHarness();
    const location = locationOf(await open(api, asked(change)));
    assert.equal(location.origin, 'http://localhost:8400');
    assert.equal(location.searchParams.get('error'), error);
    assert.equal(location.searchParams.get('state'), 'the state');
  });
}

test('answers go by query, fragment or form as asked', async () => {
  const api = await startHarness();
  await newUser(api);
  const fragment = locationOf(await sendForm(api, asked({ ...person, response_mode: 'fragment' })));
  assert.ok(fragment.search === '' && new URLSearchParams(fragment.hash.slice(1)).get('code') !== null);
  const form = await sendForm(api, asked({ ...person, response_mode: 'form_post' }));
  assert.match(String(form.rawBody), /<form method="post" action="http:\/\/localhost:8400\/">.*name="code"/);
  const declined = locationOf(await sendForm(api, asked({ tocsin_answer: 'decline' })));
  assert.equal(declined.searchParams.get('error'), 'access_denied');
});

test('a registered application gets codes at its own addresses only', async () => {
  const api = await startHarness();
  await newUser(api);
  const body = { displayName: 'web', redirectUris: ['https://app.example/back'] };
  const made = await api.call('POST', '/tocsin/v1/principals', { body });
  const client = { client_id: text(made, 'appId') };
  assert.equal((await open(api, asked({ ...client, redirect_uri: redirectUri }))).status, 400);
  const registered = { ...client, redirect_uri: 'https://app.example/back' };
  const code = locationOf(await sendForm(api, asked({ ...person, ...registered }))).searchParams.get('code') ?? '';
  assert.equal(numberOf(await redeem(api, code, registered)), 7000218);
  const secret = textMember(memberOf(made.body, 'secret'), 'value') ?? '';
  assert.equal((await redeem(api, code, { ...registered, client_secret: secret })).status, 200);
  const bad = { displayName: 'x', redirectUris: ['http://app.example/back'] };
  assert.equal((await api.call('POST', '/tocsin/v1/principals', { body: bad })).status, 400);
});

test('a form sent by a page of another site is refused', async () => {
  const api = await startHarness();
  await newUser(api);
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    assert.equal((await sendForm(api, asked(person), headers)).status, 403);
  }
  assert.equal((await sendForm(api, asked(person), { origin: baseUrl })).status, 303);
});

// --- Device codes -----------------------------------------------------------------------------------------------

async function deviceCode(api: Harness): Promise<ArmResponse> {
  const answer = await askToken(api, { client_id: azureCli, scope: `${baseUrl}/.default` }, '/adfs/oauth2/devicecode');
  assert.equal(answer.status, 200);
  return answer;
}

function poll(api: Harness, device: ArmResponse): Promise<ArmResponse> {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  return askToken(api, { grant_type, client_id: azureCli, device_code: text(device, 'device_code') });
}

test('a program waits with its code until a person has entered the other and signed in', async () => {
  const api = await startHarness();
  const objectId = await newUser(api);
  const device = await deviceCode(api);
  assert.equal(text(device, 'verification_uri'), `${baseUrl}/devicelogin`);
  assert.ok(text(device, 'message').includes(text(device, 'user_code')));
  assert.equal(text(await poll(api, device), 'error'), 'authorization_pending');
  assert.equal(text(await poll(api, device), 'error'), 'slow_down');
  const enter = (fields: Record<string, string>) => sendForm(api, fields, {}, '/devicelogin');
  const page = await enter({ user_code: text(device, 'user_code').toLowerCase() });
  assert.match(String(page.rawBody), /Microsoft Azure CLI.*Go on only if you started it yourself/);
  const done = await enter({ user_code: text(device, 'user_code'), ...person });
  assert.match(String(done.rawBody), /You have signed in/);
  const tokens = await poll(api, device);
  assert.equal(claimsOf(text(tokens, 'access_token'))['oid'], objectId);
  assert.equal(text(await poll(api, device), 'error'), 'bad_verification_code', 'tokens are given once');
});

test('a person may decline, and codes end after a quarter of an hour', async () => {
  const api = await startHarness();
  await newUser(api);
  const declined = await deviceCode(api);
  await sendForm(api, { user_code: text(declined, 'user_code'), tocsin_answer: 'decline' }, {}, '/devicelogin');
  assert.equal(text(await poll(api, declined), 'error'), 'authorization_declined');
  const late = await deviceCode(api);
  api.clock.advance(16 * 60_000);
  assert.equal(text(await poll(api, late), 'error'), 'expired_token');
  const entered = await sendForm(api, { user_code: text(late, 'user_code') }, {}, '/devicelogin');
  assert.equal(entered.status, 400);
});

test('who tries codes is slowed down', async () => {
  const api = await startHarness();
  for (let guess = 0; guess < 20; guess++) await sendForm(api, { user_code: `BCDFGHJK${guess}` }, {}, '/devicelogin');
  const slowed = await sendForm(api, { user_code: 'BCDFGHJKL' }, {}, '/devicelogin');
  assert.equal(slowed.status, 429);
  assert.ok(Number(slowed.headers?.['retry-after']) > 0);
});
