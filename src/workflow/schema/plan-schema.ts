/**
 * Reads a JSON schema (draft 4 to 7) into nodes, once, so that values are validated without looking at the schema again.
 *
 * Owns: the keywords and what is wrong with a schema.
 * Does not own: validating (`validate.ts`), regular expressions (`pattern.ts`).
 *
 * Invariants
 * SP1. Any JSON gives a planned schema and a list of faults; a schema with faults must be refused by the caller.
 * SP2. A keyword that is not known restricts nothing, as the drafts say; one that is known is never ignored.
 *
 * Source: engine reference 4.5; JSON Schema drafts 4, 6 and 7.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  JsonNumber,
  type JsonObject,
  memberOf,
  stringifyJson,
} from '#foundation';
import { type Pattern, planPattern } from './pattern.ts';
import { type Bound, type SchemaError, type SchemaNode, type SchemaType, schemaTypes } from './schema-node.ts';
import { validateNode } from './validate.ts';

/** What is wrong with a schema, and where: `#/properties/a/type`. */
export interface SchemaFault {
  readonly path: string;
  readonly message: string;
}

export interface PlannedSchema {
  /** All errors in the order the service reports them; empty when the value fits. */
  readonly validate: (value: Json) => readonly SchemaError[];
  /** Never empty when the schema must be refused. */
  readonly faults: readonly SchemaFault[];
  /** Where `pattern` or `patternProperties` stand: ParseJson refuses them. */
  readonly patterns: readonly string[];
}

const deepest = 100;

/** Plans a schema; never throws. */
export function planSchema(schema: Json): PlannedSchema {
  const planner = new SchemaPlanner(schema);
  const node = planner.node(schema, '#', 0);
  return {
    validate: (value) => validateNode(node, value),
    faults: planner.faults,
    patterns: planner.patterns,
  };
}

type Reader = (value: Json, path: string, node: SchemaNode, schema: JsonObject) => void;

class SchemaPlanner {
  readonly faults: SchemaFault[] = [];
  readonly patterns: string[] = [];
  readonly #root: Json;
  readonly #known = new Map<JsonObject, SchemaNode>();
  #depth = 0;

  constructor(root: Json) {
    this.#root = root;
  }

  node(schema: Json, path: string, hops: number): SchemaNode {
    if (typeof schema === 'boolean') return { id: path, always: schema };
    if (!isJsonObject(schema)) {
      this.#refuse(path, 'a schema must be an object');
      return { id: path };
    }
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    if (this.#depth >= deepest) {
      this.#refuse(path, `the schema nests deeper than '${deepest}'`);
      return { id: path };
    }
    const reference = memberOf(schema, '$ref');
    if (typeof reference === 'string') return this.#referred(reference, path, hops);
    const node: SchemaNode = { id: path };
    this.#known.set(schema, node);
    this.#depth += 1;
    for (const [keyword, value] of Object.entries(schema)) {
      if (Object.hasOwn(this.#readers, keyword)) {
        this.#readers[keyword]?.(value, `${path}/${escapePointer(keyword)}`, node, schema);
      }
    }
    this.#depth -= 1;
    node.combines = [node.allOf, node.anyOf, node.oneOf, node.not, node.condition, node.schemaWith].some(
      (member) => member !== undefined,
    );
    return node;
  }

  #refuse(path: string, message: string): void {
    this.faults.push({ path, message });
  }

