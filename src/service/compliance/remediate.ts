/**
 * Requests on remediations: create, read, cancel, delete.
 *
 * Owns: their rules. Does not own: the work (`remediation-run.ts`), documents (`remediation-record.ts`), answers (`#api`).
 *
 * Invariants
 * RM1. There is one active remediation per assignment and definition reference.
 *
 * Source: policy reference 17, 19; ARM reference 4, 11.
 */
import {
  armIdKey,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  raise,
  type Write,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import type { Assigned } from '../policies/assigned-policies.ts';
import { complianceOf } from './compliance.ts';
import {
  activeRemediations,
  findRemediation,
  forgetDeployments,
  isActiveRemediation,
  type Remediation,
  remediationCollection,
  remediationId,
  remediationType,
  remediationWrite,
} from './remediation-record.ts';
import { managementGroupOf, subscriptionFilter } from './scope-subscriptions.ts';

export interface RemediationRequest {
  readonly caller: Caller;
  /** A management group, subscription, group or resource, full id. */
  readonly scope: string;
  readonly name: string;
  readonly body: Json | undefined;
}

const mostResources = 50_000;
const usualResources = 500;
const mostParallel = 30;
const usualParallel = 10;

/**
 * Creates a remediation and begins it; one that has ended begins anew.
 * @throws TocsinError `InvalidCreateRemediationRequest`, `PolicyAssignmentNotFound`, `Conflict` (RM1).
 */
export async function putRemediation(
  services: Services,
  request: RemediationRequest,
): Promise<{ readonly created: boolean; readonly remediation: Remediation }> {
  const id = remediationId(request.scope, request.name);
  if (!/^[-\w.()]{1,260}$/.test(request.name)) {
    return refuse(`The name '${request.name}' of the remediation is not valid.`, 'name');
  }
  // In turn with all others: RM1 is about all of them.
  const result = await inTurn(services.store, `/providers/${remediationType}`, () =>
    inTurn(services.store, id, () => create(services, request, id)),
  );
  complianceOf(services).beginRemediation(id);
  return result;
}

async function create(services: Services, request: RemediationRequest, id: string) {
  const known = findRemediation(services, id);
  const given = remediationOptions(request);
  checkAssigned(services, request.scope, given);
  const active = activeRemediations(services).find(
    (each) => sameTarget(each, given) || (known !== undefined && armIdKey(each.id) === armIdKey(known.id)),
  );
  if (active !== undefined) {
    raise('Conflict', `The remediation '${active.id}' of the same policy is still active: '${active.state}'.`);
  }
  if (known !== undefined) await forgetAll(services, known.id);
  const now = services.clock.now();
  const remediation: Remediation = {
    ...given,
    id: known?.id ?? id,
    name: known?.name ?? request.name,
    scope: request.scope,
    state: 'Accepted',
    correlationId: request.caller.correlationId,
    createdBy: request.caller.identity.objectId,
    createdTime: now,
    changedTime: now,
  };
  await services.store.commit([remediationWrite(remediation), activity(services, request.caller, 'write', id)]);
  return { created: known === undefined, remediation };
}

type Options = Omit<
  Remediation,
  'id' | 'name' | 'scope' | 'state' | 'correlationId' | 'createdBy' | 'createdTime' | 'changedTime'
>;

function sameTarget(one: Options, other: Options): boolean {
  return (
    armIdKey(one.policyAssignmentId) === armIdKey(other.policyAssignmentId) &&
    (one.policyDefinitionReferenceId ?? '').toLowerCase() === (other.policyDefinitionReferenceId ?? '').toLowerCase()
  );
}

function remediationOptions({ scope, body }: RemediationRequest): Options {
  const given = memberIgnoringCase(body ?? null, 'properties');
  if (!isJsonObject(given)) return refuse("The request needs 'properties'.", 'properties');
  const policyAssignmentId = textOf(given, 'policyAssignmentId');
  if (policyAssignmentId === undefined) {
    return refuse("The property 'policyAssignmentId' is required.", 'properties.policyAssignmentId');
  }
  const reference = textOf(given, 'policyDefinitionReferenceId');
  const filters = filtersOf(given);
  return {
    policyAssignmentId,
    ...(reference === undefined ? {} : { policyDefinitionReferenceId: reference }),
    resourceDiscoveryMode: discoveryMode(given, scope),
    ...(filters === undefined ? {} : { filters }),
    resourceCount: numberOf(given, 'resourceCount', 1, mostResources) ?? usualResources,
    parallelDeployments: numberOf(given, 'parallelDeployments', 1, mostParallel) ?? usualParallel,
    failureThreshold: thresholdOf(given),
  };
}

function discoveryMode(given: JsonObject, scope: string): Remediation['resourceDiscoveryMode'] {
  const text = textOf(given, 'resourceDiscoveryMode') ?? 'ExistingNonCompliant';
  const target = 'properties.resourceDiscoveryMode';
  const modes = ['ExistingNonCompliant', 'ReEvaluateCompliance'] as const;
  const mode = modes.find((each) => each.toLowerCase() === text.toLowerCase());
  if (mode === undefined)
    return refuse(`The resource discovery mode '${text}' is none of ${modes.join(', ')}.`, target);
  if (mode === 'ReEvaluateCompliance' && managementGroupOf(scope) !== undefined) {
    return refuse("The resource discovery mode 'ReEvaluateCompliance' is not supported at management groups.", target);
  }
  return mode;
}

function filtersOf(given: JsonObject): Remediation['filters'] {
  const filters = memberIgnoringCase(given, 'filters') ?? null;
  if (filters === null) return undefined;
  if (!isJsonObject(filters)) return refuse("'filters' must be an object.", 'properties.filters');
  const locations = textsOf(filters, 'locations');
  const resourceIds = textsOf(filters, 'resourceIds');
  return {
    ...(locations === undefined ? {} : { locations }),
    ...(resourceIds === undefined ? {} : { resourceIds }),
  };
}

function textsOf(filters: JsonObject, name: string): readonly string[] | undefined {
  const value = memberIgnoringCase(filters, name) ?? null;
  if (value === null || (isJsonArray(value) && value.length === 0)) return undefined;
  const isTexts = isJsonArray(value) && value.every((each): each is string => typeof each === 'string');
  return isTexts ? value : refuse(`'filters.${name}' must be a list of texts.`, `properties.filters.${name}`);
}

function thresholdOf(given: JsonObject): number {
  const threshold = memberIgnoringCase(given, 'failureThreshold') ?? null;
  if (threshold === null) return 1;
  const share = Number(memberIgnoringCase(threshold, 'percentage') ?? 1);
  if (!Number.isFinite(share) || share < 0 || share > 1) {
    return refuse(
      "'failureThreshold.percentage' must be a number from 0 to 1.",
      'properties.failureThreshold.percentage',
    );
  }
  return share;
}

function numberOf(given: JsonObject, name: string, least: number, most: number): number | undefined {
  const value = memberIgnoringCase(given, name) ?? null;
  if (value === null) return undefined;
  const number = Number(value);
  if (typeof value !== 'string' && Number.isInteger(number) && number >= least && number <= most) return number;
  return refuse(`'${name}' must be a whole number from ${least} to ${most}.`, `properties.${name}`);
}

function textOf(given: JsonObject, name: string): string | undefined {
  const value = memberIgnoringCase(given, name) ?? null;
  if (value === null || value === '') return undefined;
  return typeof value === 'string' ? value : refuse(`The property '${name}' must be a text.`, `properties.${name}`);
}

/** The assignment is there, reaches the scope, and can be remediated. */
function checkAssigned(services: Services, scope: string, options: Options): Assigned {
  const { policies } = complianceOf(services);
  const { policyAssignmentId, policyDefinitionReferenceId: reference } = options;
  const all = policies.of(policyAssignmentId);
  const [first] = all;
  if (first === undefined) {
    return raise('PolicyAssignmentNotFound', `The policy assignment '${policyAssignmentId}' is not found.`, {
      target: 'properties.policyAssignmentId',
    });
  }
  if (first.setDefinitionId !== undefined && reference === undefined) {
    const message = "The assignment is of an initiative: 'policyDefinitionReferenceId' is required.";
    return refuse(message, 'properties.policyDefinitionReferenceId');
  }
  const assigned = policies.get(policyAssignmentId, reference);
  if (assigned === undefined) {
    const message = `The initiative has no definition with the reference id '${reference ?? ''}'.`;
    return refuse(message, 'properties.policyDefinitionReferenceId');
  }
  if (assigned.effect !== 'deployIfNotExists' && assigned.effect !== 'modify') {
    const message = `The policy has the effect '${assigned.effect}'; only 'deployIfNotExists' and 'modify' can be remediated.`;
    return refuse(message, 'properties.policyAssignmentId');
  }
  if (!reachesScope(services, assigned.scope, scope)) {
    return refuse(
      `The policy assignment '${policyAssignmentId}' does not apply at '${scope}'.`,
      'properties.policyAssignmentId',
    );
  }
  return assigned;
}

/** Whether an assignment's scope is at, above or below the remediation's. */
function reachesScope(services: Services, assigned: string, scope: string): boolean {
  const within = (inner: string, outer: string): boolean =>
    armIdKey(inner) === armIdKey(outer) || armIdKey(inner).startsWith(`${armIdKey(outer)}/`);
  if (within(scope, assigned) || within(assigned, scope)) return true;
  if (managementGroupOf(assigned) === undefined && managementGroupOf(scope) === undefined) return false;
  const [left, right] = [subscriptionsOf(services, assigned), subscriptionsOf(services, scope)];
  return left.some((each) => right.includes(each));
}

function subscriptionsOf(services: Services, scope: string): readonly string[] {
  const inside = subscriptionFilter(services, scope);
  if (inside !== undefined) return inside;
  const own = /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1];
  return own === undefined ? [] : [own.toLowerCase()];
}

