/**
 * Finds what the caller may read by a part of its name, for the one search box.
 *
 * Owns: what is looked through, and the order of what is found. Source: own API reference, search; portal reference 2.6.
 *
 * Invariants
 * SR1. Nothing is told of what the caller may not read, its existence included.
 * SR2. One search looks at no more than 5,000 resources whose names fit; a search that stopped there says so.
 */
import { armIdKey, type JsonObject, parseArmId, raise, type ResourceEntry } from '#foundation';
import { findEventById, findAlert, type StoredEvent } from './event-documents.ts';
import type { Viewer } from './overview/viewer.ts';
import { subscriptionType } from './seed-tenant.ts';
import type { Services } from './services.ts';

export interface SearchResult {
  readonly found: readonly JsonObject[];
  /** Whether all that fits was looked at. */
  readonly exact: boolean;
}

const leastLetters = 2;
const mostLetters = 2_000;
const mostLooked = 5_000;
const sliceSize = 500;

/** Resources whose names contain `text`, the best first, else the alert of that `SystemAlertId`; an id finds what it names. */
export function search(services: Services, viewer: Viewer, text: string, count: number): SearchResult {
  const wanted = text.trim();
  if (wanted.length < leastLetters || wanted.length > mostLetters) {
    raise('InvalidParameter', `'q' has ${leastLetters} to ${mostLetters} characters.`, { target: 'q' });
  }
  if (wanted.startsWith('/')) return { found: byId(services, viewer, wanted), exact: true };
  const named = byName(services, viewer, wanted, count);
  // Asked last: it takes a look into each subscription.
  return named.found.length > 0 ? named : { ...named, found: alertNamed(services, viewer, wanted) };
}

function byId({ store }: Services, viewer: Viewer, id: string): readonly JsonObject[] {
  const resource = store.resources.get(id);
  if (resource !== undefined) return seen(viewer, resource) ? [entryOf(resource)] : [];
  const event = findEventById({ store }, id);
  if (event !== undefined) return eventEntries(viewer, event);
  const run = store.history.run(armIdKey(id));
  const type = 'Microsoft.Logic/workflows/runs';
  if (run === undefined || !viewer.sees(`${type}/read`, id)) return [];
  return [{ id, name: run.name, type }];
}

/** An alert's name is its `SystemAlertId`, which says nothing of its subscription. */
function alertNamed({ store }: Services, viewer: Viewer, name: string): readonly JsonObject[] {
  for (const { id } of store.resources.entries({ type: subscriptionType })) {
    const subscriptionId = parseArmId(id)?.subscriptionId ?? '';
    const alert = findAlert({ store }, subscriptionId, name);
    const entries = alert === undefined ? [] : eventEntries(viewer, alert);
    if (entries.length > 0) return entries;
  }
  return [];
}

function eventEntries(viewer: Viewer, { id, name }: StoredEvent): readonly JsonObject[] {
  const type = parseArmId(id)?.type ?? '';
  // Alerts are read by the type without their location.
  const action = `${type.replace(/\/locations\/alerts$/i, '/alerts')}/read`;
  return viewer.sees(action, id) ? [{ id, name, type }] : [];
}

function byName({ store }: Services, viewer: Viewer, named: string, count: number): SearchResult {
  const found: ResourceEntry[] = [];
  let looked = 0;
  for (let after: string | undefined; ; ) {
    const slice = store.resources.entries({ named, top: sliceSize, ...(after === undefined ? {} : { after }) });
    found.push(...slice.filter((resource) => seen(viewer, resource)));
    looked += slice.length;
    const last = slice.at(-1);
    if (last === undefined || slice.length < sliceSize || looked >= mostLooked) break;
    after = armIdKey(last.id);
  }
  const wanted = named.toLowerCase();
  const best = found.toSorted((left, right) => rank(left, wanted) - rank(right, wanted)).slice(0, count);
  return { found: best.map(entryOf), exact: looked < mostLooked };
}

const seen = (viewer: Viewer, { id, type }: ResourceEntry): boolean => viewer.sees(`${type}/read`, id);

/** The same name first, then names that begin so; otherwise by id, as the store lists them. */
function rank({ name }: ResourceEntry, wanted: string): number {
  const key = name.toLowerCase();
  if (key === wanted) return 0;
  return key.startsWith(wanted) ? 1 : 2;
}

function entryOf({ id, name, type, location, resourceGroup, subscriptionId }: ResourceEntry): JsonObject {
  return {
    id,
    name,
    type,
    ...(location === undefined ? {} : { location }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  };
}
