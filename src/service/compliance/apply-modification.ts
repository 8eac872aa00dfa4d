/**
 * What a remediation of a `modify` policy does to one resource.
 *
 * Owns: the request that changes it, as the assignment's identity. Does not own: the operations (`#policy`).
 *
 * Invariants
 * AM1. Tags alone are changed as tags, so that the rights for tags are enough; anything else is a PUT of the resource.
 *
 * Source: policy reference 10, 17.
 */
import { type ArmResponse, type Identity, type Json, type JsonObject, jsonEquals, memberOf } from '#foundation';
import { modifyResource } from '#policy';
import { isStop } from '#templates';
import type { Services } from '../services.ts';
import type { Assigned } from '../policies/assigned-policies.ts';
import { errorOf, identityMissing, identityOf, type PolicyChangeOutcome } from './policy-deployment.ts';
import { newestApiVersion, policyGroupType, type Subject, surroundingsOf } from './subject.ts';

export async function modifySubject(
  services: Services,
  assigned: Assigned,
  subject: Subject,
): Promise<PolicyChangeOutcome> {
  const { details } = assigned.policy.plan;
  if (details?.kind !== 'modify') {
    return { status: 'Failed', error: { code: 'InvalidPolicyRule', message: 'The definition has no operations.' } };
  }
  const identity = identityOf(assigned);
  if (identity === undefined) return { status: 'Failed', error: identityMissing };
  const changed = modifyResource(details, surroundingsOf(services, assigned.policy, subject, services.clock.now()));
  if (isStop(changed)) {
    return { status: 'Failed', error: { code: 'InvalidPolicyRule', message: changed.message } };
  }
  if (changed.changes.length === 0) return { status: 'Succeeded' };
  const response = onlyTagsDiffer(subject.document, changed.resource)
    ? await put(services, `${subject.id}/providers/Microsoft.Resources/tags/default`, '2021-04-01', identity, {
        properties: { tags: memberOf(changed.resource, 'tags') ?? {} },
      })
    : await put(services, subject.id, versionOf(subject), identity, withoutOwnMembers(changed.resource));
  return response.status >= 400 ? { status: 'Failed', error: errorOf(response) } : { status: 'Succeeded' };
}

function versionOf({ type }: Subject): string {
  return type === policyGroupType ? '2021-04-01' : newestApiVersion(type);
}

function onlyTagsDiffer(before: JsonObject, after: JsonObject): boolean {
  const { tags: _before, ...rest } = before;
  const { tags: _after, ...others } = after;
  return jsonEquals(rest, others);
}

function withoutOwnMembers(resource: JsonObject): JsonObject {
  const { id: _id, name: _name, type: _type, etag: _etag, systemData: _data, ...rest } = resource;
  return rest;
}

function put(services: Services, path: string, version: string, identity: Identity, body: Json): Promise<ArmResponse> {
  return services.arm({
    method: 'PUT',
    path,
    query: { 'api-version': version },
    headers: { 'content-type': 'application/json' },
    body,
    identity,
    baseUrl: services.settings.publicBaseUrl,
  });
}
