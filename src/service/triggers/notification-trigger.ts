/**
 * ApiConnectionNotification: subscribed at a connector that tells of news without them, and then fetches them.
 *
 * Owns: that a notification asks for one fetch. Does not own: the fetch, which is a poll (`poll-trigger.ts`), the subscription
 * (`subscriptions.ts`).
 * Source: the designer's documents of the type; engine reference 2.9, 2.10.
 *
 * Invariants
 * NT1. A notification that was accepted is fetched, over restarts and saves of the workflow; those that come before the fetch begins
 *      share one.
 * NT2. A fetch waits while no more runs may wait.
 */
import { isFull } from '../trigger-queue.ts';
import { poll } from './poll-trigger.ts';
import type { TimedKind, TriggerParts } from './timed-kind.ts';
import { shownAt } from './timeline.ts';
import { type ArmedTrigger, stateWrite } from './trigger-state.ts';

/** Engine milliseconds until it is looked again whether a run may wait. */
const roomWait = 5_000;

export const notificationTrigger: TimedKind = {
  due: ({ state: { due } }) => due,
  perform: async (parts, armed) => {
    if (isFull(parts.services, armed.workflow, armed.trigger)) return { waitMilliseconds: roomWait };
    return poll(parts, armed, 'notified');
  },
};

/** Notes that something is to be fetched (NT1); the name the fetch's history will have. */
export async function noteNotification({ services }: TriggerParts, armed: ArmedTrigger): Promise<string> {
  const { state } = armed;
  if (state.due !== undefined && state.historyName !== undefined) return state.historyName;
  const historyName = services.runNames.run();
  const due = shownAt(state.timeline, services.clock.now());
  await services.store.commit([stateWrite(services, armed, { ...state, due, historyName })]);
  return historyName;
}
