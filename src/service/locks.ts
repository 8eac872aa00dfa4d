/**
 * Management locks: what may not be deleted, or not changed at all.
 *
 * Owns: the index of locks by scope, what they forbid, the check of a lock that is saved. Does not own: their documents,
 * which are kept like those of every other type.
 *
 * Invariants
 * LK1. A lock holds for its scope and all below it; a deletion is also stopped by locks below what would go.
 * LK2. `CanNotDelete` stops deletions, `ReadOnly` every change and every action that is no reading. Locks themselves can
 *      always be made and removed by those who have the right.
 * LK3. Without a lock in the store the question costs one look.
 *
 * Source: "Lock your resources to protect your infrastructure", Management Locks API 2020-05-01.
 */
import {
  armIdKey,
  type Fault,
  fault,
  type Json,
  memberOf,
  type ResourceDocument,
  type Store,
  textMember,
  type Write,
} from '#foundation';
import { isObservedStore } from './commit-feed.ts';
import type { Services } from './services.ts';

export const lockType = 'Microsoft.Authorization/locks';

const levels = ['CanNotDelete', 'ReadOnly'] as const;
type LockLevel = (typeof levels)[number];

const lockPart = '/providers/microsoft.authorization/locks/';

const levelOf = (body: Json | undefined): LockLevel | undefined => {
  const given = textMember(memberOf(body, 'properties'), 'level')?.toLowerCase();
  return levels.find((level) => level.toLowerCase() === given);
};

/** What is wrong with a lock as given: `InvalidLockLevel`. */
export function checkLock(body: Json): Fault | undefined {
  if (levelOf(body) !== undefined) return undefined;
  return fault('InvalidLockLevel', `A lock needs a level, '${levels.join("' or '")}'.`, { target: 'properties.level' });
}

/**
 * Why an operation such as `Microsoft.Compute/virtualMachines/delete` cannot be done on `id`: `ScopeLocked`; undefined
 * when no lock forbids it. The last part of the operation says what it does: `read`, `delete`, else a change.
 */
export function lockedAgainst(services: Pick<Services, 'store'>, id: string, operation: string): Fault | undefined {
  const verb = operation.slice(operation.lastIndexOf('/') + 1).toLowerCase();
  if (verb === 'read') return undefined;
  const index = indexOf(services.store);
  if (index.isEmpty) return undefined;
  const key = armIdKey(id);
  if (`${key}/`.includes(lockPart)) return undefined;
  const scopes = verb === 'delete' ? index.stoppingDeletion(key) : index.stoppingChange(key);
  if (scopes.length === 0) return undefined;
  const what = verb === 'delete' ? 'delete' : 'write';
  return fault(
    'ScopeLocked',
    `The scope '${id}' cannot perform ${what} operation because following scope(s) are locked: '${scopes.join("', '")}'. Please remove the lock and try again.`,
  );
}

const indexes = new WeakMap<Store, LockIndex>();

function indexOf(store: Store): LockIndex {
  let index = indexes.get(store);
  if (index === undefined) {
    index = new LockIndex(store);
    indexes.set(store, index);
  }
  return index;
}

interface Lock {
  /** The locked scope as the lock's id writes it. */
  readonly scope: string;
  readonly scopeKey: string;
  readonly level: LockLevel;
}

class LockIndex {
  /** By key of the lock's id. */
  readonly #locks = new Map<string, Lock>();
  /** Locks by key of their scope. */
  readonly #byScope = new Map<string, Lock[]>();

  constructor(store: Store) {
    for (const document of store.resources.list({ type: lockType })) this.#put(document);
    if (isObservedStore(store)) store.onCommit((writes) => this.#follow(writes));
  }

  get isEmpty(): boolean {
    return this.#locks.size === 0;
  }

  /** Scopes at or above `key` that are read-only. */
  stoppingChange(key: string): string[] {
    return scopesOf(this.#above(key).filter(({ level }) => level === 'ReadOnly'));
  }

  /** Locked scopes at, above or below `key`. */
  stoppingDeletion(key: string): string[] {
    const below = [...this.#locks.values()].filter(({ scopeKey }) => scopeKey.startsWith(`${key}/`));
    return scopesOf([...this.#above(key), ...below]);
  }

  #above(key: string): Lock[] {
    const found: Lock[] = [];
    for (let end = key.length; end > 0; end = key.lastIndexOf('/', end - 1)) {
      found.push(...(this.#byScope.get(key.slice(0, end)) ?? []));
    }
    return found;
  }

  #follow(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'putResource') this.#put(write.resource);
      else if (write.kind === 'deleteResource') this.#remove(armIdKey(write.id));
    }
  }

  #put(document: ResourceDocument): void {
    if (document.type.length !== lockType.length || document.type.toLowerCase() !== lockType.toLowerCase()) return;
    const key = armIdKey(document.id);
    this.#remove(key);
    const level = levelOf(document.body);
    const at = key.lastIndexOf(lockPart);
    if (level === undefined || at < 0) return;
    const lock = { scope: document.id.slice(0, at), scopeKey: key.slice(0, at), level };
    this.#locks.set(key, lock);
    this.#byScope.set(lock.scopeKey, [...(this.#byScope.get(lock.scopeKey) ?? []), lock]);
  }

  #remove(key: string): void {
    const lock = this.#locks.get(key);
    if (lock === undefined) return;
    this.#locks.delete(key);
    const left = (this.#byScope.get(lock.scopeKey) ?? []).filter((one) => one !== lock);
    if (left.length === 0) this.#byScope.delete(lock.scopeKey);
    else this.#byScope.set(lock.scopeKey, left);
  }
}

const scopesOf = (locks: readonly Lock[]): string[] => [...new Set(locks.map(({ scope }) => scope))];
