/** Reads documents; their secrets are opened on the way. */
import type { DocumentQuery, DocumentReader, StoredDocument } from '#foundation';
import { objectOf, type Reading, type Row } from './reading.ts';
import type { Seal } from './seal.ts';
import { getDocument } from './statements/get-document.ts';
import { countDocuments, listDocuments } from './statements/list-documents.ts';
import { documentBinding } from './wire.ts';

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
    return this.#reading.rows(listDocuments(query)).map((row) => this.#document(row));
  }

  count(query: DocumentQuery): number {
    return this.#reading.count(countDocuments(query));
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
