/**
 * Tells what a JSON string is: literal text, one expression, or text with expressions in it.
 *
 * Owns: the classification and its escapes. Does not own: expressions (`parse.ts`).
 *
 * Source: expression reference 2.
 */
import type { Template, TemplatePart } from './ast.ts';
import type { ExpressionFault } from './faults.ts';
import { parseSpan } from './parse.ts';

/** Parses a JSON string as the definition language reads it. Faults come back as a list that is never empty. */
export function parseTemplate(text: string): Template | readonly ExpressionFault[] {
  if (text.startsWith('@@')) return { kind: 'literal', text, value: text.slice(1) };
  if (text.length > 1 && text.startsWith('@') && text.charAt(1) !== '{') {
    const expression = parseSpan(text, 1, text.length);
    return 'message' in expression ? [expression] : { kind: 'expression', text, expression };
  }
  if (!text.includes('@{')) return { kind: 'literal', text, value: text };
  return parseInterpolation(text);
}

/** True for what `parseTemplate` returns when it found faults. */
export function areFaults<T extends object>(
  result: T | readonly ExpressionFault[],
): result is readonly ExpressionFault[] {
  return Array.isArray(result);
}

function parseInterpolation(text: string): Template | readonly ExpressionFault[] {
  const parts: TemplatePart[] = [];
  const faults: ExpressionFault[] = [];
  let literal = '';
  let literalStart = 0;
  let at = 0;
  const endLiteral = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal, start: literalStart, end: at });
    literal = '';
  };
  while (at < text.length) {
    const open = text.indexOf('@{', at);
    if (open < 0) {
      literal += text.slice(at);
      at = text.length;
      break;
    }
    if (open > at && text.charAt(open - 1) === '@') {
      // `@@{` stands for `@{`: the first sign goes, the rest is text.
      literal += `${text.slice(at, open - 1)}@{`;
      at = open + 2;
      continue;
    }
    literal += text.slice(at, open);
    at = open;
    endLiteral();
    const close = closingBrace(text, open + 2);
    const expression = close < 0 ? missingBrace(text, open) : parseSpan(text, open + 2, close);
    if ('message' in expression) faults.push(expression);
    else parts.push({ kind: 'expression', expression, start: open, end: close + 1 });
    at = close < 0 ? text.length : close + 1;
    literalStart = at;
  }
  endLiteral();
  if (faults.length > 0) return faults;
  if (parts.every((part) => part.kind === 'text')) {
    return { kind: 'literal', text, value: parts.map((part) => part.text).join('') };
  }
  return { kind: 'interpolation', text, parts };
}

/** The first `}` outside quotes, or -1. A doubled quote flips the state twice and so needs no case of its own. */
function closingBrace(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "'") quoted = !quoted;
    else if (character === '}' && !quoted) return at;
  }
  return -1;
}

function missingBrace(text: string, open: number): ExpressionFault {
  const shown = text.slice(open, open + 100);
  return {
    code: 'InvalidTemplate',
    message: `Unable to parse template language expression '${shown}': the expression has no closing '}'.`,
    start: open,
    end: text.length,
  };
}
