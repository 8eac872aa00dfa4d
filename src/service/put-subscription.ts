/**
 * Subscriptions made by an alias, as `Microsoft.Subscription/aliases` does.
 *
 * Owns: the alias's document, its rules and its answer. Source: own API reference, "Start and stop".
 *
 * Invariants
 * A1. An alias names one subscription for ever; putting it again changes the display name and the place only.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type ResourceDocument,
  textMember,
  type Write,
} from '#foundation';
import { inTurn } from './in-turn.ts';
import { managementGroupId, managementGroupType, newSubscription } from './seed-tenant.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const aliasType = 'Microsoft.Subscription/aliases';

export interface AliasRequest {
  readonly caller: Caller;
  readonly alias: string;
  readonly body: Json | undefined;
}

/** Creates or finds the subscription of an alias. @throws TocsinError `InvalidParameter`, `InvalidSubscriptionId`, `Conflict`. */
export async function putSubscriptionAlias(
  services: Services,
  request: AliasRequest,
): Promise<{ readonly created: boolean; readonly answer: JsonObject }> {
  const id = `/providers/${aliasType}/${request.alias}`;
  const given = givenProperties(request.body);
  return inTurn(services.store, `/providers/${aliasType}`, async () => {
    const existing = services.store.resources.get(id);
    const subscriptionId = subscriptionOf(services, existing, given.subscriptionId);
    const subscription = subscriptionDocument(services, request.alias, subscriptionId, given);
    const alias = existing ?? newAlias(services, id, request.alias, subscriptionId);
    const writes: readonly Write[] = [
      { kind: 'putResource', resource: subscription },
      { kind: 'putResource', resource: alias },
      activityWrite(services, request.caller, {
        operation: 'Microsoft.Subscription/aliases/write',
        resourceId: subscription.id,
      }),
    ];
    await services.store.commit(writes);
    return { created: existing === undefined, answer: aliasAnswer(services, alias) };
  });
}

interface GivenProperties {
  readonly subscriptionId?: string;
  readonly displayName?: string;
  readonly managementGroupId?: string;
  readonly tags?: JsonObject;
}

function givenProperties(body: Json | undefined): GivenProperties {
  const properties = memberOf(body, 'properties');
  if (properties !== undefined && properties !== null && !isJsonObject(properties)) {
    raise('InvalidRequestContent', "The member 'properties' must be an object.", { target: 'properties' });
  }
  const additional = memberOf(properties, 'additionalProperties');
  const subscriptionId = textMember(properties, 'subscriptionId');
  const displayName = textMember(properties, 'displayName');
  const group = textMember(additional, 'managementGroupId');
  const tags = memberOf(additional, 'tags');
  return {
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(group === undefined ? {} : { managementGroupId: group }),
    ...(isJsonObject(tags) ? { tags } : {}),
  };
}

function subscriptionOf(services: Services, alias: ResourceDocument | undefined, wanted: string | undefined): string {
  if (wanted !== undefined && !/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(wanted)) {
    raise('InvalidSubscriptionId', `The provided subscription identifier '${wanted}' is malformed or invalid.`);
  }
  const present = alias === undefined ? undefined : textMember(memberOf(alias.body, 'properties'), 'subscriptionId');
  if (present === undefined) return (wanted ?? services.random.uuid()).toLowerCase();
  if (wanted !== undefined && wanted.toLowerCase() !== present) {
    raise('Conflict', `The alias '${alias?.name ?? ''}' already names the subscription '${present}'.`);
  }
  return present;
}

function subscriptionDocument(
  services: Services,
  alias: string,
  subscriptionId: string,
  given: GivenProperties,
): ResourceDocument {
  const group = given.managementGroupId === undefined ? undefined : groupIdOf(services, given.managementGroupId);
  const existing = services.store.resources.get(`/subscriptions/${subscriptionId}`);
  if (existing === undefined) {
    return newSubscription(services, {
      subscriptionId,
      displayName: given.displayName ?? alias,
      ...(group === undefined ? {} : { managementGroupId: group }),
      ...(given.tags === undefined ? {} : { tags: given.tags }),
    });
  }
  return {
    ...existing,
    body: {
      ...existing.body,
      ...(given.displayName === undefined ? {} : { displayName: given.displayName }),
      ...(group === undefined ? {} : { managementGroupId: group }),
      ...(given.tags === undefined ? {} : { tags: given.tags }),
    },
    etag: services.random.uuid(),
    changedTime: services.clock.now(),
  };
}

/** Takes a management group's full id or bare name. */
function groupIdOf(services: Services, text: string): string {
  const id = text.includes('/') ? text : managementGroupId(text);
  const found = services.store.resources.get(id);
  if (found?.type === managementGroupType) return found.id;
  return raise('NotFound', `The management group '${text}' could not be found.`, { target: 'managementGroupId' });
}

function newAlias(services: Services, id: string, name: string, subscriptionId: string): ResourceDocument {
  const now = services.clock.now();
  return {
    id,
    type: aliasType,
    name,
    body: { properties: { subscriptionId } },
    etag: services.random.uuid(),
    createdTime: now,
    changedTime: now,
  };
}

/** An alias as GET answers it. */
export function aliasAnswer(services: Pick<Services, 'store'>, alias: ResourceDocument): JsonObject {
  const subscriptionId = textMember(memberOf(alias.body, 'properties'), 'subscriptionId') ?? '';
  const subscription = services.store.resources.get(`/subscriptions/${subscriptionId}`);
  return {
    id: alias.id,
    name: alias.name,
    type: aliasType,
    properties: {
      subscriptionId,
      displayName: memberOf(subscription?.body, 'displayName') ?? alias.name,
      provisioningState: 'Succeeded',
    },
  };
}
