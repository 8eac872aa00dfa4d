/**
 * Sealing the activity log: behind every commit with entries comes a block of the chain that covers them.
 *
 * Owns: the head of the chain, the order of blocks, what was left unsealed by a crash, forgetting old entries.
 * Does not own: the form of blocks (`chain-block.ts`).
 *
 * Invariants
 * SA1. Blocks are written one after the other, each on top of a durable one; a commit that fails is tried again.
 * SA2. Entries of a server that was killed before it had sealed them are sealed at the next start.
 * SA3. Entries are forgotten block by block, oldest first, in the commit that marks the block (`chain-block.ts` CB2).
 */
import { memberOf, type StoredDocument, textMember, type Write } from '#foundation';
import { isObservedStore } from '../commit-feed.ts';
import { activityCollection } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { type Block, blockCollection, blockDocument, blockOf, forgottenMac, newBlock } from './chain-block.ts';

const chainCollection = 'activityChain';
const mostEntries = 500;
const tryAgainMilliseconds = 1000;
/** Entries this much older than the newest block are looked at again at a start. */
const slack = 10 * 60_000;
const dayMilliseconds = 24 * 60 * 60_000;
/** Of true time, until old entries are looked for after a start, and from then on. */
const firstForget = 60_000;
const forgetMilliseconds = 12 * 60 * 60_000;
/** How long entries are kept unless the operator says otherwise. */
export const usualDays = 400;

export type ChainHead = Pick<Block, 'sequence' | 'hash'>;

export class ActivitySeal {
  readonly #services: Services;
  #pending = new Set<string>();
  #head: ChainHead | undefined;
  #key = '';
  #sealing: Promise<void> | undefined;
  #stopped = false;
  #unfollow: () => void = () => {};
  #cancel: () => void = () => {};
  #cancelForget: () => void = () => {};
  #starting: Promise<void> | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Follows commits from now on; entries that nobody sealed are sealed behind the start. Once, however often asked. */
  start(): Promise<void> {
    this.#starting ??= this.#begin();
    return this.#starting;
  }

