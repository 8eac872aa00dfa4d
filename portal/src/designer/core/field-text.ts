/**
 * A member's value as the text of a field, and back.
 *
 * Invariant
 * F1. A value that is shown and not changed is written as it was: `fromText(toText(v), v)` is `v`.
 *
 * Source: portal reference 5.7, 5.8 (an expression alone keeps its type; a leading `@` of a text is doubled by its author).
 */
import { isRecord, type JsonData } from './json-value.ts';
import { areFaults, parseTemplate } from './language.ts';

/** A text for any value; what is no text is shown as JSON. */
export const toText = (value: JsonData | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);

const numberText = /^-?\d+(?:\.\d+)?$/;

/** The value of a field that holds any JSON: a text that reads as something else than a text is that. */
export function fromText(text: string, before: JsonData | undefined): JsonData {
  if (text === toText(before) && before !== undefined) return before;
  const trimmed = text.trim();
  if (/^(?:[[{]|-?\d|true$|false$|null$)/.test(trimmed)) {
    try {
      const value = JSON.parse(trimmed) as JsonData;
      // A text of digits that was a text stays one.
      return typeof before === 'string' && numberText.test(before) && typeof value === 'number' ? text : value;
    } catch {
      return text;
    }
  }
  return text;
}

export const numberFromText = (text: string): JsonData => (numberText.test(text.trim()) ? Number(text) : text);

/** The expressions of a template text in their order, without signs and braces. */
export function expressionsIn(
  text: string,
): readonly { readonly expression: string; readonly start: number; readonly end: number }[] {
  if (!text.includes('@')) return [];
  const template = parseTemplate(text);
  if (areFaults(template) || template.kind === 'literal') return [];
  if (template.kind === 'expression') return [{ expression: text.slice(1), start: 0, end: text.length }];
  return template.parts.flatMap((part) =>
    part.kind === 'text'
      ? []
      : [{ expression: text.slice(part.start + 2, part.end - 1), start: part.start, end: part.end }],
  );
}

/** What is wrong with a template text, in the server's words; undefined for nothing. */
export function templateFault(value: JsonData | undefined): string | undefined {
  if (typeof value === 'string') {
    if (!value.includes('@')) return undefined;
    const template = parseTemplate(value);
    return areFaults(template) ? template[0]?.message : undefined;
  }
  if (Array.isArray(value))
    return (value as readonly JsonData[]).map(templateFault).find((fault) => fault !== undefined);
  if (isRecord(value))
    return Object.values(value)
      .map(templateFault)
      .find((fault) => fault !== undefined);
  return undefined;
}

/** `@{expr}` alone becomes `@expr`, which keeps the value's type. */
export function alone(text: string): string {
  const [only, more] = expressionsIn(text);
  const isOne = only !== undefined && more === undefined && only.start === 0 && only.end === text.length;
  return isOne && text.startsWith('@{') ? `@${only.expression}` : text;
}
