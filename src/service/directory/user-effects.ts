/**
 * What can be done to users beside changing their properties: ending their sessions, confirming or dismissing risk.
 *
 * Owns: these effects and their documents. Does not own: sessions and tokens themselves (`directory-users.ts` DU2 says what
 * they look at).
 * Source: the published `revokeSignInSessions` and `riskyUsers` operations of Microsoft Graph.
 *
 * Invariants
 * UE1. Of several users all exist, or nothing changes.
 */
import { badDirectoryRequest, entitySets } from '#directory';
import { formatTime, isJsonArray, type Json, type JsonObject, memberOf, textMember, TocsinError } from '#foundation';
import { inTurns } from '../in-turn.ts';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { affectEntity, requireEntity } from './change-entities.ts';
import { auditWrites } from './directory-audit.ts';
import { entityWrites, findEntity, newestEntities, type StoredEntity } from './directory-store.ts';

/** Sessions and refresh tokens of the user from before now count no more. @throws TocsinError `Request_ResourceNotFound`. */
export async function revokeSignInSessions(services: Services, caller: Caller, idOrName: string): Promise<void> {
  const user = requireEntity(services, 'users', idOrName);
  const now = formatTime(services.clock.now());
  await affectEntity(services, caller, user, {
    activity: 'Update StsRefreshTokenValidFrom Timestamp',
    body: { signInSessionsValidFromDateTime: now, refreshTokensValidFromDateTime: now },
  });
}

const verdicts = {
  confirmCompromised: {
    activity: 'Confirm user compromised',
    risk: { riskLevel: 'high', riskState: 'confirmedCompromised', riskDetail: 'adminConfirmedUserCompromised' },
  },
  confirmSafe: {
    activity: 'Confirm user safe',
    risk: { riskLevel: 'none', riskState: 'confirmedSafe', riskDetail: 'adminConfirmedUserSafe' },
  },
  dismiss: {
    activity: 'Dismiss user risk',
    risk: { riskLevel: 'none', riskState: 'dismissed', riskDetail: 'adminDismissedAllRiskForUser' },
  },
} as const;

export type RiskVerdict = keyof typeof verdicts;

/** `POST …/riskyUsers/{verdict}` with `{userIds}`. @throws TocsinError `Request_BadRequest`, `Request_ResourceNotFound`. */
export async function judgeRisk(
  services: Services,
  caller: Caller,
  verdict: RiskVerdict,
  request: Json | undefined,
): Promise<void> {
  const ids = memberOf(request, 'userIds');
  if (!isJsonArray(ids) || ids.length === 0 || ids.length > 60 || !ids.every((id) => typeof id === 'string')) {
    throw new TocsinError(
      badDirectoryRequest("The member 'userIds' must be a list of 1 to 60 ids of users.", 'userIds'),
    );
  }
  const users = [...new Set(ids)].map((id) => requireEntity(services, 'users', id));
  const { activity, risk } = verdicts[verdict];
  const keys = users.map(({ id }) => `/directory/riskyUsers/${id}`);
  await inTurns(services.store, keys, async () => {
    const writes = users.flatMap((user) => {
      const before = findEntity(services, 'riskyUsers', user.id);
      const next = riskyUser(services, user, before, risk);
      const done = { activity, operation: 'Update', target: user, before: before?.body ?? {}, after: risk } as const;
      return [...entityWrites(next, before), ...auditWrites(services, caller, done)];
    });
    await services.store.commit(writes);
  });
}

function riskyUser(
  services: Services,
  user: StoredEntity,
  before: StoredEntity | undefined,
  risk: JsonObject,
): StoredEntity {
  const now = services.clock.now();
  return {
    set: 'riskyUsers',
    id: user.id,
    createdTime: before?.createdTime ?? now,
    body: {
      ...entitySets.riskyUsers.initial,
      ...before?.body,
      userDisplayName: textMember(user.body, 'displayName') ?? null,
      userPrincipalName: textMember(user.body, 'userPrincipalName') ?? null,
      riskLastUpdatedDateTime: formatTime(now),
      ...risk,
    },
  };
}

/** Entries of the log that are looked at, the newest ones. */
const mostLog = 2_000;

/**
 * How a user's risk came to be what it is, the newest first: what the directory's log tells of it, and how it stands.
 * @throws TocsinError `Request_ResourceNotFound`.
 */
export function riskHistoryOf(services: Services, id: string): readonly JsonObject[] {
  const user = requireEntity(services, 'riskyUsers', id);
  const past = newestEntities(services, 'directoryAudits', mostLog)
    .filter(({ body }) => isVerdictOn(body, user.id))
    .map(({ id: entry, body }) => historyItem(user, entry, body));
  return past.length > 0 ? past : [{ ...historyItem(user, user.id, {}), ...user.body }];
}

function isVerdictOn(entry: JsonObject, userId: string): boolean {
  const name = textMember(entry, 'activityDisplayName') ?? '';
  const targets = memberOf(entry, 'targetResources');
  return (
    Object.values(verdicts).some(({ activity }) => activity === name) &&
    isJsonArray(targets) &&
    targets.some((target) => textMember(target, 'id') === userId)
  );
}

function historyItem(user: StoredEntity, id: string, entry: JsonObject): JsonObject {
  const verdict = Object.values(verdicts).find(({ activity }) => activity === textMember(entry, 'activityDisplayName'));
  const initiated = memberOf(entry, 'initiatedBy');
  const by = memberOf(memberOf(initiated, 'user'), 'id') ?? memberOf(memberOf(initiated, 'app'), 'servicePrincipalId');
  return {
    id,
    userId: user.id,
    isDeleted: false,
    isProcessing: false,
    riskLevel: memberOf(user.body, 'riskLevel') ?? 'none',
    riskState: memberOf(user.body, 'riskState') ?? 'none',
    riskDetail: memberOf(user.body, 'riskDetail') ?? 'none',
    ...verdict?.risk,
    riskLastUpdatedDateTime:
      textMember(entry, 'activityDateTime') ?? textMember(user.body, 'riskLastUpdatedDateTime') ?? null,
    userDisplayName: textMember(user.body, 'userDisplayName') ?? null,
    userPrincipalName: textMember(user.body, 'userPrincipalName') ?? null,
    initiatedBy: by ?? null,
    activity: { eventTypes: [], riskEventTypes: [], detail: verdict?.risk.riskDetail ?? null },
  };
}
