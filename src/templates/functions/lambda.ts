/** Functions that take a lambda. Source: template reference 5.3. */
import { isJsonArray, isJsonObject, type Json, setMember } from '#foundation';
import type { TemplateExpression } from '../ast.ts';
import type { EvaluationContext, LambdaFrame } from '../context.ts';
import { badArguments, type EvaluationStop, isStop, stop } from '../stop.ts';
import { typeOf } from '../values.ts';
import { type Evaluate, lazy, type TemplateFunction } from './function.ts';

type Lambda = (...values: readonly Json[]) => Json | EvaluationStop;

interface LambdaCall {
  readonly name: string;
  readonly context: EvaluationContext;
  readonly evaluate: Evaluate;
}

/** The lambda standing as an argument; `most` values are handed to it, fewer parameters ignore the rest. */
function lambdaOf(call: LambdaCall, argument: TemplateExpression | undefined, most: number): Lambda | EvaluationStop {
  if (argument?.kind !== 'call' || argument.name.toLowerCase() !== 'lambda') {
    return badArguments(call.name, "a 'lambda' is expected.");
  }
  const names = argument.arguments.slice(0, -1).map((name) => (name.kind === 'literal' ? name.value : undefined));
  const body = argument.arguments.at(-1);
  if (body === undefined || names.length > most || !names.every((name) => typeof name === 'string')) {
    return badArguments(call.name, `the lambda takes up to '${most}' parameters whose names are strings.`);
  }
  return (...values) => {
    let lambdas: LambdaFrame | undefined = call.context.lambdas;
    names.forEach((name, index) => {
      lambdas = { name: String(name).toLowerCase(), value: values[index] ?? null, outer: lambdas };
    });
    return call.evaluate(body, { ...call.context, lambdas });
  };
}

type Body = (list: readonly Json[], ...lambdas: readonly Lambda[]) => Json | EvaluationStop;

/** A function of an array and one or two lambdas. */
function overArray(name: string, counts: readonly [number] | readonly [number, number], body: Body): TemplateFunction {
  return lazy(name, 2, 1 + counts.length, (args, context, evaluate) => {
    const list = evaluate(args[0] as TemplateExpression, context);
    if (isStop(list)) return list;
    if (!isJsonArray(list)) return badArguments(name, `an array is expected, not '${typeOf(list)}'.`);
    const lambdas: Lambda[] = [];
    for (const [index, argument] of args.slice(1).entries()) {
      const made = lambdaOf({ name, context, evaluate }, argument, counts[index] ?? 0);
      if (isStop(made)) return made;
      lambdas.push(made);
    }
    return body(list, ...lambdas);
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

function reduce(
  args: readonly TemplateExpression[],
  context: EvaluationContext,
  evaluate: Evaluate,
): Json | EvaluationStop {
  const list = evaluate(args[0] as TemplateExpression, context);
  if (isStop(list)) return list;
  if (!isJsonArray(list)) return badArguments('reduce', `an array is expected, not '${typeOf(list)}'.`);
  let current = evaluate(args[1] as TemplateExpression, context);
  const combine = lambdaOf({ name: 'reduce', context, evaluate }, args[2], 3);
  if (isStop(combine)) return combine;
  for (const [index, value] of list.entries()) {
    if (isStop(current)) return current;
    current = combine(current, value, index);
  }
  return current;
}

function mapValues(
  args: readonly TemplateExpression[],
  context: EvaluationContext,
  evaluate: Evaluate,
): Json | EvaluationStop {
  const object = evaluate(args[0] as TemplateExpression, context);
  if (isStop(object)) return object;
  if (!isJsonObject(object)) return badArguments('mapValues', `an object is expected, not '${typeOf(object)}'.`);
  const transform = lambdaOf({ name: 'mapValues', context, evaluate }, args[1], 1);
  if (isStop(transform)) return transform;
  const made: { [name: string]: Json } = {};
  for (const [key, value] of Object.entries(object)) {
    const result = transform(value);
    if (isStop(result)) return result;
    setMember(made, key, result);
  }
  return made;
}

function lambdaVariables(
  args: readonly TemplateExpression[],
  context: EvaluationContext,
  evaluate: Evaluate,
): Json | EvaluationStop {
  const name = evaluate(args[0] as TemplateExpression, context);
  if (isStop(name)) return name;
  const wanted = typeof name === 'string' ? name.toLowerCase() : undefined;
  for (let frame = context.lambdas; frame !== undefined; frame = frame.outer) {
    if (frame.name === wanted) return frame.value;
  }
  return badArguments('lambdaVariables', `there is no lambda variable '${wanted ?? ''}' here.`);
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
  lazy('lambda', 1, 16, () => stop("The template function 'lambda' is not expected at this location.")),
];
