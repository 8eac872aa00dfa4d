/**
 * Metadata of the Log Analytics query API: what a workspace can be asked for.
 *
 * Owns: the mapping. Does not own: the answer (`workspaceMetadata` of `#service`).
 * Source: published contract of the Log Analytics query API (v1, metadata).
 */
import type { ArmResponse } from '#foundation';
import { isLogsFault, workspaceMetadata } from '#service';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { faultBody } from './query-answer.ts';
import { workspacePattern, workspaceIdOf } from './workspace-path.ts';

function answered(call: RouteCall, workspace: string): ArmResponse {
  const found = workspaceMetadata(call.services, workspace, (action, scope) => call.allowed(action, scope));
  return isLogsFault(found)
    ? { status: found.status, body: faultBody(found, call.correlationId) }
    : { status: 200, body: found };
}

const signedIn = { signedIn: true } as const;
const byGuid: Route['handle'] = (call) => answered(call, segment(call, 'workspace'));
const byId: Route['handle'] = (call) => answered(call, workspaceIdOf(call));

export const logMetadataRoutes: readonly Route[] = (['GET', 'POST'] as const).flatMap((method): readonly Route[] => [
  { method, pattern: '/v1/workspaces/{workspace}/metadata', permission: signedIn, handle: byGuid },
  { method, pattern: `/v1${workspacePattern}/metadata`, permission: signedIn, handle: byId },
  {
    method,
    pattern: `${workspacePattern}/metadata`,
    permission: signedIn,
    apiVersions: ['2017-10-01'],
    anyGroup: true,
    handle: byId,
  },
]);
