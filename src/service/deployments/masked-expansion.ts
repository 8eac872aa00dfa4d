/**
 * A template expanded with its secure parameters masked: what may be shown of what is deployed.
 *
 * Source: template reference 6, 16.
 *
 * Invariants
 * ME1. A secure value, or what is computed from one, is never in it.
 */
import { isFault, isJsonArray, isJsonObject, type Json } from '#foundation';
import { type DeploymentPlace, type ExpandedTemplate, expandWithValues, type TemplateOutline } from '#templates';

/** What stands for a secure value. */
export const secureMask = '*******';

/** Undefined where the template does not stand the mask: a name or a count depends on a secure value. */
export function maskedExpansion(
  outline: TemplateOutline,
  place: DeploymentPlace,
  expanded: ExpandedTemplate,
  hidden: ReadonlySet<string>,
): ExpandedTemplate | undefined {
  const isSecure = (key: string): boolean =>
    hidden.has(key) || outline.parameters.get(key)?.type.startsWith('secure') === true;
  if (![...expanded.parameters.keys()].some(isSecure)) return expanded;
  const values = new Map(
    [...expanded.parameters].map(([key, value]) => [key, isSecure(key) ? masked(value) : value] as const),
  );
  const made = expandWithValues(outline, place, values);
  if (isFault(made) || made.resources.length !== expanded.resources.length) return undefined;
  return made.resources.every(({ id }, index) => id === expanded.resources[index]?.id) ? made : undefined;
}

function masked(value: Json): Json {
  if (isJsonArray(value)) return value.map(masked);
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
  return value === null ? null : secureMask;
}

/** Whether a value holds something masked. */
export function isMasked(value: Json): boolean {
  return typeof value === 'string' && value.includes(secureMask);
}
