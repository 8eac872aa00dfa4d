/**
 * What the evaluation of a trigger came to, before its commit.
 *
 * Owns: the shape. Does not own: how it comes about (`fire-trigger.ts`, `triggers/`), the commit.
 */
import type { NewRun } from '#engine';
import type { Fault, Write } from '#foundation';

export interface PreparedTrigger {
  readonly outcome: 'fired' | 'skipped' | 'failed';
  readonly runs: readonly NewRun[];
  readonly writes: readonly Write[];
  /** Name of the history entry, fired or not. */
  readonly historyName: string;
  readonly trackingId: string;
  readonly clientTrackingId: string;
  /**
   * Why it failed; of a skipped one that no more runs may wait (`WorkflowMaximumWaitingRunCountExceeded`): recurring
   * triggers let the occurrence pass, callers get a 429 and nothing is written.
   */
  readonly fault?: Fault;
  /** Why a call of the trigger's own failed. */
  readonly error?: { readonly code: string; readonly message: string };
}
