/**
 * The port to the triggers that act by themselves: what other use cases may ask of them.
 *
 * Owns: the shape. Does not own: the implementation (`triggers/`).
 */
import type { JsonObject, RunOrigin } from '#foundation';
import type { PreparedTrigger } from './prepared-trigger.ts';

/** Triggers are named by the id of their workflow and their name, both ignoring case. */
export interface TriggerHost {
  /** When the trigger acts next, milliseconds since 1970; undefined when it does not. */
  next(workflowId: string, triggerName: string): number | undefined;
  /** How a webhook trigger's subscription stands; undefined for triggers that need none. */
  registration(workflowId: string, triggerName: string): 'Succeeded' | 'Failed' | 'Registering' | undefined;
  /** Polls at once and commits what comes of it. @throws TocsinError `Conflict` when the workflow is changed meanwhile. */
  poll(workflowId: string, triggerName: string, startedBy: RunOrigin): Promise<PreparedTrigger>;
  /**
   * Tells a trigger of the type ApiConnectionNotification that there is something to fetch, durably; the name of the fetch's history.
   * @throws TocsinError `Conflict` when the workflow is changed meanwhile.
   */
  notify(workflowId: string, triggerName: string): Promise<string>;
  /** The outputs of the window that is under way. */
  windowOutputs(workflowId: string, triggerName: string): JsonObject;
  /** Arms the trigger as if its workflow had just been saved; with a cursor, polls go on from there. */
  reset(workflowId: string, triggerName: string, cursor?: string): Promise<void>;
}
