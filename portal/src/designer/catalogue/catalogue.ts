/**
 * All operations in one list: found by words, and by what stands in a definition.
 *
 * Owns: rows of connectors as operations, search, matching. Does not own: the tables (`*.data.ts`).
 *
 * Source: portal reference 5.6; connectors reference 1.1 (an operation is its API, method and path).
 */
import type { Doc } from '../core/document.ts';
import type { NodeInfo } from '../core/graph.ts';
import { looseMemberOf, memberOf, textOf } from '../core/json-tree.ts';
import type { JsonData, JsonRecord } from '../core/json-value.ts';
import { connectionsOf } from '../core/operations/clipboard.ts';
import { azureRows } from './azure-operations.data.ts';
import { builtIns } from './built-in.data.ts';
import type { ConnectorRow } from './connector-row.ts';
import { officeRows } from './office-operations.data.ts';
import { type Field, type FieldKind, type Operation, shapeOf } from './operation.ts';
import { securityCenterTriggers } from './security-center.data.ts';
import { securityRows } from './security-operations.data.ts';

/** Every row of the tables. */
export const connectorRows: readonly ConnectorRow[] = [...azureRows, ...securityRows, ...officeRows];

export interface ManagedApi {
  readonly name: string;
  readonly title: string;
  readonly colour: string;
}

/** Every operation. Connectors are called as the server calls them; those it does not know are listed by their own name. */
export function catalogueOf(apis: readonly ManagedApi[]): readonly Operation[] {
  const byName = new Map(apis.map((api) => [api.name, api]));
  const rows = connectorRows.map((row) => connectorOperation(row, byName.get(row[0])));
  return [
    ...securityCenterTriggers,
    ...builtIns,
    ...rows,
    ...apis.filter(({ name }) => !name.startsWith('asc')).map(anyCall),
  ];
}

