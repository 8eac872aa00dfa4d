/**
 * Judging a JSON value by a JSON schema, with the messages authors know from the service.
 *
 * Owns: the keywords of drafts 4 to 7 that need no regular expression, order and wording of errors.
 * Does not own: `pattern` and `patternProperties`, which ParseJson refuses (`unsupportedKeyword`); references to other
 * documents, which are refused likewise.
 * Source: engine reference 4.5.
 *
 * Invariants
 * JS1. Errors come in this order: type, values and members in document order, combinators, `required` last.
 * JS2. Work is bounded: schemas nest and refer at most `depthLimit` deep, whatever the value.
 */
import { valueKind } from '#expression';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonEquals, memberOf } from '#foundation';
import { formatIsKnownAndBroken } from './json-schema-formats.ts';
import { countErrors, numberErrors, type Problem, textErrors } from './json-schema-limits.ts';

const depthLimit = 128;
const errorLimit = 1_000;

/** One error as the action's outputs list it. */
export interface SchemaError {
  readonly message: string;
  readonly lineNumber: number;
  readonly linePosition: number;
  readonly path: string;
  readonly value?: Json;
  readonly schemaId: string;
  readonly errorType: string;
  readonly childErrors: readonly SchemaError[];
}

/** The errors of `value` by `schema`; empty when it fits. */
export function validateJson(schema: Json, value: Json): readonly SchemaError[] {
  return new Validator(schema).errors(schema, value, { path: '', schemaId: '#', depth: 0 });
}

