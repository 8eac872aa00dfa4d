/**
 * Several lists of documents as one, newest first (or oldest, where the lists are so): each is read in slices, and the
 * foremost of their fronts comes next.
 *
 * Owns: the order. Invariant: what the lists have together comes once each if no document is in two of them.
 */
import type { DocumentQuery, DocumentReader, StoredDocument } from '#foundation';

interface Front {
  readonly query: DocumentQuery;
  slice: readonly StoredDocument[];
  at: number;
  isThrough: boolean;
}

export class MergedDocuments {
  readonly #documents: DocumentReader;
  readonly #fronts: readonly Front[];
  readonly #sliceSize: number;
  #size: number;

  /** `firstSize`: how many of each list are read at first, when few may do. */
  constructor(documents: DocumentReader, queries: readonly DocumentQuery[], firstSize: number, sliceSize: number) {
    this.#documents = documents;
    this.#sliceSize = sliceSize;
    this.#size = Math.min(firstSize, sliceSize);
    this.#fronts = queries.map((query) => ({ query, slice: [], at: 0, isThrough: false }));
  }

  next(): StoredDocument | undefined {
    let newest: Front | undefined;
    for (const front of this.#fronts) {
      if (front.at === front.slice.length) this.#fill(front);
      const document = front.slice[front.at];
      if (document === undefined) continue;
      const best = newest?.slice[newest.at];
      const isOldestFirst = front.query.oldestFirst === true;
      if (best === undefined || (isOldestFirst ? isNewer(best, document) : isNewer(document, best))) newest = front;
    }
    if (newest === undefined) return undefined;
    newest.at += 1;
    return newest.slice[newest.at - 1];
  }

  #fill(front: Front): void {
    if (front.isThrough) return;
    const last = front.slice.at(-1);
    const top = last === undefined ? this.#size : this.#sliceSize;
    front.slice = this.#documents.list({
      ...front.query,
      ...(last === undefined ? {} : { after: { time: last.time, key: last.key } }),
      top,
    });
    front.at = 0;
    front.isThrough = front.slice.length < top;
  }
}

function isNewer(left: StoredDocument, right: StoredDocument): boolean {
  return left.time === right.time ? left.key > right.key : left.time > right.time;
}
