/**
 * The policy definitions that exist at the tenant from the start.
 *
 * Owns: finding them by name. Does not own: their texts (`built-in/`).
 */
import type { JsonObject } from '#foundation';
import { builtInDefinitions } from './built-in/definitions.ts';

export interface ShippedDefinition {
  readonly name: string;
  readonly properties: JsonObject;
}

const shipped: readonly ShippedDefinition[] = builtInDefinitions.toSorted((left, right) =>
  left.name < right.name ? -1 : 1,
);

const byName: ReadonlyMap<string, ShippedDefinition> = new Map(shipped.map((each) => [each.name.toLowerCase(), each]));

export function shippedDefinition(name: string): ShippedDefinition | undefined {
  return byName.get(name.toLowerCase());
}

/** Ordered by name. */
export function shippedDefinitions(): readonly ShippedDefinition[] {
  return shipped;
}
