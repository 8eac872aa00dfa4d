/** Threats to people at the portal, and between tenants and subscriptions (SECURITY.md). */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { subscription, subscriptionId, textOf, TocsinServer } from '../tocsin-server.ts';

const server = new TocsinServer();
const version = 'api-version=2021-04-01';

before(() => server.start());
after(() => server.remove());

async function session(): Promise<{ readonly cookie: string; readonly csrf: string; readonly setCookie: string }> {
  const begun = await server.call('POST', '/tocsin/v1/session', { body: { token: server.token }, token: null });
  assert.ok(begun.status < 300, begun.text);
  const setCookie = begun.headers.get('set-cookie') ?? '';
  return { cookie: setCookie.split(';')[0] ?? '', csrf: textOf(begun.body, 'csrf'), setCookie };
}

describe('requests that other sites make a browser send', () => {
  test('the cookie is for this site and for no script', async () => {
    const { setCookie } = await session();
    assert.match(setCookie, /HttpOnly/i);
    assert.match(setCookie, /SameSite=Strict/i);
    assert.match(setCookie, /Path=\//i);
  });

  test('a write needs the second value, whatever its form', async () => {
    const { cookie, csrf } = await session();
    const put = (headers: Readonly<Record<string, string>>) =>
      server.call('PUT', `${subscription}/resourceGroups/forged?${version}`, {
        token: null,
        body: { location: 'westeurope' },
        headers: { cookie, ...headers },
      });
    assert.equal((await put({})).status, 403);
    assert.equal((await put({ 'x-tocsin-csrf': 'guess' })).status, 403);
    assert.equal((await put({ 'x-tocsin-csrf': '' })).status, 403);
    const reading = await server.call('GET', `${subscription}/resourceGroups/forged?${version}`);
    assert.equal(reading.status, 404, 'nothing was written');
    assert.equal((await put({ 'x-tocsin-csrf': csrf })).status, 201);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const reply = await server.call('DELETE', '/tocsin/v1/outbox', {
        token: null,
        headers: { cookie, 'content-type': type },
      });
      assert.equal(reply.status, 403, type);
    }
  });

  test('no site may sign a browser in as somebody else', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const headers = { 'sec-fetch-site': site, 'content-type': 'text/plain', origin: 'https://evil.example' };
      const reply = await server.call('POST', '/tocsin/v1/session', {
        text: JSON.stringify({ token: server.token }),
        token: null,
        headers,
      });
      assert.equal(reply.status, 403, reply.text);
      assert.equal(reply.headers.get('set-cookie'), null);
    }
  });

  test('no answer may be read by a page of another origin', async () => {
    const { cookie } = await session();
    const headers = { origin: 'https://evil.example', cookie };
    for (const path of [
      `/subscriptions?${version}`,
      '/tocsin/v1/session',
      '/metadata/endpoints?api-version=2019-05-01',
      '/portal/',
    ]) {
      const reply = await server.call('GET', path, { token: null, headers });
      const allowed = reply.headers.get('access-control-allow-origin');
      assert.ok(
        allowed === null || (allowed === '*' && reply.headers.get('access-control-allow-credentials') === null),
        path,
      );
      assert.notEqual(allowed, 'https://evil.example', path);
    }
    const asked = await server.call('OPTIONS', `${subscription}/resourceGroups/x?${version}`, {
      token: null,
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'PUT' },
    });
    assert.ok(asked.status >= 400, String(asked.status));
    assert.equal(asked.headers.get('access-control-allow-origin'), null);
  });
});

test('no page can be framed or sniffed, or runs a script that is not ours', async () => {
  for (const path of ['/portal/', '/portal/alerts', '/tocsin/v1/signIn']) {
    const reply = await server.call('GET', path, { token: null, headers: { accept: 'text/html' } });
    if (!(reply.headers.get('content-type') ?? '').startsWith('text/html')) continue;
    const policy = reply.headers.get('content-security-policy') ?? '';
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.match(policy, /default-src|script-src/, path);
    assert.doesNotMatch(policy, /script-src[^;]*'unsafe-inline'/, path);
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff', path);
  }
});

