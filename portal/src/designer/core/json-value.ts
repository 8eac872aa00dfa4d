/** Values of a tree, and values as the text that is put into one. */
import type { Doc } from './document.ts';
import type { Json } from './json-tree.ts';

export type JsonData = null | boolean | number | string | readonly JsonData[] | JsonRecord;

export interface JsonRecord {
  readonly [name: string]: JsonData;
}

export const isRecord = (value: JsonData | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `JSON.parse` makes of the text; a number that has no exact form is the nearest one. */
export function valueOf(json: Json): JsonData {
  switch (json.kind) {
    case 'object':
      return Object.fromEntries(json.members.map(({ key, value }) => [key, valueOf(value)]));
    case 'array':
      return json.items.map(valueOf);
    case 'string':
      return json.value;
    case 'literal':
      return JSON.parse(json.raw) as JsonData;
  }
}

/** Whether a part of the text says this value already, in whatever spelling. */
export function says(json: Json, value: JsonData): boolean {
  if (Array.isArray(value)) {
    const items = value as readonly JsonData[];
    return (
      json.kind === 'array' &&
      json.items.length === items.length &&
      json.items.every((item, index) => says(item, items[index] ?? null))
    );
  }
  if (isRecord(value)) {
    if (json.kind !== 'object') return false;
    const names = Object.keys(value);
    const members = new Map(json.members.map((member) => [member.key, member.value]));
    return (
      members.size === names.length &&
      json.members.length === names.length &&
      names.every((name) => {
        const member = members.get(name);
        return member !== undefined && says(member, value[name] ?? null);
      })
    );
  }
  return typeof value === 'string'
    ? json.kind === 'string' && json.value === value
    : json.kind === 'literal' && JSON.parse(json.raw) === value;
}

/** The blanks that the line of an offset begins with. */
export function indentAt({ text }: Pick<Doc, 'text'>, offset: number): string {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))?.[0] ?? '';
}

/** Whether the whole text stands in one line. */
export const isOneLine = ({ text }: Pick<Doc, 'text'>): boolean => !text.trimEnd().includes('\n');

/** The value as text whose further lines stand at `indent`. */
export function layOut({ text, style }: Pick<Doc, 'text' | 'style'>, value: JsonData, indent: string): string {
  if (isOneLine({ text })) return JSON.stringify(value);
  return JSON.stringify(value, undefined, style.indent).replaceAll('\n', style.eol + indent);
}

/** A text that was indented by `from`, indented by `to`. Texts within JSON hold no line ends, so that nothing else moves. */
export function reindented(text: string, from: string, to: string): string {
  if (from === to || !text.includes('\n')) return text;
  return text.replaceAll(/(\r?\n)([ \t]*)/g, (_, eol: string, blanks: string) =>
    blanks.startsWith(from) ? eol + to + blanks.slice(from.length) : eol + blanks,
  );
}
