/**
 * The text of a PDF file, page by page.
 *
 * Owns: from the library's text items to lines; which failures are the file's. Does not own: reading PDF (unpdf, which is pdf.js).
 *
 * Invariants
 * RP1. A document is read whole or refused: the library leaves text out where a character map is missing, this does not.
 */
import { getDocumentProxy } from 'unpdf';
import { DocumentFault, type DocumentText } from './document-text.ts';

export async function readPdf(bytes: Uint8Array, into: DocumentText): Promise<void> {
  const missing = new Set<string>();
  const document = await opened(bytes, missing);
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    for (const item of items) {
      if (!('str' in item)) continue;
      into.write(item.str);
      if (item.hasEOL) into.write('\n');
    }
    page.cleanup();
    const [map] = missing;
    if (map !== undefined)
      throw new DocumentFault(`its text is in the character map '${map}', which is not known here`);
    into.page();
  }
}

/** `missing`: gets the names of character maps that the document asks for; none come with the library (RP1). */
async function opened(bytes: Uint8Array, missing: Set<string>): ReturnType<typeof getDocumentProxy> {
  class NoFiles {
    fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<never> {
      if (kind === 'cMapUrl') missing.add(filename.replace(/\.bcmap$/, ''));
      return Promise.reject(new Error(`'${filename}' does not come with the library.`));
    }
  }
  try {
    return await getDocumentProxy(bytes, {
      disableFontFace: true,
      useSystemFonts: false,
      verbosity: 0,
      useWorkerFetch: false,
      // Asked for only where it is set; `NoFiles` answers.
      cMapUrl: 'maps/',
      BinaryDataFactory: NoFiles,
    });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'PasswordException') throw new DocumentFault('it is protected by a password');
    throw new DocumentFault('it is no PDF file that can be read');
  }
}
