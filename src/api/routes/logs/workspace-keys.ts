/** Shared keys of workspaces. Owns: the mapping. Source: Microsoft.OperationalInsights, sharedKeys (2020-08-01). */
import { regenerateSharedKeys, sharedKeys } from '#service';
import { callerOf } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';

const workspace =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{workspace}';
const apiVersions = ['2015-03-20', '2015-11-01-preview', '2020-08-01', '2022-10-01', '2023-09-01'];

function idOf({ path }: RouteCall): string {
  return workspace
    .replace('{subscription}', path['subscription'] ?? '')
    .replace('{group}', path['group'] ?? '')
    .replace('{workspace}', path['workspace'] ?? '');
}

const type = 'Microsoft.OperationalInsights/workspaces';

export const workspaceKeyRoutes: readonly Route[] = [
  ...['sharedKeys', 'listKeys'].map(
    (name): Route => ({
      method: 'POST',
      pattern: `${workspace}/${name}`,
      permission: { action: `${type}/${name}/action` },
      apiVersions,
      handle: async (call) => ({
        status: 200,
        body: { ...(await sharedKeys(call.services, callerOf(call), idOf(call))) },
      }),
    }),
  ),
  {
    method: 'POST',
    pattern: `${workspace}/regenerateSharedKey`,
    permission: { action: `${type}/regenerateSharedKey/action` },
    apiVersions,
    handle: async (call) => ({
      status: 200,
      body: { ...(await regenerateSharedKeys(call.services, callerOf(call), idOf(call))) },
    }),
  },
];
