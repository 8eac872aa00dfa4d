/**
 * Plans any JSON value with template strings in it, at any depth, names of members included.
 *
 * Owns: the plan of JSON around expressions, the limits on the whole. Does not own: single expressions
 * (`plan-expression.ts`), conditions in object form (`condition.ts`).
 *
 * Invariants
 * P1. A part without expressions is not copied: it evaluates to the planned JSON itself, frozen.
 * P2. Evaluation returns a value or a fault; running out of stack on data nested too deeply is a fault too.
 *
 * Source: expression reference 1.1, 1.2, 2, 11.5.
 */
import { isJsonObject, type Json, JsonNumber, setMember } from '#foundation';
import type { Template } from './ast.ts';
import { type CheckEnvironment, checkTemplate } from './check.ts';
import type { EvaluationContext } from './context.ts';
import { EvaluationFault, type ExpressionFault } from './faults.ts';
import { deepFreeze, toJson } from './json-form.ts';
import { planExpression } from './plan-expression.ts';
import type { Planned, Reference } from './planned.ts';
import { references } from './references.ts';
import { areFaults, parseTemplate } from './template.ts';
import { boundedText } from './text.ts';
import type { Value } from './values.ts';

export interface PlanOptions {
  readonly environment?: CheckEnvironment;
  /** Where `json` itself stands; comes before the paths of faults and references. */
  readonly path?: readonly (string | number)[];
}

/** How deep planned JSON may nest. */
export const templateDepthLimit = 100;
/** Characters the text of an interpolation may have. Source: expression reference 11.5. */
export const interpolationLimit = 104_857_600;

/** A part of the plan: a constant, or a function to its value. */
export type PlanNode =
  | { readonly constant: Value }
  | { readonly evaluate: (context: EvaluationContext) => Value | EvaluationFault };

type Path = readonly (string | number)[];

/** Plans `json`; a list of faults, never empty, when something in it is not valid. */
export function planTemplate(json: Json, options: PlanOptions = {}): Planned | readonly ExpressionFault[] {
  const planner = new Planner(options.environment ?? {});
  const node = planner.json(json, options.path ?? [], 0);
  return planner.faults.length > 0 ? planner.faults : finishPlan(node, planner);
}

/** Wraps a node as the plan that callers hold. */
export function finishPlan(node: PlanNode, planner: Planner): Planned {
  const found = planner.references;
  if ('constant' in node) {
    const constant = deepFreeze(node.constant) as Json;
    return { evaluate: () => constant, constant, references: found };
  }
  const { evaluate } = node;
  const finish = planner.mayHoldRuntimeKinds ? toJson : (value: Value): Json => value as Json;
  return {
    evaluate: (context) => {
      try {
        const value = evaluate(context);
        return value instanceof EvaluationFault ? value : finish(value);
      } catch (error) {
        if (error instanceof RangeError) return outOfStack;
        throw error;
      }
    },
    references: found,
  };
}

const outOfStack = new EvaluationFault(
  'The template language expressions cannot be evaluated because the data they work on is nested too deeply or is too large.',
);

/** Plans the parts of one JSON value and collects what it finds on the way. */
export class Planner {
  readonly faults: ExpressionFault[] = [];
  readonly references: Reference[] = [];
  mayHoldRuntimeKinds = false;
  readonly #environment: CheckEnvironment;

  constructor(environment: CheckEnvironment) {
    this.#environment = environment;
  }

  json(json: Json, path: Path, depth: number): PlanNode {
    if (typeof json === 'string') return this.text(json, path);
    if (typeof json !== 'object' || json === null || json instanceof JsonNumber) return { constant: json };
    if (depth >= templateDepthLimit) {
      this.report(`The template is nested deeper than the limit of '${templateDepthLimit}'.`, path);
      return { constant: null };
    }
    return isJsonObject(json) ? this.#object(json, path, depth) : this.#array(json, path, depth);
  }

  /** A template string. */
  text(text: string, path: Path): PlanNode {
    if (!text.includes('@')) return { constant: text };
    const template = parseTemplate(text);
    if (areFaults(template)) {
      for (const fault of template) this.faults.push({ ...fault, path });
      return { constant: null };
    }
    return this.#template(template, path);
  }

  #template(template: Template, path: Path): PlanNode {
    if (template.kind === 'literal') return { constant: template.value };
    const faults = checkTemplate(template, this.#environment);
    for (const fault of faults) this.faults.push({ ...fault, path });
    if (faults.length > 0) return { constant: null };
    this.references.push(...references(template, path));
    if (template.kind === 'interpolation') return this.#interpolation(template, path);
    const planned = planExpression(template.expression, { source: sourceOf(template.text, 1), path });
    if (planned.constant !== undefined) return { constant: toJson(planned.constant.value) };
    this.mayHoldRuntimeKinds ||= planned.mayHoldRuntimeKinds;
    return { evaluate: planned.evaluate };
  }

