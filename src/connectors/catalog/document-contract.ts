/**
 * What an OpenAPI document says of an operation, in the words of version 2.0: parameters, body, answer, callback.
 *
 * Owns: the translation of parameters and schemas. Does not own: which operations there are, examples
 * (`custom-connector.ts`), the document that is exported (`#service`). Source: OpenAPI 2.0, 3.0 and 3.1; ARM reference 7.
 *
 * Invariants
 * DC1. Schemas stay as the document has them: references lead to `definitions`, which come with the connector, so that a schema
 *      that holds itself stays finite and a shared one is there once.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { mediaOf, resolved } from './document-references.ts';

export interface OperationContract {
  /** Of the path, by name. */
  readonly path: Readonly<Record<string, JsonObject>>;
  /** Of queries, headers and forms. */
  readonly parameters: readonly JsonObject[];
  readonly body?: { readonly name: string; readonly required: boolean; readonly schema: JsonObject };
  readonly answer?: JsonObject;
  /** What a webhook calls back with. */
  readonly callback?: JsonObject;
}

const schemasOfThree = '#/components/schemas/';
const definitions = '#/definitions/';
const deepest = 24;

/** The schemas that a document names. */
export function definitionsOf(document: JsonObject): JsonObject {
  const named = memberOf(memberOf(document, 'components'), 'schemas') ?? memberOf(document, 'definitions');
  const entries = Object.entries(isJsonObject(named) ? named : {});
  return Object.fromEntries(entries.map(([name, one]) => [name, schemaIn(document, one, 0)]));
}

/** @param item the path item, whose parameters count for the operation unless it has one of the same name and place. */
export function contractOf(document: JsonObject, item: JsonObject, described: JsonObject): OperationContract {
  const path: Record<string, JsonObject> = {};
  const beside = new Map<string, JsonObject>();
  let body: OperationContract['body'];
  for (const one of [item, described].flatMap((owner) => listOf(memberOf(owner, 'parameters')))) {
    const given = resolved(document, one);
    const name = textMember(given, 'name') ?? '';
    const place = textMember(given, 'in') ?? '';
    if (!isJsonObject(given)) continue;
    if (place === 'body') {
      const schema = schemaIn(document, memberOf(given, 'schema') ?? {}, 0);
      body = { name, required: memberOf(given, 'required') === true, schema: isJsonObject(schema) ? schema : {} };
    } else if (place === 'path') path[name] = parameterIn(document, given);
    else if (place !== 'cookie') beside.set(`${place} ${name.toLowerCase()}`, parameterIn(document, given));
  }
  const request = resolved(document, memberOf(described, 'requestBody') ?? null);
  const schema = memberOf(mediaOf(memberOf(request, 'content')), 'schema');
  if (schema !== undefined) {
    const translated = schemaIn(document, schema, 0);
    const required = memberOf(request, 'required') === true;
    body = { name: 'body', required, schema: isJsonObject(translated) ? translated : {} };
  }
  const answer = answerIn(document, described);
  const content = resolved(document, memberOf(item, 'x-ms-notification-content') ?? null);
  const callback = memberOf(content, 'schema');
  const calledBack = callback === undefined ? undefined : schemaIn(document, callback, 0);
  return {
    path,
    parameters: [...beside.values()],
    ...(body === undefined ? {} : { body }),
    ...(isJsonObject(answer) ? { answer } : {}),
    ...(isJsonObject(calledBack) ? { callback: calledBack } : {}),
  };
}

/** The described answer below 300 with the lowest status, else the usual one. */
export function describedAnswer(document: JsonObject, described: JsonObject): readonly [code: string, answer: Json] {
  const responses = memberOf(described, 'responses');
  const entries = Object.entries(isJsonObject(responses) ? responses : {});
  const [code, response] = entries.find(([status]) => /^2\d\d$/.test(status)) ??
    entries.find(([status]) => status === 'default') ?? ['200', null];
  return [code, resolved(document, response)];
}

function answerIn(document: JsonObject, described: JsonObject): Json | undefined {
  const [, answer] = describedAnswer(document, described);
  const schema = memberOf(answer, 'schema') ?? memberOf(mediaOf(memberOf(answer, 'content')), 'schema');
  return schema === undefined ? undefined : schemaIn(document, schema, 0);
}

const onlyInThree: ReadonlySet<string> = new Set(['schema', 'content', 'style', 'explode', 'examples']);

/** A parameter of version 3 has its type in a schema; one of version 2 is a schema itself. */
function parameterIn(document: JsonObject, given: JsonObject): JsonObject {
  const { schema, explode } = given;
  if (schema === undefined) return given;
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => !onlyInThree.has(name)));
  const typed = schemaIn(document, resolved(document, schema), 0);
  const isList = memberOf(typed, 'type') === 'array';
  const collection = isList ? { collectionFormat: explode === false ? 'csv' : 'multi' } : {};
  return { type: 'string', ...(isJsonObject(typed) ? typed : {}), ...collection, ...own };
}

/** DC1. */
function schemaIn(document: JsonObject, value: Json, depth: number): Json {
  if (depth > deepest) return {};
  if (isJsonArray(value)) return value.map((one) => schemaIn(document, one, depth + 1));
  if (!isJsonObject(value)) return value;
  const reference = textMember(value, '$ref');
  if (reference?.startsWith(definitions) === true) return { $ref: reference };
  if (reference?.startsWith(schemasOfThree) === true)
    return { $ref: `${definitions}${reference.slice(schemasOfThree.length)}` };
  if (reference !== undefined) return schemaIn(document, resolved(document, value), depth + 1);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, schemaIn(document, one, depth + 1)]));
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}
