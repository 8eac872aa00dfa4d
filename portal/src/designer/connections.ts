/** Connections for the steps of a logic app: found, made, and written into its definition. Source: connectors reference 3.1. */
import { ArmError } from '../api/arm-error.ts';
import { armPath, idParts } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import type { Workflow } from '../data/workflows.ts';
import { readAll } from '../data/scope.ts';
import type { ListedOperation, ManagedApi } from './catalogue/catalogue.ts';
import type { ApiDocument } from './catalogue/connector-forms.ts';
import type { ListRequest } from './catalogue/dynamic-list.ts';
import type { Doc, Edit } from './core/document.ts';
import { looseMemberOf } from './core/json-tree.ts';
import { isRecord, type JsonData, type JsonRecord } from './core/json-value.ts';
import { connectionsOf } from './core/operations/clipboard.ts';
import type { Operation as Change } from './core/operations/compose.ts';
import { changeAt } from './core/text-edits.ts';

export interface KnownConnection {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly sandbox: boolean;
}

interface ConnectionAnswer {
  readonly id: string;
  readonly name: string;
  readonly properties: {
    readonly overallStatus?: string;
    readonly sandbox?: boolean;
    readonly api?: { readonly name?: string };
  };
}

interface ApiAnswer {
  readonly id: string;
  readonly name: string;
  readonly properties: {
    readonly connectionParameters?: Readonly<Record<string, unknown>>;
    readonly metadata?: { readonly brandColor?: string };
    readonly generalInformation?: { readonly displayName?: string };
    readonly displayName?: string;
    /** Of custom ones: the document itself. */
    readonly swagger?: JsonRecord;
  };
}

export interface Api extends ManagedApi {
  readonly id: string;
  /** A connection of it needs something to be authorized by. */
  readonly needsCredentials: boolean;
}

const type = 'microsoft.web/connections';

const subscriptionOf = ({ id }: Workflow): string => `/subscriptions/${idParts(id).subscriptionId ?? ''}`;

const placeOf = (workflow: Workflow): string =>
  `${subscriptionOf(workflow)}/providers/Microsoft.Web/locations/${workflow.location ?? ''}`;

/** The APIs that connections can be made of: those that come with the server, and the subscription's own. */
export async function readApis(workflow: Workflow, signal?: AbortSignal): Promise<readonly Api[]> {
  const paths = [`${placeOf(workflow)}/managedApis`, `${subscriptionOf(workflow)}/providers/Microsoft.Web/customApis`];
  const lists = await Promise.all(
    paths.map((path) => readAll<ApiAnswer>(armPath(path, type, { $top: '500' }), signal)),
  );
  return lists.flat().map(({ id, name, properties }) => ({
    id,
    name: name.toLowerCase(),
    title: properties.generalInformation?.displayName ?? properties.displayName ?? name,
    colour: properties.metadata?.brandColor ?? '#0078d4',
    needsCredentials: Object.keys(properties.connectionParameters ?? {}).length > 0,
  }));
}

/** Every operation that there is, as short as a list needs it. */
export async function readListed(workflow: Workflow, signal?: AbortSignal): Promise<readonly ListedOperation[]> {
  const kinds = ['Microsoft.Web/locations/managedApis/apiOperations', 'Microsoft.Web/customApis/apiOperations'];
  const lists = await Promise.all(
    kinds.map((kind) => {
      const query = { $top: '1000', $filter: `type eq '${kind}'` };
      return readAll<ListedOperation>(armPath(`${placeOf(workflow)}/apiOperations`, type, query), signal);
    }),
  );
  return lists.flat();
}

