/**
 * The calls that triggers make themselves: polls and subscriptions.
 *
 * Owns: evaluated inputs, inputs as history may show them, the effect that asks for a call.
 * Does not own: performing calls (`run-effects.ts`), what becomes of the answer (the kinds beside this file).
 * Source: engine reference 2.8-2.12, 4.1.
 *
 * Invariants
 * TC1. Recorded inputs hold no secret: texts of secure parameters, members of `authentication` and signatures of our own
 *      callback URLs are masked.
 */
import { type EffectOutcome, type EffectRequest, type EffectRunner, recordedCallInputs } from '#engine';
import { isEvaluationFault } from '#expression';
import { Fault, type Json } from '#foundation';
import type { TriggerPlan, WorkflowPlan } from '#workflow';
import { callbackUrlOf } from '../callback-urls.ts';
import type { Effect, EffectOwner } from '../effect-call.ts';
import { workflowJson } from '../fire-trigger.ts';
import { withoutSignatures } from '../mask-signatures.ts';
import { EffectSlots } from '../run-host/effect-slots.ts';
import { parameterMask } from '../secret-texts.ts';
import type { Services } from '../services.ts';
import { triggerContext } from '../trigger-context.ts';
import type { StoredWorkflow } from '../workflow-resource.ts';

export interface CallingTrigger {
  readonly workflow: StoredWorkflow;
  readonly plan: WorkflowPlan;
  readonly trigger: TriggerPlan;
}

/** The trigger's inputs, `listCallbackUrl()` included. */
export function evaluatedInputs(services: Services, { workflow, plan, trigger }: CallingTrigger): Json | Fault {
  const result = trigger.inputs.evaluate(
    triggerContext(services, {
      plan,
      workflow: workflowJson(workflow),
      trigger: { name: trigger.name },
      callbackUrl: callbackUrlOf(services, workflow.id, trigger.name).value,
    }),
  );
  if (!isEvaluationFault(result)) return result;
  return new Fault(
    'InvalidTemplate',
    `Unable to process template language expressions in trigger '${trigger.name}' inputs at line '0' and column '0': '${result.message}'.`,
  );
}

/** Inputs as history shows them (TC1). */
export function recordedInputs(plan: WorkflowPlan, inputs: Json): Json {
  const mask = parameterMask(plan);
  const recorded = withoutSignatures(recordedCallInputs(inputs));
  return mask === undefined ? recorded : mask(recorded);
}

export interface TriggerRequest {
  readonly owner: EffectOwner;
  readonly request: EffectRequest;
  readonly idempotencyKey: string;
  readonly attempt: number;
}

/** Who asks, for the evaluation whose history is `historyName`. */
export function callOwner(workflow: StoredWorkflow, triggerName: string, historyName: string): EffectOwner {
  return {
    name: historyName,
    workflowId: workflow.id,
    version: workflow.body.version,
    clientTrackingId: historyName,
    workflow: workflowJson(workflow),
    trigger: triggerName,
  };
}

/** Most calls of triggers under way at once. */
const slots = 100;

/** The calls of all triggers, so many at once. */
export class TriggerCalls {
  readonly #services: Services;
  readonly #slots: EffectSlots;
  /** Aborts what is under way, by the key of its trigger. */
  readonly #underWay = new Map<string, () => void>();

  constructor(services: Services, runner: EffectRunner) {
    this.#services = services;
    this.#slots = new EffectSlots(runner, slots, () => {});
  }

  /** Performs a call of the trigger named by `key`; one that is aborted is a failure that is not worth another try. */
  perform(key: string, { owner, request, idempotencyKey, attempt }: TriggerRequest): Promise<EffectOutcome> {
    const { random } = this.#services;
    const effect: Effect = {
      kind: 'effect',
      id: idempotencyKey,
      path: { action: owner.trigger ?? '', indexes: [] },
      idempotencyKey,
      attempt,
      clientRequestId: random.uuid(),
      trackingId: random.uuid(),
      request,
    };
    return new Promise((resolve) => {
      const ended = (outcome: EffectOutcome): void => {
        this.#underWay.delete(key);
        resolve(outcome);
      };
      const ticket = this.#slots.ask(effect, owner, ended);
      this.#underWay.set(key, () => {
        this.#slots.abort(ticket);
        ended({ kind: 'failure', code: 'ActionAborted', message: 'The call was aborted.', retryable: false });
      });
    });
  }

  abort(key: string): void {
    this.#underWay.get(key)?.();
  }

  stop(): void {
    this.#slots.close();
    for (const abort of this.#underWay.values()) abort();
  }
}
