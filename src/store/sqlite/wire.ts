/**
 * How a commit travels to the writer's thread: one flat list of primitives per call.
 *
 * Owns: the operations, their cells, and turning writes into cells.
 * Does not own: SQL (`statements/`), carrying the calls (`writer-client.ts`), applying them (`write-session.ts`).
 * The road not taken, measured with rows of 1.6 KB: one list of primitives costs 0.6 µs a row to build and post and 1.8 µs
 * to receive; objects 1.7 and 2.7; one JSON text 2.6 and 2.4; bytes in a transferred buffer 0.4 and 0.1, but those would
 * have to be stored as BLOBs, and a journal that people can read with any SQLite shell is worth the difference.
 *
 * Invariants
 * N1. A call is `[id, operation, …cells, operation, …cells]`; each operation has a fixed number of cells.
 * N2. Blobs come last in a call: the journal number noted with a blob covers the rows of its own commit.
 * N3. Secrets are sealed before they leave the main thread's hands as cells.
 */
import {
  armIdKey,
  type JournalRow,
  type JsonObject,
  type LogWrite,
  type PolicyRecord,
  type PolicyRecordKey,
  type PolicyRecordWrite,
  raise,
  type RunRow,
  stringifyJson,
  type Write,
} from '#foundation';
import type { Seal } from './seal.ts';

export type Cell = string | number | null | Uint8Array;
/** The id, then operations with their cells. */
export type Call = readonly Cell[];

/** Operation numbers with the count of cells that follow. */
export const operations = {
  putResource: { number: 0, cells: 15 },
  deleteResource: { number: 1, cells: 1 },
  putDocument: { number: 2, cells: 10 },
  deleteDocument: { number: 3, cells: 2 },
  putRun: { number: 4, cells: 8 },
  deleteRun: { number: 5, cells: 2 },
  appendJournal: { number: 6, cells: 5 },
  putBlob: { number: 7, cells: 5 },
  putPolicyState: { number: 8, cells: 9 },
  putPolicyEvent: { number: 9, cells: 9 },
  endPolicyState: { number: 10, cells: 3 },
  endPolicyStatesBelow: { number: 11, cells: 3 },
  endPolicyStatesOf: { number: 12, cells: 1 },
  forgetPolicyRecords: { number: 13, cells: 4 },
  putLogTable: { number: 14, cells: 4 },
  deleteLogTable: { number: 15, cells: 2 },
  appendLogRows: { number: 16, cells: 4 },
  forgetLogRows: { number: 17, cells: 4 },
} as const;

/**
 * The cells of one commit under `id`; `now` in milliseconds is noted with its blobs.
 * @throws TocsinError when a run's key is not made of its workflow and name: a mistake of the program.
 */
export function encodeCall(id: number, writes: readonly Write[], seal: Seal, now: number): Call {
  const cells: Cell[] = [id];
  let blobs = false;
  for (const write of writes) {
    if (write.kind === 'putBlob') blobs = true;
    else encodeWrite(cells, write, seal);
  }
  if (blobs) {
    for (const write of writes) {
      if (write.kind === 'putBlob') encodeBlob(cells, write, seal, now);
    }
  }
  return cells;
}

type PutBlob = Extract<Write, { readonly kind: 'putBlob' }>;

function encodeBlob(cells: Cell[], { hash, bytes, run, secret }: PutBlob, seal: Seal, now: number): void {
  const kept = secret === true ? seal.close(bytes, blobBinding(hash)) : bytes;
  cells.push(operations.putBlob.number, run ?? null, hash, kept, secret === true ? 1 : 0, now);
}

type RowWrite = Exclude<Write, { readonly kind: 'putBlob' }>;

function encodeWrite(cells: Cell[], write: RowWrite, seal: Seal): void {
  switch (write.kind) {
    case 'appendJournal':
      return encodeJournal(cells, write.row, seal);
    case 'putRun':
      return encodeRun(cells, write.run);
    case 'deleteRun':
      cells.push(operations.deleteRun.number, ...splitRunKey(write.key));
      return;
    case 'putDocument': {
      const { collection, key, parent, label = '', time, status, body, secrets } = write.document;
      const { tally = '', subject = '' } = write.document;
      const sealed = sealSecrets(seal, secrets, documentBinding(collection, key));
      cells.push(operations.putDocument.number, collection, key, parent, label, time, status, tally, subject);
      cells.push(stringifyJson(body), sealed);
      return;
    }
    case 'deleteDocument':
      cells.push(operations.deleteDocument.number, write.collection, write.key);
      return;
    case 'putResource':
      return encodeResource(cells, write.resource, seal);
    case 'deleteResource':
      cells.push(operations.deleteResource.number, armIdKey(write.id));
      return;
    case 'putLogTable':
    case 'deleteLogTable':
    case 'appendLogRows':
    case 'forgetLogRows':
      return encodeLog(cells, write);
    default:
      return encodePolicyRecord(cells, write);
  }
}

