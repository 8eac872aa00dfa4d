/**
 * All operations in one list, and which of them a step is.
 *
 * Owns: operations of connectors out of what the server lists, matching. Does not own: their forms (`connector-forms.ts`),
 * built-in operations (`built-in.data.ts`), search (`search-operations.ts`).
 *
 * Source: portal reference 5.6; connectors reference 1.1 (an operation is its API, method and path); ARM reference 7.
 */
import type { Doc } from '../core/document.ts';
import type { NodeInfo } from '../core/graph.ts';
import { looseMemberOf, memberOf, textOf } from '../core/json-tree.ts';
import type { JsonData, JsonRecord } from '../core/json-value.ts';
import { connectionsOf } from '../core/operations/clipboard.ts';
import { builtIns } from './built-in.data.ts';
import { type ApiDocument, formIn } from './connector-forms.ts';
import type { Field, Operation } from './operation.ts';
import { readPath } from './operation-path.ts';
import { securityCenterTriggers } from './security-center.data.ts';

export interface ManagedApi {
  /** Lower case: how steps name it. */
  readonly name: string;
  readonly title: string;
  readonly colour: string;
}

/** An operation as `apiOperations` lists it. */
export interface ListedOperation {
  readonly properties: {
    readonly summary: string;
    readonly description?: string;
    readonly trigger?: string;
    readonly isWebhook?: boolean;
    readonly isNotification?: boolean;
    /** Why it is answered by the sandbox alone. */
    readonly sandboxOnly?: string;
    readonly api: { readonly name: string; readonly displayName?: string; readonly brandColor?: string };
    readonly method: string;
    readonly path: string;
  };
}

/**
 * Every operation. Forms come from the documents of connectors that were read; without one an operation can be found, not filled in.
 * @param documents by the API's name.
 */
export function catalogueOf(
  apis: readonly ManagedApi[],
  listed: readonly ListedOperation[] = [],
  documents: ReadonlyMap<string, ApiDocument> = new Map(),
): readonly Operation[] {
  const own = new Set(securityCenterTriggers.map(({ api }) => api));
  const rows = listed
    .filter(({ properties }) => !own.has(properties.api.name.toLowerCase()))
    .map((one) => connectorOperation(one, documents.get(one.properties.api.name.toLowerCase())));
  return [...securityCenterTriggers, ...builtIns, ...rows, ...apis.filter(({ name }) => !own.has(name)).map(anyCall)];
}

function connectorOperation({ properties }: ListedOperation, document: ApiDocument | undefined): Operation {
  const { api, method, path, summary, isWebhook, isNotification, trigger, sandboxOnly } = properties;
  const group = api.displayName ?? api.name;
  const form = document === undefined ? undefined : formIn(document, method, path);
  const type =
    isNotification === true
      ? 'ApiConnectionNotification'
      : isWebhook === true
        ? 'ApiConnectionWebhook'
        : 'ApiConnection';
  const polled = trigger !== undefined && type === 'ApiConnection';
  return {
    id: `${api.name.toLowerCase()} ${method} ${path}`,
    role: trigger === undefined ? 'action' : 'trigger',
    title: summary,
    group,
    description: properties.description ?? summary,
    builtIn: false,
    colour: api.brandColor ?? '#0078d4',
    api: api.name.toLowerCase(),
    ...(sandboxOnly === undefined ? {} : { sandboxOnly }),
    value: {
      type,
      inputs: form?.inputs ?? { method: method.toLowerCase(), path },
      ...(polled ? { recurrence: { interval: 3, frequency: 'Minute' } } : {}),
    },
    fields: [...(form?.fields ?? []), ...(polled ? [recurrenceField] : [])],
    ...(form?.answer === undefined ? {} : { answer: form.answer }),
  };
}

const recurrenceField: Field = { label: 'Recurrence', at: ['recurrence'], kind: 'recurrence', required: true };

