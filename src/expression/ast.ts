/**
 * The syntax tree of expressions and template strings, with source positions for the designer.
 *
 * Owns: the tree's types. Does not own: building it (`parse.ts`, `template.ts`), printing it (`print.ts`).
 *
 * Invariants
 * A1. `start` and `end` (exclusive) count UTF-16 units in the whole template string, from 0.
 * A2. A literal's `text` is what was written; its `value` is what it means.
 *
 * Source: expression reference 2, 3.
 */
import type { JsonNumber } from '#foundation';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Literal extends Span {
  readonly kind: 'literal';
  readonly value: null | boolean | number | string | JsonNumber;
  readonly text: string;
}

export interface Call extends Span {
  readonly kind: 'call';
  /** As written; functions are found ignoring case. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expression[];
  readonly accessors: readonly Accessor[];
}

export type Expression = Literal | Call;

/** `.name`, `['name']`, `[expr]`, each with or without `?` before it. */
export type Accessor =
  | (Span & { readonly kind: 'member'; readonly optional: boolean; readonly name: string })
  | (Span & { readonly kind: 'index'; readonly optional: boolean; readonly index: Expression });

/** A piece of an interpolation: text with its escapes resolved, or what stands between `@{` and `}`. */
export type TemplatePart =
  | (Span & { readonly kind: 'text'; readonly text: string })
  | (Span & { readonly kind: 'expression'; readonly expression: Expression });

export type Template =
  /** No expression in it; `value` has the escapes resolved. */
  | { readonly kind: 'literal'; readonly text: string; readonly value: string }
  /** `@expr`: the result keeps its type. */
  | { readonly kind: 'expression'; readonly text: string; readonly expression: Expression }
  /** Text with `@{expr}` in it: the result is text. */
  | { readonly kind: 'interpolation'; readonly text: string; readonly parts: readonly TemplatePart[] };
