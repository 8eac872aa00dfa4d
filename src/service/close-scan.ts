/**
 * What a scan found before and does not find any more is healthy.
 *
 * Owns: what is kept of a scan between two of its runs (the keys of its results), the event of a thing that was put right.
 * Does not own: which records are scans (`#events`), taking the events (`take-event.ts`).
 *
 * Invariants
 * X1. Only what the same scan found before is put right by its silence; what others found is theirs.
 * Source: domain reference 21: posture findings have states, so that a fix makes them healthy.
 */
import { type EventKind, looseMember, looseText, type SecurityEvent, withMembers } from '#events';
import {
  formatTime,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  memberOf,
  type StoredDocument,
  textMember,
} from '#foundation';
import { storedEventOf } from './event-documents.ts';

export const scanCollection = 'scans';

/** One run of a scan: its name and all of its results. */
export interface Scan {
  readonly name: string;
  readonly subscriptionId: string;
  readonly results: readonly SecurityEvent[];
}

interface ResultKey {
  readonly kind: EventKind;
  readonly key: string;
}

export function scanKey({ subscriptionId, name }: Pick<Scan, 'subscriptionId' | 'name'>): string {
  return `${subscriptionId}/${name}`.toLowerCase();
}

/** What is kept of a scan. */
export function scanDocument(scan: Scan, time: number): StoredDocument {
  return {
    collection: scanCollection,
    key: scanKey(scan),
    parent: scan.subscriptionId.toLowerCase(),
    time,
    status: '',
    body: { name: scan.name, results: scan.results.map(({ kind, key }) => ({ kind, key })) },
  };
}

/** Results of the run before that are not among those of this one. */
export function goneSince(before: StoredDocument | undefined, scan: Scan): readonly ResultKey[] {
  const results = memberOf(before?.body, 'results');
  const now = new Set(scan.results.map(({ key }) => key));
  return (isJsonArray(results) ? results : []).flatMap((result) => {
    const key = textMember(result, 'key');
    const kind = textMember(result, 'kind') as EventKind | undefined;
    return key === undefined || kind === undefined || now.has(key) ? [] : [{ kind, key }];
  });
}

/** The event that says that a thing is healthy now; undefined when it is not known as unhealthy. */
export function healthyEvent(document: StoredDocument, time: number): SecurityEvent | undefined {
  const stored = storedEventOf(document);
  const properties = looseMember(stored.body, 'properties');
  const status = looseMember(properties, 'status');
  if (!isJsonObject(properties) || !isJsonObject(status)) return undefined;
  if (looseText(status, 'code')?.toLowerCase() !== 'unhealthy') return undefined;
  const { kind, id, body, original, resourceGroup } = stored;
  return {
    kind,
    snapshot: false,
    body: withStatus(body, properties, healthyStatus(status, formatTime(time))),
    id,
    key: document.key,
    subscriptionId: document.parent,
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(original === undefined ? {} : { original }),
    resources: [],
  };
}

/** Findings spell their members with a capital letter, recommendations with a small one. */
function healthyStatus(status: JsonObject, now: string): JsonObject {
  const { cause: _cause, description: _description, Cause: _Cause, Description: _Description, ...kept } = status;
  if (memberOf(status, 'Code') !== undefined) return { ...kept, Code: 'Healthy' };
  return { ...kept, code: 'Healthy', statusChangeDate: now };
}

function withStatus(body: JsonObject, properties: JsonObject, status: JsonObject): JsonObject {
  const isPascal = memberOf(body, 'Properties') !== undefined;
  const changed = withMembers(properties, { [isPascal ? 'Status' : 'status']: status });
  return withMembers(body, { [isPascal ? 'Properties' : 'properties']: changed });
}
