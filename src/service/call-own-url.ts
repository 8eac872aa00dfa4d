/**
 * A call on a signed URL of ours (a trigger, a callback, an answer that comes later, a content), answered in process whatever host the URL names.
 *
 * Owns: recognising such URLs, the call without a socket. Does not own: the answer (`invoke-callback.ts`).
 * Source: own API reference, runs; design D6.
 */
import type { ArmResponse, Identity, OutboundRequest, RunOrigin } from '#foundation';
import { queriesOf } from './callback-urls.ts';
import type { Services } from './services.ts';
import { findWorkflowByOpaqueId } from './workflow-resource.ts';

/** An action's call comes from the addresses a workflow shows as its outgoing ones. */
const outgoingAddress = '127.0.0.1';

const callers: Readonly<Record<'action' | 'service', Identity>> = {
  action: { objectId: '', displayName: 'anonymous', kind: 'Anonymous' },
  service: { objectId: '', displayName: 'Tocsin', kind: 'System' },
};

/** The answer; undefined when the URL is none of a workflow that is here. */
export async function callOwnUrl(
  services: Services,
  request: OutboundRequest,
  caller: keyof typeof callers,
  origin?: RunOrigin,
): Promise<ArmResponse | undefined> {
  const url = new URL(request.url);
  const opaqueId = /^\/+workflows\/+([0-9a-f]{32})\//i.exec(url.pathname)?.[1];
  if (opaqueId === undefined || findWorkflowByOpaqueId(services, opaqueId) === undefined) return undefined;
  return services.arm({
    method: request.method,
    path: url.pathname,
    query: queriesOf(url.searchParams),
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { rawBytes: request.body }),
    identity: callers[caller],
    ...(origin === undefined ? {} : { origin }),
    baseUrl: services.settings.publicBaseUrl,
    ...(caller === 'action' ? { remoteAddress: outgoingAddress } : {}),
    ...(request.signal === undefined ? {} : { whenCallerGone: whenAborted(request.signal) }),
  });
}

function whenAborted(signal: AbortSignal): (listener: () => void) => void {
  return (listener) => signal.addEventListener('abort', listener, { once: true });
}
