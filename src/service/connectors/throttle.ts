/**
 * How many calls a connection may make in a while: more wait their turn.
 *
 * Owns: the count per connection, the queue. Does not own: the limits (`#connectors`), answers of services (429 and
 * `Retry-After` are the engine's). Source: connectors reference 3.7.
 *
 * Invariants
 * TH1. Within any period of a connector no more calls of one connection begin than it allows; the sandbox is not counted.
 * TH2. So many wait and no more: the next one is answered 429, with the time after which there is room.
 */
import type { Connector, ServiceAnswer } from '#connectors';

interface Window {
  /** When the latest calls begin, in the order they were asked for; some lie ahead. */
  readonly starts: number[];
}

const mostWaiting = 500;
const windows = new Map<string, Window>();
const mostKept = 5_000;

/** Waits for a turn, in true time; a refusal when too many wait already. */
export async function turnOf(
  connectionId: string,
  throttle: Connector['throttle'],
  signal: AbortSignal,
): Promise<ServiceAnswer | undefined> {
  const now = Date.now();
  const period = throttle.seconds * 1000;
  const { starts } = windowOf(connectionId.toLowerCase());
  while (starts.length > 0 && (starts[0] as number) <= now - period) starts.shift();
  const before = starts.at(-throttle.calls);
  const start = before === undefined ? now : Math.max(now, before + period);
  const waiting = starts.length - throttle.calls;
  if (waiting >= mostWaiting) return tooMany(Math.ceil((start - now) / 1000));
  starts.push(start);
  if (start > now) await waitUntil(start - now, signal);
  return undefined;
}

function windowOf(key: string): Window {
  let window = windows.get(key);
  if (window === undefined) {
    if (windows.size >= mostKept) windows.clear();
    windows.set(key, (window = { starts: [] }));
  }
  return window;
}

function waitUntil(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      resolve();
    },
    { once: true },
  );
  return promise;
}

function tooMany(seconds: number): ServiceAnswer {
  return {
    status: 429,
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': String(seconds) },
    body: { statusCode: 429, message: `Rate limit is exceeded. Try again in ${seconds} seconds.` },
  };
}
