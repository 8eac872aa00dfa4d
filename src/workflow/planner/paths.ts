/**
 * Places in a definition: member names and indexes, their text, and where they stand in the compact JSON.
 *
 * Owns: the target of a fault, the column in its message, and the bound on depth.
 */
import { isJsonArray, isJsonObject, type Json, JsonNumber } from '#foundation';
import { stepsText } from '../schema/place.ts';

/** From the definition inwards. */
export type Steps = readonly (string | number)[];

/** `actions.Send.inputs`, `actions['a b'].foreach`. */
export function pathText(steps: Steps): string {
  return stepsText(steps);
}

/** The column, from 1, at which the value at `steps` begins in the definition's compact text. */
export function columnOf(definition: Json, steps: Steps): number {
  let column = 1;
  let at = definition;
  for (const step of steps) {
    const found = membersBefore(at, step);
    if (found === undefined) return column;
    column += found.length;
    at = found.value;
  }
  return column;
}

function membersBefore(json: Json, step: string | number): { length: number; value: Json } | undefined {
  let length = 1;
  if (isJsonArray(json)) {
    const value = typeof step === 'number' ? json[step] : undefined;
    if (value === undefined) return undefined;
    for (const item of json.slice(0, Number(step))) length += JSON.stringify(item).length + 1;
    return { length, value };
  }
  if (!isJsonObject(json)) return undefined;
  for (const [name, value] of Object.entries(json)) {
    length += JSON.stringify(name).length + 1;
    if (name === step) return { length, value };
    length += JSON.stringify(value).length + 1;
  }
  return undefined;
}

/** Whether arrays and objects nest deeper than `limit`; walks without recursion. */
export function isDeeperThan(json: Json, limit: number): boolean {
  let level: readonly Json[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: Json[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null || value instanceof JsonNumber) continue;
      if (depth >= limit) return true;
      for (const item of isJsonArray(value) ? value : Object.values(value)) next.push(item);
    }
    level = next;
  }
  return false;
}
