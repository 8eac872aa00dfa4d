/**
 * What can be asked of workspaces: their tables with columns, their functions, in the form of the query API's metadata.
 *
 * Owns: the answer. Does not own: schemas (`workspace-tables.ts`), functions (`saved-functions.ts`), rights of queries
 * (`query-workspaces.ts`).
 * Source: published contract of the Log Analytics query API (v1, metadata).
 */
import { armIdKey, type Json, type JsonObject } from '#foundation';
import type { Services } from '../services.ts';
import { findWorkspace, type LogWorkspace } from './log-workspaces.ts';
import { insufficientAccess, type LogsFault, logsFault, queryAction } from './query-workspaces.ts';
import { savedFunctions } from './saved-functions.ts';
import { columnsOf, tableNames, tableSettings } from './workspace-tables.ts';

/** Tables, functions and the workspace they are of. */
export function workspaceMetadata(
  services: Pick<Services, 'store'>,
  name: string,
  allowed: (action: string, scope: string) => boolean,
): JsonObject | LogsFault {
  const workspace = findWorkspace(services, name);
  if (workspace === undefined)
    return logsFault(404, 'PathNotFoundError', `The workspace '${name.slice(0, 200)}' could not be found.`);
  if (!allowed(queryAction, workspace.id)) return insufficientAccess;
  const tables = tablesOf(services, workspace);
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

function tablesOf(services: Pick<Services, 'store'>, { id }: LogWorkspace): readonly JsonObject[] {
  const written = new Set(services.store.logs.tables(armIdKey(id)).map((table) => table.name));
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
      hasData: written.has(table),
      columns: [
        ...columns,
        ...['TenantId', 'SourceSystem', 'Type', '_ResourceId'].flatMap((name): JsonObject[] =>
          columns.some((column) => column['name'] === name) ? [] : [{ name, type: 'string' }],
        ),
      ],
    };
  });
}
