/**
 * The chain over the activity log: one block for some entries, each block holding the hash of the one before.
 *
 * Owns: what is hashed, a block's document. Does not own: when blocks are made (`seal-activity.ts`), checking
 * (`verify-activity.ts`).
 *
 * Invariants
 * CB1. A block's hash covers its number, the hash before it and a digest of every entry: no entry changes, comes or goes
 *      without some hash being wrong. A keyed digest beside it cannot be made by who has the database alone.
 * CB2. A block whose entries have been forgotten by age keeps its hash and says so under the key: the chain stays whole.
 */
import { createHash } from 'node:crypto';
import {
  isJsonArray,
  type Json,
  type JsonObject,
  memberOf,
  stringifyJson,
  type StoredDocument,
  textMember,
} from '#foundation';
import type { Secrets } from '../secrets.ts';

export const blockCollection = 'activityBlocks';

export interface BlockEntry {
  readonly key: string;
  readonly digest: string;
}

export interface Block {
  /** Counts from 0 without gaps. */
  readonly sequence: number;
  /** The hash of the block before; empty for the first. */
  readonly previous: string;
  readonly count: number;
  /** Times of the oldest and newest entry, milliseconds since the epoch. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** A digest over the entries' digests. */
  readonly content: string;
  readonly hash: string;
  readonly mac: string;
  /** Absent once they are forgotten (CB2). */
  readonly entries?: readonly BlockEntry[];
  /** The keyed digest that says so. */
  readonly forgotten?: string;
}

/** What of an entry is hashed: all of it. */
export function entryDigest({ key, parent, time, status, body }: StoredDocument): string {
  return sha256(stringifyJson([key, parent, time, status, body]));
}

export function contentOf(entries: readonly BlockEntry[]): string {
  return sha256(entries.map(({ key, digest }) => `${key} ${digest}\n`).join(''));
}

export function hashOf(
  block: Pick<Block, 'sequence' | 'previous' | 'count' | 'firstTime' | 'lastTime' | 'content'>,
): string {
  const { sequence, previous, count, firstTime, lastTime, content } = block;
  return sha256([sequence, previous, count, firstTime, lastTime, content].join('\n'));
}

/** The next block over entries, which are not empty. */
export function newBlock(
  secrets: Pick<Secrets, 'sign'>,
  key: string,
  after: Pick<Block, 'sequence' | 'hash'> | undefined,
  documents: readonly StoredDocument[],
): Block & { readonly entries: readonly BlockEntry[] } {
  const entries = documents.map((document) => ({ key: document.key, digest: entryDigest(document) }));
  const times = documents.map(({ time }) => time);
  const open = {
    sequence: after === undefined ? 0 : after.sequence + 1,
    previous: after?.hash ?? '',
    count: entries.length,
    firstTime: Math.min(...times),
    lastTime: Math.max(...times),
    content: contentOf(entries),
  };
  const hash = hashOf(open);
  return { ...open, hash, mac: secrets.sign(key, hash), entries };
}

export function forgottenMac(secrets: Pick<Secrets, 'sign'>, key: string, hash: string): string {
  return secrets.sign(key, `${hash}\nforgotten`);
}

export function blockDocument(block: Block): StoredDocument {
  const { entries, ...rest } = block;
  const body: JsonObject = {
    ...rest,
    ...(entries === undefined ? {} : { entries: entries.map(({ key, digest }) => [key, digest]) }),
  };
  return {
    collection: blockCollection,
    key: String(block.sequence).padStart(12, '0'),
    parent: '',
    // Lists are in the order of the chain whatever the machine's clock does.
    time: block.sequence,
    status: entries === undefined ? 'forgotten' : 'kept',
    body,
  };
}

export function blockOf({ body }: StoredDocument): Block {
  const text = (name: string): string => textMember(body, name) ?? '';
  const number = (name: string): number => Number(memberOf(body, name) ?? Number.NaN);
  const listed = memberOf(body, 'entries');
  const forgotten = textMember(body, 'forgotten');
  return {
    sequence: number('sequence'),
    previous: text('previous'),
    count: number('count'),
    firstTime: number('firstTime'),
    lastTime: number('lastTime'),
    content: text('content'),
    hash: text('hash'),
    mac: text('mac'),
    ...(isJsonArray(listed) ? { entries: listed.map(entryOf) } : {}),
    ...(forgotten === undefined ? {} : { forgotten }),
  };
}

function entryOf(pair: Json): BlockEntry {
  const [key, digest] = isJsonArray(pair) ? pair : [];
  return { key: typeof key === 'string' ? key : '', digest: typeof digest === 'string' ? digest : '' };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
