/**
 * What a finding says about the recommendation it belongs to.
 *
 * Owns: which state the parent would turn to, and the event that says so. Does not own: what is known of the parent and of
 * its other findings (`take-event.ts`).
 *
 * Invariants
 * P1. Only findings that a detector sends one by one turn a parent healthy: a native parent and that of a whole scan say so
 *     themselves.
 * Source: domain reference 12 and 21.
 */
import { isDelete, looseMember, looseText, type SecurityEvent } from '#events';
import { formatTime, isJsonObject, memberOf, type StoredDocument } from '#foundation';
import { healthyEvent } from './close-scan.ts';
import { storedEventOf } from './event-documents.ts';

export interface ParentTurn {
  /** What the parent turns to; healthy only when no other finding is open. */
  readonly code: 'Healthy' | 'Unhealthy';
  readonly event: SecurityEvent;
}

/** The turn that the finding gives its parent, known as `document`; `now` in milliseconds since the epoch. */
export function parentTurn(
  document: StoredDocument | undefined,
  finding: SecurityEvent,
  now: number,
): ParentTurn | undefined {
  if (document === undefined || isDelete(finding.body) || isDelete(storedEventOf(document).body)) return undefined;
  const code = looseText(looseMember(finding.body, 'properties', 'status'), 'code')?.toLowerCase();
  if (code === 'unhealthy') return turnOf('Unhealthy', unhealthyEvent(document, finding, now));
  const isSingle = finding.original !== undefined && finding.scan === undefined;
  return isSingle ? turnOf('Healthy', healthyEvent(document, now)) : undefined;
}

function turnOf(code: ParentTurn['code'], event: SecurityEvent | undefined): ParentTurn | undefined {
  return event === undefined ? undefined : { code, event };
}

function unhealthyEvent(document: StoredDocument, finding: SecurityEvent, now: number): SecurityEvent | undefined {
  const parent = storedEventOf(document);
  const properties = memberOf(parent.body, 'properties');
  const status = memberOf(properties, 'status');
  if (!isJsonObject(properties) || !isJsonObject(status)) return undefined;
  if (looseText(status, 'code')?.toLowerCase() !== 'healthy') return undefined;
  const { cause: _cause, description: _description, ...kept } = status;
  const body = {
    ...parent.body,
    properties: { ...properties, status: { ...kept, code: 'Unhealthy', statusChangeDate: formatTime(now) } },
  };
  const { original: _original, ...rest } = finding;
  return { ...rest, kind: 'Assessments', body, id: parent.id, key: document.key, resources: [] };
}
