/**
 * Plans conditions: the string form, and the object form `{and|or|not|equals|greater|…: [...]}`.
 *
 * Owns: the object form's shape and its own, more lenient equality. Does not own: the functions it applies.
 *
 * Invariants
 * CN1. All leaves are evaluated before any function is applied.
 * CN2. The result is Boolean or a fault.
 *
 * Source: expression reference 1.5; engine reference 5.1.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '#foundation';
import { arityFault, fitArgument, type ParameterCheck, parameterAt, parameterCheck } from './arguments.ts';
import type { Call, Expression } from './ast.ts';
import { equalValues } from './compare.ts';
import type { EvaluationContext } from './context.ts';
import { EvaluationFault, type ExpressionFault } from './faults.ts';
import type { FunctionDefinition } from './functions/function.ts';
import { findFunction } from './functions/index.ts';
import { evaluatorOf, finishPlan, type PlanNode, Planner, type PlanOptions, templateDepthLimit } from './plan.ts';
import type { Planned } from './planned.ts';
import { references } from './references.ts';
import { type Value, valueType } from './values.ts';

type Path = readonly (string | number)[];
type Evaluate = (context: EvaluationContext) => Value | EvaluationFault;

/** Plans a condition in either form; `evaluate` answers a Boolean or a fault. */
export function planCondition(json: Json, options: PlanOptions = {}): Planned | readonly ExpressionFault[] {
  const planner = new Planner(options.environment ?? {});
  const path = options.path ?? [];
  const node = conditionNode(json, planner, path);
  if (planner.faults.length > 0) return planner.faults;
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return finishPlan(booleanNode(node, text, path), planner);
}

function conditionNode(json: Json, planner: Planner, path: Path): PlanNode {
  if (typeof json === 'string') return planner.text(json, path);
  if (typeof json === 'boolean') return { constant: json };
  if (isJsonObject(json)) return new ObjectCondition(planner).plan(json, path, 0);
  planner.report('The condition must be an expression or an object with one function.', path);
  return { constant: null };
}

function booleanNode(node: PlanNode, text: string, path: Path): PlanNode {
  if ('constant' in node && typeof node.constant === 'boolean') return node;
  const evaluate = evaluatorOf(node);
  const place = { start: 0, end: text.length, path };
  return {
    evaluate: (context) => {
      const value = evaluate(context);
      if (typeof value === 'boolean' || value instanceof EvaluationFault) return value;
      const found = `is of type '${valueType(value)}'. The result must be a valid boolean.`;
      return new EvaluationFault(`The result of the evaluation of 'expression' expression '${text}' ${found}`, place);
    },
  };
}

class ObjectCondition {
  readonly #planner: Planner;

  constructor(planner: Planner) {
    this.#planner = planner;
  }

  plan(json: JsonObject, path: Path, depth: number): PlanNode {
    const names = Object.keys(json);
    const [name] = names;
    if (name === undefined || names.length > 1) {
      return this.#refuse(`The condition must have exactly one function, found '${names.join(', ')}'.`, path);
    }
    if (depth >= templateDepthLimit) {
      return this.#refuse(`The condition is nested deeper than the limit of '${templateDepthLimit}'.`, path);
    }
    const definition = findFunction(name);
    if (definition === undefined) {
      return this.#refuse(`The template function '${name}' is not defined or not valid.`, [...path, name]);
    }
    const args = argumentsOf(json[name] as Json, definition);
    if (args === undefined) {
      return this.#refuse(`The function '${name}' of the condition must have an array of parameters.`, [...path, name]);
    }
    const wrongNumber = arityFault(definition, args.length);
    if (wrongNumber !== undefined) return this.#refuse(wrongNumber, [...path, name]);
    this.#refer(definition, args[0], path);
    const listed = isJsonArray(json[name]);
    const nodes = args.map((argument, index) =>
      this.#argument(argument, listed ? [...path, name, index] : [...path, name], depth),
    );
    return { evaluate: applyAll(definition, nodes.map(evaluatorOf), { start: 0, end: 0, path: [...path, name] }) };
  }

  /** `{"body": ["X"]}` refers to X as `body('X')` does; a name that is computed may mean any. */
  #refer(definition: FunctionDefinition, first: Json | undefined, path: Path): void {
    if (definition.refersTo === undefined) return;
    const nowhere = { start: 0, end: 0 };
    const computed: Call = { kind: 'call', name: 'string', nameSpan: nowhere, args: [], accessors: [], ...nowhere };
    const isName = typeof first === 'string' && !first.includes('@');
    const name: Expression = isName ? { kind: 'literal', value: first, text: first, ...nowhere } : computed;
    const call: Call = { ...computed, name: definition.name, args: first === undefined ? [] : [name] };
    this.#planner.references.push(...references(call, path));
  }

  #argument(json: Json, path: Path, depth: number): PlanNode {
    if (typeof json === 'string') return this.#planner.text(json, path);
    if (isJsonObject(json)) return this.plan(json, path, depth + 1);
    if (isJsonArray(json)) return this.#refuse('An array is not allowed as a parameter of a condition.', path);
    return { constant: json };
  }

  #refuse(message: string, path: Path): PlanNode {
    this.#planner.report(message, path);
    return { constant: null };
  }
}

/** `not` takes its one argument without an array too. */
function argumentsOf(json: Json, definition: FunctionDefinition): readonly Json[] | undefined {
  if (isJsonArray(json)) return json;
  return definition.name === 'not' ? [json] : undefined;
}

function applyAll(
  definition: FunctionDefinition,
  args: readonly Evaluate[],
  place: { start: number; end: number; path: Path },
): Evaluate {
  const checks = args.map((_, index) => {
    const parameter = parameterAt(definition, index);
    return parameter === undefined ? { mask: 0, binary: false } : parameterCheck(parameter);
  });
  const apply = definition.name === 'equals' ? lenientEquals : definition.apply;
  return (context) => {
    const values: Value[] = [];
    for (const evaluate of args) {
      const value = evaluate(context);
      if (value instanceof EvaluationFault) return value;
      values.push(value);
    }
    for (let index = 0; index < values.length; index++) {
      const fitted = fitArgument(values[index] as Value, checks[index] as ParameterCheck, definition, index);
      if (fitted instanceof EvaluationFault) return fitted.at(place);
      values[index] = fitted;
    }
    const result = apply(values, context);
    return result instanceof EvaluationFault ? result.at(place) : result;
  };
}

/** In the object form a Boolean equals its spelling: designers write `true` where a text was meant, and the reverse. */
function lenientEquals(args: readonly Value[]): boolean {
  const [left = null, right = null] = args;
  if (typeof left === 'boolean' && typeof right === 'string') return spells(right, left);
  if (typeof left === 'string' && typeof right === 'boolean') return spells(left, right);
  return equalValues(left, right);
}

function spells(text: string, value: boolean): boolean {
  return text.toLowerCase() === String(value);
}
