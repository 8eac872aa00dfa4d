/**
 * Lists of stored events, newest first, with whatever test the caller brings.
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
import { armIdKey, isWithin, memberOf, parseArmId, type StoredDocument, textMember } from '#foundation';
import { eventCollections, goneStatus, type StoredEvent, storedEventOf } from './event-documents.ts';
import { managementGroupType, subscriptionType } from './seed-tenant.ts';
import type { Services } from './services.ts';

export interface EventQuery {
  readonly kind: EventKind;
  /** One subscription; absent means all, and then `fits` should look at rights. */
  readonly subscriptionId?: string;
  /** Those of this resource group; goes with `subscriptionId`. */
  readonly resourceGroup?: string;
  /** Those whose document has this state. */
  readonly status?: string;
  /** Those whose id lies below this one. */
  readonly below?: string;
  readonly fits: (event: StoredEvent) => boolean;
  readonly count: number;
  readonly after?: { readonly time: number; readonly key: string };
}

const sliceSize = 250;
const scanLimit = 10_000;

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Where to go on when the limit of a page was met; absent when enough were found or there are no more. */
  readonly resume?: { readonly time: number; readonly key: string };
}

/** Up to `count` events that fit, newest first, behind `after` (L1). What is gone is left out. */
export async function listEvents(services: Pick<Services, 'store'>, query: EventQuery): Promise<EventPage> {
  const found: StoredEvent[] = [];
  let { after } = query;
  // The first slice is no larger than needed when everything fits.
  let size = Math.min(sliceSize, query.count);
  for (let scanned = 0; ; size = sliceSize) {
    if (scanned > 0) await nextTurn();
    const documents = slice(services, query, after, size);
    scanned += size;
    for (const document of documents) {
      if (document.status === goneStatus) continue;
      const event = storedEventOf(document);
      if (query.fits(event)) found.push(event);
      if (found.length >= query.count) return { events: found };
    }
    const last = documents.at(-1);
    if (last === undefined || documents.length < size) return { events: found };
    after = { time: last.time, key: last.key };
    if (scanned >= scanLimit) return { events: found, resume: after };
  }
}

function slice(
  services: Pick<Services, 'store'>,
  query: EventQuery,
  after: EventQuery['after'],
  size: number,
): readonly StoredDocument[] {
  const { kind, subscriptionId, resourceGroup, status, below } = query;
  return services.store.documents.list({
    collection: eventCollections[kind],
    ...(subscriptionId === undefined ? {} : { parent: subscriptionId.toLowerCase() }),
    ...(resourceGroup === undefined ? {} : { label: resourceGroup.toLowerCase() }),
    ...(status === undefined ? {} : { status }),
    ...(below === undefined ? {} : { below: armIdKey(below) }),
    ...(after === undefined ? {} : { after }),
    top: size,
  });
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
