/**
 * Forgetting ended runs after their retention, a slice at a time so that commits are never held up for long.
 *
 * Owns: the order of deletion. Does not own: how long runs are kept (`#service`).
 *
 * Invariants
 * R1. A blob goes only when it was last put before the time runs are kept from, and every run that began before that is
 *     gone: runs refer only to blobs put in or after the commit of their first journal row, documents that are listed
 *     beside runs are kept no longer than these.
 * R2. A run that has not ended is never pruned, whatever its age.
 */
import type { DatabaseSync } from 'node:sqlite';
import { deleteBlobs } from './statements/delete-blobs.ts';
import { deleteJournalPart } from './statements/delete-journal-part.ts';
import { deleteRun } from './statements/delete-run.ts';
import { expiredRuns } from './statements/expired-runs.ts';
import { oldestJournal } from './statements/oldest-journal.ts';
import type { WriteSession } from './write-session.ts';

/** Upper bounds of one slice; measured at 10 to 30 ms. */
const sliceRuns = 500;
const sliceRows = 4_000;
const sliceBlobs = 200;
const slicePages = 500;

export interface PruneSlice {
  readonly runs: number;
  readonly blobs: number;
  /** True when there is more to prune or to give back. */
  readonly more: boolean;
}

/** Deletes one slice of the ended runs that started before `olderThan` (milliseconds), or gives back one slice of space. */
export function pruneSlice(database: DatabaseSync, session: WriteSession, olderThan: number): PruneSlice {
  let runs = 0;
  let blobs = 0;
  let rowsLeft = sliceRows;
  let expired = 0;
  session.transaction(() => {
    const found = database.prepare(expiredRuns).all(olderThan, sliceRuns);
    expired = found.length;
    for (const { id } of found) {
      if (rowsLeft <= 0) break;
      const rows = Number(database.prepare(deleteJournalPart).run(id as number, rowsLeft).changes);
      rowsLeft -= rows;
      // The run's row goes last: while rows are left, the next slice finds the run again.
      if (rowsLeft <= 0) break;
      database.prepare(deleteRun).run(id as number);
      runs += 1;
    }
    if (expired === 0) blobs = deleteUnusedBlobs(database, olderThan);
  });
  if (runs > 0) session.forget();
  if (expired > 0 || blobs > 0) return { runs, blobs, more: true };
  return { runs, blobs, more: giveBackSpace(database) };
}

function deleteUnusedBlobs(database: DatabaseSync, olderThan: number): number {
  const oldest = database.prepare(oldestJournal).get()?.['id'] ?? Number.MAX_SAFE_INTEGER;
  return Number(database.prepare(deleteBlobs).run(oldest, olderThan, sliceBlobs).changes);
}

/** Shortens the file by some free pages; true while there are more. */
function giveBackSpace(database: DatabaseSync): boolean {
  const free = Number(database.prepare('PRAGMA freelist_count').get()?.['freelist_count'] ?? 0);
  if (free === 0) return false;
  database.exec(`PRAGMA incremental_vacuum(${slicePages})`);
  return free > slicePages;
}
