/**
 * What became of an event at each action of an automation: one document per delivery, with its attempts.
 *
 * Owns: the documents, their listing. Does not own: deciding and sending (`deliver-event.ts`, `send-deliveries.ts`).
 *
 * Invariants
 * R1. A record never holds a callback or another secret in its `body`; what a pending one needs for sending is in `secrets`.
 * R2. A record is `Pending` until its last attempt; then `Succeeded` or `Failed`, and the event's body is dropped from it.
 * Source: own API reference, automations; domain reference 16.
 */
import {
  armIdKey,
  formatTime,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  memberOf,
  type StoredDocument,
  textMember,
} from '#foundation';
import type { Services } from './services.ts';

export const deliveryCollection = 'deliveries';

export type DeliveryStatus = 'Pending' | 'Succeeded' | 'Failed';

export interface Attempt {
  readonly attempt: number;
  readonly status: 'Succeeded' | 'Retrying' | 'Failed';
  readonly statusCode?: number;
  readonly runId?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface NewDelivery {
  readonly automationId: string;
  readonly eventId: string;
  readonly actionIndex: number;
  /** The logic app or workspace. */
  readonly target: string;
  readonly status: DeliveryStatus;
  readonly attempts: readonly Attempt[];
  /** For a pending delivery over HTTP. */
  readonly pending?: { readonly uri: string; readonly event: JsonObject };
}

export function deliveryDocument(services: Pick<Services, 'clock' | 'random'>, delivery: NewDelivery): StoredDocument {
  const { pending } = delivery;
  return {
    collection: deliveryCollection,
    key: services.random.uuid(),
    parent: armIdKey(delivery.automationId),
    time: services.clock.now(),
    status: delivery.status,
    body: {
      automationId: delivery.automationId,
      eventId: delivery.eventId,
      actionIndex: delivery.actionIndex,
      target: delivery.target,
      attempts: delivery.attempts.map((attempt) => ({ ...attempt })),
      ...(pending === undefined ? {} : { event: pending.event }),
    },
    ...(pending === undefined ? {} : { secrets: { uri: pending.uri } }),
  };
}

/** The document after another attempt (R2). */
export function withAttempt(document: StoredDocument, attempt: Attempt, status: DeliveryStatus): StoredDocument {
  const { event, ...rest } = document.body;
  const { secrets, ...bare } = document;
  const attempts = [...attemptsOf(document), { ...attempt }];
  const ended = status !== 'Pending';
  return {
    ...bare,
    status,
    body: { ...rest, attempts, ...(ended || event === undefined ? {} : { event }) },
    ...(ended || secrets === undefined ? {} : { secrets }),
  };
}

export function attemptsOf(document: StoredDocument): readonly JsonObject[] {
  const attempts = memberOf(document.body, 'attempts');
  return isJsonArray(attempts) ? attempts.filter(isJsonObject) : [];
}

/** One row per attempt, newest first; a delivery that nobody has tried yet shows as attempt 0. */
export function deliveryRows(document: StoredDocument): readonly JsonObject[] {
  const { body, status, time } = document;
  const shared = {
    id: document.key,
    automationId: textMember(body, 'automationId') ?? '',
    eventId: textMember(body, 'eventId') ?? '',
    actionIndex: memberOf(body, 'actionIndex') ?? 0,
    target: textMember(body, 'target') ?? '',
  };
  const rows = attemptsOf(document)
    .toReversed()
    .map((attempt) => ({ ...shared, ...attempt }));
  return rows.length > 0 ? rows : [{ ...shared, attempt: 0, status, time: formatTime(time) }];
}

export interface DeliveryQuery {
  readonly automationId?: string;
  readonly top: number;
  readonly after?: { readonly time: number; readonly key: string };
}

export function listDeliveries(services: Pick<Services, 'store'>, query: DeliveryQuery): readonly StoredDocument[] {
  return services.store.documents.list({
    collection: deliveryCollection,
    ...(query.automationId === undefined ? {} : { parent: armIdKey(query.automationId) }),
    top: query.top,
    ...(query.after === undefined ? {} : { after: query.after }),
  });
}

/** The newest delivery of an automation. */
export function lastDelivery(services: Pick<Services, 'store'>, automationId: string): JsonObject | undefined {
  const newest = listDeliveries(services, { automationId, top: 1 })[0];
  return newest === undefined ? undefined : deliveryRows(newest)[0];
}
