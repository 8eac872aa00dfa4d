/** Resources in memory. */
import {
  armIdKey,
  isWithin,
  type JsonObject,
  parseJson,
  type ResourceDocument,
  type ResourceEntry,
  type ResourceQuery,
  type ResourceReader,
  stringifyJson,
} from '#foundation';
import { compareText, put, remove, type Undo } from './undo.ts';

interface Kept {
  readonly key: string;
  readonly document: Omit<ResourceDocument, 'body' | 'secrets'>;
  readonly body: string;
  readonly secrets?: string;
}

export class MemoryResources implements ResourceReader {
  readonly #kept = new Map<string, Kept>();

  get(id: string): ResourceDocument | undefined {
    const kept = this.#kept.get(armIdKey(id));
    return kept === undefined ? undefined : documentOf(kept);
  }

  list(query: ResourceQuery): readonly ResourceDocument[] {
    return this.#found(query).map(documentOf);
  }

  entries(query: ResourceQuery): readonly ResourceEntry[] {
    return this.#found(query).map(entryOf);
  }

  #found(query: ResourceQuery): readonly Kept[] {
    const found = [...this.#kept.values()].filter((kept) => matches(kept, query));
    found.sort((left, right) => compareText(left.key, right.key));
    return found.slice(0, query.top ?? found.length);
  }

  put(resource: ResourceDocument): Undo {
    const { body, secrets, ...document } = resource;
    const key = armIdKey(resource.id);
    const texts = { body: stringifyJson(body), ...(secrets === undefined ? {} : { secrets: stringifyJson(secrets) }) };
    return put(this.#kept, key, { key, document, ...texts });
  }

  delete(id: string): Undo {
    return remove(this.#kept, armIdKey(id));
  }
}

function matches({ key, document }: Kept, query: ResourceQuery): boolean {
  return (
    sameText(document.type, query.type) &&
    sameText(document.subscriptionId, query.subscriptionId) &&
    sameText(document.resourceGroup, query.resourceGroup) &&
    (query.scope === undefined || isWithin(key, query.scope)) &&
    (query.named === undefined || document.name.toLowerCase().includes(query.named.toLowerCase())) &&
    (query.after === undefined || key > query.after)
  );
}

function sameText(value: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || value?.toLowerCase() === wanted.toLowerCase();
}

function documentOf(kept: Kept): ResourceDocument {
  const body = parseJson(kept.body) as JsonObject;
  if (kept.secrets === undefined) return { ...kept.document, body };
  return { ...kept.document, body, secrets: parseJson(kept.secrets) as JsonObject };
}

function entryOf({ document: { id, type, name, subscriptionId, resourceGroup, location } }: Kept): ResourceEntry {
  return {
    id,
    type,
    name,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(location === undefined ? {} : { location }),
  };
}
