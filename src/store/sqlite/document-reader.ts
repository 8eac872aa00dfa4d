/** Reads documents; their secrets are opened on the way. */
import type {
  DocumentGroup,
  DocumentGroupQuery,
  DocumentQuery,
  DocumentReader,
  DocumentTally,
  MemberOrder,
  StoredDocument,
} from '#foundation';
import { objectOf, type Reading, type Row } from './reading.ts';
import type { Seal } from './seal.ts';
import { getDocument } from './statements/get-document.ts';
import { countDocuments, listDocuments } from './statements/list-documents.ts';
import { countValue, countValues, listOrdered } from './statements/member-orders.ts';
import { documentBinding } from './wire.ts';

/** Rows read for each group asked for: places, states and tallies. */
const rowsForGroup = 16;

type GroupRow = DocumentTally & { readonly value: string };

export class SqliteDocuments implements DocumentReader {
  readonly #reading: Reading;
  readonly #seal: Seal;

  constructor(reading: Reading, seal: Seal) {
    this.#reading = reading;
    this.#seal = seal;
  }

  get(collection: string, key: string): StoredDocument | undefined {
    const row = this.#reading.statement(getDocument).get(collection, key);
    return row === undefined ? undefined : this.#document(row);
  }

  list(query: DocumentQuery): readonly StoredDocument[] {
    if (query.by !== undefined) return this.#ordered(query, query.by);
    return this.#reading.rows(listDocuments(query)).map((row) => this.#document(row));
  }

  count(query: DocumentQuery): number {
    return this.#reading.count(countDocuments(query));
  }

  groups({ collection, by, behind, top }: DocumentGroupQuery): readonly DocumentGroup[] {
    const most = top * rowsForGroup;
    const rows = this.#reading.rows(countValues(collection, by, behind, most)) as unknown as GroupRow[];
    const groups = [...Map.groupBy(rows, ({ value }) => value)];
    // The last value may have been cut off: it comes next time, or is counted by itself where it is the only one.
    const whole = rows.length < most || groups.length === 1 ? groups : groups.slice(0, -1);
    const isCut = rows.length === most && groups.length === 1;
    return whole.slice(0, top).map(([value, counts]) => {
      const all = isCut ? (this.#reading.rows(countValue(collection, by, value)) as unknown as GroupRow[]) : counts;
      return { value, counts: all };
    });
  }

  #ordered(query: DocumentQuery, by: MemberOrder): readonly StoredDocument[] {
    const found: StoredDocument[] = [];
    for (const part of listOrdered(query, by)) {
      found.push(...this.#reading.rows(part).map((row) => this.#document(row)));
      if (query.top !== undefined && found.length >= query.top) return found.slice(0, query.top);
    }
    return found;
  }

  #document(row: Row): StoredDocument {
    const collection = row['collection'] as string;
    const key = row['key'] as string;
    const label = row['label'] as string;
    const tally = row['tally'] as string;
    const subject = row['subject'] as string;
    const sealed = row['secrets'] as Uint8Array | null;
    return {
      collection,
      key,
      parent: row['parent'] as string,
      ...(label === '' ? {} : { label }),
      ...(tally === '' ? {} : { tally }),
      ...(subject === '' ? {} : { subject }),
      time: row['time'] as number,
      status: row['status'] as string,
      body: objectOf(row['body']),
      ...(sealed === null ? {} : { secrets: objectOf(this.#seal.open(sealed, documentBinding(collection, key))) }),
    };
  }
}