  #interpolation(template: Template & { kind: 'interpolation' }, path: Path): PlanNode {
    const pieces = template.parts.map((part): string | ((context: EvaluationContext) => string | EvaluationFault) => {
      if (part.kind === 'text') return part.text;
      const { start, end } = part.expression;
      const source = template.text.slice(start, end);
      const { evaluate, constant } = planExpression(part.expression, { source, path });
      const place = { start, end, path };
      const tooLong = new EvaluationFault(
        `The text of the interpolation exceeds the limit of '${interpolationLimit}' characters.`,
        place,
      );
      const textual = (value: Value): string | EvaluationFault => boundedText(value, interpolationLimit) ?? tooLong;
      const text = constant === undefined ? undefined : textual(constant.value);
      if (typeof text === 'string') return text;
      return (context) => {
        const value = evaluate(context);
        if (typeof value === 'string') return value;
        return value instanceof EvaluationFault ? value : textual(value);
      };
    });
    return joinPieces(pieces);
  }

  #array(json: readonly Json[], path: Path, depth: number): PlanNode {
    const nodes = json.map((item, index) => this.json(item, [...path, index], depth + 1));
    if (nodes.every((node, index) => 'constant' in node && node.constant === json[index])) return { constant: json };
    if (nodes.every((node) => 'constant' in node)) return { constant: nodes.map((node) => node.constant) };
    const evaluators = nodes.map(evaluatorOf);
    return {
      evaluate: (context) => {
        const values: Value[] = [];
        for (const evaluate of evaluators) {
          const value = evaluate(context);
          if (value instanceof EvaluationFault) return value;
          values.push(value);
        }
        return values;
      },
    };
  }

  #object(json: { readonly [name: string]: Json }, path: Path, depth: number): PlanNode {
    const members = Object.keys(json).map((name) => ({
      name: this.#memberName(name, path),
      written: name,
      node: this.json(json[name] as Json, [...path, name], depth + 1),
    }));
    const same = members.every(
      ({ name, written, node }) => name === written && 'constant' in node && node.constant === json[written],
    );
    return same ? { constant: json } : buildObject(members, path);
  }

  /** The name itself, or how to find it; a whole expression must give text. */
  #memberName(name: string, path: Path): string | PlanNode {
    if (!name.includes('@')) return name;
    const node = this.text(name, [...path, name]);
    if (!('constant' in node)) return node;
    if (typeof node.constant === 'string') return node.constant;
    this.report(`The name '${name}' of a property must evaluate to a string.`, [...path, name]);
    return name;
  }

  report(message: string, path: Path): void {
    this.faults.push({ code: 'InvalidTemplate', message, start: 0, end: 0, path });
  }
}

function sourceOf(text: string, from: number): string {
  return text.slice(from);
}

export function evaluatorOf(node: PlanNode): (context: EvaluationContext) => Value | EvaluationFault {
  if (!('constant' in node)) return node.evaluate;
  const constant = deepFreeze(node.constant);
  return () => constant;
}

function joinPieces(
  pieces: readonly (string | ((context: EvaluationContext) => string | EvaluationFault))[],
): PlanNode {
  if (pieces.every((piece) => typeof piece === 'string')) return { constant: pieces.join('') };
  return {
    evaluate: (context) => {
      let text = '';
      for (const piece of pieces) {
        const next = typeof piece === 'string' ? piece : piece(context);
        if (next instanceof EvaluationFault) return next;
        text += next;
      }
      return text;
    },
  };
}

interface Member {
  readonly name: string | PlanNode;
  readonly written: string;
  readonly node: PlanNode;
}

function buildObject(members: readonly Member[], path: Path): PlanNode {
  const parts = members.map(({ name, written, node }) => ({
    name: typeof name === 'string' ? name : evaluatorOf(name),
    evaluate: evaluatorOf(node),
    place: { start: 0, end: written.length, path: [...path, written] },
  }));
  const evaluate = (context: EvaluationContext): Value | EvaluationFault => {
    const built: { [name: string]: Json } = {};
    for (const { name, evaluate: evaluateValue, place } of parts) {
      const actual = typeof name === 'string' ? name : name(context);
      if (actual instanceof EvaluationFault) return actual;
      if (typeof actual !== 'string') return faultyName('must evaluate to a string', place);
      if (Object.hasOwn(built, actual)) return faultyName(`'${actual}' occurs more than once`, place);
      const value = evaluateValue(context);
      if (value instanceof EvaluationFault) return value;
      setMember(built, actual, value as Json);
    }
    return built;
  };
  const constant = members.every(({ name, node }) => typeof name === 'string' && 'constant' in node);
  return constant ? (constantObject(members) ?? { evaluate }) : { evaluate };
}

/** The object when everything in it is known; undefined when two names met. */
function constantObject(members: readonly Member[]): PlanNode | undefined {
  const built: { [name: string]: Json } = {};
  for (const { name, node } of members) {
    if (typeof name !== 'string' || !('constant' in node) || Object.hasOwn(built, name)) return undefined;
    setMember(built, name, node.constant as Json);
  }
  return { constant: built };
}

function faultyName(why: string, place: { start: number; end: number; path: Path }): EvaluationFault {
  return new EvaluationFault(`The name of a property ${why}.`, place);
}
