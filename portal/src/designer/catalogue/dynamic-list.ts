/**
 * A list of values that the connected service answers: what it is asked with, and what is shown of its answer.
 *
 * Owns: reading the `x-ms-` members of a parameter, the request of one, choices out of an answer. Does not own: asking
 * (`../connections.ts`), the field (`../panel`).
 *
 * Invariants
 * DL1. Total: whatever the document or the answer, there is a request or none, and a list of choices.
 * DL2. A parameter that the list needs and that is empty, or an expression, cannot be asked with: `missing` names it.
 *
 * Source: portal reference 5.7; the `x-ms-dynamic-values` and `x-ms-dynamic-list` members of connectors' documents.
 */
import { isRecord, type JsonData, type JsonRecord } from '../core/json-value.ts';

/** From where a parameter of the list is taken: a constant, or a parameter of the step by its reference (`body/recipient/groupId`). */
export type Asked = { readonly constant: JsonData } | { readonly reference: string };

export interface DynamicList {
  readonly method: string;
  /** Of the operation that lists, with its placeholders. */
  readonly path: string;
  readonly asked: Readonly<Record<string, Asked>>;
  /** Where in the answer, by names with `/` between them; empty for the answer itself. */
  readonly collection: string;
  readonly value: string;
  readonly title: string;
}

export interface Choice {
  readonly value: string;
  readonly title: string;
}

/** What a parameter is chosen from; undefined where its document says nothing of it. */
export function dynamicListOf(document: JsonRecord, schema: JsonRecord): DynamicList | undefined {
  const newer = schema['x-ms-dynamic-list'];
  const older = schema['x-ms-dynamic-values'];
  const given = isRecord(newer) ? newer : isRecord(older) ? older : undefined;
  const id = textIn(given, 'operationId');
  const operation = id === '' ? undefined : operationById(document, id);
  if (given === undefined || operation === undefined) return undefined;
  const parameters = given['parameters'];
  return {
    ...operation,
    asked: Object.fromEntries(
      Object.entries(isRecord(parameters) ? parameters : {}).map(([name, from]) => [name, askedOf(from)]),
    ),
    collection: textIn(given, 'itemsPath') || textIn(given, 'value-collection'),
    value: textIn(given, 'itemValuePath') || textIn(given, 'value-path'),
    title: textIn(given, 'itemTitlePath') || textIn(given, 'value-title'),
  };
}

function askedOf(from: JsonData): Asked {
  if (!isRecord(from)) return { constant: from };
  const reference = textIn(from, 'parameterReference') || textIn(from, 'parameter');
  return reference === '' ? { constant: from['value'] ?? '' } : { reference };
}

function operationById(
  document: JsonRecord,
  id: string,
): { readonly method: string; readonly path: string } | undefined {
  const paths = document['paths'];
  for (const [path, item] of Object.entries(isRecord(paths) ? paths : {})) {
    for (const [method, operation] of Object.entries(isRecord(item) ? item : {})) {
      if (textIn(operation, 'operationId') === id) {
        return { method: method.toUpperCase(), path: path.replace(/^\/\{connectionId\}/, '') };
      }
    }
  }
  return undefined;
}

export interface ListRequest {
  readonly method: string;
  readonly path: string;
  readonly queries: Readonly<Record<string, string>>;
}

export type Prepared =
  | { readonly kind: 'request'; readonly request: ListRequest }
  /** The reference of a parameter that has to be chosen first. */
  | { readonly kind: 'missing'; readonly reference: string };

/** @param valueOf the value of a parameter of the step by its reference; undefined for none. */
export function requestOf(list: DynamicList, valueOf: (reference: string) => JsonData | undefined): Prepared {
  const values = new Map<string, string>();
  for (const [name, asked] of Object.entries(list.asked)) {
    const value = 'constant' in asked ? asked.constant : valueOf(asked.reference);
    const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
    if ('reference' in asked && (text === '' || text.includes('@'))) {
      return { kind: 'missing', reference: asked.reference };
    }
    values.set(name, text);
  }
  const inPath = new Set<string>();
  const path = list.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    inPath.add(name);
    return encodeURIComponent(values.get(name) ?? '');
  });
  const queries = Object.fromEntries([...values].filter(([name]) => !inPath.has(name)));
  return { kind: 'request', request: { method: list.method, path, queries } };
}

/** Each value once, in the order of the answer. */
export function choicesIn(list: DynamicList, answer: JsonData | undefined): readonly Choice[] {
  const items = within(answer, list.collection);
  if (!Array.isArray(items)) return [];
  const found = new Map<string, Choice>();
  for (const item of items as readonly JsonData[]) {
    const value = plain(list.value === '' ? item : within(item, list.value));
    if (value === undefined || found.has(value)) continue;
    const title = plain(list.title === '' ? item : within(item, list.title));
    found.set(value, { value, title: title === undefined || title === '' ? value : title });
  }
  return [...found.values()];
}

const plain = (value: JsonData | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

function within(value: JsonData | undefined, path: string): JsonData | undefined {
  return path
    .split('/')
    .filter((step) => step !== '')
    .reduce<JsonData | undefined>((at, step) => (isRecord(at) ? at[step] : undefined), value);
}

function textIn(value: JsonData | undefined, name: string): string {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === 'string' ? found : '';
}
