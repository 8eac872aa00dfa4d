/**
 * Lists of the directory: the entities that a query lets through, a page at a time.
 *
 * Owns: which way a query is answered (look-up, order of ids, sorted), bounds, counts.
 * Does not own: the query (`#directory`), the shape of answers (`#api`).
 *
 * Invariants
 * QE1. A page looks at 20,000 entities at most and may then hold few or none, with a place to go on from; a sorted list
 *      of more than 100,000 is refused. Others get their turn every 500.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DirectoryQuery, type EntitySetName, unsupportedQuery } from '#directory';
import { TocsinError } from '#foundation';
import type { Services } from '../services.ts';
import { countEntities, entitiesBehind, entitiesBy, isLookedUp, type StoredEntity } from './directory-store.ts';

export interface EntityPage {
  readonly items: readonly StoredEntity[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

const batch = 500;
const mostLookedAt = 20_000;
const mostSorted = 100_000;

/** @param after the `next` of the page before. @throws TocsinError `Request_UnsupportedQuery`. */
export async function queryEntities(
  services: Services,
  set: EntitySetName,
  query: DirectoryQuery,
  page: { readonly count: number; readonly after?: string | undefined },
): Promise<EntityPage> {
  if (query.compare !== undefined) return sortedPage(services, set, query, page);
  const items: StoredEntity[] = [];
  let at = page.after;
  for (let looked = 0; looked < mostLookedAt; looked += batch) {
    const some = candidates(services, set, query, at);
    for (const entity of some) {
      if (query.test(entity)) items.push(entity);
      at = entity.id;
      if (items.length > page.count) return cut(items, page.count);
    }
    if (some.length < batch) return { items };
    await nextTurn();
  }
  return at === undefined ? { items } : { items, next: at };
}

function cut(items: readonly StoredEntity[], count: number): EntityPage {
  const shown = items.slice(0, count);
  const last = shown.at(-1);
  return last === undefined ? { items: shown } : { items: shown, next: last.id };
}

/** The next entities to look at, in the order of ids. */
function candidates(
  services: Services,
  set: EntitySetName,
  { required }: DirectoryQuery,
  after: string | undefined,
): readonly StoredEntity[] {
  const named = [...required].find(([property]) => isLookedUp(set, property));
  const page = { count: batch, after };
  if (named !== undefined) return entitiesBy(services, set, named, page);
  return entitiesBehind(services, set, page);
}

async function sortedPage(
  services: Services,
  set: EntitySetName,
  query: DirectoryQuery,
  page: { readonly count: number; readonly after?: string | undefined },
): Promise<EntityPage> {
  const all = await passing(services, set, query);
  const items = all.toSorted(query.compare);
  const start = page.after === undefined ? 0 : Number(page.after);
  const end = start + page.count;
  const shown = items.slice(start, end);
  return end < items.length ? { items: shown, next: String(end) } : { items: shown };
}

async function passing(
  services: Services,
  set: EntitySetName,
  query: DirectoryQuery,
): Promise<readonly StoredEntity[]> {
  const found: StoredEntity[] = [];
  let at: string | undefined;
  for (;;) {
    const some = candidates(services, set, query, at);
    for (const entity of some) if (query.test(entity)) found.push(entity);
    if (found.length > mostSorted) {
      throw new TocsinError(
        unsupportedQuery(`More than ${mostSorted} objects would have to be sorted or counted; use a narrower filter.`),
      );
    }
    at = some.at(-1)?.id;
    if (some.length < batch) return found;
    await nextTurn();
  }
}

/** How many entities pass. */
export async function countPassing(services: Services, set: EntitySetName, query: DirectoryQuery): Promise<number> {
  if (!query.selective) return countEntities(services, set);
  return (await passing(services, set, query)).length;
}
