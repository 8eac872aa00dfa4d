/**
 * The form of a connector's operation out of its OpenAPI document: fields, first inputs, what it answers.
 *
 * Owns: reading documents of version 2 and 3. Does not own: fetching them (`../connections.ts`), editors (`../panel`).
 *
 * Source: portal reference 5.7; OpenAPI 2.0 and 3.0; the `x-ms-` members of connectors' documents.
 *
 * Invariants
 * CF1. Total: a document that says nothing of an operation gives the parameters of its path and a body of any shape.
 * CF2. References lead inside the document only, and not deeper than a form can show.
 */
import { isRecord, type JsonData, type JsonRecord } from '../core/json-value.ts';
import { dynamicListOf } from './dynamic-list.ts';
import { parametersOf, writePath } from './operation-path.ts';
import type { Field, FieldKind, Shape } from './operation.ts';

export type ApiDocument = JsonRecord;

export interface ConnectorForm {
  readonly fields: readonly Field[];
  /** What is put into a new step. */
  readonly inputs: JsonRecord;
  readonly answer?: Shape;
}

const deepest = 4;
/** Of a shape that tokens are made of. */
const deepestShape = 7;

export function formIn(document: ApiDocument, method: string, path: string): ConnectorForm {
  const item = itemOf(document, path);
  const operation = memberIn(item, method.toLowerCase());
  const given = [...listIn(item, 'parameters'), ...listIn(operation, 'parameters')].map((one) =>
    resolved(document, one),
  );
  const byPlace = (place: string): readonly JsonRecord[] => given.filter((one) => textIn(one, 'in') === place);
  const inPath = new Map(byPlace('path').map((one) => [textIn(one, 'name') ?? '', described(one)]));
  const body = bodyOf(document, operation, byPlace('body')[0]);
  const fields = [
    ...parametersOf(path).map((name): Field => {
      const label = labelOf(inPath.get(name) ?? {}, name);
      return {
        ...fieldOf(document, inPath.get(name) ?? {}, label, ['inputs', 'path']),
        required: true,
        parameter: name,
      };
    }),
    ...besides(document, byPlace('query'), 'queries'),
    ...(body === undefined ? [] : bodyFields(document, body, ['inputs', 'body'], 0)),
    ...besides(document, byPlace('header'), 'headers'),
  ];
  const called = memberIn(item, 'x-ms-notification-content');
  const answer = shapeIn(document, isRecord(called) ? called['schema'] : answerOf(document, operation), 0);
  const notified = body === undefined ? undefined : notificationName(document, body.schema);
  const written = writePath(path, {});
  const inputs: JsonRecord =
    notified === undefined
      ? { method: method.toLowerCase(), path: written }
      : { body: { [notified]: '@{listCallbackUrl()}' }, path: written };
  return { fields, inputs, ...(answer === undefined ? {} : { answer }) };
}

/** The path's item; documents of managed APIs have the connection in front of each path. */
function itemOf(document: ApiDocument, path: string): JsonData | undefined {
  const paths = memberIn(document, 'paths');
  if (!isRecord(paths)) return undefined;
  const plain = path.startsWith('/') ? path : `/${path}`;
  return paths[`/{connectionId}${plain}`] ?? paths[plain] ?? paths[path];
}

const besides = (document: ApiDocument, all: readonly JsonRecord[], under: string): readonly Field[] =>
  all.flatMap((one) => {
    const name = textIn(one, 'name') ?? '';
    const isHidden = name === '' || textIn(one, 'x-ms-visibility') === 'internal';
    return isHidden
      ? []
      : [
          withNeed(
            fieldOf(document, described(one), labelOf(one, name), ['inputs', under, name]),
            one['required'] === true,
          ),
        ];
  });

/** A parameter with what it is; in version 3 that stands in a schema within. */
function described(one: JsonRecord): JsonRecord {
  const schema = memberIn(one, 'schema');
  return isRecord(schema) ? { ...schema, ...one } : one;
}

/** What must be given is always in view. */
const withNeed = (field: Field, required: boolean): Field =>
  required ? { ...field, required, advanced: false } : field;

