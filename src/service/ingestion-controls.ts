/**
 * Results of one scan that count for the same regulatory control, added up.
 *
 * Owns: the sums. They are kept until the request ends, so that a scan gives one event per control however long it is.
 * Source: domain reference 21, compliance events.
 */
import { looseMember, type SecurityEvent } from '#events';
import type { JsonObject } from '#foundation';

export interface IndexedEvent {
  /** Of the record. */
  readonly index: number;
  readonly event: SecurityEvent;
}

/** What a control assessment counts. */
const counts = ['passedResources', 'failedResources', 'skippedResources'] as const;

export class ControlSums {
  readonly #sums = new Map<string, IndexedEvent>();

  get size(): number {
    return this.#sums.size;
  }

  /** Adds a result that was made from a foreign record; other events are not taken. */
  add(index: number, event: SecurityEvent): boolean {
    if (event.kind !== 'RegulatoryComplianceAssessment' || event.original === undefined) return false;
    const before = this.#sums.get(event.key);
    if (before === undefined) this.#sums.set(event.key, { index, event });
    else {
      const body = addControls(before.event.body, event.body);
      this.#sums.set(event.key, { index: before.index, event: { ...event, body } });
    }
    return true;
  }

  take(): readonly IndexedEvent[] {
    const events = [...this.#sums.values()];
    this.#sums.clear();
    return events;
  }
}

function addControls(before: JsonObject, next: JsonObject): JsonObject {
  const properties = next['properties'] as JsonObject;
  const sums = Object.fromEntries(
    counts.map((name) => [name, Number(looseMember(before, 'properties', name) ?? 0) + Number(properties[name] ?? 0)]),
  ) as Record<(typeof counts)[number], number>;
  const state = sums.failedResources > 0 ? 'Failed' : sums.passedResources > 0 ? 'Passed' : 'Skipped';
  return { ...next, properties: { ...properties, ...sums, state } };
}
