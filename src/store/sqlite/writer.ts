/**
 * The writer's thread: owns the write connection, takes everything that waits and makes one transaction of it.
 *
 * Owns: the thread's loop. Does not own: how calls are applied (`write-session.ts`).
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { openConnection } from './connection.ts';
import { pruneSlice } from './prune.ts';
import type { Call } from './wire.ts';
import { messageOf, WriteSession } from './write-session.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-messages.ts';

/** A transaction takes no further message beyond this many cells, so that nobody waits long for the disk. */
const cellsPerTransaction = 50_000;

function serve(port: MessagePort, database: DatabaseSync): void {
  const session = new WriteSession(database);
  const answer = (message: FromWriter): void => port.postMessage(message);
  const handle = (first: ToWriter): void => {
    let message: ToWriter | undefined = first;
    while (message !== undefined) message = handleOne(message);
  };
  /** Handles a message with all calls waiting behind it; returns a message that is not for the same transaction. */
  const handleOne = (message: ToWriter): ToWriter | undefined => {
    if (isCalls(message)) {
      const calls = [...message];
      const next = collect(port, calls);
      const failures = session.apply(calls);
      answer({ kind: 'durable', through: calls.at(-1)?.[0] as number, failures });
      return next;
    }
    if (message.kind === 'prune') {
      try {
        answer({ kind: 'pruned', slice: pruneSlice(database, session, message.plan, message.from) });
      } catch (error) {
        answer({ kind: 'pruneFailed', message: messageOf(error) });
      }
      return undefined;
    }
    database.close();
    answer({ kind: 'closed' });
    port.close();
    return undefined;
  };
  port.on('message', handle);
}

function isCalls(message: ToWriter): message is readonly Call[] {
  return Array.isArray(message);
}

/** Adds the calls that already wait; returns the first message that is none, or undefined. */
function collect(port: MessagePort, calls: Call[]): ToWriter | undefined {
  let cells = calls.reduce((sum, call) => sum + call.length, 0);
  while (cells < cellsPerTransaction) {
    const waiting: { readonly message: ToWriter } | undefined = receiveMessageOnPort(port);
    if (waiting === undefined) return undefined;
    if (!isCalls(waiting.message)) return waiting.message;
    for (const call of waiting.message) {
      calls.push(call);
      cells += call.length;
    }
  }
  return undefined;
}

if (parentPort === null) throw new Error('The writer runs as a worker thread.');
serve(parentPort, openConnection((workerData as WriterData).file));
