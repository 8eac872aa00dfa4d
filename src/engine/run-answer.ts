/**
 * The answer a run has given, read from the commands of its replayed steps.
 *
 * Owns: which command is the answer. Does not own: replaying (hosts), the answer's way to the caller.
 */
import type { Command } from './messages.ts';
import type { RunAnswer } from './run-host.ts';

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
