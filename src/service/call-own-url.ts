/**
 * A call on a callback URL of ours, answered in process whatever host the URL names.
 *
 * Owns: recognising such URLs, the call without a socket. Does not own: the answer (`invoke-callback.ts`).
 * Source: own API reference, runs; design D6.
 */
import type { ArmResponse, Identity, OutboundRequest } from '#foundation';
import { queriesOf, triggerCallbackOf } from './callback-urls.ts';
import type { Services } from './services.ts';
import { findWorkflowByOpaqueId } from './workflow-resource.ts';

/** An action's call comes from the addresses a workflow shows as its outgoing ones. */
const outgoingAddress = '127.0.0.1';

const callers: Readonly<Record<'action' | 'service', Identity>> = {
  action: { objectId: '', displayName: 'anonymous', kind: 'Anonymous' },
  service: { objectId: '', displayName: 'Tocsin', kind: 'System' },
};

/** The answer; undefined when the URL is no callback of a workflow that is here. */
export async function callOwnUrl(
  services: Services,
  request: OutboundRequest,
  caller: keyof typeof callers,
): Promise<ArmResponse | undefined> {
  const url = new URL(request.url);
  const callback = triggerCallbackOf(url.pathname, queriesOf(url.searchParams));
  if (callback === undefined) return undefined;
  if (findWorkflowByOpaqueId(services, callback.opaqueId) === undefined) return undefined;
  return services.arm({
    method: request.method,
    path: url.pathname,
    query: queriesOf(url.searchParams),
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { rawBytes: request.body }),
    identity: callers[caller],
    baseUrl: services.settings.publicBaseUrl,
    ...(caller === 'action' ? { remoteAddress: outgoingAddress } : {}),
    ...(request.signal === undefined ? {} : { whenCallerGone: whenAborted(request.signal) }),
  });
}

function whenAborted(signal: AbortSignal): (listener: () => void) => void {
  return (listener) => signal.addEventListener('abort', listener, { once: true });
}
