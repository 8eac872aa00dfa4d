/**
 * A text of comma-separated values as rows.
 *
 * Owns: quotes, line ends. Source: RFC 4180.
 */
import { type Fault, fault } from '#foundation';

/** Rows of cells; a fault for a quote that is never closed. */
export function csvRows(text: string): readonly (readonly string[])[] | Fault {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null) return fault('InvalidRequestContent', `the table is broken at character ${at + 1}.`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') {
      if (cell.lastIndex === text.length) row.push('');
      continue;
    }
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
