/**
 * One logic app with a Request trigger on a real server: saved, run, and its actions read back over REST.
 *
 * Owns: the calls; shared by end-to-end tests of actions.
 */
import assert from 'node:assert/strict';
import type { Json, JsonObject } from '#foundation';
import { subscription, textOf, type TocsinServer } from './tocsin-server.ts';

export const runsGroup = `${subscription}/resourceGroups/rg-runs`;
const version = 'api-version=2019-05-01';

export interface ActionSeen {
  readonly properties: JsonObject;
  readonly inputs: Json | undefined;
  readonly outputs: Json | undefined;
}

export interface RunSeen {
  readonly id: string;
  readonly status: string;
  action(name: string): Promise<ActionSeen>;
}

let made = 0;

/** Saves a definition's parts and answers the workflow's id. */
export async function saveWorkflow(server: TocsinServer, parts: JsonObject, more: JsonObject = {}): Promise<string> {
  await server.call('PUT', `${runsGroup}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  made += 1;
  const id = `${runsGroup}/providers/Microsoft.Logic/workflows/w${made}`;
  const { status, text } = await server.call('PUT', `${id}?${version}`, {
    body: {
      location: 'westeurope',
      ...more,
      properties: {
        ...(more.properties as JsonObject | undefined),
        definition: {
          $schema:
            'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
          contentVersion: '1.0.0.0',
          triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
          ...parts,
        },
      },
    },
  });
  assert.ok(status === 200 || status === 201, text);
  return id;
}

/** Runs it once, to its end. */
export async function runWorkflow(server: TocsinServer, id: string, body: Json = {}): Promise<RunSeen> {
  const started = await server.call('POST', `${id}/triggers/manual/run?${version}`, { body });
  assert.ok(started.status < 300, started.text);
  const name = started.headers.get('x-ms-workflow-run-id') ?? '';
  const run = await server.eventually(async () => {
    const { body: seen } = await server.call('GET', `${id}/runs/${name}?${version}`);
    const status = textOf(seen.properties, 'status');
    return status === 'Running' || status === 'Waiting' || status === '' ? undefined : status;
  }, `the run ${name}`);
  return {
    id: `${id}/runs/${name}`,
    status: run,
    action: (action) => readAction(server, `${id}/runs/${name}/actions/${action}`),
  };
}

async function readAction(server: TocsinServer, id: string): Promise<ActionSeen> {
  const { body, text } = await server.call('GET', `${id}?${version}`);
  const properties = body.properties as JsonObject;
  assert.ok(properties !== undefined, text);
  const content = async (side: string): Promise<Json | undefined> => {
    const uri = (properties[side] as JsonObject | undefined)?.uri;
    return typeof uri === 'string' ? ((await (await fetch(uri)).json()) as Json) : undefined;
  };
  return { properties, inputs: await content('inputsLink'), outputs: await content('outputsLink') };
}
