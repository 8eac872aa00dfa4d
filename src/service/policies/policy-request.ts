/**
 * What the use cases on policy resources share: the request, scopes, names, and the document around the properties.
 *
 * Owns: which scopes exist, when one is at or above another, metadata and `systemData`. Does not own: any kind's rules.
 */
import {
  armIdKey,
  formatTime,
  isJsonObject,
  isWithin,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  textMember,
  TocsinError,
} from '#foundation';
import { managementGroupType } from '../seed-tenant.ts';
import type { Caller } from '../record-activity.ts';
import { resourceNotFound } from '../resource-write.ts';
import type { Services } from '../services.ts';

export interface PolicyRequest {
  readonly caller: Caller;
  /** Full id of the scope, empty at the tenant. */
  readonly scope: string;
  readonly name: string;
  readonly body: Json | undefined;
  /** Keys of the management groups above a scope, nearest first. */
  readonly groupsAbove: (scope: string) => readonly string[];
  /** Whether the caller may do an action at a scope. */
  readonly allowed: (action: string, scope: string) => boolean;
}

/** The members of `properties`. @throws TocsinError `InvalidRequestContent`. */
export function propertiesOf(body: Json | undefined): JsonObject {
  const properties = memberOf(body, 'properties');
  if (isJsonObject(properties)) return properties;
  return raise('InvalidRequestContent', "The request content is invalid: 'properties' must be an object.", {
    target: 'properties',
  });
}

/** @throws TocsinError `InvalidResourceName`. */
export function checkPolicyName(name: string, longest: number): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (name.length <= longest && !/[<>%&:\\?/#\u0000-\u001f]/.test(name) && !/[ .]$/.test(name)) return;
  raise(
    'InvalidResourceName',
    `The name '${name.slice(0, 200)}' is not valid: it has at most ${longest} characters, none of < > % & : \\ ? / #, and does not end in a dot or blank.`,
  );
}

export type ScopeKind = 'tenant' | 'managementGroup' | 'subscription' | 'resourceGroup' | 'resource';

/** What a scope is. @throws TocsinError `NotFound`, `ResourceNotFound` for one that is not there. */
export function requireScope(services: Pick<Services, 'store'>, scope: string): ScopeKind {
  if (armIdKey(scope) === '/') return 'tenant';
  const id = parseArmId(scope);
  const found = services.store.resources.get(scope);
  if (id?.type === managementGroupType) {
    return found === undefined ? raise('NotFound', `'${scope}' not found`) : 'managementGroup';
  }
  if (found === undefined || id === undefined) throw new TocsinError(resourceNotFound(scope));
  if (id.namespace !== undefined) return 'resource';
  return id.resourceGroup === undefined ? 'subscription' : 'resourceGroup';
}

/** Whether `outer` is the scope `inner`, or above it. */
export function isAtOrAbove(outer: string, inner: string, groupsAbove: PolicyRequest['groupsAbove']): boolean {
  return isWithin(inner, outer) || groupsAbove(inner).includes(armIdKey(outer));
}

/** The stored document of a policy resource; `properties.metadata` gets who made it and when. */
export function policyDocument(
  services: Services,
  request: Pick<PolicyRequest, 'caller'>,
  parts: { readonly id: string; readonly type: string; readonly properties: JsonObject; readonly more?: JsonObject },
  existing: ResourceDocument | undefined,
): ResourceDocument {
  const now = services.clock.now();
  const id = existing?.id ?? parts.id;
  const parsed = parseArmId(id);
  return {
    id,
    type: parts.type,
    name: existing?.name ?? id.slice(id.lastIndexOf('/') + 1),
    ...(parsed?.subscriptionId === undefined ? {} : { subscriptionId: parsed.subscriptionId }),
    ...(parsed?.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    body: {
      ...parts.more,
      properties: { ...parts.properties, metadata: metadataOf(request.caller, parts.properties, existing, now) },
    },
    etag: services.random.uuid(),
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
}

function metadataOf(
  { identity }: Caller,
  properties: JsonObject,
  existing: ResourceDocument | undefined,
  now: number,
): JsonObject {
  const given = memberOf(properties, 'metadata');
  const before = memberOf(memberOf(existing?.body, 'properties'), 'metadata');
  return {
    ...(isJsonObject(given) ? given : {}),
    createdBy: textMember(before, 'createdBy') ?? identity.objectId,
    createdOn: formatTime(existing?.createdTime ?? now),
    updatedBy: existing === undefined ? null : identity.objectId,
    updatedOn: existing === undefined ? null : formatTime(now),
  };
}

/** A stored policy resource as GET answers it. */
export function policyAnswer(document: ResourceDocument): JsonObject {
  const { id, type, name, body, location } = document;
  const metadata = memberOf(memberOf(body, 'properties'), 'metadata');
  const createdBy = textMember(metadata, 'createdBy') ?? '';
  return {
    ...body,
    ...(location === undefined ? {} : { location }),
    id,
    type,
    name,
    systemData: {
      createdBy,
      createdByType: 'Application',
      createdAt: formatTime(document.createdTime),
      lastModifiedBy: textMember(metadata, 'updatedBy') ?? createdBy,
      lastModifiedByType: 'Application',
      lastModifiedAt: formatTime(document.changedTime),
    },
  };
}
