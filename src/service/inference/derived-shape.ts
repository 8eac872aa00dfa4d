/**
 * Shapes of values that a workflow makes out of others: gathered into a list, written as text, one of several.
 *
 * Owns: passing on to the shapes behind what readers ask of the made value. Does not own: the shapes of answers (`answer-shape.ts`).
 *
 * Invariants
 * DS1. Nothing here is sampled: samples are of answers, and these are no answers.
 */
import type { Json, JsonNumber } from '#foundation';
import { type Encoding, Shape } from './answer-shape.ts';
import type { Usage } from './answer-usage.ts';

/** A list that is gathered out of items read elsewhere. */
export class ListShape extends Shape {
  readonly #gathered: Shape;

  constructor(gathered: Shape) {
    super();
    this.#gathered = gathered;
  }

  override item(): Shape {
    return this.#gathered;
  }

  override describe(schema: Json | undefined): void {
    const list = new Shape();
    list.describe(schema);
    if (schema !== null && typeof schema === 'object' && 'items' in schema) this.#gathered.describe(schema.items);
  }
}

/** `string(x)`: text whose content is the value itself. */
export class WrittenShape extends Shape {
  readonly #value: Shape;

  constructor(value: Shape) {
    super();
    this.#value = value;
  }

  override member(name: string): Shape {
    return this.#value.member(name);
  }

  override item(index = 0): Shape {
    return this.#value.item(index);
  }

  override content(encoding: Encoding): Shape {
    return encoding === 'json' ? this.#value : this.#value.content(encoding);
  }

  override describe(schema: Json | undefined): void {
    this.#value.describe(schema);
  }

  override prefer(value: Json | JsonNumber): void {
    this.#value.prefer(value);
  }

  override await(value: Json | JsonNumber): void {
    this.#value.await(value);
  }
}

/** One of several, nobody knows which: what is read of it is read of all. */
class SeveralShape extends Shape {
  readonly #all: readonly Shape[];

  constructor(all: readonly Shape[]) {
    super();
    this.#all = all;
  }

  override member(name: string): Shape {
    return several(this.#all.map((one) => one.member(name))) ?? this;
  }

  override item(index = 0): Shape {
    return several(this.#all.map((one) => one.item(index))) ?? this;
  }

  override content(encoding: Encoding): Shape {
    return several(this.#all.map((one) => one.content(encoding))) ?? this;
  }

  override split(delimiter: string): Shape {
    return several(this.#all.map((one) => one.split(delimiter))) ?? this;
  }

  override mention(text: string): void {
    for (const one of this.#all) one.mention(text);
  }

  override atLeastLong(characters: number): void {
    for (const one of this.#all) one.atLeastLong(characters);
  }

  override use(usage: Usage): void {
    for (const one of this.#all) one.use(usage);
  }

  override prefer(value: Json | JsonNumber): void {
    for (const one of this.#all) one.prefer(value);
  }

  override await(value: Json | JsonNumber): void {
    for (const one of this.#all) one.await(value);
  }

  override describe(schema: Json | undefined): void {
    for (const one of this.#all) one.describe(schema);
  }
}

/** The shape of a value that is one of these; undefined when none is known. */
export function several(shapes: readonly (Shape | undefined)[]): Shape | undefined {
  const all = [...new Set(shapes.filter((one) => one !== undefined))];
  const [only] = all;
  return all.length < 2 ? only : new SeveralShape(all);
}

/** The list of nodes that an XPath names, in the value of the document: elements, attributes and texts, without predicates. */
export function xmlNodes(document: Shape, path: string): Shape | undefined {
  const [, inner = path] = /^\s*(?:string|number|normalize-space|boolean)\((.*)\)\s*$/s.exec(path) ?? [];
  const steps = inner
    .replaceAll(/\*\[local-name\(\)\s*=\s*["']([^"']+)["'](?:[^\]]*)\]/g, '$1')
    .replaceAll(/\[[^\]]*\]/g, '')
    .split(/\/+/)
    .filter((step) => step !== '' && step !== '.' && step !== 'text()' && step !== 'node()');
  if (steps.length === 0 || steps.some((step) => !/^@?[\w:.-]+$/.test(step))) return undefined;
  // Anywhere in the document: below a root of its own.
  const anywhere = inner.trimStart().startsWith('//') ? document.member('sandbox') : document;
  const node = steps.reduce((shape, step) => shape.member(step), anywhere);
  return inner === path ? new ListShape(node) : node;
}
