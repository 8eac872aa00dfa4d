import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  getSecurely,
  removeFolder,
  type RunningServer,
  runToEnd,
  scratchFolder,
  startServer,
} from './server-process.ts';

const first = '/subscriptions/00000000-0000-4000-8000-000000000001';

interface Envelope {
  readonly error: { readonly code: string; readonly message: string };
}

describe('a running server', () => {
  const folder = scratchFolder();
  let server: RunningServer;

  before(async () => {
    server = await startServer(folder, ['--empty']);
  });
  after(async () => {
    server.child.kill('SIGKILL');
    removeFolder(folder);
  });

  function call(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${server.http}${path}`, init);
  }

  function withToken(path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) {
    return call(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${server.token}` } });
  }

  test('prints exactly one line on standard output, with both addresses', () => {
    assert.match(server.output(), /^tocsin ready http:\/\/127\.0\.0\.1:\d+ https:\/\/127\.0\.0\.1:\d+\n$/);
  });

  test('is alive, ready, and shows its figures without a token', async () => {
    assert.equal((await call('/healthz')).status, 200);
    assert.deepEqual(await (await call('/readyz')).json(), { status: 'ready' });
    const metrics = await call('/metrics');
    assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain/);
    const text = await metrics.text();
    for (const name of ['tocsin_runs_started_total', 'tocsin_commits_total', 'tocsin_http_requests_total']) {
      assert.match(text, new RegExp(`^${name}[ {]`, 'm'));
    }
  });

  test('keeps its admin token in a file only its owner reads', () => {
    assert.equal(statSync(join(folder, 'admin-token')).mode & 0o777, 0o600);
    assert.ok(server.token.length >= 32);
  });

  test('takes the token on both ports, with the local authority trusted', async () => {
    const answer = await withToken('/subscriptions?api-version=2019-11-01');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    const ca = readFileSync(join(folder, 'tls', 'ca.pem'), 'utf8');
    const secure = await getSecurely(`${server.https}/subscriptions?api-version=2019-11-01`, ca, server.token);
    assert.equal(secure.status, 200);
    const named = server.https.replace('127.0.0.1', 'localhost');
    assert.equal((await getSecurely(`${named}/tenants?api-version=2019-11-01`, ca, server.token)).status, 200);
  });

  const refusals: readonly (readonly [string, number, string, () => Promise<Response>])[] = [
    ['no token', 401, 'AuthenticationFailed', () => call('/subscriptions?api-version=2019-11-01')],
    [
      'a wrong token',
      401,
      'InvalidAuthenticationToken',
      () => call('/subscriptions?api-version=2019-11-01', { headers: { authorization: 'Bearer nope-nope' } }),
    ],
    ['an unknown path', 404, 'NotFound', () => withToken('/nowhere')],
    [
      'an unknown group',
      404,
      'ResourceGroupNotFound',
      () => withToken(`${first}/resourcegroups/none?api-version=2021-04-01`),
    ],
    ['no api-version', 400, 'MissingApiVersionParameter', () => withToken(first)],
    [
      'broken JSON',
      400,
      'InvalidRequestContent',
      () => withToken(`${first}/resourcegroups/x?api-version=2021-04-01`, { method: 'PUT', body: '{\n"a": nope}' }),
    ],
    [
      'a body over the limit',
      413,
      'RequestEntityTooLarge',
      () =>
        withToken(`${first}/resourcegroups/x?api-version=2021-04-01`, { method: 'PUT', body: 'x'.repeat(4_500_000) }),
    ],
    [
      'a packed body',
      415,
      'UnsupportedMediaType',
      () =>
        withToken(`${first}/resourcegroups/x?api-version=2021-04-01`, {
          method: 'PUT',
          body: '{}',
          headers: { 'content-encoding': 'gzip' },
        }),
    ],
  ];

  for (const [what, status, code, send] of refusals) {
    test(`answers ${what} with ${status} ${code} as an envelope`, async () => {
      const answer = await send();
      assert.equal(answer.status, status);
      assert.ok(answer.headers.get('x-ms-request-id'));
      const body = (await answer.json()) as Envelope;
      assert.equal(body.error.code, code);
      if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer authorization_uri=/);
      if (what === 'broken JSON') assert.match(body.error.message, /Line 2, position 6/);
    });
  }

  test('answers 403 to a principal without a role, and lets it in with one', async () => {
    const json = { 'content-type': 'application/json' };
    const made = (await (
      await withToken('/tocsin/v1/principals', {
        method: 'POST',
        body: '{"displayName":"robot"}',
        headers: json,
      })
    ).json()) as { appId: string; objectId: string; secret: { value: string } };
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: made.appId,
      client_secret: made.secret.value,
      scope: `${server.https}//.default`,
    });
    const { access_token: token } = (await (
      await call('/adfs/oauth2/token', { method: 'POST', body: form })
    ).json()) as { access_token: string };
    const path = `${first}/resourcegroups/rg-e2e?api-version=2021-04-01`;
    const put = () =>
      call(path, {
        method: 'PUT',
        body: '{"location":"westeurope"}',
        headers: { ...json, authorization: `Bearer ${token}` },
      });
    const refused = await put();
    assert.equal(refused.status, 403);
    assert.match(((await refused.json()) as Envelope).error.message, new RegExp(`with object id '${made.objectId}'`));
    const role = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
    const given = await withToken(
      `${first}/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-4000-8000-000000000001?api-version=2022-04-01`,
      {
        method: 'PUT',
        body: JSON.stringify({ properties: { roleDefinitionId: role, principalId: made.objectId } }),
        headers: json,
      },
    );
    assert.equal(given.status, 201);
    assert.equal((await put()).status, 201);
  });

  test('reads a path that begins with two slashes as a path', async () => {
    const answer = await rawRequest(server, `GET /${first}/?api-version=2019-11-01 HTTP/1.1`);
    assert.match(answer, /^HTTP\/1\.1 200 /);
  });

  test('answers unknown methods and broken requests with an envelope', async () => {
    const strange = await rawRequest(server, 'PROPFIND /subscriptions?api-version=2019-11-01 HTTP/1.1');
    assert.match(strange, /^HTTP\/1\.1 405 [\s\S]*"code":"NotSupported"/);
    const broken = await rawRequest(server, 'GET / HTTP/9.9 nonsense');
    assert.match(broken, /^HTTP\/1\.1 400 [\s\S]*"code":"InvalidRequestFormat"/);
  });

  test('keeps its data folder to itself', async () => {
    const second = await runToEnd(['--port', '0', '--https-port', '0', '--data', folder]);
    assert.equal(second.code, 1);
    assert.equal(second.output, '');
    assert.match(second.errors, /in use/);
  });

  test('drains on SIGTERM and ends with 0, a second signal changing nothing', async () => {
    server.child.kill('SIGTERM');
    assert.equal(await server.stop(), 0);
    assert.equal(server.output().trim().split('\n').length, 1);
  });

  test('starts again on the same folder with what it had', async () => {
    server = await startServer(folder);
    const answer = await withToken(`${first}/resourcegroups/rg-e2e?api-version=2021-04-01`);
    assert.equal(answer.status, 200);
    assert.equal(await server.stop(), 0);
  });
});

