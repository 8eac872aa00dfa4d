/** Actions that call out, against servers on this machine with certificates of their own. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Json, JsonObject } from '#foundation';
import { pdfLines, pdfOf } from '../connectors/document-files.ts';
import { type Handler, type Identity, pfxOf, selfSigned, serve } from '../connectors/local-servers.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';
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

  /** A service principal that may read the subscription. */
  async function reader(): Promise<{ readonly appId: string; readonly objectId: string; readonly secret: string }> {
    const { body } = await server.call('POST', '/tocsin/v1/principals', { body: { displayName: 'reader' } });
    const role = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
    const assignment = `${subscription}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
    const { status, text } = await server.call('PUT', `${assignment}?api-version=2022-04-01`, {
      body: { properties: { roleDefinitionId: role, principalId: textOf(body, 'objectId') } },
    });
    assert.equal(status, 201, text);
    return { appId: textOf(body, 'appId'), objectId: textOf(body, 'objectId'), secret: textOf(body.secret, 'value') };
  }

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

  test('reads resources kept here as an application with a certificate, and is refused with another one', async () => {
    const { appId, objectId } = await reader();
    const { certificate } = identity;
    const added = await server.call('POST', `/tocsin/v1/principals/${objectId}/certificates`, {
      body: { certificate },
    });
    assert.ok(added.status < 300, added.text);
    const inputs = (pfx: string): JsonObject => ({
      method: 'GET',
      uri: `https://management.azure.com${subscription}?api-version=2022-12-01`,
      authentication: {
        type: 'ActiveDirectoryOAuth',
        tenant: 'common',
        audience: 'https://management.azure.com/',
        clientId: appId,
        credentialType: 'Certificate',
        pfx,
        password: 'pass',
      },
    });
    const seen = await call(inputs(pfxOf(identity, 'pass')));
    assert.equal(seen.properties.status, 'Succeeded', JSON.stringify(seen.properties));
    const other = await call(inputs(pfxOf(await selfSigned('other'), 'pass')));
    assert.equal((other.properties.error as JsonObject).code, 'BadRequest');
    assert.match(textOf(other.properties.error, 'message'), /AD OAuth token: 'AADSTS/);
  });

  test('with a managed identity towards a stranger fails, and sends nothing', async (context) => {
    const target = await serve(context, json);
    const inputs = { method: 'GET', uri: target.url, authentication: { type: 'ManagedServiceIdentity' } };
    const without = await call(inputs);
    assert.equal((without.properties.error as JsonObject).code, 'WorkflowManagedServiceIdentityNotSpecified');
    const seen = await call(inputs, {}, { identity: { type: 'SystemAssigned' } });
    assert.equal((seen.properties.error as JsonObject).code, 'WorkflowAuthenticationTypeNotSupported');
    assert.equal(target.seen.length, 0);
  });

  test('with a managed identity and an audience carries a token of this server, which is good for nothing here', async (context) => {
    const target = await serve(context, json);
    const authentication = { type: 'ManagedServiceIdentity', audience: 'api://inventory' };
    await call({ method: 'GET', uri: target.url, authentication }, {}, { identity: { type: 'SystemAssigned' } });
    const token = /^Bearer (\S+)$/.exec(target.seen[0]?.headers.authorization ?? '')?.[1] ?? '';
    const keys = createLocalJWKSet((await server.call('GET', '/adfs/discovery/keys')).body as unknown as JSONWebKeySet);
    const { payload } = await jwtVerify(token, keys, { audience: 'api://inventory' });
    assert.match(String(payload['oid']), /^[0-9a-f-]{36}$/);
    const used = await server.call('GET', '/subscriptions?api-version=2022-12-01', { token });
    assert.equal(used.status, 401);
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

  test('cuts a text into pieces of tokens', async () => {
    const inputs = { chunkingStrategy: 'TokenSize', text: 'tiktoken is great!', encodingModel: 'cl200k_base' };
    const id = await saveWorkflow(server, {
      actions: {
        Cut: { type: 'ChunkText', inputs: { ...inputs, tokenSize: 4, pageOverlapLength: 0 } },
        Wrong: { type: 'ChunkText', inputs: { ...inputs, tokenSize: '@add(8000, 1)' } },
      },
    });
    const run = await runWorkflow(server, id);
    assert.deepEqual((await run.action('Cut')).outputs, { body: { value: ['tiktoken is', ' great!'] } });
    const wrong = (await run.action('Wrong')).properties.error as JsonObject;
    assert.match(textOf(wrong, 'message'), /'tokenSize' must be a whole number from '1' to '8000'/);
  });

  test('reads documents as texts, as a whole and by pages', async () => {
    const pdf = Buffer.from(pdfOf(pdfLines('One.', 'two'), pdfLines('Three.'))).toString('base64');
    const content = { '$content-type': 'application/pdf', $content: pdf };
    const id = await saveWorkflow(server, {
      actions: {
        Whole: { type: 'ParseDocument', inputs: { content } },
        Attachment: { type: 'ParseDocument', inputs: { content: pdf } },
        Pages: { type: 'ParseDocumentWithMetadata', inputs: { content, fileType: 'PDF' } },
        Wrong: { type: 'ParseDocumentWithMetadata', inputs: { content, fileType: 'DOCX' } },
        Page: {
          type: 'ParseDocument',
          inputs: { content: { '$content-type': 'text/html', $content: 'PHA+YTxicj5i' } },
        },
      },
    });
    const run = await runWorkflow(server, id);
    const whole = await run.action('Whole');
    assert.deepEqual(whole.outputs, { body: { text: 'One.\ntwo\n\nThree.' } });
    assert.equal(whole.properties.code, 'OK');
    assert.deepEqual((await run.action('Attachment')).outputs, whole.outputs);
    assert.deepEqual((await run.action('Page')).outputs, { body: { text: 'a\nb' } });
    assert.deepEqual((await run.action('Pages')).outputs, {
      body: {
        value: [
          { text: 'One.\ntwo', metadata: { pageNumber: 1, totalPages: 2, sentencesAreComplete: false } },
          { text: 'Three.', metadata: { pageNumber: 2, totalPages: 2, sentencesAreComplete: true } },
        ],
      },
    });
    const wrong = await run.action('Wrong');
    assert.deepEqual([wrong.properties.status, wrong.properties.code], ['Failed', 'BadRequest']);
    assert.match(textOf(wrong.properties.error, 'message'), /cannot be read: it is no DOCX file\.$/);
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

  test('shows each of its calls, and only what a reader may see of them', async (context) => {
    let calls = 0;
    const target = await serve(context, (_, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(503, { 'x-ms-request-id': 'r1' }).end('later');
      else if (calls === 2) response.writeHead(202, { location: '/job', 'retry-after': '1' }).end();
      else json({} as never, response);
    });
    const inputs = {
      method: 'POST',
      uri: `${target.url}/start`,
      body: { a: 1 },
      headers: { 'x-own': 'yes', authorization: 'Bearer hush' },
      retryPolicy: { type: 'fixed', interval: 'PT5S', count: 1 },
    };
    const id = await saveWorkflow(server, {
      actions: {
        Call: { type: 'Http', inputs },
        Once: {
          type: 'Http',
          inputs: { method: 'GET', uri: `${target.url}/once?q=1`, queries: { z: 2 } },
          runAfter: { Call: ['Succeeded'] },
        },
        Loop: {
          type: 'Foreach',
          foreach: [1, 2],
          runAfter: { Once: ['Succeeded'] },
          actions: { Inner: { type: 'Http', inputs: { method: 'GET', uri: `${target.url}/@{item()}` } } },
        },
      },
    });
    const run = await runWorkflow(server, id);
    assert.equal(run.status, 'Succeeded');
    const histories = async (path: string): Promise<readonly JsonObject[]> => {
      const { body, text } = await server.call(
        'GET',
        `${run.id}/actions/${path}/requestHistories?api-version=2019-05-01`,
      );
      assert.ok(body.value !== undefined, text);
      return body.value.map(({ properties }) => properties as JsonObject);
    };
    const seen = await histories('Call');
    assert.deepEqual(
      seen.map(({ request, response }) => [
        (request as JsonObject).method,
        (request as JsonObject).uri,
        (response as JsonObject).statusCode,
      ]),
      [
        ['POST', `${target.url}/start`, 503],
        ['POST', `${target.url}/start`, 202],
        ['GET', `${target.url}/job`, 200],
      ],
    );
    const first = seen[0]?.request as JsonObject;
    const headers = first.headers as JsonObject;
    assert.deepEqual(
      [headers['x-own'], headers.authorization, headers['x-ms-client-request-id']],
      ['yes', '*sanitized*', target.seen[0]?.headers['x-ms-client-request-id']],
    );
    const link = async (owner: JsonObject | undefined): Promise<unknown> =>
      (await fetch(textOf(owner?.bodyLink, 'uri'))).json();
    assert.deepEqual(
      [await link(first), await link(seen[0]?.response as JsonObject)],
      [{ a: 1 }, { '$content-type': 'application/octet-stream', $content: Buffer.from('later').toString('base64') }],
    );
    const retries = (await run.action('Call')).properties.retryHistory as readonly JsonObject[];
    assert.deepEqual(
      retries.map(({ code, serviceRequestId }) => [code, serviceRequestId]),
      [['ServiceUnavailable', 'r1']],
    );
    const [once] = await histories('Once');
    assert.equal(((once?.request ?? {}) as JsonObject).uri, `${target.url}/once?q=1&z=2`);
    assert.equal((await histories('Loop')).length, 0);
    assert.equal((await histories('Inner/repetitions/000001')).length, 1);
    const single = await server.call('GET', `${run.id}/actions/Call/requestHistories/000002?api-version=2019-05-01`);
    assert.equal(single.body.type, 'Microsoft.Logic/workflows/runs/actions/requestHistories');
  });

  test('that waits for a callback shows its URL whole to those who may list it, and to others without its signature', async (context) => {
    const target = await serve(context, json);
    const id = await saveWorkflow(server, {
      actions: {
        Hook: {
          type: 'HttpWebhook',
          inputs: {
            subscribe: { method: 'POST', uri: target.url, body: { url: '@{listCallbackUrl()}' } },
            unsubscribe: {},
          },
        },
      },
    });
    await server.call('POST', `${id}/triggers/manual/run?api-version=2019-05-01`, { body: {} });
    await server.eventually(async () => (target.seen.length > 0 ? true : undefined), 'the subscription');
    const { body: runs } = await server.call('GET', `${id}/runs?api-version=2019-05-01`);
    const action = `${textOf(runs.value?.[0], 'id')}/actions/Hook`;
    const principal = await reader();
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: principal.appId,
      client_secret: principal.secret,
      resource: 'https://management.azure.com/',
    });
    const token = (
      (await (await fetch(`${server.url}/adfs/oauth2/token`, { method: 'POST', body: form })).json()) as {
        access_token: string;
      }
    ).access_token;
    const inputs = async (as: string): Promise<string> => {
      const { body, text } = await server.call('GET', `${action}?api-version=2019-05-01`, { token: as });
      const link = (body.properties as JsonObject | undefined)?.inputsLink as JsonObject | undefined;
      assert.ok(link !== undefined, text);
      return (await fetch(textOf(link, 'uri'))).text();
    };
    assert.match(await inputs(server.token), /[?&]sig=[\w-]{43}"/);
    const masked = await inputs(token);
    assert.match(masked, /workflows.*sig=\*sanitized\*/);
    assert.doesNotMatch(masked, /sig=[\w-]{43}/);
  });

  test('asks Azure Resource Manager as a service principal of this server', async () => {
    const principal = await reader();
    const authentication = (secret: string): JsonObject => ({
      type: 'ActiveDirectoryOAuth',
      tenant: '00000000-0000-4000-8000-000000000000',
      audience: 'https://management.azure.com/',
      clientId: principal.appId,
      secret,
    });
    const uri = `https://management.azure.com${subscription}?api-version=2020-01-01`;
    const seen = await call({ method: 'GET', uri, authentication: authentication(principal.secret) });
    assert.deepEqual(
      [seen.properties.status, ((seen.outputs as JsonObject).body as JsonObject).displayName],
      ['Succeeded', 'Local'],
    );
    const refused = await call({
      method: 'DELETE',
      uri: uri.replace('?', '/resourceGroups/rg-runs?'),
      authentication: authentication(principal.secret),
    });
    assert.equal((refused.outputs as JsonObject).statusCode, 403);
    const wrong = await call({ method: 'GET', uri, authentication: authentication('guess') });
    assert.match(textOf(wrong.properties.error, 'message'), /error getting AD OAuth token: 'AADSTS7000215/);
    // The directory of this server has an audience of its own; there the reader of a subscription may read nothing.
    const graph = 'https://graph.microsoft.com';
    const listed = await call({
      method: 'GET',
      uri: `${graph}/v1.0/users`,
      authentication: { ...authentication(principal.secret), audience: graph },
    });
    assert.equal((listed.outputs as JsonObject | null)?.statusCode, 403, JSON.stringify(listed));
  });

  test('goes on polling after the server was killed, without asking for the work again', async (context) => {
    let isDone = false;
    const target = await serve(context, (seen, response) => {
      if (isDone && seen.method === 'GET') json(seen, response);
      else response.writeHead(202, { location: '/job', 'retry-after': '10' }).end();
    });
    const id = await saveWorkflow(server, {
      actions: { Call: { type: 'Http', inputs: { method: 'POST', uri: `${target.url}/start` } } },
    });
    await server.call('POST', `${id}/triggers/manual/run?api-version=2019-05-01`, { body: {} });
    await server.eventually(async () => (target.seen.length > 1 ? true : undefined), 'a poll');
    await server.stop('SIGKILL');
    isDone = true;
    await server.start();
    const { body } = await server.call('GET', `${id}/runs?api-version=2019-05-01`);
    const run = await server.finishedRun(textOf(body.value?.[0], 'id'));
    assert.equal(textOf(run.properties, 'status'), 'Succeeded');
    assert.equal(target.seen.filter(({ method }) => method === 'POST').length, 1);
  });
});
