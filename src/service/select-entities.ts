/**
 * The options of `getEntities`: which groups and subscriptions are meant, and which members are shown.
 *
 * Owns: `$search`, `$view`, `$filter`, `$select`. Does not own: what an entity's answer says (`read-management-groups.ts`).
 *
 * Invariants
 * SE1. What is asked for narrows what the caller sees and never adds to it.
 *
 * Source: ARM reference 9; the published description of the operation.
 */
import {
  armIdKey,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  orThrow,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { columnsOf, planRowQuery } from '#query';
import { ancestorsOf, parentOf, requireManagementGroup } from './management-groups.ts';
import { managementGroupType } from './seed-tenant.ts';
import type { Services } from './services.ts';

type Read = Pick<Services, 'store'>;

export interface EntityOptions {
  readonly search?: string;
  readonly view?: string;
  readonly filter?: string;
  /** The group a search is about; else the one that `filter` names. */
  readonly groupName?: string;
  /** Whether the caller may change a group or subscription. */
  readonly mayWrite: (id: string) => boolean;
}

const columns = columnsOf<ResourceDocument>([
  { name: 'name', read: ({ name }) => name },
  { name: 'displayName', read: displayNameOf },
]);

function displayNameOf({ type, body, name }: ResourceDocument): string {
  return textMember(type === managementGroupType ? memberOf(body, 'properties') : body, 'displayName') ?? name;
}

/** Those of the visible entities that the options mean. @throws TocsinError `InvalidParameter`, `NotFound`. */
export function selectedEntities(
  services: Read,
  visible: readonly ResourceDocument[],
  options: EntityOptions,
): readonly ResourceDocument[] {
  const inView = viewOf(options.view);
  const named = /^\s*name\s+eq\s+'([^']+)'\s*$/i.exec(options.filter ?? '')?.[1];
  const search = options.search ?? '';
  const group = search === '' ? undefined : (options.groupName ?? named);
  const found = search === '' ? () => true : searchOf(services, search, group, options);
  // A filter that says which group the search is about is no filter of what it finds.
  const isUsed = search !== '' && options.groupName === undefined && named !== undefined;
  const { passes } = orThrow(planRowQuery({ filter: isUsed ? '' : (options.filter ?? '') }, columns));
  return visible.filter((each) => inView(each) && found(each) && passes(each));
}

function viewOf(view = 'FullHierarchy'): (entity: ResourceDocument) => boolean {
  switch (view.toLowerCase()) {
    case 'fullhierarchy':
    case 'audit':
      return () => true;
    case 'groupsonly':
      return ({ type }) => type === managementGroupType;
    case 'subscriptionsonly':
      return ({ type }) => type !== managementGroupType;
    default:
      return raise('InvalidParameter', `'${view}' is none of FullHierarchy, GroupsOnly, SubscriptionsOnly and Audit.`, {
        target: '$view',
      });
  }
}

function searchOf(
  services: Read,
  search: string,
  groupName: string | undefined,
  { mayWrite }: EntityOptions,
): (entity: ResourceDocument) => boolean {
  const group = groupName === undefined ? undefined : requireManagementGroup(services, groupName);
  const key = group === undefined ? undefined : armIdKey(group.id);
  const isGroup = ({ id }: ResourceDocument): boolean => armIdKey(id) === key;
  const isChild = (entity: ResourceDocument): boolean => key !== undefined && parentKey(entity) === key;
  switch (search.toLowerCase()) {
    case 'allowedparents':
      return (each) => each.type === managementGroupType && mayWrite(each.id) && !isBelow(services, each, key);
    case 'allowedchildren': {
      const above = new Set(group === undefined ? [] : ancestorsOf(services, group).map(({ id }) => armIdKey(id)));
      return (each) => mayWrite(each.id) && !above.has(armIdKey(each.id)) && !isChild(each);
    }
    case 'parentandfirstlevelchildren':
      return (each) => isGroup(each) || isChild(each);
    case 'parentonly':
      return isGroup;
    case 'childrenonly':
      return isChild;
    default:
      return raise('InvalidParameter', `The value '${search}' of '$search' is not known.`, { target: '$search' });
  }
}

function parentKey(entity: ResourceDocument): string | undefined {
  const id = entity.type === managementGroupType ? parentOf(entity) : textMember(entity.body, 'managementGroupId');
  return id === undefined ? undefined : armIdKey(id);
}

/** Whether a group is the one of the key or below it. */
function isBelow(services: Read, group: ResourceDocument, key: string | undefined): boolean {
  return key !== undefined && ancestorsOf(services, group).some(({ id }) => armIdKey(id) === key);
}

/** Other words that `$select` has for members of the answer. */
const selectable: Readonly<Record<string, string>> = { parentchain: 'parentNameChain' };

/** An entity with the selected members of its properties; whole where nothing is selected. */
export function selectedEntityMembers(entity: JsonObject, select: string | undefined): JsonObject {
  if (select === undefined || select.trim() === '') return entity;
  const properties = memberOf(entity, 'properties');
  const wanted = select.split(',').map((word) => selectable[word.trim().toLowerCase()] ?? word.trim());
  const kept = wanted.flatMap((name) => {
    const own = Object.keys(entity).some((key) => key.toLowerCase() === name.toLowerCase());
    if (own) return [];
    const value = memberIgnoringCase(properties, name);
    if (value === undefined) raise('InvalidParameter', `An entity has no member '${name}'.`, { target: '$select' });
    const spelled = Object.keys(properties as JsonObject).find((key) => key.toLowerCase() === name.toLowerCase());
    return [[spelled ?? name, value] as const];
  });
  return { ...entity, properties: Object.fromEntries(kept) };
}
