/**
 * Lists of stored events, newest first, with whatever test the caller brings.
 *
 * Owns: reading in pages until enough fit; which subscriptions lie under a scope.
 * Does not own: answers (`#events`), paging tokens (`#api`).
 */
import type { EventKind } from '#events';
import { armIdKey, isWithin, memberOf, parseArmId, type StoredDocument, textMember } from '#foundation';
import { eventCollections, goneStatus, type StoredEvent, storedEventOf } from './event-documents.ts';
import { managementGroupType, subscriptionType } from './seed-tenant.ts';
import type { Services } from './services.ts';

export interface EventQuery {
  readonly kind: EventKind;
  /** One subscription; absent means all, and then `fits` should look at rights. */
  readonly subscriptionId?: string;
  readonly fits: (event: StoredEvent) => boolean;
  readonly count: number;
  readonly after?: { readonly time: number; readonly key: string };
}

const readSize = 500;

/** Up to `count` events that fit, newest first, behind `after`. What is gone is left out. */
export function listEvents(services: Pick<Services, 'store'>, query: EventQuery): readonly StoredEvent[] {
  const found: StoredEvent[] = [];
  let { after } = query;
  for (;;) {
    const documents: readonly StoredDocument[] = services.store.documents.list({
      collection: eventCollections[query.kind],
      ...(query.subscriptionId === undefined ? {} : { parent: query.subscriptionId.toLowerCase() }),
      ...(after === undefined ? {} : { after }),
      top: readSize,
    });
    for (const document of documents) {
      if (document.status === goneStatus) continue;
      const event = storedEventOf(document);
      if (query.fits(event)) found.push(event);
      if (found.length >= query.count) return found;
    }
    const last = documents.at(-1);
    if (last === undefined || documents.length < readSize) return found;
    after = { time: last.time, key: last.key };
  }
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
