/**
 * Tree of a template expression → a function from contexts to values: what a name means is looked up once.
 *
 * Owns: calls, property access. Does not own: functions (`functions/`), what the place answers, JSON around expressions
 * (`evaluate.ts`).
 *
 * Invariants
 * X1. Evaluation never throws for a template's fault.
 * X2. Every node evaluated counts against the budget of the context.
 * X3. A common function never asks the place: no place has a function of that name.
 *
 * Source: template reference 3.
 */
import { isJsonArray, isJsonObject, type Json, memberIgnoringCase } from '#foundation';
import type { TemplateExpression } from './ast.ts';
import type { EvaluationContext, PlaceFunction, PlannedExpression } from './context.ts';
import { wrongCount } from './functions/function.ts';
import { commonFunction, isPlaceFunctionName } from './functions/index.ts';
import { type EvaluationStop, isStop, misplacedFunction, stop } from './stop.ts';
import { smallInteger, typeOf } from './values.ts';

type Call = Extract<TemplateExpression, { kind: 'call' }>;

/** Plans a parsed expression. */
export function planExpression(expression: TemplateExpression): PlannedExpression {
  const evaluate = planNode(expression);
  return (context) => {
    context.budget.steps -= 1;
    return context.budget.steps < 0 ? stop('The template takes too many steps to evaluate.') : evaluate(context);
  };
}

function planNode(expression: TemplateExpression): PlannedExpression {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'call':
      return planCall(expression);
    case 'member': {
      const { name } = expression;
      const objectOf = planExpression(expression.object);
      return (context) => {
        const object = objectOf(context);
        return isStop(object) ? object : orMissing(accessMember(object, name), object, context);
      };
    }
    case 'index': {
      const objectOf = planExpression(expression.object);
      const indexOf = planExpression(expression.index);
      return (context) => {
        const object = objectOf(context);
        if (isStop(object)) return object;
        const index = indexOf(context);
        return isStop(index) ? index : orMissing(accessIndex(object, index), object, context);
      };
    }
  }
}

function orMissing(found: Json | EvaluationStop, object: Json, context: EvaluationContext): Json | EvaluationStop {
  return isStop(found) ? (context.missing?.(object) ?? found) : found;
}

// --- Calls --------------------------------------------------------------------------------------------------------

function planCall(call: Call): PlannedExpression {
  const { namespace, name } = call;
  if (namespace !== undefined) {
    const key = `${namespace}.${name}`.toLowerCase();
    const unknown = `The template function '${namespace}.${name}' is not valid.`;
    return applying(
      call,
      (context) => context.userFunction?.(key),
      () => stop(unknown),
    );
  }
  const found = commonFunction(name);
  if (found === undefined) return planPlaceCall(call);
  const given = call.arguments.length;
  if (given < found.least || given > found.most) {
    return () => wrongCount(found.name, found.least, found.most, given);
  }
  if (found.kind === 'lazy') return found.plan(call.arguments, planExpression);
  const { apply } = found;
  const argumentsOf = planArguments(call);
  return (context) => {
    const args = argumentsOf(context);
    return isStop(args) ? args : apply(args);
  };
}

function planPlaceCall(call: Call): PlannedExpression {
  const key = call.name.toLowerCase();
  const isPlaced = isPlaceFunctionName(call.name);
  return applying(
    call,
    (context) => context.place(key),
    () => (isPlaced ? misplacedFunction(call.name) : stop(`The template function '${call.name}' is not valid.`)),
  );
}

/** Finds the function, then evaluates its arguments in order and calls it. */
function applying(
  call: Call,
  find: (context: EvaluationContext) => PlaceFunction | undefined,
  missing: () => EvaluationStop,
): PlannedExpression {
  const argumentsOf = planArguments(call);
  return (context) => {
    const apply = find(context);
    if (apply === undefined) return missing();
    const args = argumentsOf(context);
    return isStop(args) ? args : apply(args, context);
  };
}

function planArguments(call: Call): (context: EvaluationContext) => readonly Json[] | EvaluationStop {
  const planned = call.arguments.map(planExpression);
  return (context) => {
    const args: Json[] = [];
    for (const argument of planned) {
      const value = argument(context);
      if (isStop(value)) return value;
      args.push(value);
    }
    return args;
  };
}

// --- Access -------------------------------------------------------------------------------------------------------

/** `object.name`. */
export function accessMember(object: Json, name: string): Json | EvaluationStop {
  if (!isJsonObject(object)) return stop(`The language expression property '${name}' can't be evaluated.`);
  const found = memberIgnoringCase(object, name);
  if (found !== undefined) return found;
  const names = Object.keys(object).join(', ');
  return stop(`The language expression property '${name}' doesn't exist, available properties are '${names}'.`);
}

/** `object[index]`. */
export function accessIndex(object: Json, index: Json): Json | EvaluationStop {
  if (typeof index === 'string') return accessMember(object, index);
  const at = smallInteger(index);
  if (at === undefined) {
    return stop(`The language expression property index of type '${typeOf(index)}' must be an integer or a string.`);
  }
  if (!isJsonArray(object)) return stop(`The language expression property '${at}' can't be evaluated.`);
  const found = object[at];
  return found ?? (at >= 0 && at < object.length ? null : outOfBounds(at));
}

function outOfBounds(at: number): EvaluationStop {
  return stop(`The language expression property array index '${at}' is out of bounds.`);
}
