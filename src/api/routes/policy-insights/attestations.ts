/**
 * Routes of attestations. Source: the published REST API of Microsoft.PolicyInsights/attestations.
 *
 * Owns: the mapping and shapes.
 */
import { type ArmResponse, formatTime, type JsonObject, TocsinError } from '#foundation';
import {
  type Attestation,
  attestationType,
  complianceOf,
  deleteAttestation,
  findAttestation,
  listAttestations,
  putAttestation,
  requireInsightsScope,
  resourceNotFound,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { attestationVersions } from './versions.data.ts';

const collection = '{scope*}/providers/Microsoft.PolicyInsights/attestations';
const item = `${collection}/{name}`;

function answer({ id, name, properties, createdTime, changedTime }: Attestation): JsonObject {
  return {
    id,
    name,
    type: attestationType,
    properties,
    systemData: { createdAt: formatTime(createdTime), lastModifiedAt: formatTime(changedTime) },
  };
}

function scopeOf(call: RouteCall): string {
  return segment(call, 'scope');
}

function get(call: RouteCall): ArmResponse {
  const found = findAttestation(call.services, scopeOf(call), segment(call, 'name'));
  if (found !== undefined) return { status: 200, body: answer(found) };
  throw new TocsinError(resourceNotFound(`${scopeOf(call)}/providers/${attestationType}/${segment(call, 'name')}`));
}

function list(call: RouteCall): ArmResponse {
  requireInsightsScope(call.services, scopeOf(call));
  return { status: 200, body: pageOfList(call.request, listAttestations(call.services, scopeOf(call)), answer) };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const scope = scopeOf(call);
  requireInsightsScope(call.services, scope);
  const compliance = complianceOf(call.services);
  const { created, attestation } = await putAttestation(call.services, compliance.policies, {
    caller: callerOf(call),
    scope,
    name: segment(call, 'name'),
    body: call.request.body,
  });
  compliance.attested(scope);
  return { status: created ? 201 : 200, body: answer(attestation) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const name = segment(call, 'name');
  const deleted = await deleteAttestation(call.services, { caller: callerOf(call), scope: scopeOf(call), name });
  if (deleted === undefined) return { status: 204 };
  complianceOf(call.services).attested(scopeOf(call));
  return { status: 200, body: answer(deleted) };
}

function route(method: Route['method'], pattern: string, verb: string, handle: Route['handle']): Route {
  const permission = {
    action: `Microsoft.PolicyInsights/attestations/${verb}`,
    scope: (path: PathValues) => path['scope'] ?? '',
  };
  return { method, pattern, permission, apiVersions: attestationVersions, handle };
}

export const attestationRoutes: readonly Route[] = [
  route('GET', collection, 'read', list),
  route('GET', item, 'read', get),
  route('PUT', item, 'write', put),
  route('DELETE', item, 'delete', remove),
];
