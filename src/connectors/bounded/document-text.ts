/**
 * The text of a document while it is read: pages, lines, and the bounds of both.
 *
 * Owns: counting characters and pages, line ends. Does not own: what is read (`read-pdf.ts`, `read-markup.ts`, `read-word.ts` …).
 *
 * Invariants
 * DT1. However large a document says it is, no more than the given characters and pages are kept.
 */
export interface DocumentPage {
  readonly text: string;
  /** The name of the worksheet it is. */
  readonly sheetName?: string;
}

/** A document that cannot be read, with the rest of a sentence that says why. */
export class DocumentFault extends Error {}

const mostPages = 10_000;
/** Elements around an element: the parser's time grows with the square of it. */
export const mostDepth = 5_000;

export class DocumentText {
  readonly #pages: DocumentPage[] = [];
  readonly #most: number;
  #characters = 0;
  #parts: string[] = [];
  /** The last characters written on this page. */
  #tail = '';
  #waiting = '';
  #depth = 0;

  constructor(mostCharacters: number) {
    this.#most = mostCharacters;
  }

  /** Counts elements that are open, by 1 and -1. */
  nest(by: 1 | -1): void {
    this.#depth += by;
    if (this.#depth > mostDepth) throw new DocumentFault(`its elements are nested more than ${mostDepth} deep`);
  }

  write(text: string): void {
    if (text === '') return;
    if (this.#waiting !== '') {
      const before = this.#waiting;
      this.#waiting = '';
      this.write(before);
    }
    this.#characters += text.length;
    if (this.#characters > this.#most) throw new DocumentFault(`its text has more than ${this.#most} characters`);
    this.#parts.push(text);
    this.#tail = (this.#tail + text).slice(-4);
    if (this.#parts.length > 10_000) this.#parts = [this.#parts.join('')];
  }

  /** What was written last on this page. */
  endsWith(text: string): boolean {
    return this.#tail.endsWith(text);
  }

  /** Ends a line, but makes no empty one. */
  line(): void {
    if (this.#tail !== '' && !this.endsWith('\n')) this.write('\n');
  }

  /** A separator that is written with the text behind it, in place of one that waits already. */
  separate(text: string): void {
    this.#waiting = text;
  }

  /** Ends a page; line ends around its text are not part of it. */
  page(more: Omit<DocumentPage, 'text'> = {}): void {
    if (this.#pages.length >= mostPages) throw new DocumentFault(`it has more than ${mostPages} pages`);
    this.#pages.push({ text: this.#parts.join('').replace(/^\n+|\s+$/g, ''), ...more });
    this.#parts = [];
    this.#tail = '';
    this.#waiting = '';
  }

  get pages(): readonly DocumentPage[] {
    return this.#pages;
  }
}
