/**
 * Tables of a workspace as Azure Resource Manager shows and changes them: schema, retention, plan, custom tables.
 *
 * Owns: the settings of tables, what a change may ask, the answers. Does not own: rows and columns (`append-logs.ts`, the
 * store), when rows are forgotten (`forget-log-rows.ts`), routes (`#api`).
 *
 * Invariants
 * WT1. Settings of a table are kept beside it: setting the retention of one that nobody wrote to does not make it.
 * WT2. A column keeps its name and type; a column that a change leaves out stays, since rows hold it.
 * Source: published contract of Microsoft.OperationalInsights/workspaces/tables (2022-10-01).
 */
import {
  armIdKey,
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  type LogColumn,
  type LogType,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { workspaceType } from '../workspace-links.ts';
import { knownTableName, knownTables, logTypeOf, schemaOf, timeColumn } from './log-columns.ts';
import { type LogWorkspace, workspaceAt } from './log-workspaces.ts';

type Read = Pick<Services, 'store'>;

const collection = 'logTableSettings';
/** Days: interactive at most two years, kept at all at most twelve. */
const retentions = { least: 4, interactive: 730, total: 4383, usual: 90 } as const;
const plans: readonly string[] = ['Analytics', 'Basic', 'Auxiliary'];
const mostColumns = 500;

/** What somebody said of a table; absent members are the workspace's. */
export interface TableSettings {
  readonly plan?: string;
  readonly retentionInDays?: number;
  readonly totalRetentionInDays?: number;
  readonly displayName?: string;
  readonly description?: string;
  /** By column. */
  readonly descriptions?: Readonly<Record<string, string>>;
  /** Made with its columns by a request; it takes those and no others. */
  readonly isDeclared?: boolean;
  readonly planChangedOn?: string;
}

function keyOf(workspaceId: string, table: string): string {
  return `${armIdKey(workspaceId)}/tables/${table.toLowerCase()}`;
}

export function tableSettings({ store }: Read, workspaceId: string, table: string): TableSettings {
  return store.documents.get(collection, keyOf(workspaceId, table))?.body ?? {};
}

/** Days that a table's rows are kept, when somebody said so. */
export function tableRetention(services: Read, workspaceId: string, table: string): number | undefined {
  const { retentionInDays, totalRetentionInDays } = tableSettings(services, workspaceId, table);
  return totalRetentionInDays ?? retentionInDays;
}

/** The name of a table as it is known, whatever its case; undefined for one the workspace has not. */
function nameIn({ store }: Read, workspaceId: string, table: string): string | undefined {
  return store.logs.table({ workspace: armIdKey(workspaceId), name: table })?.name ?? knownTableName(table);
}

/** Columns of a table, `TimeGenerated` first: those it has and those that Azure gives it. */
export function columnsOf({ store }: Read, workspaceId: string, table: string): readonly LogColumn[] {
  const stored = store.logs.table({ workspace: armIdKey(workspaceId), name: table })?.columns ?? [];
  const names = new Set(stored.map(({ name }) => name));
  return [...stored, ...(schemaOf(table) ?? []).filter(({ name }) => !names.has(name))];
}

/** Names of all tables of a workspace: Azure's and its own. */
export function tableNames({ store }: Read, workspaceId: string): readonly string[] {
  const own = store.logs.tables(armIdKey(workspaceId)).map(({ name }) => name);
  return [...new Set([...own, ...knownTables])].toSorted();
}

// --- Answers ----------------------------------------------------------------------------------------------------

/** @throws TocsinError `ResourceNotFound` */
export function readWorkspaceTable(services: Read, workspaceId: string, table: string): JsonObject {
  const workspace = demandWorkspace(services, workspaceId);
  const name = nameIn(services, workspaceId, table);
  if (name === undefined) return tableNotFound(workspaceId, table);
  return answerOf(services, workspace, name);
}

/** @throws TocsinError `ResourceNotFound` */
export function listWorkspaceTables(services: Read, workspaceId: string): readonly JsonObject[] {
  const workspace = demandWorkspace(services, workspaceId);
  return tableNames(services, workspaceId).map((name) => answerOf(services, workspace, name));
}

function answerOf(services: Read, workspace: LogWorkspace, name: string): JsonObject {
  const settings = tableSettings(services, workspace.id, name);
  const usual = Math.max(workspace.retentionDays ?? 0, retentions.usual);
  const days = settings.retentionInDays ?? usual;
  const total = settings.totalRetentionInDays ?? days;
  return {
    id: `${workspace.id}/tables/${name}`,
    name,
    type: `${workspaceType}/tables`,
    properties: {
      plan: settings.plan ?? 'Analytics',
      ...(settings.planChangedOn === undefined ? {} : { lastPlanModifiedDate: settings.planChangedOn }),
      retentionInDays: days,
      totalRetentionInDays: total,
      archiveRetentionInDays: Math.max(0, total - days),
      retentionInDaysAsDefault: settings.retentionInDays === undefined,
      totalRetentionInDaysAsDefault: settings.totalRetentionInDays === undefined,
      provisioningState: 'Succeeded',
      schema: schemaAnswer(services, workspace.id, name, settings),
    },
  };
}

function schemaAnswer(services: Read, workspaceId: string, name: string, settings: TableSettings): JsonObject {
  const isAzures = knownTableName(name) !== undefined;
  const standard = new Set((schemaOf(name) ?? []).map((column) => column.name));
  const shown = columnsOf(services, workspaceId, name).map((column): JsonObject => {
    const description = settings.descriptions?.[column.name];
    return {
      name: column.name,
      type: shownType(column.type),
      ...(description === undefined ? {} : { description }),
      isDefaultDisplay: false,
      isHidden: false,
    };
  });
  const isStandard = (column: JsonObject): boolean => isAzures && standard.has(textMember(column, 'name') ?? '');
  return {
    name,
    displayName: settings.displayName ?? name,
    ...(settings.description === undefined ? {} : { description: settings.description }),
    tableType: isAzures ? 'Microsoft' : 'CustomLog',
    tableSubType: isAzures ? 'Any' : settings.isDeclared === true ? 'DataCollectionRuleBased' : 'Classic',
    source: isAzures ? 'microsoft' : 'customer',
    columns: shown.filter((column) => !isStandard(column)),
    standardColumns: [
      ...shown.filter(isStandard),
      ...['TenantId', ...(isAzures ? [] : ['Type']), '_ResourceId'].flatMap((each): readonly JsonObject[] =>
        shown.some((column) => column['name'] === each)
          ? []
          : [{ name: each, type: each === 'TenantId' ? 'guid' : 'string', isDefaultDisplay: false, isHidden: false }],
      ),
    ],
    solutions: ['LogManagement'],
  };
}

/** A type as Azure Resource Manager spells it. */
function shownType(type: LogType): string {
  return type === 'bool' ? 'boolean' : type === 'datetime' ? 'dateTime' : type;
}

// --- Changes ----------------------------------------------------------------------------------------------------

/**
 * PUT and PATCH: makes a custom table or changes a table's columns, retention, plan.
 * @throws TocsinError `ResourceNotFound`, `InvalidParameter` naming the member.
 */
export async function putWorkspaceTable(
  services: Services,
  caller: Caller,
  workspaceId: string,
  table: string,
  body: Json | undefined,
): Promise<JsonObject> {
  const workspace = demandWorkspace(services, workspaceId);
  return inTurn(services.store, keyOf(workspaceId, table), async () => {
    const known = nameIn(services, workspaceId, table);
    const name = known ?? newName(table);
    const properties = memberOf(body, 'properties');
    const before = tableSettings(services, workspaceId, name);
    const columns = readColumns(services, workspaceId, name, memberOf(properties, 'schema'), known === undefined);
    const settings = changedSettings(services, before, name, properties, known === undefined);
    await services.store.commit([
      ...(columns === undefined
        ? []
        : [{ kind: 'putLogTable' as const, table: { workspace: armIdKey(workspaceId), name, columns } }]),
      settingsWrite(services, workspaceId, name, settings),
      activityWrite(services, caller, {
        operation: `${workspaceType}/tables/write`,
        resourceId: `${workspace.id}/tables/${name}`,
      }),
    ]);
    return answerOf(services, workspace, name);
  });
}

function settingsWrite(services: Services, workspaceId: string, name: string, settings: TableSettings): Write {
  const document: StoredDocument = {
    collection,
    key: keyOf(workspaceId, name),
    parent: armIdKey(workspaceId),
    time: services.clock.now(),
    status: '',
    body: settings as JsonObject,
  };
  return { kind: 'putDocument', document };
}

/**
 * DELETE of a custom table with its rows; false when there is none.
 * @throws TocsinError `InvalidParameter` for a table of Azure's.
 */
export async function deleteWorkspaceTable(
  services: Services,
  caller: Caller,
  workspaceId: string,
  table: string,
): Promise<boolean> {
  demandWorkspace(services, workspaceId);
  if (knownTableName(table) !== undefined) {
    invalid('tableName', `The table '${table.slice(0, 80)}' is one of Azure's and cannot be deleted.`);
  }
  const key = { workspace: armIdKey(workspaceId), name: table };
  if (services.store.logs.table(key) === undefined) return false;
  await services.store.commit([
    { kind: 'deleteLogTable', key },
    { kind: 'deleteDocument', collection, key: keyOf(workspaceId, table) },
    activityWrite(services, caller, {
      operation: `${workspaceType}/tables/delete`,
      resourceId: `${workspaceId}/tables/${table}`,
    }),
  ]);
  return true;
}

function newName(table: string): string {
  if (/^[A-Za-z]\w{0,59}_CL$/.test(table)) return table;
  return invalid(
    'tableName',
    "The name of a custom table begins with a letter, holds letters, digits and underscores, at most 63, and ends in '_CL'.",
  );
}

function demandWorkspace(services: Read, workspaceId: string): LogWorkspace {
  const found = workspaceAt(services, workspaceId);
  return found ?? raise('ResourceNotFound', `The workspace '${workspaceId}' was not found.`);
}

function tableNotFound(workspaceId: string, table: string): never {
  return raise(
    'ResourceNotFound',
    `The table '${table.slice(0, 80)}' was not found in the workspace '${workspaceId}'.`,
  );
}

function invalid(target: string, message: string): never {
  return raise('InvalidParameter', message, { target });
}

/** The columns to write, `TimeGenerated` first; undefined where none are asked for (WT2). */
function readColumns(
  services: Read,
  workspaceId: string,
  name: string,
  schema: Json | undefined,
  isNew: boolean,
): readonly LogColumn[] | undefined {
  const given = memberOf(schema, 'columns');
  if (!isJsonArray(given) || given.length === 0) {
    return isNew ? invalid('properties.schema.columns', `The new table '${name}' needs columns.`) : undefined;
  }
  const schemaName = textMember(schema, 'name');
  if (schemaName !== undefined && schemaName.toLowerCase() !== name.toLowerCase())
    invalid('properties.schema.name', `The schema's name '${schemaName.slice(0, 80)}' is not the table's, '${name}'.`);
  if (given.length > mostColumns) invalid('properties.schema.columns', `A table has at most ${mostColumns} columns.`);
  const columns = given.map(readColumn);
  const known = new Map(columnsOf(services, workspaceId, name).map((column) => [column.name.toLowerCase(), column]));
  for (const column of columns) {
    const own = known.get(column.name.toLowerCase());
    if (own !== undefined && own.type !== column.type)
      invalid('properties.schema.columns', `The column '${own.name}' is of type ${shownType(own.type)} and stays so.`);
  }
  const added = columns.filter((column) => !known.has(column.name.toLowerCase()));
  if (knownTableName(name) !== undefined) {
    if (added.length === 0) return undefined;
    return invalid('properties.schema.columns', `Columns cannot be added to '${name}', a table of Azure's.`);
  }
  if (isNew && !columns.some((column) => column.name === timeColumn.name))
    invalid('properties.schema.columns', `The table '${name}' needs the column TimeGenerated of type dateTime.`);
  if (added.length === 0 && !isNew) return undefined;
  return [timeColumn, ...[...known.values(), ...added].filter((column) => column.name !== timeColumn.name)];
}

function readColumn(given: Json): LogColumn {
  const name = textMember(given, 'name') ?? '';
  const type = logTypeOf(textMember(given, 'type') ?? '');
  if (!/^[A-Za-z_]\w{0,44}$/.test(name))
    invalid('properties.schema.columns', `'${name.slice(0, 80)}' is no name of a column.`);
  if (type === undefined)
    return invalid('properties.schema.columns', `The column '${name}' has no type that log tables know.`);
  return { name, type };
}

function changedSettings(
  services: Services,
  before: TableSettings,
  name: string,
  properties: Json | undefined,
  isNew: boolean,
): TableSettings {
  const plan = textMember(properties, 'plan') ?? before.plan;
  if (plan !== undefined && !plans.includes(plan))
    invalid('properties.plan', `'${plan.slice(0, 40)}' is none of ${plans.join(', ')}.`);
  if (plan === 'Auxiliary' && !isNew && before.plan !== 'Auxiliary')
    invalid('properties.plan', 'The plan Auxiliary is chosen when a custom table is made.');
  const retentionInDays = daysOf(properties, 'retentionInDays', retentions.interactive, before.retentionInDays);
  const totalRetentionInDays = daysOf(
    properties,
    'totalRetentionInDays',
    retentions.total,
    before.totalRetentionInDays,
  );
  if (retentionInDays !== undefined && (totalRetentionInDays ?? retentionInDays) < retentionInDays)
    invalid('properties.totalRetentionInDays', 'totalRetentionInDays must not be less than retentionInDays.');
  const schema = memberOf(properties, 'schema');
  const descriptions = { ...before.descriptions, ...descriptionsOf(memberOf(schema, 'columns')) };
  const description = textMember(schema, 'description') ?? before.description;
  const displayName = textMember(schema, 'displayName') ?? before.displayName;
  return {
    ...(plan === undefined ? {} : { plan }),
    ...(plan === before.plan
      ? before.planChangedOn === undefined
        ? {}
        : { planChangedOn: before.planChangedOn }
      : { planChangedOn: formatTime(services.clock.now()) }),
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
    ...(totalRetentionInDays === undefined ? {} : { totalRetentionInDays }),
    ...(displayName === undefined || displayName === name ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(descriptions).length === 0 ? {} : { descriptions }),
    ...(isNew || before.isDeclared === true ? { isDeclared: true } : {}),
  };
}

/** Days as a change says them; -1 and null mean the workspace's again. */
function daysOf(
  properties: Json | undefined,
  name: 'retentionInDays' | 'totalRetentionInDays',
  most: number,
  before: number | undefined,
): number | undefined {
  const given = memberOf(properties, name);
  if (given === undefined) return before;
  const days = given === null ? -1 : Number(given);
  if (days === -1) return undefined;
  if (Number.isInteger(days) && days >= retentions.least && days <= most) return days;
  return invalid(`properties.${name}`, `${name} must be -1 or a whole number from ${retentions.least} to ${most}.`);
}

function descriptionsOf(columns: Json | undefined): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const column of isJsonArray(columns) ? columns : []) {
    const [name, description] = [textMember(column, 'name'), textMember(column, 'description')];
    if (isJsonObject(column) && name !== undefined && description !== undefined) found[name] = description;
  }
  return found;
}
