/**
 * Variables of a run: reading, replacing, appending.
 *
 * Owns: how they are kept. Does not own: the actions that change them (`actions/change-variable.ts`), type rules.
 * Source: engine reference 3.6.
 *
 * Invariants
 * VA1. Every operation is atomic: a step works alone on its run.
 * VA2. An array that an expression may have handed out is copied before it is appended to; otherwise appending costs the
 *      item only, so that a loop of n appends costs n.
 */
import { isJsonArray, type Json } from '#foundation';
import type { VariableType } from '#workflow';
import type { VariableView } from './kind.ts';
import type { Variable } from './state.ts';
import type { Turn } from './turn.ts';

function find(turn: Turn, name: string): Variable | undefined {
  const number = turn.program.variables.get(name.toLowerCase());
  return number === undefined ? undefined : (turn.state.variables[number] ?? undefined);
}

/** The variable as it stands. The value must not outlive the action: appending may change it. */
export function readVariable(turn: Turn, name: string): VariableView | undefined {
  return find(turn, name);
}

export function writeVariable(turn: Turn, name: string, type: VariableType, value: Json): void {
  const number = turn.program.variables.get(name.toLowerCase());
  if (number === undefined) return;
  const { variables } = turn.state;
  while (variables.length <= number) variables.push(null);
  // The array given may be a constant of the plan or another action's output: never append to it in place.
  const shared = isJsonArray(value) ? { shared: true } : {};
  variables[number] = { type, value, size: -1, ...shared };
}

/** Appends an item to an array, or a text to a string. False, with nothing changed, when it would be too large. */
export function appendToVariable(turn: Turn, name: string, addition: Json): boolean {
  const variable = find(turn, name);
  if (variable === undefined) return true;
  const limit = turn.settings.variableText;
  if (variable.size < 0) variable.size = textSize(variable.value, limit);
  const added = textSize(addition, limit);
  if (variable.size + added > limit) return false;
  variable.size += added + 1;
  if (!isJsonArray(variable.value)) {
    const text = typeof variable.value === 'string' ? variable.value : '';
    variable.value = text + (typeof addition === 'string' ? addition : '');
    return true;
  }
  if (variable.shared === true) {
    variable.value = variable.value.slice();
    delete variable.shared;
  }
  (variable.value as Json[]).push(addition);
  return true;
}

/** Characters of a value's compact JSON, nearly: escapes are not counted. Stops counting once beyond `limit`. */
export function textSize(value: Json, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  let size = 2;
  if (isJsonArray(value)) {
    for (const item of value) {
      size += textSize(item, limit) + 1;
      if (size > limit) break;
    }
    return size;
  }
  for (const [name, member] of Object.entries(value)) {
    size += name.length + 4 + textSize(member as Json, limit);
    if (size > limit) break;
  }
  return size;
}
