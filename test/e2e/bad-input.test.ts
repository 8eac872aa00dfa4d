/** Bad input: each a precise error with Azure's code, and nothing stored. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-bad`;
const workflow = `${group}/providers/Microsoft.Logic/workflows/bad?api-version=2019-05-01`;

describe('bad input', () => {
  const server = new TocsinServer();
  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => server.remove());

  async function refused(
    method: string,
    path: string,
    options: Parameters<TocsinServer['call']>[2],
    status: number,
    code: string,
  ) {
    const reply = await server.call(method, path, options);
    const error = reply.body.error as JsonObject | undefined;
    assert.equal(reply.status, status, reply.text);
    assert.equal(error?.code, code, reply.text);
    assert.ok(textOf(error, 'message').length > 10);
    return textOf(error, 'message');
  }

  async function nothingStored() {
    const { body } = await server.call('GET', `${group}/providers/Microsoft.Logic/workflows?api-version=2019-05-01`);
    assert.deepEqual(body.value, []);
    const alerts = await server.call(
      'GET',
      `${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`,
    );
    assert.deepEqual(alerts.body.value, []);
  }

  test('a call that has lost its path: what leads a browser to the portal answers nothing to the API', async () => {
    await refused('GET', '/?api-version=2021-07-01', {}, 404, 'NotFound');
  });

  const definition = (actions: JsonObject): JsonObject => ({
    location: 'westeurope',
    properties: {
      definition: {
        $schema:
          'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
        contentVersion: '1.0.0.0',
        triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
        actions,
      },
    },
  });

  test('malformed JSON tells where', async () => {
    const message = await refused(
      'PUT',
      workflow,
      { text: '{"location": "westeurope",\n "properties": {' },
      400,
      'InvalidRequestContent',
    );
    assert.match(message, /line|position/i);
    await refused('POST', '/ingest/v1/events', { text: '{"AlertType": ' }, 400, 'InvalidRequestContent');
    await nothingStored();
  });

  test('no token and a wrong token', async () => {
    await refused('GET', '/subscriptions?api-version=2022-12-01', { token: null }, 401, 'AuthenticationFailed');
    const reply = await server.call('GET', '/subscriptions?api-version=2022-12-01', { token: 'wrong' });
    assert.equal(reply.status, 401);
    assert.match(reply.headers.get('www-authenticate') ?? '', /^Bearer /);
  });

  test('a missing and an unknown api-version', async () => {
    await refused('GET', `${group}/providers/Microsoft.Logic/workflows`, {}, 400, 'MissingApiVersionParameter');
    const path = `${group}/providers/Microsoft.Logic/workflows?api-version=1999-01-01`;
    const reply = await server.call('GET', path);
    assert.equal(reply.status, 400);
    assert.match(reply.text, /InvalidApiVersionParameter|NoRegisteredProviderFound/);
    assert.match(reply.text, /2019-05-01/);
  });

  test('a definition with a cycle, an unknown function, an unknown action, an unsupported type', async () => {
    const compose = (inputs: string, runAfter: JsonObject = {}) => ({ type: 'Compose', inputs, runAfter });
    const cycle = { A: compose('a', { B: ['Succeeded'] }), B: compose('b', { A: ['Succeeded'] }) };
    await refused('PUT', workflow, { body: definition(cycle) }, 400, 'InvalidTemplate');
    const unknown = await refused(
      'PUT',
      workflow,
      { body: definition({ A: compose("@nope('x')") }) },
      400,
      'InvalidTemplate',
    );
    assert.match(unknown, /nope/);
    await refused('PUT', workflow, { body: definition({ A: compose("@body('Missing')") }) }, 400, 'InvalidTemplate');
    await refused(
      'PUT',
      workflow,
      { body: definition({ A: { type: 'Teleport', inputs: {} } }) },
      400,
      'WorkflowActionTypeNotSupported',
    );
    await nothingStored();
  });

  test('an event of no known shape is rejected by its index, the others are kept', async () => {
    const reply = await server.call('POST', '/ingest/v1/events', { body: [{ hello: 'world' }] });
    assert.equal(reply.status, 202, reply.text);
    const [rejected] = reply.body.rejected as readonly JsonObject[];
    assert.equal(rejected?.index, 0);
    assert.equal(rejected?.code, 'EventFormatNotRecognized');
    await nothingStored();
  });

  test('a body over the limit', async () => {
    const text = `{"location":"westeurope","tags":{"x":"${'a'.repeat(5 * 1024 * 1024)}"}}`;
    await refused('PUT', workflow, { text }, 413, 'RequestEntityTooLarge');
    await nothingStored();
  });

  test('a forged callback and a disabled workflow', async () => {
    const saved = await server.call('PUT', workflow, {
      body: definition({ A: { type: 'Compose', inputs: 1, runAfter: {} } }),
    });
    assert.equal(saved.status, 201, saved.text);
    const id = workflow.split('?')[0] ?? '';
    const { body } = await server.call('POST', `${id}/triggers/manual/listCallbackUrl?api-version=2016-06-01`);
    const url = textOf(body, 'value');
    assert.equal((await server.call('POST', url, { body: {}, token: null })).status, 202);
    const forged = url.replace(/sig=.{6}/, 'sig=AAAAAA');
    await refused('POST', forged, { body: {}, token: null }, 401, 'DirectApiInvalidAuthorizationSignature');
    await refused('POST', url.replace(/[?].*/, ''), { body: {}, token: null }, 401, 'DirectApiAuthorizationRequired');
    await server.call('POST', `${id}/disable?api-version=2016-06-01`);
    await refused('POST', url, { body: {}, token: null }, 400, 'WorkflowTriggerIsNotEnabled');
    const runs = await server.call('GET', `${id}/runs?api-version=2016-06-01`);
    assert.equal(runs.body.value?.length, 1);
  });
});
