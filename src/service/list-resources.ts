/**
 * Which documents are resources in the sense of the resource lists.
 *
 * Owns: that test, and the list item's shape for `#api`.
 */
import type { ResourceDocument } from '#foundation';

export { knownTypes, resourceAnswer, resourceListItem } from '#inventory';

/** Tracked resources (they have a location), groups and subscriptions themselves excluded. */
export function isListedResource(document: ResourceDocument): boolean {
  if (document.location === undefined) return false;
  const namespace = document.type.slice(0, document.type.indexOf('/')).toLowerCase();
  return namespace !== 'microsoft.resources' && namespace !== 'microsoft.authorization';
}
