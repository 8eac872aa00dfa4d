/**
 * What is known of a value that nobody has seen yet: its members, its items, what its readers take it for.
 *
 * Owns: gathering that, a sample value that fits, and what an example lacks of it. Does not own: who reads the value
 * (`plan-reader.ts`), how texts are put together that hold other values (`sample-text.ts`).
 *
 * Invariants
 * AS1. A sample of a shape that a JSON schema described satisfies the schema's `type`, `required`, `enum` and `items`.
 * AS2. Depth is bounded: a schema that refers to itself ends, and so does a shape that holds itself.
 * AS3. Samples depend on the shape alone: the same workflow gets the same answer every time.
 * AS4. Completing an example takes nothing away from it: only what is missing, empty, or waited for by a loop is put in.
 */
import { isJsonArray, isJsonObject, type Json, type JsonNumber, memberOf, setMember, stringifyJson } from '#foundation';
import type { Usage } from './answer-usage.ts';
import { base64Text, leaf, nameText, plainText, type TextDemands, textOfDemands, xmlText } from './sample-text.ts';

const depthLimit = 12;

/** How a text is written that holds another value. */
export type Encoding = 'json' | 'xml' | 'base64';

interface Encoded {
  readonly encoding: Encoding;
  readonly content: Shape;
}

