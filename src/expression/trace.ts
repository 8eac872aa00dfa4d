/**
 * Evaluates every expression of a template with its sub-expressions, to show how a value came about.
 *
 * Owns: the trace of a template over one context. Does not own: the HTTP shape of `listExpressionTraces` (`#api`).
 *
 * Source: engine reference 8 (`listExpressionTraces`).
 */
import { isJsonObject, type Json, JsonNumber } from '#foundation';
import type { Expression } from './ast.ts';
import { checkExpression } from './check.ts';
import type { EvaluationContext } from './context.ts';
import { EvaluationFault } from './faults.ts';
import { toJson } from './json-form.ts';
import { planExpression } from './plan-expression.ts';
import { templateDepthLimit } from './plan.ts';
import { calls } from './references.ts';
import { areFaults, parseTemplate } from './template.ts';

export interface ExpressionTrace {
  /** Where the template string stands in the JSON. */
  readonly path: readonly (string | number)[];
  /** The expression's text, without `@` and braces. */
  readonly text: string;
  readonly value?: Json;
  readonly error?: EvaluationFault;
  /** The calls inside it, inner ones last. */
  readonly subexpressions: readonly SubexpressionTrace[];
}

export interface SubexpressionTrace {
  readonly text: string;
  readonly value?: Json;
  readonly error?: EvaluationFault;
}

/** Calls one trace shows; each is evaluated by itself. */
const tracedCallsLimit = 200;

/** The traces of all expressions in `json`, in order. Strings that are not valid templates are left out. */
export function traceTemplate(json: Json, context: EvaluationContext): readonly ExpressionTrace[] {
  const traces: ExpressionTrace[] = [];
  collect(json, [], context, traces);
  return traces;
}

function collect(
  json: Json,
  path: readonly (string | number)[],
  context: EvaluationContext,
  traces: ExpressionTrace[],
): void {
  if (typeof json === 'string') {
    for (const { expression, text } of expressionsOf(json))
      traces.push(traceOne(expression, text, json, path, context));
    return;
  }
  if (typeof json !== 'object' || json === null || json instanceof JsonNumber || path.length >= templateDepthLimit)
    return;
  if (!isJsonObject(json)) {
    for (const [index, item] of json.entries()) collect(item, [...path, index], context, traces);
    return;
  }
  for (const name of Object.keys(json)) collect(json[name] as Json, [...path, name], context, traces);
}

function expressionsOf(text: string): readonly { readonly expression: Expression; readonly text: string }[] {
  const template = parseTemplate(text);
  if (areFaults(template) || template.kind === 'literal') return [];
  if (template.kind === 'expression') return [{ expression: template.expression, text: text.slice(1) }];
  return template.parts.flatMap((part) =>
    part.kind === 'text' ? [] : [{ expression: part.expression, text: text.slice(part.start + 2, part.end - 1) }],
  );
}

function traceOne(
  expression: Expression,
  text: string,
  source: string,
  path: readonly (string | number)[],
  context: EvaluationContext,
): ExpressionTrace {
  const subexpressions: SubexpressionTrace[] = [];
  for (const call of calls(expression)) {
    if (call === expression) continue;
    if (subexpressions.length >= tracedCallsLimit) break;
    const own = source.slice(call.start, call.end);
    subexpressions.push({ text: own, ...evaluateOnce(call, own, path, context) });
  }
  return { path, text, ...evaluateOnce(expression, text, path, context), subexpressions };
}

function evaluateOnce(
  expression: Expression,
  source: string,
  path: readonly (string | number)[],
  context: EvaluationContext,
): { readonly value: Json } | { readonly error: EvaluationFault } {
  const [fault] = checkExpression(expression);
  if (fault !== undefined) return { error: new EvaluationFault(fault.message, { ...fault, path }) };
  try {
    const value = planExpression(expression, { source, path }).evaluate(context);
    return value instanceof EvaluationFault ? { error: value } : { value: toJson(value) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { error: new EvaluationFault('The data is nested too deeply or is too large.') };
  }
}
