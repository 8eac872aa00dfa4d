/**
 * Sign-ins of people as the directory's own log tells them: `auditLogs/signIns`.
 *
 * Owns: the entry's members. Does not own: the activity log (`activity-log/note-request.ts`).
 * Source: the published `signIn` type of Microsoft Graph.
 */
import { formatTime, type Identity, type Write } from '#foundation';
import type { Services } from '../services.ts';
import { entityWrites } from './directory-store.ts';

export interface SignInSeen {
  readonly identity: Identity;
  readonly correlationId: string;
  readonly remoteAddress?: string | undefined;
  /** How: `password`, `device code`, … */
  readonly way: string;
  readonly application?: string | undefined;
  /** Why it was refused; absent when it was not. */
  readonly refusal?: string | undefined;
}

/** Wrong credentials, as Microsoft Entra numbers them. */
const refusedCode = 50_126;

/** The write of one entry; none for applications, whose sign-ins Microsoft Graph lists elsewhere. */
export function signInWrites(services: Pick<Services, 'clock' | 'random'>, seen: SignInSeen): readonly Write[] {
  const { identity, correlationId, remoteAddress, way, application, refusal } = seen;
  if (identity.kind !== 'User') return [];
  const now = services.clock.now();
  const body = {
    createdDateTime: formatTime(now),
    userId: identity.objectId,
    userPrincipalName: identity.userName ?? identity.displayName,
    userDisplayName: identity.displayName,
    appDisplayName: application ?? 'Tocsin',
    appId: identity.appId ?? '',
    clientAppUsed: way,
    ipAddress: remoteAddress ?? '',
    correlationId,
    isInteractive: true,
    conditionalAccessStatus: 'notApplied',
    riskDetail: 'none',
    riskLevelAggregated: 'none',
    riskLevelDuringSignIn: 'none',
    riskState: 'none',
    status: {
      errorCode: refusal === undefined ? 0 : refusedCode,
      failureReason: refusal ?? 'Other.',
      additionalDetails: null,
    },
  };
  return entityWrites({ set: 'signIns', id: services.random.uuid(), body, createdTime: now }, undefined);
}
