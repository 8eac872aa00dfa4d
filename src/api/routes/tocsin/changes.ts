/**
 * The stream of hints as server-sent events.
 *
 * Owns: the mapping onto text/event-stream. Source: own API reference, changes; WHATWG HTML, server-sent events.
 */
import { type ArmResponse, raise } from '#foundation';
import { changeFeedOf, type ToldHint } from '#service';
import { parameter } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { viewerOf } from '../../scopes.ts';

const mediaType = 'text/event-stream';

function changes(call: RouteCall): ArmResponse {
  const { services, request } = call;
  if (!(request.headers['accept'] ?? '').includes(mediaType)) {
    return raise('NotAcceptable', `This is a stream: ask for it with 'Accept: ${mediaType}'.`, { target: 'Accept' });
  }
  const after = request.headers['last-event-id'] ?? parameter(call, 'after');
  const { identity } = request;
  const told = changeFeedOf(services).listen({
    caller: `${identity.kind} ${identity.objectId}`,
    viewer: viewerOf(call),
    ...(after === undefined || after === '' ? {} : { after }),
    whenGone: request.whenCallerGone,
  });
  return {
    status: 200,
    headers: {
      'content-type': `${mediaType}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
    stream: lines(told),
  };
}

async function* lines(told: AsyncGenerator<readonly ToldHint[] | undefined, void>): AsyncGenerator<string, void> {
  // After a break a listener waits so long before it comes back.
  yield 'retry: 3000\n\n';
  for await (const hints of told) yield hints === undefined ? ':\n\n' : hints.map(eventOf).join('');
}

function eventOf({ position, ...hint }: ToldHint): string {
  return `id: ${position}\nevent: hint\ndata: ${JSON.stringify(hint)}\n\n`;
}

export const changeRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/changes', permission: { signedIn: true }, handle: changes },
];
