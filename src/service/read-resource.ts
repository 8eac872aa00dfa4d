/**
 * Reads generic resources: one by id, lists by type, and the resource lists of subscriptions and groups.
 *
 * Owns: look-up with embedded and initial children, filters and order of lists.
 * Does not own: types with routes of their own (their documents appear in resource lists only).
 */
import {
  embeddedChildOf,
  embeddedEntries,
  embeddedEntry,
  initialChild,
  instanceView,
  listAliases,
  resourceAnswer,
  resourcePlace,
  type ResourcePlace,
  resourcePlaceOrNothing,
  virtualParents,
} from '#inventory';
import {
  armIdKey,
  isJsonObject,
  type JsonObject,
  memberOf,
  orThrow,
  type ResourceDocument,
  type ResourceQuery,
  type ResourceReader,
  TocsinError,
} from '#foundation';
import { malwareScanAnswer, scanType } from './effects/malware-scans.ts';
import { resourceNotFound, uuidOf } from './resource-write.ts';
import type { Services } from './services.ts';

export interface FoundResource {
  readonly answer: JsonObject;
  readonly etag: string;
}

/** GET of a generic resource. @throws TocsinError `ResourceNotFound`. */
export function readResource(services: Services, id: string): FoundResource {
  const found = findResource(services, id);
  if (found === undefined) throw new TocsinError(resourceNotFound(id));
  return found;
}

/** The same, undefined when it does not exist. @throws TocsinError for what is no id. */
export function findResource(services: Services, id: string): FoundResource | undefined {
  const place = orThrow(resourcePlace(id));
  const stored = services.store.resources.get(place.id);
  if (stored !== undefined) return { answer: answerOf(services, stored), etag: stored.etag };
  return findEmbedded(services, place) ?? findInitial(services, place);
}

function answerOf(services: Services, document: ResourceDocument): JsonObject {
  return document.type.toLowerCase() === scanType ? malwareScanAnswer(services, document) : resourceAnswer(document);
}

/** `…/virtualMachines/{name}/instanceView`: what a machine is doing; undefined for all other paths. */
export function readInstanceView(services: Services, id: string): JsonObject | undefined {
  const machine = /^(.*\/providers\/Microsoft\.Compute\/virtualMachines\/[^/]+)\/instanceView$/i.exec(id)?.[1];
  if (machine === undefined) return undefined;
  const document = services.store.resources.get(machine);
  if (document === undefined) throw new TocsinError(resourceNotFound(machine));
  return instanceView(document);
}

/** The same as a member of the machine, for `$expand=instanceView`. */
export function withInstanceView(services: Services, id: string, answer: JsonObject): JsonObject {
  const document = services.store.resources.get(id);
  if (document?.type.toLowerCase() !== 'microsoft.compute/virtualmachines') return answer;
  const properties = memberOf(answer, 'properties');
  return {
    ...answer,
    properties: { ...(isJsonObject(properties) ? properties : {}), instanceView: instanceView(document) },
  };
}

/** What a singleton child says before anybody put it; undefined where there is none, or its parent is not there. */
export function initialBody(services: Services, place: ResourcePlace): JsonObject | undefined {
  return findInitial(services, place) === undefined ? undefined : initialChild(place.type, place.name);
}

function findEmbedded(services: Services, place: ResourcePlace): FoundResource | undefined {
  const child = embeddedChildOf(place.type);
  const parent = child === undefined ? undefined : services.store.resources.get(place.parentId ?? '');
  if (child === undefined || parent === undefined) return undefined;
  const entry = embeddedEntry(parent.body, child, place.name);
  return entry === undefined ? undefined : { answer: entry, etag: parent.etag };
}

/** Singletons that Azure answers before anybody put them, below an existing resource. */
function findInitial(services: Services, place: ResourcePlace): FoundResource | undefined {
  const initial = initialChild(place.type, place.name);
  if (initial === undefined) return undefined;
  let owner = place.parentId ?? place.extendedId;
  while (owner !== undefined) {
    if (services.store.resources.get(owner) !== undefined) {
      return { answer: { id: place.id, name: place.name, type: place.type, ...initial }, etag: uuidOf(place.id) };
    }
    owner = resourcePlaceOrNothing(owner)?.parentId;
  }
  return undefined;
}

/** Up to `count` documents behind `after` (an id key) that fit the query and the test, in order of id. */
export function matchingResources(
  resources: ResourceReader,
  query: ResourceQuery,
  test: (document: ResourceDocument) => boolean,
  count: number,
  after?: string,
): readonly ResourceDocument[] {
  const found: ResourceDocument[] = [];
  let position = after;
  const step = Math.max(count, 200);
  for (;;) {
    const batch = resources.list({ ...query, top: step, ...(position === undefined ? {} : { after: position }) });
    for (const document of batch) {
      if (test(document)) found.push(document);
      if (found.length === count) return found;
    }
    const last = batch.at(-1);
    if (last === undefined || batch.length < step) return found;
    position = armIdKey(last.id);
  }
}

/** What a list of generic resources of one type is asked for. */
export interface TypeList {
  /** `/subscriptions/{s}`, `/subscriptions/{s}/resourceGroups/{g}`, a resource, or empty. */
  readonly scope: string;
  readonly namespace: string;
  /** Type path with names in between, as in the request: `servers/s1/databases`. */
  readonly typePath: string;
}

export type ListSource =
  | { readonly kind: 'embedded'; readonly entries: readonly JsonObject[] }
  | {
      readonly kind: 'stored';
      readonly query: ResourceQuery;
      readonly test: (document: ResourceDocument) => boolean;
    };

/** Where the items of a list are. @throws TocsinError when the parent of a child list does not exist. */
export function listSource(services: Services, list: TypeList): ListSource {
  const segments = list.typePath.split('/');
  const types = segments.filter((_, index) => index % 2 === 0);
  const type = [list.namespace, ...types].join('/');
  const names = segments.length - 1;
  if (names === 0) {
    const own = `/providers/${list.namespace}/`.toLowerCase();
    const scope = armIdKey(list.scope);
    const isContainer = /^(?:\/|\/subscriptions\/[^/]+(?:\/resourcegroups\/[^/]+)?)$/.test(scope);
    // At a resource, extension resources of exactly that resource; at a container, everything below of that type.
    const test = isContainer
      ? () => true
      : (document: ResourceDocument) => armIdKey(document.id).startsWith(`${scope}${own}`);
    const shown = listAliases[type.toLowerCase()] ?? type;
    return { kind: 'stored', query: { type: shown, ...(scope === '/' ? {} : { scope }) }, test };
  }
  const parentId = `${list.scope}/providers/${list.namespace}/${segments.slice(0, -1).join('/')}`;
  const parent = services.store.resources.get(parentId);
  const child = embeddedChildOf(type);
  if (parent === undefined) {
    const place = resourcePlaceOrNothing(parentId);
    if (place === undefined || !virtualParents.has(place.type.toLowerCase())) {
      throw new TocsinError(resourceNotFound(parentId));
    }
    return { kind: 'stored', query: { type, scope: place.id }, test: () => true };
  }
  if (child !== undefined) return { kind: 'embedded', entries: embeddedEntries(parent.body, child) };
  return {
    kind: 'stored',
    query: { type: listAliases[type.toLowerCase()] ?? type, scope: parent.id },
    test: () => true,
  };
}
