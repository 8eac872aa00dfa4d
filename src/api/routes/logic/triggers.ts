/**
 * Routes of triggers.
 *
 * Owns: the mapping. Does not own: their histories (`trigger-histories.ts`). Source: ARM reference 6.1, 6.3; engine reference 2, 8.
 */
import { formatTime, type Json, type JsonObject, memberIgnoringCase, memberOf, raise, textMember } from '#foundation';
import {
  callTrigger,
  type PreparedTrigger,
  readTriggerHistories,
  requireWorkflow,
  resolveTriggerName,
  runHeaders,
  setTriggerState,
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
  const { services } = call;
  const recurrence = memberIgnoringCase(definitionOf(workflow, name), 'recurrence');
  const last = readTriggerHistories(services, workflow, name, { top: 1 })[0];
  const next = services.triggers.next(workflow.id, name);
  const isOver = recurrence !== undefined && next === undefined && body.state === 'Enabled';
  return {
    properties: {
      provisioningState: services.triggers.registration(workflow.id, name) ?? 'Succeeded',
      createdTime: formatTime(document.createdTime),
      changedTime: formatTime(document.changedTime),
      state: isOver ? 'Completed' : body.state,
      ...(last === undefined ? {} : { lastExecutionTime: last.startTime, status: last.status }),
      ...(next === undefined ? {} : { nextExecutionTime: formatTime(next) }),
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
    startedBy: { kind: 'Person', principal: request.identity.displayName },
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

// --- State ------------------------------------------------------------------------------------------------------

async function reset(call: RouteCall) {
  const workflow = workflowOfCall(call);
  await call.services.triggers.reset(workflow.id, triggerName(call, workflow));
  return { status: 200 };
}

/** The trigger goes on from where another one is: `source: { id }` of a trigger, or `{ flowName, triggerName }`. */
async function setState(call: RouteCall) {
  const workflow = workflowOfCall(call);
  const name = triggerName(call, workflow);
  const given = memberOf(call.request.body ?? null, 'source');
  const [id, flow, trigger] = ['id', 'flowName', 'triggerName'].map((member) => textMember(given, member));
  const fromId = id === undefined ? undefined : /^(.*\/workflows\/[^/]+)(?:\/triggers\/([^/]+))?\/?$/i.exec(id);
  const { subscriptionId, resourceGroup } = call.path;
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  const sibling = flow === undefined ? undefined : `${group}/providers/Microsoft.Logic/workflows/${flow}`;
  const sourceId = fromId?.[1] ?? sibling;
  if (sourceId === undefined) {
    return raise('InvalidRequestContent', "The 'source' must have an 'id', or a 'flowName' and a 'triggerName'.");
  }
  if (!call.allowed('Microsoft.Logic/workflows/triggers/read', sourceId)) {
    const message = `The client does not have permission to perform action 'Microsoft.Logic/workflows/triggers/read' on the linked scope '${sourceId}'.`;
    return raise('LinkedAuthorizationFailed', message);
  }
  const from = requireWorkflow(call.services, sourceId);
  const source = { workflow: from, triggerName: resolveTriggerName(from, trigger ?? fromId?.[2]) };
  await setTriggerState(call.services, { workflow, triggerName: name }, source);
  return { status: 200 };
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
    method: 'POST',
    pattern: `${triggerPath}/reset`,
    action: 'workflows/triggers/reset/action',
    handle: reset,
  }),
  logicRoute({
    method: 'POST',
    pattern: `${triggerPath}/setState`,
    action: 'workflows/triggers/setState/action',
    handle: setState,
  }),
  logicRoute({
    method: 'GET',
    pattern: `${triggerPath}/schemas/json`,
    action: 'workflows/triggers/read',
    handle: schema,
  }),
];
