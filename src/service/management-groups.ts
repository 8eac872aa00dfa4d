/**
 * Management groups: the tree above subscriptions.
 *
 * Owns: creating, moving and removing groups, and putting subscriptions into them.
 * Does not own: what is read of the tree (`read-management-groups.ts`), inheritance of roles (`access-control.ts`).
 * Source: ARM reference 9.
 *
 * Invariants
 * G1. The tree has one root, named like the tenant, no circles, and at most six levels below the root.
 * G2. A subscription is in exactly one group; taken out of one it is in the root.
 */
import {
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type ResourceDocument,
  textMember,
  type Write,
} from '#foundation';
import { defaultGroupId } from './hierarchy-settings.ts';
import { inTurn } from './in-turn.ts';
import { beginOperation, endOperation, type Operation } from './operations.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { managementGroupId, managementGroupType, subscriptionType } from './seed-tenant.ts';
import type { Services } from './services.ts';

const deepest = 6;

export interface GroupChange {
  readonly caller: Caller;
  readonly name: string;
  readonly displayName?: string;
  /** Full id or bare name of the new parent. */
  readonly parent?: string;
  /** Whether the caller may write at a group: asked of the group and of its new parent. */
  readonly mayWrite: (groupId: string) => void;
}

/** `{ name, properties: { displayName, details: { parent: { id } } } }` of a PUT; an empty parent means the root. */
export function groupChangeOf(body: Json | undefined): Pick<GroupChange, 'displayName' | 'parent'> {
  const properties = memberOf(body, 'properties');
  const displayName = textMember(properties, 'displayName');
  const parent = textMember(memberOf(memberOf(properties, 'details'), 'parent'), 'id');
  return {
    ...(displayName === undefined || displayName === '' ? {} : { displayName }),
    ...(parent === undefined || parent === '' ? {} : { parent }),
  };
}

/** `{ displayName, parentGroupId }` of a PATCH. */
export function groupPatchOf(body: Json | undefined): Pick<GroupChange, 'displayName' | 'parent'> {
  const displayName = textMember(body, 'displayName');
  const parent = textMember(body, 'parentGroupId');
  return {
    ...(displayName === undefined || displayName === '' ? {} : { displayName }),
    ...(parent === undefined || parent === '' ? {} : { parent }),
  };
}

/** Creates or changes a group. @throws TocsinError `InvalidParameter`, `NotFound` (parent), `BadRequest`-like G1 faults. */
export async function putManagementGroup(
  services: Services,
  change: GroupChange,
  mode: 'put' | 'patch',
): Promise<ResourceDocument> {
  if (!/^[-\w.()]{1,90}$/.test(change.name) || change.name.endsWith('.')) {
    raise('InvalidParameter', `The management group id '${change.name}' is not valid.`, { target: 'groupId' });
  }
  return inTurn(services.store, treeKey, async () => {
    const existing = findGroup(services, change.name);
    if (existing === undefined && mode === 'patch') return notFound(change.name);
    const parent = newParent(services, change, existing);
    if (existing !== undefined) change.mayWrite(existing.id);
    if (parent !== undefined) mayMove(services, change, existing, parent.id);
    checkTree(services, change, existing, parent);
    const document = groupDocument(services, change, existing, parent);
    await services.store.commit([
      { kind: 'putResource', resource: document },
      activity(services, change.caller, 'write', document.id),
    ]);
    return document;
  });
}

/** A new group needs rights on its parent, a moved one on both; the root takes in and lets go what is moved by itself. */
function mayMove(
  services: Services,
  change: GroupChange,
  existing: ResourceDocument | undefined,
  parentId: string,
): void {
  const before = parentOf(existing);
  if (before === parentId) return;
  for (const id of [before, parentId]) {
    if (id !== undefined && (existing === undefined || !isRoot(services, nameOf(id)))) change.mayWrite(id);
  }
}

function nameOf(groupId: string): string {
  return groupId.slice(groupId.lastIndexOf('/') + 1);
}

