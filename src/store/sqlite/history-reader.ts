/**
 * Reads runs and their journals.
 *
 * Owns: merging the lists of several workflows into one page.
 *
 * Invariants
 * HR1. A page over many workflows reads the names it needs from indexes, and whole rows only of the runs it shows.
 */
import {
  armIdKey,
  type HistoryStore,
  type JournalRow,
  type Json,
  parseJson,
  type RunQuery,
  type RunRow,
} from '#foundation';
import { objectOf, type Reading, type Row } from './reading.ts';
import type { Seal } from './seal.ts';
import { findRun } from './statements/find-run.ts';
import { findWorkflow } from './statements/find-workflow.ts';
import { getRun } from './statements/get-run.ts';
import { lastSnapshot } from './statements/last-snapshot.ts';
import { listRunNames, listRuns } from './statements/list-runs.ts';
import { listWorkflows } from './statements/list-workflows.ts';
import { readEvents } from './statements/read-events.ts';
import { readJournal } from './statements/read-journal.ts';
import { readRecords } from './statements/read-records.ts';
import { unfinishedRuns } from './statements/unfinished-runs.ts';
import { journalBinding, splitRunKey } from './wire.ts';

export class SqliteHistory implements HistoryStore {
  readonly #reading: Reading;
  readonly #seal: Seal;

  constructor(reading: Reading, seal: Seal) {
    this.#reading = reading;
    this.#seal = seal;
  }

  run(key: string): RunRow | undefined {
    const [workflow, name] = splitRunKey(key);
    const row = this.#reading.statement(getRun).get(workflow, name);
    return row === undefined ? undefined : runOf({ workflow, name, row });
  }

  runs(query: RunQuery): readonly RunRow[] {
    if (query.workflow !== undefined) {
      const id = this.#reading.statement(findWorkflow).get(query.workflow)?.['id'] as number | undefined;
      return id === undefined ? [] : this.#found(query.workflow, id, query).map(runOf);
    }
    return this.#merged(this.#workflowsIn(query.scope ?? '/'), query);
  }

  /** The first runs of several workflows by name: each workflow's next name is known, the foremost is taken. */
  #merged(workflows: readonly Row[], query: RunQuery): readonly RunRow[] {
    const runs: RunRow[] = [];
    const fronts = new Fronts(
      workflows.map((row) => ({ key: row['key'] as string, names: this.#names(row['id'] as number, query) })),
    );
    while (runs.length < query.top) {
      const next = fronts.take();
      if (next === undefined) break;
      const run = this.run(`${next.workflow}/runs/${next.name}`);
      if (run !== undefined) runs.push(run);
    }
    return runs;
  }

  /** A workflow's names in order, few at first and more when they are asked for. */
  *#names(id: number, query: RunQuery): Generator<string, void> {
    let after = query.after;
    for (let top = 1; ; top = Math.min(top * 8, 512)) {
      const part = { ...query, top, ...(after === undefined ? {} : { after }) };
      const rows = this.#reading.rows(listRunNames(id, part));
      for (const row of rows) yield row['name'] as string;
      if (rows.length < top) return;
      after = rows.at(-1)?.['name'] as string;
    }
  }

  unfinished(): readonly string[] {
    const rows = this.#reading.statement(unfinishedRuns).all();
    return rows.map((row) => `${row['workflow'] as string}/runs/${row['name'] as string}`);
  }

  journal(
    run: string,
    options: { readonly fromSnapshot?: boolean; readonly top?: number } = {},
  ): readonly JournalRow[] {
    const id = this.#reading.statement(findRun).get(...splitRunKey(run))?.['id'] as number | undefined;
    if (id === undefined) return [];
    const from =
      options.fromSnapshot === true ? this.#reading.statement(lastSnapshot).get(id)?.['sequence'] : undefined;
    const rows = this.#reading
      .statement(readJournal)
      .all(id, (from as number | null | undefined) ?? 0, options.top ?? -1);
    return rows.map((row) => this.#journalRow(run, row));
  }

  records(run: string, from: number, top: number): readonly Pick<JournalRow, 'sequence' | 'history'>[] {
    const id = this.#reading.statement(findRun).get(...splitRunKey(run))?.['id'] as number | undefined;
    if (id === undefined) return [];
    const rows = this.#reading.statement(readRecords).all(id, from, top);
    return rows.map((row) => ({
      sequence: row['sequence'] as number,
      history: parseJson(row['history'] as string) as readonly Json[],
    }));
  }

  events(run: string, from: number, top: number): readonly Pick<JournalRow, 'sequence' | 'event'>[] {
    const id = this.#reading.statement(findRun).get(...splitRunKey(run))?.['id'] as number | undefined;
    if (id === undefined) return [];
    const rows = this.#reading.statement(readEvents).all(id, from, top);
    return rows.map((row) => {
      const sequence = row['sequence'] as number;
      return { sequence, event: parseJson(this.#opened(run, sequence, row['event'] as string | Uint8Array)) };
    });
  }

  #opened(run: string, sequence: number, cell: string | Uint8Array): string {
    return typeof cell === 'string' ? cell : this.#seal.open(cell, journalBinding(run, sequence));
  }

  #journalRow(run: string, row: Row): JournalRow {
    const sequence = row['sequence'] as number;
    const open = (cell: string | Uint8Array): string => this.#opened(run, sequence, cell);
    const snapshot = row['snapshot'] as string | Uint8Array | null;
    return {
      run,
      sequence,
      event: parseJson(open(row['event'] as string | Uint8Array)),
      history: parseJson(row['history'] as string) as readonly Json[],
      ...(snapshot === null ? {} : { snapshot: parseJson(open(snapshot)) }),
    };
  }

  #workflowsIn(scope: string): Row[] {
    const key = armIdKey(scope);
    const [first, last] = key === '/' ? ['/', '0'] : [`${key}/`, `${key}0`];
    return this.#reading.statement(listWorkflows).all(key, first, last);
  }

  #found(workflow: string, id: number, query: RunQuery): readonly FoundRun[] {
    const rows = this.#reading.rows(listRuns(id, query));
    return rows.map((row) => ({ workflow, name: row['name'] as string, row }));
  }
}

