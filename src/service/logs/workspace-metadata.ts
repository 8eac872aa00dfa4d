/**
 * What can be asked of workspaces: their tables with columns, their functions, in the form of the query API's metadata.
 *
 * Owns: the answer. Does not own: schemas (`workspace-tables.ts`), functions (`saved-functions.ts`), rights of queries
 * (`query-workspaces.ts`).
 * Source: published contract of the Log Analytics query API (v1, metadata).
 */
import type { Json, JsonObject } from '#foundation';
import type { Services } from '../services.ts';
import { logCatalog } from './log-catalog.ts';
import { findWorkspace, type LogWorkspace } from './log-workspaces.ts';
import {
  activityActions,
  eventActions,
  insufficientAccess,
  type LogsFault,
  logsFault,
  queryAction,
} from './query-workspaces.ts';
import { savedFunctions } from './saved-functions.ts';
import { columnsOf, tableNames, tableSettings } from './workspace-tables.ts';

/** Tables, functions and the workspace they are of. */
export function workspaceMetadata(
  services: Pick<Services, 'store'>,
  name: string,
  allowed: Allowed,
): JsonObject | LogsFault {
  const workspace = findWorkspace(services, name);
  if (workspace === undefined)
    return logsFault(404, 'PathNotFoundError', `The workspace '${name.slice(0, 200)}' could not be found.`);
  if (!allowed(queryAction, workspace.id)) return insufficientAccess;
  const tables = tablesOf(services, workspace, allowed);
  const functions = savedFunctions(services.store, workspace.id).map(
    ({ name: alias, displayName, category, parameters, body }): JsonObject => ({
      id: `f/${workspace.customerId}/${alias}`,
      name: alias,
      displayName,
      body,
      ...(parameters === '' ? {} : { parameters }),
      properties: { category },
    }),
  );
  const ids = (items: readonly JsonObject[]): Json => items.map(({ id }) => id ?? '');
  return {
    tables,
    functions,
    solutions: [
      { id: 's/LogManagement', name: 'LogManagement', displayName: 'Log Management', related: { tables: ids(tables) } },
    ],
    queries: [],
    categories: [],
    resourceTypes: [],
    applications: [],
    workspaces: [
      {
        id: workspace.customerId,
        resourceId: workspace.id,
        name: workspace.id.slice(workspace.id.lastIndexOf('/') + 1),
        region: services.store.resources.get(workspace.id)?.location ?? '',
        related: { tables: ids(tables), functions: ids(functions), solutions: ['s/LogManagement'] },
      },
    ],
    permissions: [{ workspaces: [{ resourceId: workspace.id }] }],
  };
}

type Allowed = (action: string, scope: string) => boolean;

function tablesOf(services: Pick<Services, 'store'>, workspace: LogWorkspace, allowed: Allowed): readonly JsonObject[] {
  const { id } = workspace;
  const hasData = dataTeller(services, workspace, allowed);
  return tableNames(services, id).map((table): JsonObject => {
    const { description, descriptions } = tableSettings(services, id, table);
    const columns = columnsOf(services, id, table).map(({ name, type }): JsonObject => {
      const about = descriptions?.[name];
      return { name, type, ...(about === undefined ? {} : { description: about }) };
    });
    return {
      id: `t/${table}`,
      name: table,
      ...(description === undefined ? {} : { description }),
      timespanColumn: 'TimeGenerated',
      hasData: hasData(table),
      columns: [
        ...columns,
        ...['TenantId', 'SourceSystem', 'Type', '_ResourceId'].flatMap((name): JsonObject[] =>
          columns.some((column) => column['name'] === name) ? [] : [{ name, type: 'string' }],
        ),
      ],
    };
  });
}

/** Whether a table has a row that the caller may see: also those of events and of the activity log, which nobody wrote. */
function dataTeller(
  { store }: Pick<Services, 'store'>,
  workspace: LogWorkspace,
  allowed: Allowed,
): (table: string) => boolean {
  const holds =
    (actions: readonly string[]) =>
    (subscriptionId: string): boolean =>
      actions.every((action) => allowed(action, `/subscriptions/${subscriptionId}`));
  const catalog = logCatalog(
    {
      store,
      workspaces: [workspace],
      others: new Map(),
      span: {},
      showsActivity: holds(activityActions),
      showsEvents: holds(eventActions),
    },
    '',
  );
  return (table) => {
    const [row] = catalog.table(table)?.rows({ conditions: [], take: 1, columns: new Set() }) ?? [];
    return row !== undefined;
  };
}
