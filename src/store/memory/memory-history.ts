/** Runs and their journals in memory. */
import {
  type HistoryStore,
  isWithin,
  type JournalRow,
  type JsonObject,
  parseJson,
  type RunQuery,
  type RunRow,
  stringifyJson,
} from '#foundation';
import { compareText, put, type Undo } from './undo.ts';

interface KeptRun {
  /** Order of first puts. */
  readonly order: number;
  readonly row: Omit<RunRow, 'body'>;
  readonly body: string;
  /** Whole rows as text, by sequence. */
  readonly journal: Map<number, string>;
}

export class MemoryHistory implements HistoryStore {
  readonly #runs = new Map<string, KeptRun>();
  #order = 0;

  run(key: string): RunRow | undefined {
    const kept = this.#runs.get(key);
    return kept === undefined ? undefined : rowOf(kept);
  }

  runs(query: RunQuery): readonly RunRow[] {
    const found = [...this.#runs.values()].filter(({ row }) => matches(row, query));
    found.sort(
      ({ row: left }, { row: right }) =>
        compareText(left.name, right.name) || compareText(left.workflow, right.workflow),
    );
    return found.slice(0, query.top).map(rowOf);
  }

  /** Every run, as lists know it. */
  rows(): readonly KeptRun['row'][] {
    return [...this.#runs.values()].map(({ row }) => row);
  }

  unfinished(): readonly string[] {
    const found = [...this.#runs.values()].filter(({ row }) => row.endTime === undefined);
    found.sort((left, right) => left.row.startTime - right.row.startTime || left.order - right.order);
    return found.map(({ row }) => row.key);
  }

  journal(
    run: string,
    options: { readonly fromSnapshot?: boolean; readonly top?: number } = {},
  ): readonly JournalRow[] {
    const texts = [...(this.#runs.get(run)?.journal ?? [])].sort(([left], [right]) => left - right);
    const rows = texts.map(([, text]) => parseJson(text) as unknown as JournalRow);
    const last = options.fromSnapshot === true ? rows.findLastIndex((row) => row.snapshot !== undefined) : 0;
    const from = Math.max(0, last);
    return rows.slice(from, options.top === undefined ? undefined : from + options.top);
  }

  records(run: string, from: number, top: number): readonly Pick<JournalRow, 'sequence' | 'history'>[] {
    return this.#rowsFrom(run, from, top).map(({ sequence, history }) => ({ sequence, history }));
  }

  events(run: string, from: number, top: number): readonly Pick<JournalRow, 'sequence' | 'event'>[] {
    return this.#rowsFrom(run, from, top).map(({ sequence, event }) => ({ sequence, event }));
  }

  #rowsFrom(run: string, from: number, top: number): readonly JournalRow[] {
    return this.journal(run)
      .filter(({ sequence }) => sequence >= from)
      .slice(0, top);
  }

  put(run: RunRow): Undo {
    if (run.key !== `${run.workflow}/runs/${run.name}`) throw new Error(`The run key '${run.key}' is malformed.`);
    const { body, ...row } = run;
    const before = this.#runs.get(run.key);
    const order = before?.order ?? this.#order++;
    const journal = before?.journal ?? new Map<number, string>();
    return this.#replace(run.key, { order, row, body: stringifyJson(body), journal });
  }

  delete(key: string): Undo {
    return this.#replace(key, undefined);
  }

  append(row: JournalRow): Undo {
    const kept = this.#runs.get(row.run);
    if (kept === undefined) throw new Error(`There is no run '${row.run}'.`);
    if (kept.journal.has(row.sequence)) throw new Error(`The run has a journal row ${row.sequence} already.`);
    const { secret: _, ...read } = row;
    return put(kept.journal, row.sequence, JSON.stringify(read));
  }

  #replace(key: string, run: KeptRun | undefined): Undo {
    const before = this.#runs.get(key);
    this.#set(key, run);
    return () => this.#set(key, before);
  }

  #set(key: string, run: KeptRun | undefined): void {
    if (run === undefined) this.#runs.delete(key);
    else this.#runs.set(key, run);
  }
}

function matches(row: KeptRun['row'], query: RunQuery): boolean {
  const inScope =
    query.workflow === undefined
      ? query.scope === undefined || isWithin(row.workflow, query.scope)
      : row.workflow === query.workflow;
  return (
    inScope &&
    (query.status === undefined || row.status === query.status) &&
    (query.startTimeFrom === undefined || row.startTime >= query.startTimeFrom) &&
    (query.startTimeTo === undefined || row.startTime <= query.startTimeTo) &&
    (query.clientTrackingId === undefined || row.clientTrackingId === query.clientTrackingId) &&
    (query.startedBy === undefined || row.startedBy === query.startedBy) &&
    (query.after === undefined || row.name > query.after) &&
    (query.until === undefined || row.name <= query.until)
  );
}

function rowOf(kept: KeptRun): RunRow {
  return { ...kept.row, body: parseJson(kept.body) as JsonObject };
}
