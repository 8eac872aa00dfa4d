/**
 * Resources that are read with every call, kept in memory as they were read: a row less to fetch and parse, secrets less to
 * open. Measured on calls of a trigger: a sixth of their time.
 *
 * Owns: which types are kept, how many, when one is forgotten. Does not own: the rows (`#store`).
 *
 * Invariants
 * KR1. A kept resource is forgotten by the commit that changes it, before anybody hears of that commit.
 * KR2. Kept resources are frozen through and through: readers share them.
 * KR3. What is kept is bounded in number and in size; the one kept first goes first.
 */
import {
  armIdKey,
  type Json,
  jsonSizeBound,
  type ResourceDocument,
  type ResourceEntry,
  type ResourceQuery,
  type ResourceReader,
  type Write,
} from '#foundation';

const keptTypes: ReadonlySet<string> = new Set(['microsoft.logic/workflows', 'microsoft.web/connections']);
const mostKept = 2_000;
/** Upper bounds of the sizes of bodies: of one, and of all together. */
const largestKept = 4_000_000;
const sizeOfAll = 64_000_000;

interface Kept {
  readonly document: ResourceDocument;
  readonly size: number;
}

export class KeptResources implements ResourceReader {
  readonly #rows: ResourceReader;
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  constructor(rows: ResourceReader) {
    this.#rows = rows;
  }

  get(id: string): ResourceDocument | undefined {
    const key = armIdKey(id);
    const known = this.#kept.get(key);
    if (known !== undefined) return known.document;
    const document = this.#rows.get(id);
    if (document !== undefined && keptTypes.has(document.type.toLowerCase())) this.#keep(key, document);
    return document;
  }

  list(query: ResourceQuery): readonly ResourceDocument[] {
    return this.#rows.list(query);
  }

  entries(query: ResourceQuery): readonly ResourceEntry[] {
    return this.#rows.entries(query);
  }

  /** Forgets what a commit changed (KR1). */
  forget(writes: readonly Write[]): void {
    if (this.#kept.size === 0) return;
    for (const write of writes) {
      if (write.kind === 'putResource') this.#drop(armIdKey(write.resource.id));
      else if (write.kind === 'deleteResource') this.#drop(armIdKey(write.id));
    }
  }

  #keep(key: string, document: ResourceDocument): void {
    const size = jsonSizeBound(document.body, largestKept);
    if (size > largestKept) return;
    freeze(document.body);
    freeze(document.secrets ?? null);
    Object.freeze(document);
    this.#kept.set(key, { document, size });
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept && this.#size <= sizeOfAll) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#size -= kept.size;
  }
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value) as Json[]) freeze(member);
}
