/** The tree of a template expression. Source: template reference 3. */
import type { Json } from '#foundation';
import type { PlannedExpression } from './context.ts';

export type TemplateExpression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | {
      readonly kind: 'call';
      /** Present for user functions. */
      readonly namespace?: string;
      readonly name: string;
      readonly arguments: readonly TemplateExpression[];
    }
  | { readonly kind: 'member'; readonly object: TemplateExpression; readonly name: string }
  | { readonly kind: 'index'; readonly object: TemplateExpression; readonly index: TemplateExpression };

/** A JSON value with its expressions planned. `source` is the text that was parsed, for what-if and messages. */
export type PlannedValue =
  | { readonly kind: 'constant'; readonly value: Json }
  | {
      readonly kind: 'expression';
      readonly expression: TemplateExpression;
      readonly evaluate: PlannedExpression;
      readonly source: string;
    }
  | { readonly kind: 'array'; readonly items: readonly PlannedValue[] }
  | { readonly kind: 'object'; readonly members: readonly PlannedMember[]; readonly copies: readonly PlannedCopy[] };

export interface PlannedMember {
  /** A text, or an expression that gives one. */
  readonly name: PlannedValue;
  readonly value: PlannedValue;
}

/** One entry of `copy: [{name, count, input}]`. */
export interface PlannedCopy {
  readonly name: string;
  readonly count: PlannedValue;
  readonly input: PlannedValue;
}
