/**
 * What must be kept or hidden because of who reads it.
 *
 * Owns: reads from outside a loop, reads by `result()`, and the spreading of secure data.
 * Source: engine reference 5.6, 7.
 */
import type { ActionPlan, SecureData, WorkflowPlan } from '../plan.ts';
import { templatesOf } from './references.ts';

type Actions = WorkflowPlan['actions'];

/** Actions inside a loop that something outside that loop reads; lower-case names. */
export function readFromOutsideLoop(actions: Actions, others: readonly ActionPlan[] = []): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const reader of [...actions.values(), ...others]) {
    for (const planned of templatesOf(reader)) {
      for (const { name, target } of planned.references) {
        const read = name === undefined || target !== 'action' ? undefined : actions.get(name.toLowerCase());
        if (read?.loops.some((loop) => !reader.loops.includes(loop)) === true) kept.add(read.key);
      }
    }
  }
  return kept;
}

/** Containers that some `result('X')` reads; lower-case names. */
export function readAsResult(actions: Actions): ReadonlySet<string> {
  const read = new Set<string>();
  for (const reader of actions.values()) {
    for (const planned of templatesOf(reader)) {
      for (const { name, target } of planned.references) {
        if (target === 'scope' && name !== undefined) read.add(name.toLowerCase());
      }
    }
  }
  return read;
}

const passing = new Set(['compose', 'parseJson', 'response']);

/** The actions with what they hide because of what they read (engine reference 7). */
export function spreadSecureData(actions: Actions, triggerHides: boolean): ReadonlyMap<string, SecureData> {
  const inherited = new Map<string, SecureData>();
  for (const action of actions.values()) {
    const hides = templatesOf(action).some((planned) =>
      planned.references.some(({ name, target }) => {
        if (target === 'trigger') return triggerHides;
        const read = name === undefined || target !== 'action' ? undefined : actions.get(name.toLowerCase());
        return read !== undefined && (read.secure.outputs || read.secure.inputs);
      }),
    );
    if (hides) inherited.set(action.key, { inputs: true, outputs: passing.has(action.kind) });
    else if (passing.has(action.kind) && action.secure.inputs)
      inherited.set(action.key, { inputs: true, outputs: true });
  }
  return inherited;
}
