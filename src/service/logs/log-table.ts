/**
 * A log table as queries see it: what is stored, with the columns every table has, its conditions and groups done by the store.
 *
 * Owns: turning what a query tells into a scan of the store, and cells into values. Does not own: which tables there are
 * (`log-catalog.ts`), the store's statements.
 *
 * Invariants
 * LT1. The store limits, orders and groups rows only where it applies every condition exactly; else it gives more rows than
 *      wanted, never fewer.
 * LT2. Cells are read for the columns that a query reads and for no others.
 */
import type { LogCell, LogColumn, LogCondition, LogReader, LogTable, LogType } from '#foundation';
import {
  DateTime,
  type GroupRequest,
  type KqlColumn,
  type KqlTable,
  type PushedAggregate,
  type PushedCondition,
  type Row,
  type TableRequest,
  type Value,
} from '#query';
import { cellOf, valueOfCell } from './log-cells.ts';

/** Moments of which rows are read, in ticks, both inclusive. */
export interface LogSpan {
  readonly from?: bigint;
  readonly to?: bigint;
}

export interface LogSource {
  readonly logs: LogReader;
  readonly table: LogTable;
  /** What columns that are the same in all rows hold. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly span: LogSpan;
}

/** Columns of every table behind its own. */
const fixedColumns = ['TenantId', 'SourceSystem', 'Type', '_ResourceId'];

export function logColumns(columns: readonly LogColumn[]): readonly KqlColumn[] {
  const names = new Set(columns.map(({ name }) => name));
  return [
    ...columns,
    ...fixedColumns.filter((name) => !names.has(name)).map((name): KqlColumn => ({ name, type: 'string' })),
  ];
}

/** A stored table, `columns` being those it is shown with: its own and those that no row has yet. */
export function storedTable(source: LogSource, columns: readonly KqlColumn[]): KqlTable {
  const { logs, table } = source;
  const stored = new Map(table.columns.map((column) => [column.name, column.type]));
  return {
    name: table.name,
    columns,
    *rows(request) {
      const { conditions, exact } = translated(source, stored, request.conditions);
      const shown = columns.flatMap(({ name }, place) => {
        const type = stored.get(name);
        return type === undefined || request.columns?.has(name) === false ? [] : [{ name, type, place }];
      });
      const blank: readonly Value[] = columns.map(
        ({ name, type }) => source.fixed[name] ?? (type === 'string' ? '' : null),
      );
      const { order, take } = request;
      const isOrdered = order === undefined || stored.has(order.column);
      const limits = exact && isOrdered ? limitsOf(order, take) : {};
      const names = shown.map(({ name }) => name);
      for (const cells of logs.rows({ ...keyOf(table), columns: names, conditions, ...limits })) {
        const row: Value[] = [...blank];
        for (let index = 0; index < shown.length; index++) {
          const { type, place } = shown[index] as (typeof shown)[number];
          row[place] = valueOfCell(cells[index] ?? null, type);
        }
        yield row;
      }
    },
    ...(logs.groups === undefined ? {} : { groups: (request) => grouped(source, stored, request) }),
  };
}

function keyOf({ workspace, name }: LogTable): { readonly workspace: string; readonly name: string } {
  return { workspace, name };
}

function limitsOf(order: TableRequest['order'], take: number | undefined) {
  return { ...(order === undefined ? {} : { order }), ...(take === undefined ? {} : { top: take }) };
}

// --- Conditions -------------------------------------------------------------------------------------------------

interface Translated {
  readonly conditions: readonly LogCondition[];
  /** The store applies all that was asked, and nothing is left to judge. */
  readonly exact: boolean;
}

function translated(
  { span }: LogSource,
  stored: ReadonlyMap<string, LogType>,
  given: readonly PushedCondition[],
): Translated {
  const conditions: LogCondition[] = [];
  let exact = true;
  for (const condition of given) {
    const type = stored.get(condition.column);
    const found = type === undefined ? undefined : conditionOf(condition, type);
    if (found === undefined || found.operator === 'like') exact = false;
    if (found !== undefined) conditions.push(found);
  }
  const { from, to } = span;
  if (from !== undefined) conditions.push({ column: 'TimeGenerated', operator: '>=', values: [from] });
  if (to !== undefined) conditions.push({ column: 'TimeGenerated', operator: '<=', values: [to] });
  return { conditions, exact };
}

const ordered: ReadonlySet<LogType> = new Set(['int', 'long', 'real', 'datetime', 'bool']);
const longestList = 10_000;

/** The store's form of a condition; `like` stands for more rows than meant, undefined for one it cannot be told. */
function conditionOf({ column, operator, values }: PushedCondition, type: LogType): LogCondition | undefined {
  if (type === 'dynamic') return undefined;
  const [value] = values;
  if (operator === 'in') {
    const cells = values.filter((each) => each !== null).map((each) => cellOf(each, type));
    return values.length > longestList ? undefined : { column, operator, values: cells };
  }
  if (operator === 'in~' || value === undefined || value === null) return undefined;
  const pattern = type === 'string' && typeof value === 'string' ? likePattern(operator, value) : undefined;
  if (pattern !== undefined) return { column, operator: 'like', values: [pattern] };
  if (operator === '==' || operator === '!=') return { column, operator, values: [cellOf(value, type)] };
  if (!ordered.has(type) || !/^[<>]=?$/.test(operator)) return undefined;
  return { column, operator: operator as '<', values: [cellOf(value, type)] };
}

/** A pattern that matches whatever the operator does, and perhaps more; only for texts whose letters fold as SQLite's do. */
function likePattern(operator: PushedCondition['operator'], text: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant.
  if (!/^[\u0001-\u007f]+$/.test(text)) return undefined;
  const escaped = text.replaceAll(/[\\%_]/g, String.raw`\$&`);
  switch (operator) {
    case '=~':
      return escaped;
    case 'startswith':
      return `${escaped}%`;
    case 'contains':
    case 'has':
      return `%${escaped}%`;
    default:
      return undefined;
  }
}

// --- Groups -----------------------------------------------------------------------------------------------------

function grouped(
  source: LogSource,
  stored: ReadonlyMap<string, LogType>,
  { conditions: given, keys, aggregates }: GroupRequest,
): Iterable<Row> | undefined {
  const { logs, table, fixed } = source;
  const { conditions, exact } = translated(source, stored, given);
  const named = [...keys.map(({ column }) => column), ...aggregates.flatMap(columnsOf)];
  if (!exact || logs.groups === undefined || !named.every((name) => stored.has(name) || name in fixed))
    return undefined;
  // Columns that hold the same in all rows: as keys they split nothing, with a best row they come along by themselves.
  const keyTypes = keys.map(({ column }) => stored.get(column));
  if (!keyTypes.every((type) => type !== undefined)) return undefined;
  const storedAggregates = aggregates.map((aggregate) =>
    aggregate.kind === 'best'
      ? { ...aggregate, columns: aggregate.columns.filter((name) => stored.has(name)) }
      : aggregate,
  );
  if (!storedAggregates.every((each) => each.kind === 'count' || stored.has(each.column))) return undefined;
  const groups = logs.groups({ ...keyOf(table), conditions, keys, aggregates: storedAggregates });
  return groupRows(groups, keyTypes, aggregates, stored, fixed);
}

function columnsOf(aggregate: PushedAggregate): readonly string[] {
  if (aggregate.kind === 'count') return [];
  return aggregate.kind === 'best' ? [aggregate.column, ...aggregate.columns] : [aggregate.column];
}

function* groupRows(
  groups: Iterable<readonly LogCell[]>,
  keyTypes: readonly LogType[],
  aggregates: readonly PushedAggregate[],
  stored: ReadonlyMap<string, LogType>,
  fixed: Readonly<Record<string, string>>,
): Iterable<Row> {
  for (const cells of groups) {
    const row: Value[] = keyTypes.map((type, index) => valueOfCell(cells[index] ?? null, type));
    let at = keyTypes.length;
    for (const aggregate of aggregates) {
      if (aggregate.kind !== 'best') {
        row.push(aggregateValue(aggregate, cells[at++] ?? null, stored));
        continue;
      }
      row.push(valueOfCell(cells[at++] ?? null, stored.get(aggregate.column) ?? 'dynamic'));
      for (const name of aggregate.columns) {
        const type = stored.get(name);
        row.push(type === undefined ? (fixed[name] ?? '') : valueOfCell(cells[at++] ?? null, type));
      }
    }
    yield row;
  }
}

function aggregateValue(
  aggregate: Exclude<PushedAggregate, { kind: 'best' }>,
  cell: LogCell,
  stored: ReadonlyMap<string, LogType>,
): Value {
  const type = aggregate.kind === 'count' ? 'long' : (stored.get(aggregate.column) ?? 'real');
  switch (aggregate.kind) {
    case 'count':
    case 'dcount':
      return valueOfCell(cell, 'long');
    case 'avg':
      return cell === null ? Number.NaN : Number(cell);
    case 'sum':
      return valueOfCell(cell, type === 'real' ? 'real' : 'long');
    default:
      return valueOfCell(cell, type);
  }
}

/** Rows of a table that is made for the query, within the span. */
export function withinSpan({ from, to }: LogSpan, time: Value): boolean {
  if (!(time instanceof DateTime)) return true;
  return (from === undefined || time.ticks >= from) && (to === undefined || time.ticks <= to);
}
