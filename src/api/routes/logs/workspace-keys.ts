/** Shared keys of workspaces. Owns: the mapping. Source: Microsoft.OperationalInsights, sharedKeys (2020-08-01). */
import { regenerateSharedKeys, sharedKeys } from '#service';
import { callerOf } from '../../call-values.ts';
import type { Route } from '../../route.ts';
import { workspaceIdOf, workspacePattern } from './workspace-path.ts';

const apiVersions = [
  '2015-03-20',
  '2015-11-01-preview',
  '2017-01-01-preview',
  '2017-03-03-preview',
  '2017-03-15-preview',
  '2017-04-26-preview',
  '2020-03-01-preview',
  '2020-08-01',
  '2020-10-01',
  '2021-06-01',
  '2021-12-01-preview',
  '2022-10-01',
  '2023-09-01',
  '2025-02-01',
  '2025-07-01',
];

const type = 'Microsoft.OperationalInsights/workspaces';

export const workspaceKeyRoutes: readonly Route[] = [
  ...['sharedKeys', 'listKeys'].map(
    (name): Route => ({
      method: 'POST',
      pattern: `${workspacePattern}/${name}`,
      permission: { action: `${type}/${name}/action` },
      apiVersions,
      handle: async (call) => ({
        status: 200,
        body: { ...(await sharedKeys(call.services, callerOf(call), workspaceIdOf(call))) },
      }),
    }),
  ),
  {
    method: 'POST',
    pattern: `${workspacePattern}/regenerateSharedKey`,
    permission: { action: `${type}/regenerateSharedKey/action` },
    apiVersions,
    handle: async (call) => ({
      status: 200,
      body: { ...(await regenerateSharedKeys(call.services, callerOf(call), workspaceIdOf(call))) },
    }),
  },
];
