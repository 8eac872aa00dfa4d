/**
 * What each resource counts for in the controls of secure scores.
 *
 * Owns: the state of a resource in a control, the documents that keep states and sums, the note that a state may have changed.
 * Does not own: what the sums are worth (`score-values.ts`), when they are made (`keep-scores.ts`).
 *
 * Invariants
 * R1. A resource is unhealthy in a control while any recommendation of the control about it is, else healthy while any is,
 *     else not applicable; previews and what is gone count for nothing.
 * R2. Every change of a recommendation that counts is noted in the commit of the change itself, under a key of its own: no
 *     crash loses one, and no two batches write over each other.
 * R3. One change costs the recommendations of its resource, never those of the subscription.
 * Source: domain reference 12; Azure's documentation of secure scores.
 */
import { assessedResource, looseMember, type SecurityEvent } from '#events';
import { armIdKey, isJsonObject, type Json, memberOf, type StoredDocument } from '#foundation';
import { eventCollections, goneStatus, storedEventOf } from '../event-documents.ts';
import type { Services } from '../services.ts';
import { builtinControls } from './builtin-controls.data.ts';
import { controlsOf, type ResourceCounts } from './score-values.ts';

/** Recommendations that changed and are not yet counted. */
export const changeCollection = 'scoreChanges';
/** Per resource: its state in each control. */
export const resourceStateCollection = 'scoreResources';
/** Per subscription: how many resources of each control are in which state. */
export const tallyCollection = 'scoreTallies';

export type ResourceState = keyof ResourceCounts;

/** States of one resource by the key of the control. */
export type ResourceStates = ReadonlyMap<string, ResourceState>;

/** The note that a recommendation changed; undefined when it counts for no control. */
export function changeOf(event: SecurityEvent, time: number): StoredDocument | undefined {
  const name = event.id.slice(event.id.lastIndexOf('/') + 1);
  const resource = assessedResource(event.id);
  if (resource === undefined || controlsOf(name).length === 0) return undefined;
  return {
    collection: changeCollection,
    key: `${event.key}@${time}`,
    parent: event.subscriptionId.toLowerCase(),
    time,
    status: '',
    body: { resource: armIdKey(resource) },
  };
}

/** Recommendations of one resource looked at by listing them; of more, only those that count are asked for. */
const listLimit = 200;

/** The states of a resource now, by what is stored (R1, R3). */
export function statesOf({ store }: Pick<Services, 'store'>, resource: string): ResourceStates {
  const collection = eventCollections.Assessments;
  const below = `${resource}/providers/microsoft.security/assessments`;
  const listed = store.documents.list({ collection, below, top: listLimit });
  const found =
    listed.length < listLimit
      ? listed
      : counting.flatMap((key) => store.documents.get(collection, `${below}/${key}`) ?? []);
  const states = new Map<string, ResourceState>();
  for (const document of found) {
    const state = stateOf(document);
    if (state === undefined) continue;
    for (const { key } of controlsOf(document.key.slice(below.length + 1))) {
      const known = states.get(key);
      if (known === undefined || rank[state] > rank[known]) states.set(key, state);
    }
  }
  return states;
}

const counting: readonly string[] = [...new Set(builtinControls.flatMap(({ assessments }) => assessments))];

const rank: Readonly<Record<ResourceState, number>> = { notApplicable: 0, healthy: 1, unhealthy: 2 };

function stateOf(document: StoredDocument): ResourceState | undefined {
  if (document.status === goneStatus) return undefined;
  if (looseMember(storedEventOf(document).body, 'properties', 'metadata', 'preview') === true) return undefined;
  if (document.status === 'Unhealthy') return 'unhealthy';
  return document.status === 'Healthy' ? 'healthy' : 'notApplicable';
}

/** States as they were counted last. */
export function countedStates(document: StoredDocument | undefined): ResourceStates {
  const states = memberOf(document?.body, 'states');
  return new Map(isJsonObject(states) ? (Object.entries(states) as [string, ResourceState][]) : []);
}

export function stateDocument(
  subscriptionId: string,
  resource: string,
  states: ResourceStates,
  time: number,
): StoredDocument {
  const body = { states: Object.fromEntries(states) };
  return { collection: resourceStateCollection, key: resource, parent: subscriptionId, time, status: '', body };
}

/** The sums of a subscription, and which controls changed since their scores were last told. */
export class Tally {
  readonly subscriptionId: string;
  readonly #counts = new Map<string, Record<ResourceState, number>>();
  /** When a resource of each control last changed its state. */
  readonly #changed: Map<string, number>;

  constructor(subscriptionId: string, document: StoredDocument | undefined) {
    this.subscriptionId = subscriptionId;
    const counts = memberOf(document?.body, 'counts');
    for (const [key, value] of isJsonObject(counts) ? Object.entries(counts) : [])
      this.#counts.set(key, countsOf(value));
    const changed = memberOf(document?.body, 'changed');
    this.#changed = new Map(isJsonObject(changed) ? (Object.entries(changed) as [string, number][]) : []);
  }

  /** Takes a resource out of its old states and into its new ones of a time; whether anything is different. */
  move(before: ResourceStates, after: ResourceStates, time: number): boolean {
    let moved = false;
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const [old, next] = [before.get(key), after.get(key)];
      if (old === next) continue;
      moved = true;
      const counts = this.#counts.get(key) ?? { healthy: 0, unhealthy: 0, notApplicable: 0 };
      if (old !== undefined) counts[old] -= 1;
      if (next !== undefined) counts[next] += 1;
      this.#counts.set(key, counts);
      this.#changed.set(key, Math.max(time, this.#changed.get(key) ?? 0));
    }
    return moved;
  }

  /** The controls whose scores are to be told, by key, with the time of their last change. */
  get changed(): ReadonlyMap<string, number> {
    return this.#changed;
  }

  counts(control: string): ResourceCounts {
    return this.#counts.get(control) ?? { healthy: 0, unhealthy: 0, notApplicable: 0 };
  }

  /** `Pending` until the scores of the changed controls are told. */
  document(time: number, told: boolean): StoredDocument {
    return {
      collection: tallyCollection,
      key: this.subscriptionId,
      parent: this.subscriptionId,
      time,
      status: told || this.#changed.size === 0 ? '' : 'Pending',
      body: {
        counts: Object.fromEntries([...this.#counts].map(([key, counts]) => [key, { ...counts }])),
        changed: told ? {} : Object.fromEntries(this.#changed),
      },
    };
  }
}

function countsOf(value: Json): Record<ResourceState, number> {
  const of = (name: ResourceState): number => Number(memberOf(value, name) ?? 0);
  return { healthy: of('healthy'), unhealthy: of('unhealthy'), notApplicable: of('notApplicable') };
}
