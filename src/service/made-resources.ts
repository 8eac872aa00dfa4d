/**
 * Resources that a batch of events makes: subscriptions it asks for, stubs of what its events name.
 *
 * Owns: making each once per batch, and a view of the store that already has them. Does not own: what a stub is
 * (`stub-resource.ts`).
 */
import { armIdKey, type ResourceDocument, type Store, type Write } from '#foundation';
import type { Services } from './services.ts';
import { stubWrites } from './stub-resource.ts';

export class MadeResources {
  readonly #writes: Write[];
  /** Ids already looked at. */
  readonly #asked = new Set<string>();
  readonly #made = new Map<string, ResourceDocument>();
  /** The services over a store that already has what is made here. */
  readonly #withMade: Services;

  /** @param writes takes the writes that make the resources. */
  constructor(services: Services, writes: Write[]) {
    this.#writes = writes;
    this.#withMade = { ...services, store: withResources(services.store, this.#made) };
  }

  make(resource: ResourceDocument): void {
    this.#made.set(armIdKey(resource.id), resource);
    this.#writes.push({ kind: 'putResource', resource });
  }

  /** Makes stubs of a resource that nobody knows, and of what it lies in. */
  stub(id: string): void {
    const key = armIdKey(id);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    for (const write of stubWrites(this.#withMade, id)) if (write.kind === 'putResource') this.make(write.resource);
  }
}

function withResources(store: Store, made: ReadonlyMap<string, ResourceDocument>): Store {
  return {
    resources: {
      get: (id) => made.get(armIdKey(id)) ?? store.resources.get(id),
      list: (query) => store.resources.list(query),
      entries: (query) => store.resources.entries(query),
    },
    documents: store.documents,
    history: store.history,
    blobs: store.blobs,
    policyRecords: store.policyRecords,
    logs: store.logs,
    tallies: store.tallies,
    commit: (writes) => store.commit(writes),
    close: () => store.close(),
  };
}