// --- Bodies -----------------------------------------------------------------------------------------------------

interface BodyOf {
  readonly schema: JsonData | undefined;
  readonly required: boolean;
}

function bodyOf(
  document: ApiDocument,
  operation: JsonData | undefined,
  parameter: JsonRecord | undefined,
): BodyOf | undefined {
  if (parameter !== undefined) return { schema: parameter['schema'], required: parameter['required'] === true };
  const request = resolved(document, memberIn(operation, 'requestBody'));
  const media = mediaOf(memberIn(request, 'content'));
  if (media === undefined) return undefined;
  return { schema: memberIn(media, 'schema'), required: request['required'] === true };
}

function mediaOf(content: JsonData | undefined): JsonData | undefined {
  if (!isRecord(content)) return undefined;
  const entries = Object.entries(content);
  return (entries.find(([type]) => type.includes('json')) ?? entries[0])?.[1];
}

function bodyFields(
  document: ApiDocument,
  { schema, required }: BodyOf,
  at: readonly string[],
  depth: number,
): readonly Field[] {
  const whole = merged(document, schema);
  const properties = memberIn(whole, 'properties');
  const names = isRecord(properties) ? Object.keys(properties) : [];
  if (names.length === 0 || depth >= deepest) {
    const label =
      depth === 0
        ? (textIn(whole, 'x-ms-summary') ?? textIn(whole, 'title') ?? 'Body')
        : labelOf(whole, at.at(-1) ?? '');
    return [withNeed(fieldOf(document, whole, label, at), required)];
  }
  const needed = new Set(listIn(whole, 'required'));
  return names.flatMap((name): readonly Field[] => {
    const member = isRecord(properties) ? merged(document, properties[name]) : {};
    if (textIn(member, 'x-ms-visibility') === 'internal' || member['readOnly'] === true) return [];
    const inner = memberIn(member, 'properties');
    if (isRecord(inner) && Object.keys(inner).length > 0) {
      return bodyFields(document, { schema: member, required: needed.has(name) }, [...at, name], depth + 1);
    }
    return [withNeed(fieldOf(document, member, labelOf(member, name), [...at, name]), needed.has(name))];
  });
}

function notificationName(document: ApiDocument, schema: JsonData | undefined): string | undefined {
  const properties = memberIn(merged(document, schema), 'properties');
  if (!isRecord(properties)) return undefined;
  return Object.entries(properties).find(([, one]) => memberIn(one, 'x-ms-notification-url') === true)?.[0];
}

// --- Fields -----------------------------------------------------------------------------------------------------

function fieldOf(document: ApiDocument, schema: JsonRecord, label: string, at: readonly string[]): Field {
  const choices = listIn(schema, 'enum')
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map(String);
  const help = textIn(schema, 'description');
  const list = dynamicListOf(document, schema);
  const items = textIn(schema, 'type') === 'array' ? itemFields(document, memberIn(schema, 'items')) : [];
  return {
    label,
    at,
    kind: choices.length > 0 ? 'choice' : items.length > 0 ? 'list' : kindOf(schema),
    ...(choices.length > 0 ? { choices } : {}),
    ...(items.length > 0 ? { items } : {}),
    ...(list === undefined ? {} : { list }),
    ...(help === undefined || help === label ? {} : { help }),
    ...(textIn(schema, 'x-ms-visibility') === 'advanced' ? { advanced: true } : {}),
  };
}

/** What each item of a list is asked for; none where nothing is said of them: the list is one value then. */
function itemFields(document: ApiDocument, items: JsonData | undefined): readonly Field[] {
  if (items === undefined) return [];
  const whole = merged(document, items);
  const properties = memberIn(whole, 'properties');
  if (isRecord(properties) && Object.keys(properties).length > 0) {
    return bodyFields(document, { schema: whole, required: true }, [], 1);
  }
  const type = textIn(whole, 'type');
  if (type === undefined || type === 'object' || type === 'array') return [];
  return [fieldOf(document, whole, '', [])];
}

