/**
 * `/tocsin/v1/cloudEventTypes`: which format the data of CloudEvents is in, by their type.
 *
 * Owns: the mapping.
 */
import { listCloudEventTypes, putCloudEventTypes } from '#service';
import { callerOf } from '../../call-values.ts';
import type { Route } from '../../route.ts';

export const cloudEventTypeRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/tocsin/v1/cloudEventTypes',
    permission: { action: 'Microsoft.Security/alerts/read' },
    handle: (call) => ({ status: 200, body: { types: [...listCloudEventTypes(call.services)] } }),
  },
  {
    method: 'PUT',
    pattern: '/tocsin/v1/cloudEventTypes',
    permission: { action: 'Microsoft.Security/alerts/write' },
    handle: async (call) => {
      const types = await putCloudEventTypes(call.services, { caller: callerOf(call), body: call.request.body });
      return { status: 200, body: { types: [...types] } };
    },
  },
];