  async #begin(): Promise<void> {
    const { store } = this.#services;
    this.#key = await chainKey(this.#services);
    this.#head = storedHead(this.#services);
    for (const key of unsealed(this.#services, this.#head)) this.#pending.add(key);
    if (isObservedStore(store)) this.#unfollow = store.onCommit((writes) => this.#follow(writes));
    this.#wake();
    this.#forgetSoon(firstForget);
  }

  /** Seals what is pending and stops. */
  async stop(): Promise<void> {
    this.#unfollow();
    await this.flush();
    this.#stopped = true;
    this.#cancel();
    this.#cancelForget();
  }

  /** Resolves when everything committed so far is sealed, or could not be. */
  async flush(): Promise<void> {
    this.#wake();
    await this.#sealing;
  }

  get key(): string {
    return this.#key;
  }

  #follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putDocument' && write.document.collection === activityCollection) {
        this.#pending.add(write.document.key);
      }
    }
    this.#wake();
  }

  #wake(): void {
    if (this.#sealing !== undefined || this.#pending.size === 0 || this.#stopped) return;
    this.#sealing = this.#seal()
      .catch((error: unknown) => {
        this.#services.log.warn('The activity log could not be sealed and is tried again.', { error: String(error) });
        this.#cancel = this.#services.clock.after(tryAgainMilliseconds * this.#services.clock.scale, () =>
          this.#wake(),
        );
      })
      .finally(() => {
        this.#sealing = undefined;
      });
  }

  async #seal(): Promise<void> {
    const { store, secrets } = this.#services;
    // What commits in the same turn shares a block.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.size > 0) {
      const keys = [...this.#pending].slice(0, mostEntries);
      const documents = keys.flatMap((key) => store.documents.get(activityCollection, key) ?? []);
      if (documents.length > 0) {
        const block = newBlock(secrets, this.#key, this.#head, documents);
        const head: ChainHead = { sequence: block.sequence, hash: block.hash };
        await store.commit([{ kind: 'putDocument', document: blockDocument(block) }, headWrite(head)]);
        this.#head = head;
      }
      for (const key of keys) this.#pending.delete(key);
    }
  }

  #forgetSoon(milliseconds: number): void {
    const { clock, log, settings } = this.#services;
    this.#cancelForget = clock.after(milliseconds * clock.scale, () => {
      if (this.#stopped) return;
      this.forget(settings.activityDays ?? usualDays)
        .catch((error: unknown) => log.error('Old activity could not be forgotten.', { error: String(error) }))
        .finally(() => this.#forgetSoon(forgetMilliseconds));
    });
  }

  /** Forgets entries older than so many days, whole blocks of them (SA3); answers how many. */
  async forget(days: number): Promise<number> {
    const { store, clock, secrets } = this.#services;
    const before = clock.now() - days * dayMilliseconds;
    let forgotten = 0;
    for (;;) {
      const [oldest] = store.documents.list({ collection: blockCollection, status: 'kept', oldestFirst: true, top: 1 });
      if (oldest === undefined) return forgotten;
      const { entries = [], ...block } = blockOf(oldest);
      if (block.lastTime >= before) return forgotten;
      const marked: Block = { ...block, forgotten: forgottenMac(secrets, this.#key, block.hash) };
      await store.commit([
        ...entries.map(({ key }): Write => ({ kind: 'deleteDocument', collection: activityCollection, key })),
        { kind: 'putDocument', document: blockDocument(marked) },
      ]);
      forgotten += entries.length;
    }
  }
}

const seals = new WeakMap<Services, ActivitySeal>();

/** The seal of a server's log. */
export function sealOf(services: Services): ActivitySeal {
  let seal = seals.get(services);
  if (seal === undefined) {
    seal = new ActivitySeal(services);
    seals.set(services, seal);
  }
  return seal;
}

/** The newest block as the sealed note beside the chain has it: a chain cut short does not fit it. */
export function storedHead({ store }: Pick<Services, 'store'>): ChainHead | undefined {
  const note = store.documents.get(chainCollection, 'head')?.secrets;
  const hash = textMember(note, 'hash');
  return hash === undefined ? undefined : { sequence: Number(memberOf(note, 'sequence')), hash };
}

function headWrite({ sequence, hash }: ChainHead): Write {
  const document: StoredDocument = {
    collection: chainCollection,
    key: 'head',
    parent: '',
    time: sequence,
    status: '',
    body: {},
    secrets: { sequence, hash },
  };
  return { kind: 'putDocument', document };
}

/** The key of the chain's keyed digests; made with the first start. */
async function chainKey({ store, secrets, clock }: Services): Promise<string> {
  const found = textMember(store.documents.get(chainCollection, 'key')?.secrets, 'key');
  if (found !== undefined) return found;
  const key = secrets.randomKey(32);
  const base = { collection: chainCollection, key: 'key', parent: '', time: clock.now(), status: '', body: {} };
  await store.commit([{ kind: 'putDocument', document: { ...base, secrets: { key } } }]);
  return key;
}

/** Keys of entries that no block covers, oldest first (SA2). */
function unsealed({ store }: Services, head: ChainHead | undefined): readonly string[] {
  const newest = store.documents.list({ collection: blockCollection, top: 1 })[0];
  const from = newest === undefined || head === undefined ? undefined : blockOf(newest).lastTime - slack;
  const covered = new Set<string>();
  for (let to = newest?.time; to !== undefined && to >= 0; to--) {
    const document = store.documents.get(blockCollection, String(to).padStart(12, '0'));
    const block = document === undefined ? undefined : blockOf(document);
    if (block === undefined || (from !== undefined && block.lastTime < from)) break;
    for (const { key } of block.entries ?? []) covered.add(key);
  }
  const documents = store.documents.list({
    collection: activityCollection,
    oldestFirst: true,
    ...(from === undefined ? {} : { from }),
  });
  return documents.flatMap(({ key }) => (covered.has(key) ? [] : [key]));
}
