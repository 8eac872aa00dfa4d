/**
 * Types of resources that promise an effect nobody here would bring about.
 *
 * Owns: which these are, and the refusal: kept as plain documents they would look as if they were in force.
 * Does not own: types with routes of their own.
 */
import { type Fault, fault } from '#foundation';

const policyType = /^microsoft\.policyinsights\//i;

/** `NotSupported` for a type that cannot be had; undefined for all others. */
export function unservedType(type: string): Fault | undefined {
  if (!policyType.test(type)) return undefined;
  return fault(
    'NotSupported',
    `A resource of type '${type}' cannot be created: the server itself makes them, or has none.`,
  );
}
