/**
 * The shape of a function of the template language.
 *
 * Invariants
 * F1. The number of arguments is checked before `apply` and `plan`; types are checked in it. Nothing here throws.
 */
import type { Json } from '#foundation';
import type { TemplateExpression } from '../ast.ts';
import type { PlannedExpression } from '../context.ts';
import { badArguments, type EvaluationStop } from '../stop.ts';

export interface PlainFunction {
  readonly kind: 'plain';
  /** As documented: `uniqueString`. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly apply: (args: readonly Json[]) => Json | EvaluationStop;
}

export type Plan = (expression: TemplateExpression) => PlannedExpression;

/** Evaluates its own arguments: branches and lambdas. It plans them once; the number of arguments is right. */
export interface LazyFunction {
  readonly kind: 'lazy';
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly plan: (args: readonly TemplateExpression[], plan: Plan) => PlannedExpression;
}

export type TemplateFunction = PlainFunction | LazyFunction;

export const any = Number.POSITIVE_INFINITY;

export function plain(name: string, least: number, most: number, apply: PlainFunction['apply']): PlainFunction {
  return { kind: 'plain', name, least, most, apply };
}

export function lazy(name: string, least: number, most: number, plan: LazyFunction['plan']): LazyFunction {
  return { kind: 'lazy', name, least, most, plan };
}

export function wrongCount(name: string, least: number, most: number, given: number): EvaluationStop {
  const wanted = least === most ? `'${least}'` : most === any ? `at least '${least}'` : `'${least}' to '${most}'`;
  return badArguments(name, `it takes ${wanted} arguments, '${given}' were given.`);
}

/** Texts longer than this are not made. */
export const textLimit = 4 << 20;

export function bounded(name: string, text: string): string | EvaluationStop {
  return text.length > textLimit ? badArguments(name, `the result is longer than '${textLimit}' characters.`) : text;
}
