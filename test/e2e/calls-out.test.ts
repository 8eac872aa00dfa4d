/** Actions that call out, against servers on this machine with certificates of their own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Json, JsonObject } from '#foundation';
import { type Handler, type Identity, pfxOf, selfSigned, serve } from '../connectors/local-servers.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';
import { type ActionSeen, runsGroup, runWorkflow, saveWorkflow } from './workflow-runs.ts';

describe('an action that calls out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-calls-'));
  const authorityFile = join(folder, 'authority.pem');
  const server = new TocsinServer(['--empty'], { NODE_EXTRA_CA_CERTS: authorityFile, TOCSIN_TIME_SCALE: '20' });
  let identity: Identity;
  before(async () => {
    identity = await selfSigned('local');
    writeFileSync(authorityFile, identity.certificate);
    await server.start();
  });
  after(async () => {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const json: Handler = (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');

  async function call(inputs: JsonObject, more: JsonObject = {}, resource: JsonObject = {}): Promise<ActionSeen> {
    const id = await saveWorkflow(server, { actions: { Call: { type: 'Http', inputs, ...more } } }, resource);
    return (await runWorkflow(server, id)).action('Call');
  }

  test('shows its client certificate, and keeps it out of history', async (context) => {
    const target = await serve(context, json, { ...identity, clients: identity.certificate });
    const pfx = pfxOf(identity, 'pass');
    const seen = await call({
      method: 'GET',
      uri: target.url,
      authentication: { type: 'ClientCertificate', pfx, password: 'pass' },
    });
    assert.equal(seen.properties.status, 'Succeeded', JSON.stringify(seen.properties));
    assert.equal(target.seen[0]?.client, 'local');
    assert.deepEqual((seen.inputs as JsonObject).authentication, {
      type: 'ClientCertificate',
      pfx: '*sanitized*',
      password: '*sanitized*',
    });
  });

  for (const kind of ['secret', 'certificate']) {
    test(`gets a token of its authority by ${kind}`, async (context) => {
      const authority = await serve(
        context,
        (_, response) => {
          response
            .writeHead(200, { 'content-type': 'application/json' })
            .end('{"access_token":"tok-1","expires_in":3600}');
        },
        identity,
      );
      const target = await serve(context, json);
      const credentials: JsonObject =
        kind === 'secret'
          ? { credentialType: 'Secret', secret: 'hush' }
          : { credentialType: 'Certificate', pfx: pfxOf(identity, 'pass'), password: 'pass' };
      const seen = await call({
        method: 'POST',
        uri: target.url,
        body: { a: 1 },
        authentication: {
          type: 'ActiveDirectoryOAuth',
          authority: authority.url,
          tenant: 't',
          audience: 'https://api.test',
          clientId: 'c',
          ...credentials,
        },
      });
      assert.equal(seen.properties.status, 'Succeeded', JSON.stringify(seen.properties));
      assert.equal(target.seen[0]?.headers.authorization, 'Bearer tok-1');
      assert.match(
        authority.seen[0]?.body.toString() ?? '',
        kind === 'secret' ? /client_secret=hush/ : /client_assertion=/,
      );
      assert.doesNotMatch(JSON.stringify(seen.inputs), /hush|tok-1|MII/);
    });
  }

  test('with a managed identity towards a stranger fails, and sends nothing', async (context) => {
    const target = await serve(context, json);
    const inputs = { method: 'GET', uri: target.url, authentication: { type: 'ManagedServiceIdentity' } };
    const without = await call(inputs);
    assert.equal((without.properties.error as JsonObject).code, 'WorkflowManagedServiceIdentityNotSpecified');
    const seen = await call(inputs, {}, { identity: { type: 'SystemAssigned' } });
    assert.equal((seen.properties.error as JsonObject).code, 'WorkflowAuthenticationTypeNotSupported');
    assert.equal(target.seen.length, 0);
  });

  test('polls a place that moves, with the same authentication, until the answer is there', async (context) => {
    let calls = 0;
    const target = await serve(context, ({ url }, response) => {
      calls += 1;
      if (calls < 4)
        response
          .writeHead(202, { location: calls === 2 ? '../elsewhere/2' : `/jobs/${calls}`, 'retry-after': '1' })
          .end(url);
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
    });
    const seen = await call({
      method: 'POST',
      uri: `${target.url}/start`,
      body: 'x',
      authentication: { type: 'Basic', username: 'u', password: 'p' },
    });
    assert.deepEqual(
      target.seen.map(({ method, url }) => `${method} ${url}`),
      ['POST /start', 'GET /jobs/1', 'GET /elsewhere/2', 'GET /jobs/3'],
    );
    assert.ok(target.seen.every(({ headers }) => headers.authorization === 'Basic dTpw'));
    assert.deepEqual((seen.outputs as JsonObject).body, { done: true });
  });

  test('unpacks what comes packed, unless its options say otherwise', async (context) => {
    const target = await serve(context, (_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync('{"a":1}'));
    });
    assert.deepEqual(((await call({ method: 'GET', uri: target.url })).outputs as JsonObject).body, { a: 1 });
    const raw = await call(
      { method: 'GET', uri: target.url },
      { operationOptions: 'DisableAutomaticDecompression, SuppressWorkflowHeaders' },
    );
    assert.equal(raw.properties.status, 'Failed');
    assert.deepEqual(
      target.seen.map(({ headers }) => typeof headers['x-ms-workflow-run-id']),
      ['string', 'undefined'],
    );
  });

  test('gives up a slow answer at its own bound', async (context) => {
    const target = await serve(context, () => undefined);
    const seen = await call(
      { method: 'GET', uri: target.url, retryPolicy: { type: 'none' } },
      { runtimeConfiguration: { requestOptions: { timeout: 'PT2S' } } },
    );
    assert.deepEqual(
      [seen.properties.status, (seen.properties.error as JsonObject).code],
      ['Failed', 'GatewayTimeout'],
    );
    assert.equal(seen.outputs, undefined);
  });

  test('calls a function where the inventory says it is', async (context) => {
    const target = await serve(context, json);
    const functionId = `${runsGroup}/providers/Microsoft.Web/sites/app/functions/run`;
    const put = async (id: string, properties: Json): Promise<void> => {
      const { status, text } = await server.call('PUT', `${id}?api-version=2022-03-01`, {
        body: { location: 'westeurope', properties },
      });
      assert.ok(status < 300, text);
    };
    await put(functionId.slice(0, functionId.indexOf('/functions/')), {});
    await put(functionId, { invoke_url_template: `${target.url}/api/run` });
    const id = await saveWorkflow(server, {
      actions: {
        F: { type: 'Function', inputs: { function: { id: functionId }, body: { a: 1 }, queries: { q: 'x y' } } },
      },
    });
    const seen = await (await runWorkflow(server, id)).action('F');
    assert.deepEqual((seen.outputs as JsonObject).body, { ok: true });
    assert.deepEqual(
      [target.seen[0]?.method, target.seen[0]?.url, target.seen[0]?.body.toString()],
      ['POST', '/api/run?q=x%20y', '{"a":1}'],
    );
  });

  test('calls an operation of an API with its key, which history does not show', async (context) => {
    const target = await serve(context, json);
    const service = `${runsGroup}/providers/Microsoft.ApiManagement/service/apim`;
    for (const [id, properties] of [
      [service, { gatewayUrl: target.url }],
      [`${service}/apis/pets`, { path: 'pets/v1' }],
    ] as const) {
      await server.call('PUT', `${id}?api-version=2022-08-01`, { body: { location: 'westeurope', properties } });
    }
    const inputs = {
      api: { id: `${service}/apis/pets` },
      method: 'get',
      subscriptionKey: 'key-1',
      pathTemplate: { template: '/owners/{name}', parameters: { name: 'a/b' } },
    };
    const id = await saveWorkflow(server, { actions: { A: { type: 'ApiManagement', inputs } } });
    const seen = await (await runWorkflow(server, id)).action('A');
    assert.equal(seen.properties.status, 'Succeeded', JSON.stringify(seen.properties));
    assert.deepEqual(
      [target.seen[0]?.url, target.seen[0]?.headers['ocp-apim-subscription-key']],
      ['/pets/v1/owners/a%2Fb', 'key-1'],
    );
    assert.equal((seen.inputs as JsonObject).subscriptionKey, '*sanitized*');
  });

  test('runs inline code over what it names', async () => {
    const code =
      'var total = 0;\nworkflowContext.actions.Rows.outputs.forEach(function (row) { total += row.n; });\nreturn { total: total, run: workflowContext.workflow.run.name, day: new Date(0).toISOString().slice(0, 10) };';
    const id = await saveWorkflow(server, {
      actions: {
        Rows: { type: 'Compose', inputs: [{ n: 1 }, { n: 2.5 }] },
        Code: { type: 'JavaScriptCode', inputs: { code }, runAfter: { Rows: ['Succeeded'] } },
        Endless: { type: 'JavaScriptCode', inputs: { code: 'for (;;) ;' } },
        Wrong: { type: 'JavaScriptCode', inputs: { code: '\nreturn nothing.here' } },
        After: { type: 'Compose', inputs: "@body('Code').total", runAfter: { Code: ['Succeeded'] } },
      },
    });
    const run = await runWorkflow(server, id);
    const seen = await run.action('Code');
    assert.deepEqual((seen.outputs as JsonObject).body, {
      total: 3.5,
      run: run.id.split('/').at(-1),
      day: '1970-01-01',
    });
    assert.deepEqual([(await run.action('After')).outputs, run.status], [3.5, 'Failed']);
    const endless = await run.action('Endless');
    assert.equal(endless.properties.code, 'InlineCodeExecutionTimeout');
    const wrong = (await run.action('Wrong')).properties.error as JsonObject;
    assert.match(
      textOf(wrong, 'message'),
      /^The inline code action 'Wrong' execution failed, with error 'ReferenceError: .* at line 2'\.$/,
    );
  });
});
