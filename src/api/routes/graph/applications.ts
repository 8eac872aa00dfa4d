/** Applications and service principals, as `az ad` and `az role` ask for them. Source: Microsoft Graph's published calls. */
import { type ArmResponse, type Json, type JsonObject, memberOf } from '#foundation';
import {
  addPassword,
  applicationSets,
  type ApplicationView,
  changeApplication,
  changeServicePrincipal,
  createApplication,
  createServicePrincipal,
  listApplicationView,
  type QueriedEntity,
  readApplicationView,
  removeCredential,
  removeFromView,
} from '#service';
import { segment } from '../../call-values.ts';
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

// The same actions as on principals: they are the same things.
const reads: Permission = { action: 'Microsoft.Authorization/principals/read' };
const writes: Permission = { action: 'Microsoft.Authorization/principals/write' };
const removes: Permission = { action: 'Microsoft.Authorization/principals/delete' };

function queried(answer: JsonObject): QueriedEntity {
  const { id, ...body } = answer;
  return { id: typeof id === 'string' ? id : '', body };
}

function selected({ id, body }: QueriedEntity, select: readonly string[] | undefined): JsonObject {
  if (select === undefined) return { id, ...body };
  return Object.fromEntries(
    select.map((name): [string, Json] => [name, name === 'id' ? id : (memberOf(body, name) ?? null)]),
  );
}

function list(call: RouteCall, view: ApplicationView): ArmResponse {
  const query = queryOf(call, applicationSets[view]);
  const passing = listApplicationView(call.services, view).map(queried).filter(query.test);
  const sorted = query.compare === undefined ? passing : passing.toSorted(query.compare);
  const { count, after } = pageOf(call, query);
  const start = after === undefined ? 0 : Number(after);
  const value = sorted.slice(start, start + count).map((entity) => selected(entity, query.select));
  return listResponse(call, selectedFragment(view, query.select), {
    value,
    next: start + count < sorted.length ? String(start + count) : undefined,
    count: query.count ? sorted.length : undefined,
  });
}

function countAll(call: RouteCall, view: ApplicationView): ArmResponse {
  versionOf(call);
  requireEventual(call);
  const query = queryOf(call, applicationSets[view]);
  const total = listApplicationView(call.services, view).map(queried).filter(query.test).length;
  return { status: 200, headers: { 'content-type': 'text/plain' }, rawBody: String(total) };
}

function shown(call: RouteCall, view: ApplicationView): ArmResponse {
  const { select } = queryOf(call, applicationSets[view]);
  const entity = queried(readApplicationView(call.services, view, segment(call, 'id')));
  return entityResponse(call, selectedFragment(view, select), selected(entity, select));
}

async function create(call: RouteCall, view: ApplicationView): Promise<ArmResponse> {
  versionOf(call);
  const make = view === 'applications' ? createApplication : createServicePrincipal;
  return entityResponse(call, view, await make(call.services, call.request.body), 201);
}

async function change(call: RouteCall, view: ApplicationView): Promise<ArmResponse> {
  versionOf(call);
  const rewrite = view === 'applications' ? changeApplication : changeServicePrincipal;
  await rewrite(call.services, segment(call, 'id'), call.request.body);
  return { status: 204 };
}

async function remove(call: RouteCall, view: ApplicationView): Promise<ArmResponse> {
  versionOf(call);
  await removeFromView(call.services, view, segment(call, 'id'));
  return { status: 204 };
}

async function newPassword(call: RouteCall, view: ApplicationView): Promise<ArmResponse> {
  versionOf(call);
  return { status: 200, body: await addPassword(call.services, view, segment(call, 'id'), call.request.body) };
}

async function dropCredential(call: RouteCall, view: ApplicationView): Promise<ArmResponse> {
  versionOf(call);
  await removeCredential(call.services, view, segment(call, 'id'), call.request.body);
  return { status: 204 };
}

function routesOf(view: ApplicationView): readonly Route[] {
  const all = `/graph/{version}/${view}`;
  const one = `${all}/{id}`;
  return [
    { method: 'GET', pattern: all, permission: reads, handle: (call) => list(call, view) },
    { method: 'GET', pattern: `${all}/$count`, permission: reads, handle: (call) => countAll(call, view) },
    { method: 'POST', pattern: all, permission: writes, handle: (call) => create(call, view) },
    { method: 'GET', pattern: one, permission: reads, handle: (call) => shown(call, view) },
    { method: 'PATCH', pattern: one, permission: writes, handle: (call) => change(call, view) },
    { method: 'DELETE', pattern: one, permission: removes, handle: (call) => remove(call, view) },
    { method: 'POST', pattern: `${one}/addPassword`, permission: writes, handle: (call) => newPassword(call, view) },
    ...(['removePassword', 'removeKey'] as const).map(
      (name): Route => ({
        method: 'POST',
        pattern: `${one}/${name}`,
        permission: removes,
        handle: (call) => dropCredential(call, view),
      }),
    ),
  ];
}

export const applicationRoutes: readonly Route[] = [...routesOf('applications'), ...routesOf('servicePrincipals')];
