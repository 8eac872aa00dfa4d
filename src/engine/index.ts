/** Entry file of `#engine`: runs of workflows as a pure step function, its messages, and the in-memory host. */
export * from './history.ts';
export { inlineThreshold, MemoryContent } from './memory-content.ts';
export { MemoryHost, type MemoryHostOptions } from './memory-host.ts';
export { collectTexts, maskOf, recordedCallInputs } from './masking.ts';
export * from './messages.ts';
export { type MomentPlace, type Rewound, rewind, traceAction } from './moment.ts';
export * from './pending.ts';
export { holdsSecrets } from './program.ts';
export * from './retry.ts';
export * from './run-host.ts';
export { RunQueues } from './run-queues.ts';
export { answerOf } from './run-answer.ts';
export * from './settings.ts';
export type { RunState, RunStatus } from './state.ts';
export { startedEvent, type StartedEvent } from './started-event.ts';
export { statusName } from './status-names.data.ts';
export { step, type StepResult } from './step.ts';
export type { StepEnvironment } from './turn.ts';
