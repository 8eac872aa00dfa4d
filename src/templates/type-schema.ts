/**
 * User-defined types of templates: schemas of parameters and outputs, with references to `definitions`.
 *
 * Owns: following references, and whether a value fits a schema. Does not own: limits of a parameter's own value
 * (`parameter-values.ts`). Source: template reference 13.
 *
 * Invariants
 * TS1. References are followed a bounded number of times: a type that refers to itself ends, whatever the value.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberIgnoringCase,
  textIgnoringCase,
} from '#foundation';
import { fitsType, typeOf } from './values.ts';

/** References from reference to reference; deeper ones go in a circle. */
const chainLimit = 32;
const depthLimit = 100;

/**
 * The schema with its reference followed: what stands beside a reference wins over what it names. Undefined when the name is
 * unknown or refers to itself.
 */
export function resolvedSchema(schema: JsonObject, definitions: Json | undefined): JsonObject | undefined {
  let resolved = schema;
  for (let steps = 0; steps < chainLimit; steps += 1) {
    const reference = textIgnoringCase(resolved, '$ref');
    if (reference === undefined) return resolved;
    const name = /^#\/definitions\/([^/]+)$/.exec(reference)?.[1];
    const target = name === undefined ? undefined : memberIgnoringCase(definitions, name);
    if (!isJsonObject(target)) return undefined;
    const { $ref: _reference, ...own } = resolved;
    resolved = { ...target, ...own };
  }
  return undefined;
}

export function isNullable(schema: JsonObject): boolean {
  return memberIgnoringCase(schema, 'nullable') === true;
}

/** Why a value does not fit, naming the place inside it; undefined when it fits. */
export function schemaFault(
  given: Json | undefined,
  value: Json,
  definitions: Json | undefined,
  path: readonly (string | number)[] = [],
): string | undefined {
  if (!isJsonObject(given)) return undefined;
  const schema = resolvedSchema(given, definitions);
  const at = path.length === 0 ? '' : ` at '${path.join('.')}'`;
  if (schema === undefined) return `the type '${textIgnoringCase(given, '$ref') ?? ''}'${at} is not defined.`;
  if (path.length > depthLimit) return `the value nests deeper than '${depthLimit}' levels.`;
  if (value === null && isNullable(schema)) return undefined;
  const type = textIgnoringCase(schema, 'type') ?? '';
  if (!fitsType(type, value)) {
    return `expected a value of type '${type}'${at}, but received '${typeOf(value)}'.`;
  }
  const allowed = memberIgnoringCase(schema, 'allowedValues');
  if (isJsonArray(allowed) && path.length > 0 && !isAllowed(allowed, value)) {
    return `the value${at} is not part of the allowed values '${allowed.map(shown).join(',')}'.`;
  }
  const limits = path.length > 0 ? limitFault(schema, value, at) : undefined;
  if (limits !== undefined) return limits;
  if (isJsonArray(value)) return itemsFault(schema, value, definitions, path);
  return isJsonObject(value) ? membersFault(schema, value, definitions, path) : undefined;
}

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function isAllowed(allowed: readonly Json[], value: Json): boolean {
  const isOne = (part: Json): boolean => allowed.some((one) => jsonEquals(one, part));
  return isOne(value) || (isJsonArray(value) && value.every(isOne));
}

function limitFault(schema: JsonObject, value: Json, at: string): string | undefined {
  const size = typeof value === 'string' || isJsonArray(value) ? value.length : undefined;
  const amount = typeof value === 'number' ? value : undefined;
  for (const [name, actual] of [
    ['minLength', size],
    ['maxLength', size],
    ['minValue', amount],
    ['maxValue', amount],
  ] as const) {
    const limit = memberIgnoringCase(schema, name);
    if (typeof limit !== 'number' || actual === undefined) continue;
    const breaks = name.startsWith('min') ? actual < limit : actual > limit;
    if (breaks) return `the value${at} breaks the limit '${name}' of '${limit}'.`;
  }
  return undefined;
}

/** `prefixItems` by position, `items` for the others; `items: false` allows no others. */
function itemsFault(
  schema: JsonObject,
  value: readonly Json[],
  definitions: Json | undefined,
  path: readonly (string | number)[],
): string | undefined {
  const prefix = memberIgnoringCase(schema, 'prefixItems');
  const first = isJsonArray(prefix) ? prefix : [];
  const items = memberIgnoringCase(schema, 'items');
  if (items === false && value.length > first.length) {
    return `the array at '${path.join('.')}' may have '${first.length}' items at most.`;
  }
  for (const [index, item] of value.entries()) {
    const found = schemaFault(first[index] ?? items, item, definitions, [...path, index]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function membersFault(
  schema: JsonObject,
  value: JsonObject,
  definitions: Json | undefined,
  path: readonly (string | number)[],
): string | undefined {
  const chosen = discriminated(schema, value, definitions, path);
  if (typeof chosen === 'string') return chosen;
  const declared = memberIgnoringCase(chosen, 'properties');
  const properties = isJsonObject(declared) ? declared : {};
  for (const [name, inner] of Object.entries(properties)) {
    const member = memberIgnoringCase(value, name);
    const target = isJsonObject(inner) ? resolvedSchema(inner, definitions) : undefined;
    if (member === undefined && target !== undefined && isNullable(target)) continue;
    if (member === undefined) return `the required property '${[...path, name].join('.')}' is missing.`;
    const found = schemaFault(inner, member, definitions, [...path, name]);
    if (found !== undefined) return found;
  }
  const others = memberIgnoringCase(chosen, 'additionalProperties');
  const isSealed = others === false || memberIgnoringCase(chosen, 'sealed') === true;
  for (const [name, member] of Object.entries(value)) {
    if (memberIgnoringCase(properties, name) !== undefined) continue;
    const place = [...path, name];
    if (isSealed) return `the property '${place.join('.')}' is not allowed.`;
    const found = schemaFault(others, member, definitions, place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The schema itself, or with a discriminator the one that the value names; text says why there is none. */
function discriminated(
  schema: JsonObject,
  value: JsonObject,
  definitions: Json | undefined,
  path: readonly (string | number)[],
): JsonObject | string {
  const discriminator = memberIgnoringCase(schema, 'discriminator');
  const name = textIgnoringCase(discriminator, 'propertyName');
  if (name === undefined) return schema;
  const mapping = memberIgnoringCase(discriminator, 'mapping');
  const kind = memberIgnoringCase(value, name);
  const given = typeof kind === 'string' && isJsonObject(mapping) ? mapping[kind] : undefined;
  const chosen = isJsonObject(given) ? resolvedSchema(given, definitions) : undefined;
  if (chosen !== undefined) return chosen;
  const kinds = Object.keys(isJsonObject(mapping) ? mapping : {}).join(',');
  return `the property '${[...path, name].join('.')}' must be one of '${kinds}'.`;
}
