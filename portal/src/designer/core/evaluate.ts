/**
 * An expression judged and evaluated as the server does it.
 *
 * Owns: faults with their places in the expression, results over sample data. Does not own: where samples come from.
 *
 * Invariant
 * V1. Both are the server's own code: what fails here fails there, with that message (portal reference 5.8).
 */
import type { JsonData } from './json-value.ts';
import {
  areFaults,
  checkTemplate,
  contextFromJson,
  isEvaluationFault,
  parseTemplate,
  planTemplate,
} from './language.ts';

export interface ExpressionProblem {
  readonly message: string;
  /** In the expression, without the sign before it. */
  readonly start: number;
  readonly end: number;
}

export function expressionProblems(expression: string): readonly ExpressionProblem[] {
  if (expression.trim() === '') return [];
  const template = parseTemplate(`@${expression}`);
  const faults = areFaults(template) ? template : checkTemplate(template);
  return faults.map(({ message, start, end }) => ({
    message,
    start: Math.max(0, start - 1),
    end: Math.max(1, Math.min(expression.length, end - 1)),
  }));
}

export type Evaluated = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** @param sample keys of `contextFromJson`: `triggerBody`, `outputs`, `items`, `variables`, … */
export function evaluateExpression(expression: string, sample: JsonData): Evaluated {
  const planned = planTemplate(`@${expression}`);
  if (areFaults(planned)) return { ok: false, message: planned[0]?.message ?? 'The expression is not valid.' };
  const value = planned.evaluate(contextFromJson(sample));
  if (isEvaluationFault(value)) return { ok: false, message: value.message };
  return { ok: true, text: JSON.stringify(value, undefined, 2) };
}
