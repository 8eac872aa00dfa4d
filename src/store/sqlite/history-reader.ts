/**
 * Reads runs and their journals.
 *
 * Owns: merging the lists of several workflows into one page.
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
import { findRun } from './statements/find-run.ts';
import { findWorkflow } from './statements/find-workflow.ts';
import { getRun } from './statements/get-run.ts';
import { lastSnapshot } from './statements/last-snapshot.ts';
import { listRuns } from './statements/list-runs.ts';
import { listWorkflows } from './statements/list-workflows.ts';
import { readJournal } from './statements/read-journal.ts';
import { readRecords } from './statements/read-records.ts';
import { unfinishedRuns } from './statements/unfinished-runs.ts';
import { splitRunKey } from './wire.ts';

export class SqliteHistory implements HistoryStore {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
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
    const pages = this.#workflowsIn(query.scope ?? '/').map((row) =>
      this.#found(row['key'] as string, row['id'] as number, query),
    );
    return mergePages(pages, query.top).map(runOf);
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
    return rows.map((row) => journalRowOf(run, row));
  }

  records(run: string, from: number): readonly Pick<JournalRow, 'sequence' | 'history'>[] {
    const id = this.#reading.statement(findRun).get(...splitRunKey(run))?.['id'] as number | undefined;
    if (id === undefined) return [];
    const rows = this.#reading.statement(readRecords).all(id, from);
    return rows.map((row) => ({
      sequence: row['sequence'] as number,
      history: parseJson(row['history'] as string) as readonly Json[],
    }));
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

/** A row before its body is parsed: only those of the page are. */
interface FoundRun {
  readonly workflow: string;
  readonly name: string;
  readonly row: Row;
}

function mergePages(pages: readonly (readonly FoundRun[])[], top: number): readonly FoundRun[] {
  const all = pages.flat();
  all.sort((left, right) => compareText(left.name, right.name) || compareText(left.workflow, right.workflow));
  return all.slice(0, top);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
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
    body: objectOf(row['body']),
  };
}

function journalRowOf(run: string, row: Row): JournalRow {
  const snapshot = row['snapshot'] as string | null;
  return {
    run,
    sequence: row['sequence'] as number,
    event: parseJson(row['event'] as string),
    history: parseJson(row['history'] as string) as readonly Json[],
    ...(snapshot === null ? {} : { snapshot: parseJson(snapshot) }),
  };
}
