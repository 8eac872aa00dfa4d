/** Threats to tokens and signatures (SECURITY.md): forged, stolen from elsewhere, out of their time, or about somebody else. */
import assert from 'node:assert/strict';
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { LogicApps, request } from '../logic-apps.ts';
import { subscription, subscriptionId, textOf, TocsinServer } from '../tocsin-server.ts';

const server = new TocsinServer();
const tenantId = '00000000-0000-4000-8000-000000000000';
const admin = '00000000-0000-4000-8000-0000000000ad';
let good: string;
let appId: string;

before(async () => {
  await server.start();
  const made = await server.call('POST', '/tocsin/v1/principals', {
    body: { displayName: 'p', type: 'ServicePrincipal' },
  });
  appId = textOf(made.body, 'appId');
  const assignment = `/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
  const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7';
  await server.call('PUT', assignment, {
    body: { properties: { roleDefinitionId, principalId: textOf(made.body, 'objectId') } },
  });
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: textOf(made.body.secret, 'value') };
  good = textOf((await askToken({ ...form, scope: 'https://management.azure.com/.default' })).body, 'access_token');
});
after(() => server.remove());

function askToken(form: Record<string, string>, path = '/adfs/oauth2/token') {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return server.call('POST', path, { text: new URLSearchParams(form).toString(), token: null, headers });
}

const call = (token: string) => server.call('GET', `${subscription}/resourceGroups?api-version=2021-04-01`, { token });
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const part = (index: number): JsonObject =>
  JSON.parse(Buffer.from(good.split('.')[index] ?? '', 'base64url').toString()) as JsonObject;

/** The token's content under other headers and claims, signed by a key. */
function signed(key: KeyObject, header: object = {}, claims: object = {}): string {
  const content = `${encode({ ...part(0), ...header })}.${encode({ ...part(1), ...claims })}`;
  return `${content}.${createSign('sha256').update(content).sign(key).toString('base64url')}`;
}

async function refused(token: string, code = 'InvalidAuthenticationToken'): Promise<void> {
  const reply = await call(token);
  assert.equal(reply.status, 401, reply.text);
  assert.equal((reply.body.error as JsonObject).code, code, reply.text);
  assert.match(reply.headers.get('www-authenticate') ?? '', /^Bearer /);
}

/** The server's own key, which only its data folder holds: for tokens that are right in all but one thing. */
const ownKey = (): KeyObject => createPrivateKey(readFileSync(join(server.folder, 'token-key.pem')));

describe('a forged token is refused', () => {
  test('the real one works', async () => assert.equal((await call(good)).status, 200));

  test('without a signature, or of the algorithm none', async () => {
    const [header = '', claims = ''] = good.split('.');
    await refused(`${header}.${claims}.`);
    for (const alg of ['none', 'None', 'NONE', '']) await refused(`${encode({ ...part(0), alg })}.${claims}.`);
  });

  test('with the public key as a shared secret (HS256)', async () => {
    const publicKey = createPublicKey(ownKey());
    for (const form of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
    ]) {
      const content = `${encode({ ...part(0), alg: 'HS256' })}.${encode(part(1))}`;
      await refused(`${content}.${createHmac('sha256', form).update(content).digest('base64url')}`);
    }
  });

  test('by another key, whatever the headers kid, jku, jwk and x5u point to', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await refused(signed(privateKey));
    await refused(signed(privateKey, { jwk: publicKey.export({ format: 'jwk' }) }));
    for (const kid of ['other', '../../token-key.pem', '/dev/null', "' or 1=1 --", ''])
      await refused(signed(privateKey, { kid }));
    const url = `${server.url}/nobody.json`;
    await refused(signed(privateKey, { jku: url, x5u: url }));
  });

  test('with claims changed under a signature of before', async () => {
    const [header = '', , signature = ''] = good.split('.');
    await refused(`${header}.${encode({ ...part(1), oid: admin, sub: admin })}.${signature}`);
    await refused(`${header}.${encode(part(1))}.${signature.slice(0, -4)}`);
  });

  test('cut, doubled, empty, or of no form at all', async () => {
    for (const token of ['', '.', '..', 'a.b.c', `${good}.${good}`, good.slice(0, 40), 'null', '{}']) {
      const reply = await server.call('GET', '/subscriptions?api-version=2022-12-01', {
        token: null,
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(reply.status, 401, token);
    }
    for (const authorization of [`Basic ${good}`, good, `Bearer ${good} ${good}`, `Bearer\t${good}x`]) {
      const reply = await server.call('GET', '/subscriptions?api-version=2022-12-01', {
        token: null,
        headers: { authorization },
      });
      assert.equal(reply.status, 401, authorization.slice(0, 20));
    }
  });
});

describe('a true signature is not enough', () => {
  const now = Math.floor(Date.now() / 1000);

  test('out of its time', async () => {
    await refused(
      signed(ownKey(), {}, { iat: now - 7200, nbf: now - 7200, exp: now - 3600 }),
      'ExpiredAuthenticationToken',
    );
    await refused(signed(ownKey(), {}, { nbf: now + 3600, exp: now + 7200 }));
    await refused(signed(ownKey(), {}, { exp: undefined }));
  });

  test('for another audience or of another tenant', async () => {
    for (const aud of [
      'https://graph.example/',
      'https://management.azure.com.evil.example',
      appId,
      ['https://evil.example'],
    ]) {
      await refused(signed(ownKey(), {}, { aud }), 'InvalidAuthenticationTokenAudience');
    }
    await refused(signed(ownKey(), {}, { tid: crypto.randomUUID() }), 'InvalidAuthenticationTokenTenant');
  });

  test('given out for calls to a foreign host', async () => {
    await refused(signed(ownKey(), {}, { tocsin_host: 'partner.example' }));
  });

  test('about nobody, or about the administrator, who signs in by the admin token only', async () => {
    await refused(signed(ownKey(), {}, { oid: crypto.randomUUID() }));
    await refused(signed(ownKey(), {}, { oid: undefined }));
    await refused(signed(ownKey(), {}, { oid: admin, sub: admin }));
  });

  test('of a principal that has been disabled since', async () => {
    const { value = [] } = (await server.call('GET', '/tocsin/v1/principals')).body;
    const mine = value.find((each) => each.appId === appId);
    const path = `/tocsin/v1/principals/${textOf(mine, 'objectId')}`;
    await server.call('PATCH', path, { body: { enabled: false } });
    await refused(good);
    await server.call('PATCH', path, { body: { enabled: true } });
    assert.equal((await call(good)).status, 200);
  });
});

test('tokens are given for no audience but ours, and for no tenant but ours', async () => {
  const made = await server.call('POST', '/tocsin/v1/principals', {
    body: { displayName: 'q', type: 'ServicePrincipal' },
  });
  const form = {
    grant_type: 'client_credentials',
    client_id: textOf(made.body, 'appId'),
    client_secret: textOf(made.body.secret, 'value'),
  };
  assert.notEqual((await askToken({ ...form, scope: 'https://evil.example/.default' })).status, 200);
  const scope = 'https://management.azure.com/.default';
  const other = await askToken({ ...form, scope }, `/${crypto.randomUUID()}/oauth2/v2.0/token`);
  assert.match(other.text, /AADSTS90002/);
  assert.equal((await askToken({ ...form, scope }, `/${tenantId}/oauth2/v2.0/token`)).status, 200);
});

test('a forged or borrowed callback signature opens nothing', async () => {
  const apps = new LogicApps(server, 'rg-tokens');
  await apps.makeGroup();
  const [one, other] = [await apps.make('one', request(), {}), await apps.make('other', request(), {})];
  assert.equal((await apps.post(one)).status, 202);
  const signature = new URL(one).searchParams.get('sig') ?? '';
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(other);
    change(url);
    return url.href;
  };
  const attempts = [
    changed((url) => url.searchParams.set('sig', signature)),
    changed((url) => url.searchParams.delete('sig')),
    changed((url) => url.searchParams.set('sig', '')),
    changed((url) => url.searchParams.set('sp', '/triggers/*/run')),
    changed((url) => url.searchParams.set('sv', '2.0')),
    changed((url) => url.searchParams.set('se', '2099-01-01T00:00:00Z')),
    changed((url) => url.searchParams.append('sig', signature)),
  ];
  const statuses = await Promise.all(attempts.map(async (url) => (await apps.post(url)).status));
  assert.deepEqual(
    statuses,
    attempts.map(() => 401),
  );
});

test('an ingestion key opens ingestion of its subscription and nothing else', async () => {
  const made = await server.call('POST', '/tocsin/v1/ingestionKeys', { body: { name: 'k', subscriptionId } });
  const headers = { 'x-tocsin-ingest-key': textOf(made.body, 'key') };
  const reading = await server.call('GET', `${subscription}/resourceGroups?api-version=2021-04-01`, {
    token: null,
    headers,
  });
  assert.equal(reading.status, 401);
  const wrong = await server.call('POST', '/ingest/v1/events', {
    token: null,
    headers: { 'x-tocsin-ingest-key': 'wrong' },
    body: [],
  });
  assert.equal(wrong.status, 401);
});
