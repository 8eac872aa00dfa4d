/** Every document of a query, read in pages. */
import type { DocumentQuery, DocumentReader, StoredDocument } from '#foundation';

const page = 500;

/** Newest first, as lists are; what is written while it is read may or may not be among them. */
export function* allDocuments(
  documents: DocumentReader,
  query: Omit<DocumentQuery, 'top' | 'after'>,
): Generator<StoredDocument> {
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const found = documents.list({ ...query, top: page, ...(after === undefined ? {} : { after }) });
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < page) return;
    after = { time: last.time, key: last.key };
  }
}
