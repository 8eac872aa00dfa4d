/**
 * The numbers of a run's limits that an operator may set.
 *
 * Owns: their names and units. Does not own: the documented defaults (`settings.ts`), limits of definitions (`#workflow`).
 * Source: engine reference 1.2.
 */

/** Times in milliseconds of engine time, sizes in characters or items. */
export interface RunLimits {
  readonly runDuration: number;
  /** How long the caller of a Request trigger waits. */
  readonly responseTimeout: number;
  /** Wait before polling a 202 that has no `Retry-After`. */
  readonly pollInterval: number;
  /** The shortest wait between two polls, whatever the answer asks for. */
  readonly shortestPoll: number;
  /** Pages of one answer, and records kept of the calls of one action. */
  readonly pages: number;
  readonly requestRecords: number;
  readonly foreachItems: number;
  readonly untilCount: number;
  readonly paginationItems: number;
  /** Longest text one function call may produce. */
  readonly functionText: number;
  readonly trackedPropertiesText: number;
  /** Largest variable, as characters of compact JSON. */
  readonly variableText: number;
}

export const runLimitNames = [
  'runDuration',
  'responseTimeout',
  'pollInterval',
  'shortestPoll',
  'pages',
  'requestRecords',
  'foreachItems',
  'untilCount',
  'paginationItems',
  'functionText',
  'trackedPropertiesText',
  'variableText',
] as const satisfies readonly (keyof RunLimits)[];
