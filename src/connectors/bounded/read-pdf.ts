/**
 * The text of a PDF file, page by page.
 *
 * Owns: from the library's text items to lines; which failures are the file's. Does not own: reading PDF (unpdf, which is pdf.js).
 */
import { getDocumentProxy } from 'unpdf';
import { DocumentFault, type DocumentText } from './document-text.ts';

export async function readPdf(bytes: Uint8Array, into: DocumentText): Promise<void> {
  const document = await opened(bytes);
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    for (const item of items) {
      if (!('str' in item)) continue;
      into.write(item.str);
      if (item.hasEOL) into.write('\n');
    }
    page.cleanup();
    into.page();
  }
}

async function opened(bytes: Uint8Array): ReturnType<typeof getDocumentProxy> {
  try {
    return await getDocumentProxy(bytes, {
      disableFontFace: true,
      useSystemFonts: false,
      verbosity: 0,
    });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'PasswordException') throw new DocumentFault('it is protected by a password');
    throw new DocumentFault('it is no PDF file that can be read');
  }
}
