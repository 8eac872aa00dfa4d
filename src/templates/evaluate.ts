/**
 * Planned values → JSON, in a context.
 *
 * Owns: calls, property access, property copies. Does not own: functions (`functions/`), what the place answers.
 *
 * Invariants
 * E1. Never throws for a template's fault; the stop carries the path below the planned value.
 * E2. Every step counts against the budget of the context.
 *
 * Source: template reference 3.
 */
import { isJsonArray, isJsonObject, type Json, memberIgnoringCase, setMember } from '#foundation';
import type { PlannedCopy, PlannedValue, TemplateExpression } from './ast.ts';
import { type EvaluationContext, itemSteps } from './context.ts';
import { copyCount } from './copy-count.ts';
import { wrongCount } from './functions/function.ts';
import { commonFunction, isPlaceFunctionName } from './functions/index.ts';
import { joinCopies, type MadeCopy, readResourceCopy } from './resource-copies.ts';
import { type EvaluationStop, isStop, misplacedFunction, stop } from './stop.ts';
import { smallInteger, typeOf } from './values.ts';

/** Evaluates a planned value. */
export function evaluateValue(planned: PlannedValue, context: EvaluationContext): Json | EvaluationStop {
  switch (planned.kind) {
    case 'constant':
      return planned.value;
    case 'expression': {
      const value = evaluateExpression(planned.expression, context);
      if (!isStop(value) || value.question === undefined || context.unresolved === undefined) return value;
      context.unresolved.add(planned.source);
      return planned.source;
    }
    case 'array': {
      const items: Json[] = [];
      for (const item of planned.items) {
        const value = evaluateValue(item, context);
        if (isStop(value)) return within(value, items.length);
        items.push(value);
      }
      return items;
    }
    case 'object':
      return evaluateObject(planned, context);
  }
}

function within(reason: EvaluationStop, step: string | number): EvaluationStop {
  reason.path = [step, ...reason.path];
  return reason;
}

function evaluateObject(
  planned: Extract<PlannedValue, { kind: 'object' }>,
  context: EvaluationContext,
): Json | EvaluationStop {
  const members: { [name: string]: Json } = {};
  for (const { name: plannedName, value: plannedValue } of planned.members) {
    const name = evaluateValue(plannedName, context);
    if (isStop(name)) return name;
    if (typeof name !== 'string')
      return stop(`The property name expression must give a string, not '${typeOf(name)}'.`);
    const value = evaluateValue(plannedValue, context);
    if (isStop(value)) return within(value, name);
    setMember(members, name, value);
  }
  const made: MadeCopy[] = [];
  for (const copy of planned.copies) {
    const resources = readResourceCopy(copy.name);
    const value = evaluateCopy({ ...copy, name: resources?.name ?? copy.name }, context, resources !== undefined);
    if (isStop(value)) return within(value, 'copy');
    if (resources === undefined) setMember(members, copy.name, value);
    else made.push({ ...resources, items: isJsonArray(value) ? value : [] });
  }
  if (made.length > 0) setMember(members, 'resources', joinCopies(members['resources'], made));
  return members;
}

/** The array of a property, variable or output copy. */
export function evaluateCopy(copy: PlannedCopy, context: EvaluationContext, bare: boolean): Json | EvaluationStop {
  const count = copyCount(evaluateValue(copy.count, context));
  if (isStop(count)) return count;
  const items: Json[] = [];
  for (let index = 0; index < count; index += 1) {
    context.budget.steps -= itemSteps;
    if (context.budget.steps < 0) return stop('The template takes too many steps to evaluate.');
    const copies = { name: copy.name, index, bare, outer: context.copies };
    const value = evaluateValue(copy.input, { ...context, copies });
    if (isStop(value)) return value;
    items.push(value);
  }
  return items;
}

/** Evaluates one parsed expression. */
export function evaluateExpression(expression: TemplateExpression, context: EvaluationContext): Json | EvaluationStop {
  context.budget.steps -= 1;
  if (context.budget.steps < 0) return stop('The template takes too many steps to evaluate.');
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'call':
      return evaluateCall(expression, context);
    case 'member': {
      const object = evaluateExpression(expression.object, context);
      return isStop(object) ? object : orMissing(accessMember(object, expression.name), object, context);
    }
    case 'index': {
      const object = evaluateExpression(expression.object, context);
      if (isStop(object)) return object;
      const index = evaluateExpression(expression.index, context);
      return isStop(index) ? index : orMissing(accessIndex(object, index), object, context);
    }
  }
}

function orMissing(found: Json | EvaluationStop, object: Json, context: EvaluationContext): Json | EvaluationStop {
  return isStop(found) ? (context.missing?.(object) ?? found) : found;
}

function evaluateCall(
  call: Extract<TemplateExpression, { kind: 'call' }>,
  context: EvaluationContext,
): Json | EvaluationStop {
  const { namespace, name } = call;
  if (namespace !== undefined) {
    const found = context.userFunction?.(`${namespace}.${name}`.toLowerCase());
    if (found === undefined) return stop(`The template function '${namespace}.${name}' is not valid.`);
    return applyTo(found, call.arguments, context);
  }
  const placed = context.place(name.toLowerCase());
  if (placed !== undefined) return applyTo(placed, call.arguments, context);
  const found = commonFunction(name);
  if (found === undefined) {
    return isPlaceFunctionName(name) ? misplacedFunction(name) : stop(`The template function '${name}' is not valid.`);
  }
  const given = call.arguments.length;
  if (given < found.least || given > found.most) return wrongCount(found.name, found.least, found.most, given);
  if (found.kind === 'lazy') return found.apply(call.arguments, context, evaluateExpression);
  return applyTo(found.apply, call.arguments, context);
}

function applyTo(
  apply: (args: readonly Json[], context: EvaluationContext) => Json | EvaluationStop,
  list: readonly TemplateExpression[],
  context: EvaluationContext,
): Json | EvaluationStop {
  const args: Json[] = [];
  for (const argument of list) {
    const value = evaluateExpression(argument, context);
    if (isStop(value)) return value;
    args.push(value);
  }
  return apply(args, context);
}

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
