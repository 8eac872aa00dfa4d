/** Server-sent events read with fetch: an EventSource says neither why it failed nor where it was. */
import { ArmError, armErrorOf } from './arm-error.ts';

export interface ServerEvent {
  readonly id: string;
  readonly data: string;
}

/** Calls back for each event and each sign of life until the stream ends. @throws ArmError, or when it breaks. */
export async function readEvents(
  path: string,
  options: {
    readonly after: string | undefined;
    readonly signal: AbortSignal;
    readonly onEvent: (event: ServerEvent) => void;
    readonly onAlive: () => void;
  },
): Promise<void> {
  const headers = {
    accept: 'text/event-stream',
    ...(options.after === undefined ? {} : { 'last-event-id': options.after }),
  };
  const response = await fetch(path, {
    headers,
    signal: options.signal,
    credentials: 'same-origin',
    cache: 'no-store',
  });
  if (!response.ok || response.body === null) throw armErrorOf(response.status, await bodyOf(response), '');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    options.onAlive();
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    if (rest.length > 1_000_000) throw new ArmError(0, { code: 'StreamDamaged', message: 'The stream has no end.' });
    for (const block of blocks) {
      const event = eventOf(block);
      if (event.data !== '') options.onEvent(event);
    }
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function eventOf(block: string): ServerEvent {
  let id = '';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) id = line.slice(4);
    else if (line.startsWith('data: ')) data.push(line.slice(6));
  }
  return { id, data: data.join('\n') };
}
