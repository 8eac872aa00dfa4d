/**
 * Stubs: resources that a detector named and nobody described.
 *
 * Owns: the documents of an unknown resource, its parents and its group, as writes for the caller's own commit.
 *
 * Invariants
 * U1. What exists is left alone; a stub is complete enough for the playbooks that read it (type defaults, tags, location).
 */
import { resourcePlaceOrNothing, stubDefaultsOf, withDefaults } from '#inventory';
import { isFault, type JsonObject, parseArmId, type ResourceDocument, type Write } from '#foundation';
import { newGroupDocument } from './resource-group-document.ts';
import { defaultsContext, resourceDocument } from './resource-write.ts';
import type { Services } from './services.ts';

/** Location of what is created for a detector. */
export const stubLocation = 'westeurope';

/**
 * The writes that make a named resource exist, outermost container first; none when it exists, when its subscription does
 * not, or when the text is no resource id.
 */
export function stubWrites(services: Services, resourceId: string): readonly Write[] {
  const { resources } = services.store;
  const id = parseArmId(resourceId);
  if (id?.subscriptionId === undefined || resources.get(resourceId) !== undefined) return [];
  if (resources.get(`/subscriptions/${id.subscriptionId}`) === undefined) return [];
  const writes: Write[] = [];
  const group = id.resourceGroup === undefined ? undefined : groupStub(services, id.subscriptionId, id.resourceGroup);
  if (group?.created === true) writes.push({ kind: 'putResource', resource: group.document });
  for (const ancestor of ancestors(resourceId)) {
    if (resources.get(ancestor) !== undefined) continue;
    const document = stubDocument(services, ancestor, group?.document.location ?? stubLocation);
    if (document !== undefined) writes.push({ kind: 'putResource', resource: document });
  }
  return writes;
}

function groupStub(
  services: Services,
  subscriptionId: string,
  name: string,
): { readonly document: ResourceDocument; readonly created: boolean } {
  const found = services.store.resources.get(`/subscriptions/${subscriptionId}/resourceGroups/${name}`);
  if (found !== undefined) return { document: found, created: false };
  return { document: newGroupDocument(services, { subscriptionId, name, location: stubLocation }), created: true };
}

/** The ids from the outermost resource to the resource itself; containers of other kinds are not among them. */
function ancestors(resourceId: string): readonly string[] {
  const ids: string[] = [];
  let at: string | undefined = resourceId;
  while (at !== undefined && ids.length < 16) {
    const place = resourcePlaceOrNothing(at);
    if (place === undefined) break;
    ids.unshift(place.id);
    at = place.parentId ?? place.extendedId;
  }
  return ids;
}

function stubDocument(services: Services, id: string, location: string): ResourceDocument | undefined {
  const place = resourcePlaceOrNothing(id);
  if (place === undefined) return undefined;
  const defaults = stubDefaultsOf(place.type, defaultsContext(services, place, location));
  const body = withDefaults({ tags: {} }, defaults) as JsonObject;
  const document = resourceDocument(services, { place, location, body, existing: undefined });
  return isFault(document) ? undefined : document;
}
