/**
 * What `modify` policies want to change on one resource, and where they want different things.
 *
 * Owns: the wish of one policy, wishes by field, which of them win. Does not own: carrying them out (`enforce-write.ts`), the
 * states of existing resources (`conflicts.ts` of compliance).
 *
 * Invariants
 * MO1. Of wishes for one field that differ those whose conflict effect is `deny` win; two such are a conflict, and without any
 *      none is fulfilled.
 *
 * Source: policy reference 10.
 */
import { type Json, jsonEquals, stringifyJson } from '#foundation';
import { type Change, type EvaluatedExpression, fieldKey, modifyResource, type Surroundings } from '#policy';
import { type EvaluationStop, evaluateValue, isStop, newBudget } from '#templates';
import type { Assigned } from './assigned.ts';

export interface Modification {
  readonly assigned: Assigned;
  readonly changes: readonly Change[];
  /** Whether a conflict denies: the conflict effect of the details. */
  readonly denies: boolean;
  readonly expressions: readonly EvaluatedExpression[];
}

/** What a policy of the effect `modify`, whose rule holds, wants to change; a stop with what its conflict effect says of it. */
export function wantedModification(
  assigned: Assigned,
  surroundings: Surroundings,
  expressions: readonly EvaluatedExpression[],
): Modification | { readonly stop: EvaluationStop; readonly denies: boolean } | undefined {
  const { details } = assigned.policy.plan;
  if (details?.kind !== 'modify') return undefined;
  const effect = evaluateValue(details.conflictEffect, {
    budget: newBudget(),
    place: (name) => (name === 'parameters' ? ([first]) => parameterOf(assigned, first) : undefined),
  });
  const denies = isStop(effect) || typeof effect !== 'string' || !/^(?:audit|disabled)$/i.test(effect);
  const changed = modifyResource(details, surroundings);
  return isStop(changed) ? { stop: changed, denies } : { assigned, changes: changed.changes, denies, expressions };
}

function parameterOf({ policy }: Assigned, name: Json | undefined): Json {
  return policy.parameters.get(typeof name === 'string' ? name.toLowerCase() : stringifyJson(name ?? null)) ?? null;
}

/** The wishes for each field, by its key. */
export function byField(all: readonly Modification[]): ReadonlyMap<string, readonly Modification[]> {
  const fields = new Map<string, Modification[]>();
  for (const one of all) {
    for (const field of new Set(one.changes.map((change) => fieldKey(change.field)))) {
      fields.set(field, [...(fields.get(field) ?? []), one]);
    }
  }
  return fields;
}

/** Those of the wishes for one field that are fulfilled, or those that deny each other (MO1). */
export function winnersOf(
  field: string,
  all: readonly Modification[],
): { readonly winners: readonly Modification[]; readonly conflicting: readonly Modification[] } {
  const strict = agree(field, all) ? all : all.filter(({ denies }) => denies);
  return agree(field, strict) ? { winners: strict.slice(0, 1), conflicting: [] } : { winners: [], conflicting: strict };
}

function agree(field: string, some: readonly Modification[]): boolean {
  const [first] = some;
  return first === undefined || some.every((one) => jsonEquals(shapeOf(one, field), shapeOf(first, field)));
}

/** What a modification does to one field. */
export function changesOf({ changes }: Modification, field: string): readonly Change[] {
  return changes.filter((change) => fieldKey(change.field) === field);
}

function shapeOf(one: Modification, field: string): Json {
  return changesOf(one, field).map(({ operation, value }) => [operation === 'remove', value ?? null]);
}