/** One queue for the whole tree: G1 is about all of it. */
const treeKey = `/providers/${managementGroupType}`;

function activity(services: Services, caller: Caller, verb: string, resourceId: string): Write {
  return activityWrite(services, caller, { operation: `${managementGroupType}/${verb}`, resourceId });
}

export function findGroup(services: Pick<Services, 'store'>, name: string): ResourceDocument | undefined {
  const found = services.store.resources.get(managementGroupId(name));
  return found?.type === managementGroupType ? found : undefined;
}

/** @throws TocsinError `NotFound` in Azure's words. */
export function requireManagementGroup(services: Pick<Services, 'store'>, name: string): ResourceDocument {
  return findGroup(services, name) ?? notFound(name);
}

function notFound(name: string): never {
  return raise('NotFound', `'/providers/Microsoft.Management/managementGroups/${name}' not found`);
}

/** Full id of a group's parent; undefined for the root. */
export function parentOf(group: ResourceDocument | undefined): string | undefined {
  const details = memberOf(memberOf(group?.body, 'properties'), 'details');
  return textMember(memberOf(details, 'parent'), 'id');
}

function isRoot(services: Services, name: string): boolean {
  return name.toLowerCase() === services.settings.tenantId;
}

function newParent(
  services: Services,
  change: GroupChange,
  existing: ResourceDocument | undefined,
): ResourceDocument | undefined {
  if (isRoot(services, change.name)) {
    if (change.parent !== undefined) raise('InvalidParameter', 'The root management group has no parent.');
    return undefined;
  }
  const wanted = change.parent ?? parentOf(existing) ?? newParentId(services, change);
  return requireManagementGroup(services, nameOf(wanted));
}

/** The default group, which is itself made below the root. */
function newParentId(services: Services, change: GroupChange): string {
  const id = defaultGroupId(services);
  return nameOf(id).toLowerCase() === change.name.toLowerCase() ? services.settings.tenantId : id;
}

/** G1. */
function checkTree(
  services: Services,
  change: GroupChange,
  existing: ResourceDocument | undefined,
  parent: ResourceDocument | undefined,
): void {
  if (parent === undefined) return;
  const above = ancestorsOf(services, parent);
  if (above.some(({ name }) => name.toLowerCase() === change.name.toLowerCase())) {
    raise('InvalidParameter', `The management group '${change.name}' cannot be below itself.`, { target: 'parent' });
  }
  const below = existing === undefined ? 0 : heightOf(services, existing);
  if (above.length + below > deepest) {
    raise('InvalidParameter', `Management groups have at most ${deepest} levels below the root.`, { target: 'parent' });
  }
}

/** The group and everything above it, nearest first, the root last. */
export function ancestorsOf(services: Pick<Services, 'store'>, group: ResourceDocument): readonly ResourceDocument[] {
  const chain: ResourceDocument[] = [];
  for (let at: ResourceDocument | undefined = group; at !== undefined && chain.length <= deepest + 1; ) {
    chain.push(at);
    const parent: string | undefined = parentOf(at);
    at = parent === undefined ? undefined : services.store.resources.get(parent);
  }
  return chain;
}

/** Groups directly below. */
export function childGroups(services: Pick<Services, 'store'>, groupId: string): readonly ResourceDocument[] {
  return services.store.resources
    .list({ type: managementGroupType })
    .filter((group) => parentOf(group)?.toLowerCase() === groupId.toLowerCase());
}

/** Subscriptions directly in the group. */
export function childSubscriptions(services: Pick<Services, 'store'>, groupId: string): readonly ResourceDocument[] {
  return services.store.resources
    .list({ type: subscriptionType })
    .filter(({ body }) => textMember(body, 'managementGroupId')?.toLowerCase() === groupId.toLowerCase());
}

function heightOf(services: Services, group: ResourceDocument): number {
  return childGroups(services, group.id).reduce((most, child) => Math.max(most, 1 + heightOf(services, child)), 0);
}

