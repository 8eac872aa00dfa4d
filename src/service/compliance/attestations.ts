/**
 * Attestations: what people say of resources that policies of the effect `manual` cannot judge.
 *
 * Owns: the documents, their rules, which one counts. Does not own: the verdict (`evaluate.ts`), routes (`#api`).
 *
 * Invariants
 * AT1. The newest attestation of an assignment and reference that has not expired counts.
 *
 * Source: the published REST API of Microsoft.PolicyInsights/attestations; policy reference 10, 16.
 */
import {
  armIdKey,
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  raise,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import { timeOf } from '#query';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import type { Assigned, AssignedPolicies } from '../policies/assigned-policies.ts';

export const attestationType = 'Microsoft.PolicyInsights/attestations';
export const attestationCollection = 'attestations';
const collection = attestationCollection;
const states = ['Compliant', 'NonCompliant', 'Unknown'] as const;

export interface AttestationRequest {
  readonly caller: Caller;
  /** What is attested: a subscription, group or resource, full id. */
  readonly scope: string;
  readonly name: string;
  readonly body: Json | undefined;
}

export interface Attestation {
  readonly id: string;
  readonly name: string;
  readonly properties: JsonObject;
  readonly createdTime: number;
  readonly changedTime: number;
}

function idOf(scope: string, name: string): string {
  return `${scope}/providers/${attestationType}/${name}`;
}

export function findAttestation(
  services: Pick<Services, 'store'>,
  scope: string,
  name: string,
): Attestation | undefined {
  const found = services.store.documents.get(collection, armIdKey(idOf(scope, name)));
  return found === undefined ? undefined : attestationOf(found);
}

/** Those at a scope and below it, by id. */
export function listAttestations({ store }: Pick<Services, 'store'>, scope: string): readonly Attestation[] {
  const found = store.documents.list({ collection, below: armIdKey(scope) });
  return found.map(attestationOf).sort((left, right) => (left.id.toLowerCase() < right.id.toLowerCase() ? -1 : 1));
}

/**
 * Creates or replaces an attestation.
 * @throws TocsinError `InvalidAttestation` for members that break a rule, `PolicyAssignmentNotFound`.
 */
export function putAttestation(
  services: Services,
  policies: AssignedPolicies,
  request: AttestationRequest,
): Promise<{ readonly created: boolean; readonly attestation: Attestation }> {
  const id = idOf(request.scope, request.name);
  return inTurn(services.store, id, async () => {
    const known = findAttestation(services, request.scope, request.name);
    const now = services.clock.now();
    const properties = checkedProperties(services, policies, request, known, now);
    const attestation: Attestation = {
      id: known?.id ?? id,
      name: known?.name ?? request.name,
      properties,
      createdTime: known?.createdTime ?? now,
      changedTime: now,
    };
    await services.store.commit([
      attestationWrite(request.scope, attestation),
      activityWrite(services, request.caller, { operation: `${attestationType}/write`, resourceId: attestation.id }),
    ]);
    return { created: known === undefined, attestation };
  });
}

/** Removes it; undefined when it is not there. */
export function deleteAttestation(
  services: Services,
  { caller, scope, name }: Omit<AttestationRequest, 'body'>,
): Promise<Attestation | undefined> {
  return inTurn(services.store, idOf(scope, name), async () => {
    const known = findAttestation(services, scope, name);
    if (known === undefined) return undefined;
    await services.store.commit([
      { kind: 'deleteDocument', collection, key: armIdKey(known.id) },
      activityWrite(services, caller, { operation: `${attestationType}/delete`, resourceId: known.id }),
    ]);
    return known;
  });
}

/** AT1: what is attested of a resource for an assigned policy. */
export function attestedState(
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  assigned: Assigned,
  resourceKey: string,
): string | undefined {
  const assignment = armIdKey(assigned.assignmentId);
  const reference = (assigned.referenceId ?? '').toLowerCase();
  const found = store.documents.list({ collection, parent: resourceKey }).map(attestationOf);
  const counting = found.find(({ properties }) => {
    const expires = timeOf(textMember(properties, 'expiresOn') ?? '');
    return (
      armIdKey(textMember(properties, 'policyAssignmentId') ?? '') === assignment &&
      (textMember(properties, 'policyDefinitionReferenceId') ?? '').toLowerCase() === reference &&
      (expires === undefined || expires > clock.now())
    );
  });
  return textMember(counting?.properties, 'complianceState');
}

function checkedProperties(
  services: Services,
  policies: AssignedPolicies,
  { scope, body }: AttestationRequest,
  known: Attestation | undefined,
  now: number,
): JsonObject {
  const given = memberIgnoringCase(body ?? null, 'properties');
  if (!isJsonObject(given)) return refuse("The attestation needs 'properties'.", 'properties');
  const text = (name: string): string | undefined => {
    const value = memberIgnoringCase(given, name) ?? null;
    if (value === null || typeof value === 'string') return value === null || value === '' ? undefined : value;
    return refuse(`The property '${name}' must be a text.`, `properties.${name}`);
  };
  const assignmentId = text('policyAssignmentId');
  if (assignmentId === undefined)
    return refuse("The attestation needs 'policyAssignmentId'.", 'properties.policyAssignmentId');
  const reference = text('policyDefinitionReferenceId');
  checkAssigned(policies, scope, assignmentId, reference);
  const wanted = text('complianceState') ?? 'Unknown';
  const state = states.find((each) => each.toLowerCase() === wanted.toLowerCase());
  if (state === undefined)
    return refuse(`The compliance state '${wanted}' is none of ${states.join(', ')}.`, 'properties.complianceState');
  const times = ['expiresOn', 'assessmentDate'].map((name) => {
    const value = text(name);
    if (value !== undefined && timeOf(value) === undefined)
      return refuse(`'${value}' is not a time in ISO 8601.`, `properties.${name}`);
    return value === undefined ? {} : { [name]: value };
  });
  const [owner, comments] = [text('owner'), text('comments')];
  const changed = textMember(known?.properties, 'complianceState') !== state;
  const since = changed
    ? formatTime(now)
    : (textMember(known?.properties, 'lastComplianceStateChangeAt') ?? formatTime(now));
  return {
    policyAssignmentId: assignmentId,
    ...(reference === undefined ? {} : { policyDefinitionReferenceId: reference }),
    complianceState: state,
    ...times[0],
    ...times[1],
    ...(owner === undefined ? {} : { owner }),
    ...(comments === undefined ? {} : { comments }),
    ...evidenceOf(given),
    ...metadataOf(given),
    provisioningState: 'Succeeded',
    lastComplianceStateChangeAt: since,
  };
}

function checkAssigned(
  policies: AssignedPolicies,
  scope: string,
  assignmentId: string,
  reference: string | undefined,
): void {
  const assigned = policies.of(assignmentId);
  if (assigned.length === 0) {
    raise('PolicyAssignmentNotFound', `The policy assignment '${assignmentId}' is not found.`, {
      target: 'properties.policyAssignmentId',
    });
  }
  const one = policies.get(assignmentId, reference);
  if (one === undefined) {
    refuse(
      'The assignment is of an initiative: name one of its definitions by its reference id.',
      'properties.policyDefinitionReferenceId',
    );
  } else if (one.effect !== 'manual') {
    refuse(`The policy has the effect '${one.effect}'; only 'manual' is attested.`, 'properties.policyAssignmentId');
  } else if (!policies.reaching(scope).some((each) => armIdKey(each.assignmentId) === armIdKey(assignmentId))) {
    refuse(`The assignment '${assignmentId}' does not reach '${scope}'.`, 'properties.policyAssignmentId');
  }
}

function evidenceOf(given: JsonObject): JsonObject {
  const evidence = memberIgnoringCase(given, 'evidence') ?? null;
  if (evidence === null) return {};
  const isEvidence = isJsonArray(evidence) && evidence.every(isJsonObject);
  return isEvidence
    ? { evidence }
    : refuse("'evidence' must be a list of {description, sourceUri}.", 'properties.evidence');
}

function metadataOf(given: JsonObject): JsonObject {
  const metadata = memberIgnoringCase(given, 'metadata') ?? null;
  if (metadata === null) return {};
  return isJsonObject(metadata) ? { metadata } : refuse("'metadata' must be an object.", 'properties.metadata');
}

function refuse(message: string, target: string): never {
  return raise('InvalidAttestation', message, { target });
}

function attestationWrite(scope: string, { id, name, properties, createdTime, changedTime }: Attestation): Write {
  return {
    kind: 'putDocument',
    document: {
      collection,
      key: armIdKey(id),
      parent: armIdKey(scope),
      time: changedTime,
      status: textMember(properties, 'complianceState') ?? '',
      body: { id, name, properties, createdTime },
    },
  };
}

function attestationOf({ body, time }: StoredDocument): Attestation {
  return {
    id: textMember(body, 'id') ?? '',
    name: textMember(body, 'name') ?? '',
    properties: (body['properties'] ?? {}) as JsonObject,
    createdTime: Number(body['createdTime'] ?? time),
    changedTime: time,
  };
}
