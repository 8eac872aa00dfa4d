/**
 * What a parameter is chosen from, as the `x-ms-` members of an OpenAPI document say it.
 *
 * Owns: from rows to members. Does not own: the rows (`dynamic-lists.data.ts`), asking (`#service`).
 *
 * Invariant
 * DL1. A list that needs a parameter which the operation has not got is not offered: it could not be asked.
 *
 * Source: the `x-ms-dynamic-values` and `x-ms-dynamic-list` members of connectors' documents.
 */
import { isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { type DynamicListRow, dynamicLists, fixedLists, parameterLabels } from './dynamic-lists.data.ts';

const rows = Map.groupBy(dynamicLists, ([connector]) => connector);

/** The parameters of an operation, each with what it is chosen from, members of its body included. */
export function withLists(connector: string, parameters: readonly JsonObject[]): readonly JsonObject[] {
  if (!rows.has(connector) && !fixedLists.some(([api]) => api === connector)) return parameters;
  const names = new Set(parameters.flatMap(namesIn));
  const has = (name: string): boolean => names.has(name);
  return parameters.map((one) =>
    one['in'] === 'body'
      ? { ...one, schema: inBody(one['schema'] ?? null, [], (name) => listMembers(connector, name, has)) }
      : { ...one, ...listMembers(connector, textMember(one, 'name') ?? '', has) },
  );
}

function namesIn(parameter: JsonObject): readonly string[] {
  return parameter['in'] === 'body'
    ? membersIn(parameter['schema'] ?? null, [])
    : [textMember(parameter, 'name') ?? ''];
}

function membersIn(schema: Json, at: readonly string[]): readonly string[] {
  const properties = memberOf(schema, 'properties');
  if (!isJsonObject(properties)) return at.length === 0 ? [] : [at.join('.')];
  return Object.entries(properties).flatMap(([name, inner]) => membersIn(inner, [...at, name]));
}

function inBody(schema: Json, at: readonly string[], membersOf: (name: string) => JsonObject): Json {
  const properties = memberOf(schema, 'properties');
  if (!isJsonObject(schema)) return schema;
  if (!isJsonObject(properties)) return at.length === 0 ? schema : { ...schema, ...membersOf(at.join('.')) };
  const inner = Object.entries(properties).map(
    ([name, each]) => [name, inBody(each, [...at, name], membersOf)] as const,
  );
  return { ...schema, properties: Object.fromEntries(inner) };
}

function listMembers(connector: string, name: string, has: (name: string) => boolean): JsonObject {
  const label = parameterLabels[connector]?.[name];
  return { ...(label === undefined ? {} : { 'x-ms-summary': label }), ...choicesOf(connector, name, has) };
}

/** The members that say what a parameter is chosen from, or none. `has` says whether the operation has a parameter of a name. */
function choicesOf(connector: string, name: string, has: (name: string) => boolean): JsonObject {
  const fixed = fixedLists.find(([api, parameter]) => api === connector && parameter === name);
  if (fixed !== undefined) return { enum: [...fixed[2]] };
  for (const row of rows.get(connector) ?? []) {
    const asked = row[1].split(' ').includes(name) ? askedOf(row, has) : undefined;
    if (asked !== undefined) return membersOfRow(row, asked);
  }
  return {};
}

function membersOfRow([, , operationId, , collection, value, title]: DynamicListRow, asked: Asked): JsonObject {
  return {
    'x-ms-dynamic-values': {
      operationId,
      'value-path': value,
      'value-title': title,
      ...(collection === '' ? {} : { 'value-collection': collection }),
      parameters: valuesOf(asked, (parameter) => ({ parameter })),
    },
    'x-ms-dynamic-list': {
      operationId,
      itemValuePath: value,
      itemTitlePath: title,
      ...(collection === '' ? {} : { itemsPath: collection }),
      parameters: valuesOf(asked, (parameter) => ({ parameterReference: referenceOf(parameter) })),
    },
  };
}

type Asked = readonly (readonly [name: string, parameter: string, constant: string | undefined])[];

/** `name=a|b name='constant'`; undefined where the operation has none of the parameters of a name (DL1). */
function askedOf([, , , asked]: DynamicListRow, has: (name: string) => boolean): Asked | undefined {
  const found: (readonly [string, string, string | undefined])[] = [];
  for (const part of asked.split(' ')) {
    if (part === '') continue;
    const [name = '', from = ''] = part.split(/=(.*)/s);
    const constant = /^'(.*)'$/.exec(from)?.[1];
    const parameter = constant === undefined ? from.split('|').find(has) : '';
    if (parameter === undefined) return undefined;
    found.push([name, parameter, constant]);
  }
  return found;
}

const valuesOf = (asked: Asked, reference: (parameter: string) => JsonObject): JsonObject =>
  Object.fromEntries(
    asked.map(([name, parameter, constant]) => [name, constant === undefined ? reference(parameter) : constant]),
  );

/** `recipient.groupId` is within the body: `body/recipient/groupId`. */
const referenceOf = (parameter: string): string =>
  parameter.includes('.') ? `body/${parameter.replaceAll('.', '/')}` : parameter;
