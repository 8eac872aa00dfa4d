/**
 * Saves, changes and removes automations.
 *
 * Owns: etag and location rules, the one commit per change. Does not own: the checks (`validate-automation.ts`).
 *
 * Invariants
 * P1. A refused change changes nothing; an accepted one is one commit with its activity entry, and the index has it.
 * P2. A delete of what is not there is no error (clients insist on 204).
 */
import {
  fault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  parseArmId,
  raise,
  type ResourceDocument,
  TocsinError,
  type Write,
} from '#foundation';
import { commitAutomations } from './automation-index.ts';
import { automationAnswer, automationType } from './automation-resource.ts';
import { inTurn } from './in-turn.ts';
import { checkPreconditions } from './preconditions.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { commitWithGone } from './remove-assessments.ts';
import { resourceNotFound } from './resource-write.ts';
import type { Services } from './services.ts';
import { type AutomationProposal, type CheckedAutomation, checkAutomation } from './validate-automation.ts';

export interface AutomationRequest extends Omit<AutomationProposal, 'identity'> {
  readonly caller: Caller;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface AutomationResult {
  readonly created: boolean;
  readonly answer: JsonObject;
}

/** PUT. @throws TocsinError `InvalidAutomation`, `LogicAppNotEligible`, `LinkedAuthorizationFailed`, `PreconditionFailed`, … */
export function putAutomation(services: Services, request: AutomationRequest): Promise<AutomationResult> {
  return inTurn(services.store, request.id, () => save(services, request, request.body));
}

/** PATCH: members of `properties` and `tags` replace those of the same name. @throws TocsinError as PUT, `ResourceNotFound`. */
export function changeAutomation(services: Services, request: AutomationRequest): Promise<AutomationResult> {
  return inTurn(services.store, request.id, async () => {
    const existing = services.store.resources.get(request.id);
    if (existing === undefined) throw new TocsinError(resourceNotFound(request.id));
    return save(services, request, merged(existing, request.body));
  });
}

/** Looks up the callbacks of the automation's logic apps anew. @throws TocsinError as PUT, `ResourceNotFound`. */
export function refreshCallbacks(
  services: Services,
  request: Omit<AutomationRequest, 'body' | 'headers'>,
): Promise<AutomationResult> {
  return inTurn(services.store, request.id, async () => {
    const existing = requireAutomation(services, request.id);
    return save(services, { ...request, headers: {}, body: undefined, refresh: true }, existing.body);
  });
}

function merged(existing: ResourceDocument, change: Json | undefined): JsonObject {
  if (!isJsonObject(change)) return raise('InvalidRequestContent', 'The request content is not a JSON object.');
  const properties = memberOf(change, 'properties') ?? {};
  if (!isJsonObject(properties)) return raise('InvalidRequestContent', "The member 'properties' must be an object.");
  const known = memberOf(existing.body, 'properties');
  return {
    ...existing.body,
    ...(memberOf(change, 'tags') === undefined ? {} : { tags: memberOf(change, 'tags') ?? null }),
    ...(memberOf(change, 'etag') === undefined ? {} : { etag: memberOf(change, 'etag') ?? null }),
    properties: { ...(isJsonObject(known) ? known : {}), ...properties },
  };
}

async function save(services: Services, request: AutomationRequest, body: Json | undefined): Promise<AutomationResult> {
  const existing = services.store.resources.get(request.id);
  const proposal = { ...request, body, identity: request.caller.identity };
  const checked = orThrow(checkAutomation(services, proposal, existing));
  const refused =
    checkPreconditions(request.headers, existing?.etag) ??
    (checked.etag === undefined
      ? undefined
      : checkPreconditions({ 'if-match': checked.etag }, existing?.etag ?? checked.etag)) ??
    checkLocation(existing, checked.location);
  if (refused !== undefined) throw new TocsinError(refused);
  const resource = documentOf(services, request.id, checked, existing);
  await commitAutomations(services, [
    { kind: 'putResource', resource },
    activityWrite(services, request.caller, { operation: `${automationType}/write`, resourceId: resource.id }),
  ]);
  return { created: existing === undefined, answer: automationAnswer(resource) };
}

function checkLocation(existing: ResourceDocument | undefined, wanted: string) {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, '');
  if (existing?.location === undefined || plain(existing.location) === plain(wanted)) return undefined;
  return fault(
    'InvalidResourceLocation',
    `The resource '${existing.name}' already exists in location '${existing.location}' in resource group ` +
      `'${existing.resourceGroup ?? ''}'. A resource with the same name cannot be created in location '${wanted}'. ` +
      'Please select a new resource name.',
  );
}

function documentOf(
  services: Services,
  id: string,
  checked: CheckedAutomation,
  existing: ResourceDocument | undefined,
): ResourceDocument {
  const parsed = parseArmId(id);
  const now = services.clock.now();
  return {
    id: existing?.id ?? id,
    type: automationType,
    name: existing?.name ?? parsed?.name ?? '',
    ...(parsed?.subscriptionId === undefined ? {} : { subscriptionId: parsed.subscriptionId }),
    ...(parsed?.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    location: existing?.location ?? checked.location,
    body: checked.body,
    secrets: checked.secrets,
    etag: services.random.uuid(),
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
}

/** DELETE (P2). @throws TocsinError `PreconditionFailed`. */
export function deleteAutomation(
  services: Services,
  request: Pick<AutomationRequest, 'id' | 'caller' | 'headers'>,
): Promise<void> {
  return inTurn(services.store, request.id, async () => {
    const existing = services.store.resources.get(request.id);
    if (existing === undefined) return;
    const refused = checkPreconditions(request.headers, existing.etag);
    if (refused !== undefined) throw new TocsinError(refused);
    const writes: readonly Write[] = [
      { kind: 'deleteResource', id: existing.id },
      activityWrite(services, request.caller, { operation: `${automationType}/delete`, resourceId: existing.id }),
    ];
    await commitAutomations(services, writes, () => commitWithGone(services, { ids: [existing.id] }, writes));
  });
}

/** The stored automation. @throws TocsinError `ResourceNotFound`. */
export function requireAutomation(services: Services, id: string): ResourceDocument {
  const document = services.store.resources.get(id);
  if (document === undefined || document.type.toLowerCase() !== automationType.toLowerCase()) {
    throw new TocsinError(resourceNotFound(id));
  }
  return document;
}
