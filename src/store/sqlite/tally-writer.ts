/**
 * Keeping the counts of the port's `tallies`, beside the rows they count.
 *
 * Owns: the steps of a transaction, added up, and writing them. Does not own: the rows (`write-session.ts`).
 *
 * Invariants
 * TW1. The steps of a transaction are written before it commits, and forgotten when it is undone.
 * TW2. Whoever puts or deletes a row tells it here before the row changes; a row is counted as it is stored.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  addSubjects,
  addTally,
  addRunTally,
  countedCollections,
  countedDocument,
  countedRun,
  deleteSubjects,
  endedRunTallies,
  endedTallies,
} from './statements/tallies.ts';
import type { Cell } from './wire.ts';

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;

/** How many runs are remembered as they were counted; others are looked up. */
const keptRuns = 20_000;

type Steps = Map<string, { readonly cells: readonly Cell[]; count: number }>;

interface CountedRun {
  readonly workflow: number;
  readonly status: string;
  readonly start: number;
}

export class TallyWriter {
  readonly #statements: ReturnType<typeof prepareStatements>;
  /** Collections that have counted documents: only there an old row can have counted. */
  readonly #collections = new Set<string>();
  readonly #tallies: Steps = new Map();
  readonly #subjects: Steps = new Map();
  readonly #runTallies: Steps = new Map();
  readonly #runs = new Map<number, CountedRun>();

  constructor(database: DatabaseSync) {
    this.#statements = prepareStatements(database);
    this.#learnCollections();
  }

  /** A document is put. `cells`: those of `putDocument` in `wire.ts`. */
  documentPut(cells: readonly Cell[]): void {
    const [collection, key, parent, label, time, status, tally, subject] = cells as Cell[];
    this.documentGone(collection as string, key as string);
    if (tally === '') return;
    this.#collections.add(collection as string);
    this.#stepDocument(collection as string, { parent, label, time, status, tally, subject }, 1);
  }

  /** A document is put anew or deleted, if there is one. */
  documentGone(collection: string, key: string): void {
    if (!this.#collections.has(collection)) return;
    const before = this.#statements.document.get(collection, key);
    if (before !== undefined && before['tally'] !== '') this.#stepDocument(collection, before, -1);
  }

  runPut(id: number, run: CountedRun): void {
    if (this.#runs.size >= keptRuns) this.#runs.clear();
    this.#runs.set(id, run);
    this.#stepRun(run, 1);
  }

  /** A run is put anew or deleted. */
  runGone(id: number): void {
    const kept = this.#runs.get(id);
    if (kept !== undefined) {
      this.#runs.delete(id);
      this.#stepRun(kept, -1);
      return;
    }
    const row = this.#statements.run.get(id);
    if (row === undefined) return;
    const { workflow, status, start_time: start } = row;
    this.#stepRun({ workflow: workflow as number, status: status as string, start: start as number }, -1);
  }

  /** TW1. */
  write(): void {
    const { addRunTally: addRun, endedRunTallies: endedRuns } = this.#statements;
    if (applied(this.#runTallies, addRun)) endedRuns.run();
    for (const { cells, count } of this.#subjects.values()) if (count !== 0) this.#writeSubject(cells, count);
    if (applied(this.#tallies, this.#statements.addTally)) this.#statements.endedTallies.run();
    this.#clearSteps();
  }

  /** The transaction is undone. */
  forget(): void {
    this.#clearSteps();
    this.#runs.clear();
    this.#collections.clear();
    this.#learnCollections();
  }

  #learnCollections(): void {
    for (const { collection } of this.#statements.collections.all()) this.#collections.add(collection as string);
  }

  #clearSteps(): void {
    this.#tallies.clear();
    this.#subjects.clear();
    this.#runTallies.clear();
  }

  #stepDocument(collection: string, row: Readonly<Record<string, unknown>>, by: number): void {
    const { parent, label, status, tally, subject } = row as Record<string, string>;
    const time = row['time'] as number;
    const rest = [parent, label, tally, status] as Cell[];
    step(this.#tallies, [collection, 0, 0, ...rest], by);
    step(this.#tallies, [collection, 1, Math.floor(time / hourMilliseconds), ...rest], by);
    step(this.#tallies, [collection, 24, Math.floor(time / dayMilliseconds), ...rest], by);
    if (subject !== '') step(this.#subjects, [collection, subject, parent, label, status] as Cell[], by);
  }

  #stepRun({ workflow, status, start }: CountedRun, by: number): void {
    step(this.#runTallies, [1, Math.floor(start / hourMilliseconds), workflow, status], by);
    step(this.#runTallies, [24, Math.floor(start / dayMilliseconds), workflow, status], by);
  }

  /** A subject that comes with its first document, or goes with its last, is a step of how many there are. */
  #writeSubject(cells: readonly Cell[], count: number): void {
    const now = this.#statements.addSubjects.get(...cells, count)?.['count'] as number;
    const [collection = null, , parent = null, label = null, status = null] = cells;
    const isNew = now === count;
    if (now === 0) this.#statements.deleteSubjects.run(...cells);
    else if (!isNew) return;
    step(this.#tallies, [collection, -1, 0, parent, label, '', status], now === 0 ? -1 : 1);
  }
}

function step(steps: Steps, cells: readonly Cell[], by: number): void {
  const key = cells.join('\n');
  const known = steps.get(key);
  if (known === undefined) steps.set(key, { cells, count: by });
  else known.count += by;
}

/** Writes the steps; whether any went down, so that counts may be zero now. */
function applied(steps: Steps, statement: StatementSync): boolean {
  let isDown = false;
  for (const { cells, count } of steps.values()) {
    if (count === 0) continue;
    statement.run(...cells, count);
    isDown ||= count < 0;
  }
  return isDown;
}

function prepareStatements(database: DatabaseSync) {
  return {
    collections: database.prepare(countedCollections),
    document: database.prepare(countedDocument),
    run: database.prepare(countedRun),
    addTally: database.prepare(addTally),
    addSubjects: database.prepare(addSubjects),
    deleteSubjects: database.prepare(deleteSubjects),
    addRunTally: database.prepare(addRunTally),
    endedTallies: database.prepare(endedTallies),
    endedRunTallies: database.prepare(endedRunTallies),
  };
}
