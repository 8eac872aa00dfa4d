/**
 * What a run waits for, read from its state: how hosts take up runs after a restart.
 *
 * Owns: the commands a restored state still needs, and questions hosts ask of a state.
 * Does not own: replaying (hosts call `step` for every event behind their snapshot and drop the commands).
 */
import type { Command } from './messages.ts';
import type { RunState } from './state.ts';

/**
 * The commands that must be carried out (again) for a restored state: calls under way with the ids and keys they had,
 * timers with what is left of their delay, open callbacks, the next slice, the end. What a run that goes on from another's
 * results holds back until its turn is not among them.
 * @param now milliseconds since the epoch. @param scale how many times faster than true time the engine's clock runs.
 */
export function pendingCommands(state: RunState, now: number, scale = 1): readonly Command[] {
  const waits = isQueued(state);
  const commands: Command[] = waits ? [] : Object.values(state.effects).map(({ command }) => command);
  for (const [id, { purpose, armed, delayMilliseconds }] of Object.entries(state.timers)) {
    if (waits && purpose.for === 'action') continue;
    commands.push({ kind: 'timer', id, delayMilliseconds: Math.max(0, delayMilliseconds - (now - armed) * scale) });
  }
  for (const { id, path } of Object.values(state.callbacks)) commands.push({ kind: 'openCallback', id, path });
  if (state.continuing && !waits) commands.push({ kind: 'continue' });
  if (hasEnded(state) && commands.length === 0) commands.push({ kind: 'finish', status: state.status });
  return commands;
}

/** True when the run has its final status; calls nobody waits for may still be under way. */
export function hasEnded(state: RunState): boolean {
  return state.status !== 'Running' && state.status !== 'Waiting';
}

/** True when the run waits for its turn in its queue. */
export function isQueued(state: RunState): boolean {
  return state.status === 'Waiting';
}

/** True when a callback under this id (that of its `openCallback`) would be taken. */
export function isCallbackOpen(state: RunState, callback: string): boolean {
  return Object.hasOwn(state.callbacks, `/${callback}`);
}

/** True when somebody waits for the run's Response. */
export function hasWaitingCaller(state: RunState): boolean {
  return state.caller === 'waiting' && !hasEnded(state);
}

/** True when that somebody is gone after a restart of the host. */
export function losesCaller(state: RunState): boolean {
  return hasWaitingCaller(state) && state.patient !== true;
}
