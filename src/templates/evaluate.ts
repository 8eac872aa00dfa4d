/**
 * Planned values → JSON, in a context.
 *
 * Owns: arrays, objects, property copies. Does not own: expressions (`plan-expression.ts`), what the place answers.
 *
 * Invariants
 * E1. Never throws for a template's fault; the stop carries the path below the planned value.
 * E2. Every item of a copy counts against the budget of the context.
 *
 * Source: template reference 3.
 */
import { isJsonArray, type Json, setMember } from '#foundation';
import type { PlannedCopy, PlannedValue } from './ast.ts';
import { type EvaluationContext, itemSteps, withCopies } from './context.ts';
import { copyCount } from './copy-count.ts';
import { joinCopies, type MadeCopy, readResourceCopy } from './resource-copies.ts';
import { type EvaluationStop, isStop, stop } from './stop.ts';
import { typeOf } from './values.ts';

/** Evaluates a planned value. */
export function evaluateValue(planned: PlannedValue, context: EvaluationContext): Json | EvaluationStop {
  switch (planned.kind) {
    case 'constant':
      return planned.value;
    case 'expression': {
      const value = planned.evaluate(context);
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
    const value = evaluateValue(copy.input, withCopies(context, copies));
    if (isStop(value)) return value;
    items.push(value);
  }
  return items;
}
