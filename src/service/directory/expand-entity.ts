/**
 * An entity with what `$expand` asks for beside it.
 *
 * Owns: which relations each set may expand, how many are shown. Does not own: the links (`directory-store.ts`).
 *
 * Invariants
 * EX1. At most twenty objects are expanded of a relation, as Microsoft Graph does; the relation's own list has them all.
 */
import { type DirectoryQuery, directoryAnswer, type EntitySetName } from '#directory';
import { type Identity, type Json, type JsonObject, setMember } from '#foundation';
import { findIdentity } from '../find-identity.ts';
import type { Services } from '../services.ts';
import {
  findEntity,
  type LinkEnd,
  linksFrom,
  linksTo,
  type PageOfIds,
  type Relation,
  type StoredEntity,
} from './directory-store.ts';

/** A relation by the name that answers have for it: which link it is, and which end of it the entity is. */
export interface NamedRelation {
  readonly relation: Relation;
  readonly direction: 'from' | 'to';
}

const none: Readonly<Record<string, NamedRelation>> = {};

const bySet: Partial<Record<EntitySetName, Readonly<Record<string, NamedRelation>>>> = {
  users: {
    manager: { relation: 'manager', direction: 'from' },
    directReports: { relation: 'manager', direction: 'to' },
    memberOf: { relation: 'members', direction: 'to' },
    ownedDevices: { relation: 'registeredOwners', direction: 'to' },
    registeredDevices: { relation: 'registeredUsers', direction: 'to' },
    ownedObjects: { relation: 'owners', direction: 'to' },
  },
  groups: {
    members: { relation: 'members', direction: 'from' },
    owners: { relation: 'owners', direction: 'from' },
    memberOf: { relation: 'members', direction: 'to' },
  },
  devices: {
    registeredOwners: { relation: 'registeredOwners', direction: 'from' },
    registeredUsers: { relation: 'registeredUsers', direction: 'from' },
    memberOf: { relation: 'members', direction: 'to' },
  },
  directoryRoles: { members: { relation: 'members', direction: 'from' } },
};

export function namedRelations(set: EntitySetName): Readonly<Record<string, NamedRelation>> {
  return bySet[set] ?? none;
}

export function relationsOf(set: EntitySetName): readonly string[] {
  return Object.keys(namedRelations(set));
}

const mostExpanded = 20;

export function expandedEntity(
  services: Pick<Services, 'store'>,
  entity: StoredEntity,
  query: Pick<DirectoryQuery, 'select' | 'expand'>,
): JsonObject {
  const answer: { [name: string]: Json } = { ...directoryAnswer(entity, { select: query.select }) };
  for (const { name, select } of query.expand) {
    const named = namedRelations(entity.set)[name];
    if (named === undefined) continue;
    const ends = relatedEnds(services, entity.id, named, { count: mostExpanded });
    const shown = ends.map((end) => linkedAnswer(services, end, select));
    if (named.relation === 'manager' && named.direction === 'from') {
      if (shown[0] !== undefined) setMember(answer, name, shown[0]);
    } else {
      setMember(answer, name, shown);
    }
  }
  return answer;
}

/** Objects on the other end of a relation, in the order of ids behind `after`. */
export function relatedEnds(
  services: Pick<Services, 'store'>,
  id: string,
  { relation, direction }: NamedRelation,
  page: PageOfIds,
): readonly LinkEnd[] {
  return (direction === 'from' ? linksFrom : linksTo)(services, relation, id, page);
}

/** The object at the end of a link, with its kind. */
export function linkedAnswer(
  services: Pick<Services, 'store'>,
  end: LinkEnd,
  select: readonly string[] | undefined,
): JsonObject {
  const entity = end.set === undefined ? undefined : findEntity(services, end.set, end.id);
  if (entity !== undefined) return directoryAnswer(entity, { select, typed: true });
  const stranger = findIdentity(services, end.id)?.identity;
  return {
    '@odata.type': stranger === undefined ? '#microsoft.graph.directoryObject' : '#microsoft.graph.servicePrincipal',
    id: end.id,
    ...(stranger === undefined ? {} : { displayName: stranger.displayName, ...namesOf(stranger) }),
  };
}

/** What clients that look for an assignee read of a service principal. */
function namesOf({ kind, appId }: Identity): JsonObject {
  return {
    ...(appId === undefined ? {} : { appId, servicePrincipalNames: [appId] }),
    servicePrincipalType: kind === 'ManagedIdentity' ? 'ManagedIdentity' : 'Application',
  };
}
