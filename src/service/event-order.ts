/**
 * The orders in which lists of events come: by arrival, by a text of theirs, or by what they are counted by.
 *
 * Owns: reading documents in such an order, and the place of a document in it.
 * Does not own: which orders there are for whom (`#api`), filters (`read-events.ts`).
 *
 * Invariants
 * EO1. Every order is that of an index: a page costs what it shows, however many there are.
 */
import {
  type DocumentQuery,
  type DocumentReader,
  type MemberOrder,
  memberText,
  type StoredDocument,
} from '#foundation';
import { MergedDocuments } from './merged-documents.ts';

export type EventOrder =
  /** By arrival, the newest first unless told. */
  | { readonly kind: 'arrival'; readonly oldestFirst?: boolean }
  /** By a text of theirs, or those of one text. */
  | { readonly kind: 'member'; readonly by: MemberOrder }
  /** By what they are counted by, or their state, in the order of these values; equal ones newest first. */
  | { readonly kind: 'values'; readonly of: 'tally' | 'status'; readonly values: readonly string[] };

/** A place in an order; `value` is the text or value of the document there. */
export interface OrderPlace {
  readonly time: number;
  readonly key: string;
  readonly value?: string;
}

export function placeIn(order: EventOrder | undefined, document: StoredDocument): OrderPlace {
  const { time, key, body, status, tally = '' } = document;
  if (order?.kind === 'member') return { time, key, value: memberText(body, order.by.members) };
  return order?.kind === 'values' ? { time, key, value: order.of === 'tally' ? tally : status } : { time, key };
}

export interface OrderedQuery {
  readonly base: DocumentQuery;
  readonly statuses?: readonly string[];
  readonly tallies?: readonly string[];
  readonly after?: OrderPlace;
  readonly order?: EventOrder;
  /** How many are read of each list at first, when few may do, and later. */
  readonly firstSize: number;
  readonly sliceSize: number;
}

/** What hands out documents one by one. */
export interface DocumentSource {
  next(): StoredDocument | undefined;
}

export function orderedDocuments(documents: DocumentReader, query: OrderedQuery): DocumentSource {
  const { order, base, after } = query;
  if (order?.kind === 'values') return new InTurn(documents, query, order);
  if (order?.kind === 'member') {
    const { statuses, tallies } = query;
    const by = {
      ...order.by,
      ...(statuses === undefined ? {} : { statuses }),
      ...(tallies === undefined ? {} : { tallies }),
    };
    return new Slices(documents, { ...base, by }, query);
  }
  const oldestFirst = order?.oldestFirst === true;
  const from = { ...base, ...(oldestFirst ? { oldestFirst } : {}), ...(after === undefined ? {} : { after }) };
  return new MergedDocuments(documents, rangesOf(from, query), query.firstSize, query.sliceSize);
}

/** One range for each state and tally asked for: each is a range of an index. */
function rangesOf(base: DocumentQuery, { statuses, tallies }: OrderedQuery): readonly DocumentQuery[] {
  const byStatus = statuses?.map((status) => ({ ...base, status })) ?? [base];
  // Within one subscription the index by its states serves better.
  if (tallies === undefined || base.parent !== undefined) return byStatus;
  return byStatus.flatMap((each) => tallies.map((tally) => ({ ...each, tally })));
}

/** One list in the order of a text, read in slices. */
class Slices implements DocumentSource {
  readonly #documents: DocumentReader;
  readonly #query: DocumentQuery & { readonly by: MemberOrder };
  readonly #sliceSize: number;
  #slice: readonly StoredDocument[] = [];
  #at = 0;
  #size: number;
  #after: OrderPlace | undefined;
  #isThrough = false;

  constructor(documents: DocumentReader, query: DocumentQuery & { readonly by: MemberOrder }, sizes: OrderedQuery) {
    this.#documents = documents;
    this.#query = query;
    this.#size = Math.min(sizes.firstSize, sizes.sliceSize);
    this.#sliceSize = sizes.sliceSize;
    this.#after = sizes.after;
  }

  next(): StoredDocument | undefined {
    if (this.#at === this.#slice.length && !this.#isThrough) this.#fill();
    const document = this.#slice[this.#at];
    this.#at += 1;
    return document;
  }

  #fill(): void {
    const after = this.#after;
    this.#slice = this.#documents.list({
      ...this.#query,
      ...(after === undefined ? {} : { after }),
      top: this.#size,
    });
    this.#at = 0;
    this.#isThrough = this.#slice.length < this.#size;
    this.#size = this.#sliceSize;
    const last = this.#slice.at(-1);
    if (last !== undefined) this.#after = placeIn({ kind: 'member', by: this.#query.by }, last);
  }
}

/** The documents of each value, one value behind the other. */
class InTurn implements DocumentSource {
  readonly #sources: (() => DocumentSource)[];
  #current: DocumentSource | undefined;

  constructor(documents: DocumentReader, query: OrderedQuery, order: Extract<EventOrder, { kind: 'values' }>) {
    const { order: _, after, ...rest } = query;
    const asked = order.of === 'tally' ? query.tallies : query.statuses;
    const values = order.values.filter((value) => asked?.includes(value) !== false);
    const first = after?.value === undefined ? 0 : order.values.indexOf(after.value);
    this.#sources = values
      .filter((value) => order.values.indexOf(value) >= first)
      .map((value) => () => {
        const one = order.of === 'tally' ? { tallies: [value] } : { statuses: [value] };
        const place = after !== undefined && value === after.value ? { after } : {};
        return orderedDocuments(documents, { ...rest, ...one, ...place });
      });
  }

  next(): StoredDocument | undefined {
    for (;;) {
      this.#current ??= this.#sources.shift()?.();
      const document = this.#current?.next();
      if (document !== undefined || this.#current === undefined) return document;
      this.#current = undefined;
    }
  }
}
