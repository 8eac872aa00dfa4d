/**
 * The store as ports: durable rows, one atomic commit, reads. Shapes only; no rule of the domain lives here.
 *
 * Owns: `Store`, its readers, and `Write`, the vocabulary of one commit.
 * Does not own: the implementations (`#store`) nor what the documents mean (`#service`).
 *
 * Invariants
 * S1. `commit` is atomic and durable: when its promise resolves every write of the call survives a crash, else none does.
 * S2. Commits are applied in the order they were asked for; a read started after a commit resolved sees it.
 * S3. Readers are synchronous and never see a part of a commit.
 * S4. Blob keys are the content's hash, so writing a blob twice is harmless.
 * S5. A run refers only to blobs put in or after the commit of its first journal row, each put naming the run: a blob goes
 *     with the last run that it was put for.
 * S6. What is marked secret is sealed before it reaches the disk.
 */
import type { Json, JsonObject } from './json.ts';
import type { LogReader, LogWrite } from './log-rows.ts';
import type { PolicyRecordReader, PolicyRecordWrite } from './policy-records.ts';
import type { DocumentTally, TallyReader } from './tallies.ts';

// --- Resources: ARM documents -----------------------------------------------------------------------------------

/** One ARM resource, subscription or group. `secrets` never leaves the server; the store keeps it encrypted. */
export interface ResourceDocument {
  /** Full id, case as first stored; the key is its lower case (`armIdKey`). */
  readonly id: string;
  /** Full type, canonical case: `Microsoft.Logic/workflows`. */
  readonly type: string;
  readonly name: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  /** The document as the owner of the type stores it (`properties`, `tags`, `identity`, …). */
  readonly body: JsonObject;
  readonly secrets?: JsonObject;
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly createdTime: number;
  readonly changedTime: number;
}

export interface ResourceQuery {
  /** Canonical type; absent means every type. Ignores case. */
  readonly type?: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** Ids at or below this scope. */
  readonly scope?: string;
  /** Resources whose names contain this text, in any case. */
  readonly named?: string;
  /** Return at most this many, ordered by id key. */
  readonly top?: number;
  /** Continue behind this id key. */
  readonly after?: string;
}

/** Which resource it is and where, without what it holds. */
export type ResourceEntry = Omit<ResourceDocument, 'body' | 'secrets' | 'etag' | 'createdTime' | 'changedTime'>;

export interface ResourceReader {
  get(id: string): ResourceDocument | undefined;
  list(query: ResourceQuery): readonly ResourceDocument[];
  /** The same list where nobody looks at what resources hold: no body is read. */
  entries(query: ResourceQuery): readonly ResourceEntry[];
}

// --- Documents: everything else that is small and keyed ---------------------------------------------------------

/** A keyed document of a named collection (alerts, deliveries, outbox, deployments, principals, …). */
export interface StoredDocument {
  readonly collection: string;
  readonly key: string;
  /** What it is listed under: a subscription id, an automation's id key, … */
  readonly parent: string;
  /** What it is also listed under within its parent: a resource group. Absent when nothing. */
  readonly label?: string;
  /** What it is counted by beside its state (a severity, a kind); documents without one are not counted (`tallies.ts`). */
  readonly tally?: string;
  /** What it is about, where it is asked how many different ones there are; goes with `tally`. */
  readonly subject?: string;
  /** Milliseconds since the epoch; lists run newest first. */
  readonly time: number;
  /** A short state for filters (`Active`, `Failed`), empty when none. */
  readonly status: string;
  readonly body: JsonObject;
  readonly secrets?: JsonObject;
}

export interface DocumentQuery {
  readonly collection: string;
  readonly parent?: string;
  /** Of those with this label; goes with `parent`. */
  readonly label?: string;
  readonly status?: string;
  /** Of those counted by this; quick together with `status`. */
  readonly tally?: string;
  /** Keys that lie below this one: below `/a` is `/a/b`, neither `/a` nor `/ab`. */
  readonly below?: string;
  readonly from?: number;
  readonly to?: number;
  /** At most this many, newest first. */
  readonly top?: number;
  /** Turns the order of a list around: oldest first, equal times by key from the first. */
  readonly oldestFirst?: boolean;
  /** In the order of keys instead, those behind this one; empty is from the first. Goes with `below`, not with `after`. */
  readonly behindKey?: string;
  /** In the order of a text of the body instead, or those of one such text. */
  readonly by?: MemberOrder;
  /** Continue behind this position (that of the last document seen); `value`: its text, with `by`. */
  readonly after?: { readonly time: number; readonly key: string; readonly value?: string };
}

/**
 * Documents by a text in their bodies, in lower case (A to Z), its first 256 characters; those without it have the empty text. Equal texts come newest
 * first; `descending` turns the whole order around.
 */
export interface MemberOrder {
  /** Where the text is: the first of these that is there (`event.AlertType`). */
  readonly members: readonly string[];
  readonly descending?: boolean;
  /** Only those with this text, newest first. Quick for alerts by title, resource, type and start. */
  readonly equals?: string;
  /** Only those with one of these states, or counted by one of these. */
  readonly statuses?: readonly string[];
  readonly tallies?: readonly string[];
}

