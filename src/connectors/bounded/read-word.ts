/**
 * The text of a Word document (DOCX), in pages where the document says where they end.
 *
 * Owns: paragraphs, tables, breaks, notes; deleted text and fields' instructions are left out, as are headers and footers.
 */
import type { DocumentText } from './document-text.ts';
import { attributeOf, localName, type OfficePackage, type PartEvents } from './office-package.ts';

export function readWord(file: OfficePackage, main: string, into: DocumentText): void {
  const breaks = hasRenderedBreaks(file, main) ? 'rendered' : 'written';
  file.read(main, wordEvents(into, breaks));
  for (const { type, part } of file.relationships(main).values()) {
    if (/\/(?:footnotes|endnotes)$/.test(type)) file.read(part, wordEvents(into, 'none'));
  }
  into.page();
}

/** Where Word noted the pages it made, those it was told to begin are among them. */
function hasRenderedBreaks(file: OfficePackage, main: string): boolean {
  let found = false;
  file.read(main, {
    open: (name) => {
      found ||= localName(name) === 'lastRenderedPageBreak';
    },
  });
  return found;
}

function wordEvents(into: DocumentText, breaks: 'rendered' | 'written' | 'none'): PartEvents {
  /** Whether text counts here, and how many copies for older readers and cells are open. */
  let inText = false;
  let copies = 0;
  let cells = 0;
  return {
    open(qualified, attributes) {
      const name = localName(qualified);
      if (name === 'Fallback') copies += 1;
      if (copies > 0) return;
      if (name === 't') inText = true;
      else if (name === 'tc') cells += 1;
      else if (name === 'tab' && attributeOf(attributes, 'val') === undefined) into.write('\t');
      else if (name === 'noBreakHyphen') into.write('-');
      else if (name === 'lastRenderedPageBreak' && breaks === 'rendered') into.page();
      else if (name === 'br' || name === 'cr') {
        const isPage = attributeOf(attributes, 'type') === 'page';
        if (!isPage) into.write('\n');
        else if (breaks === 'written') into.page();
      }
    },
    text(text) {
      if (inText && copies === 0) into.write(text);
    },
    close(qualified) {
      const name = localName(qualified);
      if (name === 'Fallback') copies -= 1;
      if (copies > 0) return;
      if (name === 't') inText = false;
      else if (name === 'p') endParagraph(into, cells);
      else if (name === 'tc') {
        cells -= 1;
        into.separate('\t');
      } else if (name === 'tr') {
        into.separate('');
        into.line();
      }
    },
  };
}

/** Paragraphs of a cell stand in one line of its row. */
function endParagraph(into: DocumentText, cells: number): void {
  if (cells > 0) into.separate(' ');
  else into.write('\n');
}
