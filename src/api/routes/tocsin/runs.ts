/**
 * Runs of all logic apps a caller may read, and one run as a tree or as what happened in it.
 *
 * Owns: the mapping. Source: own-api reference (`runs`, `runTree`, `runEvents`).
 */
import { authorizationFailed } from '#access';
import { raise, type RunRow, TocsinError } from '#foundation';
import {
  findWorkflow,
  nameRangeOf,
  requireRun,
  requireWorkflow,
  type RunEventRow,
  runEvents,
  runTree,
  type StoredWorkflow,
} from '#service';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { answeringAbout } from '../logic/answering.ts';
import { runAnswer } from '../logic/run-answer.ts';
import { type RunFilter, runFilters } from '../logic/run-filter.ts';

/** Most scopes one call may name. */
const scopeLimit = 50;

function scopesOf(call: RouteCall): readonly string[] {
  const given = (call.request.query.scopes ?? '').split(',').map((scope) => scope.trim());
  const scopes = given.filter((scope) => scope !== '').slice(0, scopeLimit);
  return scopes.length === 0 ? ['/'] : scopes;
}

/** Runs under the scopes that the caller may read, newest first; names fall as time rises. */
function read(call: RouteCall, count: number, after: string | undefined): readonly RunRow[] {
  const filters = runFilters(call.request.query.filter ?? call.request.query.$filter, true);
  const found = new Map<string, RunRow>();
  for (const scope of scopesOf(call)) {
    for (const filter of filters) {
      for (const row of readUnder(call, scope, filter, count, after)) found.set(row.key, row);
    }
  }
  return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1)).slice(0, count);
}

/** Up to `count` of one scope that pass one alternative of the filter. */
function readUnder(
  call: RouteCall,
  scope: string,
  filter: RunFilter,
  count: number,
  after: string | undefined,
): readonly RunRow[] {
  const found: RunRow[] = [];
  for (let position = after; ; ) {
    const rows = call.services.store.history.runs({
      ...filter,
      ...(scope === '/' ? {} : { scope }),
      ...nameRangeOf({ ...filter, ...(position === undefined ? {} : { after: position }) }),
      top: count,
    });
    found.push(...rows.filter((row) => call.allowed('Microsoft.Logic/workflows/runs/read', row.workflow)));
    position = rows.at(-1)?.name;
    if (rows.length < count || found.length >= count) return found;
  }
}

function list(call: RouteCall) {
  const { services, request } = call;
  const source = {
    read: (count: number, after: string | undefined) => read(call, count, after),
    position: (row: RunRow) => row.name,
    shape: (row: RunRow) => {
      const workflow = findWorkflow(services, row.workflow);
      if (workflow === undefined) return { id: `${row.workflow}/runs/${row.name}`, name: row.name };
      return runAnswer(answeringAbout(call, workflow), row);
    },
  };
  return { status: 200, body: page(request, source, { usual: 100, most: 1000 }) };
}

const treeAction = 'Microsoft.Logic/workflows/runs/actions/read';

/** The run that `id` names; who may not read its actions learns no more than that. */
function askedRun(call: RouteCall): { readonly workflow: StoredWorkflow; readonly row: RunRow } {
  const { services, request } = call;
  const found = /^(\/.+)\/runs\/([^/]+)\/?$/i.exec(request.query.id ?? '');
  if (found === null) raise('InvalidParameter', "The parameter 'id' must be the id of a run.", { target: 'id' });
  const [, workflowId = '', name = ''] = found ?? [];
  if (!call.allowed(treeAction, workflowId)) {
    throw new TocsinError(authorizationFailed(request.identity, treeAction, workflowId));
  }
  const workflow = requireWorkflow(services, workflowId);
  return { workflow, row: requireRun(services, workflow, name) };
}

async function tree(call: RouteCall) {
  const { action, rep, around, inside } = call.request.query;
  if (around !== undefined && !/^\d{1,9}$/.test(around)) {
    raise('InvalidParameter', "The parameter 'around' must be the index of an iteration.", { target: 'around' });
  }
  const { workflow, row } = askedRun(call);
  const wanted = {
    ...(action === undefined || action === '' ? {} : { action }),
    ...(rep === undefined || rep === '' ? {} : { repetition: rep }),
    ...(around === undefined ? {} : { around: Number(around) }),
    ...(inside === undefined || inside === '' ? {} : { inside }),
  };
  return { status: 200, body: await runTree(call.services, workflow, row, wanted) };
}

function events(call: RouteCall) {
  const { row } = askedRun(call);
  const source = {
    read: (count: number, after: string | undefined) => runEvents(call.services, row, count, after),
    position: ({ position }: RunEventRow) => position,
    shape: ({ body }: RunEventRow) => body,
  };
  return { status: 200, body: page(call.request, source, { usual: 100, most: 1000 }) };
}

export const runListRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/runs', permission: { signedIn: true }, handle: list },
  { method: 'GET', pattern: '/tocsin/v1/runTree', permission: { signedIn: true }, handle: tree },
  { method: 'GET', pattern: '/tocsin/v1/runEvents', permission: { signedIn: true }, handle: events },
];
