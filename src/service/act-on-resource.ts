/**
 * POST actions on generic resources: recorded in the activity log and answered.
 *
 * Owns: the record. An action of a type nobody here owns has no further effect, as DESIGN says.
 */
import { resourcePlace } from '#inventory';
import { type JsonObject, orThrow, TocsinError } from '#foundation';
import { activityWrite, type Caller } from './record-activity.ts';
import { findResource } from './read-resource.ts';
import { resourceNotFound } from './resource-write.ts';
import type { Services } from './services.ts';

export interface ResourceAction {
  readonly caller: Caller;
  /** Id of the resource acted on. */
  readonly id: string;
  /** `restart`. */
  readonly action: string;
}

/** @returns the body to answer. @throws TocsinError `ResourceNotFound`. */
export async function actOnResource(services: Services, request: ResourceAction): Promise<JsonObject> {
  const place = orThrow(resourcePlace(request.id));
  if (findResource(services, place.id) === undefined) throw new TocsinError(resourceNotFound(place.id));
  const operation = `${place.type}/${request.action}/action`;
  await services.store.commit([
    activityWrite(services, request.caller, { operation, resourceId: place.id, httpMethod: 'POST' }),
  ]);
  return {};
}
