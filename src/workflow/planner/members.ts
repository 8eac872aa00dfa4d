/**
 * The members of an object of the definition, found ignoring case, none of them unknown.
 *
 * Owns: reading members and numbers as Azure's reader does: names ignore case, numbers may be written as text.
 * Source: engine reference 1.1.
 */
import { isJsonObject, type Json, JsonNumber } from '#foundation';
import type { Steps } from './paths.ts';
import type { Planning } from './planning.ts';

export class Members {
  readonly #values: ReadonlyMap<string, Json>;

  private constructor(values: ReadonlyMap<string, Json>) {
    this.#values = values;
  }

  /** Any object's members; none for everything else. */
  static of(source: Json | undefined): Members {
    const entries = isJsonObject(source) ? Object.entries(source) : [];
    return new Members(new Map(entries.map(([name, value]) => [name.toLowerCase(), value])));
  }

  /**
   * The members of an object that may have those of `known` only (lower case); others are reported unless they are
   * null. `type` is what the reader calls the object.
   */
  static read(
    planning: Planning,
    source: Json | undefined,
    known: ReadonlySet<string>,
    type: string,
    steps: Steps,
  ): Members {
    for (const [name, value] of Object.entries(isJsonObject(source) ? source : {})) {
      if (value !== null && !known.has(name.toLowerCase())) planning.unknownMember(name, type, [...steps, name]);
    }
    return Members.of(source);
  }

  /** The value; undefined when it is missing or null. */
  get(name: string): Json | undefined {
    return this.#values.get(name.toLowerCase()) ?? undefined;
  }

  /** Present, null included. */
  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  in(name: string): Members {
    return Members.of(this.get(name));
  }

  get names(): readonly string[] {
    return [...this.#values.keys()];
  }
}

/** A whole number, written as a number or as text; undefined for everything else. */
export function wholeNumber(value: Json | undefined): number | undefined {
  if (value instanceof JsonNumber) return wholeNumber(value.text);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*[+-]?\d{1,15}(\.0{1,15})?\s*$/.test(value)) return undefined;
  return Number(value);
}
