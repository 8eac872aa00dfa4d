/**
 * The limits a definition must keep: the documented ones of the Consumption plan, as defaults an operator may raise.
 *
 * Owns: the numbers that are checked on save. Does not own: limits of running (`#engine`).
 * Source: engine reference 1.2, 16.6; where two numbers are published, the larger.
 */
import type { RecurrencePlan } from '../plan.ts';

/** Counts unless a member says otherwise. */
export interface WorkflowLimits {
  /** All actions, nested ones included. */
  readonly actions: number;
  /** Containers around an action. */
  readonly nestingDepth: number;
  readonly triggers: number;
  readonly switchCases: number;
  readonly variables: number;
  readonly parameters: number;
  readonly outputs: number;
  readonly nameCharacters: number;
  readonly descriptionCharacters: number;
  /** Levels of arrays and objects in the definition, literal data included. */
  readonly jsonDepth: number;
  readonly foreachConcurrency: number;
  readonly untilCount: number;
  readonly triggerRuns: number;
  readonly waitingRuns: number;
  /** Messages and bytes in the release criteria of a batch. */
  readonly batchMessages: number;
  readonly batchBytes: number;
  readonly retryCount: number;
  /** Milliseconds. */
  readonly retryInterval: { readonly minimum: number; readonly maximum: number };
  readonly paginationItems: number;
  /** Of inline code. */
  readonly scriptCharacters: number;
  /** How far in the future a recurrence may start. */
  readonly startYearsAhead: number;
  /** The largest `interval` of a recurrence by frequency. */
  readonly recurrenceInterval: { readonly [F in RecurrencePlan['frequency']]: number };
}

export const workflowLimits: WorkflowLimits = {
  actions: 500,
  nestingDepth: 8,
  triggers: 10,
  switchCases: 25,
  variables: 250,
  parameters: 50,
  outputs: 10,
  nameCharacters: 80,
  descriptionCharacters: 256,
  jsonDepth: 100,
  foreachConcurrency: 50,
  untilCount: 5_000,
  triggerRuns: 100,
  waitingRuns: 100,
  batchMessages: 8_000,
  batchBytes: 80 * 1024 * 1024,
  retryCount: 90,
  retryInterval: { minimum: 5_000, maximum: 86_400_000 },
  paginationItems: 100_000,
  scriptCharacters: 1_024,
  startYearsAhead: 49,
  recurrenceInterval: { Second: 9_999_999, Minute: 72_000, Hour: 12_000, Day: 500, Week: 71, Month: 16, Year: 1 },
};

/** For definitions that were accepted once. */
export const withoutLimits: WorkflowLimits = {
  ...(Object.fromEntries(Object.keys(workflowLimits).map((name) => [name, Infinity])) as unknown as WorkflowLimits),
  retryInterval: { minimum: 0, maximum: Infinity },
  recurrenceInterval: {
    Second: Infinity,
    Minute: Infinity,
    Hour: Infinity,
    Day: Infinity,
    Week: Infinity,
    Month: Infinity,
    Year: Infinity,
  },
};