function refuse(message: string, target: string): never {
  return raise('InvalidCreateRemediationRequest', message, { target });
}

async function forgetAll(services: Services, id: string): Promise<void> {
  for (;;) {
    const writes = forgetDeployments(services, id, 500);
    if (writes.length === 0) return;
    await services.store.commit(writes);
  }
}

/** Begins no more deployments. @throws TocsinError `ResourceNotFound`, `InvalidCancelRemediationRequest` when it has ended. */
export async function cancelRemediation(services: Services, caller: Caller, id: string): Promise<Remediation> {
  const cancelled = await inTurn(services.store, id, async () => {
    const known = findRemediation(services, id);
    if (known === undefined) return raise('ResourceNotFound', `The remediation '${id}' was not found.`);
    if (!isActiveRemediation(known)) {
      const message = `The remediation '${known.name}' cannot be cancelled: its state is '${known.state}'.`;
      return raise('InvalidCancelRemediationRequest', message);
    }
    const next: Remediation = { ...known, state: 'Cancelling', changedTime: services.clock.now() };
    await services.store.commit([remediationWrite(next), activity(services, caller, 'cancel/action', known.id)]);
    return next;
  });
  complianceOf(services).beginRemediation(cancelled.id);
  return cancelled;
}

/** Deletes one that has ended; undefined when there is none. @throws TocsinError `InvalidDeleteRemediationRequest`. */
export function deleteRemediation(services: Services, caller: Caller, id: string): Promise<Remediation | undefined> {
  return inTurn(services.store, id, async () => {
    const known = findRemediation(services, id);
    if (known === undefined) return undefined;
    if (isActiveRemediation(known)) {
      const message = `The remediation '${known.name}' is still active ('${known.state}'): cancel it before it is deleted.`;
      return raise('InvalidDeleteRemediationRequest', message);
    }
    await forgetAll(services, known.id);
    await services.store.commit([
      { kind: 'deleteDocument', collection: remediationCollection, key: armIdKey(known.id) },
      activity(services, caller, 'delete', known.id),
    ]);
    return known;
  });
}

function activity(services: Services, caller: Caller, verb: string, resourceId: string): Write {
  return activityWrite(services, caller, { operation: `${remediationType}/${verb}`, resourceId });
}
