/**
 * Local log tables and links to real workspaces.
 *
 * Owns: the mapping. Source: docs/concepts/automations.md; own API reference, lists.
 */
import { authorizationFailed } from '#access';
import { type ArmResponse, parseTimeText, raise, textMember, TocsinError } from '#foundation';
import {
  deleteWorkspaceLink,
  exportLogRows,
  knownTableName,
  listLogRows,
  listLogTables,
  listWorkspaceLinks,
  type LogRowQuery,
  putWorkspaceLink,
  requireWorkspaceId,
  workspacesOfAutomations,
  workspaceType,
} from '#service';
import { callerOf, parameter } from '../../call-values.ts';
import { page, pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const readAction = `${workspaceType}/query/read`;
const writeAction = `${workspaceType}/write`;

function requireAllowed(call: RouteCall, action: string, scope: string): void {
  if (!call.allowed(action, scope)) throw new TocsinError(authorizationFailed(call.request.identity, action, scope));
}

function tables(call: RouteCall): ArmResponse {
  const given = parameter(call, 'workspaceId');
  if (given !== undefined) requireAllowed(call, readAction, requireWorkspaceId(given));
  const ids = given === undefined ? workspacesOfAutomations(call.services) : [given];
  const rows = ids.filter((id) => call.allowed(readAction, id)).flatMap((id) => listLogTables(call.services, id));
  return { status: 200, body: pageOfList(call.request, rows, (row) => row) };
}

function queryOf(call: RouteCall): LogRowQuery {
  const workspaceId = requireWorkspaceId(parameter(call, 'workspaceId'));
  requireAllowed(call, readAction, workspaceId);
  const table = parameter(call, 'table') ?? '';
  const isKnown = knownTableName(table) !== undefined || /^\w+_CL$/i.test(table);
  if (!isKnown) raise('InvalidParameter', `There is no log table '${table.slice(0, 80)}'.`, { target: 'table' });
  const from = timeParameter(call, 'from');
  const to = timeParameter(call, 'to');
  return { workspaceId, table, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function timeParameter(call: RouteCall, name: string): number | undefined {
  const text = parameter(call, name);
  if (text === undefined || text === '') return undefined;
  const time = parseTimeText(text);
  if (time === undefined)
    raise('InvalidParameter', `'${name}' must be a time such as 2026-01-31T00:00:00Z.`, { target: name });
  return time;
}

function rows(call: RouteCall): ArmResponse {
  const query = queryOf(call);
  const format = (parameter(call, 'format') ?? 'json').toLowerCase();
  if (format === 'ndjson' || format === 'csv') {
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8';
    return { status: 200, headers: { 'content-type': type }, stream: exportLogRows(call.services, query, format) };
  }
  if (format !== 'json') raise('InvalidParameter', 'format must be json, ndjson or csv.', { target: 'format' });
  const body = page(call.request, {
    read: (top, after) => listLogRows(call.services, { ...query, top, ...(after === undefined ? {} : { after }) }),
    position: ({ position }) => position,
    shape: ({ body }) => body,
  });
  return { status: 200, body };
}

function links(call: RouteCall): ArmResponse {
  const visible = listWorkspaceLinks(call.services).filter((link) =>
    call.allowed(readAction, textMember(link, 'workspaceResourceId') ?? '/'),
  );
  return { status: 200, body: pageOfList(call.request, visible, (link) => link) };
}

async function putLink(call: RouteCall): Promise<ArmResponse> {
  const body = call.request.body ?? null;
  requireAllowed(call, writeAction, requireWorkspaceId(textMember(body, 'workspaceResourceId')));
  return { status: 200, body: await putWorkspaceLink(call.services, callerOf(call), body) };
}

async function removeLink(call: RouteCall): Promise<ArmResponse> {
  const id = requireWorkspaceId(parameter(call, 'workspaceId'));
  requireAllowed(call, writeAction, id);
  await deleteWorkspaceLink(call.services, callerOf(call), id);
  return { status: 204 };
}

const signedIn = { signedIn: true } as const;

export const workspaceRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/logTables', permission: signedIn, handle: tables },
  { method: 'GET', pattern: '/tocsin/v1/logRows', permission: signedIn, handle: rows },
  { method: 'GET', pattern: '/tocsin/v1/workspaceLinks', permission: signedIn, handle: links },
  { method: 'PUT', pattern: '/tocsin/v1/workspaceLinks', permission: signedIn, handle: putLink },
  { method: 'DELETE', pattern: '/tocsin/v1/workspaceLinks', permission: signedIn, handle: removeLink },
];