/** Sends a request line as it stands, with the token, and answers with the raw response. */
function rawRequest(server: RunningServer, line: string): Promise<string> {
  const { port } = new URL(server.http);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`${line}\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${server.token}\r\nconnection: close\r\n\r\n`);
    });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('the start', () => {
  test('refuses what it does not know with exit code 2 and one sentence', async () => {
    const cases: readonly (readonly [readonly string[], RegExp, NodeJS.ProcessEnv?])[] = [
      [['--frobnicate'], /Unknown option '--frobnicate'/],
      [['stray'], /Unknown option 'stray'/],
      [['--port', 'many'], /port from 0 to 65535, not 'many'/],
      [['--port'], /'--port' needs a value/],
      [['--host', '0.0.0.0'], /your own certificate/],
      [['--tls-cert', 'x'], /belong together/],
      [['--data', '/tmp/x', '--empty=1'], /takes no value/],
      [[], /TOCSIN_TIME_SCALE takes a number/, { TOCSIN_TIME_SCALE: 'fast' }],
    ];
    const results = await Promise.all(cases.map(([args, , environment]) => runToEnd(args, environment)));
    for (const [index, [, expected]] of cases.entries()) {
      assert.equal(results[index]?.code, 2, results[index]?.errors);
      assert.match(results[index]?.errors ?? '', expected);
      assert.equal(results[index]?.output, '');
    }
  });

  test('shows its help with every option', async () => {
    const { code, output } = await runToEnd(['--help']);
    assert.equal(code, 0);
    for (const name of ['--port', '--https-port', '--host', '--data', '--empty', '--sandbox', '--allow-outbound']) {
      assert.match(output, new RegExp(`^  ${name}`, 'm'));
    }
  });

  test('takes the last of an option given twice, the environment, and a token from it', async () => {
    const folder = scratchFolder();
    try {
      const token = 'a-token-of-the-operator';
      const server = await startServer(folder, ['--port', '1', '--port', '0', '--empty'], {
        TOCSIN_ADMIN_TOKEN: token,
        TOCSIN_TIME_SCALE: '60',
        TOCSIN_HOST: 'localhost',
      });
      assert.match(server.http, /^http:\/\/localhost:\d+$/);
      const answer = await fetch(`${server.http}/tenants?api-version=2019-11-01`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(answer.status, 200);
      assert.match(server.errors(), /timeScale/);
      assert.equal(await server.stop(), 0);
    } finally {
      removeFolder(folder);
    }
  });
});
