/** Entities of the directory: lists, single ones, creation, change, deletion. Source: Microsoft Graph's published calls. */
import { authorizationFailed } from '#access';
import { type ArmResponse, isJsonObject, type JsonObject, TocsinError } from '#foundation';
import {
  changeEntity,
  countPassing,
  createEntity,
  deleteEntity,
  type DirectoryQuery,
  directoryAnswer,
  type EntitySet,
  type EntitySetName,
  entitySets,
  expandedEntity,
  queryEntities,
  relationsOf,
  requireEntity,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';
import {
  entityResponse,
  listResponse,
  pageOf,
  queryOf,
  requireEventual,
  selectedFragment,
  versionOf,
} from './graph-answers.ts';

/** What a role must allow at the tenant. */
export function directoryPermission(set: EntitySetName, verb: string): Permission {
  return { action: `Microsoft.Authorization/directory/${set}/${verb}` };
}

function setOf(name: EntitySetName): EntitySet {
  return entitySets[name];
}

async function list(call: RouteCall, set: EntitySetName): Promise<ArmResponse> {
  const { services } = call;
  const query = queryOf(call, setOf(set), relationsOf(set));
  const { items, next } = await queryEntities(services, set, query, pageOf(call, query));
  const count = query.count ? await countPassing(services, set, query) : undefined;
  const value = items.map((entity) => expandedEntity(services, entity, query));
  return listResponse(call, selectedFragment(setOf(set).path, query.select), { value, next, count });
}

async function count(call: RouteCall, set: EntitySetName): Promise<ArmResponse> {
  versionOf(call);
  requireEventual(call);
  const total = await countPassing(call.services, set, queryOf(call, setOf(set)));
  return { status: 200, headers: { 'content-type': 'text/plain' }, rawBody: String(total) };
}

function shown(call: RouteCall, set: EntitySetName, id: string): ArmResponse {
  const query: DirectoryQuery = queryOf(call, setOf(set), relationsOf(set));
  const answer: JsonObject = expandedEntity(call.services, requireEntity(call.services, set, id), query);
  return entityResponse(call, selectedFragment(setOf(set).path, query.select), answer);
}

async function create(call: RouteCall, set: EntitySetName): Promise<ArmResponse> {
  versionOf(call);
  const entity = await createEntity(call.services, callerOf(call), set, call.request.body);
  return entityResponse(call, setOf(set).path, directoryAnswer(entity), 201);
}

async function change(call: RouteCall, set: EntitySetName): Promise<ArmResponse> {
  versionOf(call);
  if (set === 'users') requireUserChange(call);
  await changeEntity(call.services, callerOf(call), { set, id: segment(call, 'id') }, call.request.body);
  return { status: 204 };
}

/**
 * Who may change a user depends on what is changed: switching on and off has an action of its own, and so have passwords, which
 * open all that the user may do.
 */
function requireUserChange(call: RouteCall): void {
  const { body, identity } = call.request;
  const names = isJsonObject(body) ? Object.keys(body) : [];
  const action = (verb: string): string => `Microsoft.Authorization/directory/users/${verb}`;
  const may = (verb: string): boolean => call.allowed(action(verb), '/');
  const onlySwitches = names.length > 0 && names.every((name) => name === 'accountEnabled');
  const wanted = names.includes('passwordProfile') ? ['write', 'passwordProfile/write'] : ['write'];
  const missing = wanted.find((verb) => !may(verb));
  if (missing === undefined || (onlySwitches && may('accountEnabled/write'))) return;
  throw new TocsinError(authorizationFailed(identity, action(missing), '/'));
}

async function remove(call: RouteCall, set: EntitySetName): Promise<ArmResponse> {
  versionOf(call);
  await deleteEntity(call.services, callerOf(call), set, segment(call, 'id'));
  return { status: 204 };
}

function routesOf(set: EntitySetName): readonly Route[] {
  const { path, required, changes } = setOf(set);
  const all = `/graph/{version}/${path}`;
  const one = `${all}/{id}`;
  const reads = directoryPermission(set, 'read');
  const writes = directoryPermission(set, 'write');
  const deletes = directoryPermission(set, 'delete');
  return [
    { method: 'GET', pattern: all, permission: reads, handle: (call) => list(call, set) },
    { method: 'GET', pattern: `${all}/$count`, permission: reads, handle: (call) => count(call, set) },
    { method: 'GET', pattern: one, permission: reads, handle: (call) => shown(call, set, segment(call, 'id')) },
    ...(required === undefined
      ? []
      : [{ method: 'POST', pattern: all, permission: writes, handle: (call) => create(call, set) } satisfies Route]),
    ...(changes === 'none'
      ? []
      : [
          {
            method: 'PATCH',
            pattern: one,
            permission: set === 'users' ? { signedIn: true } : writes,
            handle: (call) => change(call, set),
          } satisfies Route,
        ]),
    ...(changes === 'all'
      ? [{ method: 'DELETE', pattern: one, permission: deletes, handle: (call) => remove(call, set) } satisfies Route]
      : []),
  ];
}

/** A published playbook replaces a named location by PUT. */
const replaced: Route = {
  method: 'PUT',
  pattern: '/graph/{version}/identity/conditionalAccess/namedLocations/{id}',
  permission: directoryPermission('namedLocations', 'write'),
  handle: (call) => change(call, 'namedLocations'),
};

export const directoryEntityRoutes: readonly Route[] = [
  ...(Object.keys(entitySets) as EntitySetName[]).flatMap(routesOf),
  replaced,
];

export { shown as entityShown };
