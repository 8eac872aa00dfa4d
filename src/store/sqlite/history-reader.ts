/**
 * Reads runs and their journals.
 *
 * Owns: choosing the index of a list, merging the lists of several workflows into one page.
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
import { listRuns, probeRuns } from './statements/list-runs.ts';
import { listWorkflows } from './statements/list-workflows.ts';
import { readJournal } from './statements/read-journal.ts';
import { unfinishedRuns } from './statements/unfinished-runs.ts';
import { splitRunKey } from './wire.ts';

/** A time range of fewer runs is read whole and sorted; a wider one is read in order of names. */
const narrowRange = 20_000;

export class SqliteHistory implements HistoryStore {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  run(key: string): RunRow | undefined {
    const [workflow, name] = splitRunKey(key);
    const row = this.#reading.statement(getRun).get(workflow, name);
    return row === undefined ? undefined : runOf(workflow, row);
  }

  runs(query: RunQuery): readonly RunRow[] {
    if (query.workflow !== undefined) {
      const id = this.#reading.statement(findWorkflow).get(query.workflow)?.['id'] as number | undefined;
      return id === undefined ? [] : this.#runsOf(query.workflow, id, query);
    }
    const pages = this.#workflowsIn(query.scope ?? '/').map((row) =>
      this.#runsOf(row['key'] as string, row['id'] as number, query),
    );
    return pages.length === 1 && pages[0] !== undefined ? pages[0] : mergePages(pages, query.top);
  }

  unfinished(): readonly string[] {
    const rows = this.#reading.statement(unfinishedRuns).all();
    return rows.map((row) => `${row['workflow'] as string}/runs/${row['name'] as string}`);
  }

  journal(run: string, options: { readonly fromSnapshot?: boolean } = {}): readonly JournalRow[] {
    const id = this.#reading.statement(findRun).get(...splitRunKey(run))?.['id'] as number | undefined;
    if (id === undefined) return [];
    const from =
      options.fromSnapshot === true ? this.#reading.statement(lastSnapshot).get(id)?.['sequence'] : undefined;
    const rows = this.#reading.statement(readJournal).all(id, (from as number | null | undefined) ?? 0);
    return rows.map((row) => journalRowOf(run, row));
  }

  #workflowsIn(scope: string): Row[] {
    const key = armIdKey(scope);
    const [first, last] = key === '/' ? ['/', '0'] : [`${key}/`, `${key}0`];
    return this.#reading.statement(listWorkflows).all(key, first, last);
  }

  #runsOf(workflow: string, id: number, query: RunQuery): readonly RunRow[] {
    return this.#reading.rows(listRuns(id, query, this.#prefersTime(id, query))).map((row) => runOf(workflow, row));
  }

  #prefersTime(id: number, query: RunQuery): boolean {
    if (query.startTimeTo !== undefined) return true;
    if (query.startTimeFrom === undefined) return false;
    return this.#reading.count(probeRuns(id, query, narrowRange)) < narrowRange;
  }
}

function mergePages(pages: readonly (readonly RunRow[])[], top: number): readonly RunRow[] {
  const all = pages.flat();
  all.sort((left, right) => compareText(left.name, right.name) || compareText(left.workflow, right.workflow));
  return all.slice(0, top);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function runOf(workflow: string, row: Row): RunRow {
  const name = row['name'] as string;
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
