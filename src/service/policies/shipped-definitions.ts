/**
 * The policy definitions that exist at the tenant from the start.
 *
 * Owns: finding them by name. Does not own: their texts.
 */
import type { JsonObject } from '#foundation';

export interface ShippedDefinition {
  readonly name: string;
  readonly properties: JsonObject;
}

const shipped: readonly ShippedDefinition[] = [];

const byName: ReadonlyMap<string, ShippedDefinition> = new Map(shipped.map((each) => [each.name.toLowerCase(), each]));

export function shippedDefinition(name: string): ShippedDefinition | undefined {
  return byName.get(name.toLowerCase());
}
