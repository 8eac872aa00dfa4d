/**
 * Which workspaces of Microsoft Sentinel take the alerts of a subscription, in memory: asked for every alert.
 *
 * Owns: loading at first use, following every commit. Does not own: what the rules say (`alert-rules.ts`, `automation-rules.ts`).
 *
 * Invariants
 * IX1. A workspace takes the alerts of its own subscription and of those that its data connectors name.
 * IX2. Over a store that tells its commits, the index has seen every commit that resolved; over another it is read each time.
 */
import { isJsonObject, memberOf, type Store, type StoredDocument, textMember, type Write } from '#foundation';
import { isObservedStore } from '../commit-feed.ts';
import { insightCollection, type InsightItem, insightOf, watchingStatus } from './insight-items.ts';

export interface Workspace {
  /** `…/workspaces/{w}/providers/Microsoft.SecurityInsights`. */
  readonly providerId: string;
  readonly alertRules: readonly InsightItem[];
  /** Of both kinds: on alerts and on incidents. */
  readonly automationRules: readonly InsightItem[];
}

const pageSize = 500;

class SentinelIndex {
  readonly #store: Store;
  readonly #follows: boolean;
  readonly #items = new Map<string, InsightItem>();
  #bySubscription: ReadonlyMap<string, readonly Workspace[]> | undefined;
  #loaded = false;

  constructor(store: Store) {
    this.#store = store;
    this.#follows = isObservedStore(store);
    if (isObservedStore(store)) store.onCommit((writes) => this.#follow(writes));
  }

  /** The workspaces that take alerts of the subscription. */
  of(subscriptionId: string): readonly Workspace[] {
    if (!this.#loaded || !this.#follows) this.#load();
    this.#bySubscription ??= grouped([...this.#items.values()]);
    return this.#bySubscription.get(subscriptionId.toLowerCase()) ?? [];
  }

  /** All automation rules of all workspaces. */
  rules(): readonly InsightItem[] {
    if (!this.#loaded || !this.#follows) this.#load();
    return [...this.#items.values()].filter(({ kind }) => kind === 'automationRules');
  }

  #load(): void {
    this.#items.clear();
    this.#bySubscription = undefined;
    this.#loaded = true;
    for (let after: { readonly time: number; readonly key: string } | undefined; ; ) {
      const page = this.#store.documents.list({
        collection: insightCollection,
        status: watchingStatus,
        top: pageSize,
        ...(after === undefined ? {} : { after }),
      });
      for (const document of page) this.#items.set(document.key, insightOf(document));
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = { time: last.time, key: last.key };
    }
  }

  #follow(writes: readonly Write[]): void {
    if (!this.#loaded) return;
    for (const write of writes) {
      if (write.kind === 'putDocument' && isWatched(write.document)) {
        this.#items.set(write.document.key, insightOf(write.document));
      } else if (write.kind !== 'deleteDocument' || !this.#items.delete(write.key)) continue;
      this.#bySubscription = undefined;
    }
  }
}

function isWatched({ collection, status }: StoredDocument): boolean {
  return collection === insightCollection && status === watchingStatus;
}

function grouped(items: readonly InsightItem[]): ReadonlyMap<string, readonly Workspace[]> {
  const workspaces = new Map<string, InsightItem[]>();
  for (const item of items) {
    const key = providerOf(item).toLowerCase();
    workspaces.set(key, [...(workspaces.get(key) ?? []), item]);
  }
  const found = new Map<string, Workspace[]>();
  for (const own of workspaces.values()) {
    const providerId = providerOf(own[0] as InsightItem);
    const of = (kind: string): readonly InsightItem[] =>
      own.filter((item) => item.kind === kind).toSorted((left, right) => (left.id < right.id ? -1 : 1));
    const workspace = { providerId, alertRules: of('alertRules'), automationRules: of('automationRules') };
    const subscriptions = new Set([subscriptionOf(providerId), ...of('dataConnectors').flatMap(connected)]);
    for (const id of subscriptions) found.set(id, [...(found.get(id) ?? []), workspace]);
  }
  return found;
}

function providerOf({ id }: InsightItem): string {
  return id.split('/').slice(0, -2).join('/');
}

function subscriptionOf(providerId: string): string {
  return (providerId.split('/')[2] ?? '').toLowerCase();
}

/** IX1: `dataTypes.alerts.state` switches a connector off. */
function connected({ properties }: InsightItem): readonly string[] {
  const types = memberOf(properties, 'dataTypes');
  const alerts = isJsonObject(types) ? memberOf(types, 'alerts') : undefined;
  const isOff = textMember(alerts ?? null, 'state')?.toLowerCase() === 'disabled';
  return isOff ? [] : [(textMember(properties, 'subscriptionId') ?? '').toLowerCase()];
}

const indexes = new WeakMap<Store, SentinelIndex>();

function indexOf(store: Store): SentinelIndex {
  let index = indexes.get(store);
  if (index === undefined) indexes.set(store, (index = new SentinelIndex(store)));
  return index;
}

/** The workspaces of a store that take alerts of the subscription. */
export function workspacesOf({ store }: { readonly store: Store }, subscriptionId: string): readonly Workspace[] {
  return indexOf(store).of(subscriptionId);
}

/** The automation rules of all workspaces. */
export function allAutomationRules({ store }: { readonly store: Store }): readonly InsightItem[] {
  return indexOf(store).rules();
}
