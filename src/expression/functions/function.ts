/**
 * What a function of the expression language is: data for the checker, the documents and the designer, and the code.
 *
 * Owns: the definition's shape. Does not own: the functions (one file per group), the checks against the shape
 * (`../check.ts` when saved, `../arguments.ts` when evaluated).
 *
 * Invariants
 * D1. `apply` is called with arguments that fit `parameters`: their number, and the type of each. A binary envelope or
 *     an XML value given where only text fits has become text.
 * D2. `apply` never throws, never changes an argument, and reads the outside world through the context only.
 *
 * Source: expression reference 3.7, 11.3.
 */
import type { EvaluationContext } from '../context.ts';
import type { EvaluationFault } from '../faults.ts';
import type { Value } from '../values.ts';

export type FunctionGroup =
  | 'String'
  | 'Collection'
  | 'Logical comparison'
  | 'Conversion'
  | 'Math'
  | 'Date and time'
  | 'Workflow'
  | 'URI parsing'
  | 'JSON and XML';

/** `Number` is Integer, Float or Decimal; `Binary` is a content envelope; `Any` includes Null. */
export type ParameterType =
  | 'Any'
  | 'Null'
  | 'Boolean'
  | 'Integer'
  | 'Number'
  | 'String'
  | 'Array'
  | 'Object'
  | 'Binary'
  | 'Xml';

/** What a call reads besides its arguments. */
export type ReferenceTarget =
  | 'parameter'
  | 'variable'
  | 'action'
  | 'scope'
  | 'foreach'
  | 'until'
  | 'trigger'
  | 'item'
  | 'currentAction'
  | 'workflow'
  | 'callbackUrl'
  | 'setting';

export interface ParameterDefinition {
  readonly name: string;
  /** The types it takes; one suffices. */
  readonly types: readonly [ParameterType, ...ParameterType[]];
  readonly optional?: true;
  /** The last parameter only: takes this argument and any number of further ones. */
  readonly variadic?: true;
  /** A phrase such as `the string to convert to lower casing`; messages and documents use it. */
  readonly help: string;
}

export type FunctionResult = Value | EvaluationFault;

export interface FunctionDefinition {
  /** As documented: `formatDateTime`. Look-ups ignore case. */
  readonly name: string;
  readonly group: FunctionGroup;
  readonly parameters: readonly ParameterDefinition[];
  readonly returns: ParameterType;
  /** One line. */
  readonly help: string;
  /** Equal arguments give equal answers, whatever the context: such a call on constants is made once, when planned. */
  readonly pure: boolean;
  /** What the first argument names, or what is read when there is none. */
  readonly refersTo?: ReferenceTarget;
  /** Works, but another function should be used. */
  readonly deprecated?: true;
  readonly apply: (args: readonly Value[], context: EvaluationContext) => FunctionResult;
  /**
   * Only for the functions that leave arguments unevaluated (`if`, `and`, `or`, `coalesce`): called instead of `apply`, with
   * arguments that evaluate when asked.
   */
  readonly applyLazily?: (args: readonly LazyArgument[], context: EvaluationContext) => FunctionResult;
}

export type LazyArgument = (context: EvaluationContext) => FunctionResult;

/** A required parameter; `types` defaults to text. */
export function parameter(name: string, help: string, ...types: readonly ParameterType[]): ParameterDefinition {
  const [first = 'String', ...rest] = types;
  return { name, help, types: [first, ...rest] };
}

/** A parameter that may be left out. */
export function optional(name: string, help: string, ...types: readonly ParameterType[]): ParameterDefinition {
  return { ...parameter(name, help, ...types), optional: true };
}

/** A last parameter that takes one argument or more. */
export function variadic(name: string, help: string, ...types: readonly ParameterType[]): ParameterDefinition {
  return { ...parameter(name, help, ...types), variadic: true };
}