export class Shape {
  readonly members = new Map<string, Shape>();
  #item: Shape | undefined;
  #leastItems = 1;
  #usage: Usage | undefined;
  /** A schema says what type the value has; what functions do with it comes second. */
  #declared = false;
  #sample: Json | undefined;
  #awaited: Json | undefined;
  #encoded: Encoded | undefined;
  readonly #parts = new Map<string, Shape>();
  readonly #mentions: string[] = [];
  #leastLength = 0;

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
    this.#encoded ??= { encoding, content: encoding === 'xml' ? new XmlShape() : new Shape() };
    return this.#encoded.content;
  }

  /** The list of what stands between the delimiters of a text. */
  split(delimiter: string): Shape {
    const known = this.#parts.get(delimiter);
    if (known !== undefined) return known;
    const parts = new Shape();
    this.#parts.set(delimiter, parts);
    return parts;
  }

  /** The text is looked through for this. */
  mention(text: string): void {
    if (text !== '' && this.#mentions.length < mostMentions && !this.#mentions.includes(text))
      this.#mentions.push(text);
  }

  /** The text is cut at this many characters. */
  atLeastLong(characters: number): void {
    this.#leastLength = Math.max(this.#leastLength, Math.min(characters, longestCut));
  }

  /** The use that says most wins, the first of those that say as much. */
  use(usage: Usage): void {
    if (this.#usage === undefined || strength(usage) > strength(this.#usage)) this.#usage = usage;
  }

  /** A value that some reader waits for. */
  prefer(value: Json | JsonNumber): void {
    this.#sample ??= value;
  }

  /** A value without which a loop does not end: it counts more than what an example says. */
  await(value: Json | JsonNumber): void {
    this.#awaited ??= value;
  }

  get isKnown(): boolean {
    const isPart = this.members.size > 0 || this.#item !== undefined || this.#encoded !== undefined;
    return isPart || this.#usage !== undefined || this.wanted !== undefined || this.#hasDemands;
  }

  /** The value that readers want most, where they said one. */
  get wanted(): Json | undefined {
    return this.#awaited ?? this.#sample;
  }

  get #hasDemands(): boolean {
    return this.#parts.size > 0 || this.#mentions.length > 0 || this.#leastLength > 0;
  }

  describe(schema: Json | undefined, depth = 0): void {
    if (!isJsonObject(schema) || depth > depthLimit) return;
    const choices = memberOf(schema, 'enum');
    const fixed =
      memberOf(schema, 'default') ?? memberOf(schema, 'const') ?? (isJsonArray(choices) ? choices[0] : undefined);
    if (fixed !== undefined) this.#sample = fixed;
    const type = typeOf(schema);
    const usage = usages[type];
    if (usage !== undefined) {
      this.#declared = true;
      if (usage === 'text') this.use(usage);
      else this.#usage = usage;
    }
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
    if (type === 'string') this.#asText = true;
  }

  /** A schema says that the value is a text, even where functions read a number or a time out of it. */
  #asText = false;

  /** A value of this shape; `name` is what its parent calls it. */
  toSample(name = '', depth = 0): Json {
    if (depth > depthLimit) return null;
    if (this.#encoded !== undefined) return this.#encodedSample(this.#encoded, name, depth);
    const whole = this.#wholeSample(name, depth);
    if (whole !== undefined) return this.#isTextInside ? stringifyJson(whole) : whole;
    const value = this.#leafSample(name, depth);
    return this.#asText && typeof value !== 'string' ? plainText(value) : value;
  }

  /** A text that is parsed in one place as a whole and in another by a function holds what both read. */
  #encodedSample({ encoding, content }: Encoded, name: string, depth: number): Json {
    const whole = encoding === 'json' ? this.#wholeSample(name, depth) : undefined;
    const value = whole === undefined ? content.toSample(name, depth + 1) : content.complete(whole, name, depth + 1);
    if (encoding === 'json') return stringifyJson(value);
    return encoding === 'base64' ? base64Text(value) : xmlText(value);
  }

  /** Functions take the value for text, and no schema says otherwise: what it is made of is written in it. */
  get #isTextInside(): boolean {
    return this.#usage === 'text' && (!this.#declared || this.#asText);
  }

  /** The list or the object that the value is. */
  #wholeSample(name: string, depth: number): Json | undefined {
    if (this.#parts.size > 0) return undefined;
    const isList = this.#usage === 'list' || this.#usage === 'sized' || this.#item !== undefined;
    const hasMembers = this.members.size > 0;
    if (this.#usage === 'list' || (isList && !hasMembers && (this.#usage !== 'text' || this.#item?.isKnown === true))) {
      return this.#hasDemands && this.#item === undefined && this.#usage === 'sized'
        ? undefined
        : this.items(name, depth);
    }
    if (!hasMembers && this.#usage !== 'object') return undefined;
    const value: { [name: string]: Json } = {};
    for (const [member, shape] of this.members) setMember(value, member, shape.toSample(member, depth + 1));
    return value;
  }

  /** The value as a list: as many items as readers ask for. */
  items(name = '', depth = 0): readonly Json[] {
    const [mentioned] = this.#mentions;
    const known = this.item();
    const item = mentioned !== undefined && !known.isKnown ? mentioned : known.toSample(name, depth + 1);
    return Array.from({ length: this.#leastItems }, () => item);
  }

  #leafSample(name: string, depth: number): Json {
    const wanted = this.wanted;
    if (this.#hasDemands && (wanted === undefined || typeof wanted === 'string')) {
      return textOfDemands(wanted ?? this.#leaf(name), this.#demands(name, depth));
    }
    return wanted ?? this.#leaf(name);
  }

  #leaf(name: string): Json {
    return this.#usage === undefined ? nameText(name) : leaf(this.#usage, name);
  }

  #demands(name: string, depth: number): TextDemands {
    const parts = [...this.#parts].map(([delimiter, list]) => ({ delimiter, texts: list.items(name, depth + 1) }));
    const leastLength = Math.max(this.#leastLength, this.#item === undefined ? 0 : this.#leastItems);
    return { parts, mentions: this.#mentions, leastLength };
  }

  /** The example with what readers look for besides (AS4). */
  complete(example: Json, name = '', depth = 0): Json {
    if (!this.isKnown || depth > depthLimit) return example;
    if (this.#awaited !== undefined && !isJsonObject(example) && !isJsonArray(example)) return this.#awaited;
    if (this.#encoded !== undefined) return this.#encoded.content.isKnown ? this.toSample(name, depth) : example;
    if (isJsonArray(example)) {
      if (this.#item === undefined) return example;
      if (example.length === 0) return this.#item.isKnown ? this.items(name, depth) : example;
      const item = this.#item;
      const all = example.map((one) => item.complete(one, name, depth + 1));
      while (all.length < this.#leastItems) all.push(all.at(-1) ?? null);
      return all;
    }
    if (isJsonObject(example)) return this.#completeMembers(example, depth);
    return this.#completeLeaf(example, name, depth);
  }

  /** A text that readers parse is JSON; one that they cut is long enough. */
  #completeLeaf(example: Json, name: string, depth: number): Json {
    const hasInside = this.members.size > 0 || this.#item?.isKnown === true;
    if (hasInside && example === null) return this.toSample(name, depth);
    if (typeof example !== 'string') return example;
    if (hasInside) return plainText(this.toSample(name, depth));
    return this.#hasDemands && !this.#fits(example) ? this.toSample(name, depth) : example;
  }

  #completeMembers(example: { readonly [name: string]: Json }, depth: number): Json {
    const value: { [name: string]: Json } = {};
    const known = new Map<string, string>();
    for (const [name, inner] of Object.entries(example)) {
      known.set(name.toLowerCase(), name);
      const shape = [...this.members].find(([member]) => member.toLowerCase() === name.toLowerCase())?.[1];
      setMember(value, name, shape === undefined ? inner : shape.complete(inner, name, depth + 1));
    }
    for (const [name, shape] of this.members) {
      if (!known.has(name.toLowerCase())) setMember(value, name, shape.toSample(name, depth + 1));
    }
    return value;
  }

  /** Whether a text of an example can be taken apart as its readers do. */
  #fits(example: string): boolean {
    const isCut = [...this.#parts].every(([delimiter, list]) => example.split(delimiter).length >= list.#leastItems);
    return isCut && example.length >= this.#leastLength;
  }
}

/** The value inside a text of XML; `json(xml(x))` is the same value, wherever the two stand. */
class XmlShape extends Shape {
  override content(encoding: Encoding): Shape {
    return encoding === 'json' ? this : super.content(encoding);
  }

  /** Functions that take XML take text as well. */
  override use(usage: Usage): void {
    if (usage !== 'text') super.use(usage);
  }
}

/** More than any reader asks for by index. */
const mostItems = 20;
const mostMentions = 50;
const longestCut = 10_000;

function strength(usage: Usage): number {
  if (usage === 'sized') return 0;
  return usage === 'text' ? 1 : 2;
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
