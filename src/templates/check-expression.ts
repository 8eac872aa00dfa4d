/**
 * Which functions exist, judged before anything is evaluated.
 *
 * Owns: unknown names, wrong numbers of arguments. Source: template reference 15.
 */
import type { TemplateExpression } from './ast.ts';
import { wrongCount } from './functions/function.ts';
import { commonFunction, isPlaceFunctionName } from './functions/index.ts';
import { type EvaluationStop, misplacedFunction, stop } from './stop.ts';

/** What a place changes about the functions there are; names in lower case. */
export interface FunctionRules {
  /** Further functions. */
  readonly functions?: ReadonlySet<string>;
  /** Functions that exist, but not here. */
  readonly misplaced?: (name: string) => boolean;
}

/** What is wrong with the calls of an expression; undefined when nothing is. */
export function checkExpression(expression: TemplateExpression, rules: FunctionRules): EvaluationStop | undefined {
  switch (expression.kind) {
    case 'literal':
      return undefined;
    case 'member':
      return checkExpression(expression.object, rules);
    case 'index':
      return checkExpression(expression.object, rules) ?? checkExpression(expression.index, rules);
    case 'call':
      return checkCall(expression, rules);
  }
}

function checkCall(
  call: Extract<TemplateExpression, { kind: 'call' }>,
  rules: FunctionRules,
): EvaluationStop | undefined {
  const name = call.name.toLowerCase();
  if (call.namespace === undefined && rules.misplaced?.(name) === true) return misplacedFunction(call.name);
  if (call.namespace === undefined && rules.functions?.has(name) !== true) {
    const found = commonFunction(call.name);
    if (found === undefined && !isPlaceFunctionName(call.name)) {
      return stop(`The template function '${call.name}' is not valid.`);
    }
    const given = call.arguments.length;
    if (found !== undefined && (given < found.least || given > found.most)) {
      return wrongCount(found.name, found.least, found.most, given);
    }
  }
  for (const argument of call.arguments) {
    const wrong = checkExpression(argument, rules);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Calls `visit` for every call in an expression, outermost first. */
export function visitCalls(
  expression: TemplateExpression,
  visit: (call: Extract<TemplateExpression, { kind: 'call' }>) => void,
): void {
  switch (expression.kind) {
    case 'literal':
      return;
    case 'member':
      visitCalls(expression.object, visit);
      return;
    case 'index':
      visitCalls(expression.object, visit);
      visitCalls(expression.index, visit);
      return;
    case 'call':
      visit(expression);
      for (const argument of expression.arguments) visitCalls(argument, visit);
  }
}
