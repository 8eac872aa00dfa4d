/** Checking a database file's pages, and the refusal of a damaged one. */
import type { DatabaseSync } from 'node:sqlite';
import { Fault, raise, TocsinError } from '#foundation';

/** @throws TocsinError `StoreDamaged` with the first finding. */
export function checkPages(database: DatabaseSync, check: 'quick_check' | 'integrity_check'): void {
  const finding = database.prepare(`PRAGMA ${check}(1)`).get()?.[check];
  if (finding !== 'ok') raise('StoreDamaged', `The database is damaged: ${String(finding)}.`);
}

export function damaged(file: string, error: unknown): TocsinError {
  const message = error instanceof Error ? error.message : String(error);
  return new TocsinError(new Fault('StoreDamaged', `The database ${file} cannot be opened: ${message}.`), error);
}
