/** Operations on logic apps beside their life: the OpenAPI document, checking, the definition in another schema, moving. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { type Reply, subscription, textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty']);
const apps = new LogicApps(server, 'rg-operations');
const codeOf = ({ body }: Reply): unknown => (body.error as JsonObject | undefined)?.code;

before(async () => {
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

test('the OpenAPI document has a path per Request trigger, without a signature', async () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } };
  await apps.make('described', request({}, { schema, method: 'PUT', relativePath: 'a/{id}' }), {
    If: {
      type: 'If',
      expression: '@true',
      actions: { Good: respond('x', 201) },
      else: { actions: { Bad: respond('y', 404) } },
    },
  });
  const { status, body, text } = await apps.operation('POST', `${apps.id('described')}/listSwagger`);
  assert.equal(status, 200, text);
  assert.equal(body.swagger, '2.0');
  assert.equal(textOf(body.info, 'title'), 'described');
  assert.match(textOf(body, 'basePath'), /^\/workflows\/[0-9a-f]{32}\/triggers$/);
  const paths = body.paths as Record<string, JsonObject>;
  assert.deepEqual(Object.keys(paths), ['/manual/paths/invoke/a/{id}']);
  const operation = paths['/manual/paths/invoke/a/{id}']?.put as JsonObject;
  assert.equal(operation.operationId, 'manual-invoke');
  assert.deepEqual(
    (operation.parameters as readonly JsonObject[]).map(({ name }) => name),
    ['id', 'api-version', 'sp', 'sv', 'sig', 'body'],
  );
  assert.deepEqual(Object.keys(operation.responses as JsonObject), ['201', '404']);
  assert.deepEqual((body.definitions as JsonObject)['request-manual'], schema);
  const signature = new URL(await apps.callback('described')).searchParams.get('sig') ?? '-';
  assert.ok(!text.includes(signature));
});

test('a definition is checked at every level, and given in the schema it has', async () => {
  const good = { properties: { definition: { triggers: request(), actions: { A: { type: 'Compose', inputs: 1 } } } } };
  const bad = {
    properties: { definition: { triggers: request(), actions: { A: { type: 'Compose', inputs: '@no()' } } } },
  };
  const provider = 'providers/Microsoft.Logic';
  for (const place of [
    `${apps.id('new')}/validate`,
    `${apps.group}/${provider}/locations/westeurope/workflows/new/validate`,
    `${subscription}/${provider}/locations/westeurope/workflows/new/validate`,
  ]) {
    assert.equal((await apps.operation('POST', place, { body: good })).status, 200, place);
    const refused = await apps.operation('POST', place, { body: bad });
    assert.deepEqual([refused.status, codeOf(refused)], [400, 'InvalidTemplate'], place);
  }
  assert.equal((await apps.operation('GET', apps.id('new'))).status, 404, 'nothing is stored');

  await apps.make('old', request(), { A: { type: 'Compose', inputs: 1 } });
  const upgrade = (targetSchemaVersion: string): Promise<Reply> =>
    apps.operation('POST', `${apps.id('old')}/generateUpgradedDefinition`, { body: { targetSchemaVersion } });
  const { body } = await upgrade('2016-06-01');
  assert.match(textOf(body, '$schema'), /schemas\/2016-06-01\/workflowdefinition\.json#$/);
  assert.deepEqual(Object.keys(body.actions as JsonObject), ['A']);
  assert.equal(codeOf(await upgrade('2099-01-01')), 'InvalidParameter');
});

test('a logic app moves with its versions, keys and callback URLs', async () => {
  const other = `${subscription}/resourceGroups/rg-operations-2`;
  await server.call('PUT', `${other}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  await apps.make('moves', request(), { Answer: respond('one') });
  const url = await apps.make('moves', request(), { Answer: respond('two') });
  const target = `${other}/providers/Microsoft.Logic/workflows/moved`;
  const move = (id: string, name = 'moves'): Promise<Reply> =>
    apps.operation('POST', `${apps.id(name)}/move`, { body: { id } });

  assert.equal(
    codeOf(await move(`${subscription}/resourceGroups/none/providers/Microsoft.Logic/workflows/x`)),
    'ResourceGroupNotFound',
  );
  assert.equal(codeOf(await move(other)), 'InvalidParameter');
  assert.equal(codeOf(await move(apps.id('moves'))), 'Conflict');
  const pausing = await apps.make('busy', request(), {
    P: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } } },
  });
  await apps.post(pausing);
  assert.equal(codeOf(await move(target, 'busy')), 'Conflict');

  const moved = await move(target);
  assert.equal(moved.status, 202, moved.text);
  const location = moved.headers.get('location') ?? '';
  const found = await server.call('GET', location.replace(/^https?:\/\/[^/]+/, server.url));
  assert.equal(textOf(found.body, 'id'), target);
  assert.equal((await apps.operation('GET', apps.id('moves'))).status, 404);
  assert.equal((await apps.post(url)).text, 'two');
  const versions = await apps.operation('GET', `${target}/versions`);
  assert.equal(versions.body.value?.length, 2);
  await server.stop();
  await server.start();
  const again = url.replace(/^https?:\/\/[^/]+/, server.url);
  assert.equal((await apps.post(again)).text, 'two');
  const runs = await apps.operation('GET', `${target}/runs`);
  assert.equal(runs.body.value?.length, 2);
  assert.equal(codeOf(await move(target)), 'WorkflowNotFound');
});

test('a save that names an older state is refused, and secrets that are sent back unread are kept', async () => {
  const id = apps.id('tagged');
  const definition = (inputs: unknown): JsonObject =>
    ({
      parameters: { key: { type: 'SecureString' } },
      triggers: request(),
      actions: { A: { type: 'Compose', inputs } },
    }) as JsonObject;
  const put = (inputs: unknown, parameters: JsonObject, headers = {}): Promise<Reply> =>
    apps.operation('PUT', id, {
      body: { location: 'westeurope', properties: { definition: definition(inputs), parameters } },
      headers,
    });
  const first = (await put(1, { key: { value: 'hidden' } })).headers.get('etag') ?? '';
  assert.match(first, /^"[^"]+"$/);
  const read = await apps.operation('GET', id);
  assert.equal(read.headers.get('etag'), first);
  const shown = (read.body.properties as JsonObject).parameters as JsonObject;
  assert.ok(!read.text.includes('hidden'));
  const second = await put("@parameters('key')", shown, { 'if-match': first });
  assert.equal(second.status, 200, second.text);
  assert.notEqual(second.headers.get('etag'), first);
  const late = await put(3, shown, { 'if-match': first });
  assert.deepEqual([late.status, codeOf(late)], [412, 'PreconditionFailed']);
  assert.equal((await apps.operation('DELETE', id, { headers: { 'if-match': first } })).status, 412);
  assert.equal((await apps.operation('GET', id)).headers.get('etag'), second.headers.get('etag'));
});
