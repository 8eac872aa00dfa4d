/**
 * A request's body as pieces that are read when they are wanted.
 *
 * Owns: back-pressure to the socket, ends that are no ends. Does not own: limits and meaning (the route that reads it).
 *
 * Invariants
 * BS1. What is not read stays with the sender: nothing is gathered here.
 * BS2. A body that its sender leaves unfinished fails, it never looks complete; so does one that the server must give up.
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, raise, TocsinError } from '#foundation';

const checkMilliseconds = 250;

/** The pieces of a body. @param given why reading must end, asked now and then. @throws TocsinError. */
export async function* bodyStream(
  message: IncomingMessage,
  given: () => Fault | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = (message as AsyncIterable<Uint8Array> & IncomingMessage).iterator({ destroyOnReturn: false });
  for (;;) {
    const next = pieces.next() as Promise<IteratorResult<Uint8Array>>;
    next.catch(() => {});
    const step = await untilGiven(next, given);
    if (step === 'gone') raise('InvalidRequestContent', 'The caller left before the body was complete.');
    if (step.done === true) return;
    yield step.value;
  }
}

type Step = IteratorResult<Uint8Array> | 'gone';

async function untilGiven(next: Promise<IteratorResult<Uint8Array>>, given: () => Fault | undefined): Promise<Step> {
  const step = next.catch((): 'gone' => 'gone');
  for (;;) {
    const reason = given();
    if (reason !== undefined) throw new TocsinError(reason);
    const stop = new AbortController();
    const wait = delay(checkMilliseconds, 'waited' as const, { signal: stop.signal, ref: false });
    wait.catch(() => {});
    const first = await Promise.race([step, wait]);
    stop.abort();
    if (first !== 'waited') return first;
  }
}