test('nothing leads a browser to another site', async () => {
  const targets = [
    '//evil.example',
    '/%2f%2fevil.example',
    '/portal//evil.example',
    '/portal/?returnUrl=https://evil.example',
    '/portal/?redirect=//evil.example',
    '/?next=https://evil.example',
    '/\\evil.example',
    '/adfs/oauth2/authorize?response_type=code&client_id=nobody&redirect_uri=https://evil.example/&state=x',
    '/adfs/oauth2/authorize?response_type=code&client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46&redirect_uri=https://evil.example/',
    '/adfs/oauth2/authorize?response_type=code&client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46&redirect_uri=http://localhost.evil.example/',
    '/adfs/oauth2/authorize?response_type=code&client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46&redirect_uri=http://localhost@evil.example/',
  ];
  for (const target of targets) {
    const response = await fetch(`${server.url}${target}`, { redirect: 'manual', headers: { accept: 'text/html' } });
    const location = response.headers.get('location');
    assert.ok(
      location === null || (/^\/(?![/\\])/.test(location) && !location.startsWith('//')),
      `${target}: ${location ?? ''}`,
    );
    assert.doesNotMatch(await response.text(), /<meta[^>]+refresh[^>]+evil|location\s*=\s*["'][^"']*evil/, target);
  }
});

describe('between subscriptions and tenants', () => {
  const other = '00000000-0000-4000-8000-00000000cccc';
  let token: string;

  /** A principal that owns the other subscription and has nothing in the first. */
  before(async () => {
    await server.call('PUT', '/providers/Microsoft.Subscription/aliases/other?api-version=2021-10-01', {
      body: { properties: { subscriptionId: other, displayName: 'Other' } },
    });
    await server.call('PUT', `${subscription}/resourceGroups/rg?${version}`, {
      body: { location: 'westeurope', tags: { mark: 'their-secret' } },
    });
    await server.call('PUT', `/subscriptions/${other}/resourceGroups/rg?${version}`, {
      body: { location: 'westeurope' },
    });
    const definition = { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} };
    await server.call(
      'PUT',
      `${subscription}/resourceGroups/rg/providers/Microsoft.Logic/workflows/app?api-version=2019-05-01`,
      { body: { location: 'westeurope', properties: { definition } } },
    );
    const made = await server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'o', type: 'ServicePrincipal' },
    });
    const properties = {
      roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
      principalId: textOf(made.body, 'objectId'),
    };
    await server.call(
      'PUT',
      `/subscriptions/${other}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`,
      { body: { properties } },
    );
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: textOf(made.body, 'appId'),
      client_secret: textOf(made.body.secret, 'value'),
      scope: 'https://management.azure.com/.default',
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    token = textOf(
      (await server.call('POST', '/adfs/oauth2/token', { text: form.toString(), token: null, headers })).body,
      'access_token',
    );
  });

  const codeOf = (body: JsonObject): unknown => (body.error as JsonObject | undefined)?.code;

  test('lists show only what is one’s own', async () => {
    const reply = await server.call('GET', `/subscriptions?${version}`, { token });
    assert.deepEqual(
      reply.body.value?.map((each) => each.subscriptionId),
      [other],
    );
    for (const path of [
      '/tocsin/v1/alerts',
      '/tocsin/v1/automations',
      '/tocsin/v1/runs',
      `/tocsin/v1/runs?scopes=${subscription}`,
      `/tocsin/v1/alerts?scopes=${subscription}`,
    ]) {
      const list = await server.call('GET', path, { token });
      assert.ok(list.status === 403 || JSON.stringify(list.body.value ?? []) === '[]', `${path}: ${list.text}`);
    }
    assert.equal((await server.call('GET', `${subscription}/resourceGroups/rg?${version}`, { token })).status, 403);
  });

  test('ids in bodies reach nothing that the caller may not', async () => {
    const mine = `/subscriptions/${other}/resourceGroups/rg`;
    const app = `${subscription}/resourceGroups/rg/providers/Microsoft.Logic/workflows/app`;
    const automation = (scopePath: string, logicAppResourceId: string) => ({
      location: 'westeurope',
      properties: {
        scopes: [{ description: 'x', scopePath }],
        sources: [{ eventSource: 'Alerts', ruleSets: [] }],
        actions: [{ actionType: 'LogicApp', logicAppResourceId }],
      },
    });
    const path = `${mine}/providers/Microsoft.Security/automations/a?api-version=2019-01-01-preview`;
    const linked = await server.call('PUT', path, { token, body: automation(`/subscriptions/${other}`, app) });
    assert.deepEqual([linked.status, codeOf(linked.body)], [403, 'LinkedAuthorizationFailed']);
    const scoped = await server.call('PUT', path, { token, body: automation(subscription, app) });
    assert.ok(scoped.status === 400 || scoped.status === 403, scoped.text);
    const nested = {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      resources: [
        {
          type: 'Microsoft.Resources/deployments',
          apiVersion: '2021-04-01',
          name: 'in',
          subscriptionId,
          resourceGroup: 'rg',
          properties: {
            mode: 'Incremental',
            template: {
              $schema: 'x',
              contentVersion: '1.0.0.0',
              resources: [
                { type: 'Microsoft.Compute/disks', apiVersion: '2022-07-02', name: 'd', location: 'westeurope' },
              ],
            },
          },
        },
      ],
      outputs: {
        stolen: {
          type: 'string',
          value: `[reference('${subscription}/resourceGroups/rg', '2021-04-01', 'Full').tags.mark]`,
        },
      },
    };
    const deployment = `${mine}/providers/Microsoft.Resources/deployments/d?${version}`;
    const put = await server.call('PUT', deployment, {
      token,
      body: { properties: { mode: 'Incremental', template: nested } },
    });
    const end = await server.eventually(async () => {
      const { body, status, text } = await server.call('GET', deployment, { token });
      if (status === 404) return text;
      const state = (body.properties as JsonObject | undefined)?.provisioningState;
      return state === 'Failed' || state === 'Succeeded' ? text : undefined;
    }, 'the end of a deployment');
    assert.doesNotMatch(put.text + end, /their-secret/);
    assert.equal(
      (
        await server.call(
          'GET',
          `${subscription}/resourceGroups/rg/providers/Microsoft.Compute/disks/d?api-version=2022-07-02`,
        )
      ).status,
      404,
    );
    const assign = await server.call(
      'PUT',
      `${subscription}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`,
      { token, body: { properties: {} } },
    );
    assert.equal(assign.status, 403);
    const explain = await server.call(
      'GET',
      `/tocsin/v1/automationStatus?id=${encodeURIComponent(`${subscription}/resourceGroups/rg/providers/Microsoft.Security/automations/a`)}`,
      { token },
    );
    assert.ok(explain.status === 403 || explain.status === 404, explain.text);
  });

  test('ids of operations are for who began them', async () => {
    const deleted = await server.call('DELETE', `${subscription}/resourceGroups/rg?${version}`);
    const poll = new URL(deleted.headers.get('location') ?? '');
    const strange = await server.call('GET', `${poll.pathname.replace(subscriptionId, other)}${poll.search}`, {
      token,
    });
    assert.equal(strange.status, 404, strange.text);
    const same = await server.call('GET', `${poll.pathname}${poll.search}`, { token });
    assert.equal(same.status, 404, same.text);
  });

  test('another tenant is nobody', async () => {
    const stranger = crypto.randomUUID();
    const group = `/providers/Microsoft.Management/managementGroups/${stranger}?api-version=2021-04-01`;
    const reply = await server.call('GET', group, { token });
    assert.ok(reply.status === 403 || reply.status === 404, reply.text);
    const ids = await server.call('GET', `/subscriptions/${stranger}/resourceGroups?${version}`, { token });
    assert.deepEqual([ids.status, codeOf(ids.body)], [404, 'SubscriptionNotFound']);
  });
});
