/** Functions that take a lambda. Source: template reference 5.3. */
import { isJsonArray, isJsonObject, type Json, setMember } from '#foundation';
import type { TemplateExpression } from '../ast.ts';
import { type EvaluationContext, type PlannedExpression, withLambdas } from '../context.ts';
import { badArguments, type EvaluationStop, isStop, stop } from '../stop.ts';
import { typeOf } from '../values.ts';
import { lazy, type Plan, type TemplateFunction } from './function.ts';

type Lambda = (...values: readonly Json[]) => Json | EvaluationStop;

type PlannedLambda = (context: EvaluationContext) => Lambda | EvaluationStop;

/** The lambda standing as an argument; `most` values are handed to it, fewer parameters ignore the rest. */
function planLambda(name: string, argument: TemplateExpression | undefined, most: number, plan: Plan): PlannedLambda {
  if (argument?.kind !== 'call' || argument.name.toLowerCase() !== 'lambda') {
    return () => badArguments(name, "a 'lambda' is expected.");
  }
  const names = argument.arguments.slice(0, -1).map((one) => (one.kind === 'literal' ? one.value : undefined));
  const body = argument.arguments.at(-1);
  if (body === undefined || names.length > most || !names.every((one) => typeof one === 'string')) {
    return () => badArguments(name, `the lambda takes up to '${most}' parameters whose names are strings.`);
  }
  const keys = names.map((one) => one.toLowerCase());
  const evaluate = plan(body);
  return (context) =>
    (...values) => {
      let { lambdas } = context;
      for (const [index, key] of keys.entries()) lambdas = { name: key, value: values[index] ?? null, outer: lambdas };
      return evaluate(withLambdas(context, lambdas));
    };
}

type Body = (list: readonly Json[], ...lambdas: readonly Lambda[]) => Json | EvaluationStop;

/** A function of an array and one or two lambdas. */
function overArray(name: string, counts: readonly [number] | readonly [number, number], body: Body): TemplateFunction {
  return lazy(name, 2, 1 + counts.length, (args, plan) => {
    const listOf = plan(args[0] as TemplateExpression);
    const planned = args.slice(1).map((argument, index) => planLambda(name, argument, counts[index] ?? 0, plan));
    return (context) => {
      const list = listOf(context);
      if (isStop(list)) return list;
      if (!isJsonArray(list)) return badArguments(name, `an array is expected, not '${typeOf(list)}'.`);
      const lambdas: Lambda[] = [];
      for (const lambdaIn of planned) {
        const made = lambdaIn(context);
        if (isStop(made)) return made;
        lambdas.push(made);
      }
      return body(list, ...lambdas);
    };
  });
}

const map: Body = (list, transform) => {
  const made: Json[] = [];
  for (const [index, value] of list.entries()) {
    const result = transform?.(value, index) ?? null;
    if (isStop(result)) return result;
    made.push(result);
  }
  return made;
};

const filter: Body = (list, keep) => {
  const kept: Json[] = [];
  for (const [index, value] of list.entries()) {
    const result = keep?.(value, index) ?? null;
    if (isStop(result)) return result;
    if (typeof result !== 'boolean') return badArguments('filter', 'the lambda must give a boolean.');
    if (result) kept.push(value);
  }
  return kept;
};

/** Stable merge sort: the lambda says whether its first value goes first. */
const sort: Body = (list, before) => {
  if (list.length < 2) return list;
  const middle = list.length >> 1;
  const left = sort(list.slice(0, middle), ...(before === undefined ? [] : [before]));
  if (isStop(left)) return left;
  const right = sort(list.slice(middle), ...(before === undefined ? [] : [before]));
  if (isStop(right)) return right;
  const [head, tail] = [[...(left as readonly Json[])], [...(right as readonly Json[])]];
  const merged: Json[] = [];
  while (head.length > 0 && tail.length > 0) {
    const swap = before?.(tail[0] as Json, head[0] as Json) ?? null;
    if (isStop(swap)) return swap;
    if (typeof swap !== 'boolean') return badArguments('sort', 'the lambda must give a boolean.');
    const keepOrder = swap && before?.(head[0] as Json, tail[0] as Json) === true;
    merged.push((swap && !keepOrder ? tail : head).shift() ?? null);
  }
  return [...merged, ...head, ...tail];
};

