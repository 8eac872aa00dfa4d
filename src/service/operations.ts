/**
 * Long-running operations as stored documents, so that a poll after a restart still finds them.
 *
 * Owns: the document, its states, how long it is kept. Does not own: the poll answers (`long-running.ts` of `#api`), the
 * work itself (the use case that began it).
 *
 * Invariants
 * Y1. An operation is begun in the commit that makes its work durable, and ended in the commit of its last change.
 * Y2. Ended operations stay readable for a day at least.
 */
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import type { Services } from './services.ts';

export const operationCollection = 'operations';

export interface Operation {
  readonly id: string;
  /** The verb of the use case, `deleteResourceGroup`; resumes after a restart go by it. */
  readonly kind: string;
  /** The id of what is worked on. */
  readonly target: string;
  /** Object id of who began it. */
  readonly startedBy: string;
  readonly status: 'Running' | 'Succeeded' | 'Failed' | 'Canceled';
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime?: number;
  /** What the poll answers at the end: the body, absent for 204. */
  readonly result?: Json;
  /** The error's body when it failed, with `status` beside it. */
  readonly error?: JsonObject;
  readonly errorStatus?: number;
}

export type OperationEnd =
  | { readonly kind: 'succeeded'; readonly result?: Json }
  | { readonly kind: 'failed'; readonly error: JsonObject; readonly status: number }
  | { readonly kind: 'canceled' };

/** A new running operation and the write that keeps it (Y1). */
export function beginOperation(
  services: Pick<Services, 'clock' | 'random'>,
  what: { readonly kind: string; readonly target: string; readonly startedBy: string },
): { readonly operation: Operation; readonly write: Write } {
  const operation: Operation = {
    id: services.random.uuid(),
    ...what,
    status: 'Running',
    startTime: services.clock.now(),
  };
  return { operation, write: operationWrite(operation) };
}

/** The ended operation and the write that keeps it. */
export function endOperation(
  operation: Operation,
  now: number,
  end: OperationEnd,
): { readonly operation: Operation; readonly write: Write } {
  const ended = { ...operation, endTime: now, ...outcomeOf(end) };
  return { operation: ended, write: operationWrite(ended) };
}

function outcomeOf(end: OperationEnd): Partial<Operation> & Pick<Operation, 'status'> {
  switch (end.kind) {
    case 'succeeded':
      return { status: 'Succeeded', ...(end.result === undefined ? {} : { result: end.result }) };
    case 'failed':
      return { status: 'Failed', error: end.error, errorStatus: end.status };
    case 'canceled':
      return { status: 'Canceled' };
  }
}

export function readOperation(services: Pick<Services, 'store'>, id: string): Operation | undefined {
  const document = services.store.documents.get(operationCollection, id.toLowerCase());
  return document === undefined ? undefined : operationOf(document);
}

/** Operations that were running when the server last stopped, oldest first. */
export function runningOperations(services: Pick<Services, 'store'>): readonly Operation[] {
  const documents = services.store.documents.list({ collection: operationCollection, status: 'Running' });
  return documents.map(operationOf).reverse();
}

const keptMilliseconds = 24 * 60 * 60 * 1000;

/** Writes that forget operations ended long ago (Y2), a few at a time; given along with a new one. */
export function forgetOldOperations(services: Pick<Services, 'store' | 'clock'>): readonly Write[] {
  const old = services.store.documents.list({
    collection: operationCollection,
    to: services.clock.now() - keptMilliseconds,
    top: 50,
  });
  return old
    .filter((document) => document.status !== 'Running')
    .map(({ collection, key }) => ({ kind: 'deleteDocument', collection, key }));
}

function operationWrite(operation: Operation): Write {
  const { id, status, endTime, startTime, ...rest } = operation;
  return {
    kind: 'putDocument',
    document: {
      collection: operationCollection,
      key: id,
      parent: operation.target.toLowerCase(),
      time: endTime ?? startTime,
      status,
      body: { ...rest, startTime, ...(endTime === undefined ? {} : { endTime }) },
    },
  };
}

function operationOf(document: StoredDocument): Operation {
  const { body } = document;
  const text = (name: string): string => textMember(body, name) ?? '';
  const endTime = memberOf(body, 'endTime');
  const result = memberOf(body, 'result');
  const error = memberOf(body, 'error');
  const errorStatus = memberOf(body, 'errorStatus');
  return {
    id: document.key,
    kind: text('kind'),
    target: text('target'),
    startedBy: text('startedBy'),
    status: document.status as Operation['status'],
    startTime: Number(memberOf(body, 'startTime')),
    ...(typeof endTime === 'number' ? { endTime } : {}),
    ...(result === undefined ? {} : { result }),
    ...(isJsonObject(error) ? { error } : {}),
    ...(typeof errorStatus === 'number' ? { errorStatus } : {}),
  };
}

/** The body of a poll of pattern A: status, id, name, times, `error` beside `status` when it failed. */
export function operationStatusBody(operation: Operation, id: string): JsonObject {
  return {
    id,
    name: operation.id,
    status: operation.status,
    startTime: formatTime(operation.startTime),
    ...(operation.endTime === undefined ? { percentComplete: 0 } : { endTime: formatTime(operation.endTime) }),
    ...(operation.status === 'Succeeded' ? { percentComplete: 100 } : {}),
    ...(operation.result === undefined ? {} : { properties: operation.result }),
    ...(operation.error === undefined ? {} : { error: operation.error }),
  };
}
