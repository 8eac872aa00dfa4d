import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route, RouteCall } from '#api';
import { createDispatch, createRouter } from '#api';
import { raise } from '#foundation';
import {
  admin,
  anonymous,
  codeOf,
  type Harness,
  messageOf,
  principal,
  requestOf,
  startHarness,
  subscription,
} from './harness.ts';

function echo(method: Route['method'], pattern: string, more: Partial<Route> = {}): Route {
  return {
    method,
    pattern,
    permission: { open: 'test' },
    handle: (call: RouteCall) => ({ status: 200, body: { pattern, ...call.path } }),
    ...more,
  };
}

async function withRoutes(...routes: readonly Route[]): Promise<Harness> {
  return startHarness(routes);
}

test('segments match whatever their case, and values keep theirs', async () => {
  const api = await withRoutes(echo('GET', '/things/{name}/Parts'));
  const answer = await api.call('GET', '/THINGS/MyName/parts');
  assert.deepEqual(answer.body, { pattern: '/things/{name}/Parts', name: 'MyName' });
});

test('repeated and trailing slashes do not count', async () => {
  const api = await withRoutes(echo('GET', '/things/{name}'));
  assert.equal((await api.call('GET', '//things///x/')).status, 200);
});

test('a literal segment wins over a name, and a dead end falls back to the name', async () => {
  const api = await withRoutes(
    echo('GET', '/things/default'),
    echo('GET', '/things/{name}'),
    echo('GET', '/things/{name}/parts'),
  );
  assert.equal((await api.call('GET', '/things/default')).body?.['pattern' as never], '/things/default');
  assert.deepEqual((await api.call('GET', '/things/default/parts')).body, {
    pattern: '/things/{name}/parts',
    name: 'default',
  });
});

test('percent-encoding is undone once', async () => {
  const api = await withRoutes(echo('GET', '/things/{name}'));
  const answer = await api.call('GET', '/things/a%2520b%25');
  assert.deepEqual(answer.body, { pattern: '/things/{name}', name: 'a%20b%' });
});

for (const path of ['/things/%2e%2e', '/things/..', '/things/a%00', '/things/a%2Fb', '/things/%zz', '/things/%0a']) {
  test(`the path ${path} is refused`, async () => {
    const api = await withRoutes(echo('GET', '/things/{name}'));
    const answer = await api.call('GET', path);
    assert.equal(answer.status, 400);
    assert.equal(codeOf(answer), 'InvalidRequestFormat');
  });
}

test('a tail takes one or more segments, encoded slashes included', async () => {
  const api = await withRoutes(echo('GET', '/invoke'), echo('GET', '/invoke/{path*}'));
  assert.deepEqual((await api.call('GET', '/invoke/a/b%2Fc')).body, { pattern: '/invoke/{path*}', path: 'a/b/c' });
  assert.deepEqual((await api.call('GET', '/invoke')).body, { pattern: '/invoke' });
});

test('extension resources take the longest scope, and the tenant is an empty one', async () => {
  const pattern = '{scope*}/providers/Microsoft.Test/marks/{mark}';
  const api = await withRoutes(echo('GET', pattern));
  const id = `${subscription}/resourceGroups/g/providers/Microsoft.Test/marks/a/providers/Microsoft.Test/marks/b`;
  const inner = api.router.match('GET', id);
  assert.ok('values' in inner);
  assert.equal(inner.values['scope'], `${subscription}/resourceGroups/g/providers/Microsoft.Test/marks/a`);
  assert.deepEqual((await api.call('GET', '/providers/Microsoft.Test/marks/m')).body, {
    pattern,
    mark: 'm',
    scope: '',
  });
});

test('a known path with another method is 405, an unknown path is 404', async () => {
  const api = await withRoutes(echo('GET', '/things/{name}'));
  const other = await api.call('DELETE', '/things/x');
  assert.equal(other.status, 405);
  assert.equal(codeOf(other), 'NotSupported');
  const nothing = await api.call('GET', '/nothing/here');
  assert.equal(nothing.status, 404);
  assert.equal(codeOf(nothing), 'NotFound');
});

test('a bad namespace and an unknown child of an owned type are told apart', async () => {
  const api = await startHarness();
  assert.equal(codeOf(await api.call('GET', `${subscription}/providers/nonsense/things`)), 'InvalidResourceNamespace');
  const owned = await withRoutes(
    echo('PUT', '{scope*}/providers/Microsoft.Test/marks/{mark}'),
    echo('GET', '{scope*}/providers/{namespace}/{rest*}', { fallback: true }),
  );
  const child = await owned.call('GET', `${subscription}/providers/Microsoft.Test/marks/m/bits/b`);
  assert.equal(codeOf(child), 'InvalidResourceType');
  const free = await owned.call('GET', `${subscription}/providers/Microsoft.Other/marks/m/bits/b`);
  assert.equal(free.status, 200);
});

test('HEAD is answered by GET without its body', async () => {
  const api = await withRoutes(echo('GET', '/things/{name}'));
  const answer = await api.call('HEAD', '/things/x');
  assert.equal(answer.status, 200);
  assert.equal(answer.body, undefined);
});

test('two routes for one place are an error at start', async () => {
  await assert.rejects(withRoutes(echo('GET', '/a/{b}'), echo('GET', '/a/{c}')), /Two routes/);
});

