/** The types of documents an author may name. Source: the designer's manifest of ParseDocumentWithMetadata. */
import type { Json } from '#foundation';

const documentTypes: readonly string[] = ['PDF', 'DOC', 'DOCX', 'XLS', 'XLSX', 'PPT', 'PPTX', 'TXT', 'MD', 'HTML'];

/** What is wrong with a `fileType`; undefined for none. */
export function documentTypeFault(given: Json | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && documentTypes.includes(given.toUpperCase())) return undefined;
  return `The 'fileType' must be one of '${documentTypes.join(', ')}'.`;
}
