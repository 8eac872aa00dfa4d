/**
 * Which deliveries an event led to, kept with the event: what the automations did about it, without asking each of them.
 *
 * Owns: the list in an event's document, counting what came of it. Does not own: the deliveries (`delivery-records.ts`).
 *
 * Invariants
 * ED1. A document names at most `kept` deliveries, the newest first, and how many there were; what came of the others is in
 *      the deliveries' own list.
 * ED2. Events that earlier versions kept have no list, which is not the same as an empty one.
 */
import { isJsonArray, type JsonObject, memberOf, type StoredDocument, textMember } from '#foundation';
import { attemptsOf, deliveryCollection, isWaiting } from './delivery-records.ts';
import type { Services } from './services.ts';

/** More automations on one event are counted, not named. */
const kept = 20;

/** The member of an event's document: its new deliveries before those of its earlier states. */
export function withDeliveries(keys: readonly string[], before: StoredDocument | undefined): JsonObject {
  const earlier = deliveriesOf(before);
  const all = [...keys, ...(earlier?.keys ?? [])];
  return { deliveries: { count: keys.length + (earlier?.count ?? 0), keys: all.slice(0, kept) } };
}

function deliveriesOf(
  document: StoredDocument | undefined,
): { readonly count: number; readonly keys: string[] } | undefined {
  const member = memberOf(document?.body, 'deliveries');
  const keys = memberOf(member, 'keys');
  const count = memberOf(member, 'count');
  if (!isJsonArray(keys) || typeof count !== 'number') return undefined;
  return { count, keys: keys.filter((key) => typeof key === 'string') };
}

/** What automations did about an event. */
export interface EventOutcome {
  /** Deliveries to logic apps, event hubs and workspaces. */
  readonly count: number;
  /** Those that could not be delivered, and those whose run failed. */
  readonly failed: number;
  /** Those that are still tried. */
  readonly waiting: number;
  /** Those that a brake or a dry run kept back. */
  readonly held: number;
  /** Absent when all were looked at: so many were not. */
  readonly unknown?: number;
}

/** Undefined for events of earlier versions (ED2). */
export function outcomeOfEvent({ store }: Pick<Services, 'store'>, document: StoredDocument): EventOutcome | undefined {
  const list = deliveriesOf(document);
  if (list === undefined) return undefined;
  const outcome = { count: list.count, failed: 0, waiting: 0, held: 0 };
  for (const key of list.keys) {
    const delivery = store.documents.get(deliveryCollection, key);
    if (delivery === undefined) continue;
    if (isWaiting(delivery.status)) outcome.waiting += 1;
    else if (delivery.status === 'Braked' || delivery.status === 'DryRun') outcome.held += 1;
    else if (delivery.status === 'Failed' || hasFailedRun({ store }, delivery)) outcome.failed += 1;
  }
  const unknown = list.count - list.keys.length;
  return unknown > 0 ? { ...outcome, unknown } : outcome;
}

const failures: ReadonlySet<string> = new Set(['Failed', 'TimedOut', 'Aborted', 'Faulted']);

function hasFailedRun({ store }: Pick<Services, 'store'>, delivery: StoredDocument): boolean {
  const id = textMember(attemptsOf(delivery).at(-1), 'runId');
  const at = id?.lastIndexOf('/runs/') ?? -1;
  if (id === undefined || at < 0) return false;
  const run = store.history.run(`${id.slice(0, at).toLowerCase()}${id.slice(at)}`);
  return run !== undefined && failures.has(run.status);
}