/** Integers beyond a double's are texts, which their columns turn back. */
function wideAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function encodeLog(cells: Cell[], write: LogWrite): void {
  switch (write.kind) {
    case 'putLogTable': {
      const { workspace, name, columns, retentionDays } = write.table;
      cells.push(operations.putLogTable.number, workspace, name, JSON.stringify(columns), retentionDays ?? null);
      return;
    }
    case 'deleteLogTable':
      cells.push(operations.deleteLogTable.number, write.key.workspace, write.key.name);
      return;
    case 'appendLogRows': {
      const { key, columns, rows } = write;
      cells.push(operations.appendLogRows.number, key.workspace, key.name);
      cells.push(JSON.stringify(columns), JSON.stringify(rows, wideAsText));
      return;
    }
    case 'forgetLogRows':
      cells.push(operations.forgetLogRows.number, write.key.workspace, write.key.name, String(write.before), write.top);
  }
}

function encodePolicyRecord(cells: Cell[], write: PolicyRecordWrite): void {
  switch (write.kind) {
    case 'putPolicyState':
      if (write.keepPast) cells.push(operations.endPolicyState.number, ...recordKey(write.record));
      cells.push(operations.putPolicyState.number, ...recordKey(write.record), ...recordRest(write.record));
      return;
    case 'putPolicyEvent':
      cells.push(operations.putPolicyEvent.number, ...recordKey(write.record), ...recordRest(write.record));
      return;
    case 'endPolicyState':
      cells.push(operations.endPolicyState.number, ...recordKey(write.key));
      return;
    case 'endPolicyStatesBelow': {
      const scope = armIdKey(write.scope);
      cells.push(operations.endPolicyStatesBelow.number, scope, `${scope}/`, `${scope}0`);
      return;
    }
    case 'endPolicyStatesOf':
      cells.push(operations.endPolicyStatesOf.number, write.assignment);
      return;
    case 'forgetPolicyRecords':
      cells.push(operations.forgetPolicyRecords.number, write.before, write.top, write.before, write.top);
  }
}

function recordKey({ resource, assignment, reference }: PolicyRecordKey): readonly Cell[] {
  return [resource, assignment, reference];
}

function recordRest({ subscription, definition, setDefinition, state, time, body }: PolicyRecord): readonly Cell[] {
  return [subscription, definition, setDefinition, state, time, stringifyJson(body)];
}

function encodeJournal(cells: Cell[], row: JournalRow, seal: Seal): void {
  const { run, sequence, event, history, snapshot, secret } = row;
  const kept = (text: string): Cell => (secret === true ? seal.close(text, journalBinding(run, sequence)) : text);
  const snapshotCell = snapshot === undefined ? null : kept(stringifyJson(snapshot));
  cells.push(operations.appendJournal.number, run, sequence);
  cells.push(kept(stringifyJson(event)), stringifyJson(history), snapshotCell);
}

function encodeRun(cells: Cell[], run: RunRow): void {
  if (run.key !== `${run.workflow}/runs/${run.name}`) {
    raise('StoreRefused', `The run key '${run.key}' is not made of its workflow and name.`);
  }
  cells.push(operations.putRun.number, run.workflow, run.name, run.status, run.startTime, run.endTime ?? null);
  cells.push(run.clientTrackingId, run.startedBy ?? '', stringifyJson(run.body));
}

type PutResource = Extract<Write, { readonly kind: 'putResource' }>;

function encodeResource(cells: Cell[], resource: PutResource['resource'], seal: Seal): void {
  const { id, type, name, subscriptionId, resourceGroup, location, body, secrets, etag } = resource;
  const key = armIdKey(id);
  cells.push(operations.putResource.number, key, id, type.toLowerCase(), type, name);
  cells.push(subscriptionId?.toLowerCase() ?? null, subscriptionId ?? null);
  cells.push(resourceGroup?.toLowerCase() ?? null, resourceGroup ?? null);
  cells.push(location ?? null, stringifyJson(body), sealSecrets(seal, secrets, resourceBinding(key)), etag);
  cells.push(resource.createdTime, resource.changedTime);
}

function sealSecrets(seal: Seal, secrets: JsonObject | undefined, binding: string): Uint8Array | null {
  return secrets === undefined ? null : seal.close(stringifyJson(secrets), binding);
}

/** What a document's sealed secrets are bound to: they open nowhere else. */
export function documentBinding(collection: string, key: string): string {
  return `document\n${collection}\n${key}`;
}

export function resourceBinding(key: string): string {
  return `resource\n${key}`;
}

export function journalBinding(run: string, sequence: number): string {
  return `journal\n${run}\n${sequence}`;
}

export function blobBinding(hash: string): string {
  return `blob\n${hash}`;
}

/** Workflow and name of a run's key; a text that is no run key has an empty workflow, which no run has. */
export function splitRunKey(key: string): readonly [workflow: string, name: string] {
  const at = key.lastIndexOf('/runs/');
  return at < 0 ? ['', key] : [key.slice(0, at), key.slice(at + '/runs/'.length)];
}
