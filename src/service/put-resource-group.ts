/**
 * Creates, updates and patches resource groups.
 *
 * Owns: naming and location rules. Source: ARM reference 8.2.
 */
import { checkGroupName, normalLocation, parseTags } from '#inventory';
import {
  fault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  raise,
  type ResourceDocument,
  textMember,
  TocsinError,
} from '#foundation';
import { inTurn } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { isBeingDeleted, newGroupDocument, resourceGroupAnswer, resourceGroupId } from './resource-group-document.ts';
import type { Services } from './services.ts';

export interface GroupRequest {
  readonly caller: Caller;
  readonly subscriptionId: string;
  readonly name: string;
  readonly body: Json | undefined;
}

export interface GroupResult {
  readonly created: boolean;
  readonly answer: JsonObject;
}

/**
 * PUT. @throws TocsinError `LocationRequired`, `InvalidParameter` (name), `InvalidResourceGroupLocation`,
 * `ResourceGroupBeingDeleted`, `InvalidTag`.
 */
export async function putResourceGroup(services: Services, request: GroupRequest): Promise<GroupResult> {
  const wrongName = checkGroupName(request.name);
  if (wrongName !== undefined) throw new TocsinError(wrongName);
  const body = objectBody(request.body);
  return inTurn(services.store, resourceGroupId(request.subscriptionId, request.name), async () => {
    const existing = findGroup(services, request);
    const location = locationOf(body, existing);
    const members = membersOf(body);
    const group =
      existing === undefined
        ? newGroupDocument(services, { ...request, location, members })
        : changed(services, existing, members);
    return save(services, request, group, existing === undefined);
  });
}

/** PATCH: tags and `managedBy`. @throws TocsinError `ResourceGroupNotFound` and as PUT. */
export async function changeResourceGroup(services: Services, request: GroupRequest): Promise<GroupResult> {
  const body = objectBody(request.body);
  return inTurn(services.store, resourceGroupId(request.subscriptionId, request.name), async () => {
    const existing = requireGroup(services, request);
    locationOf(body, existing);
    const kept = { tags: existing.body['tags'] ?? {}, ...membersOf(existing.body) };
    return save(services, request, changed(services, existing, { ...kept, ...membersOf(body) }), false);
  });
}

/** The group. @throws TocsinError `ResourceGroupNotFound`. */
export function requireGroup(
  services: Pick<Services, 'store'>,
  group: { readonly subscriptionId: string; readonly name: string },
): ResourceDocument {
  const found = services.store.resources.get(resourceGroupId(group.subscriptionId, group.name));
  if (found !== undefined) return found;
  return raise('ResourceGroupNotFound', `Resource group '${group.name}' could not be found.`);
}

function findGroup(services: Services, request: GroupRequest): ResourceDocument | undefined {
  const found = services.store.resources.get(resourceGroupId(request.subscriptionId, request.name));
  if (found === undefined || !isBeingDeleted(found)) return found;
  return raise(
    'ResourceGroupBeingDeleted',
    `The resource group '${found.name}' is in deprovisioning state and cannot perform this operation.`,
  );
}

function objectBody(body: Json | undefined): JsonObject {
  if (isJsonObject(body)) return body;
  return raise('InvalidRequestContent', 'The request content was invalid: a JSON object is expected.');
}

function membersOf(body: JsonObject): JsonObject {
  const managedBy = textMember(body, 'managedBy');
  const tags = memberOf(body, 'tags');
  return {
    ...(managedBy === undefined ? {} : { managedBy }),
    ...(tags === undefined ? {} : { tags: orThrow(parseTags(tags)) }),
  };
}

function locationOf(body: JsonObject, existing: ResourceDocument | undefined): string {
  const given = textMember(body, 'location');
  const location = given === undefined || given === '' ? undefined : normalLocation(given);
  if (existing?.location !== undefined) {
    if (location === undefined || location === existing.location) return existing.location;
    throw new TocsinError(
      fault(
        'InvalidResourceGroupLocation',
        `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
      ),
    );
  }
  return location ?? raise('LocationRequired', 'The location property is required for this definition.');
}

function changed(services: Services, existing: ResourceDocument, members: JsonObject): ResourceDocument {
  return {
    ...existing,
    body: { ...members, properties: existing.body['properties'] ?? {} },
    etag: services.random.uuid(),
    changedTime: services.clock.now(),
  };
}

async function save(
  services: Services,
  request: GroupRequest,
  resource: ResourceDocument,
  created: boolean,
): Promise<GroupResult> {
  await services.store.commit([
    { kind: 'putResource', resource },
    activityWrite(services, request.caller, {
      operation: 'Microsoft.Resources/subscriptions/resourceGroups/write',
      resourceId: resource.id,
    }),
  ]);
  return { created, answer: resourceGroupAnswer(resource) };
}
