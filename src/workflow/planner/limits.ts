/**
 * The limits a definition must keep.
 *
 * Owns: the numbers of the Consumption plan. Source: engine reference 1.2; where two numbers are published, the larger.
 */
export interface WorkflowLimits {
  readonly actions: number;
  readonly nestingDepth: number;
  readonly triggers: number;
  readonly switchCases: number;
  readonly variables: number;
  readonly parameters: number;
  readonly outputs: number;
  readonly nameCharacters: number;
  readonly foreachConcurrency: number;
  readonly untilCount: number;
  readonly triggerRuns: number;
  readonly waitingRuns: number;
  readonly retryCount: number;
  /** Milliseconds. */
  readonly retryInterval: { readonly minimum: number; readonly maximum: number };
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
  foreachConcurrency: 50,
  untilCount: 5_000,
  triggerRuns: 100,
  waitingRuns: 100,
  retryCount: 90,
  retryInterval: { minimum: 5_000, maximum: 86_400_000 },
};
