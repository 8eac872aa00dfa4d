/**
 * Tables of workspaces in Azure Resource Manager.
 *
 * Owns: the mapping. Does not own: what a change may ask (`putWorkspaceTable` of `#service`).
 * Source: published contract of Microsoft.OperationalInsights/workspaces/tables (2022-10-01).
 */
import { deleteWorkspaceTable, listWorkspaceTables, putWorkspaceTable, readWorkspaceTable } from '#service';
import { callerOf, segment } from '../../call-values.ts';
import type { Route } from '../../route.ts';
import { workspaceIdOf, workspacePattern } from './workspace-path.ts';

const apiVersions = [
  '2017-04-26-preview',
  '2020-03-01-preview',
  '2020-08-01',
  '2021-12-01-preview',
  '2022-10-01',
  '2023-09-01',
  '2025-02-01',
];
const table = `${workspacePattern}/tables/{table}`;
const action = (verb: string) => ({ action: `Microsoft.OperationalInsights/workspaces/tables/${verb}` });

export const workspaceTableRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: `${workspacePattern}/tables`,
    permission: action('read'),
    apiVersions,
    handle: (call) => ({ status: 200, body: { value: [...listWorkspaceTables(call.services, workspaceIdOf(call))] } }),
  },
  {
    method: 'GET',
    pattern: table,
    permission: action('read'),
    apiVersions,
    handle: (call) => ({
      status: 200,
      body: readWorkspaceTable(call.services, workspaceIdOf(call), segment(call, 'table')),
    }),
  },
  ...(['PUT', 'PATCH'] as const).map(
    (method): Route => ({
      method,
      pattern: table,
      permission: action('write'),
      apiVersions,
      handle: async (call) => {
        const { services, request } = call;
        const workspaceId = workspaceIdOf(call);
        if (method === 'PATCH') readWorkspaceTable(services, workspaceId, segment(call, 'table'));
        const name = segment(call, 'table');
        return {
          status: 200,
          body: await putWorkspaceTable(services, callerOf(call), workspaceId, name, request.body),
        };
      },
    }),
  ),
  {
    method: 'DELETE',
    pattern: table,
    permission: action('delete'),
    apiVersions,
    handle: async (call) => {
      const gone = await deleteWorkspaceTable(
        call.services,
        callerOf(call),
        workspaceIdOf(call),
        segment(call, 'table'),
      );
      return { status: gone ? 200 : 204 };
    },
  },
];
