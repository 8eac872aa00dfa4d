/** Links between directory objects: lists, `$ref`, memberships of groups within groups. Source: Microsoft Graph's published calls. */
import { type ArmResponse, raise, TocsinError } from '#foundation';
import {
  directoryObjectNotFound,
  type DirectoryQuery,
  type EntitySetName,
  entitySets,
  findEntity,
  linkedAnswer,
  type LinkEnd,
  linkObject,
  membershipsOf,
  type NamedRelation,
  namedRelations,
  relatedEnds,
  type Relation,
  requireEntity,
  unlinkObject,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { directoryPermission } from './entities.ts';
import { contextOf, listResponse, pageOf, queryOf, selectedFragment, versionOf } from './graph-answers.ts';

/** Relations that show objects of several kinds are queried by what users have. */
function mixedQuery(call: RouteCall): DirectoryQuery {
  return queryOf(call, entitySets.users);
}

function related(call: RouteCall, set: EntitySetName, named: NamedRelation): ArmResponse {
  const entity = requireEntity(call.services, set, segment(call, 'id'));
  const query = mixedQuery(call);
  const { count, after } = pageOf(call, query);
  const ends = relatedEnds(call.services, entity.id, named, { count: count + 1, after });
  return listOfEnds(call, query, ends.slice(0, count), ends.length > count ? ends[count - 1]?.id : undefined);
}

function listOfEnds(
  call: RouteCall,
  query: DirectoryQuery,
  ends: readonly LinkEnd[],
  next: string | undefined,
): ArmResponse {
  const passing = ends.filter((end) => {
    const entity = end.set === undefined ? undefined : findEntity(call.services, end.set, end.id);
    return entity === undefined ? !query.selective : query.test(entity);
  });
  const value = passing.map((end) => linkedAnswer(call.services, end, query.select));
  return listResponse(call, selectedFragment('directoryObjects', query.select), {
    value,
    next,
    ...(query.count ? { count: value.length } : {}),
  });
}

/** `…/manager`: one object, 404 without one. */
function manager(call: RouteCall): ArmResponse {
  const user = requireEntity(call.services, 'users', segment(call, 'id'));
  const query = mixedQuery(call);
  const end = relatedEnds(call.services, user.id, { relation: 'manager', direction: 'from' }, { count: 1 })[0];
  if (end === undefined) throw new TocsinError(directoryObjectNotFound('manager'));
  const context = contextOf(call, `${selectedFragment('directoryObjects', query.select)}/$entity`);
  return { status: 200, body: { '@odata.context': context, ...linkedAnswer(call.services, end, query.select) } };
}

function transitive(call: RouteCall, set: EntitySetName): ArmResponse {
  const entity = requireEntity(call.services, set, segment(call, 'id'));
  return listOfEnds(call, mixedQuery(call), membershipsOf(call.services, entity.id), undefined);
}

/** Members of a group and of the groups in it, groups included. */
function transitiveMembers(call: RouteCall): ArmResponse {
  const group = requireEntity(call.services, 'groups', segment(call, 'id'));
  const found = new Map<string, LinkEnd>();
  const waiting = [group.id];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    for (const end of relatedEnds(call.services, at, { relation: 'members', direction: 'from' }, { count: 10_000 })) {
      if (found.has(end.id) || found.size >= 10_000) continue;
      found.set(end.id, end);
      if (end.set === 'groups') waiting.push(end.id);
    }
  }
  return listOfEnds(call, mixedQuery(call), [...found.values()], undefined);
}

async function link(call: RouteCall, set: EntitySetName, relation: Relation): Promise<ArmResponse> {
  versionOf(call);
  const entity = requireEntity(call.services, set, segment(call, 'id'));
  await linkObject(call.services, callerOf(call), entity, relation, call.request.body);
  return { status: 204 };
}

async function unlink(call: RouteCall, set: EntitySetName, relation: Relation): Promise<ArmResponse> {
  versionOf(call);
  const entity = requireEntity(call.services, set, segment(call, 'id'));
  await unlinkObject(call.services, callerOf(call), entity, relation, call.path['other']);
  return { status: 204 };
}

/** `…/members/{other}`, without `$ref`: Microsoft Graph refuses to delete the object itself in this way. */
function memberWithoutReference(): never {
  return raise('Request_BadRequest', 'Specify $ref to remove the reference, not the object.', { status: 405 });
}

const fromLists: readonly (readonly [EntitySetName, Relation])[] = [
  ['groups', 'members'],
  ['groups', 'owners'],
  ['devices', 'registeredOwners'],
  ['devices', 'registeredUsers'],
  ['directoryRoles', 'members'],
];

function listRoutes(set: EntitySetName): readonly Route[] {
  return Object.entries(namedRelations(set)).flatMap(([name, named]): readonly Route[] =>
    name === 'manager'
      ? []
      : [
          {
            method: 'GET',
            pattern: `/graph/{version}/${entitySets[set].path}/{id}/${name}`,
            permission: directoryPermission(set, 'read'),
            handle: (call) => related(call, set, named),
          },
        ],
  );
}

function referenceRoutes([set, relation]: (typeof fromLists)[number]): readonly Route[] {
  const all = `/graph/{version}/${entitySets[set].path}/{id}/${relation}`;
  const permission = directoryPermission(set, `${relation}/write`);
  return [
    { method: 'POST', pattern: `${all}/$ref`, permission, handle: (call) => link(call, set, relation) },
    { method: 'DELETE', pattern: `${all}/{other}/$ref`, permission, handle: (call) => unlink(call, set, relation) },
    { method: 'DELETE', pattern: `${all}/{other}`, permission, handle: memberWithoutReference },
  ];
}

const managerPath = '/graph/{version}/users/{id}/manager';
const managerWrites = directoryPermission('users', 'manager/write');

export const directoryRelationRoutes: readonly Route[] = [
  ...(['users', 'groups', 'devices', 'directoryRoles'] as const).flatMap(listRoutes),
  ...fromLists.flatMap(referenceRoutes),
  { method: 'GET', pattern: managerPath, permission: directoryPermission('users', 'read'), handle: manager },
  {
    method: 'PUT',
    pattern: `${managerPath}/$ref`,
    permission: managerWrites,
    handle: (call) => link(call, 'users', 'manager'),
  },
  {
    method: 'DELETE',
    pattern: `${managerPath}/$ref`,
    permission: managerWrites,
    handle: (call) => unlink(call, 'users', 'manager'),
  },
  ...(['users', 'groups', 'devices'] as const).map(
    (set): Route => ({
      method: 'GET',
      pattern: `/graph/{version}/${set}/{id}/transitiveMemberOf`,
      permission: directoryPermission(set, 'read'),
      handle: (call) => transitive(call, set),
    }),
  ),
  {
    method: 'GET',
    pattern: '/graph/{version}/groups/{id}/transitiveMembers',
    permission: directoryPermission('groups', 'read'),
    handle: transitiveMembers,
  },
];
