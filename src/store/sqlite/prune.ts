/**
 * Forgetting ended runs by age and size, a slice at a time so that commits are never held up for long.
 *
 * Owns: the order of deletion. Does not own: how long and how much is kept (`#service`).
 *
 * Invariants
 * R1. A blob goes with the last run it was put for. One that was put for no run goes when it was last put before the time
 *     runs are kept from, and every run that began before that is gone.
 * R2. A run that has not ended is never pruned, whatever its age and size.
 * R3. The oldest runs of a workflow go first; for the limit of the whole store the oldest of all.
 */
import type { DatabaseSync } from 'node:sqlite';
import { deleteBlobs } from './statements/delete-blobs.ts';
import { deleteJournalPart } from './statements/delete-journal-part.ts';
import { firstEndedRuns } from './statements/first-ended-runs.ts';
import { growWorkflow } from './statements/grow-workflow.ts';
import { oldestEndedRuns } from './statements/oldest-ended-runs.ts';
import { oldestJournal } from './statements/oldest-journal.ts';
import { workflowsAfter } from './statements/workflows-after.ts';
import type { WriteSession } from './write-session.ts';

/** Upper bounds of one slice; measured at 10 to 30 ms. */
const sliceRuns = 500;
const sliceRows = 4_000;
const sliceBlobs = 200;
const slicePages = 500;
const sliceWorkflows = 500;
/** What a run takes beside its journal and blobs: its row and index entries. */
const bytesBesides = 1_000;

/** What is kept; times in milliseconds since the epoch, sizes in bytes. */
export interface PrunePlan {
  /** Ended runs that started before go. */
  readonly olderThan: number;
  /** By workflow key: other times, and how much its ended runs may hold. */
  readonly workflows?: Readonly<Record<string, { readonly olderThan?: number; readonly bytes?: number }>>;
  /** How much of the database file may be in use. */
  readonly bytes?: number;
}

/** Where the next slice goes on: behind a workflow, with the store as a whole, or with giving back space. */
export type PrunePosition =
  | { readonly of: 'workflows'; readonly after: number }
  | { readonly of: 'store' | 'blobs' | 'space' };

export const startOfPruning: PrunePosition = { of: 'workflows', after: 0 };

export interface PruneSlice {
  readonly runs: number;
  readonly blobs: number;
  /** Absent when everything is done. */
  readonly next?: PrunePosition;
}

/** Deletes one slice of runs or blobs, or gives back one slice of space. */
export function pruneSlice(
  database: DatabaseSync,
  session: WriteSession,
  plan: PrunePlan,
  from: PrunePosition,
): PruneSlice {
  if (from.of === 'space') {
    return { runs: 0, blobs: 0, ...(giveBackSpace(database) ? { next: { of: 'space' } } : {}) };
  }
  const slice = new Slice(database, session, plan);
  let next: PrunePosition = from;
  session.transaction(() => {
    if (from.of === 'workflows') next = slice.workflows(from.after);
    else if (from.of === 'store') next = slice.store();
    else next = slice.looseBlobs();
  });
  if (slice.runs > 0) session.forget();
  return { runs: slice.runs, blobs: slice.blobs, next };
}

interface EndedRun {
  readonly id: number;
  readonly workflow: number;
  readonly bytes: number;
}

class Slice {
  runs = 0;
  blobs = 0;
  #rowsLeft = sliceRows;
  readonly #database: DatabaseSync;
  readonly #session: WriteSession;
  readonly #plan: PrunePlan;

  constructor(database: DatabaseSync, session: WriteSession, plan: PrunePlan) {
    this.#database = database;
    this.#session = session;
    this.#plan = plan;
  }

  get #isFull(): boolean {
    return this.runs >= sliceRuns || this.#rowsLeft <= 0;
  }

  workflows(after: number): PrunePosition {
    const rows = this.#database.prepare(workflowsAfter).all(after, sliceWorkflows);
    let done = after;
    for (const row of rows) {
      const id = row['id'] as number;
      this.#workflow(id, row['key'] as string, row['bytes'] as number);
      if (this.#isFull) return { of: 'workflows', after: done };
      done = id;
    }
    return rows.length < sliceWorkflows ? { of: 'store' } : { of: 'workflows', after: done };
  }

  #workflow(id: number, key: string, bytes: number): void {
    const own = this.#plan.workflows?.[key];
    const olderThan = own?.olderThan ?? this.#plan.olderThan;
    let tooMuch = own?.bytes === undefined ? 0 : bytes - own.bytes;
    for (const run of this.#database.prepare(oldestEndedRuns).all(id, sliceRuns - this.runs)) {
      const isOld = (run['start_time'] as number) < olderThan;
      if (!isOld && tooMuch <= 0) return;
      const size = run['bytes'] as number;
      if (!this.#delete({ id: run['id'] as number, workflow: id, bytes: size })) return;
      tooMuch -= size;
    }
  }

  /** Deletes the first runs of all until the store is within its limit. */
  store(): PrunePosition {
    const limit = this.#plan.bytes;
    if (limit === undefined) return { of: 'blobs' };
    let tooMuch = bytesInUse(this.#database) - limit;
    if (tooMuch <= 0) return { of: 'blobs' };
    const rows = this.#database.prepare(firstEndedRuns).all(sliceRuns);
    if (rows.length === 0) return { of: 'blobs' };
    for (const row of rows) {
      const run = { id: row['id'] as number, workflow: row['workflow'] as number, bytes: row['bytes'] as number };
      if (tooMuch <= 0 || !this.#delete(run)) break;
      tooMuch -= run.bytes + bytesBesides;
    }
    return { of: 'store' };
  }

  /** True when the run is gone; false when the slice is full and the run will be found again. */
  #delete({ id, workflow, bytes }: EndedRun): boolean {
    if (this.#isFull) return false;
    this.#rowsLeft -= Number(this.#database.prepare(deleteJournalPart).run(id, this.#rowsLeft).changes);
    // The run's row goes last: while rows are left, the next slice finds the run again.
    if (this.#rowsLeft <= 0) return false;
    this.blobs += this.#session.deleteBlobsOf(id);
    this.#session.deleteRow(id);
    this.#database.prepare(growWorkflow).run(-bytes, workflow);
    this.runs += 1;
    return true;
  }

  looseBlobs(): PrunePosition {
    const oldest = this.#database.prepare(oldestJournal).get()?.['id'] ?? Number.MAX_SAFE_INTEGER;
    const statement = this.#database.prepare(deleteBlobs);
    this.blobs += Number(statement.run(oldest, this.#plan.olderThan, sliceBlobs).changes);
    return this.blobs > 0 ? { of: 'blobs' } : { of: 'space' };
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}

function bytesInUse(database: DatabaseSync): number {
  return (pragma(database, 'page_count') - pragma(database, 'freelist_count')) * pragma(database, 'page_size');
}

/** Shortens the file by some free pages; true while there are more. At the end the log is copied into it and emptied. */
function giveBackSpace(database: DatabaseSync): boolean {
  const free = pragma(database, 'freelist_count');
  if (free === 0) return false;
  database.exec(`PRAGMA incremental_vacuum(${slicePages})`);
  if (free > slicePages) return true;
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return false;
}
