/**
 * Routes of runs, their actions and repetitions.
 *
 * Owns: the mapping. Source: ARM reference 6.1, 6.3; engine reference 8.
 */
import { type Json, memberOf, parseJson, raise, type RunRow, stringifyJson, textMember } from '#foundation';
import {
  nameRangeOf,
  repetitionName,
  requireAction,
  requireRun,
  resubmitFromAction,
  resubmitRun,
  runHistory,
  runSummary,
  traceRunAction,
  withoutSignatures,
} from '#service';
import { page, pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { type Answering, answeringOf } from './answering.ts';
import { actionAnswer, repetitionAnswer, runAnswer } from './run-answer.ts';
import { inAnyOf, passes, runFilters } from './run-filter.ts';
import { traceAnswer } from './trace-answer.ts';
import { started } from './triggers.ts';
import { logicRoute, workflowPath } from './workflows.ts';

const sizes = { usual: 30, most: 250 };

function list(call: RouteCall) {
  const about = answeringOf(call);
  const filters = runFilters(call.request.query.$filter, true);
  const source = {
    read: (count: number, after: string | undefined) =>
      inAnyOf(filters, count, (filter) =>
        call.services.store.history.runs({
          workflow: about.workflow.idKey,
          top: count,
          ...filter,
          ...nameRangeOf({ ...filter, ...(after === undefined ? {} : { after }) }),
        }),
      ),
    position: (row: RunRow) => row.name,
    shape: (row: RunRow) => runAnswer(about, row),
  };
  return { status: 200, body: page(call.request, source, sizes) };
}

/** With `$expand=properties/actions,workflow/properties` the actions and the definition come along, with `startedBy` its origin. */
async function get(call: RouteCall) {
  const about = answeringOf(call);
  const row = requireRun(call.services, about.workflow, call.path.run ?? '');
  const answer = runAnswer(about, row);
  const expand = (call.request.query.$expand ?? '').toLowerCase();
  const properties = { ...(answer.properties as { readonly [name: string]: Json }) };
  if (expand.includes('actions')) {
    const actions = [...(await runHistory(call.services, row)).actions.values()];
    properties.actions = Object.fromEntries(
      actions.map((record) => [record.name, actionAnswer(about, row, record).properties as Json]),
    );
  }
  if (expand.includes('workflow')) {
    const reference = properties.workflow as { readonly [name: string]: Json };
    const version = call.services.plans.plan(about.workflow.id, textMember(reference, 'name') ?? '');
    properties.workflow = { ...reference, properties: { definition: version?.definition ?? null } };
  }
  return { status: 200, body: { ...answer, properties } };
}

async function cancel(call: RouteCall) {
  const { workflow } = answeringOf(call);
  const row = requireRun(call.services, workflow, call.path.run ?? '');
  const result = await call.services.host.cancel(row.key);
  if (result !== 'accepted') {
    raise(
      'WorkflowRunCanNotBeCancelled',
      `The workflow run '${row.name}' cannot be cancelled because it has already ended.`,
    );
  }
  return { status: 200 };
}

/** The run as the operation that a client polls: 202 while it goes on. */
function operation(call: RouteCall) {
  const about = answeringOf(call);
  const row = requireRun(call.services, about.workflow, call.path.run ?? '');
  const isOver = row.endTime !== undefined;
  return { status: isOver ? 200 : 202, body: runAnswer(about, row) };
}

/** `actionsToResubmit` names the action to go on from; without it the run's trigger fires again. */
async function resubmit(call: RouteCall) {
  const { workflow } = answeringOf(call);
  const row = requireRun(call.services, workflow, call.path.run ?? '');
  const principal = call.request.identity.displayName;
  const [name, ...others] = actionsToResubmit(call.request.body);
  if (others.length > 0) raise('InvalidParameter', 'A run is resubmitted from one action at a time.');
  if (name === undefined) {
    const { trigger } = runSummary(row);
    return started(workflow, await resubmitRun(call.services, workflow, trigger.name, row.name, principal), 202);
  }
  const { identity } = await resubmitFromAction(call.services, workflow, row, name, principal);
  return {
    status: 202,
    headers: {
      'x-ms-workflow-run-id': identity.name,
      'x-ms-workflow-name': workflow.document.name,
      'x-ms-workflow-version': identity.version,
      'x-ms-client-tracking-id': identity.clientTrackingId,
    },
  };
}

function actionsToResubmit(body: Json | undefined): readonly string[] {
  const given = memberOf(body, 'actionsToResubmit') ?? [];
  const names = Array.isArray(given) ? (given as readonly Json[]).map((item) => textMember(item, 'name')) : [undefined];
  return names.map(
    (name) =>
      name ?? raise('InvalidParameter', "The member 'actionsToResubmit' must be a list of objects with a name."),
  );
}

function filteredRecord(
  { clientTrackingId }: RunRow,
  { status, startTime }: { readonly status: string; readonly startTime: string },
) {
  return { status, startTime: Date.parse(startTime), clientTrackingId };
}

async function actions(call: RouteCall) {
  const about = answeringOf(call);
  const row = requireRun(call.services, about.workflow, call.path.run ?? '');
  const filters = runFilters(call.request.query.$filter);
  const records = [...(await runHistory(call.services, row)).actions.values()].filter((record) =>
    passes(filters, filteredRecord(row, record)),
  );
  const shape = (record: (typeof records)[number]) => actionAnswer(about, row, record);
  return { status: 200, body: pageOfList(call.request, records, shape, sizes) };
}

async function action(call: RouteCall) {
  const about = answeringOf(call);
  const row = requireRun(call.services, about.workflow, call.path.run ?? '');
  const record = requireAction(await runHistory(call.services, row), call.path.action ?? '');
  return { status: 200, body: actionAnswer(about, row, record) };
}

type Collection = 'repetitions' | 'scopeRepetitions';

async function repetitionsOf(call: RouteCall, collection: Collection) {
  const about = answeringOf(call);
  const row = requireRun(call.services, about.workflow, call.path.run ?? '');
  const history = await runHistory(call.services, row);
  const { name } = requireAction(history, call.path.action ?? '');
  return { about, row, records: history[collection](name) };
}

async function repetitions(call: RouteCall, collection: Collection) {
  const { about, row, records } = await repetitionsOf(call, collection);
  const filters = runFilters(call.request.query.$filter);
  const kept = records.filter((record) => passes(filters, filteredRecord(row, record)));
  const shape = (record: (typeof kept)[number]) => repetitionAnswer(about, row, record, collection);
  return { status: 200, body: pageOfList(call.request, kept, shape, sizes) };
}

async function repetitionOf(call: RouteCall, collection: Collection) {
  const { about, row, records } = await repetitionsOf(call, collection);
  const wanted = call.path.repetition ?? '';
  const record = records.find((one) => repetitionName(one) === wanted);
  if (record === undefined) {
    raise('WorkflowRunActionRepetitionNotFound', `The workflow run action repetition '${wanted}' could not be found.`);
  }
  return { about, row, record };
}

async function repetition(call: RouteCall, collection: Collection) {
  const { about, row, record } = await repetitionOf(call, collection);
  return { status: 200, body: repetitionAnswer(about, row, record, collection) };
}

// --- Traces -----------------------------------------------------------------------------------------------------

async function tracesOf(about: Answering, row: RunRow, record: Parameters<typeof traceRunAction>[3]) {
  const traces = await traceRunAction(about.services, about.workflow, row, record);
  const body = { inputs: traces.map(traceAnswer) };
  return { status: 200, body: about.reader.withSignatures ? body : parseJson(withoutSignatures(stringifyJson(body))) };
}

async function actionTraces(call: RouteCall) {
  const about = answeringOf(call);
  const row = requireRun(call.services, about.workflow, call.path.run ?? '');
  return tracesOf(about, row, requireAction(await runHistory(call.services, row), call.path.action ?? ''));
}

async function repetitionTraces(call: RouteCall) {
  const { about, row, record } = await repetitionOf(call, 'repetitions');
  return tracesOf(about, row, record);
}

const runPath = `${workflowPath}/runs/{run}`;
const actionPath = `${runPath}/actions/{action}`;

export const runRoutes: readonly Route[] = [
  logicRoute({ method: 'GET', pattern: `${workflowPath}/runs`, action: 'workflows/runs/read', handle: list }),
  logicRoute({ method: 'GET', pattern: runPath, action: 'workflows/runs/read', handle: get }),
  logicRoute({
    method: 'POST',
    pattern: `${runPath}/cancel`,
    action: 'workflows/runs/cancel/action',
    handle: cancel,
  }),
  logicRoute({
    method: 'POST',
    pattern: `${runPath}/resubmit`,
    action: 'workflows/triggers/histories/resubmit/action',
    handle: resubmit,
  }),
  logicRoute({
    method: 'GET',
    pattern: `${runPath}/operations/{operation}`,
    action: 'workflows/runs/operations/read',
    handle: operation,
  }),
  logicRoute({ method: 'GET', pattern: `${runPath}/actions`, action: 'workflows/runs/actions/read', handle: actions }),
  logicRoute({ method: 'GET', pattern: actionPath, action: 'workflows/runs/actions/read', handle: action }),
  logicRoute({
    method: 'POST',
    pattern: `${actionPath}/listExpressionTraces`,
    action: 'workflows/runs/actions/listExpressionTraces/action',
    handle: actionTraces,
  }),
  logicRoute({
    method: 'POST',
    pattern: `${actionPath}/repetitions/{repetition}/listExpressionTraces`,
    action: 'workflows/runs/actions/repetitions/listExpressionTraces/action',
    handle: repetitionTraces,
  }),
  ...(['repetitions', 'scopeRepetitions'] as const).flatMap((collection) => [
    logicRoute({
      method: 'GET',
      pattern: `${actionPath}/${collection}`,
      action: `workflows/runs/actions/${collection}/read`,
      handle: (call) => repetitions(call, collection),
    }),
    logicRoute({
      method: 'GET',
      pattern: `${actionPath}/${collection}/{repetition}`,
      action: `workflows/runs/actions/${collection}/read`,
      handle: (call) => repetition(call, collection),
    }),
  ]),
];
