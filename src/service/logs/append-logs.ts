/**
 * Puts records into a log table: which columns they fill, and the writes that do it.
 *
 * Owns: types of new columns, names that cannot be columns, times. Does not own: who may (`collect-logs.ts`,
 * `ingest-log-stream.ts`), the store.
 *
 * Invariants
 * AL1. One call is one commit: the table with its new columns and all rows, or nothing.
 * AL2. A table has at most 500 columns, a text at most 32,766 characters; longer ones are cut, as the service does.
 * Source: HTTP data collector API (record types and properties, limits); connectors reference 3.4.
 */
import {
  armIdKey,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  type LogCell,
  type LogColumn,
  type LogType,
  memberOf,
  type Write,
} from '#foundation';
import { convert, dateTimeAt, DateTime } from '#query';
import type { Services } from '../services.ts';
import { cellOfJson } from './log-cells.ts';
import { knownTableName, schemaOf, standardColumns, timeColumn } from './log-columns.ts';
import { tableSettings } from './workspace-tables.ts';

const mostColumns = 500;
const longestText = 32_766;

export interface LogRecords {
  /** Id of the workspace. */
  readonly workspaceId: string;
  /** With `_CL` behind it when custom. */
  readonly table: string;
  readonly records: readonly JsonObject[];
  /** The member that holds a record's time; `TimeGenerated` unless given. */
  readonly timeField?: string;
  /** `_ResourceId` of the rows. */
  readonly resourceId?: string;
  /** Columns declared elsewhere, for a table that does not find them out by itself. */
  readonly declared?: readonly LogColumn[];
}

/** The writes that put the records into their table (AL1); none for no records. */
export function logWrites(services: Pick<Services, 'store' | 'clock'>, given: LogRecords): readonly Write[] {
  if (given.records.length === 0) return [];
  const key = { workspace: armIdKey(given.workspaceId), name: knownTableName(given.table) ?? given.table };
  const known = services.store.logs.table(key);
  const { isDeclared = false } = tableSettings(services, given.workspaceId, key.name);
  const columns = new TableColumns(known?.columns ?? given.declared ?? schemaOf(key.name) ?? [timeColumn], {
    isOpen: given.declared === undefined && schemaOf(key.name) === undefined && !isDeclared,
  });
  const now = dateTimeAt(services.clock.now());
  const placed = given.records.map((record) => columns.place(record, given, now));
  const used = [...new Set(['TimeGenerated', ...placed.flatMap((cells) => [...cells.keys()])])];
  const rows = placed.map((cells) => used.map((name) => cells.get(name) ?? columns.emptyOf(name)));
  const { retentionDays } = known ?? {};
  const table = { ...key, columns: columns.all, ...(retentionDays === undefined ? {} : { retentionDays }) };
  const isNew = known === undefined || columns.all.length > known.columns.length;
  return [
    ...(isNew ? [{ kind: 'putLogTable' as const, table }] : []),
    { kind: 'appendLogRows', key, columns: used, rows },
  ];
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/** What a value is by itself, with the suffix of its column. */
function suffixOf(value: Json): readonly [suffix: string, type: LogType] {
  if (typeof value === 'boolean') return ['b', 'bool'];
  if (typeof value === 'string') {
    if (guid.test(value)) return ['g', 'guid'];
    return isoTime.test(value) ? ['t', 'datetime'] : ['s', 'string'];
  }
  return isJsonArray(value) || isJsonObject(value) ? ['s', 'string'] : ['d', 'real'];
}

/** Names that records cannot fill. */
const reserved = new Set(['tenantid', 'type', 'mg', 'managementgroupname', 'sourcesystem']);

class TableColumns {
  readonly all: LogColumn[];
  readonly #byName: Map<string, LogColumn>;
  readonly #isOpen: boolean;

  constructor(columns: readonly LogColumn[], { isOpen }: { readonly isOpen: boolean }) {
    this.all = columns[0]?.name === 'TimeGenerated' ? [...columns] : [timeColumn, ...columns];
    this.#byName = new Map(this.all.map((column) => [column.name.toLowerCase(), column]));
    this.#isOpen = isOpen;
  }

  emptyOf(name: string): LogCell {
    return this.#byName.get(name.toLowerCase())?.type === 'string' ? '' : null;
  }

  place(record: JsonObject, { timeField, resourceId }: LogRecords, now: DateTime): ReadonlyMap<string, LogCell> {
    const cells = new Map<string, LogCell>();
    cells.set('TimeGenerated', timeOf(record, timeField, now).ticks);
    for (const [name, value] of Object.entries(record)) {
      if (name === 'TimeGenerated' || value === null) continue;
      const column = this.#columnFor(name, value);
      if (column === undefined) continue;
      const cell = cellOfJson(value, column.type);
      cells.set(column.name, typeof cell === 'string' && column.type === 'string' ? cell.slice(0, longestText) : cell);
    }
    if (resourceId !== undefined && resourceId !== '') {
      const column = this.#add('_ResourceId', 'string');
      if (column !== undefined) cells.set(column.name, resourceId.toLowerCase());
    }
    return cells;
  }

  /** The column a member goes to: its own, or one by its suffix, made when there is room. */
  #columnFor(name: string, value: Json): LogColumn | undefined {
    if (!this.#isOpen) return this.#byName.get(name.toLowerCase());
    const own = Object.hasOwn(standardColumns, name) ? standardColumns[name] : undefined;
    if (own !== undefined) return this.#add(name, own);
    if (reserved.has(name.toLowerCase())) return undefined;
    const base = name.replaceAll(/\W/g, '_').slice(0, 45);
    if (!/^[A-Za-z_]/.test(base)) return undefined;
    const [suffix, type] = suffixOf(value);
    const exact = this.#byName.get(`${base}_${suffix}`.toLowerCase());
    return exact ?? this.#convertible(base, value) ?? this.#add(`${base}_${suffix}`, type);
  }

  /** A column the member had before, if the value can be of its type. */
  #convertible(base: string, value: Json): LogColumn | undefined {
    for (const suffix of ['d', 'b', 't', 'g']) {
      const column = this.#byName.get(`${base}_${suffix}`.toLowerCase());
      if (column !== undefined && typeof value === 'string' && cellOfJson(value, column.type) !== null) return column;
    }
    return undefined;
  }

  #add(name: string, type: LogType): LogColumn | undefined {
    const known = this.#byName.get(name.toLowerCase());
    if (known !== undefined || this.all.length >= mostColumns) return known;
    const column = { name, type };
    this.all.push(column);
    this.#byName.set(name.toLowerCase(), column);
    return column;
  }
}

function timeOf(record: JsonObject, field: string | undefined, now: DateTime): DateTime {
  const given = memberOf(record, field ?? 'TimeGenerated');
  const time = typeof given === 'string' ? convert(given, 'string', 'datetime') : null;
  return time instanceof DateTime ? time : now;
}
