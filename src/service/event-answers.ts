/**
 * Stored events as the management API answers them.
 *
 * Owns: joining a document's own state to the conversions of `#events`.
 * Source: management API reference 5.2 and 5.4.
 */
import {
  type AlertState,
  alertStates,
  alertToRest,
  type AssessmentExpansion,
  assessmentToRest,
  findingToRest,
  isDelete,
} from '#events';
import type { JsonObject } from '#foundation';
import { findEvent, type StoredEvent } from './event-documents.ts';
import type { Services } from './services.ts';

export { alertStates, homeRegion } from '#events';

/** Versions before this one know no `InProgress`. */
const inProgressSince = '2022-01-01';

export function alertAnswer(alert: StoredEvent, subscriptionId: string, apiVersion: string): JsonObject {
  const kept = alertStates.find((state) => state === alert.document.status) ?? 'Active';
  const state: AlertState = kept === 'InProgress' && apiVersion.slice(0, 10) < inProgressSince ? 'Active' : kept;
  return alertToRest(alert.body, { id: alert.id, name: alert.name, state, subscriptionId }, apiVersion);
}

export function assessmentAnswer(event: StoredEvent, expand: AssessmentExpansion, apiVersion: string): JsonObject {
  return assessmentToRest(event.body, event.id, expand, apiVersion);
}

/** The assessment of that id, unless there is none or it is gone. */
export function existingAssessment(services: Pick<Services, 'store'>, id: string): StoredEvent | undefined {
  const found = findEvent(services, 'Assessments', id);
  return found === undefined || isDelete(found.body) ? undefined : found;
}

export function findingAnswer(event: StoredEvent): JsonObject {
  return findingToRest(event.body, event.id);
}

/** The finding of that id, unless there is none or it is gone. */
export function findFinding(services: Pick<Services, 'store'>, id: string): StoredEvent | undefined {
  const found = findEvent(services, 'SubAssessments', id);
  return found === undefined || isDelete(found.body) ? undefined : found;
}