test('a missing api-version is refused, a known and a later one are taken, an older unknown one is not', async () => {
  const api = await withRoutes(
    echo('GET', '/providers/Microsoft.Test/marks', { apiVersions: ['2019-01-01-preview', '2020-06-01'] }),
  );
  const at = (version: string) => api.call('GET', `/providers/Microsoft.Test/marks?api-version=${version}`);
  const missing = await api.call('GET', '/providers/Microsoft.Test/marks?no-version=1');
  assert.equal(codeOf(missing), 'MissingApiVersionParameter');
  assert.equal((await at('2020-06-01')).status, 200);
  assert.equal((await at('2019-01-01-PREVIEW')).status, 200);
  assert.equal((await at('2031-12-24')).status, 200);
  const old = await at('2012-01-01');
  assert.equal(old.status, 400);
  assert.equal(codeOf(old), 'NoRegisteredProviderFound');
  assert.match(messageOf(old), /2019-01-01-preview, 2020-06-01/);
  assert.equal(codeOf(await at('latest')), 'InvalidApiVersionParameter');
  assert.equal((await at('2020-06-01?api-version=2020-06-01')).status, 200, 'given twice');
});

test('an unknown subscription is 404, a malformed one 400, before anything else', async () => {
  const api = await startHarness();
  const unknown = await api.call('GET', '/subscriptions/11111111-1111-4111-8111-111111111111?no-version=1');
  assert.equal(unknown.status, 404);
  assert.equal(codeOf(unknown), 'SubscriptionNotFound');
  assert.equal(codeOf(await api.call('GET', '/subscriptions/x/resourcegroups')), 'InvalidSubscriptionId');
});

test('without a credential everything but open routes is 401 with a challenge', async () => {
  const api = await startHarness();
  for (const path of ['/subscriptions', '/nothing', `${subscription}/resourcegroups/none`]) {
    const answer = await api.call('GET', path, { as: anonymous });
    assert.equal(answer.status, 401, path);
    assert.equal(codeOf(answer), 'AuthenticationFailed');
    assert.match(answer.headers?.['www-authenticate'] ?? '', /^Bearer authorization_uri="https:\/\/localhost:7443\/00/);
  }
  const open = await withRoutes(echo('GET', '/open'));
  assert.equal((await open.call('GET', '/open', { as: anonymous })).status, 200);
});

test("a refused action is 403 in Azure's words", async () => {
  const api = await startHarness();
  const answer = await api.call('PUT', `${subscription}/resourceGroups/g1`, {
    as: principal('p1'),
    body: { location: 'westeurope' },
  });
  assert.equal(answer.status, 403);
  assert.equal(codeOf(answer), 'AuthorizationFailed');
  assert.equal(
    messageOf(answer),
    "The client 'app-p1' with object id 'p1' does not have authorization to perform action " +
      `'Microsoft.Resources/subscriptions/resourceGroups/write' over scope '${subscription}/resourceGroups/g1' or the ` +
      'scope is invalid. If access was recently granted, please refresh your credentials.',
  );
});

test('a handler that throws something unknown answers 500 without its text', async () => {
  const api = await withRoutes(
    echo('GET', '/broken', {
      handle: () => {
        throw new Error('secret detail');
      },
    }),
    echo('GET', '/refused', { handle: () => raise('Conflict', 'No.', { retryAfterSeconds: 2.2 }) }),
  );
  const broken = await api.call('GET', '/broken');
  assert.equal(broken.status, 500);
  assert.ok(!JSON.stringify(broken).includes('secret detail'));
  const refused = await api.call('GET', '/refused');
  assert.equal(refused.status, 409);
  assert.equal(refused.headers?.['retry-after'], '3');
});

test('every answer carries request ids, and the client id when asked for', async () => {
  const api = await startHarness();
  const headers = {
    'x-ms-client-request-id': 'mine',
    'x-ms-return-client-request-id': 'TRUE',
    'x-ms-correlation-request-id': 'theirs',
  };
  for (const path of ['/subscriptions', '/nothing', '/%00']) {
    const answer = await api.call('GET', path, { headers });
    assert.ok(answer.headers?.['x-ms-request-id']);
    assert.ok(answer.headers?.['x-ms-routing-request-id']);
    assert.equal(answer.headers?.['x-ms-correlation-request-id'], 'theirs');
    assert.equal(answer.headers?.['x-ms-client-request-id'], 'mine');
  }
});

test('an ingestion key reaches nothing outside ingestion', async () => {
  const api = await startHarness();
  const key = { objectId: 'k', displayName: 'k', kind: 'IngestionKey', subscriptionId: 'x' } as const;
  assert.equal((await api.call('GET', '/subscriptions', { as: key })).status, 403);
  assert.equal((await api.call('GET', `${subscription}/resourceGroups/g`, { as: key })).status, 403);
});

test('every route names what it needs', async () => {
  const { routes } = await import('#api');
  assert.ok(routes.length > 20);
  for (const route of routes) {
    const { permission } = route;
    const named =
      ('open' in permission && permission.open.length > 10) ||
      ('signedIn' in permission && permission.signedIn) ||
      ('action' in permission && (typeof permission.action === 'function' || permission.action.includes('/')));
    assert.ok(named, `${route.method} ${route.pattern}`);
    // Azure Resource Manager, and what Sentinel takes on a host of its own.
    const versioned = /^(?:\/subscriptions|\/providers|\{scope\*\}|\/tenants|\/workspaces)/.test(route.pattern);
    assert.equal(route.apiVersions !== undefined, versioned, `api-version of ${route.method} ${route.pattern}`);
  }
});

test('requests through match and perform behave as through dispatch', async () => {
  const api = await startHarness();
  const router = createRouter([echo('GET', '/a/{b}')], api.services, api.access);
  const match = router.match('GET', '/a/x');
  assert.ok('route' in match);
  assert.equal((await router.perform(match, { ...requestOf('GET', '/a/x'), identity: admin })).status, 200);
  const dispatch = createDispatch([echo('GET', '/a/{b}')], api.services, api.access);
  assert.equal((await dispatch(requestOf('GET', '/a/x'))).status, 200);
});