const humanName = (name: string): string => {
  const spaced = name.replaceAll(/[_-]/g, ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

function connectorOperation(
  [api, kind, method, path, title, request, answer]: ConnectorRow,
  known: ManagedApi | undefined,
): Operation {
  const isTrigger = kind.endsWith('Trigger');
  const types = {
    action: 'ApiConnection',
    webhookAction: 'ApiConnectionWebhook',
    webhookTrigger: 'ApiConnectionWebhook',
    notificationTrigger: 'ApiConnectionNotification',
    pollingTrigger: 'ApiConnection',
  };
  const shape = shapeOf(answer);
  return {
    id: `${api} ${method} ${path}`,
    role: isTrigger ? 'trigger' : 'action',
    title,
    group: known?.title ?? humanName(api),
    description: `${known?.title ?? humanName(api)} · ${method} ${path}`,
    builtIn: false,
    colour: known?.colour ?? '#0078d4',
    api,
    value: { type: types[kind], inputs: firstInputs(kind, method, path), ...polled(kind) },
    fields: [...pathFields(path), ...requestFields(request)],
    ...(shape === undefined ? {} : { answer: shape }),
  };
}

const polled = (kind: string): JsonRecord =>
  kind === 'pollingTrigger' ? { recurrence: { interval: 3, frequency: 'Minute' } } : {};

function firstInputs(kind: string, method: string, path: string): JsonRecord {
  const written = writePath(path, {});
  if (kind === 'action' || kind === 'pollingTrigger') return { method: method.toLowerCase(), path: written };
  const callback =
    path.startsWith('/flowbot') || path.startsWith('/v1.0/teams')
      ? 'notificationUrl'
      : path.startsWith('/subscribe') || path.startsWith('/incident') || path.startsWith('/entity')
        ? 'callback_url'
        : 'NotificationUrl';
  return { body: { [callback]: '@{listCallbackUrl()}' }, path: written };
}

/** A call of a connector that has no row of its own: method, path and body by hand. */
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

// --- Fields -----------------------------------------------------------------------------------------------------

const braces = /\{([^}]+)\}/g;

const pathFields = (path: string): readonly Field[] =>
  [...path.matchAll(braces)].map(([, name = '']) => ({
    label: humanName(name),
    at: ['inputs', 'path'],
    kind: 'text',
    required: true,
    parameter: name,
  }));

const places: Readonly<Record<string, string>> = { '?': 'queries', '#': 'headers' };

function requestFields(request: string): readonly Field[] {
  return request.split(' ').flatMap((part): readonly Field[] => {
    if (part === '') return [];
    const [spec = '', type = ''] = part.split(':');
    const required = spec.endsWith('*');
    const bare = required ? spec.slice(0, -1) : spec;
    const under = places[bare.charAt(0)];
    const name = under === undefined ? bare : bare.slice(1);
    const isBody = name === '=';
    const at = isBody
      ? ['inputs', 'body']
      : ['inputs', under ?? 'body', ...(under === undefined ? name.split('.') : [name])];
    const label = isBody ? 'Body' : humanName(under === undefined ? name.split('.').slice(-2).join(' ') : name);
    const choices = type.includes('|') ? type.split('|') : undefined;
    return [
      {
        label: label.replace(/^Message /, '').replace(/^Body Content$/, 'Message'),
        at,
        kind: choices === undefined ? kindOf(type, isBody) : 'choice',
        ...(choices === undefined ? {} : { choices }),
        ...(required ? { required } : {}),
        ...(!required && /^(?:From|Cc|Bcc|ReplyTo|Attachments|Importance)$/.test(name) ? { advanced: true } : {}),
      },
    ];
  });
}

function kindOf(type: string, isBody: boolean): FieldKind {
  if (type === 'html') return 'html';
  if (type === 'number' || type === 'boolean') return type;
  if (type === 'kql') return 'lines';
  return type === '' && !isBody ? 'text' : 'json';
}

// --- Paths ------------------------------------------------------------------------------------------------------

/** A path of the operation's form with its parameters put in, encoded where they are evaluated. */
export function writePath(form: string, values: Readonly<Record<string, string>>): string {
  return form.replaceAll(braces, (_, name: string) => {
    const value = values[name] ?? '';
    if (value === '') return `@{encodeURIComponent('')}`;
    const whole = /^@\{(.*)\}$/s.exec(value)?.[1] ?? (/^@[A-Za-z]/.test(value) ? value.slice(1) : undefined);
    if (whole !== undefined && !whole.includes('@{')) return `@{encodeURIComponent(${whole})}`;
    if (value.includes('@{')) return value;
    return `@{encodeURIComponent('${value.replaceAll("'", "''")}')}`;
  });
}

/** The parameters that stand in a path of that form; undefined where it is not of that form. */
export function readPath(form: string, path: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const pattern = form
    .split(braces)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
      names.push(part);
      return String.raw`((?:@\{(?:'[^']*'|[^'}])*\}|[^/@])*)`;
    })
    .join('');
  const match = new RegExp(`^${pattern}$`, 'i').exec(path);
  if (match === null) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, plainParameter(match[index + 1] ?? '')]));
}

function plainParameter(text: string): string {
  const inner = /^@\{encodeURIComponent\((.*)\)\}$/is.exec(text)?.[1];
  if (inner === undefined) return text;
  const literal = /^'((?:[^']|'')*)'$/s.exec(inner)?.[1];
  return literal === undefined ? `@{${inner}}` : literal.replaceAll("''", "'");
}

// --- Search -----------------------------------------------------------------------------------------------------

/** Those that have a word for each word asked for; what begins with it comes first. */
export function searchOperations(
  all: readonly Operation[],
  role: Operation['role'],
  query: string,
): readonly Operation[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const mine = all.filter((operation) => operation.role === role);
  if (words.length === 0) return mine;
  return mine
    .map((operation, index) => ({ operation, index, rank: rankOf(operation, words, query.toLowerCase().trim()) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((one, two) => two.rank - one.rank || one.index - two.index)
    .map(({ operation }) => operation);
}

function rankOf(
  { title, also = '', group, words = '', description }: Operation,
  asked: readonly string[],
  whole: string,
): number {
  const name = title.toLowerCase();
  const strong = `${name} ${also} ${group} ${words}`.toLowerCase();
  let rank = name.startsWith(whole) ? 40 : 0;
  for (const word of asked) {
    if (new RegExp(`\\b${word.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`).test(strong))
      rank += name.includes(word) ? 10 : 6;
    else if (strong.includes(word)) rank += 3;
    else if (description.toLowerCase().includes(word)) rank += 1;
    else return 0;
  }
  return rank;
}

// --- What stands in a definition ---------------------------------------------------------------------------------

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
  const named = typeof id === 'string' ? /\/managedApis\/([^/]+)$/i.exec(id)?.[1] : undefined;
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
