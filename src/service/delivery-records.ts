/**
 * What became of an event at each action of an automation: one document per delivery, with its attempts.
 *
 * Owns: the documents, their listing. Does not own: deciding and sending (`deliver-event.ts`, `send-deliveries.ts`).
 *
 * Invariants
 * R1. A record never holds a callback or another secret in its `body`; what a pending one needs for sending is in `secrets`.
 * R2. A record is `Pending` (or queued for an event hub) until its last attempt; then `Succeeded` or `Failed`, and the
 *     event's body is dropped from it. `Braked` and `DryRun` records never had one.
 * R3. The key follows from automation, event, the time the event is stored under, and action: who asks what became of an
 *     event needs one look.
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
import type { EventSource } from '#rules';
import type { Services } from './services.ts';

export const deliveryCollection = 'deliveries';

/** `Queued …`: waiting for the event hub named behind it, one queue each; shown as `Pending`. */
export type DeliveryStatus = 'Pending' | `Queued ${string}` | 'Succeeded' | 'Failed' | 'Braked' | 'DryRun';

/** The status of deliveries that wait for an event hub. */
export function queuedFor(eventHubResourceId: string): `Queued ${string}` {
  return `Queued ${armIdKey(eventHubResourceId)}`;
}

/** Whether a delivery of this status is still to be made. */
export function isWaiting(status: string): boolean {
  return status === 'Pending' || status.startsWith('Queued ');
}

/** One state of one event: what it is, and the time it is stored under. */
export interface EventMoment {
  readonly source: EventSource;
  readonly key: string;
  readonly time: number;
}

/** R3. */
export function deliveryKey(
  services: Pick<Services, 'secrets'>,
  automationKey: string,
  { source, key, time }: EventMoment,
  actionIndex: number,
): string {
  return services.secrets.digest(`${automationKey}\n${source}\n${key}\n${time}\n${actionIndex}`).slice(0, 32);
}

export interface Attempt {
  readonly attempt: number;
  readonly status: 'Succeeded' | 'Retrying' | 'Failed' | 'Braked' | 'DryRun';
  readonly statusCode?: number;
  readonly runId?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface NewDelivery {
  readonly key: string;
  readonly automationId: string;
  readonly eventId: string;
  readonly actionIndex: number;
  /** The logic app, event hub or workspace. */
  readonly target: string;
  readonly status: DeliveryStatus;
  readonly attempts: readonly Attempt[];
  /** For a delivery that is sent later: what, and the callback or, for a workspace, which event the row is of. */
  readonly pending?: {
    readonly event: JsonObject;
    readonly uri?: string;
    readonly row?: { readonly kind: string; readonly id: string };
  };
}

export function deliveryDocument(services: Pick<Services, 'clock'>, delivery: NewDelivery): StoredDocument {
  const { pending } = delivery;
  return {
    collection: deliveryCollection,
    key: delivery.key,
    parent: armIdKey(delivery.automationId),
    time: services.clock.now(),
    status: delivery.status,
    tally: 'delivery',
    body: {
      automationId: delivery.automationId,
      eventId: delivery.eventId,
      actionIndex: delivery.actionIndex,
      target: delivery.target,
      attempts: delivery.attempts.map((attempt) => ({ ...attempt })),
      ...(pending === undefined ? {} : { event: pending.event }),
      ...(pending?.row === undefined ? {} : { row: { ...pending.row } }),
    },
    ...(pending?.uri === undefined ? {} : { secrets: { uri: pending.uri } }),
  };
}

/** Attempts shown of one delivery, the newest; a hub that is away for days makes many. */
const attemptsKept = 20;

/** The number of a delivery's next attempt. */
export function nextAttempt(document: StoredDocument): number {
  const last = memberOf(attemptsOf(document).at(-1), 'attempt');
  return typeof last === 'number' ? last + 1 : 1;
}

/** The document after another attempt (R2). */
export function withAttempt(document: StoredDocument, attempt: Attempt, status: DeliveryStatus): StoredDocument {
  const { event, ...rest } = document.body;
  const { secrets, ...bare } = document;
  const attempts = [...attemptsOf(document), { ...attempt }].slice(-attemptsKept);
  const ended = !isWaiting(status);
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
  const shown = isWaiting(status) ? 'Pending' : status;
  return rows.length > 0 ? rows : [{ ...shared, attempt: 0, status: shown, time: formatTime(time) }];
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
