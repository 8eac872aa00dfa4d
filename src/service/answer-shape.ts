/**
 * What is known of a value that nobody has seen yet: its members, its items, what its readers take it for.
 *
 * Owns: gathering that, and a sample value that fits. Does not own: who reads the value (`infer-answer.ts`).
 *
 * Invariants
 * AS1. A sample of a shape that a JSON schema described satisfies the schema's `type`, `required`, `enum` and `items`.
 * AS2. Depth is bounded: a schema that refers to itself ends, and so does a shape that holds itself.
 * AS3. Samples depend on the shape alone: the same workflow gets the same answer every time.
 */
import { isJsonArray, isJsonObject, type Json, type JsonNumber, memberOf, setMember, stringifyJson } from '#foundation';

const depthLimit = 12;

/** How a text is written that holds another value. */
export type Encoding = 'json' | 'xml' | 'base64';

/** What the place that reads a value takes it for; `sized` is text or a list, whose length matters. */
export type Usage =
  | 'sized'
  | 'list'
  | 'object'
  | 'number'
  | 'boolean'
  | 'text'
  | 'time'
  | 'base64'
  | 'json'
  | 'xml'
  | 'url'
  | 'path';

export class Shape {
  readonly members = new Map<string, Shape>();
  #item: Shape | undefined;
  #leastItems = 1;
  #usage: Usage | undefined;
  #sample: Json | undefined;
  #encoded: { readonly encoding: Encoding; readonly content: Shape } | undefined;

  /** The shape of a member, known from now on. Names are found ignoring case, as expressions find them. */
  member(name: string): Shape {
    const wanted = name.toLowerCase();
    for (const [known, shape] of this.members) if (known.toLowerCase() === wanted) return shape;
    const shape = new Shape();
    this.members.set(name, shape);
    return shape;
  }

  /** The shape of every item: the value is a list from now on, unless it turns out to have members. */
  item(index = 0): Shape {
    this.#item ??= new Shape();
    this.#leastItems = Math.max(this.#leastItems, Math.min(index, mostItems - 1) + 1);
    return this.#item;
  }

  /** The value is a text that holds another one. */
  content(encoding: Encoding): Shape {
    this.#encoded ??= { encoding, content: new Shape() };
    return this.#encoded.content;
  }

  /** The use that says most wins, the first of those that say as much. */
  use(usage: Usage): void {
    if (this.#usage === undefined || strength(usage) > strength(this.#usage)) this.#usage = usage;
  }

  /** A value that some reader waits for. */
  prefer(value: Json | JsonNumber): void {
    this.#sample ??= value;
  }

  get isKnown(): boolean {
    const isPart = this.members.size > 0 || this.#item !== undefined || this.#encoded !== undefined;
    return isPart || this.#usage !== undefined || this.#sample !== undefined;
  }

  describe(schema: Json | undefined, depth = 0): void {
    if (!isJsonObject(schema) || depth > depthLimit) return;
    const choices = memberOf(schema, 'enum');
    const fixed =
      memberOf(schema, 'default') ?? memberOf(schema, 'const') ?? (isJsonArray(choices) ? choices[0] : undefined);
    if (fixed !== undefined) this.#sample = fixed;
    const type = typeOf(schema);
    const usage = usages[type];
    if (usage === 'text') this.use(usage);
    else if (usage !== undefined) this.#usage = usage;
    if (type === 'null') this.#sample ??= null;
    const properties = memberOf(schema, 'properties');
    for (const [name, inner] of Object.entries(isJsonObject(properties) ? properties : {})) {
      this.member(name).describe(inner, depth + 1);
    }
    for (const name of textsOf(memberOf(schema, 'required'))) this.member(name);
    const items = memberOf(schema, 'items');
    if (items !== undefined) this.item().describe(isJsonArray(items) ? items[0] : items, depth + 1);
    const least = memberOf(schema, 'minimum');
    if (typeof least === 'number') this.#sample ??= least;
  }

  /** A value of this shape; `name` is what its parent calls it. */
  toSample(name = '', depth = 0): Json {
    if (depth > depthLimit) return null;
    if (this.#encoded !== undefined) {
      return encodedText(this.#encoded.encoding, this.#encoded.content.toSample(name, depth + 1));
    }
    const isList = this.#usage === 'list' || this.#usage === 'sized' || this.#item !== undefined;
    if (this.#usage === 'list' || (isList && this.members.size === 0 && this.#usage !== 'text')) {
      const item = this.item().toSample(name, depth + 1);
      return Array.from({ length: this.#leastItems }, () => item);
    }
    if (this.members.size > 0 || this.#usage === 'object') {
      const value: { [name: string]: Json } = {};
      for (const [member, shape] of this.members) setMember(value, member, shape.toSample(member, depth + 1));
      return value;
    }
    if (this.#sample !== undefined) return this.#sample;
    return this.#usage === undefined ? text(name) : leaf(this.#usage, name);
  }
}

/** More than any reader asks for by index. */
const mostItems = 20;

function strength(usage: Usage): number {
  if (usage === 'sized') return 0;
  return usage === 'text' ? 1 : 2;
}

function encodedText(encoding: Encoding, value: Json): string {
  const plain = typeof value === 'string' ? value : stringifyJson(value);
  switch (encoding) {
    case 'json':
      return stringifyJson(value);
    case 'base64':
      return base64Of(plain);
    case 'xml':
      return isJsonObject(value) && Object.keys(value).length === 1 ? xmlOf(value) : '<sandbox/>';
  }
}

function base64Of(plain: string): string {
  const bytes = new TextEncoder().encode(plain);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Members as elements; names that are none are left out. */
function xmlOf(value: Json): string {
  if (isJsonArray(value)) return value.map(xmlOf).join('');
  if (!isJsonObject(value)) return escapedXml(typeof value === 'string' ? value : stringifyJson(value));
  return Object.entries(value)
    .filter(([name]) => /^[A-Za-z_][\w.-]*$/.test(name))
    .map(([name, inner]) => `<${name}>${xmlOf(inner)}</${name}>`)
    .join('');
}

const escapedXml = (plain: string): string =>
  plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const text = (name: string): string => (name === '' ? 'sandbox' : `sandbox ${name}`);

function leaf(usage: Usage, name: string): Json {
  switch (usage) {
    case 'number':
      return 1;
    case 'boolean':
      return false;
    case 'time':
      return '2026-01-01T00:00:00Z';
    case 'base64':
      return 'c2FuZGJveA==';
    case 'json':
      return '{}';
    case 'xml':
      return '<sandbox/>';
    case 'path':
      return '/sandbox';
    case 'url':
      return 'https://sandbox.invalid/';
    case 'sized':
    case 'list':
    case 'object':
    case 'text':
      return text(name);
  }
}

const usages: Readonly<Record<string, Usage | undefined>> = {
  object: 'object',
  array: 'list',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  string: 'text',
};

function typeOf(schema: Json): string {
  const type = memberOf(schema, 'type');
  const first = isJsonArray(type) ? (type.find((one) => one !== 'null') ?? type[0]) : type;
  if (typeof first === 'string') return first.toLowerCase();
  if (memberOf(schema, 'properties') !== undefined) return 'object';
  return memberOf(schema, 'items') === undefined ? '' : 'array';
}

function textsOf(list: Json | undefined): readonly string[] {
  return isJsonArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}
