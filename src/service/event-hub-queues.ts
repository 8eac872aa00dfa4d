/**
 * Which event hubs have deliveries waiting: one document per automation and hub, so that a restart finds the queues.
 *
 * Owns: the register and the bound of a queue. Does not own: sending (`send-to-event-hubs.ts`).
 *
 * Invariants
 * Q1. The register has a queue before, or in the same commit as, the first delivery in it.
 * Q2. A queue holds at most `queueLimit` deliveries; what comes on top fails at once and says so, since neither holding
 *     up every other automation nor forgetting the oldest would be better.
 */
import { armIdKey, type Fault, fault, type Store, type StoredDocument, type Write } from '#foundation';
import { deliveryCollection, queuedFor } from './delivery-records.ts';
import type { Services } from './services.ts';

export const hubQueueCollection = 'eventHubQueues';

const queueLimit = 1_000_000;

type QueueServices = Pick<Services, 'store' | 'clock'>;

/** Deliveries waiting by queue, counted from the store once. */
const counts = new WeakMap<Store, Map<string, number>>();

export function hubQueueKey(automationKey: string, eventHubResourceId: string): string {
  return `${automationKey} ${armIdKey(eventHubResourceId)}`;
}

function countsOf(store: Store): Map<string, number> {
  const known = counts.get(store) ?? new Map<string, number>();
  counts.set(store, known);
  return known;
}

function lengthOf({ store }: QueueServices, automationKey: string, eventHubResourceId: string): number {
  const key = hubQueueKey(automationKey, eventHubResourceId);
  const status = queuedFor(eventHubResourceId);
  return (
    countsOf(store).get(key) ?? store.documents.count({ collection: deliveryCollection, parent: automationKey, status })
  );
}

/** One more delivery goes into the queue: what has to be written beside it, or that the queue is full (Q2). */
export function hubQueueWrite(
  services: QueueServices,
  automationKey: string,
  eventHubResourceId: string,
): readonly Write[] | Fault {
  const { store, clock } = services;
  const key = hubQueueKey(automationKey, eventHubResourceId);
  const length = lengthOf(services, automationKey, eventHubResourceId);
  if (length >= queueLimit) {
    return fault('DeliveryQueueFull', `${queueLimit} events wait for the event hub already; this one is not kept.`);
  }
  countsOf(store).set(key, length + 1);
  if (store.documents.get(hubQueueCollection, key) !== undefined) return [];
  const document: StoredDocument = {
    collection: hubQueueCollection,
    key,
    parent: automationKey,
    time: clock.now(),
    status: '',
    body: { automationId: automationKey, eventHubResourceId },
  };
  return [{ kind: 'putDocument', document }];
}

/** Deliveries left the queue; an empty queue is counted again, which also mends what failed commits miscounted. */
export function hubQueueShrank(services: QueueServices, key: string, by: number, isEmpty: boolean): void {
  const known = countsOf(services.store);
  if (isEmpty) known.delete(key);
  else known.set(key, Math.max(0, (known.get(key) ?? by) - by));
}