/** The OpenAPI document of an API. */
export async function readDocument({ id }: Pick<Api, 'id'>, signal?: AbortSignal): Promise<ApiDocument> {
  if (!/\/customApis\//i.test(id)) return read<ApiDocument>(armPath(id, type, { export: 'true' }), signal);
  const { properties } = await read<ApiAnswer>(armPath(id, type), signal);
  return properties.swagger ?? {};
}

/** The id of an API by its name; one that the server does not list has the id that it would have. */
export const apiIdOf = (workflow: Workflow, apis: readonly Api[], name: string): string =>
  apis.find((api) => api.name === name.toLowerCase())?.id ?? `${placeOf(workflow)}/managedApis/${name}`;

const groupOf = ({ id }: Workflow): string => {
  const { subscriptionId = '', resourceGroup = '' } = idParts(id);
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Web/connections`;
};

/** The connections of an API in the logic app's resource group. */
export async function readConnections(
  workflow: Workflow,
  api: string,
  signal?: AbortSignal,
): Promise<readonly KnownConnection[]> {
  const { value } = await read<{ readonly value: readonly ConnectionAnswer[] }>(
    armPath(groupOf(workflow), type),
    signal,
  );
  return value
    .filter(({ properties }) => properties.api?.name?.toLowerCase() === api.toLowerCase())
    .map(({ id, name, properties }) => ({
      id,
      name,
      status: properties.overallStatus ?? '',
      sandbox: properties.sandbox === true,
    }));
}

/** Makes a connection in the logic app's group. In the sandbox nothing is sent; what would be is kept in the outbox. */
export async function makeConnection(
  workflow: Workflow,
  apiId: string,
  name: string,
  sandbox: boolean,
): Promise<KnownConnection> {
  const id = `${groupOf(workflow)}/${name}`;
  await call('PUT', armPath(id, type), {
    body: {
      location: workflow.location ?? '',
      properties: { displayName: name, api: { id: apiId } },
    },
  });
  if (sandbox) await call('POST', '/tocsin/v1/connections/sandbox', { body: { connectionId: id, enabled: true } });
  return { id, name, status: sandbox ? 'Connected' : '', sandbox };
}

interface InvokeAnswer {
  readonly response: { readonly statusCode: string; readonly body?: JsonData };
}

/** What the service behind a connection answers to a list's request. @throws ArmError, for its refusals too. */
export async function askConnection(id: string, request: ListRequest, signal?: AbortSignal): Promise<JsonData> {
  const path = armPath(`${id}/dynamicInvoke`, type);
  const { body } = await call<InvokeAnswer>('POST', path, {
    body: { request },
    ...(signal === undefined ? {} : { signal }),
  });
  const { statusCode, body: answer = null } = body.response;
  if (/^(?:OK|Created|Accepted|NoContent)$/i.test(statusCode)) return answer;
  throw new ArmError(502, { code: statusCode, message: reasonIn(answer) ?? statusCode });
}

/** The reason in a refusal, in whatever shape services put it. */
function reasonIn(answer: JsonData): string | undefined {
  if (typeof answer === 'string') return answer === '' ? undefined : answer.slice(0, 300);
  if (!isRecord(answer)) return undefined;
  const { error, message, innerError } = answer;
  const inner = [innerError, error].find(isRecord);
  const deeper = inner === undefined ? undefined : reasonIn(inner);
  return deeper ?? (typeof message === 'string' ? message : undefined);
}

/** The key by which a definition calls an API already. */
export function keyFor(doc: Doc, api: string): string | undefined {
  return Object.entries(connectionsOf(doc)).find(([, entry]) => {
    const id = (entry as JsonRecord)['id'];
    return typeof id === 'string' && new RegExp(`/(?:managedApis|customApis)/${api}$`, 'i').test(id);
  })?.[0];
}

/** A key that is free for a connection of an API. */
export function freeKey(doc: Doc, api: string): string {
  const taken = connectionsOf(doc);
  if (taken[api] === undefined) return api;
  for (let count = 1; ; count += 1) if (taken[`${api}_${count}`] === undefined) return `${api}_${count}`;
}

/** Lets a definition call through a connection by a key. */
export function withConnection(apiId: string, key: string, { id, name }: KnownConnection): Change {
  return (doc): { readonly ok: true; readonly value: Edit } => {
    const entry = { connectionId: id, connectionName: name, id: apiId };
    const declared = looseMemberOf(looseMemberOf(doc.definition, 'parameters')?.value, '$connections');
    const patches = [
      ...changeAt(doc, doc.tree, ['parameters', '$connections', 'value', key], entry),
      ...(declared === undefined
        ? changeAt(doc, doc.definition, ['parameters', '$connections'], { defaultValue: {}, type: 'Object' })
        : []),
    ];
    return { ok: true, value: { label: `connect ${key}`, patches } };
  };
}

export const hostOf = (key: string): JsonRecord => ({
  connection: { name: `@parameters('$connections')['${key}']['connectionId']` },
});