/** Documents of one text, by the states and places that they are counted by. */
export interface DocumentGroup {
  readonly value: string;
  readonly counts: readonly DocumentTally[];
}

export interface DocumentReader {
  get(collection: string, key: string): StoredDocument | undefined;
  list(query: DocumentQuery): readonly StoredDocument[];
  count(query: DocumentQuery): number;
  /** The next texts behind `behind`, at most `top`, with how many documents have each; none when there are no more. */
  groups(query: DocumentGroupQuery): readonly DocumentGroup[];
}

export interface DocumentGroupQuery {
  readonly collection: string;
  readonly by: Pick<MemberOrder, 'members'>;
  readonly behind?: string;
  readonly top: number;
}

// --- Runs and their journal -------------------------------------------------------------------------------------

/** One row per run: what lists and filters need. Details are in the journal. */
export interface RunRow {
  /** Key: lower-case workflow id, then `/runs/`, then the run's name. */
  readonly key: string;
  /** Lower-case id of the workflow. */
  readonly workflow: string;
  /** Run name: sorts newest first as text. */
  readonly name: string;
  readonly status: string;
  readonly startTime: number;
  /** Absent until nothing more can happen in the run, which may be later than the end its record shows. */
  readonly endTime?: number;
  readonly clientTrackingId: string;
  /** The kind of what started it, for filters; absent in runs of earlier versions. Never changes. */
  readonly startedBy?: string;
  /** The run's REST `properties`, links left out. */
  readonly body: JsonObject;
}

export interface RunQuery {
  readonly workflow?: string;
  /** Workflows below this scope, when `workflow` is absent. */
  readonly scope?: string;
  readonly status?: string;
  readonly startTimeFrom?: number;
  readonly startTimeTo?: number;
  readonly clientTrackingId?: string;
  readonly startedBy?: string;
  readonly top: number;
  /** Continue behind this run name. */
  readonly after?: string;
  /** No name behind this one. */
  readonly until?: string;
}

/** One committed step of one run: the event that caused it and the history it produced. */
export interface JournalRow {
  /** The run's key. */
  readonly run: string;
  /** Counts from 0 without gaps within a run. */
  readonly sequence: number;
  /** The engine's event, as plain JSON. */
  readonly event: Json;
  /** The engine's history records of the step, in order. */
  readonly history: readonly Json[];
  /** The run's whole state after the step, kept now and then so that replay is short. */
  readonly snapshot?: Json;
  /** Seal event and snapshot (S6); the history is what people see, and holds nothing hidden. Not told when read back. */
  readonly secret?: boolean;
}

export interface HistoryStore {
  run(key: string): RunRow | undefined;
  runs(query: RunQuery): readonly RunRow[];
  /** Keys of the runs without `endTime`, oldest first. */
  unfinished(): readonly string[];
  /**
   * The journal of one run in order; with `fromSnapshot`, only from its last snapshot on (that row included); with `top`,
   * only so many rows.
   */
  journal(run: string, options?: { readonly fromSnapshot?: boolean; readonly top?: number }): readonly JournalRow[];
  /** The history alone, from a sequence on, at most `top` rows: neither events nor snapshots are read. */
  records(run: string, from: number, top: number): readonly Pick<JournalRow, 'sequence' | 'history'>[];
  /** The events alone, from a sequence on, at most `top` rows. */
  events(run: string, from: number, top: number): readonly Pick<JournalRow, 'sequence' | 'event'>[];
}

// --- Blobs ------------------------------------------------------------------------------------------------------

export interface BlobStore {
  /** The bytes of a blob, or undefined when there is none. */
  read(hash: string): Uint8Array | undefined;
}

// --- One commit -------------------------------------------------------------------------------------------------

export type Write =
  | PolicyRecordWrite
  | LogWrite
  | { readonly kind: 'putResource'; readonly resource: ResourceDocument }
  | { readonly kind: 'deleteResource'; readonly id: string }
  | { readonly kind: 'putDocument'; readonly document: StoredDocument }
  | { readonly kind: 'deleteDocument'; readonly collection: string; readonly key: string }
  | { readonly kind: 'putRun'; readonly run: RunRow }
  | { readonly kind: 'deleteRun'; readonly key: string }
  | { readonly kind: 'appendJournal'; readonly row: JournalRow }
  | {
      readonly kind: 'putBlob';
      readonly hash: string;
      readonly bytes: Uint8Array;
      /** The key of the run that refers to it, whose row is in the store or in the same commit. */
      readonly run?: string;
      readonly secret?: boolean;
    };

export interface Store {
  readonly resources: ResourceReader;
  readonly documents: DocumentReader;
  readonly history: HistoryStore;
  readonly blobs: BlobStore;
  readonly policyRecords: PolicyRecordReader;
  readonly logs: LogReader;
  readonly tallies: TallyReader;
  /** Applies all writes or none; resolves when they are durable (S1). */
  commit(writes: readonly Write[]): Promise<void>;
  /** Waits for commits under way, then releases files and threads. */
  close(): Promise<void>;
}
