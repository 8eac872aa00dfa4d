/**
 * Which principals are managed identities: of resources by themselves, and user-assigned ones.
 *
 * Owns: the index of resources by the object id of their identity. Does not own: service principals (`principals.ts`).
 *
 * Invariants
 * IH1. Read at the first question, page by page, then kept current by commits: a question is a look-up however many
 *      resources there are.
 */
import {
  armIdKey,
  type Identity,
  memberOf,
  type ResourceDocument,
  type Store,
  textMember,
  type Write,
} from '#foundation';
import { isObservedStore } from './commit-feed.ts';

const page = 500;
const userAssignedType = 'microsoft.managedidentity/userassignedidentities';

const indexes = new WeakMap<Store, IdentityHolders>();

/** The managed identity with the object id, named after its resource; undefined when no resource has it. */
export function managedIdentity(store: Store, objectId: string): Identity | undefined {
  const found = indexOf(store).find(objectId);
  return found === undefined ? undefined : { kind: 'ManagedIdentity', ...found };
}

/** Every managed identity with the id of one resource that has it. */
export function managedIdentities(store: Store): readonly (Identity & { readonly holder: string })[] {
  return indexOf(store)
    .all()
    .map((holder) => ({ kind: 'ManagedIdentity', ...holder }));
}

function indexOf(store: Store): IdentityHolders {
  let index = indexes.get(store);
  if (index !== undefined) return index;
  index = new IdentityHolders(store);
  // A store that tells no commits is read anew each time.
  if (isObservedStore(store)) {
    const followed = index;
    store.onCommit((writes) => followed.follow(writes));
    indexes.set(store, index);
  }
  return index;
}

type Holder = Pick<Identity, 'objectId' | 'displayName' | 'appId'>;

class IdentityHolders {
  readonly #byResource = new Map<string, Holder>();
  /** Keys of the resources that have an identity, by its object id. */
  readonly #holders = new Map<string, Set<string>>();

  constructor({ resources }: Store) {
    let after: string | undefined;
    for (;;) {
      const found = resources.list({ top: page, ...(after === undefined ? {} : { after }) });
      for (const resource of found) this.#set(armIdKey(resource.id), identityOf(resource));
      const last = found.at(-1);
      if (last === undefined || found.length < page) return;
      after = armIdKey(last.id);
    }
  }

  find(objectId: string): Holder | undefined {
    const [resource] = this.#holders.get(objectId.toLowerCase()) ?? [];
    return resource === undefined ? undefined : this.#byResource.get(resource);
  }

  all(): readonly (Holder & { readonly holder: string })[] {
    return [...this.#holders.values()].flatMap((resources) => {
      const [holder] = resources;
      const found = holder === undefined ? undefined : this.#byResource.get(holder);
      return found === undefined || holder === undefined ? [] : [{ ...found, holder }];
    });
  }

  follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource') this.#set(armIdKey(write.resource.id), identityOf(write.resource));
      else if (write.kind === 'deleteResource') this.#set(armIdKey(write.id), undefined);
    }
  }

  #set(resource: string, holder: Holder | undefined): void {
    const before = this.#byResource.get(resource);
    if (before !== undefined) {
      const resources = this.#holders.get(before.objectId);
      resources?.delete(resource);
      if (resources?.size === 0) this.#holders.delete(before.objectId);
      this.#byResource.delete(resource);
    }
    if (holder === undefined) return;
    this.#byResource.set(resource, holder);
    const resources = this.#holders.get(holder.objectId) ?? new Set();
    this.#holders.set(holder.objectId, resources.add(resource));
  }
}

/** The identity that a resource has by itself, or that it is. */
function identityOf({ type, name, body }: ResourceDocument): Holder | undefined {
  const own = textMember(memberOf(body, 'identity'), 'principalId');
  if (own !== undefined) return { objectId: own.toLowerCase(), displayName: name };
  if (type.toLowerCase() !== userAssignedType) return undefined;
  const properties = memberOf(body, 'properties');
  const objectId = textMember(properties, 'principalId')?.toLowerCase();
  const appId = textMember(properties, 'clientId');
  if (objectId === undefined) return undefined;
  return { objectId, displayName: name, ...(appId === undefined ? {} : { appId }) };
}
