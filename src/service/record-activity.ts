/**
 * The activity log: who did what to which resource.
 *
 * Owns: the document of one entry and its members as `Microsoft.Insights/eventtypes/management/values` lists them.
 *
 * Invariants
 * D1. An entry is written in the commit of the change it tells of; it never holds a request body.
 */
import { clientOf } from '#access';
import { formatTime, type Identity, type JsonObject, parseArmId, type Write } from '#foundation';
import type { Services } from './services.ts';

export const activityCollection = 'activity';

/** Who asks, for the log and for linked checks. */
export interface Caller {
  readonly identity: Identity;
  readonly correlationId: string;
  readonly remoteAddress?: string | undefined;
  /** Told of every entry that is made in the caller's name: a request that made none gets one of its own. */
  readonly noted?: () => void;
}

export interface Activity {
  /** `Microsoft.Compute/virtualMachines/restart/action`. */
  readonly operation: string;
  readonly resourceId: string;
  /** `Succeeded` unless said otherwise. */
  readonly status?: 'Started' | 'Accepted' | 'Succeeded' | 'Failed';
  readonly httpMethod?: string;
  /** A sentence for people. */
  readonly description?: string;
  /** `Administrative` unless said otherwise. */
  readonly category?: 'Policy' | 'SignIn';
  /** What the category adds. */
  readonly properties?: JsonObject;
}

/** The write of one entry, listed under its subscription (empty at the tenant). */
export function activityWrite(
  services: Pick<Services, 'clock' | 'random' | 'settings'>,
  caller: Caller,
  activity: Activity,
): Write {
  caller.noted?.();
  const now = services.clock.now();
  const key = services.random.uuid();
  const id = parseArmId(activity.resourceId);
  const status = activity.status ?? 'Succeeded';
  return {
    kind: 'putDocument',
    document: {
      collection: activityCollection,
      key,
      parent: (id?.subscriptionId ?? '').toLowerCase(),
      time: now,
      status,
      body: activityBody(services, caller, activity, { now, key, status }),
    },
  };
}

function activityBody(
  services: Pick<Services, 'settings'>,
  { identity, correlationId, remoteAddress }: Caller,
  activity: Activity,
  { now, key, status }: { readonly now: number; readonly key: string; readonly status: string },
): JsonObject {
  const id = parseArmId(activity.resourceId);
  const provider = activity.operation.split('/', 1)[0] ?? '';
  const eventTimestamp = formatTime(now);
  const category = activity.category ?? 'Administrative';
  return {
    id: `${activity.resourceId}/events/${key}/ticks/${now}`,
    eventDataId: key,
    correlationId,
    operationId: correlationId,
    caller: clientOf(identity),
    claims: {
      'http://schemas.microsoft.com/identity/claims/objectidentifier': identity.objectId,
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': identity.displayName,
      idtyp: identity.kind,
      ...(identity.appId === undefined ? {} : { appid: identity.appId }),
      ...(identity.userName === undefined
        ? {}
        : { 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': identity.userName }),
      ...(remoteAddress === undefined || remoteAddress === '' ? {} : { ipaddr: remoteAddress }),
    },
    category: { value: category, localizedValue: category },
    channels: 'Operation',
    level: status === 'Failed' ? 'Error' : 'Informational',
    operationName: { value: activity.operation, localizedValue: activity.operation },
    resourceProviderName: { value: provider, localizedValue: provider },
    resourceType: { value: id?.type ?? '', localizedValue: id?.type ?? '' },
    resourceId: activity.resourceId,
    resourceGroupName: id?.resourceGroup ?? '',
    subscriptionId: id?.subscriptionId ?? '',
    tenantId: services.settings.tenantId,
    status: { value: status, localizedValue: status },
    subStatus: { value: '', localizedValue: '' },
    eventTimestamp,
    submissionTimestamp: eventTimestamp,
    ...(activity.httpMethod === undefined
      ? {}
      : {
          httpRequest: {
            clientRequestId: correlationId,
            ...(remoteAddress === undefined || remoteAddress === '' ? {} : { clientIpAddress: remoteAddress }),
            method: activity.httpMethod,
          },
        }),
    ...(activity.description === undefined ? {} : { description: activity.description }),
    ...(activity.properties === undefined ? {} : { properties: activity.properties }),
  };
}
