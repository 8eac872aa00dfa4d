/**
 * What is done to the directory, as the directory's own audit log tells it.
 *
 * Owns: the entry's members. Does not own: the activity log of resources (`record-activity.ts`).
 * Source: the published `directoryAudit` type of Microsoft Graph.
 *
 * Invariants
 * DA1. An entry is written in the commit of the change it tells of; it never holds a password.
 */
import { type EntitySet, entitySets } from '#directory';
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  stringifyJson,
  textMember,
  type Write,
} from '#foundation';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { entityWrites, type StoredEntity } from './directory-store.ts';

export interface DirectoryActivity {
  /** `Update user`, `Add member to group`, … */
  readonly activity: string;
  readonly operation: 'Add' | 'Update' | 'Delete' | 'Assign' | 'Unassign';
  readonly target: StoredEntity;
  /** The properties before and after, where they changed. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

const categories: Readonly<Record<string, string>> = {
  users: 'UserManagement',
  groups: 'GroupManagement',
  devices: 'Device',
  directoryRoles: 'RoleManagement',
  namedLocations: 'Policy',
  tiIndicators: 'ThreatIntelligence',
};

export function auditWrites(services: Services, caller: Caller, done: DirectoryActivity): readonly Write[] {
  const now = services.clock.now();
  const { target } = done;
  const set: EntitySet = entitySets[target.set];
  const body: JsonObject = {
    category: categories[target.set] ?? 'Other',
    correlationId: caller.correlationId,
    result: 'success',
    resultReason: '',
    activityDisplayName: done.activity,
    activityDateTime: formatTime(now),
    loggedByService: 'Core Directory',
    operationType: done.operation,
    initiatedBy: initiatorOf(caller),
    targetResources: [
      {
        id: target.id,
        displayName: textMember(target.body, 'displayName') ?? null,
        type: set.noun,
        userPrincipalName: textMember(target.body, 'userPrincipalName') ?? null,
        modifiedProperties: modifiedProperties(done.before ?? {}, done.after ?? {}),
      },
    ],
    additionalDetails: [],
  };
  return entityWrites({ set: 'directoryAudits', id: services.random.uuid(), body, createdTime: now }, undefined);
}

function initiatorOf({ identity }: Caller): JsonObject {
  if (identity.kind === 'User') {
    return { app: null, user: { id: identity.objectId, displayName: null, userPrincipalName: identity.displayName } };
  }
  return {
    user: null,
    app: {
      appId: identity.appId ?? null,
      displayName: identity.displayName,
      servicePrincipalId: identity.objectId === '' ? null : identity.objectId,
    },
  };
}

function modifiedProperties(before: JsonObject, after: JsonObject): readonly JsonObject[] {
  const text = (value: Json | undefined): string | null => (value === undefined ? null : stringifyJson([value]));
  return Object.keys(after)
    .filter((name) => !isJsonObject(memberOf(after, name)))
    .map((name) => ({
      displayName: name.charAt(0).toUpperCase() + name.slice(1),
      oldValue: text(memberOf(before, name)),
      newValue: text(memberOf(after, name)),
    }));
}
