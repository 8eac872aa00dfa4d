/** Links of subscriptions, and of the directory, to real clouds. Source: design section 5; docs/operations/linked-subscriptions.md. */
import { type ArmResponse, raise } from '#foundation';
import {
  activityPage,
  deleteDirectoryLink,
  deleteLink,
  directoryLinkAnswer,
  linkAnswer,
  listLinks,
  putDirectoryLink,
  putLink,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { nextLink, pageOfList, skipPosition, topOf } from '../../paging.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';

const reads: Permission = { action: 'Microsoft.Authorization/linkedSubscriptions/read' };
const writes: Permission = { action: 'Microsoft.Authorization/linkedSubscriptions/write' };
const removes: Permission = { action: 'Microsoft.Authorization/linkedSubscriptions/delete' };

function shown(call: RouteCall): ArmResponse {
  const id = segment(call, 'subscription');
  const body = linkAnswer(call.services, id) ?? raise('NotFound', `The subscription '${id}' is not linked.`);
  return { status: 200, body };
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const id = segment(call, 'subscription');
  return { status: 200, body: await putLink(call.services, callerOf(call), id, call.request.body) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const gone = await deleteLink(call.services, callerOf(call), segment(call, 'subscription'));
  return { status: gone ? 200 : 204 };
}

/** What was passed on from here; the linked subscription's own log is in its cloud. */
function activity(call: RouteCall): ArmResponse {
  const found = activityPage(call.services, {
    subscriptionId: segment(call, 'subscription'),
    filter: parameter(call, '$filter') ?? '',
    top: Math.min(topOf(call.request) ?? 200, 1000),
    after: skipPosition(call.request),
  });
  const { value, next } = found;
  return { status: 200, body: next === undefined ? { value } : { value, nextLink: nextLink(call.request, next) } };
}

function shownDirectory(call: RouteCall): ArmResponse {
  const body = directoryLinkAnswer(call.services) ?? raise('NotFound', 'The directory is not linked.');
  return { status: 200, body };
}

async function putDirectory(call: RouteCall): Promise<ArmResponse> {
  return { status: 200, body: await putDirectoryLink(call.services, callerOf(call), call.request.body) };
}

async function removeDirectory(call: RouteCall): Promise<ArmResponse> {
  return { status: (await deleteDirectoryLink(call.services, callerOf(call))) ? 200 : 204 };
}

const directoryAction = (verb: string): Permission => ({ action: `Microsoft.Authorization/linkedDirectory/${verb}` });
const directory = '/tocsin/v1/linkedDirectory';

const all = '/tocsin/v1/linkedSubscriptions';
const one = `${all}/{subscription}`;

export const linkedSubscriptionRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: all,
    permission: reads,
    handle: (call) => ({ status: 200, body: pageOfList(call.request, listLinks(call.services), (link) => link) }),
  },
  { method: 'GET', pattern: one, permission: reads, handle: shown },
  { method: 'PUT', pattern: one, permission: writes, handle: put },
  { method: 'DELETE', pattern: one, permission: removes, handle: remove },
  { method: 'GET', pattern: `${one}/activity`, permission: reads, handle: activity },
  { method: 'GET', pattern: directory, permission: directoryAction('read'), handle: shownDirectory },
  { method: 'PUT', pattern: directory, permission: directoryAction('write'), handle: putDirectory },
  { method: 'DELETE', pattern: directory, permission: directoryAction('delete'), handle: removeDirectory },
];
