/**
 * Answers that callers ask for again: 202 with a signed `Location` that gives 202 until the asynchronous Response is there.
 *
 * Owns: the URL, and what it answers. Does not own: waiting (`RunHost`), the answer's form (`run-answer.ts`).
 * Source: engine reference 1.1 (`Asynchronous`), 4.4.
 *
 * Invariants
 * AA1. The answer is that of the run's journal: the same however often it is asked for, and after restarts.
 */
import { runKey } from '#engine';
import { type ArmResponse, armIdKey } from '#foundation';
import { admitBySignature, type InboundCaller } from './admit-caller.ts';
import { signedQueries } from './callback-urls.ts';
import type { PreparedTrigger } from './prepared-trigger.ts';
import { requireRun } from './read-runs.ts';
import { answerOfRun } from './run-answer.ts';
import { runSummary } from './run-row.ts';
import type { Services } from './services.ts';
import { requireWorkflowByOpaqueId, type StoredWorkflow } from './workflow-resource.ts';

/** Seconds after which a caller should ask again. */
const retryAfter = '10';

/** The first answer: where to ask. */
export function acceptedForLater(services: Services, workflow: StoredWorkflow, prepared: PreparedTrigger): ArmResponse {
  const run = prepared.runs[0]?.identity.name ?? '';
  return { status: 202, headers: waitHeaders(services, workflow, run, prepared.trackingId) };
}

function waitHeaders(services: Services, workflow: StoredWorkflow, run: string, operation: string) {
  const place = `/runs/${run}/operations/${operation}`;
  const queries = signedQueries(services, workflow, `${place}/read`);
  const { publicBaseUrl } = services.settings;
  const location = `${publicBaseUrl}/workflows/${workflow.body.opaqueId}${place}?${new URLSearchParams(queries).toString()}`;
  return { location, 'retry-after': retryAfter };
}

export interface OperationRequest {
  readonly opaqueId: string;
  readonly run: string;
  readonly operation: string;
  readonly caller: Omit<InboundCaller, 'authorization'>;
}

/** @throws TocsinError `WorkflowNotFound`, `WorkflowRunNotFound`, the codes of a wrong signature. */
export async function readAsynchronousAnswer(services: Services, request: OperationRequest): Promise<ArmResponse> {
  const workflow = requireWorkflowByOpaqueId(services, request.opaqueId);
  const { run, operation, caller } = request;
  admitBySignature(services, workflow, `/runs/${run}/operations/${operation}/read`, 'triggers', caller);
  const row = requireRun(services, workflow, run);
  const answer = await services.host.answerSoFar(runKey(armIdKey(workflow.id), run));
  if (answer === undefined) return { status: 202, headers: waitHeaders(services, workflow, run, operation) };
  return answerOfRun(services, answer, { 'x-ms-workflow-run-id': run }, runSummary(row).trigger.trackingId);
}