interface FoundRun {
  readonly workflow: string;
  readonly name: string;
  readonly row: Row;
}

interface Front {
  readonly key: string;
  readonly names: Iterator<string, void>;
  name: string;
}

/** The next name of each workflow, the foremost first: a binary heap. */
class Fronts {
  readonly #heap: Front[] = [];

  constructor(workflows: readonly { readonly key: string; readonly names: Iterator<string, void> }[]) {
    for (const { key, names } of workflows) {
      const first = names.next();
      if (first.done !== true) this.#heap.push({ key, names, name: first.value });
    }
    // Sorted is also a heap.
    this.#heap.sort((left, right) => (isBefore(left, right) ? -1 : 1));
  }

  take(): { readonly workflow: string; readonly name: string } | undefined {
    const [front] = this.#heap;
    if (front === undefined) return undefined;
    const taken = { workflow: front.key, name: front.name };
    const next = front.names.next();
    if (next.done === true) {
      const last = this.#heap.pop() as Front;
      if (this.#heap.length > 0) this.#sink(last);
    } else {
      front.name = next.value;
      this.#sink(front);
    }
    return taken;
  }

  /** Puts a front in at the top and lets it sink to its place. */
  #sink(front: Front): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Front, heap[below] as Front)) below += 1;
      if (isBefore(front, heap[below] as Front)) break;
      heap[at] = heap[below] as Front;
      at = below;
    }
    heap[at] = front;
  }
}

function isBefore(left: Front, right: Front): boolean {
  return left.name === right.name ? left.key < right.key : left.name < right.name;
}

function runOf({ workflow, name, row }: FoundRun): RunRow {
  return {
    key: `${workflow}/runs/${name}`,
    workflow,
    name,
    status: row['status'] as string,
    startTime: row['start_time'] as number,
    ...(row['end_time'] === null ? {} : { endTime: row['end_time'] as number }),
    clientTrackingId: row['client_tracking_id'] as string,
    ...(row['started_by'] === '' ? {} : { startedBy: row['started_by'] as string }),
    body: objectOf(row['body']),
  };
}
