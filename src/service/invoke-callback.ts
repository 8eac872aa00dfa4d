/**
 * The signed URLs: triggers that start runs, and webhook actions that wait for a call.
 *
 * Owns: finding the workflow by its opaque id, the signature check, and the answer's status, headers and bytes.
 * Does not own: routing (`#api`). Source: engine reference 2.5, 4.2, 4.4, 10.
 *
 * Invariants
 * I1. Nothing about a workflow shows before its signature holds.
 */
import { canonicalHeaderName, decodeBody } from '#connectors';
import { runKey } from '#engine';
import { type ArmResponse, type Json, raise, type RunOrigin } from '#foundation';
import { admitBySignature, admitToTrigger, type InboundCaller } from './admit-caller.ts';
import { acceptedForLater } from './asynchronous-answer.ts';
import { callTrigger, type TriggerAnswer } from './call-trigger.ts';
import { callbackPermission, type SignedPath, type TriggerCallback, waitingPlace } from './callback-urls.ts';
import { asInboundCall } from './inbound-calls.ts';
import type { PreparedTrigger } from './prepared-trigger.ts';
import type { InboundCall } from './request-trigger.ts';
import { answerOfRun } from './run-answer.ts';
import type { Services } from './services.ts';
import { requireWorkflowByOpaqueId, type StoredWorkflow, workflowAtVersion } from './workflow-resource.ts';

export interface CallbackRequest {
  readonly callback: TriggerCallback;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly whenCallerGone?: (listener: () => void) => void;
  /** False: nobody waits for a Response, as when an event is delivered. */
  readonly mayWait: boolean;
  /** What the server calls for; absent for calls from outside. */
  readonly origin?: RunOrigin | undefined;
  /** Absent for calls from inside. */
  readonly remoteAddress?: string | undefined;
}

/** Answers a call on a trigger's URL. @throws TocsinError with the codes of engine reference 2.5. */
export async function invokeTrigger(services: Services, request: CallbackRequest): Promise<ArmResponse> {
  const { callback, method, headers, body } = request;
  const newest = requireWorkflowByOpaqueId(services, callback.opaqueId);
  const { remoteAddress } = request;
  const caller: InboundCaller = { remoteAddress, authorization: headers['authorization'], signed: callback.signed };
  await admitToTrigger(services, newest, callbackPermission(callback), caller);
  const { version } = callback;
  const workflow = version === undefined ? newest : workflowAtVersion(services, newest, version);
  const call: InboundCall = {
    method,
    relativePath: callback.relativePath,
    queries: callback.queries,
    headers,
    body,
  };
  const answer = await asInboundCall(services, newest, () =>
    callTrigger(services, {
      workflow,
      triggerName: callback.triggerName,
      call,
      mayWait: request.mayWait,
      startedBy: request.origin ?? { kind: 'Request' },
      ...(request.whenCallerGone === undefined ? {} : { whenCallerGone: request.whenCallerGone }),
    }),
  );
  const quiet = answer.trigger.operationOptions.has('suppressworkflowheadersonresponse');
  const own = quiet ? {} : runHeaders(workflow, answer.prepared);
  const response =
    answer.kind === 'later' ? acceptedForLater(services, workflow, answer.prepared) : callerAnswer(services, answer);
  return { ...response, headers: { ...own, ...response.headers }, ...(quiet ? { bare: true } : {}) };
}

/** The headers by which callers find the run again. */
export function runHeaders(workflow: StoredWorkflow, prepared: PreparedTrigger): Record<string, string> {
  const run = prepared.runs[0]?.identity;
  return {
    ...(run === undefined ? {} : { 'x-ms-workflow-run-id': run.name }),
    'x-ms-correlation-id': prepared.trackingId,
    'x-ms-client-tracking-id': prepared.clientTrackingId,
    'x-ms-trigger-history-name': prepared.historyName,
    'x-ms-workflow-system-id': `/locations/local/scaleunits/local/workflows/${workflow.body.opaqueId}`,
    'x-ms-workflow-id': workflow.body.opaqueId,
    'x-ms-workflow-version': run?.version ?? workflow.body.version,
    'x-ms-workflow-name': workflow.document.name,
    'x-ms-tracking-id': prepared.trackingId,
    'x-ms-request-id': `:${prepared.trackingId}`,
    'x-ms-execution-location': 'local',
  };
}

function callerAnswer(services: Services, answer: TriggerAnswer): ArmResponse {
  if (answer.kind !== 'answered') return { status: 202 };
  return answerOfRun(services, answer.answer, {}, answer.prepared.trackingId);
}

// --- Webhook actions --------------------------------------------------------------------------------------------

export interface ActionCallback {
  readonly opaqueId: string;
  readonly runName: string;
  /** The callback's id within the run, as the engine opened it. */
  readonly callback: string;
  readonly signed?: SignedPath;
  readonly queries: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly remoteAddress?: string | undefined;
}

/** Delivers a call to a waiting webhook action. @throws TocsinError. */
export async function invokeAction(services: Services, request: ActionCallback): Promise<ArmResponse> {
  const workflow = requireWorkflowByOpaqueId(services, request.opaqueId);
  const permission = `${waitingPlace(request.runName, request.callback)}/run`;
  admitBySignature(services, workflow, permission, 'actions', request);
  const value = callbackValue(request);
  const key = runKey(workflow.id, request.runName);
  const result = await services.host.deliver(key, request.callback, { value });
  if (result === 'accepted') return { status: 200 };
  if (result === 'unknownRun') {
    return raise('WorkflowRunNotFound', `The workflow run '${request.runName}' could not be found.`);
  }
  return raise(
    'WorkflowRunActionAlreadyRun',
    'The workflow run action has already been answered or is no longer waiting.',
  );
}

function callbackValue(request: ActionCallback): Json {
  const decoded = decodeBody(request.body, request.headers['content-type']);
  if (decoded.kind === 'malformed') {
    return raise('InvalidRequestContent', `The request content is not valid: '${decoded.message}'.`);
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => name !== 'authorization')
      .map(([name, value]) => [canonicalHeaderName(name), value]),
  );
  return {
    headers,
    ...(Object.keys(request.queries).length === 0 ? {} : { queries: { ...request.queries } }),
    ...(decoded.body === undefined ? {} : { body: decoded.body }),
  };
}
