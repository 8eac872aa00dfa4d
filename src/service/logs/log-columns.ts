/**
 * Columns of log tables: Azure's of known tables, those a custom table has by the suffixes of its columns.
 *
 * Owns: schemas as columns, types by suffix. Does not own: what is stored (`#store`).
 *
 * Invariants
 * LC1. A column whose name ends in `_s`, `_d`, `_b`, `_t` or `_g` has that type wherever it stands in a custom table.
 * Source: published reference of Azure Monitor tables; HTTP data collector API (record types and suffixes).
 */
import type { LogColumn, LogType } from '#foundation';
import { typeNamed } from '#query';
import { logSchemas } from './log-schemas.data.ts';

export const timeColumn: LogColumn = { name: 'TimeGenerated', type: 'datetime' };

/** Columns that custom tables have by these names, without a suffix. */
export const standardColumns: Readonly<Record<string, LogType>> = {
  Computer: 'string',
  RawData: 'string',
  SubscriptionId: 'string',
  _ResourceId: 'string',
};

const suffixes: Readonly<Record<string, LogType>> = { s: 'string', d: 'real', b: 'bool', t: 'datetime', g: 'guid' };

/** The type that a custom column's suffix says. */
export function typeOfSuffix(name: string): LogType | undefined {
  const suffix = /_([sdbtg])$/.exec(name)?.[1];
  return suffix === undefined ? undefined : suffixes[suffix];
}

const parsed = new Map<string, readonly LogColumn[]>();

/** The columns of a table that Azure has, `TimeGenerated` first; undefined for others. */
export function schemaOf(table: string): readonly LogColumn[] | undefined {
  const known = parsed.get(table);
  if (known !== undefined) return known;
  const text = Object.hasOwn(logSchemas, table) ? logSchemas[table] : undefined;
  if (text === undefined) return undefined;
  const columns = [timeColumn, ...text.split(', ').map(columnOf)];
  parsed.set(table, columns);
  return columns;
}

function columnOf(text: string): LogColumn {
  const [name = '', type = 'string'] = text.split(' ');
  return { name, type: logTypeOf(type) ?? 'string' };
}

/** A type by any of its names (`boolean`, `double`); undefined for one that log tables have not. */
export function logTypeOf(name: string): LogType | undefined {
  const type = typeNamed(name.toLowerCase());
  return type === undefined || type === 'decimal' || type === 'timespan' ? undefined : type;
}

/** The known name of a table, whatever its case. */
export function knownTableName(name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.keys(logSchemas).find((known) => known.toLowerCase() === lower);
}

/** All tables that Azure has and queries may name. */
export const knownTables: readonly string[] = Object.keys(logSchemas);
