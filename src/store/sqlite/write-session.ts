/**
 * Applying commits to the one connection that writes.
 *
 * Owns: group commits, the numbers of workflows and runs, pruning. Does not own: the thread (`writer.ts`).
 *
 * Invariants
 * N4. All calls of a group share a transaction; when one fails, the group is undone and its calls are applied one by one,
 *     so that a bad call fails alone and the order is kept.
 * N5. Journal rows belong to runs that exist; sequences do not repeat within a run.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LogWriter } from './log-writer.ts';
import { addRun } from './statements/add-run.ts';
import { addWorkflow } from './statements/add-workflow.ts';
import { appendJournal } from './statements/append-journal.ts';
import { blobsOfRun } from './statements/blobs-of-run.ts';
import { changeRun } from './statements/change-run.ts';
import { deleteBlobUses } from './statements/delete-blob-uses.ts';
import { deleteDocument } from './statements/delete-document.ts';
import { deleteJournal } from './statements/delete-journal.ts';
import { deleteResource } from './statements/delete-resource.ts';
import { deleteRun } from './statements/delete-run.ts';
import { deleteUnusedBlob } from './statements/delete-unused-blob.ts';
import { endPolicyState, endPolicyStatesBelow, endPolicyStatesOf } from './statements/end-policy-states.ts';
import { findRun } from './statements/find-run.ts';
import { findWorkflow } from './statements/find-workflow.ts';
import { forgetPolicyRecords } from './statements/forget-policy-records.ts';
import { growRun } from './statements/grow-run.ts';
import { growWorkflow } from './statements/grow-workflow.ts';
import { newestJournal } from './statements/newest-journal.ts';
import { putBlob } from './statements/put-blob.ts';
import { putBlobUse } from './statements/put-blob-use.ts';
import { putDocument } from './statements/put-document.ts';
import { putPolicyEvent } from './statements/put-policy-event.ts';
import { putPolicyState } from './statements/put-policy-state.ts';
import { putResource } from './statements/put-resource.ts';
import { restampRun } from './statements/restamp-run.ts';
import { TallyWriter } from './tally-writer.ts';
import { type Call, type Cell, operations, splitRunKey } from './wire.ts';

export interface CallFailure {
  readonly id: number;
  readonly message: string;
  /** The call breaks a rule of the tables and would fail again; else the disk was the reason. */
  readonly refused: boolean;
}

/** How many run and workflow numbers are kept; beyond it they are looked up again. */
const keptNumbers = 100_000;

