/**
 * POST actions on generic resources: recorded in the activity log and answered.
 *
 * Owns: the record, and keys for the actions that list them. Any other action of a type nobody here owns has no further
 * effect, as DESIGN says.
 *
 * Invariants
 * AR1. A resource's keys are its own, the same every time it is asked, and open nothing: no such service runs here.
 */
import { keyListOf, resourcePlace } from '#inventory';
import { armIdKey, type JsonObject, orThrow, TocsinError } from '#foundation';
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

/** An action of a provider at a scope, not of a resource: `…/providers/Microsoft.X/findSomething`. It finds nothing. */
export async function actOnProvider(
  services: Services,
  request: { readonly caller: Caller; readonly scope: string; readonly operation: string },
): Promise<JsonObject> {
  const { caller, scope, operation } = request;
  await services.store.commit([activityWrite(services, caller, { operation, resourceId: scope, httpMethod: 'POST' })]);
  return { value: [] };
}

/** @returns the body to answer. @throws TocsinError `ResourceNotFound`. */
export async function actOnResource(services: Services, request: ResourceAction): Promise<JsonObject> {
  const place = orThrow(resourcePlace(request.id));
  if (findResource(services, place.id) === undefined) throw new TocsinError(resourceNotFound(place.id));
  const operation = `${place.type}/${request.action}/action`;
  await services.store.commit([
    activityWrite(services, request.caller, { operation, resourceId: place.id, httpMethod: 'POST' }),
  ]);
  return keyListOf(place.type, request.action, place.id, (word) => keyOf(services, place.id, word)) ?? {};
}

function keyOf(services: Services, id: string, word: string): string {
  const digest = services.secrets.digest(`${armIdKey(id)}#${word}`);
  return Buffer.from(digest, 'hex').toString('base64');
}
