/**
 * Definitions of functions whose answer depends on their arguments only.
 *
 * Owns: that shorthand.
 */
import type { FunctionDefinition } from './function.ts';

export function pure(definition: Omit<FunctionDefinition, 'pure'>): FunctionDefinition {
  return { ...definition, pure: true };
}
