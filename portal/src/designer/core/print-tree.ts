/**
 * A tree laid out in lines, two blanks for each level, as `JSON.stringify` does it.
 *
 * Invariant
 * L1. Texts and numbers keep their spelling, members their order and their number, two of one name included.
 */
import type { Json } from './json-tree.ts';

export function printTree(text: string, json: Json, indent = ''): string {
  const inner = `${indent}  `;
  if (json.kind === 'object') {
    if (json.members.length === 0) return '{}';
    const lines = json.members.map(
      ({ keyStart, keyEnd, value }) => `${inner}${text.slice(keyStart, keyEnd)}: ${printTree(text, value, inner)}`,
    );
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  if (json.kind === 'array') {
    if (json.items.length === 0) return '[]';
    return `[\n${json.items.map((item) => inner + printTree(text, item, inner)).join(',\n')}\n${indent}]`;
  }
  return text.slice(json.start, json.end);
}