export class WriteSession {
  readonly #database: DatabaseSync;
  readonly #simple: readonly (StatementSync | undefined)[];
  readonly #widths: readonly number[];
  readonly #logs: LogWriter;
  readonly #tallies: TallyWriter;
  readonly #statements: ReturnType<typeof prepareRunStatements>;
  readonly #workflows = new Map<string, number>();
  readonly #runs = new Map<string, number>();
  #newestJournal: number;
  /** Bytes written for runs that have not been noted yet, by run number. */
  readonly #grown = new Map<number, number>();
  /** Runs that ended in the transaction under way, with their workflow's number. */
  readonly #ended = new Map<number, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    const simple: (StatementSync | undefined)[] = [];
    simple[operations.putResource.number] = database.prepare(putResource);
    simple[operations.deleteResource.number] = database.prepare(deleteResource);
    simple[operations.putDocument.number] = database.prepare(putDocument);
    simple[operations.deleteDocument.number] = database.prepare(deleteDocument);
    simple[operations.putPolicyState.number] = database.prepare(putPolicyState);
    simple[operations.putPolicyEvent.number] = database.prepare(putPolicyEvent);
    simple[operations.endPolicyState.number] = database.prepare(endPolicyState);
    simple[operations.endPolicyStatesBelow.number] = database.prepare(endPolicyStatesBelow);
    simple[operations.endPolicyStatesOf.number] = database.prepare(endPolicyStatesOf);
    simple[operations.forgetPolicyRecords.number] = database.prepare(forgetPolicyRecords);
    this.#simple = simple;
    const widths: number[] = [];
    for (const { number, cells } of Object.values(operations)) widths[number] = cells;
    this.#widths = widths;
    this.#statements = prepareRunStatements(database);
    this.#logs = new LogWriter(database);
    this.#tallies = new TallyWriter(database);
    this.#newestJournal = Number(database.prepare(newestJournal).get()?.['id'] ?? 0);
  }

  /** Applies the calls in order (N4); answers those that failed and changed nothing. */
  apply(calls: readonly Call[]): CallFailure[] {
    try {
      this.transaction(() => {
        for (const call of calls) this.#applyCall(call);
      });
      return [];
    } catch (error) {
      const [only, ...others] = calls;
      if (only === undefined) return [];
      if (others.length === 0) return [failureOf(only[0] as number, error)];
      return calls.flatMap((call) => this.apply([call]));
    }
  }

  /** Runs `work` in one transaction; undone when it throws. */
  transaction(work: () => void): void {
    const newest = this.#newestJournal;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#noteGrowth();
      this.#tallies.write();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.forget();
      this.#tallies.forget();
      // What is retried would be counted twice.
      this.#grown.clear();
      this.#ended.clear();
      this.#newestJournal = newest;
      throw error;
    }
  }

  /** Forgets kept numbers; after rows went without this session's calls. */
  forget(): void {
    this.#logs.forget();
    this.#workflows.clear();
    this.#runs.clear();
  }

  #applyCall(call: Call): void {
    let at = 1;
    while (at < call.length) {
      const operation = call[at] as number;
      const end = at + 1 + (this.#widths[operation] as number);
      this.#applyOperation(operation, call, at + 1, end);
      at = end;
    }
  }

  #applyOperation(operation: number, call: Call, from: number, end: number): void {
    switch (operation) {
      case operations.appendJournal.number:
        return this.#appendJournal(call, from);
      case operations.putRun.number:
        return this.#putRun(call, from);
      case operations.deleteRun.number:
        return this.#deleteRun(call[from] as string, call[from + 1] as string);
      case operations.putBlob.number:
        return this.#putBlob(call, from);
      case operations.putLogTable.number:
        return this.#logs.putTable(call.slice(from, end));
      case operations.deleteLogTable.number:
        return this.#logs.deleteTable(call.slice(from, end));
      case operations.appendLogRows.number:
        return this.#logs.append(call.slice(from, end));
      case operations.forgetLogRows.number:
        return this.#logs.forgetRows(call.slice(from, end));
      case operations.putDocument.number: {
        const cells = call.slice(from, end);
        this.#tallies.documentPut(cells);
        this.#simple[operation]?.run(...cells);
        return;
      }
      case operations.deleteDocument.number:
        this.#tallies.documentGone(call[from] as string, call[from + 1] as string);
        this.#simple[operation]?.run(...call.slice(from, end));
        return;
      default:
        this.#simple[operation]?.run(...call.slice(from, end));
    }
  }

  #appendJournal(call: Call, from: number): void {
    const key = call[from] as string;
    const run = this.#runNumber(key, splitRunKey);
    if (run === undefined) throw new RefusedCall(`There is no run '${key}'.`);
    const added = this.#statements.appendJournal.run(
      run,
      call[from + 1] as Cell,
      call[from + 2] as Cell,
      call[from + 3] as Cell,
      call[from + 4] as Cell,
    );
    this.#newestJournal = added.lastInsertRowid as number;
    this.#grow(run, sizeOf(call[from + 2]) + sizeOf(call[from + 3]) + sizeOf(call[from + 4]));
  }

  #putBlob(call: Call, from: number): void {
    const [key, hash, bytes, sealed, time] = call.slice(from, from + 5) as [Cell, Cell, Cell, Cell, Cell];
    this.#statements.putBlob.run(hash, bytes, sealed, time, this.#newestJournal);
    if (key === null) return;
    const run = this.#runNumber(key as string, splitRunKey);
    if (run === undefined) throw new RefusedCall(`There is no run '${String(key)}'.`);
    this.#statements.putBlobUse.run(hash, run);
    this.#grow(run, sizeOf(bytes));
  }

  #grow(run: number, bytes: number): void {
    keep(this.#grown, run, (this.#grown.get(run) ?? 0) + bytes);
  }

  /** Retention by bytes looks at ended runs only, so that one statement a run is enough. */
  #noteGrowth(): void {
    if (this.#ended.size === 0) return;
    const byWorkflow = new Map<number, number>();
    for (const [run, workflow] of this.#ended) {
      const bytes = this.#grown.get(run) ?? 0;
      this.#grown.delete(run);
      this.#statements.growRun.run(bytes, run);
      byWorkflow.set(workflow, (byWorkflow.get(workflow) ?? 0) + bytes);
    }
    for (const [workflow, bytes] of byWorkflow) this.#statements.growWorkflow.run(bytes, workflow);
    this.#ended.clear();
  }

  #putRun(call: Call, from: number): void {
    const row = call.slice(from, from + 8) as [string, ...Cell[]];
    const [workflow, name, status, start, end, tracking, startedBy, body] = row;
    const key = `${workflow}/runs/${String(name)}`;
    const run = this.#runNumber(key, () => [workflow, name as string]);
    if (run === undefined) {
      const values = [name, status, start, end, tracking, startedBy, body] as Cell[];
      const number = this.#workflowNumber(workflow);
      const added = this.#statements.addRun.run(number, ...values).lastInsertRowid as number;
      keep(this.#runs, key, added);
      this.#tallies.runPut(added, { workflow: number, status: status as string, start: start as number });
      if (end !== null) this.#ended.set(added, number);
      return;
    }
    this.#tallies.runGone(run);
    const number = this.#workflowNumber(workflow);
    this.#tallies.runPut(run, { workflow: number, status: status as string, start: start as number });
    this.#statements.changeRun.run(status as Cell, end as Cell, body as Cell, run);
    this.#statements.restampRun.run(start as Cell, tracking as Cell, run);
    if (end !== null) this.#ended.set(run, number);
  }

  #deleteRun(workflow: string, name: string): void {
    const key = `${workflow}/runs/${name}`;
    const run = this.#runNumber(key, () => [workflow, name]);
    if (run === undefined) return;
    this.#runs.delete(key);
    this.#grown.delete(run);
    this.#ended.delete(run);
    this.deleteBlobsOf(run);
    this.#statements.deleteJournal.run(run);
    this.deleteRow(run);
  }

  /** Deletes the row of a run whose journal is gone. */
  deleteRow(run: number): void {
    this.#tallies.runGone(run);
    this.#statements.deleteRun.run(run);
  }

  /** Deletes the blobs that this run alone refers to; answers how many. */
  deleteBlobsOf(run: number): number {
    const hashes = this.#statements.blobsOfRun.all(run);
    if (hashes.length === 0) return 0;
    this.#statements.deleteBlobUses.run(run);
    let deleted = 0;
    for (const { hash } of hashes) deleted += Number(this.#statements.deleteUnusedBlob.run(hash as string).changes);
    return deleted;
  }

  #runNumber(key: string, split: (key: string) => readonly [string, string]): number | undefined {
    const kept = this.#runs.get(key);
    if (kept !== undefined) return kept;
    const found = this.#statements.findRun.get(...split(key))?.['id'] as number | undefined;
    if (found !== undefined) keep(this.#runs, key, found);
    return found;
  }

  #workflowNumber(key: string): number {
    const kept = this.#workflows.get(key);
    if (kept !== undefined) return kept;
    const found = this.#statements.findWorkflow.get(key)?.['id'] as number | undefined;
    const number = found ?? (this.#statements.addWorkflow.run(key).lastInsertRowid as number);
    keep(this.#workflows, key, number);
    return number;
  }
}

function sizeOf(cell: Cell | undefined): number {
  return typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 0;
}

function keep<K>(numbers: Map<K, number>, key: K, number: number): void {
  if (numbers.size >= keptNumbers) numbers.clear();
  numbers.set(key, number);
}

function prepareRunStatements(database: DatabaseSync) {
  return {
    findWorkflow: database.prepare(findWorkflow),
    addWorkflow: database.prepare(addWorkflow),
    findRun: database.prepare(findRun),
    addRun: database.prepare(addRun),
    changeRun: database.prepare(changeRun),
    restampRun: database.prepare(restampRun),
    deleteRun: database.prepare(deleteRun),
    deleteJournal: database.prepare(deleteJournal),
    appendJournal: database.prepare(appendJournal),
    putBlob: database.prepare(putBlob),
    putBlobUse: database.prepare(putBlobUse),
    blobsOfRun: database.prepare(blobsOfRun),
    deleteBlobUses: database.prepare(deleteBlobUses),
    deleteUnusedBlob: database.prepare(deleteUnusedBlob),
    growRun: database.prepare(growRun),
    growWorkflow: database.prepare(growWorkflow),
  };
}

class RefusedCall extends Error {}

const sqliteConstraint = 19;

function failureOf(id: number, error: unknown): CallFailure {
  const breaksConstraint =
    error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === sqliteConstraint;
  return { id, message: messageOf(error), refused: breaksConstraint || error instanceof RefusedCall };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
