/** Counts of what is in memory, made when asked for. */
import {
  type CountedWorkflows,
  type DocumentTally,
  type InTime,
  type RunRow,
  type RunTally,
  slotsOf,
  type StoredDocument,
  type SubjectTally,
  type TallyReader,
  type TimeParts,
} from '#foundation';

type Counted = Pick<StoredDocument, 'parent' | 'label' | 'status' | 'tally' | 'subject' | 'time'>;

export interface CountedRows {
  documents(collection: string): Iterable<Counted>;
  runs(): Iterable<Pick<RunRow, 'workflow' | 'status' | 'startTime'>>;
}

export class MemoryTallies implements TallyReader {
  readonly #rows: CountedRows;

  constructor(rows: CountedRows) {
    this.#rows = rows;
  }

  documents(collection: string): readonly DocumentTally[] {
    return counted(this.#documents(collection), tallyOf);
  }

  subjects(collection: string): readonly SubjectTally[] {
    const about = this.#documents(collection).filter(({ subject }) => subject !== undefined);
    const different = counted(about, (each) => ({ ...placeOf(each), subject: each.subject }));
    return counted(different, placeOf);
  }

  documentsInTime(collection: string, range: TimeParts): readonly (DocumentTally & InTime)[] {
    return counted(within(this.#documents(collection), range, 'time'), ({ start, row }) => ({
      start,
      ...tallyOf(row),
    }));
  }

  runsInTime(range: TimeParts, workflows: CountedWorkflows): readonly (RunTally & InTime)[] {
    const runs = [...this.#rows.runs()].filter(({ workflow }) =>
      typeof workflows === 'string' ? workflow === workflows : workflows(workflow),
    );
    return counted(within(runs, range, 'startTime'), ({ start, row }) => ({
      start,
      status: row.status,
    }));
  }

  #documents(collection: string): readonly Counted[] {
    return [...this.#rows.documents(collection)].filter(({ tally = '' }) => tally !== '');
  }
}

function placeOf({ parent, label = '', status }: Pick<Counted, 'parent' | 'label' | 'status'>) {
  return { parent, label, status };
}

function tallyOf(row: Counted) {
  return { ...placeOf(row), tally: row.tally ?? '' };
}

/** The rows of a range with the start of the part they fall in. */
function within<T extends Readonly<Record<K, number>>, K extends string>(
  rows: readonly T[],
  range: TimeParts,
  time: K,
): readonly { readonly start: number; readonly row: T }[] {
  const { span, first, end, width, startOf } = slotsOf(range);
  return rows.flatMap((row) => {
    const slot = Math.floor(row[time] / (span * 3_600_000));
    return slot < first || slot >= end ? [] : [{ start: startOf(Math.floor((slot - first) / width)), row }];
  });
}

/** How many rows have the same group. */
function counted<T, G extends object>(rows: readonly T[], groupOf: (row: T) => G): (G & { readonly count: number })[] {
  const found = new Map<string, G & { count: number }>();
  for (const row of rows) {
    const group = groupOf(row);
    const key = JSON.stringify(group);
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...group, count: 1 });
    else known.count += 1;
  }
  return [...found.values()];
}
