/**
 * Calls of playbooks on Microsoft Graph, answered by the local directory without a socket.
 *
 * Owns: which hosts mean Microsoft Graph, the path and audience of a call. Does not own: routing (`services.arm`),
 * permissions (the router), identities (`call-arm.ts`).
 * Source: connector reference 5.
 *
 * Invariants
 * CD1. A call carries the workflow's identity, for the audience it was asked for; one that is meant for another service is
 *      refused as Microsoft Graph does.
 */
import type { OutboundRequest } from '#foundation';

const graphHosts: ReadonlySet<string> = new Set([
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
]);

/** The retired directory API, of which one call is served. */
const oldGraphHosts: ReadonlySet<string> = new Set(['graph.windows.net', 'graph.chinacloudapi.cn']);

const graphApplications: ReadonlySet<string> = new Set([
  '00000003-0000-0000-c000-000000000000',
  '00000002-0000-0000-c000-000000000000',
]);

/** Whether a host is Microsoft Graph of one of the clouds, the older form included. */
export function isGraphHost(host: string): boolean {
  const name = host.toLowerCase();
  return graphHosts.has(name) || oldGraphHosts.has(name);
}

/** Whether a token for this audience is one for Microsoft Graph. */
export function isGraphAudience(audience: string): boolean {
  const text = audience.trim().replace(/\/?(?:\.default)?$/, '');
  if (graphApplications.has(text.toLowerCase())) return true;
  const url = URL.parse(text);
  return url !== null && isGraphHost(url.hostname);
}

/** The same request on our own surface. */
export function directoryRequest(request: OutboundRequest): OutboundRequest {
  const url = new URL(request.url);
  const below = oldGraphHosts.has(url.hostname.toLowerCase()) ? '/graph/aad' : '/graph';
  url.pathname = `${below}${url.pathname}`;
  return { ...request, url: url.href };
}
