/**
 * Creates or replaces a generic resource, or patches one.
 *
 * Owns: parents, location and etag rules, embedded children. Does not own: types with routes of their own.
 *
 * Invariants
 * X1. A resource exists only below existing containers: group, parent resource, extended resource.
 * X2. A refused request changes nothing; an accepted one is one commit with its activity entry.
 * X3. Changes of one document happen in turn, so two children put at once both stay.
 * X4. What would only look as if it were in force is refused (`unserved-types.ts`).
 */
import {
  embeddedChildOf,
  embeddedEntry,
  type EmbeddedChild,
  finishEntry,
  parseResourceInput,
  patchResource,
  resourceAnswer,
  type ResourceInput,
  resourcePlace,
  type ResourcePlace,
  withEmbeddedEntry,
} from '#inventory';
import {
  type Fault,
  fault,
  isFault,
  type Json,
  type JsonObject,
  orThrow,
  type ResourceDocument,
  TocsinError,
  type Write,
} from '#foundation';
import { inTurn } from './in-turn.ts';
import { checkPreconditions } from './preconditions.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { resourceDocument, resourceNotFound } from './resource-write.ts';
import type { Services } from './services.ts';
import { unservedType } from './unserved-types.ts';

export interface ResourceRequest {
  readonly caller: Caller;
  /** Full id from the path. */
  readonly id: string;
  readonly body: Json | undefined;
  /** For `If-Match`; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ResourceResult {
  readonly created: boolean;
  readonly answer: JsonObject;
  readonly etag: string;
}

/** PUT of a generic resource. @throws TocsinError as X1, `NotSupported`, `InvalidResourceLocation`, `PreconditionFailed`. */
export function putResource(services: Services, request: ResourceRequest): Promise<ResourceResult> {
  return changeInTurn(services, request, putNow);
}

/** PATCH of a generic resource: merge patch, tags as a whole. @throws TocsinError `ResourceNotFound` and as `putResource`. */
export function changeResource(services: Services, request: ResourceRequest): Promise<ResourceResult> {
  return changeInTurn(services, request, changeNow);
}

type Change = (
  services: Services,
  request: ResourceRequest,
  place: ResourcePlace,
  input: ResourceInput,
) => Promise<ResourceResult>;

/** X3: the document that changes, the parent's for an embedded child, is read and written in turn. */
async function changeInTurn(services: Services, request: ResourceRequest, change: Change): Promise<ResourceResult> {
  const place = placeBelowStored(services, orThrow(resourcePlace(request.id)));
  const refused = unservedType(place.type);
  if (refused !== undefined) throw new TocsinError(refused);
  const input = orThrow(parseResourceInput(request.body));
  const changed = embeddedChildOf(place.type) === undefined ? place.id : (place.parentId ?? place.id);
  return inTurn(services.store, changed, () => change(services, request, place, input));
}

const putNow: Change = async (services, request, place, input) => {
  const embedded = embeddedChildOf(place.type);
  if (embedded !== undefined && place.parentId !== undefined) {
    return putEmbedded(services, request, place, embedded, () => ({ ...input.body, ...locationOf(input) }));
  }
  const existing = services.store.resources.get(place.id);
  const refused = checkContainers(services, place) ?? checkChange(request, input, existing);
  if (refused !== undefined) throw new TocsinError(refused);
  const location = input.location ?? existing?.location;
  const document = orThrow(resourceDocument(services, { place, location, body: input.body, existing }));
  await services.store.commit([...writesOf(services, request, document, 'write')]);
  return { created: existing === undefined, answer: resourceAnswer(document), etag: document.etag };
};

const changeNow: Change = async (services, request, place, input) => {
  const embedded = embeddedChildOf(place.type);
  if (embedded !== undefined && place.parentId !== undefined) {
    return putEmbedded(services, request, place, embedded, (current) => {
      if (current === undefined) throw new TocsinError(resourceNotFound(place.id));
      return patchResource(current, input.body);
    });
  }
  const existing = services.store.resources.get(place.id);
  if (existing === undefined) throw new TocsinError(resourceNotFound(place.id));
  const refused = checkChange(request, input, existing);
  if (refused !== undefined) throw new TocsinError(refused);
  const body = patchResource(existing.body, input.body);
  const document = orThrow(resourceDocument(services, { place, location: existing.location, body, existing }));
  await services.store.commit([...writesOf(services, request, document, 'write')]);
  return { created: false, answer: resourceAnswer(document), etag: document.etag };
};

function writesOf(
  services: Services,
  request: ResourceRequest,
  resource: ResourceDocument,
  verb: string,
): readonly Write[] {
  return [
    { kind: 'putResource', resource },
    activityWrite(services, request.caller, { operation: `${resource.type}/${verb}`, resourceId: resource.id }),
  ];
}

/** The place with the ids of stored containers in their stored case. */
function placeBelowStored(services: Services, place: ResourcePlace): ResourcePlace {
  const container = services.store.resources.get(place.containerId);
  if (container === undefined || container.id === place.containerId) return place;
  const id = `${container.id}${place.id.slice(place.containerId.length)}`;
  return {
    ...place,
    id,
    containerId: container.id,
    ...(place.parentId === undefined ? {} : { parentId: container.id }),
    ...(container.resourceGroup === undefined ? {} : { resourceGroup: container.resourceGroup }),
  };
}

/** X1 beyond subscription and group, which the router has checked. */
function checkContainers(services: Services, place: ResourcePlace): Fault | undefined {
  const { resources } = services.store;
  if (place.extendedId !== undefined && resources.get(place.extendedId) === undefined) {
    return resourceNotFound(place.extendedId);
  }
  if (place.parentId === undefined || resources.get(place.parentId) !== undefined) return undefined;
  // A singleton between (`…/blobServices/default`) exists with its own parent.
  const parent = resourcePlace(place.parentId);
  if (!isFault(parent) && isSingleton(parent.name) && parent.parentId !== undefined) {
    return resources.get(parent.parentId) === undefined ? parentNotFound(parent.parentId) : undefined;
  }
  return parentNotFound(place.parentId);
}

function isSingleton(name: string): boolean {
  return /^(?:default|current)$/i.test(name);
}

function parentNotFound(id: string): Fault {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return fault(
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of a nested type, because the parent resource '${id}' could not be found. ` +
      `Parent resource '${name}' not found.`,
  );
}

function checkChange(
  request: ResourceRequest,
  input: ResourceInput,
  existing: ResourceDocument | undefined,
): Fault | undefined {
  const refused = checkPreconditions(request.headers, existing?.etag);
  if (refused !== undefined || existing === undefined) return refused;
  if (input.location === undefined || existing.location === undefined || input.location === existing.location) {
    return undefined;
  }
  const group = existing.resourceGroup ?? '';
  return fault(
    'InvalidResourceLocation',
    `The resource '${existing.name}' already exists in location '${existing.location}' in resource group '${group}'. A ` +
      `resource with the same name cannot be created in location '${input.location}'. Please select a new resource name.`,
  );
}

function locationOf(input: ResourceInput): JsonObject {
  return input.location === undefined ? {} : { location: input.location };
}

/** PUT or PATCH of a child that lives in its parent's document. */
async function putEmbedded(
  services: Services,
  request: ResourceRequest,
  place: ResourcePlace,
  child: EmbeddedChild,
  next: (current: JsonObject | undefined) => JsonObject,
): Promise<ResourceResult> {
  const parent = services.store.resources.get(place.parentId ?? '');
  if (parent === undefined) throw new TocsinError(parentNotFound(place.parentId ?? ''));
  const refused = checkPreconditions(request.headers, parent.etag);
  if (refused !== undefined) throw new TocsinError(refused);
  const current = embeddedEntry(parent.body, child, place.name);
  const etag = services.random.uuid();
  const entry = finishEntry({ ...next(current), name: current?.['name'] ?? place.name }, child, parent.id, etag);
  const body = orThrow(withEmbeddedEntry(parent.body, child, entry));
  const changed: ResourceDocument = { ...parent, body, etag, changedTime: services.clock.now() };
  await services.store.commit([
    { kind: 'putResource', resource: changed },
    activityWrite(services, request.caller, { operation: `${place.type}/write`, resourceId: place.id }),
  ]);
  return { created: current === undefined, answer: entry, etag };
}
