/**
 * The text of a workbook (XLSX), sheet by sheet: rows as lines, cells separated by tabs.
 *
 * Owns: what a cell's value reads as; dates as ISO texts. Does not own: number formats beyond telling dates from numbers.
 */
import type { DocumentText } from './document-text.ts';
import { attributeOf, localName, type OfficePackage } from './office-package.ts';

const mostColumns = 16_384;

interface Book {
  readonly strings: readonly string[];
  /** Which cell formats show dates. */
  readonly dates: readonly boolean[];
  readonly since1904: boolean;
}

export function readSheets(file: OfficePackage, main: string, into: DocumentText): void {
  const relationships = file.relationships(main);
  const sheets: { readonly name: string; readonly part: string }[] = [];
  let since1904 = false;
  file.read(main, {
    open: (qualified, attributes) => {
      const name = localName(qualified);
      if (name === 'workbookPr') since1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const part = relationships.get(attributeOf(attributes, 'id') ?? '')?.part;
      if (part !== undefined) sheets.push({ name: attributes['name'] ?? '', part });
    },
  });
  const partOf = (suffix: string): string | undefined =>
    [...relationships.values()].find(({ type }) => type.endsWith(suffix))?.part;
  const book: Book = {
    strings: sharedStrings(file, partOf('/sharedStrings')),
    dates: dateFormats(file, partOf('/styles')),
    since1904,
  };
  for (const { name, part } of sheets) {
    readSheet(file, part, book, into);
    into.page({ sheetName: name });
  }
}

function sharedStrings(file: OfficePackage, part: string | undefined): readonly string[] {
  const strings: string[] = [];
  let text = '';
  let inText = false;
  let phonetic = false;
  if (part === undefined) return strings;
  file.read(part, {
    open(qualified) {
      const name = localName(qualified);
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text(found) {
      if (inText) text += found;
    },
    close(qualified) {
      const name = localName(qualified);
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') strings.push(text);
    },
  });
  return strings;
}

/** For each cell format whether its number format is one of dates. */
function dateFormats(file: OfficePackage, part: string | undefined): readonly boolean[] {
  const custom = new Map<string, boolean>();
  const formats: boolean[] = [];
  let inFormats = false;
  if (part === undefined) return formats;
  file.read(part, {
    open(qualified, attributes) {
      const name = localName(qualified);
      const id = attributes['numFmtId'] ?? '';
      if (name === 'numFmt') custom.set(id, isDateFormat(attributes['formatCode'] ?? ''));
      else if (name === 'cellXfs') inFormats = true;
      else if (name === 'xf' && inFormats) formats.push(custom.get(id) ?? isBuiltInDate(Number(id)));
    },
    close(qualified) {
      if (localName(qualified) === 'cellXfs') inFormats = false;
    },
  });
  return formats;
}

function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/** Texts, colours and conditions of a format say nothing. */
function isDateFormat(code: string): boolean {
  return /[ymdhs]/i.test(code.replace(/"[^"]*"|\[(?!h|m|s)[^\]]*\]|\\./gi, '').replace(/general/gi, ''));
}

function readSheet(file: OfficePackage, part: string, book: Book, into: DocumentText): void {
  let cell: { type: string; format: number; value: string } | undefined;
  let column = 0;
  let written = 0;
  let inValue = false;
  file.read(part, {
    open(qualified, attributes) {
      const name = localName(qualified);
      if (name === 'row') column = written = 0;
      else if (name === 'c') {
        column = columnOf(attributes['r']) ?? column + 1;
        cell = { type: attributes['t'] ?? 'n', format: Number(attributes['s'] ?? -1), value: '' };
      } else if (name === 'v' || name === 't') inValue = cell !== undefined;
    },
    text(text) {
      if (inValue && cell !== undefined) cell.value += text;
    },
    close(qualified) {
      const name = localName(qualified);
      if (name === 'v' || name === 't') inValue = false;
      else if (name === 'row') into.write('\n');
      else if (name === 'c' && cell !== undefined) {
        const text = cellText(cell, book);
        if (text !== '') {
          into.write('\t'.repeat(Math.max(0, column - Math.max(written, 1))));
          into.write(text);
          written = column;
        }
        cell = undefined;
      }
    },
  });
}

/** `AB12` is in column 28. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/i.exec(reference ?? '')?.[0].toUpperCase();
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return Math.min(column, mostColumns);
}

function cellText({ type, format, value }: { type: string; format: number; value: string }, book: Book): string {
  if (type === 's') return oneLine(book.strings[Number(value)] ?? '');
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type === 'n' && book.dates[format] === true && value !== '') return dateText(Number(value), book.since1904);
  return oneLine(value);
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ');
}

const day = 24 * 60 * 60 * 1000;

/** A serial number of days as a date, a time below one day. */
function dateText(serial: number, since1904: boolean): string {
  const first = since1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const time = new Date(first + Math.round((serial * day) / 1000) * 1000);
  if (Number.isNaN(time.getTime())) return String(serial);
  const text = time.toISOString().slice(0, 19);
  if (serial >= 0 && serial < 1) return text.slice(11);
  return text.endsWith('T00:00:00') ? text.slice(0, 10) : text;
}