const toObject: Body = (list, keyOf, valueOf) => {
  const made: { [name: string]: Json } = {};
  for (const value of list) {
    const key = keyOf?.(value) ?? null;
    if (isStop(key)) return key;
    if (typeof key !== 'string') return badArguments('toObject', 'the key must be a string.');
    const member = valueOf === undefined ? value : valueOf(value);
    if (isStop(member)) return member;
    setMember(made, key, member);
  }
  return made;
};

const groupBy: Body = (list, keyOf, valueOf) => {
  const groups = new Map<string, Json[]>();
  for (const value of list) {
    const key = keyOf?.(value) ?? null;
    if (isStop(key)) return key;
    if (typeof key !== 'string') return badArguments('groupBy', 'the key must be a string.');
    const member = valueOf === undefined ? value : valueOf(value);
    if (isStop(member)) return member;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  const made: { [name: string]: Json } = {};
  for (const [key, group] of groups) setMember(made, key, group);
  return made;
};

function reduce(args: readonly TemplateExpression[], plan: Plan): PlannedExpression {
  const listOf = plan(args[0] as TemplateExpression);
  const firstOf = plan(args[1] as TemplateExpression);
  const combineIn = planLambda('reduce', args[2], 3, plan);
  return (context) => {
    const list = listOf(context);
    if (isStop(list)) return list;
    if (!isJsonArray(list)) return badArguments('reduce', `an array is expected, not '${typeOf(list)}'.`);
    let current = firstOf(context);
    const combine = combineIn(context);
    if (isStop(combine)) return combine;
    for (const [index, value] of list.entries()) {
      if (isStop(current)) return current;
      current = combine(current, value, index);
    }
    return current;
  };
}

function mapValues(args: readonly TemplateExpression[], plan: Plan): PlannedExpression {
  const objectOf = plan(args[0] as TemplateExpression);
  const transformIn = planLambda('mapValues', args[1], 1, plan);
  return (context) => {
    const object = objectOf(context);
    if (isStop(object)) return object;
    if (!isJsonObject(object)) return badArguments('mapValues', `an object is expected, not '${typeOf(object)}'.`);
    const transform = transformIn(context);
    if (isStop(transform)) return transform;
    const made: { [name: string]: Json } = {};
    for (const [key, value] of Object.entries(object)) {
      const result = transform(value);
      if (isStop(result)) return result;
      setMember(made, key, result);
    }
    return made;
  };
}

function lambdaVariables(args: readonly TemplateExpression[], plan: Plan): PlannedExpression {
  const nameOf = plan(args[0] as TemplateExpression);
  return (context) => {
    const name = nameOf(context);
    if (isStop(name)) return name;
    const wanted = typeof name === 'string' ? name.toLowerCase() : undefined;
    for (let frame = context.lambdas; frame !== undefined; frame = frame.outer) {
      if (frame.name === wanted) return frame.value;
    }
    return badArguments('lambdaVariables', `there is no lambda variable '${wanted ?? ''}' here.`);
  };
}

export const lambdaFunctions: readonly TemplateFunction[] = [
  overArray('map', [2], map),
  overArray('filter', [2], filter),
  overArray('sort', [2], sort),
  overArray('toObject', [1, 1], toObject),
  overArray('groupBy', [1, 1], groupBy),
  lazy('reduce', 3, 3, reduce),
  lazy('mapValues', 2, 2, mapValues),
  lazy('lambdaVariables', 1, 1, lambdaVariables),
  lazy('lambda', 1, 16, () => () => stop("The template function 'lambda' is not expected at this location.")),
];
