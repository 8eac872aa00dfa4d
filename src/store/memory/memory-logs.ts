/** Log tables in memory: the rules of the port in the plainest form; grouping is left to who reads. */
import type {
  LogCell,
  LogColumn,
  LogCondition,
  LogReader,
  LogScan,
  LogTable,
  LogTableKey,
  LogWrite,
} from '#foundation';
import { compareText, put, remove, type Undo } from './undo.ts';

interface Kept {
  readonly table: LogTable;
  readonly rows: readonly (readonly LogCell[])[];
}

export class MemoryLogs implements LogReader {
  readonly #kept = new Map<string, Kept>();

  table(key: LogTableKey): LogTable | undefined {
    return this.#kept.get(keyOf(key))?.table;
  }

  tables(workspace?: string): readonly LogTable[] {
    return [...this.#kept.values()]
      .map(({ table }) => table)
      .filter((table) => workspace === undefined || table.workspace === workspace)
      .sort((left, right) => compareText(keyOf(left), keyOf(right)));
  }

  *rows(scan: LogScan): Iterable<readonly LogCell[]> {
    const kept = this.#kept.get(keyOf(scan));
    if (kept === undefined) return;
    const { columns } = kept.table;
    const tests = scan.conditions.map((condition) => testOf(columns, condition));
    let found: readonly (readonly LogCell[])[] = kept.rows.filter((row) => tests.every((test) => test(row)));
    if (scan.order !== undefined) found = ordered(found, placeOf(columns, scan.order.column), scan.order.descending);
    const places = scan.columns.map((name) => placeOf(columns, name));
    for (const row of found.slice(0, scan.top ?? found.length)) {
      yield places.map((place) => row[place] ?? emptyOf(columns[place]));
    }
  }

  apply(write: LogWrite): Undo {
    switch (write.kind) {
      case 'putLogTable':
        return this.#putTable(write.table);
      case 'deleteLogTable':
        return remove(this.#kept, keyOf(write.key));
      case 'appendLogRows': {
        const kept = this.#demand(write.key);
        const places = write.columns.map((name) => placeOf(kept.table.columns, name));
        if (!places.includes(0)) throw new Error('A row of a log table has its time.');
        const added = write.rows.map((cells) => {
          const row: LogCell[] = kept.table.columns.map((column) => emptyOf(column));
          places.forEach((place, index) => (row[place] = cells[index] ?? emptyOf(kept.table.columns[place])));
          return row;
        });
        return put(this.#kept, keyOf(write.key), { ...kept, rows: [...kept.rows, ...added] });
      }
      case 'forgetLogRows': {
        const kept = this.#kept.get(keyOf(write.key));
        if (kept === undefined) return () => {};
        const old = ordered(kept.rows, 0, false).filter(([time]) => (time as bigint) < write.before);
        const gone = new Set(old.slice(0, write.top));
        return put(this.#kept, keyOf(write.key), { ...kept, rows: kept.rows.filter((row) => !gone.has(row)) });
      }
    }
  }

  #putTable(table: LogTable): Undo {
    const kept = this.#kept.get(keyOf(table));
    if (kept === undefined) {
      if (table.columns[0]?.name !== 'TimeGenerated') throw new Error('A log table begins with TimeGenerated.');
      return put(this.#kept, keyOf(table), { table, rows: [] });
    }
    const names = new Set(kept.table.columns.map(({ name }) => name));
    const columns = [...kept.table.columns, ...table.columns.filter(({ name }) => !names.has(name))];
    return put(this.#kept, keyOf(table), { table: { ...table, name: kept.table.name, columns }, rows: kept.rows });
  }

  #demand(key: LogTableKey): Kept {
    const kept = this.#kept.get(keyOf(key));
    if (kept === undefined) throw new Error(`There is no log table '${key.name}'.`);
    return kept;
  }
}

function keyOf({ workspace, name }: LogTableKey): string {
  return `${workspace}\n${name.toLowerCase()}`;
}

function emptyOf(column: LogColumn | undefined): LogCell {
  return column?.type === 'string' ? '' : null;
}

function placeOf(columns: readonly LogColumn[], name: string): number {
  const place = columns.findIndex((column) => column.name === name);
  if (place < 0) throw new Error(`The log table has no column '${name}'.`);
  return place;
}

function compare(left: LogCell, right: LogCell): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

function ordered(
  rows: readonly (readonly LogCell[])[],
  place: number,
  descending: boolean,
): readonly (readonly LogCell[])[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((left, right) => compare(left[place] ?? null, right[place] ?? null) * sign);
}

function testOf(columns: readonly LogColumn[], condition: LogCondition): (row: readonly LogCell[]) => boolean {
  const place = placeOf(columns, condition.column);
  const { operator, values } = condition;
  const wanted = values[0] ?? null;
  return (row) => {
    const value = row[place] ?? emptyOf(columns[place]);
    switch (operator) {
      case 'like':
        // Whoever reads judges again.
        return true;
      case 'in':
        return value !== null && values.includes(value);
      case '==':
        return value !== null && value === wanted;
      case '!=':
        return value !== wanted;
      case '<':
        return value !== null && compare(value, wanted) < 0;
      case '<=':
        return value !== null && compare(value, wanted) <= 0;
      case '>':
        return value !== null && compare(value, wanted) > 0;
      case '>=':
        return value !== null && compare(value, wanted) >= 0;
    }
  };
}
