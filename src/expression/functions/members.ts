/**
 * Building objects member by member.
 *
 * Owns: copying and setting members whose names users choose (`__proto__` included).
 */
import { type Json, setMember } from '#foundation';
import type { ObjectValue, Value } from '../values.ts';

export type MutableObject = { [name: string]: Value };

export function setOwn(target: MutableObject, name: string, value: Value): void {
  // Decimals and XML may stand in objects while an expression is evaluated; to `setMember` they are values like others.
  setMember(target as { [name: string]: Json }, name, value as Json);
}

/** Copies all members of `source` into `target`, later ones over earlier ones. */
export function copyObject(source: ObjectValue, target: MutableObject): MutableObject {
  for (const name of Object.keys(source)) setOwn(target, name, source[name] as Value);
  return target;
}
