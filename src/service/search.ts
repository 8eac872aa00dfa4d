/**
 * Finds what the caller may read by a part of its name, for the one search box.
 *
 * Owns: what is looked through, and the order of what is found. Source: own API reference, search; portal reference 2.6.
 *
 * Invariants
 * SR1. Nothing is told of what the caller may not read, its existence included.
 * SR2. One search looks at no more than 5,000 resources whose names fit; a search that stopped there says so.
 */
import { armIdKey, type JsonObject, parseArmId, raise, type ResourceDocument } from '#foundation';
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

/** Resources whose names contain `text`, the best first; an id or the `SystemAlertId` of an alert finds just that. */
export function search(services: Services, viewer: Viewer, text: string, count: number): SearchResult {
  const wanted = text.trim();
  if (wanted.length < leastLetters || wanted.length > mostLetters) {
    raise('InvalidParameter', `'q' has ${leastLetters} to ${mostLetters} characters.`, { target: 'q' });
  }
  const exactly = wanted.startsWith('/') ? byId(services, viewer, wanted) : alertNamed(services, viewer, wanted);
  if (exactly.length > 0 || wanted.startsWith('/')) return { found: exactly, exact: true };
  return byName(services, viewer, wanted, count);
}

function byId({ store }: Services, viewer: Viewer, id: string): readonly JsonObject[] {
  const resource = store.resources.get(id);
  if (resource !== undefined) return seen(viewer, resource) ? [resourceEntry(resource)] : [];
  const event = findEventById({ store }, id);
  if (event !== undefined) return eventEntries(viewer, event);
  const run = store.history.run(armIdKey(id));
  const type = 'Microsoft.Logic/workflows/runs';
  if (run === undefined || !viewer.sees(`${type}/read`, id)) return [];
  return [{ id, name: run.name, type }];
}

/** An alert's name is its `SystemAlertId`, which says nothing of its subscription. */
function alertNamed({ store }: Services, viewer: Viewer, name: string): readonly JsonObject[] {
  for (const { id } of store.resources.list({ type: subscriptionType })) {
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
  const found: ResourceDocument[] = [];
  let looked = 0;
  for (let after: string | undefined; ; ) {
    const slice = store.resources.list({ named, top: sliceSize, ...(after === undefined ? {} : { after }) });
    found.push(...slice.filter((resource) => seen(viewer, resource)));
    looked += slice.length;
    const last = slice.at(-1);
    if (last === undefined || slice.length < sliceSize || looked >= mostLooked) break;
    after = armIdKey(last.id);
  }
  const wanted = named.toLowerCase();
  const best = found.toSorted((left, right) => rank(left, wanted) - rank(right, wanted)).slice(0, count);
  return { found: best.map(resourceEntry), exact: looked < mostLooked };
}

const seen = (viewer: Viewer, { id, type }: ResourceDocument): boolean => viewer.sees(`${type}/read`, id);

/** The same name first, then names that begin so; otherwise by id, as the store lists them. */
function rank({ name }: ResourceDocument, wanted: string): number {
  const key = name.toLowerCase();
  if (key === wanted) return 0;
  return key.startsWith(wanted) ? 1 : 2;
}

function resourceEntry({ id, name, type, location, resourceGroup, subscriptionId }: ResourceDocument): JsonObject {
  return {
    id,
    name,
    type,
    ...(location === undefined ? {} : { location }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  };
}
