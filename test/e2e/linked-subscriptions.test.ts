/** A linked subscription, with a second server standing for the real cloud: its certificate authority, tokens and roles. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JsonObject, memberOf, textMember } from '#foundation';
import { assign, linked, LinkedCloud, linkedGroup as group, linkedId, tenant, versioned } from './linked-cloud.ts';
import { LogicApps, request } from './logic-apps.ts';
import { type Reply, subscription, textOf } from './tocsin-server.ts';

const world = new LinkedCloud();
const { cloud, server } = world;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/acc`;

before(async () => {
  await world.start();
  await cloud.call('PUT', versioned(account), {
    body: { location: 'westeurope', properties: { minimumTlsVersion: 'TLS1_0' } },
  });
});

after(() => world.stop());

test('a link is made, shown without its secret, and reads are the reads of the real cloud', async () => {
  const made = await world.link();
  assert.equal(made.status, 200, made.text);
  assert.equal(made.text.includes(world.secret), false);
  assert.equal(
    (await server.call('GET', `/tocsin/v1/linkedSubscriptions/${linkedId}`)).text.includes(world.secret),
    false,
  );
  const read = await server.call('GET', versioned(account));
  assert.equal(read.status, 200, read.text);
  assert.equal(memberOf(read.body.properties, 'minimumTlsVersion'), 'TLS1_0');
  await cloud.call('PATCH', versioned(account), { body: { properties: { minimumTlsVersion: 'TLS1_1' } } });
  const again = await server.call('GET', versioned(account));
  assert.equal(memberOf(again.body.properties, 'minimumTlsVersion'), 'TLS1_1', 'nothing is kept of an answer');
  const list = await server.call('GET', `${linked}/resources?api-version=2021-04-01&$top=1`);
  assert.equal(list.body.value?.length, 1);
  const missing = await server.call('GET', versioned(`${account}x`));
  assert.equal(missing.status, 404);
  assert.equal(memberOf(memberOf(missing.body, 'error'), 'code'), 'ResourceNotFound');
});

test('pages and operations of the real cloud are followed at our address', async () => {
  await cloud.call('PUT', versioned(`${account}2`), { body: { location: 'westeurope' } });
  const first = await server.call('GET', `${linked}/resources?api-version=2021-04-01&$top=1`);
  const next = textOf(first.body, 'nextLink');
  assert.ok(next.startsWith(server.url), next);
  assert.equal((await server.call('GET', next)).body.value?.length, 1);
});

test('a write needs a role that is assigned at the linked subscription, whoever writes, and is in the activity log', async () => {
  const patch = (token?: string): Promise<Reply> =>
    server.call('PATCH', versioned(account), {
      body: { tags: { by: 'us' } },
      ...(token === undefined ? {} : { token }),
    });
  const refused = await patch();
  assert.equal(refused.status, 403);
  assert.equal(memberOf(memberOf(refused.body, 'error'), 'code'), 'LinkedAuthorizationFailed');
  assert.equal(memberOf((await cloud.call('GET', versioned(account))).body.tags, 'by'), undefined);
  const made = await server.call('POST', '/tocsin/v1/principals', {
    body: { displayName: 'writer', type: 'ServicePrincipal' },
  });
  const objectId = textOf(made.body, 'objectId');
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: textOf(made.body, 'appId'),
    client_secret: textMember(memberOf(made.body, 'secret'), 'value') ?? '',
    scope: 'https://management.azure.com/.default',
  });
  const token = await server.call('POST', `/${tenant}/oauth2/v2.0/token`, {
    text: form.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    token: null,
  });
  const bearer = textOf(token.body, 'access_token');
  await assign(server, '', objectId);
  assert.equal((await patch(bearer)).status, 403, 'a role at the tenant is not a grant of the linked scope');
  await assign(server, linked, objectId);
  const written = await patch(bearer);
  assert.equal(written.status, 200, written.text);
  assert.equal(memberOf((await cloud.call('GET', versioned(account))).body.tags, 'by'), 'us');
  const log = await server.call('GET', `/tocsin/v1/linkedSubscriptions/${linkedId}/activity`);
  const entries = (log.body.value ?? []).filter(
    (entry) => textMember(memberOf(entry, 'operationName'), 'value') === 'Microsoft.Storage/storageAccounts/write',
  );
  const states = entries.map((entry) => textMember(memberOf(entry, 'status'), 'value') ?? '').toSorted();
  // Both writes that were refused are entries too.
  assert.deepEqual(states, ['Failed', 'Failed', 'Started', 'Succeeded']);
  assert.equal(log.text.includes('"by"'), false, 'the log never holds a body');
});

test('a playbook acts on the linked subscription with the rights of its identity there', async () => {
  const apps = new LogicApps(server, 'apps');
  await apps.makeGroup();
  const call = {
    type: 'Http',
    inputs: {
      method: 'PATCH',
      uri: `https://management.azure.com${versioned(account)}`,
      body: { properties: { minimumTlsVersion: 'TLS1_2' } },
      authentication: { type: 'ManagedServiceIdentity' },
    },
  };
  const saved = await server.call('PUT', `${apps.id('secure')}?api-version=2019-05-01`, {
    body: {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: { definition: { triggers: request(), actions: { call } } },
    },
  });
  const url = await apps.callback('secure');
  const run = async (): Promise<JsonObject> => {
    const { headers } = await apps.post(url);
    return server.finishedRun(`${apps.id('secure')}/runs/${headers.get('x-ms-workflow-run-id') ?? ''}`);
  };
  assert.equal(memberOf((await run()).properties, 'status'), 'Failed', 'without a grant nothing is written');
  await assign(server, group, textMember(saved.body.identity, 'principalId') ?? '');
  assert.equal(memberOf((await run()).properties, 'status'), 'Succeeded');
  const read = await cloud.call('GET', versioned(account));
  assert.equal(memberOf(read.body.properties, 'minimumTlsVersion'), 'TLS1_2');
});

test('Resource Graph is asked of the cloud for linked subscriptions, and never of two places at once', async () => {
  const ask = (subscriptions: readonly string[], token?: string): Promise<Reply> =>
    server.call('POST', '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01', {
      body: { query: "resources | where type =~ 'microsoft.storage/storageaccounts' | project name", subscriptions },
      ...(token === undefined ? {} : { token }),
    });
  const found = await ask([linkedId]);
  assert.equal(found.status, 200, found.text);
  assert.ok(found.text.includes('"acc"'), found.text);
  const mixed = await ask([linkedId, subscription.slice('/subscriptions/'.length)]);
  assert.equal(mixed.status, 400);
  assert.match(mixed.text, /ask each place by itself/);
});

test('what a linked subscription has is copied into a local one, again without a change', async () => {
  const copy = '0b0b0b0b-0000-4000-8000-00000000000b';
  const path = `/tocsin/v1/inventory/import?linkedSubscriptionId=${linkedId}&subscriptionId=${copy}&unknownSubscription=create`;
  const first = await server.call('POST', path);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.body.created, 3, first.text);
  const read = await server.call('GET', versioned(account.replace(linkedId, copy)));
  assert.equal(memberOf(read.body.properties, 'minimumTlsVersion'), 'TLS1_2');
  assert.equal(memberOf(read.body.tags, 'by'), 'us');
  assert.equal((await server.call('POST', path)).body.unchanged, 3);
});

test('an unreachable cloud, a wrong credential and a local subscription are told apart', async () => {
  await world.link(world.settings('not-the-secret'));
  const rejected = await server.call('GET', versioned(account));
  assert.equal(rejected.status, 502);
  assert.match(textMember(memberOf(rejected.body, 'error'), 'message') ?? '', /No token could be had/);
  const local = await server.call('PUT', `/tocsin/v1/linkedSubscriptions/${subscription.slice(15)}`, {
    body: world.settings(),
  });
  assert.ok(local.status === 200 || local.status === 409, local.text);
  await world.link();
  await cloud.stop();
  const away = await server.call('GET', versioned(account));
  assert.equal(away.status, 503, away.text);
  assert.equal(memberOf(memberOf(away.body, 'error'), 'code'), 'LinkedCloudUnavailable');
  assert.ok(away.headers.get('retry-after'));
});
