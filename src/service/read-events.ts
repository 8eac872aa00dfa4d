/**
 * Lists of stored events, newest first or in an order of theirs, with whatever test the caller brings.
 *
 * Owns: reading in slices until enough fit; which subscriptions lie under a scope.
 * Does not own: answers (`#events`), paging tokens (`#api`).
 *
 * Invariants
 * L1. A page looks at `scanLimit` events at most, other work getting its turn between slices; when fewer fit than were
 *     asked for it says where to go on, so that a list of millions is never held, nor read in one go.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventKind } from '#events';
import { armIdKey, type DocumentQuery, isWithin, memberOf, parseArmId, textMember } from '#foundation';
import { eventCollections, goneStatus, type StoredEvent, storedEventOf } from './event-documents.ts';
import { type EventOrder, orderedDocuments, type OrderPlace, placeIn } from './event-order.ts';
import { managementGroupType, subscriptionType } from './seed-tenant.ts';
import type { Services } from './services.ts';

export interface EventQuery {
  readonly kind: EventKind;
  /** One subscription; absent means all, and then `fits` should look at rights. */
  readonly subscriptionId?: string;
  /** Those of this resource group; goes with `subscriptionId`. */
  readonly resourceGroup?: string;
  /** Those whose document has one of these states. */
  readonly statuses?: readonly string[];
  /** Those that are counted by one of these: an index, not a filter, which `fits` is. */
  readonly tallies?: readonly string[];
  /** Those whose id lies below this one. */
  readonly below?: string;
  readonly fits: (event: StoredEvent) => boolean;
  readonly count: number;
  /** Newest first unless told. */
  readonly order?: EventOrder;
  readonly after?: OrderPlace;
}

const sliceSize = 250;
const scanLimit = 10_000;

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Where to go on when the limit of a page was met; absent when enough were found or there are no more. */
  readonly resume?: OrderPlace;
}

/** Up to `count` events that fit, in their order, behind `after` (L1). What is gone is left out. */
export async function listEvents(services: Pick<Services, 'store'>, query: EventQuery): Promise<EventPage> {
  const found: StoredEvent[] = [];
  // The first slices are no larger than needed when everything fits.
  const { statuses, tallies, after, order } = query;
  const documents = orderedDocuments(services.store.documents, {
    base: baseQuery(query),
    ...(statuses === undefined ? {} : { statuses }),
    ...(tallies === undefined ? {} : { tallies }),
    ...(after === undefined ? {} : { after }),
    ...(order === undefined ? {} : { order }),
    firstSize: query.count,
    sliceSize,
  });
  for (let scanned = 1; ; scanned += 1) {
    const document = documents.next();
    if (document === undefined) return { events: found };
    if (document.status !== goneStatus) {
      const event = storedEventOf(document);
      if (query.fits(event)) found.push(event);
      if (found.length >= query.count) return { events: found };
    }
    if (scanned >= scanLimit) return { events: found, resume: placeIn(order, document) };
    if (scanned % sliceSize === 0) await nextTurn();
  }
}

function baseQuery({ kind, subscriptionId, resourceGroup, below }: EventQuery): DocumentQuery {
  return {
    collection: eventCollections[kind],
    ...(subscriptionId === undefined ? {} : { parent: subscriptionId.toLowerCase() }),
    ...(resourceGroup === undefined ? {} : { label: resourceGroup.toLowerCase() }),
    ...(below === undefined ? {} : { below: armIdKey(below) }),
  };
}

/** A test for ids at or below a scope: a subscription, group, resource, management group, or the tenant (empty). */
export function scopeTest(services: Pick<Services, 'store'>, scope: string): (id: string) => boolean {
  const parsed = parseArmId(scope);
  const managementGroup = parsed?.type.toLowerCase() === managementGroupType.toLowerCase() ? parsed.name : undefined;
  if (managementGroup === undefined) return (id) => isWithin(id, scope);
  const below = new Map<string, boolean>();
  return (id) => {
    const subscription = parseArmId(id)?.subscriptionId?.toLowerCase();
    if (subscription === undefined) return false;
    let inside = below.get(subscription);
    if (inside === undefined) {
      inside = isBelow(services, subscription, managementGroup.toLowerCase());
      below.set(subscription, inside);
    }
    return inside;
  };
}

/** Deepest hierarchy of management groups. */
const hierarchyLimit = 10;

function isBelow(services: Pick<Services, 'store'>, subscriptionId: string, wanted: string): boolean {
  const { resources } = services.store;
  const subscription = resources.get(`/subscriptions/${subscriptionId}`);
  let at = subscription?.type === subscriptionType ? textMember(subscription.body, 'managementGroupId') : undefined;
  for (let level = 0; at !== undefined && level < hierarchyLimit; level += 1) {
    const key = armIdKey(at);
    if (key.slice(key.lastIndexOf('/') + 1) === wanted) return true;
    const group = resources.get(at);
    if (group?.type !== managementGroupType) return false;
    at = textMember(memberOf(memberOf(memberOf(group.body, 'properties'), 'details'), 'parent'), 'id');
  }
  return false;
}