function groupDocument(
  services: Services,
  change: GroupChange,
  existing: ResourceDocument | undefined,
  parent: ResourceDocument | undefined,
): ResourceDocument {
  const now = services.clock.now();
  const properties = memberOf(existing?.body, 'properties');
  const version = Number(memberOf(memberOf(properties, 'details'), 'version') ?? 0) + 1;
  const displayName = change.displayName ?? textMember(properties, 'displayName') ?? change.name;
  const { objectId } = change.caller.identity;
  const details: JsonObject = {
    version,
    updatedBy: objectId,
    ...(parent === undefined ? {} : { parent: { id: parent.id } }),
  };
  return {
    id: existing?.id ?? managementGroupId(change.name),
    type: managementGroupType,
    name: existing?.name ?? change.name,
    body: { properties: { tenantId: services.settings.tenantId, displayName, details } },
    etag: services.random.uuid(),
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
}

/** Removes an empty group; the operation has ended when it is answered. Undefined when the group is not there. */
export async function deleteManagementGroup(
  services: Services,
  caller: Caller,
  name: string,
): Promise<Operation | undefined> {
  return inTurn(services.store, treeKey, async () => {
    const group = findGroup(services, name);
    if (group === undefined) return undefined;
    if (defaultGroupId(services) === group.id) {
      raise('InvalidParameter', `The management group '${group.name}' is the default one for new subscriptions.`);
    }
    const occupied = childGroups(services, group.id).length + childSubscriptions(services, group.id).length > 0;
    if (isRoot(services, name) || occupied) {
      raise('InvalidParameter', `The management group '${group.name}' cannot be deleted: it is the root or not empty.`);
    }
    const { operation } = beginOperation(services, {
      kind: 'deleteManagementGroup',
      target: group.id,
      startedBy: caller.identity.objectId,
    });
    const ended = endOperation(operation, services.clock.now(), { kind: 'succeeded' });
    const below = services.store.resources.list({ scope: group.id });
    await services.store.commit([
      ...below.map(({ id }): Write => ({ kind: 'deleteResource', id })),
      ended.write,
      activity(services, caller, 'delete', group.id),
    ]);
    return ended.operation;
  });
}

export interface SubscriptionMove {
  readonly caller: Caller;
  readonly subscriptionId: string;
  /** Name of the group. */
  readonly group: string;
  /** Whether the caller may do an action at a scope; raises when not. */
  readonly require: (action: string, scope: string) => void;
}

/**
 * Puts a subscription into a group (G2). The caller needs rights on both groups, but for the root, and may give away the
 * subscription. @throws TocsinError `NotFound`, `SubscriptionNotFound`, `AuthorizationFailed`.
 */
export async function moveSubscription(services: Services, move: SubscriptionMove): Promise<ResourceDocument> {
  const { caller, subscriptionId } = move;
  const group = requireManagementGroup(services, move.group);
  const id = `/subscriptions/${subscriptionId}`;
  return inTurn(services.store, id, async () => {
    const found = services.store.resources.get(id);
    if (found === undefined) {
      return raise('SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
    }
    const before = textMember(found.body, 'managementGroupId') ?? '';
    if (before.toLowerCase() === group.id.toLowerCase()) return found;
    move.require('Microsoft.Authorization/roleAssignments/write', id);
    if (!isRoot(services, group.name)) move.require(`${managementGroupType}/subscriptions/write`, group.id);
    if (!isRoot(services, nameOf(before))) move.require(`${managementGroupType}/subscriptions/delete`, before);
    const resource: ResourceDocument = {
      ...found,
      body: { ...found.body, managementGroupId: group.id },
      etag: services.random.uuid(),
      changedTime: services.clock.now(),
    };
    await services.store.commit([
      { kind: 'putResource', resource },
      activity(services, caller, 'subscriptions/write', `${group.id}/subscriptions/${found.name}`),
    ]);
    return resource;
  });
}
