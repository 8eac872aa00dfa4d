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
 * X5. So is a lock without a level (`locks.ts`).
 */
import {
  embeddedChildOf,
  embeddedEntry,
  type EmbeddedChild,
  finishEntry,
  mergePatch,
  parseResourceInput,
  partialPuts,
  patchResource,
  resourceAnswer,
  type ResourceInput,
  resourcePlace,
  type ResourcePlace,
  virtualParents,
  withEmbeddedEntry,
} from '#inventory';
import {
  type Fault,
  fault,
  isFault,
  type JsonObject,
  orThrow,
  type ResourceDocument,
  TocsinError,
  type Write,
} from '#foundation';
import { isVaultPolicyChange, putVaultPolicies } from './effects/vault-policies.ts';
import { inTurn } from './in-turn.ts';
import { checkLock, lockType } from './locks.ts';
import { checkPreconditions } from './preconditions.ts';
import { activityWrite } from './record-activity.ts';
import { initialBody } from './read-resource.ts';
import type { ResourceRequest, ResourceResult } from './resource-request.ts';
import { changeWrites } from './resource-changes.ts';
import { resourceDocument, resourceNotFound } from './resource-write.ts';
import type { Services } from './services.ts';
import { unservedType } from './unserved-types.ts';

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
  const inParent = embeddedChildOf(place.type) !== undefined || isVaultPolicyChange(place.type);
  const changed = inParent ? (place.parentId ?? place.id) : place.id;
  return inTurn(services.store, changed, () => change(services, request, place, input));
}

const putNow: Change = async (services, request, place, input) => {
  if (isVaultPolicyChange(place.type)) return putVaultPolicies(services, request, place);
  const embedded = embeddedChildOf(place.type);
  if (embedded !== undefined && place.parentId !== undefined) {
    return putEmbedded(services, request, place, embedded, () => ({ ...input.body, ...locationOf(input) }));
  }
  const existing = services.store.resources.get(place.id);
  const refused = checkContainers(services, place) ?? checkChange(request, input, existing);
  if (refused !== undefined) throw new TocsinError(refused);
  const location = input.location ?? existing?.location;
  const isPartial = existing !== undefined && partialPuts.has(place.type.toLowerCase());
  const body = isPartial ? (mergePatch(existing.body, input.body) as JsonObject) : input.body;
  checkKind(place, body);
  const document = orThrow(resourceDocument(services, { place, location, body, existing }));
  await services.store.commit([...writesOf(services, request, document, existing)]);
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
  const current = existing?.body ?? initialBody(services, place);
  if (current === undefined) throw new TocsinError(resourceNotFound(place.id));
  const refused = checkChange(request, input, existing);
  if (refused !== undefined) throw new TocsinError(refused);
  const body = patchResource(current, input.body);
  checkKind(place, body);
  const document = orThrow(resourceDocument(services, { place, location: existing?.location, body, existing }));
  await services.store.commit([...writesOf(services, request, document, existing)]);
  return { created: false, answer: resourceAnswer(document), etag: document.etag };
};

/** X5. */
function checkKind(place: ResourcePlace, body: JsonObject): void {
  const refused = place.type.toLowerCase() === lockType.toLowerCase() ? checkLock(body) : undefined;
  if (refused !== undefined) throw new TocsinError(refused);
}

function writesOf(
  services: Services,
  request: ResourceRequest,
  resource: ResourceDocument,
  before: ResourceDocument | undefined,
): readonly Write[] {
  return [
    { kind: 'putResource', resource },
    ...changeWrites(services, request.caller, before, resource),
    activityWrite(services, request.caller, { operation: `${resource.type}/write`, resourceId: resource.id }),
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
  let at = place.parentId;
  while (at !== undefined && resources.get(at) === undefined) {
    const parent = resourcePlace(at);
    if (isFault(parent) || !existsWithItsParent(parent)) return parentNotFound(at);
    at = parent.parentId;
  }
  return undefined;
}

/** A singleton (`…/blobServices/default`), or a parent that is never stored (`…/locations/westeurope`). */
function existsWithItsParent({ name, type }: ResourcePlace): boolean {
  return /^(?:default|current)$/i.test(name) || virtualParents.has(type.toLowerCase());
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
    ...changeWrites(services, request.caller, parent, changed),
    activityWrite(services, request.caller, { operation: `${place.type}/write`, resourceId: place.id }),
  ]);
  return { created: current === undefined, answer: entry, etag };
}
