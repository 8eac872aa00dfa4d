/**
 * Which subscription each event belongs to, and whether the caller may send to it; looked up once per batch.
 *
 * Owns: the look-up, subscriptions made for ids that are not known. Does not own: what events say of themselves (`#events`).
 * Source: own API reference, events.
 */
import { authorizationFailed } from '#access';
import type { SecurityEvent } from '#events';
import { type Fault, fault, type Identity, isFault, parseArmId, type ResourceDocument } from '#foundation';
import { firstSubscriptionId, newSubscription } from './seed-tenant.ts';
import type { Services } from './services.ts';

export const ingestAction = 'Microsoft.Security/alerts/write';

export interface PlacesRequest {
  /** For events that name no subscription. */
  readonly subscriptionId?: string;
  /** Make a local subscription for an id that is not known, instead of rejecting its events. */
  readonly createUnknown: boolean;
  /** False keeps resources that events name out of the inventory. */
  readonly inventory?: boolean;
  readonly identity: Identity;
  readonly allowed: (action: string, scope: string) => boolean;
}

export class Places {
  readonly #services: Services;
  readonly #request: PlacesRequest;
  readonly #make: (resource: ResourceDocument) => void;
  readonly #known = new Map<string, string | Fault>();
  /** For events that name no subscription. */
  readonly fallback: string;
  /** A refusal for lack of rights, when there was one. */
  refused: Fault | undefined;

  /** @param make adds a resource to the commit of the batch. */
  constructor(services: Services, request: PlacesRequest, make: (resource: ResourceDocument) => void) {
    this.#services = services;
    this.#request = request;
    this.#make = make;
    const own = request.identity.kind === 'IngestionKey' ? request.identity.subscriptionId : undefined;
    this.fallback = request.subscriptionId ?? own ?? firstSubscriptionId;
  }

  /** The event with its subscription in stored case, or why it is rejected. */
  place(event: SecurityEvent): SecurityEvent | Fault {
    const asked = event.subscriptionId.toLowerCase();
    let found = this.#known.get(asked);
    if (found === undefined) {
      found = this.#find(event.subscriptionId);
      this.#known.set(asked, found);
    }
    if (isFault(found)) return found;
    const resources = this.#request.inventory === false ? [] : event.resources;
    if (found === event.subscriptionId && resources === event.resources) return event;
    return { ...event, subscriptionId: found, resources };
  }

  #find(subscriptionId: string): string | Fault {
    const { allowed, identity } = this.#request;
    const scope = `/subscriptions/${subscriptionId}`;
    if (!allowed(ingestAction, scope)) {
      const reason = authorizationFailed(identity, ingestAction, scope);
      this.refused = reason;
      return reason;
    }
    const stored = this.#services.store.resources.get(scope);
    return stored === undefined ? this.#create(subscriptionId) : stored.name;
  }

  #create(subscriptionId: string): string | Fault {
    const { createUnknown, allowed, identity } = this.#request;
    const unknown = fault('SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
    const valid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(subscriptionId);
    if (!createUnknown || !valid || parseArmId(`/subscriptions/${subscriptionId}`) === undefined) return unknown;
    const action = 'Microsoft.Subscription/aliases/write';
    if (!allowed(action, '')) return authorizationFailed(identity, action, '');
    this.#make(newSubscription(this.#services, { subscriptionId, displayName: subscriptionId }));
    return subscriptionId;
  }
}
