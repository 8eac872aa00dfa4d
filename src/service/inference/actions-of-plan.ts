/**
 * What single actions of a plan do that matters for the answers of others: what they put into a variable, whether they end the run.
 *
 * Owns: finding that in a plan. Does not own: the shapes of it (`plan-reader.ts`).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberIgnoringCase, textMember } from '#foundation';
import type { ActionPlan, ContainerPlan, WorkflowPlan } from '#workflow';

/** Whether the branch ends the run otherwise than as succeeded, whatever happens in it. */
export function endsBadly(branch: ContainerPlan | undefined): boolean {
  return (branch?.actions ?? []).some((action) => {
    if (action.kind === 'scope') return endsBadly(action.body);
    if (action.kind !== 'terminate') return false;
    return textMember(memberIgnoringCase(action.source, 'inputs'), 'runStatus')?.toLowerCase() !== 'succeeded';
  });
}

export interface Assignment {
  readonly action: ActionPlan;
  readonly value: Json;
  /** The value is one item of the variable's list. */
  readonly isItem: boolean;
}

/** Everything that is put into the variable, whose name is in lower case; what is glued to a text is no value of its own. */
export function assignments(plan: WorkflowPlan, variable: string): readonly Assignment[] {
  return [...plan.actions.values()].flatMap((action) => {
    const value = assigned(action, variable);
    const isItem = action.kind === 'changeVariable' && action.operation === 'AppendToArrayVariable';
    return value === undefined ? [] : [{ action, value, isItem }];
  });
}

function assigned(action: ActionPlan, variable: string): Json | undefined {
  const inputs: JsonObject = isJsonObject(action.source['inputs']) ? action.source['inputs'] : {};
  if (action.kind === 'changeVariable') {
    const isGlued = action.operation === 'AppendToStringVariable';
    return action.variable.toLowerCase() === variable && !isGlued ? memberIgnoringCase(inputs, 'value') : undefined;
  }
  if (action.kind !== 'initializeVariable') return undefined;
  const list = memberIgnoringCase(inputs, 'variables');
  const found = (isJsonArray(list) ? list : []).find((one) => textMember(one, 'name')?.toLowerCase() === variable);
  return found === undefined ? undefined : memberIgnoringCase(found, 'value');
}
