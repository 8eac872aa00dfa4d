/** Versions of logic apps, from outside: callback URLs that start one of them whatever is the newest. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { type Reply, textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty']);
const apps = new LogicApps(server, 'rg-versions');
const codeOf = ({ body }: Reply): unknown => (body.error as JsonObject | undefined)?.code;
const versionOf = ({ body }: Reply): string => textOf(body.properties, 'version');

before(async () => {
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

async function listed(name: string, version: string, trigger = 'manual', body: JsonObject = {}): Promise<Reply> {
  return apps.operation('POST', `${apps.id(name)}/versions/${version}/triggers/${trigger}/listCallbackUrl`, { body });
}
const here = (url: string): string => url.replace(/^https?:\/\/[^/]+/, server.url);

test('the callback URL of a version starts that version, with its trigger and its parameters', async () => {
  const parameters = (value: number): JsonObject => ({ parameters: { n: { value } } });
  const definition = (actions: JsonObject, triggers: JsonObject): JsonObject => ({
    triggers,
    actions,
    parameters: { n: { type: 'Int' } },
  });
  const save = async (given: JsonObject, value: number): Promise<string> => {
    const body = { location: 'westeurope', properties: { definition: given, ...parameters(value) } };
    return versionOf(await apps.operation('PUT', apps.id('kept'), { body }));
  };
  const old = await save(
    definition(
      { Answer: respond("@concat('old ', parameters('n'))") },
      request({}, { method: 'PUT', relativePath: 'a/{b}' }),
    ),
    1,
  );
  const newest = await save(definition({ Answer: respond("@concat('new ', parameters('n'))") }, request()), 2);

  const { status, body } = await listed('kept', old);
  assert.equal(status, 200);
  assert.equal(body.method, 'PUT');
  assert.match(
    textOf(body, 'basePath'),
    new RegExp(`/workflows/[0-9a-f]{32}/versions/${old}/triggers/manual/paths/invoke$`),
  );
  assert.equal(textOf(body.queries, 'sp'), `/versions/${old}/triggers/manual/run`);
  const url = here(textOf(body, 'value')).replace('{b}', 'x');
  const answer = await server.call('PUT', url, { token: null });
  assert.deepEqual([answer.status, answer.text], [200, 'old 1']);
  assert.equal(answer.headers.get('x-ms-workflow-version'), old);
  const run = answer.headers.get('x-ms-workflow-run-id') ?? '';
  const read = await apps.operation('GET', `${apps.id('kept')}/runs/${run}`);
  assert.equal(textOf((read.body.properties as JsonObject).workflow, 'name'), old);

  assert.equal((await apps.post(await apps.callback('kept'))).text, 'new 2');
  assert.equal((await apps.post(here(textOf((await listed('kept', newest)).body, 'value')))).text, 'new 2');

  const another = url.replaceAll(old, newest);
  assert.equal((await server.call('PUT', another, { token: null })).status, 401, 'it is signed for its version');
  const unversioned = url.replace(`/versions/${old}`, '');
  assert.equal((await server.call('PUT', unversioned, { token: null })).status, 401);
  assert.equal(codeOf(await listed('kept', '00000000000000000000')), 'WorkflowVersionNotFound');
  assert.equal(codeOf(await listed('kept', old, 'none')), 'WorkflowTriggerNotFound');

  await apps.operation('POST', `${apps.id('kept')}/disable`);
  const disabled = await server.call('PUT', url, { token: null });
  assert.deepEqual([disabled.status, codeOf(disabled)], [400, 'WorkflowTriggerIsNotEnabled']);
  await apps.operation('POST', `${apps.id('kept')}/enable`);
  await apps.operation('POST', `${apps.id('kept')}/regenerateAccessKey`, { body: { keyType: 'Primary' } });
  assert.equal((await server.call('PUT', url, { token: null })).status, 401, 'keys are of the workflow');
});

test('an automation may name the callback URL of a version', async () => {
  const old = versionOf(await apps.save('target', request(), { Old: { type: 'Compose', inputs: 1 } }));
  await apps.save('target', request(), { New: { type: 'Compose', inputs: 2 } });
  const uri = textOf((await listed('target', old)).body, 'value');
  const saved = await server.call(
    'PUT',
    `${apps.group}/providers/Microsoft.Security/automations/to-old?api-version=2019-01-01-preview`,
    {
      body: {
        location: 'westeurope',
        properties: {
          scopes: [{ scopePath: apps.group.replace(/\/resourceGroups.*/, '') }],
          sources: [{ eventSource: 'Alerts', ruleSets: [] }],
          actions: [{ actionType: 'LogicApp', logicAppResourceId: apps.id('target'), uri }],
        },
      },
    },
  );
  assert.equal(saved.status, 201, saved.text);
  const { text } = await server.call('POST', '/ingest/v1/events?format=tocsin', {
    body: { AlertDisplayName: 'a', AlertType: 't', SystemAlertId: 'v-1', Severity: 'High', Status: 'New' },
  });
  await server.eventually(
    async () => ((await apps.statuses('target'))[0] === 'Succeeded' ? true : undefined),
    `the run of the event ${text}`,
  );
  const [run] = await apps.runs('target');
  assert.equal(textOf(run?.workflow, 'name'), old);
});

test('a trigger that slides runs in the newest version only', async () => {
  const sliding = (interval: number): JsonObject => ({
    slides: { type: 'SlidingWindow', recurrence: { frequency: 'Hour', interval } },
  });
  const old = versionOf(await apps.save('slides', sliding(1), {}));
  await apps.save('slides', sliding(2), {});
  const { body } = await listed('slides', old, 'slides');
  const refused = await apps.post(here(textOf(body, 'value')));
  assert.equal(codeOf(refused), 'WorkflowTriggerRunNotSupported');
});
