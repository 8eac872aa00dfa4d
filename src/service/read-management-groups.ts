/**
 * What clients read of the management group tree.
 *
 * Owns: the answers. Source: ARM reference 9.
 */
import { formatTime, type JsonObject, memberOf, type ResourceDocument, textMember } from '#foundation';
import { ancestorsOf, childGroups, childSubscriptions, parentOf } from './management-groups.ts';
import { managementGroupType, subscriptionType } from './seed-tenant.ts';
import type { Services } from './services.ts';

type Read = Pick<Services, 'store' | 'settings'>;

function displayNameOf(document: ResourceDocument): string {
  const own = document.type === managementGroupType ? memberOf(document.body, 'properties') : document.body;
  return textMember(own, 'displayName') ?? document.name;
}

/** An item of the list of groups. */
export function groupListItem({ settings }: Read, group: ResourceDocument): JsonObject {
  return {
    id: group.id,
    type: managementGroupType,
    name: group.name,
    properties: { tenantId: settings.tenantId, displayName: displayNameOf(group) },
  };
}

export interface GroupExpansion {
  readonly children: boolean;
  /** Children of children too. */
  readonly recurse: boolean;
  readonly path: boolean;
  readonly ancestors: boolean;
  /** `$filter=children.childType ne Subscription`. */
  readonly withoutSubscriptions: boolean;
}

export const noExpansion: GroupExpansion = {
  children: false,
  recurse: false,
  path: false,
  ancestors: false,
  withoutSubscriptions: false,
};

/** A group as GET, PUT and PATCH answer it. */
export function groupAnswer(services: Read, group: ResourceDocument, expand: GroupExpansion): JsonObject {
  const chain = ancestorsOf(services, group);
  const [, parent] = chain;
  const stored = memberOf(memberOf(group.body, 'properties'), 'details');
  const named = (one: ResourceDocument): JsonObject => ({ name: one.name, displayName: displayNameOf(one) });
  const details: JsonObject = {
    version: memberOf(stored, 'version') ?? 1,
    updatedTime: formatTime(group.changedTime),
    updatedBy: textMember(stored, 'updatedBy') ?? '',
    ...(parent === undefined ? {} : { parent: { id: parent.id, ...named(parent) } }),
    ...(expand.path ? { path: [...chain].reverse().map(named) } : {}),
    ...(expand.ancestors
      ? {
          managementGroupAncestors: chain.slice(1).map(({ name }) => name),
          managementGroupAncestorsChain: chain.slice(1).map(named),
        }
      : {}),
  };
  const item = groupListItem(services, group);
  const properties = { ...(item['properties'] as JsonObject), details };
  if (!expand.children) return { ...item, properties };
  return { ...item, properties: { ...properties, children: childrenOf(services, group, expand) } };
}

function childrenOf(services: Read, group: ResourceDocument, expand: GroupExpansion): readonly JsonObject[] {
  const groups = childGroups(services, group.id).map((child) => ({
    id: child.id,
    type: managementGroupType,
    name: child.name,
    displayName: displayNameOf(child),
    ...(expand.recurse ? { children: childrenOf(services, child, expand) } : {}),
  }));
  if (expand.withoutSubscriptions) return groups;
  const subscriptions = childSubscriptions(services, group.id).map((child) => ({
    id: child.id,
    type: '/subscriptions',
    name: child.name,
    displayName: displayNameOf(child),
  }));
  return [...groups, ...subscriptions];
}

/** Groups and subscriptions below, flat, each with its parent. */
export function descendantsOf(services: Read, group: ResourceDocument): readonly JsonObject[] {
  const item = (document: ResourceDocument, type: string): JsonObject => ({
    id: document.id,
    type,
    name: document.name,
    properties: { displayName: displayNameOf(document), parent: { id: group.id } },
  });
  const groups = childGroups(services, group.id);
  return [
    ...groups.map((child) => item(child, managementGroupType)),
    ...childSubscriptions(services, group.id).map((child) => item(child, `${managementGroupType}/subscriptions`)),
    ...groups.flatMap((child) => descendantsOf(services, child)),
  ];
}

/** A subscription as a member of its group. */
export function groupSubscriptionAnswer(services: Read, groupId: string, subscription: ResourceDocument): JsonObject {
  const state = textMember(subscription.body, 'state') ?? 'Enabled';
  return {
    id: `${groupId}/subscriptions/${subscription.name}`,
    type: `${managementGroupType}/subscriptions`,
    name: subscription.name,
    properties: {
      tenant: services.settings.tenantId,
      displayName: displayNameOf(subscription),
      parent: { id: groupId },
      // The word of this API for what is `Enabled` in that of subscriptions.
      state: state === 'Enabled' ? 'Active' : state,
    },
  };
}

/** What `getEntities` says of one group or subscription; `permissions` is what the caller may do there. */
export function entityAnswer(services: Read, document: ResourceDocument, permissions: string): JsonObject {
  const isGroup = document.type === managementGroupType;
  const parentId = isGroup ? parentOf(document) : textMember(document.body, 'managementGroupId');
  const parent = parentId === undefined ? undefined : services.store.resources.get(parentId);
  const above = parent === undefined ? [] : [...ancestorsOf(services, parent)].reverse();
  const groups = isGroup ? childGroups(services, document.id).length : 0;
  const children = isGroup ? groups + childSubscriptions(services, document.id).length : 0;
  return {
    id: document.id,
    type: isGroup ? managementGroupType : '/subscriptions',
    name: document.name,
    properties: {
      tenantId: services.settings.tenantId,
      displayName: displayNameOf(document),
      parent: { id: parentId ?? '' },
      permissions,
      inheritedPermissions: permissions,
      numberOfDescendants: isGroup ? descendantsOf(services, document).length : 0,
      numberOfChildren: children,
      numberOfChildGroups: groups,
      parentDisplayNameChain: above.map(displayNameOf),
      parentNameChain: above.map(({ name }) => name),
    },
  };
}

/** Every group and subscription, groups first. */
export function allEntities({ store }: Pick<Services, 'store'>): readonly ResourceDocument[] {
  return [...store.resources.list({ type: managementGroupType }), ...store.resources.list({ type: subscriptionType })];
}
