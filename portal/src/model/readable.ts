/**
 * How a value is best read: as names and values, as a table, as HTML, as text.
 *
 * Source: portal reference 7.1 (Inputs/outputs).
 */
import { exactJson, isScalar } from './exact-json.ts';

type Members = Readonly<Record<string, unknown>>;

export type Readable =
  | { readonly kind: 'text'; readonly value: unknown }
  | { readonly kind: 'html'; readonly text: string }
  | { readonly kind: 'members'; readonly members: readonly (readonly [string, unknown])[] }
  /** A list of objects of scalars: a column for each member. */
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly Members[] }
  | { readonly kind: 'items'; readonly items: readonly unknown[] };

const mostColumns = 8;

const isMembers = (value: unknown): value is Members => !isScalar(value) && !Array.isArray(value);

export function readableOf(value: unknown): Readable {
  if (typeof value === 'string') {
    if (/^\s*[[{]/.test(value)) {
      const inner = exactJson(value);
      if (typeof inner !== 'string') return readableOf(inner);
    }
    return isHtml(value) ? { kind: 'html', text: value } : { kind: 'text', value };
  }
  if (Array.isArray(value)) return ofList(value as readonly unknown[]);
  return isMembers(value) ? { kind: 'members', members: Object.entries(value) } : { kind: 'text', value };
}

const isHtml = (text: string): boolean =>
  /<(?:html|body|div|p|table|ul|ol|h[1-6]|br|span|b|strong)\b[^>]*>/i.test(text);

function ofList(items: readonly unknown[]): Readable {
  const rows = items.filter(isMembers);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isTable =
    items.length > 0 &&
    rows.length === items.length &&
    columns.length <= mostColumns &&
    rows.every((row) => Object.values(row).every(isScalar));
  return isTable ? { kind: 'table', columns, rows } : { kind: 'items', items };
}

/** How many items or members an array or an object has. */
export const countOf = (value: unknown): number =>
  Array.isArray(value) ? value.length : Object.keys(value as Members).length;

/** `5 members`, `3 items`: what is folded away. */
export function sizeOf(value: unknown): string {
  const count = countOf(value);
  const word = Array.isArray(value) ? 'item' : 'member';
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}
