/**
 * Ids of events: where an alert belongs, what makes two events the same thing, which resources an event names.
 *
 * Owns: id building. Does not own: subjects that scopes are compared with (`#rules`).
 * Source: management API reference 5.2; domain reference 8, 10 and 12.
 */
import { armIdKey, isJsonArray, type JsonObject, parseArmId } from '#foundation';
import { looseMember, looseText } from './members.ts';
import { homeRegion } from './model.ts';

export interface AlertPlace {
  readonly subscriptionId: string | undefined;
  readonly resourceGroup: string | undefined;
}

/** Ids of Azure resources an alert names, the one it is about first. */
export function alertResources(body: JsonObject): readonly string[] {
  const identifiers = looseMember(body, 'ResourceIdentifiers');
  const named = (isJsonArray(identifiers) ? identifiers : []).flatMap(
    (each) => looseText(each, 'AzureResourceId') ?? [],
  );
  const direct = looseText(body, 'AzureResourceId') ?? [];
  const effective = looseText(looseMember(body, 'ExtendedProperties'), 'EffectiveAzureResourceId') ?? [];
  const seen = new Set<string>();
  return [direct, ...named, effective].flat().filter((id) => {
    const key = armIdKey(id);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Where an alert's own body places it: by its resource, else by the subscription or workspace it mentions. */
export function placeOfAlert(body: JsonObject): AlertPlace {
  for (const resource of alertResources(body)) {
    const id = parseArmId(resource);
    if (id?.subscriptionId !== undefined) return { subscriptionId: id.subscriptionId, resourceGroup: id.resourceGroup };
  }
  const mentioned = looseText(looseMember(body, 'ExtendedProperties'), 'EffectiveSubscriptionId');
  const workspace = looseText(body, 'WorkspaceSubscriptionId');
  const group = looseText(body, 'WorkspaceResourceGroup');
  return {
    subscriptionId: mentioned ?? workspace,
    resourceGroup: workspace !== undefined && (mentioned ?? workspace) === workspace ? group : undefined,
  };
}

/** The alert's ARM id: below its resource group when it is tied to one, else below the subscription. */
export function alertId(
  place: { readonly subscriptionId: string; readonly resourceGroup?: string | undefined },
  name: string,
): string {
  const group = place.resourceGroup === undefined ? '' : `/resourceGroups/${place.resourceGroup}`;
  return `/subscriptions/${place.subscriptionId}${group}/providers/Microsoft.Security/locations/${homeRegion}/alerts/${name}`;
}

const ticksAndUuid = /^\d{16,20}_([0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** What tells alerts of one subscription apart: `SystemAlertId` in lower case. */
export function alertKey(subscriptionId: string, systemAlertId: string): string {
  return `${subscriptionId.toLowerCase()}/${systemAlertId.toLowerCase()}`;
}

/**
 * The key of an alert whose id was made here: of `<ticks>_<uuid>` the UUID alone, since a detector that sends an alert
 * again may have moved its time. Undefined for ids of other forms.
 */
export function foreignAlertKey(subscriptionId: string, systemAlertId: string): string | undefined {
  const uuid = ticksAndUuid.exec(systemAlertId.toLowerCase())?.[1];
  return uuid === undefined ? undefined : alertKey(subscriptionId, uuid);
}

/** The key of anything that carries a full id of its own. */
export function idKey(id: string): string {
  return armIdKey(id);
}

/** The id of what an assessment or finding is about: the id in front of `/providers/Microsoft.Security/assessments/`. */
export function assessedResource(id: string): string | undefined {
  const at = id.toLowerCase().indexOf('/providers/microsoft.security/assessments/');
  return at > 0 ? id.slice(0, at) : undefined;
}

/** The id of the recommendation a finding belongs to. */
export function parentAssessmentId(findingId: string): string {
  return findingId.replace(/\/subassessments\/[^/]+\/?$/i, '');
}
