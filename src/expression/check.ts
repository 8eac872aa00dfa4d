/**
 * Checks a parsed template before it is saved: names of functions, number of arguments, types of constants.
 *
 * Owns: these checks. Does not own: what names refer to (`references.ts` lists them; `#workflow` judges them).
 *
 * Source: expression reference 3.7, 11.1; engine reference 1.3 (constant type mismatches are found on save).
 */
import { arityFault, fitArgument, parameterAt, parameterCheck } from './arguments.ts';
import type { Call, Expression, Span, Template } from './ast.ts';
import { EvaluationFault, type ExpressionFault } from './faults.ts';
import { type Constant, foldCall } from './fold.ts';
import type { FunctionDefinition } from './functions/function.ts';
import { findFunction } from './functions/index.ts';
import type { Value } from './values.ts';

/** What the place of the template allows. */
export interface CheckEnvironment {
  /** The message of a call that is not allowed at this place, or undefined. Called for every call of a known function. */
  readonly refuse?: (call: Call, definition: FunctionDefinition) => string | undefined;
}

/** All faults of the template, in source order; empty when it may be planned. */
export function checkTemplate(template: Template, environment: CheckEnvironment = {}): readonly ExpressionFault[] {
  const check = new Check(environment);
  if (template.kind === 'expression') check.expression(template.expression);
  if (template.kind === 'interpolation') {
    for (const part of template.parts) if (part.kind === 'expression') check.expression(part.expression);
  }
  return check.faults;
}

/** All faults of one expression. */
export function checkExpression(
  expression: Expression,
  environment: CheckEnvironment = {},
): readonly ExpressionFault[] {
  const check = new Check(environment);
  check.expression(expression);
  return check.faults;
}

class Check {
  readonly faults: ExpressionFault[] = [];
  readonly #environment: CheckEnvironment;

  constructor(environment: CheckEnvironment) {
    this.#environment = environment;
  }

  /** Checks the expression; its value when that is known already. */
  expression(expression: Expression): Constant | undefined {
    if (expression.kind === 'literal') return { value: expression.value };
    const args = expression.args.map((argument) => this.expression(argument));
    const result = this.#call(expression, args);
    if (expression.accessors.length === 0) return result;
    for (const accessor of expression.accessors) if (accessor.kind === 'index') this.expression(accessor.index);
    return undefined;
  }

  #call(call: Call, args: readonly (Constant | undefined)[]): Constant | undefined {
    const definition = findFunction(call.name);
    if (definition === undefined) {
      this.#report(`The template function '${call.name}' is not defined or not valid.`, call.nameSpan);
      return undefined;
    }
    const refusal = arityFault(definition, args.length) ?? this.#environment.refuse?.(call, definition);
    if (refusal !== undefined) {
      this.#report(refusal, call);
      return undefined;
    }
    return this.#constantCall(call, definition, args);
  }

  #constantCall(
    call: Call,
    definition: FunctionDefinition,
    args: readonly (Constant | undefined)[],
  ): Constant | undefined {
    const values: Value[] = [];
    let faulty = false;
    for (const [index, constant] of args.entries()) {
      const parameter = parameterAt(definition, index);
      if (constant === undefined || parameter === undefined) continue;
      const fitted = fitArgument(constant.value, parameterCheck(parameter), definition, index);
      if (fitted instanceof EvaluationFault) {
        this.#report(fitted.message, call.args[index] ?? call);
        faulty = true;
      } else {
        values.push(fitted);
      }
    }
    return faulty || values.length < args.length ? undefined : foldCall(definition, values);
  }

  #report(message: string, { start, end }: Span): void {
    this.faults.push({ code: 'InvalidTemplate', message, start, end });
  }
}
