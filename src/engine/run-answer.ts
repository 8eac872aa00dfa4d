/**
 * The answer a run has given, read from the commands of its replayed steps.
 *
 * Owns: which command is the answer. Does not own: where events come from (hosts), the answer's way to the caller.
 */
import type { WorkflowPlan } from '#workflow';
import type { Command, RunEvent } from './messages.ts';
import type { Looking } from './moment.ts';
import type { RunAnswer } from './run-host.ts';
import type { RunState } from './state.ts';
import { step } from './step.ts';
import type { StepEnvironment } from './turn.ts';

/** The answer among the commands of a run in order; undefined as long as there is none. */
export function answerOf(commands: Iterable<Command>): RunAnswer | undefined {
  for (const command of commands) {
    if (command.kind === 'respond') {
      const { statusCode, headers, body } = command;
      return { kind: 'response', statusCode, headers, ...(body === undefined ? {} : { body }) };
    }
    if (command.kind === 'finish') return { kind: 'noResponse' };
  }
  return undefined;
}

/** Replays until the run answers; undefined while it has not. Linear in the events before. */
export function* findAnswer(plan: WorkflowPlan, events: Iterable<RunEvent>, env: StepEnvironment): Looking<RunAnswer> {
  let state: RunState | undefined;
  for (const event of events) {
    const result = step(plan, state, event, env);
    const answer = answerOf(result.commands);
    if (answer !== undefined) return answer;
    state = result.state;
    yield result.history.length;
  }
  return undefined;
}