  #referred(reference: string, path: string, hops: number): SchemaNode {
    const target = hops > deepest ? undefined : this.#resolve(reference);
    if (target === undefined) {
      const why = hops > deepest ? 'refers to itself' : 'refers to nothing in this schema';
      this.#refuse(path, `the reference '${reference.slice(0, 200)}' ${why}`);
      return { id: path };
    }
    return this.node(target, reference === '' ? '#' : reference, hops + 1);
  }

  #resolve(reference: string): Json | undefined {
    if (reference === '#' || reference === '') return this.#root;
    if (!reference.startsWith('#/')) return undefined;
    let at: Json | undefined = this.#root;
    for (const token of reference.slice(2).split('/')) {
      const name = unescapePointer(token);
      at = isJsonArray(at) ? (/^\d{1,6}$/.test(name) ? at[Number(name)] : undefined) : memberOf(at, name);
      if (at === undefined) return undefined;
    }
    return at;
  }

  // --- Keywords -------------------------------------------------------------------------------------------------

  readonly #readers: { readonly [keyword: string]: Reader } = {
    type: (value, path, node) => {
      node.types = this.#types(value, path);
    },
    enum: (value, path, node) => {
      if (isJsonArray(value)) node.enumeration = value;
      else this.#refuse(path, 'must be an array');
    },
    const: (value, _path, node) => {
      node.constant = { value };
    },
    minLength: this.#count((node, count) => (node.minLength = count)),
    maxLength: this.#count((node, count) => (node.maxLength = count)),
    pattern: (value, path, node) => {
      this.patterns.push(path);
      const pattern = this.#pattern(value, path);
      if (pattern !== undefined) node.pattern = pattern;
    },
    format: (value, path, node) => {
      if (typeof value === 'string') node.format = value;
      else this.#refuse(path, 'must be a string');
    },
    minimum: (value, path, node, schema) => this.#bound(node, 'minimum', value, path, schema),
    maximum: (value, path, node, schema) => this.#bound(node, 'maximum', value, path, schema),
    exclusiveMinimum: (value, path, node) => this.#exclusive(node, 'minimum', value, path),
    exclusiveMaximum: (value, path, node) => this.#exclusive(node, 'maximum', value, path),
    multipleOf: (value, path, node) => {
      if (isNumber(value) && Number(textOf(value)) > 0) node.multipleOf = value;
      else this.#refuse(path, 'must be a number greater than 0');
    },
    items: (value, path, node) => {
      if (isJsonArray(value)) node.tuple = this.#list(value, path);
      else node.items = this.node(value, path, 0);
    },
    additionalItems: this.#schema((node, inner) => (node.additionalItems = inner)),
    contains: this.#schema((node, inner) => (node.contains = inner)),
    minItems: this.#count((node, count) => (node.minItems = count)),
    maxItems: this.#count((node, count) => (node.maxItems = count)),
    uniqueItems: (value, path, node) => {
      if (typeof value === 'boolean') node.uniqueItems = value;
      else this.#refuse(path, 'must be a Boolean');
    },
    properties: (value, path, node) => {
      node.properties = this.#map(value, path);
      this.#requireMarked(value, node);
    },
    patternProperties: (value, path, node) => {
      this.patterns.push(path);
      node.patternProperties = [...this.#map(value, path)].flatMap(([name, inner]) => {
        const pattern = this.#pattern(name, path);
        return pattern === undefined ? [] : [{ pattern, node: inner }];
      });
    },
    additionalProperties: this.#schema((node, inner) => (node.additionalProperties = inner)),
    propertyNames: this.#schema((node, inner) => (node.propertyNames = inner)),
    required: (value, path, node) => {
      // Draft 3 marks the member itself: `#requireMarked` has seen to it.
      if (typeof value === 'boolean') return;
      const names = this.#names(value, path);
      node.required = [...new Set([...names, ...(node.required ?? [])])];
    },
    minProperties: this.#count((node, count) => (node.minProperties = count)),
    maxProperties: this.#count((node, count) => (node.maxProperties = count)),
    dependencies: (value, path, node) => this.#dependencies(value, path, node),
    allOf: this.#combinator((node, list) => (node.allOf = list)),
    anyOf: this.#combinator((node, list) => (node.anyOf = list)),
    oneOf: this.#combinator((node, list) => (node.oneOf = list)),
    not: this.#schema((node, inner) => (node.not = inner)),
    if: (value, path, node, schema) => this.#condition(value, path, node, schema),
  };

  #count(set: (node: SchemaNode, count: number) => void): Reader {
    return (value, path, node) => {
      const count = isNumber(value) ? Number(textOf(value)) : -1;
      if (Number.isInteger(count) && count >= 0) set(node, count);
      else this.#refuse(path, 'must be a whole number that is not negative');
    };
  }

  #schema(set: (node: SchemaNode, inner: SchemaNode) => void): Reader {
    return (value, path, node) => set(node, this.node(value, path, 0));
  }

  #combinator(set: (node: SchemaNode, list: readonly SchemaNode[]) => void): Reader {
    return (value, path, node) => {
      if (isJsonArray(value) && value.length > 0) set(node, this.#list(value, path));
      else this.#refuse(path, 'must be an array of schemas');
    };
  }

  #list(value: readonly Json[], path: string): readonly SchemaNode[] {
    return value.map((item, index) => this.node(item, `${path}/${index}`, 0));
  }

  #map(value: Json, path: string): ReadonlyMap<string, SchemaNode> {
    if (!isJsonObject(value)) {
      this.#refuse(path, 'must be an object');
      return new Map();
    }
    return new Map(
      Object.entries(value).map(([name, item]) => [name, this.node(item, `${path}/${escapePointer(name)}`, 0)]),
    );
  }

  #names(value: Json, path: string): readonly string[] {
    if (isJsonArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.#refuse(path, 'must be an array of strings');
    return [];
  }

  #types(value: Json, path: string): ReadonlySet<SchemaType> {
    const names = isJsonArray(value) ? value : [value];
    const types = new Set<SchemaType>();
    for (const name of names) {
      if (name === 'any') return new Set(schemaTypes);
      const type = typeof name === 'string' ? schemaTypes.find((one) => one.toLowerCase() === name) : undefined;
      if (type === undefined) this.#refuse(path, `${stringifyJson(name).slice(0, 100)} is not a type`);
      else types.add(type);
    }
    return types;
  }

  #pattern(value: Json, path: string): Pattern | undefined {
    const pattern = typeof value === 'string' ? planPattern(value) : 'must be a string';
    if (typeof pattern !== 'string') return pattern;
    this.#refuse(path, pattern);
    return undefined;
  }

  #bound(node: SchemaNode, side: 'minimum' | 'maximum', value: Json, path: string, schema: JsonObject): void {
    const exclusive = memberOf(schema, side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum') === true;
    this.#addBound(node, side, { value, exclusive }, path);
  }

  /** A Boolean belongs to the bound beside it (draft 4); a number is a bound of its own (draft 6). */
  #exclusive(node: SchemaNode, side: 'minimum' | 'maximum', value: Json, path: string): void {
    if (typeof value !== 'boolean') this.#addBound(node, side, { value, exclusive: true }, path);
  }

  #addBound(node: SchemaNode, side: 'minimum' | 'maximum', bound: Bound, path: string): void {
    if (isNumber(bound.value)) node[side] = [...(node[side] ?? []), bound];
    else this.#refuse(path, 'must be a number');
  }

  /** `required: true` inside a member's schema. */
  #requireMarked(properties: Json, node: SchemaNode): void {
    if (!isJsonObject(properties)) return;
    const marked = Object.keys(properties).filter((name) => memberOf(memberOf(properties, name), 'required') === true);
    if (marked.length > 0) node.required = [...new Set([...(node.required ?? []), ...marked])];
  }

  #dependencies(value: Json, path: string, node: SchemaNode): void {
    if (!isJsonObject(value)) {
      this.#refuse(path, 'must be an object');
      return;
    }
    const names = new Map<string, readonly string[]>();
    const schemas = new Map<string, SchemaNode>();
    for (const [name, dependency] of Object.entries(value)) {
      const inner = `${path}/${escapePointer(name)}`;
      if (isJsonArray(dependency)) names.set(name, this.#names(dependency, inner));
      else if (typeof dependency === 'string') names.set(name, [dependency]);
      else schemas.set(name, this.node(dependency, inner, 0));
    }
    if (names.size > 0) node.requiredWith = names;
    if (schemas.size > 0) node.schemaWith = schemas;
  }

  #condition(value: Json, path: string, node: SchemaNode, schema: JsonObject): void {
    const base = path.slice(0, -'/if'.length);
    const then = memberOf(schema, 'then');
    const otherwise = memberOf(schema, 'else');
    node.condition = {
      test: this.node(value, path, 0),
      ...(then === undefined ? {} : { whenTrue: this.node(then, `${base}/then`, 0) }),
      ...(otherwise === undefined ? {} : { whenFalse: this.node(otherwise, `${base}/else`, 0) }),
    };
  }
}

function isNumber(value: Json): value is number | JsonNumber {
  return typeof value === 'number' || value instanceof JsonNumber;
}

function textOf(value: number | JsonNumber): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapePointer(token: string): string {
  let name = token;
  try {
    name = decodeURIComponent(token);
  } catch {
    // Not percent-encoded: the token stands for itself.
  }
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
