/**
 * Policies on a request to our own ARM, before its provider sees it.
 *
 * Owns: which requests are writes of resources, how a body becomes the resource as it would be and back, deletions, what the
 * activity log tells. Does not own: what policies do to it (`enforce-write.ts`).
 *
 * Invariants
 * ER1. A request that no assignment reaches costs one look-up and nothing else.
 * ER2. What policies change goes into the request's body, so that the provider checks it like any other.
 * ER3. The server's own doings (what goes with a deleted group) are not asked.
 *
 * Source: policy reference 10, 15.
 */
import { canonicalType, mergePatch, patchResource } from '#inventory';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  parseArmId,
  type ResourceDocument,
  setMember,
  type Write,
} from '#foundation';
import { findSubject, newestApiVersion, policyGroupType } from '../compliance/subject.ts';
import { stateRecord } from '../compliance/state-record.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { policiesOf } from './assigned-policies.ts';
import { enforceDelete } from './enforce-delete.ts';
import { type EnforcedWrite, enforceWrite, type GuardedAnswer, type WrittenResource } from './enforce-write.ts';

export interface GuardedRequest {
  readonly caller: Caller;
  readonly method: string;
  /** Full id from the path. */
  readonly id: string;
  readonly body: Json | undefined;
  readonly apiVersion: string;
}

/** Types that policies never see: policy objects and locks, and what is no resource of a user. */
const unseen = /^microsoft\.(?:authorization\/(?:policy|locks)|policyinsights\/|resources\/)/i;

/** What policies say to a request; undefined when they have nothing to do with it (ER1). */
export function enforceRequest(services: Services, request: GuardedRequest): GuardedAnswer | undefined {
  const { method, caller } = request;
  const isWrite = method === 'PUT' || method === 'PATCH';
  if ((!isWrite && method !== 'DELETE') || caller.identity.kind === 'System') return undefined;
  // First what is nearly free (ER1).
  if (isWrite && policiesOf(services).reaching(request.id).length === 0) return undefined;
  const place = placeOf(request.id);
  if (place === undefined) return undefined;
  if (!isWrite) return enforceDelete(services, { id: request.id, type: place.type });
  const shown = shownResource(services, request, place);
  if (shown === undefined) return undefined;
  const enforced = enforceWrite(services, {
    ...place,
    id: request.id,
    document: shown,
    apiVersion: request.apiVersion,
    identity: caller.identity,
    tagsOnly: method === 'PATCH' && onlyTags(request.body),
  });
  if (enforced === undefined) return undefined;
  const { subject, notes, fault, document } = enforced;
  if (fault !== undefined) return { subject, fault, notes };
  if (document === shown) return { subject, notes };
  return { subject, notes, body: bodyWith(request, shown, document) };
}

/** What policies say to new tags of a resource, group or subscription. */
export function enforceTags(
  services: Services,
  { identity }: Caller,
  document: ResourceDocument,
  tags: JsonObject,
): EnforcedWrite | undefined {
  if (policiesOf(services).reaching(document.id).length === 0) return undefined;
  const subject = findSubject(services, document.id);
  if (subject === undefined) return undefined;
  const { id, type, subscriptionId, resourceGroup } = subject;
  return enforceWrite(services, {
    id,
    type,
    name: document.name,
    subscriptionId,
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    document: { ...subject.document, tags },
    apiVersion: newestApiVersion(type),
    identity,
    tagsOnly: true,
  });
}

type Place = Pick<WrittenResource, 'name' | 'type' | 'subscriptionId' | 'resourceGroup'>;

/** Resources in subscriptions, and resource groups; undefined for everything else. */
function placeOf(id: string): Place | undefined {
  const parsed = parseArmId(id);
  if (parsed?.subscriptionId === undefined) return undefined;
  const { subscriptionId, resourceGroup, namespace, name } = parsed;
  if (namespace === undefined) {
    return resourceGroup === undefined ? undefined : { name, type: policyGroupType, subscriptionId, resourceGroup };
  }
  if (unseen.test(parsed.type)) return undefined;
  const type = canonicalType(parsed.type);
  return { name, type, subscriptionId, ...(resourceGroup === undefined ? {} : { resourceGroup }) };
}

function onlyTags(body: Json | undefined): boolean {
  return isJsonObject(body) && Object.keys(body).every((name) => name === 'tags' || name === 'etag');
}

/** The resource as it would be; undefined where the provider refuses the request itself. */
function shownResource(services: Services, { method, id, body }: GuardedRequest, place: Place): JsonObject | undefined {
  if (!isJsonObject(body)) return undefined;
  const stored = findSubject(services, id);
  if (method === 'PATCH') return stored === undefined ? undefined : patchResource(stored.document, body);
  const location = stored?.location;
  return {
    ...(location === undefined ? {} : { location }),
    ...body,
    id: stored?.id ?? id,
    name: place.name,
    type: place.type,
  };
}

const own: ReadonlySet<string> = new Set(['id', 'name', 'type']);

/** ER2. */
function bodyWith({ method, body }: GuardedRequest, before: JsonObject, after: JsonObject): JsonObject {
  const given = isJsonObject(body) ? body : {};
  const result: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(given)) setMember(result, name, value);
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, next] = [before[name], after[name]];
    if (own.has(name) || (old !== undefined && next !== undefined && jsonEquals(old, next))) continue;
    if (method !== 'PATCH' || name === 'tags') {
      if (next === undefined) delete result[name];
      else setMember(result, name, next);
    } else {
      setMember(result, name, mergePatch(result[name] ?? {}, differenceOf(old, next)));
    }
  }
  return result;
}

/** The merge patch that leads from one value to another. */
function differenceOf(before: Json | undefined, after: Json | undefined): Json {
  if (after === undefined) return null;
  if (!isJsonObject(before) || !isJsonObject(after) || isJsonArray(after)) return after;
  const result: { [name: string]: Json } = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, next] = [before[name], after[name]];
    if (old !== undefined && next !== undefined && jsonEquals(old, next)) continue;
    setMember(result, name, differenceOf(old, next));
  }
  return result;
}

/** Tells the activity log, and the events of compliance, what policies did to a request that went through, or denied. */
export async function notePolicies(
  services: Services,
  caller: Caller,
  { subject, notes }: Pick<GuardedAnswer, 'subject' | 'notes'>,
): Promise<void> {
  if (notes.length === 0) return;
  await services.store.commit(
    notes.flatMap(({ action, assigned, details }): readonly Write[] => {
      const { assignmentId, definitionId, definition, effect } = assigned;
      const policies = [
        { policyDefinitionId: definitionId, policyAssignmentId: assignmentId, policyDefinitionEffect: effect },
      ];
      const activity = activityWrite(services, caller, {
        operation: `Microsoft.Authorization/policies/${action}/action`,
        resourceId: subject.id,
        category: 'Policy',
        status: action === 'deny' ? 'Failed' : 'Succeeded',
        description: `'${definition.displayName || definition.name}' (${action}), assigned as '${assignmentId}'.`,
        properties: { isComplianceCheck: 'False', policies: JSON.stringify(policies) },
      });
      // What a write changed of a state compliance tells itself, once the resource is there.
      if (action === 'audit') return [activity];
      const record = stateRecord(subject, { assigned, state: 'NonCompliant', details }, services.clock.now());
      return [activity, { kind: 'putPolicyEvent', record }];
    }),
  );
}
