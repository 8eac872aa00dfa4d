/** Documents in memory. */
import {
  type DocumentGroup,
  type DocumentGroupQuery,
  type DocumentQuery,
  type DocumentReader,
  type DocumentTally,
  type JsonObject,
  orderedText,
  type MemberOrder,
  memberText,
  parseJson,
  type StoredDocument,
  stringifyJson,
} from '#foundation';
import { compareText, put, remove, type Undo } from './undo.ts';

interface Kept {
  readonly document: Omit<StoredDocument, 'body' | 'secrets'>;
  readonly body: string;
  readonly secrets?: string;
}

export class MemoryDocuments implements DocumentReader {
  readonly #collections = new Map<string, Map<string, Kept>>();

  get(collection: string, key: string): StoredDocument | undefined {
    const kept = this.#collection(collection).get(key);
    return kept === undefined ? undefined : documentOf(kept);
  }

  list(query: DocumentQuery): readonly StoredDocument[] {
    const found = this.#matching(query);
    if (query.behindKey !== undefined) {
      found.sort(({ document: left }, { document: right }) => compareText(left.key, right.key));
      return found.slice(0, query.top ?? found.length).map(documentOf);
    }
    if (query.by !== undefined) return ordered(found.map(documentOf), query, query.by);
    const sign = query.oldestFirst === true ? 1 : -1;
    found.sort(({ document: left }, { document: right }) => sign * compare(left, right));
    return found.slice(0, query.top ?? found.length).map(documentOf);
  }

  count(query: DocumentQuery): number {
    const count = this.#matching(query).length;
    return query.top === undefined ? count : Math.min(count, query.top);
  }

  groups({ collection, by, behind, top }: DocumentGroupQuery): readonly DocumentGroup[] {
    const byValue = new Map<string, Map<string, DocumentTally>>();
    for (const kept of this.#collection(collection).values()) {
      const value = memberText(documentOf(kept).body, by.members);
      if (behind !== undefined && compareText(value, behind) <= 0) continue;
      const counts = byValue.get(value) ?? new Map<string, DocumentTally>();
      const { parent, label = '', status, tally = '' } = kept.document;
      const place = JSON.stringify([parent, label, status, tally]);
      counts.set(place, { parent, label, status, tally, count: (counts.get(place)?.count ?? 0) + 1 });
      byValue.set(value, counts);
    }
    const values = [...byValue].toSorted(([left], [right]) => compareText(left, right)).slice(0, top);
    return values.map(([value, counts]) => ({ value, counts: [...counts.values()] }));
  }

  put(document: StoredDocument): Undo {
    const { body, secrets, ...rest } = document;
    const texts = { body: stringifyJson(body), ...(secrets === undefined ? {} : { secrets: stringifyJson(secrets) }) };
    return put(this.#collection(document.collection), document.key, { document: rest, ...texts });
  }

  delete(collection: string, key: string): Undo {
    return remove(this.#collection(collection), key);
  }

  #matching(query: DocumentQuery): Kept[] {
    return [...this.#collection(query.collection).values()].filter(({ document }) => matches(document, query));
  }

  #collection(name: string): Map<string, Kept> {
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = new Map();
      this.#collections.set(name, collection);
    }
    return collection;
  }
}

function matches(document: Kept['document'], query: DocumentQuery): boolean {
  const { parent, label, status, tally, below, behindKey, from, to, after } = query;
  return (
    (parent === undefined || document.parent === parent) &&
    (label === undefined || (document.label ?? '') === label) &&
    (below === undefined || document.key.startsWith(`${below}/`)) &&
    (behindKey === undefined || compareText(document.key, behindKey) > 0) &&
    (status === undefined || document.status === status) &&
    (tally === undefined || (document.tally ?? '') === tally) &&
    (from === undefined || document.time >= from) &&
    (to === undefined || document.time <= to) &&
    (after === undefined ||
      query.by !== undefined ||
      (query.oldestFirst === true ? compare(document, after) > 0 : compare(document, after) < 0))
  );
}

function ordered(
  documents: readonly StoredDocument[],
  query: DocumentQuery,
  by: MemberOrder,
): readonly StoredDocument[] {
  const { after, top } = query;
  const sign = by.descending === true && by.equals === undefined ? -1 : 1;
  const place = (document: StoredDocument) => ({ ...document, value: memberText(document.body, by.members) });
  const compareOrdered = (left: Position & { readonly value: string }, right: Position & { readonly value: string }) =>
    sign * (compareText(left.value, right.value) || compare(right, left));
  const places = documents
    .map((document) => ({ document, at: place(document) }))
    .filter(({ at }) => by.statuses?.includes(at.status) !== false && by.tallies?.includes(at.tally ?? '') !== false)
    .filter(({ at }) => by.equals === undefined || at.value === orderedText(by.equals))
    .filter(
      ({ at }) => after === undefined || compareOrdered(at, { value: orderedText(by.equals ?? ''), ...after }) > 0,
    )
    .toSorted((left, right) => compareOrdered(left.at, right.at));
  return places.slice(0, top ?? places.length).map(({ document }) => document);
}

type Position = Pick<StoredDocument, 'time' | 'key'>;

function compare(left: Position, right: Position): number {
  return left.time - right.time || compareText(left.key, right.key);
}

function documentOf(kept: Kept): StoredDocument {
  const body = parseJson(kept.body) as JsonObject;
  if (kept.secrets === undefined) return { ...kept.document, body };
  return { ...kept.document, body, secrets: parseJson(kept.secrets) as JsonObject };
}
