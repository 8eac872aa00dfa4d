/**
 * The place a deployment runs in, as the functions of its template see it.
 *
 * Source: template reference 5.5.
 */
import {
  formatTime,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  type ResourceDocument,
  textMember,
} from '#foundation';
import type { DeploymentPlace } from '#templates';
import type { Caller } from '../record-activity.ts';
import { ancestorsOf } from '../management-groups.ts';
import { managementGroupType } from '../seed-tenant.ts';
import type { Services } from '../services.ts';

export interface PlaceParts {
  readonly caller: Caller;
  readonly scope: string;
  /** What `deployment()` gives. */
  readonly deployment: JsonObject;
  /** Groups that an earlier step of the same template will make, by id key. */
  readonly plannedGroups?: ReadonlyMap<string, JsonObject>;
  /** What `providers()` answers, by lower-case namespace. */
  readonly providers?: ReadonlyMap<string, Json>;
}

export function deploymentPlace(services: Services, parts: PlaceParts): DeploymentPlace {
  const { caller, scope, deployment } = parts;
  const { tenantId } = services.settings;
  const subscriptionId = parseArmId(scope)?.subscriptionId;
  const resourceGroup = groupOf(services, parts);
  const managementGroup = managementGroupOf(services, scope);
  return {
    scope,
    now: formatTime(services.clock.now()),
    newGuid: () => services.random.uuid(),
    tenant: { id: `/tenants/${tenantId}`, tenantId, displayName: 'Tocsin', countryCode: 'US' },
    deployment,
    cloud: services.settings.cloud,
    deployer: deployerOf(caller, tenantId),
    ...(parts.providers === undefined ? {} : { providers: parts.providers }),
    ...(subscriptionId === undefined ? {} : { subscription: subscriptionOf(services, subscriptionId) }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(managementGroup === undefined ? {} : { managementGroup }),
  };
}

function deployerOf({ identity }: Caller, tenantId: string): JsonObject {
  const user = identity.kind === 'User' ? { userPrincipalName: identity.displayName } : {};
  return { objectId: identity.objectId, tenantId, ...user };
}

function subscriptionOf(services: Services, subscriptionId: string): JsonObject {
  const found = services.store.resources.get(`/subscriptions/${subscriptionId}`);
  return {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId: services.settings.tenantId,
    displayName: textMember(found?.body, 'displayName') ?? found?.name ?? subscriptionId,
  };
}

function groupOf(services: Services, { scope, plannedGroups }: PlaceParts): JsonObject | undefined {
  if (!/\/resourceGroups\/[^/]+$/i.test(scope)) return undefined;
  const group = services.store.resources.get(scope);
  if (group === undefined) return plannedGroups?.get(scope.toLowerCase());
  const managedBy = textMember(group.body, 'managedBy');
  return {
    id: group.id,
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.location ?? '',
    ...(managedBy === undefined ? {} : { managedBy }),
    tags: group.body['tags'] ?? {},
    properties: { provisioningState: 'Succeeded' },
  };
}

function managementGroupOf(services: Services, scope: string): JsonObject | undefined {
  if (!/^\/providers\/Microsoft\.Management\/managementGroups\/[^/]+$/i.test(scope)) return undefined;
  const group = services.store.resources.get(scope);
  if (group?.type !== managementGroupType) return undefined;
  const properties = memberOf(group.body, 'properties');
  const [, parent] = ancestorsOf(services, group);
  return {
    id: group.id,
    name: group.name,
    type: `/providers/${managementGroupType}`,
    properties: {
      details: {
        ...(parent === undefined ? {} : { parent: namedGroup(parent) }),
        version: memberOf(memberOf(properties, 'details'), 'version') ?? 1,
      },
      displayName: textMember(properties, 'displayName') ?? group.name,
      tenantId: services.settings.tenantId,
    },
  };
}

function namedGroup(group: ResourceDocument): JsonObject {
  const displayName = textMember(memberOf(group.body, 'properties'), 'displayName') ?? group.name;
  return { id: group.id, name: group.name, displayName };
}
