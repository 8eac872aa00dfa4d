/** Secrets planted everywhere a secret can be given, and looked for everywhere it could show: data folder, log, answers. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { subscription, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty', '--sandbox', '--log-level', 'debug']);
const group = `${subscription}/resourceGroups/rg-planted`;
const logic = 'api-version=2019-05-01';

const planted = {
  password: 'planted-password-7f21',
  parameter: 'planted-parameter-93aa',
  objectMember: 'planted-object-51cd',
  securedInput: 'planted-input-e0b4',
  securedAnswer: 'planted-answer-2d90',
  basicPassword: 'planted-basic-c4f7',
  connectionKey: 'planted-connection-88e1',
  hubKey: 'planted-hub-key-6b3f',
} as const;

before(() => server.start());
after(() => server.remove());

async function ok(method: string, path: string, body?: Json): Promise<JsonObject> {
  const reply = await server.call(method, path, body === undefined ? {} : { body });
  assert.ok(reply.status < 300, `${method} ${path}: ${reply.text}`);
  return reply.body;
}

async function token(form: Record<string, string>): Promise<JsonObject> {
  const reply = await server.call('POST', '/adfs/oauth2/token', {
    token: null,
    text: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
}

/** A logic app whose secrets reach the sandbox, run once; answers its run's id. */
async function runPlaybook(): Promise<string> {
  await ok('PUT', '/tocsin/v1/mocks', {
    mocks: [{ match: { action: 'Hidden' }, respond: { status: 200, body: { token: planted.securedAnswer } } }],
  });
  const id = `${group}/providers/Microsoft.Logic/workflows/Plants`;
  const call = (inputs: JsonObject, more: JsonObject = {}): JsonObject => ({
    type: 'Http',
    inputs: { method: 'POST', uri: 'https://service.example/a', ...inputs },
    ...more,
  });
  await ok('PUT', `${id}?${logic}`, {
    location: 'westeurope',
    properties: {
      parameters: {
        key: { value: planted.parameter },
        more: { value: { inner: planted.objectMember } },
        basic: { value: planted.basicPassword },
      },
      definition: {
        parameters: { key: { type: 'SecureString' }, more: { type: 'SecureObject' }, basic: { type: 'SecureString' } },
        triggers: {
          manual: {
            type: 'Request',
            kind: 'Http',
            inputs: {},
            runtimeConfiguration: { secureData: { properties: ['outputs'] } },
          },
        },
        actions: {
          Hidden: call(
            { body: '@triggerBody()' },
            { runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } } },
          ),
          Shown: call({
            headers: { 'x-key': "@parameters('key')" },
            body: "@concat('key=', parameters('key'), '&inner=', parameters('more').inner)",
            authentication: { type: 'Basic', username: 'u', password: "@parameters('basic')" },
          }),
        },
      },
    },
  });
  const fired = await server.call('POST', `${id}/triggers/manual/run?${logic}`, {
    body: { secret: planted.securedInput },
  });
  const run = `${id}/runs/${fired.headers.get('x-ms-workflow-run-id')}`;
  await server.finishedRun(run);
  return run;
}

/** Secrets that the server makes itself, told once. */
async function givenSecrets(): Promise<Readonly<Record<string, string>>> {
  const user = await ok('POST', '/tocsin/v1/principals', { type: 'User', userName: 'ada', password: planted.password });
  const cli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
  const tokens = await token({ grant_type: 'password', client_id: cli, username: 'ada', password: planted.password });
  const robot = await ok('POST', '/tocsin/v1/principals', { displayName: 'robot' });
  const key = await ok('POST', '/tocsin/v1/ingestionKeys', {
    name: 'k',
    subscriptionId: subscription.split('/')[2] ?? '',
  });
  const session = await server.call('POST', '/tocsin/v1/session', { body: { token: server.token }, token: null });
  assert.equal(textMember(user, 'userName'), 'ada');
  return {
    refreshToken: textMember(tokens, 'refresh_token') ?? '',
    accessToken: textMember(tokens, 'access_token') ?? '',
    clientSecret: textMember(memberOf(robot, 'secret'), 'value') ?? '',
    ingestionKey: (textMember(key, 'key') ?? '').split('_').at(-1) ?? '',
    cookie: /tocsin_session=([^;]+)/.exec(session.headers.get('set-cookie') ?? '')?.[1] ?? '',
  };
}