function kindOf(schema: JsonRecord): FieldKind {
  const format = textIn(schema, 'format');
  switch (textIn(schema, 'type')) {
    case 'string':
      if (format === 'html') return 'html';
      if (format === 'binary' || format === 'byte') return 'file';
      return format === 'kql' ? 'lines' : format === 'password' ? 'secret' : 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

function labelOf(schema: JsonRecord, name: string): string {
  const own = textIn(schema, 'x-ms-summary') ?? textIn(schema, 'title');
  if (own !== undefined && own !== '') return own;
  const spaced = name.replaceAll(/[_-]/g, ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

// --- Answers ----------------------------------------------------------------------------------------------------

/** The schema of the first answer below 300 that is described. */
function answerOf(document: ApiDocument, operation: JsonData | undefined): JsonData | undefined {
  const responses = memberIn(operation, 'responses');
  if (!isRecord(responses)) return undefined;
  const entries = Object.entries(responses);
  const found = (entries.find(([status]) => /^2\d\d$/.test(status)) ??
    entries.find(([status]) => status === 'default'))?.[1];
  const response = resolved(document, found);
  return memberIn(response, 'schema') ?? memberIn(mediaOf(memberIn(response, 'content')), 'schema');
}

function shapeIn(document: ApiDocument, given: JsonData | undefined, depth: number): Shape | undefined {
  if (given === undefined || depth > deepestShape) return undefined;
  const schema = merged(document, given);
  const title = textIn(schema, 'x-ms-summary') ?? textIn(schema, 'title');
  const properties = memberIn(schema, 'properties');
  const items = shapeIn(document, memberIn(schema, 'items'), depth + 1);
  const required = listIn(schema, 'required').filter((one): one is string => typeof one === 'string');
  const type = textIn(schema, 'type');
  return {
    ...(type === undefined ? {} : { type }),
    ...(title === undefined ? {} : { title }),
    ...(isRecord(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, one]) => [name, shapeIn(document, one, depth + 1) ?? {}]),
          ),
        }
      : {}),
    ...(items === undefined ? {} : { items }),
    ...(required.length === 0 ? {} : { required }),
  };
}

// --- Documents --------------------------------------------------------------------------------------------------

const memberIn = (value: JsonData | undefined, name: string): JsonData | undefined =>
  isRecord(value) ? value[name] : undefined;

const membersIn = (value: JsonData | undefined, name: string): JsonRecord => {
  const found = memberIn(value, name);
  return isRecord(found) ? found : {};
};

const textIn = (value: JsonData | undefined, name: string): string | undefined => {
  const found = memberIn(value, name);
  return typeof found === 'string' ? found : undefined;
};

const listIn = (value: JsonData | undefined, name: string): readonly JsonData[] => {
  const found = memberIn(value, name);
  return Array.isArray(found) ? (found as readonly JsonData[]) : [];
};

/** What a reference within the document names; an empty object where it names nothing. */
function resolved(document: ApiDocument, value: JsonData | undefined): JsonRecord {
  let current = value;
  for (let step = 0; step < 20; step += 1) {
    const reference = textIn(current, '$ref');
    if (reference === undefined) return isRecord(current) ? current : {};
    if (!reference.startsWith('#/')) return {};
    current = reference
      .slice(2)
      .split('/')
      .reduce<JsonData | undefined>(
        (at, part) => memberIn(at, decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')),
        document,
      );
  }
  return {};
}

/** A schema with the members of all that it says it is made of. */
function merged(document: ApiDocument, value: JsonData | undefined, depth = 0): JsonRecord {
  const schema = resolved(document, value);
  const parts = listIn(schema, 'allOf');
  if (parts.length === 0 || depth > deepest) return schema;
  const wholes = [...parts.map((part) => merged(document, part, depth + 1)), schema];
  const properties = wholes.flatMap((one) => Object.entries(membersIn(one, 'properties')));
  const members = wholes.flatMap((one) => Object.entries(one));
  return {
    ...Object.fromEntries(members),
    type: 'object',
    properties: Object.fromEntries(properties),
    required: wholes.flatMap((one) => listIn(one, 'required')),
  };
}
