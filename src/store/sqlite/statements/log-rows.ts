/**
 * Statements over the rows of one log table, whose text depends on the table and on what is asked.
 *
 * Owns: names of tables and columns on disk, which no text of a caller is ever part of. Types on disk: `string` is TEXT that
 * is never null; `guid` and `dynamic` TEXT; `real` REAL; all others INTEGER.
 */
import type { LogAggregate, LogCell, LogColumn, LogCondition, LogGrouping, LogScan } from '#foundation';

/** A table's number and columns. */
export interface LogPlace {
  readonly id: number;
  readonly columns: readonly LogColumn[];
}

export interface LogStatement {
  readonly sql: string;
  readonly values: readonly LogCell[];
}

export const logRowsTable = ({ id }: Pick<LogPlace, 'id'>): string => `log_${id}`;

function sqlType({ type }: LogColumn): string {
  if (type === 'string') return "TEXT NOT NULL DEFAULT ''";
  return type === 'guid' || type === 'dynamic' ? 'TEXT' : type === 'real' ? 'REAL' : 'INTEGER';
}

/** Makes the table with all its columns, and its index by time (LR1). */
export function makeLogRows(place: LogPlace): string {
  const table = logRowsTable(place);
  const columns = place.columns.map((column, index) =>
    index === 0 ? 'c0 INTEGER NOT NULL' : `c${index} ${sqlType(column)}`,
  );
  return `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, ${columns.join(', ')});
CREATE INDEX ${table}_by_time ON ${table} (c0)`;
}

export function addLogColumn(place: Pick<LogPlace, 'id'>, index: number, column: LogColumn): string {
  return `ALTER TABLE ${logRowsTable(place)} ADD COLUMN c${index} ${sqlType(column)}`;
}

export function dropLogRows(place: Pick<LogPlace, 'id'>): string {
  return `DROP TABLE ${logRowsTable(place)}`;
}

export function appendLogRow(place: LogPlace, columns: readonly string[]): string {
  const names = columns.map((name) => columnOf(place, name));
  return `INSERT INTO ${logRowsTable(place)} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}

export function forgetLogRows(place: Pick<LogPlace, 'id'>): string {
  const table = logRowsTable(place);
  return `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE c0 < ? ORDER BY c0 LIMIT ?)`;
}

/** @throws Error for a column the table has not: a mistake of the program. */
function columnOf({ columns }: LogPlace, name: string): string {
  const index = columns.findIndex((column) => column.name === name);
  if (index < 0) throw new Error(`The log table has no column '${name}'.`);
  return `c${index}`;
}

export function selectLogRows(place: LogPlace, scan: Omit<LogScan, 'workspace' | 'name'>): LogStatement {
  const shown = scan.columns.length === 0 ? 'NULL' : scan.columns.map((name) => columnOf(place, name)).join(', ');
  const { where, values } = conditionsOf(place, scan.conditions);
  const { order, top } = scan;
  const by =
    order === undefined ? '' : ` ORDER BY ${columnOf(place, order.column)} ${order.descending ? 'DESC' : 'ASC'}, id`;
  const limit = top === undefined ? '' : ` LIMIT ${Math.max(0, Math.trunc(top))}`;
  return { sql: `SELECT ${shown} FROM ${logRowsTable(place)}${where}${by}${limit}`, values };
}

export function groupLogRows(place: LogPlace, grouping: Omit<LogGrouping, 'workspace' | 'name'>): LogStatement {
  const { where, values } = conditionsOf(place, grouping.conditions);
  const keys = grouping.keys.map(({ column, size }) => {
    const name = columnOf(place, column);
    // Bins begin at multiples of the size, also below zero, where SQLite's remainder has the sign of the value.
    return size === undefined ? name : `(${name} - ((${name} % ${size}) + ${size}) % ${size})`;
  });
  const shown = [...keys, ...grouping.aggregates.flatMap((aggregate) => aggregateSql(place, aggregate))];
  const by = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`;
  return { sql: `SELECT ${shown.join(', ')} FROM ${logRowsTable(place)}${where}${by}`, values };
}

function aggregateSql(place: LogPlace, aggregate: LogAggregate): readonly string[] {
  if (aggregate.kind === 'count') return ['count(*)'];
  const name = columnOf(place, aggregate.column);
  switch (aggregate.kind) {
    case 'best':
      // Of a lone min() or max(), SQLite takes the other columns from the row where it is.
      return [
        `${aggregate.sign > 0 ? 'max' : 'min'}(${name})`,
        ...aggregate.columns.map((other) => columnOf(place, other)),
      ];
    case 'dcount':
      return [`count(DISTINCT ${name})`];
    case 'sum':
      return [`coalesce(sum(${name}), 0)`];
    default:
      return [`${aggregate.kind}(${name})`];
  }
}

function conditionsOf(
  place: LogPlace,
  conditions: readonly LogCondition[],
): { readonly where: string; readonly values: readonly LogCell[] } {
  const parts = conditions.map((condition) => conditionSql(place, condition));
  const where = parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
  return { where, values: conditions.flatMap(({ values }) => values) };
}

/** Texts that are not plain ASCII pass `like`: SQLite folds only the letters of ASCII, and every condition is judged again. */
const notPlain = (column: string): string => `octet_length(${column}) > length(${column})`;

function conditionSql(place: LogPlace, { column, operator, values }: LogCondition): string {
  const name = columnOf(place, column);
  switch (operator) {
    case '==':
      return `${name} = ?`;
    case '!=':
      return `(${name} <> ? OR ${name} IS NULL)`;
    case 'in':
      return `${name} IN (${values.map(() => '?').join(', ')})`;
    case 'like':
      return `(${name} LIKE ? ESCAPE '\\' OR ${notPlain(name)})`;
    default:
      return `${name} ${operator} ?`;
  }
}
