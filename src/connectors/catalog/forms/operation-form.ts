/**
 * The form of an operation as JSON schemas: out of its row, else out of its table's parameters and example.
 *
 * Owns: from rows to schemas, labels. Does not own: the rows (`*.data.ts`), the OpenAPI document around them (`#service`).
 * Source: connectors reference 1.1; the `x-ms-` members of connectors' OpenAPI documents.
 *
 * Invariants
 * OF1. Every operation has a form; one without a row asks for the parameters of its table and for a body of any shape.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, shapeOfPaths } from '#foundation';
import type { Connector, Operation } from '../connector.ts';
import type { OperationContract } from '../document-contract.ts';
import { azureForms } from './azure-forms.data.ts';
import type { FormKind, FormRow } from './form-row.ts';
import { officeForms } from './office-forms.data.ts';
import { securityForms } from './security-forms.data.ts';

/** A parameter beside the body, in OpenAPI 2.0's words. */
export interface FormParameter extends JsonObject {
  readonly name: string;
  readonly in: 'query' | 'header' | 'formData';
}

export interface OperationForm {
  readonly kind: FormKind;
  readonly title: string;
  readonly parameters: readonly FormParameter[];
  /** Absent where the operation takes none. */
  readonly body?: { readonly name?: string; readonly required: boolean; readonly schema: JsonObject };
  /** Of the answer; of what calls back for triggers and operations that wait. */
  readonly answer?: JsonObject;
}

export const operationForms: readonly FormRow[] = [...azureForms, ...securityForms, ...officeForms];

const keyOf = (connector: string, method: string, path: string): string =>
  `${connector} ${method} ${path.replaceAll(/\{[^}]+\}/g, '{}').toLowerCase()}`;

const rows = new Map(operationForms.map((row) => [keyOf(row[0], row[2], row[3]), row]));

export function formOf(connector: Connector, operation: Operation): OperationForm {
  const row = rows.get(keyOf(connector.name, operation.method, operation.path));
  if (row !== undefined) return formOfRow(row, operation);
  return operation.contract === undefined ? plainForm(operation) : contractForm(operation, operation.contract);
}

