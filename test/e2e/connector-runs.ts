/** Connections and logic apps that use them, on a server of a test: made, run, waited for. */
import assert from 'node:assert/strict';
import type { Json, JsonObject } from '#foundation';
import { subscription, textOf, type TocsinServer } from './tocsin-server.ts';
import { runsGroup, runWorkflow, saveWorkflow, type RunSeen } from './workflow-runs.ts';

const version = 'api-version=2016-06-01';

export function connectionId(name: string): string {
  return `${runsGroup}/providers/Microsoft.Web/connections/${name}`;
}

/** Saves a connection of an API, named like the API; the answer is its `properties`. */
export async function connect(
  server: TocsinServer,
  api: string,
  properties: JsonObject = {},
  name = api,
): Promise<JsonObject> {
  await server.call('PUT', `${runsGroup}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  const id = `${subscription}/providers/Microsoft.Web/locations/westeurope/managedApis/${api}`;
  const saved = await server.call('PUT', `${connectionId(name)}?${version}`, {
    body: { location: 'westeurope', properties: { displayName: name, api: { id }, ...properties } },
  });
  assert.ok(saved.status < 300, saved.text);
  return saved.body.properties as JsonObject;
}

export async function connectionState(server: TocsinServer, name: string): Promise<JsonObject> {
  const { body } = await server.call('GET', `${connectionId(name)}?${version}`);
  return body.properties as JsonObject;
}

/** An action over a connection: `over('smtp', 'post', '/SendEmailV3', { body })`. */
export function over(
  name: string,
  method: string,
  path: string,
  more: JsonObject = {},
  type = 'ApiConnection',
): JsonObject {
  const connection = { name: `@parameters('$connections')['${name}']['connectionId']` };
  return { type, inputs: { host: { connection }, method, path, ...more } };
}

/** Saves a logic app whose actions use connections by their names. */
export function saveConnected(
  server: TocsinServer,
  names: readonly string[],
  actions: JsonObject,
  more: JsonObject = {},
): Promise<string> {
  const value = Object.fromEntries(
    names.map((name) => [name, { connectionId: connectionId(name), connectionName: name, id: 'api' }]),
  );
  return saveWorkflow(
    server,
    { parameters: { $connections: { type: 'Object', defaultValue: {} } }, actions },
    { ...more, properties: { parameters: { $connections: { value } } } },
  );
}

/** One action over a connection, run to its end. */
export async function runOver(
  server: TocsinServer,
  name: string,
  action: JsonObject,
): Promise<{
  readonly run: RunSeen;
  readonly outputs: JsonObject;
  readonly properties: JsonObject;
  readonly inputs: Json | undefined;
}> {
  const id = await saveConnected(server, [name], { Call: action });
  const run = await runWorkflow(server, id);
  const { outputs = {}, properties, inputs } = await run.action('Call');
  return { run, outputs: outputs as JsonObject, properties, inputs };
}

/** Starts a run that waits for somebody; answers the run's id. */
export async function startWaiting(server: TocsinServer, id: string): Promise<string> {
  const started = await server.call('POST', `${id}/triggers/manual/run?api-version=2019-05-01`, { body: {} });
  assert.ok(started.status < 300, started.text);
  return `${id}/runs/${started.headers.get('x-ms-workflow-run-id') ?? ''}`;
}

/** Properties of a finished run's action, with its outputs. */
export async function actionOf(server: TocsinServer, run: string, action: string): Promise<JsonObject> {
  const { body } = await server.call('GET', `${run}/actions/${action}?api-version=2019-05-01`);
  const properties = body.properties as JsonObject;
  const link = properties.outputsLink as JsonObject | undefined;
  const outputs = link === undefined ? null : ((await (await fetch(textOf(link, 'uri'))).json()) as Json);
  return { ...properties, outputs };
}