/** A keyword of the schema that cannot be judged here, if there is one: `pattern`, `patternProperties`, remote `$ref`. */
export function unsupportedKeyword(schema: Json): string | undefined {
  const pending: { readonly schema: Json; readonly depth: number }[] = [{ schema, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { depth } = next;
    if (!isJsonObject(next.schema) || depth > depthLimit) continue;
    for (const [name, member] of Object.entries(next.schema)) {
      if (name === 'pattern' || name === 'patternProperties') return name;
      if (name === '$ref' && typeof member === 'string' && !member.startsWith('#')) return name;
      for (const inner of subschemas(name, member)) pending.push({ schema: inner, depth: depth + 1 });
    }
  }
  return undefined;
}

function subschemas(name: string, member: Json): readonly Json[] {
  switch (name) {
    case 'properties':
    case 'definitions':
    case 'dependencies':
      return isJsonObject(member) ? Object.values(member) : [];
    case 'items':
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return isJsonArray(member) ? member : [member];
    case 'additionalProperties':
    case 'additionalItems':
    case 'contains':
    case 'propertyNames':
    case 'not':
    case 'if':
    case 'then':
    case 'else':
      return [member];
    default:
      return [];
  }
}

interface At {
  readonly path: string;
  readonly schemaId: string;
  readonly depth: number;
}

class Validator {
  readonly #root: Json;
  #count = 0;

  constructor(root: Json) {
    this.#root = root;
  }

  errors(schema: Json, value: Json, at: At): SchemaError[] {
    if (at.depth > depthLimit) {
      return [this.#error(at, 'depth', `The value or its schema nests deeper than ${depthLimit}.`)];
    }
    if (schema === false) return [this.#error(at, 'valid', 'Schema always fails validation.', value)];
    if (!isJsonObject(schema) || this.#count > errorLimit) return [];
    const reference = memberOf(schema, '$ref');
    if (typeof reference === 'string') return this.#referred(reference, value, at);
    return [
      ...this.#ofType(schema, value, at),
      ...this.#ofValue(schema, value, at),
      ...this.#ofItems(schema, value, at),
      ...this.#ofMembers(schema, value, at),
      ...this.#ofCombinators(schema, value, at),
      ...this.#ofRequired(schema, value, at),
    ];
  }

  #error(
    at: At,
    errorType: string,
    message: string,
    value?: Json,
    childErrors: readonly SchemaError[] = [],
  ): SchemaError {
    this.#count += 1;
    const shown = value === undefined || value === null || isPlainContainer(value) ? {} : { value };
    const { path, schemaId } = at;
    return { message, lineNumber: 0, linePosition: 0, path, ...shown, schemaId, errorType, childErrors };
  }

  #referred(reference: string, value: Json, at: At): SchemaError[] {
    let target: Json | undefined = this.#root;
    for (const part of reference.replace(/^#\/?/, '').split('/')) {
      if (part === '') continue;
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      target = isJsonArray(target) ? target[Number(name)] : memberOf(target, name);
    }
    if (target === undefined) return [this.#error(at, '$ref', `The reference '${reference}' leads nowhere.`)];
    return this.errors(target, value, { ...at, schemaId: reference, depth: at.depth + 1 });
  }

  #ofType(schema: JsonObject, value: Json, at: At): SchemaError[] {
    const type = memberOf(schema, 'type');
    const wanted = (isJsonArray(type) ? type : [type]).filter((name) => typeof name === 'string');
    if (wanted.length === 0) return [];
    const kind = valueKind(value);
    const fits = wanted.some((name) => typeFits(name, kind));
    if (fits) return [];
    const expected = wanted.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).join(', ');
    const actual = kind === 'Float' ? 'Number' : kind;
    return [this.#error(at, 'type', `Invalid type. Expected ${expected} but got ${actual}.`, value)];
  }

  #ofValue(schema: JsonObject, value: Json, at: At): SchemaError[] {
    const problems: Problem[] = [
      ...numberErrors(schema, value),
      ...textErrors(schema, value),
      ...countErrors(schema, value),
    ];
    const format = memberOf(schema, 'format');
    if (typeof format === 'string' && typeof value === 'string' && formatIsKnownAndBroken(format, value)) {
      problems.push({ type: 'format', message: `String '${value}' does not validate against format '${format}'.` });
    }
    const choices = memberOf(schema, 'enum');
    if (isJsonArray(choices) && !choices.some((choice) => jsonEquals(choice, value))) {
      problems.push({ type: 'enum', message: `Value ${JSON.stringify(value)} is not defined in enum.` });
    }
    const only = memberOf(schema, 'const');
    if (only !== undefined && !jsonEquals(only, value)) {
      problems.push({ type: 'const', message: `Value ${JSON.stringify(value)} does not match const.` });
    }
    return problems.map((problem) => this.#error(at, problem.type, problem.message, value));
  }

  #ofItems(schema: JsonObject, value: Json, at: At): SchemaError[] {
    if (!isJsonArray(value)) return [];
    const items = memberOf(schema, 'items');
    const additional = memberOf(schema, 'additionalItems');
    const found: SchemaError[] = [];
    value.forEach((item, index) => {
      const inner = { path: `${at.path}[${index}]`, depth: at.depth + 1 };
      const own = isJsonArray(items) ? items[index] : items;
      if (own !== undefined) {
        const tail = isJsonArray(items) ? `/items/${index}` : '/items';
        found.push(...this.errors(own, item, { ...inner, schemaId: at.schemaId + tail }));
      } else if (additional === false && isJsonArray(items)) {
        const message = `Index ${index + 1} has not been defined and the schema does not allow additional items.`;
        found.push(this.#error({ ...inner, schemaId: at.schemaId }, 'additionalItems', message, item));
      } else if (additional !== undefined && isJsonArray(items)) {
        found.push(...this.errors(additional, item, { ...inner, schemaId: `${at.schemaId}/additionalItems` }));
      }
    });
    const contains = memberOf(schema, 'contains');
    if (contains !== undefined && !value.some((item) => this.#fits(contains, item, at))) {
      found.push(this.#error(at, 'contains', 'No items match contains.', value));
    }
    return found;
  }

  #ofMembers(schema: JsonObject, value: Json, at: At): SchemaError[] {
    if (!isJsonObject(value) || valueKind(value) !== 'Object') return [];
    const properties = memberOf(schema, 'properties');
    const additional = memberOf(schema, 'additionalProperties');
    const names = memberOf(schema, 'propertyNames');
    const found: SchemaError[] = [];
    for (const [name, member] of Object.entries(value)) {
      const path = memberPath(at.path, name);
      const depth = at.depth + 1;
      const own = memberOf(properties, name);
      if (names !== undefined)
        found.push(...this.errors(names, name, { path, depth, schemaId: `${at.schemaId}/propertyNames` }));
      if (own !== undefined) {
        found.push(...this.errors(own, member, { path, depth, schemaId: `${at.schemaId}/properties/${name}` }));
      } else if (additional === false) {
        const message = `Property '${name}' has not been defined and the schema does not allow additional properties.`;
        found.push(this.#error({ ...at, path }, 'additionalProperties', message, member));
      } else if (additional !== undefined) {
        found.push(
          ...this.errors(additional, member, { path, depth, schemaId: `${at.schemaId}/additionalProperties` }),
        );
      }
    }
    return [...found, ...this.#ofDependencies(schema, value, at)];
  }

  #ofDependencies(schema: JsonObject, value: JsonObject, at: At): SchemaError[] {
    const dependencies = memberOf(schema, 'dependencies');
    if (!isJsonObject(dependencies)) return [];
    return Object.entries(dependencies).flatMap(([name, rule]) => {
      if (memberOf(value, name) === undefined) return [];
      if (!isJsonArray(rule)) {
        const inner = { ...at, depth: at.depth + 1, schemaId: `${at.schemaId}/dependencies/${name}` };
        return this.errors(rule, value, inner);
      }
      const missing = rule.filter(
        (other): other is string => typeof other === 'string' && memberOf(value, other) === undefined,
      );
      if (missing.length === 0) return [];
      const message = `Dependencies for property '${name}' failed. Missing required keys: ${missing.join(', ')}.`;
      return [this.#error(at, 'dependencies', message, value)];
    });
  }

  #fits(schema: Json, value: Json, at: At): boolean {
    const count = this.#count;
    const fits = this.errors(schema, value, { ...at, depth: at.depth + 1 }).length === 0;
    this.#count = count;
    return fits;
  }

  #ofCombinators(schema: JsonObject, value: Json, at: At): SchemaError[] {
    const found: SchemaError[] = [];
    const judge = (
      keyword: 'allOf' | 'anyOf' | 'oneOf',
    ): { valid: number[]; invalid: number[]; errors: SchemaError[] } | undefined => {
      const list = memberOf(schema, keyword);
      if (!isJsonArray(list)) return undefined;
      const result = { valid: [] as number[], invalid: [] as number[], errors: [] as SchemaError[] };
      list.forEach((inner, index) => {
        const place = { ...at, depth: at.depth + 1, schemaId: `${at.schemaId}/${keyword}/${index}` };
        const errors = this.errors(inner, value, place);
        (errors.length === 0 ? result.valid : result.invalid).push(index);
        result.errors.push(...errors);
      });
      return result;
    };
    const all = judge('allOf');
    if (all !== undefined && all.invalid.length > 0) {
      const message = `JSON does not match all schemas from 'allOf'. Invalid schema indexes: ${all.invalid.join(', ')}.`;
      found.push(this.#error(at, 'allOf', message, value, all.errors));
    }
    const any = judge('anyOf');
    if (any !== undefined && any.valid.length === 0) {
      found.push(this.#error(at, 'anyOf', "JSON does not match any schemas from 'anyOf'.", value, any.errors));
    }
    const one = judge('oneOf');
    if (one !== undefined && one.valid.length !== 1) {
      const message =
        one.valid.length === 0
          ? "JSON is valid against no schemas from 'oneOf'."
          : `JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: ${one.valid.join(', ')}.`;
      found.push(this.#error(at, 'oneOf', message, value, one.errors));
    }
    return [...found, ...this.#ofConditions(schema, value, at)];
  }

  #ofConditions(schema: JsonObject, value: Json, at: At): SchemaError[] {
    const found: SchemaError[] = [];
    const not = memberOf(schema, 'not');
    if (not !== undefined && this.#fits(not, value, at)) {
      found.push(this.#error(at, 'not', "JSON is valid against schema from 'not'.", value));
    }
    const condition = memberOf(schema, 'if');
    if (condition === undefined) return found;
    const branch = this.#fits(condition, value, at) ? 'then' : 'else';
    const inner = memberOf(schema, branch);
    if (inner === undefined) return found;
    const errors = this.errors(inner, value, { ...at, depth: at.depth + 1, schemaId: `${at.schemaId}/${branch}` });
    if (errors.length > 0) {
      found.push(this.#error(at, branch, `JSON does not match schema from '${branch}'.`, value, errors));
    }
    return found;
  }

  #ofRequired(schema: JsonObject, value: Json, at: At): SchemaError[] {
    const required = memberOf(schema, 'required');
    if (!isJsonArray(required) || !isJsonObject(value)) return [];
    const missing = required.filter(
      (name): name is string => typeof name === 'string' && memberOf(value, name) === undefined,
    );
    if (missing.length === 0) return [];
    const message = `Required properties are missing from object: ${missing.join(', ')}.`;
    return [{ ...this.#error(at, 'required', message), value: missing }];
  }
}

function typeFits(name: string, kind: string): boolean {
  if (name === 'any') return true;
  if (name === 'number') return kind === 'Integer' || kind === 'Float';
  return kind.toLowerCase() === name;
}

function isPlainContainer(value: Json): boolean {
  const kind = valueKind(value);
  return kind === 'Array' || kind === 'Object';
}

/** `rows[1].name`; names with other characters stand in brackets. */
function memberPath(path: string, name: string): string {
  if (!/^[\w$-]+$/.test(name)) return `${path}['${name.replaceAll("'", "\\'")}']`;
  return path === '' ? name : `${path}.${name}`;
}
