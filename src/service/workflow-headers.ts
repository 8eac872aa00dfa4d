/**
 * The headers that every call of a workflow carries besides its author's.
 *
 * Owns: their names and values. Does not own: headers the author may not set (`#connectors`).
 * Source: engine reference 4.1 (added headers), 1.1 (`SuppressWorkflowHeaders`).
 */
import { textMember } from '#foundation';
import type { EffectOwner } from './effect-call.ts';

/** What of one call shows in them. */
export interface CallIdentity {
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly clientRequestId: string;
  readonly trackingId: string;
  /** `SuppressWorkflowHeaders` is set. */
  readonly suppressed: boolean;
}

export function workflowHeaders(run: EffectOwner, call: CallIdentity): Record<string, string> {
  const workflowId = textMember(run.workflow, 'id') ?? run.workflowId;
  const base = {
    'user-agent': `tocsin/1.0 (workflow ${printable(workflowId)}; version ${run.version})`,
    'idempotency-key': printable(call.idempotencyKey),
  };
  if (call.suppressed) return base;
  return {
    ...base,
    'x-ms-workflow-id': printable(workflowId),
    'x-ms-workflow-version': run.version,
    'x-ms-workflow-name': printable(textMember(run.workflow, 'name') ?? ''),
    'x-ms-workflow-system-id': 'local',
    ...(run.trigger === undefined
      ? { 'x-ms-workflow-run-id': run.name, 'x-ms-workflow-run-tracking-id': run.name }
      : {}),
    'x-ms-workflow-operation-name': printable(call.operation),
    'x-ms-client-request-id': call.clientRequestId,
    'x-ms-client-tracking-id': printable(run.clientTrackingId),
    'x-ms-action-tracking-id': call.trackingId,
    'x-ms-tracking-id': call.trackingId,
    'x-ms-correlation-id': call.trackingId,
    'x-ms-activity-vector': '00.01',
    'x-ms-execution-location': 'local',
  };
}

/** Names may hold any letter, header values may not: others are percent-encoded. */
function printable(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
