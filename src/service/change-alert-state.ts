/**
 * Dismisses, resolves, activates alerts, or marks them as being worked on.
 *
 * Owns: the state over REST. The event as delivered stays as it is.
 * Source: management API reference 5.2.
 */
import type { AlertState } from '#events';
import { armIdKey, raise } from '#foundation';
import { findAlert, type StoredEvent } from './event-documents.ts';
import { inTurn } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const alertActions = {
  dismiss: 'Dismissed',
  resolve: 'Resolved',
  activate: 'Active',
  /** The name of `activate` up to 2019-01-01. */
  reactivate: 'Active',
  inProgress: 'InProgress',
} as const satisfies Readonly<Record<string, AlertState>>;

export type AlertActionName = keyof typeof alertActions;

export interface AlertPath {
  readonly subscriptionId: string;
  /** When the path names one, the alert must be in it. */
  readonly resourceGroup?: string;
  readonly name: string;
}

/** @throws TocsinError `ResourceNotFound`. */
export function requireAlert(services: Pick<Services, 'store'>, path: AlertPath): StoredEvent {
  const alert = findAlert(services, path.subscriptionId, path.name);
  const elsewhere =
    path.resourceGroup !== undefined && alert?.resourceGroup?.toLowerCase() !== path.resourceGroup.toLowerCase();
  if (alert === undefined || elsewhere) {
    return raise(
      'ResourceNotFound',
      `The alert '${path.name}' was not found in subscription '${path.subscriptionId}'.`,
    );
  }
  return alert;
}

/** @throws TocsinError `ResourceNotFound`. */
export async function changeAlertState(
  services: Services,
  request: AlertPath & { readonly caller: Caller; readonly action: AlertActionName },
): Promise<void> {
  const { id } = requireAlert(services, request);
  await inTurn(services.store, armIdKey(id), async () => {
    const { document } = requireAlert(services, request);
    await services.store.commit([
      { kind: 'putDocument', document: { ...document, status: alertActions[request.action] } },
      activityWrite(services, request.caller, {
        operation: `Microsoft.Security/locations/alerts/${request.action}/action`,
        resourceId: id,
      }),
    ]);
  });
}
