/**
 * Routes of triggers.
 *
 * Owns: the mapping. Does not own: their histories (`trigger-histories.ts`). Source: ARM reference 6.1, 6.3; engine reference 2, 8.
 */
import { formatTime, type Json, type JsonObject, memberOf, raise } from '#foundation';
import {
  callTrigger,
  type PreparedTrigger,
  readTriggerHistories,
  resolveTriggerName,
  runHeaders,
  type StoredWorkflow,
} from '#service';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { versionReference } from './workflow-answer.ts';
import { callbackUrl, logicRoute, workflowOfCall, workflowPath } from './workflows.ts';

export function triggerName(call: RouteCall, workflow: StoredWorkflow): string {
  return resolveTriggerName(workflow, call.path.trigger ?? '');
}

function definitionOf(workflow: StoredWorkflow, name: string): Json | undefined {
  return memberOf(memberOf(workflow.body.definition, 'triggers'), name);
}

function triggerAnswer(call: RouteCall, workflow: StoredWorkflow, name: string): JsonObject {
  const { document, body } = workflow;
  const recurrence = memberOf(definitionOf(workflow, name), 'recurrence');
  const last = readTriggerHistories(call.services, workflow, name, { top: 1 })[0];
  const next = call.services.nextRecurrence(workflow.id);
  return {
    properties: {
      provisioningState: 'Succeeded',
      createdTime: formatTime(document.createdTime),
      changedTime: formatTime(document.changedTime),
      state: body.state,
      ...(last === undefined ? {} : { lastExecutionTime: last.startTime, status: last.status }),
      ...(next === undefined || recurrence === undefined ? {} : { nextExecutionTime: formatTime(next) }),
      ...(recurrence === undefined ? {} : { recurrence }),
      workflow: versionReference(workflow, body.version),
    },
    id: `${workflow.id}/triggers/${name}`,
    name,
    type: 'Microsoft.Logic/workflows/triggers',
  };
}

function list(call: RouteCall) {
  const workflow = workflowOfCall(call);
  const names = Object.keys((memberOf(workflow.body.definition, 'triggers') ?? {}) as JsonObject);
  return { status: 200, body: pageOfList(call.request, names, (name) => triggerAnswer(call, workflow, name)) };
}

function get(call: RouteCall) {
  const workflow = workflowOfCall(call);
  return { status: 200, body: triggerAnswer(call, workflow, triggerName(call, workflow)) };
}

/** A run started by hand: nobody waits for its Response. */
async function run(call: RouteCall) {
  const workflow = workflowOfCall(call);
  const { request, services } = call;
  const text = request.rawBody ?? (request.body === undefined ? '' : JSON.stringify(request.body));
  const name = triggerName(call, workflow);
  const declared = memberOf(memberOf(definitionOf(workflow, name), 'inputs'), 'method');
  const answer = await callTrigger(services, {
    workflow,
    triggerName: name,
    mayWait: false,
    call: {
      method: typeof declared === 'string' ? declared.toUpperCase() : 'POST',
      relativePath: '',
      queries: {},
      headers: inputHeaders(request.headers),
      body: new TextEncoder().encode(text),
    },
  });
  if (answer.kind === 'failed') raise(answer.fault.code, answer.fault.message);
  return started(workflow, answer.prepared, answer.kind === 'skipped' ? 200 : 202);
}

/** What belongs to the management call stays out of the trigger's outputs. */
function inputHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = ['content-type', 'x-ms-client-tracking-id', 'x-ms-client-keywords'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => own.includes(name)));
}

/** The answer of a call that started runs. */
export function started(workflow: StoredWorkflow, prepared: PreparedTrigger, status: number) {
  const headers = runHeaders(workflow, prepared);
  const runName = prepared.runs[0]?.identity.name;
  return {
    status,
    headers: {
      ...headers,
      ...(runName === undefined ? {} : { 'x-ms-workflow-run-id': runName }),
    },
  };
}

function schema(call: RouteCall) {
  const workflow = workflowOfCall(call);
  const name = triggerName(call, workflow);
  const inputs = memberOf(definitionOf(workflow, name), 'inputs');
  return { status: 200, body: { title: name, content: JSON.stringify(memberOf(inputs, 'schema') ?? {}) } };
}

export const triggerPath = `${workflowPath}/triggers/{trigger}`;

export const triggerRoutes: readonly Route[] = [
  logicRoute({ method: 'GET', pattern: `${workflowPath}/triggers`, action: 'workflows/triggers/read', handle: list }),
  logicRoute({ method: 'GET', pattern: triggerPath, action: 'workflows/triggers/read', handle: get }),
  logicRoute({ method: 'POST', pattern: `${triggerPath}/run`, action: 'workflows/triggers/run/action', handle: run }),
  logicRoute({
    method: 'POST',
    pattern: `${triggerPath}/listCallbackUrl`,
    action: 'workflows/triggers/listCallbackUrl/action',
    handle: (call) => callbackUrl(call, call.path.trigger),
  }),
  logicRoute({
    method: 'GET',
    pattern: `${triggerPath}/schemas/json`,
    action: 'workflows/triggers/read',
    handle: schema,
  }),
];