/** An automation with both kinds of secrets that it holds; answers the signature of the logic app's callback. */
async function wire(workflow: string): Promise<string> {
  const callback = await ok('POST', `${workflow}/triggers/manual/listCallbackUrl?${logic}`);
  const uri = textMember(callback, 'value') ?? '';
  const hub = `${group}/providers/Microsoft.EventHub/namespaces/n/eventhubs/h`;
  const connectionString = `Endpoint=sb://n.example/;SharedAccessKeyName=send;SharedAccessKey=${planted.hubKey};EntityPath=h`;
  await ok('PUT', `${group}/providers/Microsoft.Security/automations/planted?api-version=2019-01-01-preview`, {
    location: 'westeurope',
    properties: {
      isEnabled: true,
      scopes: [{ scopePath: subscription }],
      sources: [{ eventSource: 'Alerts', ruleSets: [] }],
      actions: [
        { actionType: 'LogicApp', logicAppResourceId: workflow, uri },
        { actionType: 'EventHub', eventHubResourceId: hub, connectionString },
      ],
    },
  });
  return new URL(uri).searchParams.get('sig') ?? '';
}

const collections = [
  '/tocsin/v1/principals',
  '/tocsin/v1/ingestionKeys',
  '/tocsin/v1/outbox',
  '/tocsin/v1/activity?$top=1000',
  '/tocsin/v1/mocks',
  '/tocsin/v1/runs',
  '/graph/v1.0/users',
  '/graph/v1.0/applications',
  '/graph/v1.0/servicePrincipals',
  '/graph/v1.0/auditLogs/directoryAudits',
  `${subscription}/resources?api-version=2021-04-01`,
  `${group}/providers/Microsoft.Logic/workflows?${logic}`,
  `${group}/providers/Microsoft.Web/connections?api-version=2016-06-01`,
  `${group}/providers/Microsoft.Security/automations?api-version=2019-01-01-preview`,
  '/tocsin/v1/automations',
  '/tocsin/v1/deliveries',
  '/metrics',
];

function filesWith(text: string): readonly string[] {
  return readdirSync(server.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'admin-token')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

test('no planted secret is in the data folder, in the log or in an answer', async () => {
  await ok('PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  await ok('PUT', `${group}/providers/Microsoft.Web/connections/virustotal?api-version=2016-06-01`, {
    location: 'westeurope',
    properties: {
      api: { id: `${subscription}/providers/Microsoft.Web/locations/westeurope/managedApis/virustotal` },
      parameterValues: { api_key: planted.connectionKey },
    },
  });
  const run = await runPlaybook();
  const signature = await wire(run.split('/runs/')[0] ?? '');
  const given = { ...(await givenSecrets()), signature };
  const answers: string[] = [];
  for (const path of [...collections, `${run}?${logic}`, `${run}/actions?${logic}`, `/tocsin/v1/runTree?id=${run}`]) {
    const reply = await server.call('GET', path);
    assert.ok(reply.status === 200, `${path}: ${reply.text}`);
    // The mocks are the operator's own and shown as given.
    if (path !== '/tocsin/v1/mocks') answers.push(reply.text);
  }
  const outbox = answers[collections.indexOf('/tocsin/v1/outbox')] ?? '';
  assert.ok(outbox.includes('"Hidden"') && outbox.includes('"Shown"'), 'both calls were captured');
  for (const [what, secret] of [...Object.entries(planted), ...Object.entries(given)]) {
    assert.ok(secret.length > 10, `${what} was given`);
    const shown = answers.findIndex((answer) => answer.includes(secret));
    assert.equal(shown, -1, `${what} is in the answer ${shown}`);
    assert.ok(!server.log.includes(secret), `${what} is in the log`);
    assert.deepEqual(filesWith(secret), [], `${what} is on the disk`);
  }
});
