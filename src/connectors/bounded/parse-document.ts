/**
 * The text of a document of whatever kind: what kind it is, and its pages.
 *
 * Owns: telling kinds apart, by the bytes first and by what is said of them where bytes say nothing.
 * Does not own: reading them (`read-pdf.ts`, `read-word.ts` …), the bounds of time and memory (`bounded-work.ts`).
 * Source: engine reference 4.5; the designer's manifests of the actions.
 */
import { DocumentFault, DocumentText } from './document-text.ts';
import type { DocumentJob, DocumentResult, JobFailure } from './job.ts';

type Kind = 'pdf' | 'word' | 'sheets' | 'slides' | 'html' | 'text';

export async function parseDocument(job: DocumentJob): Promise<DocumentResult | JobFailure> {
  try {
    const into = new DocumentText(job.resultCharacters);
    await read(job, into);
    return { kind: 'parseDocument', pages: into.pages };
  } catch (error) {
    if (error instanceof DocumentFault) return { kind: 'failure', code: 'BadRequest', message: error.message };
    throw error;
  }
}

async function read({ bytes, contentType, fileType }: DocumentJob, into: DocumentText): Promise<void> {
  const wanted = fileType === undefined ? undefined : kindsOfTypes.get(fileType.toUpperCase());
  const found = signatureOf(bytes);
  if (found === undefined) {
    if (wanted !== undefined && wanted !== 'html' && wanted !== 'text') throw mismatch(fileType);
    const text = textOf(bytes, contentType);
    const isHtml = wanted === undefined ? looksLikeHtml(text, contentType) : wanted === 'html';
    if (isHtml) return (await import('./read-markup.ts')).readHtml(text, into);
    into.write(text);
    into.page();
    return;
  }
  if (found === 'pdf') {
    if (wanted !== undefined && wanted !== 'pdf') throw mismatch(fileType);
    return (await import('./read-pdf.ts')).readPdf(bytes, into);
  }
  await readOffice(bytes, into, (kind) => {
    if (wanted !== undefined && wanted !== kind) throw mismatch(fileType);
  });
}

async function readOffice(bytes: Uint8Array, into: DocumentText, check: (kind: Kind) => void): Promise<void> {
  const { OfficePackage } = await import('./office-package.ts');
  const file = new OfficePackage(bytes);
  const main = [...file.relationships('').values()].find(({ type }) => type.endsWith('/officeDocument'))?.part;
  const kind = /^(word|xl|ppt)\//i.exec(main ?? '')?.[1]?.toLowerCase();
  if (main === undefined || kind === undefined) {
    throw new DocumentFault('it is an archive, and no document of Word, Excel or PowerPoint');
  }
  if (kind === 'word') {
    check('word');
    (await import('./read-word.ts')).readWord(file, main, into);
  } else if (kind === 'xl') {
    check('sheets');
    (await import('./read-sheets.ts')).readSheets(file, main, into);
  } else {
    check('slides');
    (await import('./read-slides.ts')).readSlides(file, main, into);
  }
}

const kindsOfTypes: ReadonlyMap<string, Kind> = new Map([
  ['PDF', 'pdf'],
  ['DOC', 'word'],
  ['DOCX', 'word'],
  ['XLS', 'sheets'],
  ['XLSX', 'sheets'],
  ['PPT', 'slides'],
  ['PPTX', 'slides'],
  ['TXT', 'text'],
  ['MD', 'text'],
  ['HTML', 'html'],
]);

function mismatch(fileType: string | undefined): DocumentFault {
  return new DocumentFault(`it is no ${fileType?.toUpperCase() ?? ''} file`);
}

function signatureOf(bytes: Uint8Array): 'pdf' | 'office' | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (head.includes('%PDF-')) return 'pdf';
  if (head.startsWith('PK\u0003\u0004')) return 'office';
  if (head.startsWith('\u00d0\u00cf\u0011\u00e0')) {
    throw new DocumentFault(
      'it is a DOC, XLS or PPT file, or an Office file with a password: save it as DOCX, XLSX or PPTX without one',
    );
  }
  if (head.startsWith('{\\rtf')) throw new DocumentFault('it is an RTF file, which is not read');
  return undefined;
}

/** Text by its byte order mark, else by the charset of its type, else as UTF-8. */
function textOf(bytes: Uint8Array, contentType: string | undefined): string {
  const [first, second] = bytes;
  const marked =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  const named = /;\s*charset="?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  const encoding = marked ?? named ?? 'utf-8';
  const isText = marked !== undefined || named !== undefined || /^text\//i.test(contentType ?? '');
  if (marked === undefined && bytes.subarray(0, 8192).includes(0)) throw noText(contentType);
  try {
    return new TextDecoder(encoding, { fatal: !isText }).decode(bytes);
  } catch {
    throw noText(contentType);
  }
}

function noText(contentType: string | undefined): DocumentFault {
  const type = contentType === undefined ? '' : ` of the type '${contentType.slice(0, 100)}'`;
  return new DocumentFault(
    `it is a file${type} that is neither text, HTML, PDF nor a document of Word, Excel or PowerPoint`,
  );
}

function looksLikeHtml(text: string, contentType: string | undefined): boolean {
  if (/^(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '')) return true;
  return /^\s*(?:<!--[^]{0,1000}?-->\s*)?<(?:!doctype\s+html|html)\b/i.test(text.slice(0, 2000));
}
