/**
 * Checking the activity log against its chain.
 *
 * Owns: what counts as tampering and how it is told. Does not own: the chain (`chain-block.ts`, `seal-activity.ts`).
 *
 * Invariants
 * VA1. Reads only; others get their turn between blocks.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatTime, type JsonObject } from '#foundation';
import { activityCollection } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { type Block, blockCollection, blockOf, contentOf, entryDigest, forgottenMac, hashOf } from './chain-block.ts';
import { type ChainHead, sealOf, storedHead } from './seal-activity.ts';

export type TamperingCode =
  | 'EntryChanged'
  | 'EntryMissing'
  | 'EntryAdded'
  | 'BlockChanged'
  | 'BlockMissing'
  | 'ChainCutShort'
  | 'HeadUnknown';

export interface Tampering {
  readonly code: TamperingCode;
  /** The number of the block, and the entry's `eventDataId` where one is meant. */
  readonly sequence?: number;
  readonly eventDataId?: string;
  readonly message: string;
}

export interface Verification {
  readonly intact: boolean;
  readonly entries: number;
  readonly forgotten: number;
  readonly blocks: number;
  readonly head?: ChainHead;
  /** At most a hundred. */
  readonly faults: readonly Tampering[];
}

const batch = 50;
const mostFaults = 100;

interface Walk {
  readonly services: Services;
  readonly key: string;
  readonly faults: Tampering[];
  previous: string;
  sequence: number;
  entries: number;
  forgotten: number;
  readonly hashes: Set<string>;
}

/** Checks all of it; `known` is the hash of a block that somebody wrote down, which must still be in the chain. */
export async function verifyActivity(services: Services, known?: string): Promise<Verification> {
  const seal = sealOf(services);
  await seal.start();
  await seal.flush();
  const walk: Walk = {
    services,
    key: seal.key,
    faults: [],
    previous: '',
    sequence: 0,
    entries: 0,
    forgotten: 0,
    hashes: new Set(),
  };
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const query = { collection: blockCollection, oldestFirst: true, top: batch } as const;
    const documents = services.store.documents.list(after === undefined ? query : { ...query, after });
    for (const document of documents) checkBlock(walk, blockOf(document), known);
    const last = documents.at(-1);
    if (last === undefined || documents.length < batch) break;
    after = { time: last.time, key: last.key };
    await nextTurn();
  }
  const head = storedHead(services);
  if (head !== undefined && (head.hash !== walk.previous || head.sequence !== walk.sequence - 1)) {
    tell(walk, {
      code: 'ChainCutShort',
      message: `The chain ends at block ${walk.sequence - 1}; it had ${head.sequence + 1} blocks.`,
    });
  }
  if (known !== undefined && !walk.hashes.has(known)) {
    tell(walk, { code: 'HeadUnknown', message: 'No block has the hash that was given.' });
  }
  await checkAdded(walk);
  const { faults, entries, forgotten, sequence } = walk;
  return {
    intact: faults.length === 0,
    entries,
    forgotten,
    blocks: sequence,
    ...(head === undefined ? {} : { head }),
    faults: faults.slice(0, mostFaults),
  };
}

function tell(walk: Walk, fault: Tampering): void {
  if (walk.faults.length <= mostFaults) walk.faults.push(fault);
}

function checkBlock(walk: Walk, block: Block, known: string | undefined): void {
  const { sequence } = block;
  if (sequence > walk.sequence) {
    tell(walk, {
      code: 'BlockMissing',
      sequence: walk.sequence,
      message: `Blocks ${walk.sequence} to ${sequence - 1} are gone.`,
    });
  } else if (block.previous !== walk.previous || !isSound(walk, block)) {
    tell(walk, { code: 'BlockChanged', sequence, message: `Block ${sequence} is not the one that was sealed.` });
  }
  walk.sequence = sequence + 1;
  walk.previous = block.hash;
  if (block.hash === known) walk.hashes.add(block.hash);
  if (block.entries === undefined) {
    walk.forgotten += block.count;
    return;
  }
  for (const entry of block.entries) {
    const document = walk.services.store.documents.get(activityCollection, entry.key);
    const place = { sequence, eventDataId: entry.key };
    if (document === undefined) tell(walk, { code: 'EntryMissing', ...place, message: 'An entry is gone.' });
    else if (entryDigest(document) !== entry.digest) {
      const time = formatTime(document.time);
      tell(walk, { code: 'EntryChanged', ...place, message: `The entry of ${time} is not as it was written.` });
    } else walk.entries += 1;
  }
}

/** The block's own digests, and the keyed ones (CB1, CB2). */
function isSound({ services: { secrets }, key }: Walk, block: Block): boolean {
  const { entries } = block;
  if (entries === undefined) {
    if (!secrets.equal(block.forgotten ?? '', forgottenMac(secrets, key, block.hash))) return false;
  } else if (entries.length !== block.count || contentOf(entries) !== block.content) return false;
  return hashOf(block) === block.hash && secrets.equal(block.mac, secrets.sign(key, block.hash));
}

/** Entries that nobody sealed: more rows than the chain knows. */
async function checkAdded(walk: Walk): Promise<void> {
  const { documents } = walk.services.store;
  if (documents.count({ collection: activityCollection }) <= walk.entries) return;
  const sealed = new Set<string>();
  for (let sequence = 0; sequence < walk.sequence; sequence++) {
    const document = documents.get(blockCollection, String(sequence).padStart(12, '0'));
    for (const { key } of document === undefined ? [] : (blockOf(document).entries ?? [])) sealed.add(key);
    if (sequence % batch === 0) await nextTurn();
  }
  for (const { key, time } of documents.list({ collection: activityCollection })) {
    if (sealed.has(key)) continue;
    const message = `The entry of ${formatTime(time)} was not written by this server.`;
    tell(walk, { code: 'EntryAdded', eventDataId: key, message });
  }
}

export function verificationBody({ faults, head, ...rest }: Verification): JsonObject {
  return { ...rest, ...(head === undefined ? {} : { head: { ...head } }), faults: faults.map((one) => ({ ...one })) };
}
