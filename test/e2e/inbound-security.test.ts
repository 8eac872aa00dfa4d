/** Who may start runs and read what they hold: keys, tokens, addresses. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { type Reply, textOf, TocsinServer } from './tocsin-server.ts';

const tenant = '00000000-0000-4000-8000-000000000000';
const issuer = 'https://sts.windows.net/11111111-2222-4333-8444-555555555555/';
const keys = await generateKeyPair('RS256');
const server = new TocsinServer();
const apps = new LogicApps(server, 'rg-inbound');
const answer = { Answer: respond({ headers: "@triggerOutputs()?['headers']" }) };

const policy = (claims: Readonly<Record<string, string>>): JsonObject => ({
  openAuthenticationPolicies: {
    policies: { One: { type: 'AAD', claims: Object.entries(claims).map(([name, value]) => ({ name, value })) } },
  },
});
const triggers = (rules: JsonObject): JsonObject => ({ accessControl: { triggers: rules } });
const addresses = (...ranges: readonly string[]): JsonObject => ({
  allowedCallerIpAddresses: ranges.map((addressRange) => ({ addressRange })),
});
const codeOf = ({ body }: Reply): unknown => (body.error as JsonObject | undefined)?.code;
const unsigned = (url: string): string => url.replace(/\?.*$/, '?api-version=2016-10-01');

async function tokenOf(claims: JsonObject, options: { readonly expired?: boolean } = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuedAt(now - 7200)
    .setExpirationTime(options.expired === true ? now - 3600 : now + 3600)
    .sign(keys.privateKey);
}

const bearer = (url: string, token: string): Promise<Reply> =>
  apps.post(unsigned(url), {}, { authorization: `Bearer ${token}` });

before(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const file = join(server.folder, 'issuers.json');
  writeFileSync(file, JSON.stringify({ [issuer]: { keys: [jwk] } }));
  server.options = ['--empty', '--issuer-keys', file];
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

describe('access keys', () => {
  test('sign URLs until they are renewed, each for itself', async () => {
    const first = await apps.make('keys', request(), answer);
    const second = await apps.callback('keys', { keyType: 'Secondary' });
    assert.deepEqual([(await apps.post(first)).status, (await apps.post(second)).status], [200, 200]);
    await apps.operation('POST', `${apps.id('keys')}/regenerateAccessKey`, { body: { keyType: 'Primary' } });
    assert.equal(codeOf(await apps.post(first)), 'DirectApiInvalidAuthorizationSignature');
    assert.equal((await apps.post(second)).status, 200);
    assert.equal((await apps.post(await apps.callback('keys'))).status, 200);
    await apps.operation('POST', `${apps.id('keys')}/regenerateAccessKey`, { body: { keyType: 'Secondary' } });
    assert.equal((await apps.post(second)).status, 401);
  });

  test('sign URLs that end, and nothing else than what they name', async () => {
    const url = await apps.make('ends', request(), answer);
    const over = await apps.callback('ends', { notAfter: '2020-01-01T00:00:00Z' });
    assert.equal((await apps.post(over)).status, 401);
    const later = await apps.callback('ends', { notAfter: '2099-01-01T00:00:00Z' });
    assert.equal((await apps.post(later)).status, 200);
    assert.equal((await apps.post(later.replace('2099', '2098'))).status, 401);
    assert.equal((await apps.post(url.replace('sv=1.0', 'sv=1.1'))).status, 401);
    assert.equal(codeOf(await apps.post(unsigned(url))), 'DirectApiAuthorizationRequired');
  });

  test('and a bearer token exclude each other', async () => {
    const url = await apps.make('both', request(), answer);
    const refused = await apps.post(url, {}, { authorization: 'Bearer abc' });
    assert.deepEqual([refused.status, codeOf(refused)], [401, 'DirectApiRequestHasMoreThanOneAuthorization']);
  });
});

describe('authorization policies', () => {
  test('admit a token whose claims all fit, and refuse others by their code', async () => {
    const rules = triggers(policy({ iss: issuer, aud: 'api://app', roles: 'caller' }));
    const url = await apps.make('policies', request(), answer, rules);
    const good = { iss: issuer, aud: 'api://app', roles: ['other', 'caller'] };
    const admitted = await bearer(url, await tokenOf(good));
    assert.equal(admitted.status, 200, admitted.text);
    assert.ok(!('Authorization' in (admitted.body.headers as JsonObject)));
    const mismatch = await bearer(url, await tokenOf({ ...good, aud: 'api://other' }));
    assert.deepEqual([mismatch.status, codeOf(mismatch)], [403, 'MisMatchingOAuthClaims']);
    const expired = await bearer(url, await tokenOf(good, { expired: true }));
    assert.deepEqual([expired.status, codeOf(expired)], [401, 'ExpiredAuthenticationToken']);
    const stranger = await bearer(url, await tokenOf({ ...good, iss: 'https://sts.windows.net/other/' }));
    assert.deepEqual([stranger.status, codeOf(stranger)], [401, 'InvalidAuthenticationToken']);
    const forged = `${(await tokenOf(good)).slice(0, -8)}AAAAAAAA`;
    assert.equal((await bearer(url, forged)).status, 401);
    const none = JSON.stringify({ alg: 'none' });
    const open = `${Buffer.from(none).toString('base64url')}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`;
    assert.equal((await bearer(url, open)).status, 401);
    assert.equal((await apps.post(unsigned(url), {}, { authorization: 'Basic abc' })).status, 401);
    assert.equal((await apps.post(url)).status, 200);
  });

  test('take tokens of this server under the name that Azure has for its tenant', async () => {
    const principal = await server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'caller', type: 'ServicePrincipal' },
    });
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: textOf(principal.body, 'appId'),
      client_secret: textOf(principal.body.secret, 'value'),
      scope: 'https://management.azure.com/.default',
    });
    const signedIn = await server.call('POST', `/${tenant}/oauth2/v2.0/token`, {
      text: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      token: null,
    });
    const token = textOf(signedIn.body, 'access_token');
    const appid = textOf(principal.body, 'appId');
    for (const iss of [
      `https://sts.windows.net/${tenant}/`,
      `https://login.microsoftonline.com/${tenant}/v2.0`,
      `${server.url}/${tenant}/`,
    ]) {
      const url = await apps.make('own-tokens', request(), answer, triggers(policy({ iss, appid })));
      const reply = await bearer(url, token);
      assert.equal(reply.status, 200, `${iss}: ${reply.text}`);
    }
    const url = await apps.make('own-tokens', request(), answer, triggers(policy({ iss: issuer, appid })));
    assert.equal((await bearer(url, token)).status, 403);
  });

  test('keep the Authorization header for workflows that ask for it', async () => {
    const asked = request({ operationOptions: 'IncludeAuthorizationHeadersInOutputs' });
    const url = await apps.make('header', asked, answer, triggers(policy({ iss: issuer })));
    const token = await tokenOf({ iss: issuer });
    const { body } = await bearer(url, token);
    assert.equal((body.headers as JsonObject).Authorization, `Bearer ${token}`);
  });

  test('can be the only way in', async () => {
    const rules = { ...policy({ iss: issuer }), sasAuthenticationPolicy: { state: 'Disabled' } };
    const url = await apps.make('no-keys', request(), answer, triggers(rules));
    assert.equal(codeOf(await apps.post(url)), 'DirectApiAuthorizationRequired');
    assert.equal((await bearer(url, await tokenOf({ iss: issuer }))).status, 200);
  });
});

describe('allowed addresses', () => {
  test('of triggers refuse others by their address, and none at all lets other workflows only', async () => {
    const url = await apps.make(
      'from',
      request(),
      answer,
      triggers(addresses('10.0.0.0/8', '192.168.1.1-192.168.1.9', '2001:db8::/32')),
    );
    const refused = await apps.post(url);
    assert.deepEqual([refused.status, codeOf(refused)], [403, 'AuthorizationFailed']);
    assert.match(refused.text, /127\.0\.0\.1/);
    await apps.make('from', request(), answer, triggers(addresses('127.0.0.0-127.0.0.9', '::1')));
    assert.equal((await apps.post(url)).status, 200);
    await apps.make('from', request(), answer, triggers({ allowedCallerIpAddresses: [] }));
    assert.equal((await apps.post(url)).status, 403);
    const call = { type: 'Workflow', inputs: { host: { triggerName: 'manual', workflow: { id: apps.id('from') } } } };
    const parent = await apps.make('from-workflow', request(), {
      Call: call,
      Answer: respond("@outputs('Call')['statusCode']", 200, { runAfter: { Call: ['Succeeded', 'Failed'] } }),
    });
    assert.equal((await apps.post(parent)).text, '200');
  });

  test('of contents guard inputs and outputs, of management what is below the workflow', async () => {
    const url = await apps.make('guarded', request(), answer, { accessControl: { contents: addresses('10.1.1.1') } });
    await apps.post(url);
    const [run] = await apps.runs('guarded');
    const link = textOf((run?.trigger as JsonObject | undefined)?.outputsLink, 'uri');
    assert.equal((await server.call('GET', link, { token: null })).status, 403);
    await apps.make('guarded', request(), answer);
    assert.equal((await server.call('GET', link, { token: null })).status, 200);
    const rules = { accessControl: { workflowManagement: addresses('10.1.1.1') } };
    await apps.save('guarded', request(), answer, rules);
    assert.equal(codeOf(await apps.operation('GET', `${apps.id('guarded')}/runs`)), 'AuthorizationFailed');
    assert.equal((await apps.operation('GET', apps.id('guarded'))).status, 200);
    await apps.make('guarded', request(), answer);
  });

  test('stay with a PATCH and go with a PUT that has none', async () => {
    await apps.save('patched', request(), answer, triggers(addresses('10.0.0.1')));
    const shown = async (): Promise<unknown> =>
      ((await apps.operation('GET', apps.id('patched'))).body.properties as JsonObject).accessControl;
    await apps.operation('PATCH', apps.id('patched'), { body: { tags: { a: 'b' } } });
    assert.deepEqual(await shown(), { triggers: addresses('10.0.0.1') });
    await apps.save('patched', request(), answer);
    assert.equal(await shown(), undefined);
  });
});

test('an access control that cannot be meant is refused on save', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [`P${index}`, { type: 'AAD', claims: [{ name: 'iss', value: issuer }] }]),
  );
  const wrong: readonly JsonObject[] = [
    { accessControl: [] },
    { accessControl: { trigers: {} } },
    triggers(addresses('10.0.0.0/33')),
    triggers(addresses('300.1.1.1')),
    triggers(addresses('10.0.0.9-10.0.0.1')),
    triggers(addresses('10.0.0.1-::1')),
    triggers({ allowedCallerIpAddresses: 'all' }),
    triggers(policy({ aud: 'x' })),
    triggers(policy({ iss: 'https://evil.example/' })),
    triggers(policy({ iss: issuer, aud: 'x'.repeat(151) })),
    triggers({ openAuthenticationPolicies: { policies: many } }),
    triggers({
      openAuthenticationPolicies: { policies: { One: { type: 'Other', claims: [{ name: 'iss', value: issuer }] } } },
    }),
    triggers({ sasAuthenticationPolicy: { state: 'Maybe' } }),
    { accessControl: { contents: policy({ iss: issuer }) } },
  ];
  for (const rules of wrong)
    assert.equal(await apps.refusal('wrong', request(), answer, rules), 'InvalidAccessControl', JSON.stringify(rules));
});
