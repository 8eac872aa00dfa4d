/**
 * All triggers that act by themselves: those of the clock and those with subscriptions.
 *
 * Owns: putting both together behind the port. Does not own: what each does.
 */
import type { EffectRunner } from '#engine';
import type { JsonObject, RunOrigin, Write } from '#foundation';
import type { PreparedTrigger } from '../prepared-trigger.ts';
import type { Services } from '../services.ts';
import type { WorkflowKeeper } from '../take-up-workflows.ts';
import type { TriggerHost } from '../trigger-host.ts';
import type { StoredWorkflow } from '../workflow-resource.ts';
import { Subscriptions } from './subscriptions.ts';
import { TimedTriggers } from './timed-triggers.ts';
import { TriggerCalls } from './trigger-call.ts';

export class ActingTriggers implements TriggerHost, WorkflowKeeper {
  readonly #calls: TriggerCalls;
  readonly #timed: TimedTriggers;
  readonly #subscriptions: Subscriptions;

  /** @param runner performs the calls of triggers, as it does those of runs. */
  constructor(services: Services, runner: EffectRunner) {
    this.#calls = new TriggerCalls(services, runner);
    this.#timed = new TimedTriggers(services, this.#calls);
    this.#subscriptions = new Subscriptions(services, this.#calls);
  }

  /** Takes up the triggers of a stored workflow; called for each when the server takes work. */
  takeUp(workflow: StoredWorkflow): void {
    this.#timed.takeUp(workflow);
    this.#subscriptions.takeUp(workflow);
  }

  /** Gives up what no stored workflow wants any more; called once when the server takes work. */
  start(): void {
    this.#subscriptions.start();
  }

  /** Follows commits: workflows that were saved, switched or deleted. */
  follow(writes: readonly Write[]): void {
    this.#timed.follow(writes);
    this.#subscriptions.follow(writes);
  }

  /** Begins nothing more and cuts calls under way short; they are repeated after the next start. */
  stop(): void {
    this.#timed.stop();
    this.#subscriptions.stop();
    this.#calls.stop();
  }

  next(workflowId: string, triggerName: string): number | undefined {
    return this.#timed.next(workflowId, triggerName);
  }

  registration(workflowId: string, triggerName: string): ReturnType<TriggerHost['registration']> {
    return this.#subscriptions.registration(workflowId, triggerName);
  }

  poll(workflowId: string, triggerName: string, startedBy: RunOrigin): Promise<PreparedTrigger> {
    return this.#timed.poll(workflowId, triggerName, startedBy);
  }

  notify(workflowId: string, triggerName: string): Promise<string> {
    return this.#timed.notify(workflowId, triggerName);
  }

  windowOutputs(workflowId: string, triggerName: string): JsonObject {
    return this.#timed.windowOutputs(workflowId, triggerName);
  }

  async reset(workflowId: string, triggerName: string, cursor?: string): Promise<void> {
    await this.#timed.reset(workflowId, triggerName, cursor);
    await this.#subscriptions.reset(workflowId, triggerName);
  }
}
