/**
 * The stored form of a webhook trigger's subscription.
 *
 * Owns: the body of the documents of the collection `triggerSubscriptions`. Does not own: what is done by it (`subscriptions.ts`).
 */
import type { Json } from '#foundation';

/** What is remembered; `secrets` of the document holds the call that unsubscribes. */
export interface Subscription {
  readonly workflowId: string;
  readonly triggerName: string;
  /** The arming it was made for. */
  readonly subscribed?: string;
  /** The arming for which subscribing failed for good. */
  readonly failed?: string;
  readonly retry?: Retry;
}

export interface Retry {
  /** The step it is about. */
  readonly step: string;
  /** The next attempt, from 2, and when it is due: milliseconds of true time. */
  readonly attempt: number;
  readonly due: number;
  readonly startTime: string;
  readonly history: readonly Json[];
}