/** A call of a connector that is in no list: method, path and body by hand. */
function anyCall({ name, title, colour }: ManagedApi): Operation {
  return {
    id: `${name} any`,
    role: 'action',
    title: `Call any operation of ${title}`,
    group: title,
    description: `${title} · method and path as its documentation says`,
    builtIn: false,
    colour,
    api: name,
    value: { type: 'ApiConnection', inputs: { method: 'get', path: '/' } },
    fields: [
      {
        label: 'Method',
        at: ['inputs', 'method'],
        kind: 'choice',
        choices: ['get', 'post', 'put', 'patch', 'delete'],
        required: true,
      },
      { label: 'Path', at: ['inputs', 'path'], kind: 'text', required: true },
      { label: 'Queries', at: ['inputs', 'queries'], kind: 'map' },
      { label: 'Body', at: ['inputs', 'body'], kind: 'json' },
      { label: 'Headers', at: ['inputs', 'headers'], kind: 'map', advanced: true },
    ],
  };
}

const connection = /\$connections'?\)?\s*\[\s*'([^']+)'\s*\]/;

/** The key in `$connections` that a step calls through. */
export function connectionKeyOf({ json }: Pick<NodeInfo, 'json'>): string | undefined {
  const inputs = looseMemberOf(json, 'inputs')?.value;
  const host = looseMemberOf(inputs, 'host')?.value;
  const text = textOf(looseMemberOf(looseMemberOf(host, 'connection')?.value, 'name')?.value);
  return text === undefined ? undefined : connection.exec(text)?.[1];
}

/** The managed API behind a step: by its connection, else by the name of its key. */
export function apiOf(doc: Doc, node: Pick<NodeInfo, 'json'>): string | undefined {
  const key = connectionKeyOf(node);
  if (key === undefined) return undefined;
  const entry = connectionsOf(doc)[key] as JsonRecord | undefined;
  const id = entry?.['id'];
  const named = typeof id === 'string' ? /\/(?:managedApis|customApis)\/([^/]+)$/i.exec(id)?.[1] : undefined;
  return (named ?? key.replace(/[-_]\d+$/, '')).toLowerCase();
}

const lower = (value: JsonData | undefined): string => (typeof value === 'string' ? value.toLowerCase() : '');

/** The operation that a step is, where the catalogue knows it. */
export function operationOfNode(all: readonly Operation[], doc: Doc, node: NodeInfo): Operation | undefined {
  const role = node.kind === 'trigger' ? 'trigger' : 'action';
  const type = node.type.toLowerCase();
  const inputs = looseMemberOf(node.json, 'inputs')?.value;
  if (type.startsWith('apiconnection')) {
    const api = apiOf(doc, node);
    const path = textOf(looseMemberOf(inputs, 'path')?.value) ?? '';
    const method = textOf(looseMemberOf(inputs, 'method')?.value)?.toUpperCase();
    const mine = all.filter((operation) => operation.api === api && operation.role === role);
    const form = (operation: Operation): string => operation.id.split(' ').slice(2).join(' ');
    const exact = mine.find(
      (operation) =>
        form(operation) !== '' &&
        (method === undefined || operation.id.split(' ')[1] === method) &&
        readPath(form(operation), path) !== undefined,
    );
    return exact ?? mine.find(({ id }) => id === `${api} any`);
  }
  const same = all.filter((each) => each.role === role && each.builtIn && lower(each.value['type']) === type);
  if (same.length < 2) return same[0];
  const kind = node.operationKind?.toLowerCase();
  if (kind !== undefined) return same.find(({ value }) => lower(value['kind']) === kind);
  const has = (name: string): boolean => memberOf(inputs, name) !== undefined;
  if (type === 'wait') return same.find(({ id }) => id.endsWith(has('until') ? 'until' : 'interval'));
  const format = textOf(looseMemberOf(inputs, 'format')?.value)?.toLowerCase();
  return same.find(({ id }) => id.endsWith(`:${format ?? ''}`)) ?? same[0];
}

/** The form of a connector operation's path. */
export const pathFormOf = (operation: Operation): string => operation.id.split(' ').slice(2).join(' ');
