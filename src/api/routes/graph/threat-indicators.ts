/** Actions on many indicators at once. Source: Microsoft Graph's published calls on `security/tiIndicators` (beta). */
import type { ArmResponse } from '#foundation';
import { deleteIndicators, directoryAnswer, type StoredEntity, submitIndicators, updateIndicators } from '#service';
import { callerOf } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { directoryPermission } from './entities.ts';
import { contextOf, versionOf } from './graph-answers.ts';

const base = '/graph/{version}/security/tiIndicators';
const permission = directoryPermission('tiIndicators', 'write');

function listed(call: RouteCall, entities: readonly StoredEntity[]): ArmResponse {
  const value = entities.map((entity) => directoryAnswer(entity));
  return { status: 200, body: { '@odata.context': contextOf(call, 'Collection(tiIndicator)'), value } };
}

async function remove(call: RouteCall, by: 'id' | 'externalId'): Promise<ArmResponse> {
  versionOf(call);
  const value = await deleteIndicators(call.services, callerOf(call), call.request.body, by);
  return { status: 200, body: { '@odata.context': contextOf(call, 'Collection(resultInfo)'), value } };
}

export const threatIndicatorRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: `${base}/submitTiIndicators`,
    permission,
    handle: async (call) => listed(call, await submitIndicators(call.services, callerOf(call), call.request.body)),
  },
  {
    method: 'POST',
    pattern: `${base}/updateTiIndicators`,
    permission,
    handle: async (call) => listed(call, await updateIndicators(call.services, callerOf(call), call.request.body)),
  },
  { method: 'POST', pattern: `${base}/deleteTiIndicators`, permission, handle: (call) => remove(call, 'id') },
  {
    method: 'POST',
    pattern: `${base}/deleteTiIndicatorsByExternalId`,
    permission,
    handle: (call) => remove(call, 'externalId'),
  },
];
