/**
 * Table: rows as CSV or HTML text.
 *
 * Owns: the two formats. Source: engine reference 4.5 (measured on the service).
 */
import { textOf, valueType } from '#expression';
import { isJsonArray, isJsonObject, type Json, JsonNumber, memberOf } from '#foundation';
import type { ActionKind, Activation, AnyActivation } from '../kind.ts';
import { rowValue, sourceRows } from './rows.ts';

interface Grid {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const table: ActionKind<'table'> = {
  start(act) {
    const from = sourceRows(act, act.plan.from, 'table');
    if (from === undefined) return;
    const format = act.evaluate(act.plan.format);
    if (format === undefined) return;
    const wanted = typeof format === 'string' ? format.toUpperCase() : '';
    if (wanted !== 'CSV' && wanted !== 'HTML') {
      act.fail('BadRequest', "The 'format' property value in the 'table' action inputs must be 'CSV' or 'HTML'.");
      return;
    }
    if (!act.record({ from, format })) return;
    const grid = act.plan.columns === undefined ? automaticGrid(act, from) : columnGrid(act, from, act.plan.columns);
    if (grid === undefined) return;
    act.succeed({ body: wanted === 'CSV' ? csv(grid) : html(grid) });
  },
};

type Columns = NonNullable<Activation<'table'>['plan']['columns']>;

function columnGrid(act: Activation<'table'>, from: readonly Json[], columns: Columns): Grid | undefined {
  const headers: string[] = [];
  for (const { header } of columns) {
    const text = act.evaluate(header);
    if (text === undefined) return undefined;
    headers.push(cellText(text));
  }
  const rows: string[][] = [];
  for (const row of from) {
    const cells: string[] = [];
    for (const { value } of columns) {
      const cell = rowValue(act, value, row);
      if (cell === undefined) return undefined;
      cells.push(cellText(cell));
    }
    rows.push(cells);
  }
  return { headers, rows };
}

/** Columns are the names of all rows in the order they are first seen. */
function automaticGrid(act: AnyActivation, from: readonly Json[]): Grid | undefined {
  const headers = new Set<string>();
  for (const row of from) {
    if (!isJsonObject(row)) {
      const message =
        valueType(row) === 'Null'
          ? "The 'from' property value in the 'table' action inputs must be an array of objects."
          : "The property 'columns' must be specified unless the 'from' property value is an array of objects.";
      act.fail('BadRequest', message);
      return undefined;
    }
    for (const name of Object.keys(row)) headers.add(name);
  }
  const names = [...headers];
  return { headers: names, rows: from.map((row) => names.map((name) => cellText(memberOf(row, name) ?? null))) };
}

/** Objects and arrays are compact JSON, Booleans `True` and `False`, null is empty. */
function cellText(value: Json): string {
  if (isJsonArray(value) || (isJsonObject(value) && !(value instanceof JsonNumber))) return JSON.stringify(value);
  return textOf(value);
}

/** CRLF after every line, the last one too; only cells that need it are quoted. */
function csv(grid: Grid): string {
  if (grid.headers.length === 0) return '';
  const line = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;
  return line(grid.headers) + grid.rows.map(line).join('');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function html(grid: Grid): string {
  const cells = (tag: string, texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${encoded(text)}</${tag}>`).join('');
  const body = grid.rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
  const head = grid.headers.length === 0 ? '' : `<thead><tr>${cells('th', grid.headers)}</tr></thead>`;
  return `<table>${head}<tbody>${body}</tbody></table>`;
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** The five markup characters, U+00A0 to U+00FF and everything beyond U+FFFF; lone surrogates stay as they are. */
function encoded(text: string): string {
  return text.replace(
    /[<>&"'\u00A0-\u00FF]|[\u{10000}-\u{10FFFF}]/gu,
    (character) => entities[character] ?? `&#${character.codePointAt(0)};`,
  );
}
