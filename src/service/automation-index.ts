/**
 * All automations in memory, planned: what an event is matched against.
 *
 * Owns: loading at first use, following every commit. Does not own: matching (`#rules`), saving (`put-automation.ts`).
 *
 * Invariants
 * I1. Over a store that tells its commits, the index has seen every commit that resolved, whoever made it.
 * I2. Over a store that does not, what the index matched is read again and left out when it is gone or changed.
 * I3. Loading goes on in slices behind the start, so that ten thousand automations hold up neither the start nor a request;
 *     whoever needs the index before it is complete completes it.
 */
import { armIdKey, type ResourceDocument, type Store, type Write } from '#foundation';
import { IndexedMatcher, type MatchableEvent } from '#rules';
import { automationOf, automationType, type StoredAutomation } from './automation-resource.ts';
import { isObservedStore } from './commit-feed.ts';
import type { Services } from './services.ts';

/** Automations planned before other work gets a turn; about ten milliseconds. */
const sliceSize = 100;

export class AutomationIndex {
  readonly #store: Store;
  readonly #matcher = new IndexedMatcher();
  readonly #automations = new Map<string, StoredAutomation>();
  /** Those of them that are enabled and have a snapshot source. */
  readonly #forSnapshots = new Map<string, StoredAutomation>();
  readonly #follows: boolean;
  /** The key up to which automations have been loaded. */
  #loadedTo: string | undefined;
  #isComplete = false;
  readonly #whenComplete: (() => void)[] = [];
  /** Keys of backup copies by the key of their original. */
  readonly #copies = new Map<string, Set<string>>();
  /** Keys in order; made when asked for. */
  #sorted: readonly string[] | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.#follows = isObservedStore(store);
    if (isObservedStore(store)) store.onCommit((writes) => this.apply(writes));
  }

  /** Loads in slices between other work (I3). */
  loadBehind(): void {
    setImmediate(() => {
      if (this.#isComplete) return;
      try {
        this.#loadSlice();
      } catch {
        // The store was closed meanwhile; whoever asks the index next meets the fault.
        return;
      }
      this.loadBehind();
    });
  }

  #loadSlice(): void {
    const after = this.#loadedTo;
    const slice = this.#store.resources.list({
      type: automationType,
      top: sliceSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const document of slice) this.#put(document);
    const last = slice.at(-1);
    if (last !== undefined && slice.length === sliceSize) {
      this.#loadedTo = armIdKey(last.id);
      return;
    }
    this.#isComplete = true;
    for (const listener of this.#whenComplete.splice(0)) listener();
  }

  /** Calls the listener once every automation is loaded, at once when that is so already. */
  onceComplete(listener: () => void): void {
    if (this.#isComplete) listener();
    else this.#whenComplete.push(listener);
  }

  #complete(): void {
    while (!this.#isComplete) this.#loadSlice();
  }

  get size(): number {
    this.#complete();
    return this.#automations.size;
  }

  /** Takes over what a commit changed. */
  apply(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource' && isAutomation(write.resource.type)) this.#put(write.resource);
      else if (write.kind === 'deleteResource') this.#remove(armIdKey(write.id));
    }
  }

  find(id: string): StoredAutomation | undefined {
    this.#complete();
    return this.#automations.get(armIdKey(id));
  }

  /** The enabled automations with a source of snapshots, in no particular order. */
  snapshotListeners(): Iterable<StoredAutomation> {
    this.#complete();
    return this.#forSnapshots.values();
  }

  /** Every automation, ordered by id. */
  all(): readonly StoredAutomation[] {
    this.#complete();
    this.#sorted ??= [...this.#automations.keys()].toSorted();
    return this.#sorted.flatMap((idKey) => this.#current(idKey) ?? []);
  }

  /** The backup copies of an automation, ordered by id. */
  copiesOf(idKey: string): readonly StoredAutomation[] {
    this.#complete();
    return [...(this.#copies.get(idKey) ?? [])].toSorted().flatMap((key) => this.#current(key) ?? []);
  }

  /** Every automation that has backup copies, or had them, with its copies behind it. */
  pairs(): readonly (readonly StoredAutomation[])[] {
    this.#complete();
    return [...this.#copies.keys()]
      .toSorted()
      .map((original) => [...[this.#current(original) ?? []].flat(), ...this.copiesOf(original)]);
  }

  /** The automations that the event fires, ordered by id. */
  match(event: MatchableEvent): readonly StoredAutomation[] {
    this.#complete();
    const matched = this.#matcher.match(event);
    if (matched.length === 0) return [];
    const found = matched.flatMap((id) => this.#current(id) ?? []);
    return found.length < 2 ? found : found.toSorted((left, right) => (left.idKey < right.idKey ? -1 : 1));
  }

  /** I2: without a feed, what is remembered counts only while the store still has it. */
  #current(idKey: string): StoredAutomation | undefined {
    const known = this.#automations.get(idKey);
    if (this.#follows || known === undefined) return known;
    const stored = this.#store.resources.get(known.id);
    if (stored?.etag === known.document.etag) return known;
    this.#remove(idKey);
    if (stored !== undefined) this.#put(stored);
    return undefined;
  }

  #put(document: ResourceDocument): void {
    const automation = automationOf(document);
    if (automation === undefined) {
      this.#remove(armIdKey(document.id));
      return;
    }
    if (!this.#automations.has(automation.idKey)) this.#sorted = undefined;
    this.#forgetCopy(automation.idKey);
    if (automation.backupOf !== undefined) {
      const copies = this.#copies.get(automation.backupOf) ?? new Set();
      this.#copies.set(automation.backupOf, copies.add(automation.idKey));
    }
    this.#automations.set(automation.idKey, automation);
    if (automation.enabled && automation.plan.sources.some(isSnapshotSource))
      this.#forSnapshots.set(automation.idKey, automation);
    else this.#forSnapshots.delete(automation.idKey);
    this.#matcher.put(automation.plan);
  }

  #forgetCopy(idKey: string): void {
    const original = this.#automations.get(idKey)?.backupOf;
    const copies = original === undefined ? undefined : this.#copies.get(original);
    if (original === undefined || copies === undefined) return;
    copies.delete(idKey);
    if (copies.size === 0) this.#copies.delete(original);
  }

  #remove(idKey: string): void {
    this.#forgetCopy(idKey);
    if (!this.#automations.delete(idKey)) return;
    this.#forSnapshots.delete(idKey);
    this.#sorted = undefined;
    this.#matcher.remove(idKey);
  }
}

function isSnapshotSource({ eventSource }: { readonly eventSource: string }): boolean {
  return eventSource.endsWith('Snapshot');
}

function isAutomation(type: string): boolean {
  return type.toLowerCase() === automationType.toLowerCase();
}

const indexes = new WeakMap<Store, AutomationIndex>();

/** The index over the services' store, loaded at first use. */
export function automationIndexOf(services: Pick<Services, 'store'>): AutomationIndex {
  let index = indexes.get(services.store);
  if (index === undefined) {
    index = new AutomationIndex(services.store);
    index.loadBehind();
    indexes.set(services.store, index);
  }
  return index;
}

/** Commits writes and lets the index know where the store does not do so by itself. */
export async function commitAutomations(
  services: Services,
  writes: readonly Write[],
  commit: () => Promise<void> = () => services.store.commit(writes),
): Promise<void> {
  const index = automationIndexOf(services);
  await commit();
  if (!isObservedStore(services.store)) index.apply(writes);
}
