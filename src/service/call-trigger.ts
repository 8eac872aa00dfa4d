/**
 * A call on a trigger, from its signed URL or from the management API, up to the answer for the caller.
 *
 * Owns: outputs by trigger type, starting the runs, waiting for a Response action.
 * Does not own: signatures (`callback-urls.ts`), HTTP shapes (`#api`), the time a caller waits (`#engine`).
 * Source: engine reference 2.5, 2.9, 4.4.
 *
 * Invariants
 * C1. An accepted call's runs are durable before the caller hears of them.
 * C2. Only calls on the signed URL wait for a Response; a run started by management skips it.
 */
import { type RunAnswer, runKey } from '#engine';
import { Fault, orThrow, parseArmId, raise, type RunOrigin } from '#foundation';
import type { TriggerPlan, TriggerType } from '#workflow';
import { prepareTrigger, requireEnabled } from './fire-trigger.ts';
import type { PreparedTrigger } from './prepared-trigger.ts';
import { type InboundCall, requestOutputs } from './request-trigger.ts';
import type { Services } from './services.ts';
import { findWorkflow, type StoredWorkflow } from './workflow-resource.ts';

export interface TriggerCall {
  readonly workflow: StoredWorkflow;
  readonly triggerName: string;
  readonly call: InboundCall;
  readonly startedBy: RunOrigin;
  /** True for the signed URL: the caller may wait for a Response (C2). */
  readonly mayWait: boolean;
  /** Registers what to do when the caller goes away. */
  readonly whenCallerGone?: (listener: () => void) => void;
}

export type TriggerAnswer = {
  readonly prepared: PreparedTrigger;
  readonly trigger: TriggerPlan;
} /** Runs were started, or none because a condition was not met; nobody waits. */ & (
  | { readonly kind: 'accepted' | 'skipped' }
  /** The caller asks again for the answer of an asynchronous Response. */
  | { readonly kind: 'later' }
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'answered'; readonly answer: RunAnswer }
);

/**
 * @throws TocsinError for calls the trigger does not take, for disabled workflows, and
 *   `WorkflowMaximumWaitingRunCountExceeded`.
 */
export async function callTrigger(services: Services, request: TriggerCall): Promise<TriggerAnswer> {
  const { workflow, triggerName, call } = request;
  const plan = services.plans.plan(workflow.id, workflow.body.version);
  const trigger = plan?.triggers.get(triggerName.toLowerCase());
  if (plan === undefined || trigger === undefined) {
    const name = parseArmId(workflow.id)?.name ?? workflow.id;
    return raise('WorkflowTriggerNotFound', `The workflow '${name}' trigger '${triggerName}' could not be found.`);
  }
  requireKept(services, workflow, trigger);
  if (trigger.type === 'ApiConnectionNotification' && request.mayWait) return notified(services, workflow, trigger);
  if (polling.has(trigger.type)) return polled(services, workflow, trigger, request.startedBy);
  if (trigger.type === 'Batch') {
    return raise(
      'WorkflowTriggerRunNotSupported',
      `The trigger '${trigger.name}' of type 'Batch' cannot be run: messages are sent to it by the action 'SendToBatch'.`,
    );
  }
  const answers = request.mayWait && plan.hasResponse && trigger.splitOn === undefined;
  const waits = answers && !plan.answersLater;
  let settle: (answer: RunAnswer) => void = () => {};
  const answered = new Promise<RunAnswer>((resolve) => {
    settle = resolve;
  });
  const prepared = prepareTrigger(services, {
    workflow,
    triggerName: trigger.name,
    startedBy: request.startedBy,
    ...outputsOf(services, workflow, trigger, call),
    ...(waits ? { onAnswer: (answer) => settle(answer) } : {}),
    ...(answers && !waits ? { patientCaller: true } : {}),
  });
  if (prepared.outcome === 'skipped' && prepared.fault !== undefined) orThrow(prepared.fault);
  await services.host.startMany(prepared.runs, prepared.writes);
  if (prepared.fault !== undefined) return { kind: 'failed', prepared, trigger, fault: prepared.fault };
  if (prepared.outcome !== 'fired') return { kind: 'skipped', prepared, trigger };
  if (!waits) return { kind: answers ? 'later' : 'accepted', prepared, trigger };
  const key = runKey(workflow.id, prepared.runs[0]?.identity.name ?? '');
  request.whenCallerGone?.(() => void services.host.callerGone(key));
  return { kind: 'answered', prepared, trigger, answer: await answered };
}

/** A recurrence has no outputs, a sliding window those of its window; the others take what the call brings. */
function outputsOf(services: Services, workflow: StoredWorkflow, trigger: TriggerPlan, call: InboundCall) {
  if (trigger.type === 'Recurrence') return {};
  if (trigger.type !== 'SlidingWindow') return { outputs: requestOutputs(trigger, call) };
  return { outputs: services.triggers.windowOutputs(workflow.id, trigger.name) };
}

/** Where a trigger is in its polls or windows is known of the newest version only. */
function requireKept(services: Services, { id, body }: StoredWorkflow, { name, type }: TriggerPlan): void {
  if (!polling.has(type) && type !== 'SlidingWindow') return;
  if (findWorkflow(services, id)?.body.version === body.version) return;
  raise(
    'WorkflowTriggerRunNotSupported',
    `The trigger '${name}' of type '${type}' cannot be run in version '${body.version}': only the newest version acts by itself.`,
  );
}

const polling: ReadonlySet<TriggerType> = new Set<TriggerType>([
  'Http',
  'ApiConnection',
  'ApiManagement',
  'ApiConnectionNotification',
]);

/** The connector is answered at once; what it told of is fetched behind its back (C1). */
async function notified(services: Services, workflow: StoredWorkflow, trigger: TriggerPlan): Promise<TriggerAnswer> {
  requireEnabled(workflow, trigger.name);
  const historyName = await services.triggers.notify(workflow.id, trigger.name);
  const trackingId = services.random.uuid();
  const prepared = {
    outcome: 'skipped',
    runs: [],
    writes: [],
    historyName,
    trackingId,
    clientTrackingId: historyName,
  } as const;
  return { kind: 'accepted', prepared, trigger };
}

/** A poll trigger asks its service at once; its own commit is done when it answers (C1). */
async function polled(
  services: Services,
  workflow: StoredWorkflow,
  trigger: TriggerPlan,
  startedBy: RunOrigin,
): Promise<TriggerAnswer> {
  requireEnabled(workflow, trigger.name);
  const prepared = await services.triggers.poll(workflow.id, trigger.name, startedBy);
  if (prepared.outcome === 'skipped' && prepared.fault !== undefined) orThrow(prepared.fault);
  if (prepared.outcome === 'fired') return { kind: 'accepted', prepared, trigger };
  if (prepared.outcome === 'skipped') return { kind: 'skipped', prepared, trigger };
  const why = prepared.error?.message ?? 'the service answered with an error';
  const message = `The trigger '${trigger.name}' could not be polled: ${why}. See its history '${prepared.historyName}'.`;
  return { kind: 'failed', prepared, trigger, fault: prepared.fault ?? new Fault('BadGateway', message) };
}
