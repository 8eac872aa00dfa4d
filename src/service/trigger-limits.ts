/**
 * The limits of inbound calls and firings: the documented ones of the Consumption plan, as defaults an operator may raise.
 *
 * Owns: the numbers that count when a trigger fires. Does not own: limits of definitions (`#workflow`), of runs (`#engine`).
 * Source: engine reference 1.2.
 */
export interface TriggerLimits {
  /** Calls of one workflow's URLs under way at the same time. */
  readonly inboundCalls: number;
  /** Runs of one firing. */
  readonly splitOnItems: number;
  readonly splitOnItemsWithConcurrency: number;
  /** Messages and bytes of a batch partition; at that size it is released whatever its criteria. */
  readonly batchMessages: number;
  readonly batchBytes: number;
}

export const defaultTriggerLimits: TriggerLimits = {
  inboundCalls: 1_000,
  splitOnItems: 100_000,
  splitOnItemsWithConcurrency: 100,
  batchMessages: 8_000,
  batchBytes: 80 * 1024 * 1024,
};
