/**
 * Which principals are managed identities: of resources by themselves, and user-assigned ones.
 *
 * Owns: the index of resources by the object id of their identity. Does not own: service principals (`principals.ts`).
 *
 * Invariants
 * IH1. Read at the first question, page by page, then kept current by commits: a question is a look-up however many
 *      resources there are.
 */
import { armIdKey, type JsonObject, memberOf, type Store, textMember, type Write } from '#foundation';
import { isObservedStore } from './commit-feed.ts';

const page = 500;

const indexes = new WeakMap<Store, IdentityHolders>();

/** Whether a resource has the object id as its managed identity, or is that identity. */
export function isManagedIdentity(store: Store, objectId: string): boolean {
  let index = indexes.get(store);
  if (index === undefined) {
    index = new IdentityHolders(store);
    // A store that tells no commits is read anew each time.
    if (isObservedStore(store)) {
      store.onCommit((writes) => index?.follow(writes));
      indexes.set(store, index);
    }
  }
  return index.has(objectId);
}

class IdentityHolders {
  readonly #byResource = new Map<string, string>();
  readonly #holders = new Map<string, number>();

  constructor({ resources }: Store) {
    let after: string | undefined;
    for (;;) {
      const found = resources.list({ top: page, ...(after === undefined ? {} : { after }) });
      for (const { id, body } of found) this.#set(armIdKey(id), identityOf(body));
      const last = found.at(-1);
      if (last === undefined || found.length < page) return;
      after = armIdKey(last.id);
    }
  }

  has(objectId: string): boolean {
    return this.#holders.has(objectId.toLowerCase());
  }

  follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource') this.#set(armIdKey(write.resource.id), identityOf(write.resource.body));
      else if (write.kind === 'deleteResource') this.#set(armIdKey(write.id), undefined);
    }
  }

  #set(resource: string, objectId: string | undefined): void {
    const before = this.#byResource.get(resource);
    if (before === objectId) return;
    if (before !== undefined) {
      const left = (this.#holders.get(before) ?? 1) - 1;
      if (left === 0) this.#holders.delete(before);
      else this.#holders.set(before, left);
    }
    if (objectId === undefined) this.#byResource.delete(resource);
    else {
      this.#byResource.set(resource, objectId);
      this.#holders.set(objectId, (this.#holders.get(objectId) ?? 0) + 1);
    }
  }
}

function identityOf(body: JsonObject): string | undefined {
  const own =
    textMember(memberOf(body, 'identity'), 'principalId') ?? textMember(memberOf(body, 'properties'), 'principalId');
  return own?.toLowerCase();
}
