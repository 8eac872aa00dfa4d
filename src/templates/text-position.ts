/**
 * Places in a template's text: what error messages quote.
 *
 * Owns: `TextPosition` and the table from values to places.
 *
 * Invariants
 * P1. A place is kept per container and member, never per value, so equal values have their own places.
 */
import { isJsonArray, isJsonObject, type Json } from '#foundation';

/** Line and column count from 1; 0 and 0 where the template did not come as text. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

export const nowhere: TextPosition = { line: 0, column: 0 };

export type JsonPath = readonly (string | number)[];

/** The places of the values inside parsed containers. */
export class PositionTable {
  readonly #places: WeakMap<object, Map<string, TextPosition>>;
  readonly #root: TextPosition;

  constructor(root: TextPosition = nowhere, places = new WeakMap<object, Map<string, TextPosition>>()) {
    this.#root = root;
    this.#places = places;
  }

  /** The same places, for a template that stands at `root` inside the text. */
  below(root: TextPosition): PositionTable {
    return new PositionTable(root, this.#places);
  }

  keep(container: object, member: string | number, position: TextPosition): void {
    const known = this.#places.get(container);
    if (known === undefined) this.#places.set(container, new Map([[String(member), position]]));
    else known.set(String(member), position);
  }

  /** The place of a member's value, undefined when not known. */
  of(container: object, member: string | number): TextPosition | undefined {
    return this.#places.get(container)?.get(String(member));
  }

  /** The place of the value at `path` below `root`; of the nearest container above it where it has none. */
  at(root: Json, path: JsonPath): TextPosition {
    let value: Json | undefined = root;
    let position = this.#root;
    for (const step of path) {
      if (!isJsonObject(value) && !isJsonArray(value)) return position;
      const found = this.of(value, step);
      if (found === undefined) return position;
      position = found;
      value = (value as { readonly [name: string]: Json })[step];
    }
    return position;
  }
}
