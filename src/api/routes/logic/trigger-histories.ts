/**
 * Routes of trigger histories: every evaluation of a trigger, and firing again with what it fired with.
 *
 * Owns: the mapping. Source: ARM reference 6.1, 6.3; engine reference 2, 8.
 */
import type { Json, JsonObject } from '#foundation';
import { readTriggerHistories, readTriggerHistory, resubmitRun, type TriggerHistory } from '#service';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { type Answering, answeringOf } from './answering.ts';
import { triggerContentNames, triggerLink } from './run-answer.ts';
import { inAnyOf, runFilters } from './run-filter.ts';
import { started, triggerName, triggerPath } from './triggers.ts';
import { logicRoute, workflowOfCall } from './workflows.ts';

function historyAnswer(about: Answering, trigger: string, history: TriggerHistory): JsonObject {
  const { workflow } = about;
  const { name, runName, inputs, outputs, ...properties } = history;
  const place = `/triggers/${trigger}/histories/${name}`;
  const link = (side: 'inputs' | 'outputs', measure: TriggerHistory['inputs']): JsonObject => {
    if (measure === undefined) return {};
    return { [`${side}Link`]: triggerLink(about, `${place}/contents/${triggerContentNames[side]}`, side, measure) };
  };
  const run = { id: `${workflow.id}/runs/${runName}`, name: runName, type: 'Microsoft.Logic/workflows/runs' };
  return {
    properties: {
      ...(properties as unknown as JsonObject),
      ...link('inputs', inputs),
      ...link('outputs', outputs),
      ...(runName === undefined ? {} : { run: run as Json }),
    },
    id: `${workflow.id}${place}`,
    name,
    type: 'Microsoft.Logic/workflows/triggers/histories',
  };
}

function list(call: RouteCall) {
  const about = answeringOf(call);
  const trigger = triggerName(call, about.workflow);
  const filters = runFilters(call.request.query.$filter);
  const source = {
    read: (count: number, after: string | undefined) =>
      inAnyOf(filters, count, ({ clientTrackingId, ...filter }) =>
        readTriggerHistories(call.services, about.workflow, trigger, {
          top: count,
          ...filter,
          ...(after === undefined ? {} : { after }),
        }).filter(
          ({ correlation }) => clientTrackingId === undefined || correlation.clientTrackingId === clientTrackingId,
        ),
      ),
    position: (history: TriggerHistory) => history.name,
    shape: (history: TriggerHistory) => historyAnswer(about, trigger, history),
  };
  return { status: 200, body: page(call.request, source, { usual: 30, most: 250 }) };
}

function get(call: RouteCall) {
  const about = answeringOf(call);
  const trigger = triggerName(call, about.workflow);
  const found = readTriggerHistory(call.services, about.workflow, trigger, call.path.history ?? '');
  return { status: 200, body: historyAnswer(about, trigger, found) };
}

async function resubmit(call: RouteCall) {
  const workflow = workflowOfCall(call);
  const name = call.path.history ?? '';
  const principal = call.request.identity.displayName;
  const prepared = await resubmitRun(call.services, workflow, triggerName(call, workflow), name, principal);
  return started(workflow, prepared, 202);
}

export const triggerHistoryRoutes: readonly Route[] = [
  logicRoute({
    method: 'GET',
    pattern: `${triggerPath}/histories`,
    action: 'workflows/triggers/histories/read',
    handle: list,
  }),
  logicRoute({
    method: 'GET',
    pattern: `${triggerPath}/histories/{history}`,
    action: 'workflows/triggers/histories/read',
    handle: get,
  }),
  logicRoute({
    method: 'POST',
    pattern: `${triggerPath}/histories/{history}/resubmit`,
    action: 'workflows/triggers/histories/resubmit/action',
    handle: resubmit,
  }),
];
