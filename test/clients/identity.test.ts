/**
 * `@azure/identity` against our token service: the two forms of authority, the environment, certificates, and what is
 * refused, as its users see it. Rules: management API reference 2 and 3.2.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { ClientSecretCredential } from '@azure/identity';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { AzureCloud, type NewPrincipal, refusal, subscriptionId, tenantId } from './azure-cloud.ts';
import { all } from './watched-client.ts';

const cloud = new AzureCloud();
let principal: NewPrincipal;

before(async () => {
  await cloud.start();
  principal = await cloud.principal();
});
after(() => cloud.stop());

async function subscriptionsOf(credential: ClientSecretCredential): Promise<readonly (string | undefined)[]> {
  const client = new SubscriptionClient(credential, { endpoint: cloud.endpoint });
  return (await all(client.subscriptions.list())).map((each) => each.subscriptionId);
}

test('a tenant that is a GUID works with instance discovery turned off', async () => {
  const options = { authorityHost: cloud.endpoint, disableInstanceDiscovery: true };
  const credential = new ClientSecretCredential(tenantId, principal.appId, principal.secret, options);
  assert.deepEqual(await subscriptionsOf(credential), [subscriptionId]);
});

test('a token is an access token for the management API, with an end', async () => {
  const token = await cloud.credential(principal).getToken('https://management.azure.com/.default');
  const [, claims = ''] = token.token.split('.');
  const { appid, tid, aud } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
  assert.deepEqual({ appid, tid }, { appid: principal.appId, tid: tenantId });
  assert.match(String(aud), /^https:\/\/management\.azure\.com\/?$/);
  assert.ok(token.expiresOnTimestamp > Date.now() + 60_000);
});

test('a wrong secret and an unknown application are told apart in words', async () => {
  const wrong = cloud.credential({ ...principal, secret: 'not-it' });
  await assert.rejects(wrong.getToken('https://management.azure.com/.default'), /AADSTS7000215/);
  const stranger = cloud.credential({ ...principal, appId: crypto.randomUUID() });
  await assert.rejects(stranger.getToken('https://management.azure.com/.default'), /AADSTS700016/);
});

const program = `
  import { DefaultAzureCredential } from '@azure/identity';
  import { SecurityCenter } from '@azure/arm-security';
  const client = new SecurityCenter(new DefaultAzureCredential(), process.env.SUBSCRIPTION, { endpoint: process.env.ENDPOINT });
  for await (const { name } of client.locations.list()) console.log(name);
`;

test('a program that is configured by its environment alone reaches the server', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: cloud.caFile,
      AZURE_AUTHORITY_HOST: cloud.endpoint,
      AZURE_TENANT_ID: 'adfs',
      AZURE_CLIENT_ID: principal.appId,
      AZURE_CLIENT_SECRET: principal.secret,
      SUBSCRIPTION: subscriptionId,
      ENDPOINT: cloud.endpoint,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, 'exit');
  assert.match(output, /^\w+\n$/);
});

test('a token of nobody is refused with a challenge', async () => {
  const getToken = () => Promise.resolve({ token: 'garbage', expiresOnTimestamp: Date.now() + 60_000 });
  const nobody = new SubscriptionClient({ getToken }, { endpoint: cloud.endpoint });
  await assert.rejects(all(nobody.subscriptions.list()), refusal(401, 'InvalidAuthenticationToken'));
  const bare = await fetch(`${cloud.server.url}/subscriptions?api-version=2022-12-01`);
  assert.equal(bare.status, 401);
  assert.match(bare.headers.get('www-authenticate') ?? '', /^Bearer authorization_uri="http.+"/);
});
