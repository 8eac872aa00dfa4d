/**
 * Follows several files at once until a signal comes.
 *
 * Owns: one follower per file, what is said of each piece, rejected lines kept aside.
 * Does not own: following (`follow-file.ts`), sending (`event-sender.ts`).
 *
 * Invariants
 * W1. A rejected line is said to be, and kept where asked; it does not hold up the lines behind it.
 */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Json, memberOf } from '#foundation';
import { CursorFile } from './cursors.ts';
import { type EventSender, reasonOf, type Receipt } from './event-sender.ts';
import { FollowedFile } from './follow-file.ts';

export interface FollowFilesOptions {
  readonly files: readonly string[];
  readonly sender: EventSender;
  readonly cursors: { readonly folder: string; readonly target: string };
  readonly fromEnd: boolean;
  /** Where rejected lines are appended as they were. */
  readonly rejectedFile?: string;
  readonly onReceipt: (file: string, receipt: Receipt) => void;
  readonly onNote: (text: string) => void;
  readonly signal: AbortSignal;
}

/** @throws the first error of any file, after which none is followed any more. */
export async function followFiles(options: FollowFilesOptions): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const followed = options.files.map(async (file) => {
    try {
      await followerOf(file, options, signal).run();
    } catch (error) {
      stop.abort();
      throw error;
    }
  });
  const failed = (await Promise.allSettled(followed)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function followerOf(file: string, options: FollowFilesOptions, signal: AbortSignal): FollowedFile {
  const { sender, cursors, fromEnd, onNote, onReceipt } = options;
  const path = resolve(file);
  return new FollowedFile({
    path,
    cursors: new CursorFile(cursors.folder, cursors.target, path),
    send: async (lines) => {
      const receipt = await sender.send({ content: () => lines, contentType: 'application/x-ndjson' });
      if (receipt.rejected.length > 0) keepRejected(file, lines, receipt.rejected, options);
      onReceipt(file, receipt);
    },
    onNote,
    fromEnd,
    signal,
  });
}

function keepRejected(file: string, bytes: Uint8Array, rejected: readonly Json[], options: FollowFilesOptions): void {
  const lines = Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  for (const one of rejected) {
    const line = lines[Number(memberOf(one, 'index') ?? -1)] ?? '';
    options.onNote(`${file}: rejected ${reasonOf(one)}: ${line.slice(0, 120)}`);
    if (options.rejectedFile !== undefined) appendFileSync(options.rejectedFile, `${line}\n`);
  }
}