/** `parentFolderId` as a label: *Parent folder id*. */
export function labelOf(name: string): string {
  const spaced = name.replaceAll(/[_-]/g, ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

// --- Rows -------------------------------------------------------------------------------------------------------

const beside: Readonly<Record<string, FormParameter['in']>> = { '?': 'query', '#': 'header' };
const advanced = /^(?:From|Cc|Bcc|ReplyTo|Attachments|Importance)$/;

interface Draft {
  [name: string]: Json | Draft | undefined;
  type?: string;
  properties?: Record<string, Draft>;
  required?: string[];
  items?: Draft;
}

function formOfRow([, kind, , path, title, request, answer]: FormRow, operation: Operation): OperationForm {
  const parameters: FormParameter[] = [];
  let body: { required: boolean; schema: Draft } | undefined;
  for (const part of request.split(' ')) {
    if (part === '') continue;
    const [spec = '', type = ''] = part.split(':');
    const required = spec.endsWith('*');
    const bare = required ? spec.slice(0, -1) : spec;
    const place = beside[bare.charAt(0)];
    if (place !== undefined) {
      const name = bare.slice(1);
      const more = required ? { required } : {};
      parameters.push({
        name,
        in: place,
        ...(typed(type, 'string') as JsonObject),
        'x-ms-summary': labelOf(name),
        ...more,
      });
    } else if (bare === '=') {
      body = { required: true, schema: { ...typed(type, ''), 'x-ms-summary': 'Body' } };
    } else {
      body ??= { required: false, schema: { type: 'object', properties: {} } };
      if (required) body.required = true;
      putMember(body.schema, bare.split('.'), memberOfSpec(bare, type, required), required);
    }
  }
  if (kind.startsWith('webhook') || kind === 'notificationTrigger') {
    body ??= { required: true, schema: { type: 'object', properties: {} } };
    const url = { type: 'string', 'x-ms-notification-url': true, 'x-ms-visibility': 'internal' };
    putMember(body.schema, [callbackName(path)], url, false);
  }
  const shape =
    answer === '' ? shapeOfExample(operation.callback ?? operation.answer.body) : (shapeOfPaths(answer) as JsonObject);
  return {
    kind,
    title,
    parameters,
    ...(body === undefined ? {} : { body: body as { required: boolean; schema: JsonObject } }),
    ...(shape === undefined ? {} : { answer: shape }),
  };
}

/** The member by which a subscription is told where to call. */
function callbackName(path: string): string {
  if (path.startsWith('/flowbot') || path.startsWith('/v1.0/teams')) return 'notificationUrl';
  return /^\/(?:subscribe|incident|entity|Microsoft\.Security)/i.test(path) ? 'callback_url' : 'NotificationUrl';
}

function memberOfSpec(bare: string, type: string, required: boolean): Draft {
  const label = labelOf(bare.split('.').slice(-2).join(' '))
    .replace(/^Message /, '')
    .replace(/^Body Content$/, 'Message');
  const rare = !required && advanced.test(bare) ? { 'x-ms-visibility': 'advanced' } : {};
  return { ...typed(type, 'string'), 'x-ms-summary': label, ...rare };
}

/** The words of rows as schemas; `usual` is the type where a row names none, nothing for any. */
function typed(word: string, usual: string): Draft {
  if (word.includes('|')) return { type: 'string', enum: word.split('|') };
  switch (word) {
    case '':
      return usual === '' ? {} : { type: usual };
    case 'any':
      return {};
    case 'html':
      return { type: 'string', format: 'html' };
    case 'kql':
      return { type: 'string', format: 'kql' };
    default:
      return { type: word };
  }
}

function putMember(at: Draft, [name = '', ...rest]: readonly string[], member: Draft, required: boolean): void {
  at.type = 'object';
  const properties = (at.properties ??= {});
  if (required) at.required = [...new Set([...(at.required ?? []), name])];
  if (rest.length === 0) properties[name] = member;
  else putMember((properties[name] ??= { type: 'object', properties: {} }), rest, member, required);
}

// --- Operations without a row -----------------------------------------------------------------------------------

function plainForm(operation: Operation): OperationForm {
  const { kind, method, parameters = [], answer, callback, summary } = operation;
  const own = parameters.flatMap((one): readonly FormParameter[] => {
    if (one.in !== 'query' && one.in !== 'header') return [];
    const label = { 'x-ms-summary': one.summary ?? labelOf(one.name) };
    return [{ name: one.name, in: one.in, type: one.type, ...label, ...(one.required ? { required: true } : {}) }];
  });
  const named = parameters.find((one) => one.in === 'body');
  const takesBody = named !== undefined || /^(?:POST|PUT|PATCH)$/.test(method);
  const shape = shapeOfExample(callback ?? answer.body);
  const form = {
    title: summary,
    parameters: own,
    ...(shape === undefined ? {} : { answer: shape }),
  };
  const isCalledBack = kind === 'subscription' || (kind === 'trigger' && method === 'POST');
  if (isCalledBack) {
    const url = { type: 'string', 'x-ms-notification-url': true, 'x-ms-visibility': 'internal' };
    const schema = { type: 'object', properties: { [callbackName(operation.path)]: url } };
    return { ...form, kind: kind === 'trigger' ? 'webhookTrigger' : 'webhookAction', body: { required: true, schema } };
  }
  return {
    ...form,
    kind: kind === 'trigger' ? 'pollingTrigger' : 'action',
    ...(takesBody ? { body: { required: named?.required === true, schema: { 'x-ms-summary': 'Body' } } } : {}),
  };
}

/** What a document says comes before what its examples let guess. */
function contractForm(operation: Operation, { parameters, body, answer, callback }: OperationContract): OperationForm {
  const { body: guessed, ...plain } = plainForm(operation);
  const own = body ?? guessed;
  const described = plain.kind.startsWith('webhook') ? callback : answer;
  return {
    ...plain,
    parameters: parameters as readonly FormParameter[],
    ...(own === undefined ? {} : { body: own }),
    ...(described === undefined ? {} : { answer: described }),
  };
}

// --- Shapes -----------------------------------------------------------------------------------------------------

const deepest = 6;

/** A schema that an example fits; undefined where there is none. */
export function shapeOfExample(value: Json | undefined, depth = 0): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (isJsonArray(value)) {
    const items = value.length === 0 || depth > deepest ? undefined : shapeOfExample(value[0], depth + 1);
    return { type: 'array', ...(items === undefined ? {} : { items }) };
  }
  if (!isJsonObject(value))
    return { type: typeof value === 'boolean' || typeof value === 'string' ? typeof value : 'number' };
  const members = depth > deepest ? [] : Object.entries(value);
  const properties = members.map(([name, each]) => [name, shapeOfExample(each, depth + 1) ?? {}] as const);
  return { type: 'object', properties: Object.fromEntries(properties) };
}
