/**
 * Deletes a generic resource with everything below it.
 *
 * Owns: the cascade to children, extension resources and what is assessed of them. Does not own: groups (`delete-resource-group.ts`).
 */
import { embeddedChildOf, embeddedEntry, resourcePlace, withoutEmbeddedEntry } from '#inventory';
import { orThrow, TocsinError, type Write } from '#foundation';
import { inTurn } from './in-turn.ts';
import { checkPreconditions } from './preconditions.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { commitWithGone } from './remove-assessments.ts';
import type { Services } from './services.ts';

export interface Deletion {
  readonly caller: Caller;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @returns whether there was anything to delete. @throws TocsinError `PreconditionFailed`. */
export async function deleteResource(services: Services, request: Deletion): Promise<boolean> {
  const place = orThrow(resourcePlace(request.id));
  const child = embeddedChildOf(place.type);
  const { store } = services;
  if (child !== undefined && place.parentId !== undefined) {
    const parentId = place.parentId;
    return inTurn(store, parentId, async () => {
      const parent = store.resources.get(parentId);
      if (parent === undefined || embeddedEntry(parent.body, child, place.name) === undefined) return false;
      const body = withoutEmbeddedEntry(parent.body, child, place.name);
      const resource = { ...parent, body, etag: services.random.uuid(), changedTime: services.clock.now() };
      const activity = deleted(services, request, place.type, place.id);
      await commitWithGone(services, { ids: [place.id] }, [{ kind: 'putResource', resource }, activity]);
      return true;
    });
  }
  return inTurn(store, place.id, async () => {
    const found = store.resources.get(place.id);
    const refused = checkPreconditions(request.headers, found?.etag);
    if (refused !== undefined && found !== undefined) throw new TocsinError(refused);
    if (found === undefined) return false;
    const below = store.resources.list({ scope: found.id });
    const writes: Write[] = below.map(({ id }) => ({ kind: 'deleteResource', id }));
    const activity = deleted(services, request, found.type, found.id);
    await commitWithGone(services, { ids: [found.id] }, [...writes, activity]);
    return true;
  });
}

function deleted(services: Services, { caller }: Deletion, type: string, resourceId: string): Write {
  return activityWrite(services, caller, { operation: `${type}/delete`, resourceId });
}
