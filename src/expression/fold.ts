/**
 * Calls that can be made once, when a template is planned.
 *
 * Owns: the decision, and the call. Does not own: planning, checking.
 */
import type { EvaluationContext } from './context.ts';
import { EvaluationFault } from './faults.ts';
import type { FunctionDefinition } from './functions/function.ts';
import { deepFreeze } from './json-form.ts';
import { measureValue } from './measure.ts';
import type { Value } from './values.ts';

/** A value known before evaluation; wrapped, because null is one. */
export interface Constant {
  readonly value: Value;
}

/** Larger results are made when asked for, rather than kept in every plan. */
const foldedSizeLimit = 16_384;

/** What a pure function is called with; it asks its context for the text limit only. */
const constantContext: EvaluationContext = {
  parameter: () => undefined,
  variable: () => undefined,
  trigger: () => undefined,
  action: () => undefined,
  currentAction: () => undefined,
  item: () => undefined,
  loopItem: () => undefined,
  loopIndex: () => undefined,
  scopeResults: () => undefined,
  workflow: () => undefined,
  callbackUrl: () => undefined,
  setting: () => undefined,
  now: () => 0n,
  random: { fraction: () => 0, uuid: () => '00000000-0000-4000-8000-000000000000' },
  textLimit: foldedSizeLimit,
};

/** The answer of a pure function to arguments that already fit; undefined when it must be asked for at run time. */
export function foldCall(definition: FunctionDefinition, args: readonly Value[]): Constant | undefined {
  if (!definition.pure) return undefined;
  const result = definition.apply(args, constantContext);
  if (result instanceof EvaluationFault || measureValue(result, foldedSizeLimit) > foldedSizeLimit) return undefined;
  return { value: deepFreeze(result) };
}
