/**
 * Writes a syntax tree back as text.
 *
 * Owns: the canonical form: `, ` between arguments, brackets for names that need them, quotes doubled.
 * Does not own: keeping an author's blanks; the designer replaces spans of the source for that.
 *
 * Invariants
 * PR1. Parsing what was printed gives the same tree, positions apart.
 */
import type { Accessor, Expression, Template } from './ast.ts';

export function printExpression(expression: Expression): string {
  if (expression.kind === 'literal') {
    return typeof expression.value === 'string' ? quoteText(expression.value) : expression.text;
  }
  const args = expression.args.map(printExpression).join(', ');
  return `${expression.name}(${args})${expression.accessors.map(printAccessor).join('')}`;
}

function printAccessor(accessor: Accessor): string {
  const guard = accessor.optional ? '?' : '';
  return accessor.kind === 'member' ? `${guard}.${accessor.name}` : `${guard}[${printExpression(accessor.index)}]`;
}

/** A template string: the literal's own text, `@expr`, or text with `@{expr}`. */
export function printTemplate(template: Template): string {
  switch (template.kind) {
    case 'literal':
      return template.text;
    case 'expression':
      return `@${printExpression(template.expression)}`;
    case 'interpolation':
      return template.parts
        .map((part) =>
          part.kind === 'text' ? part.text.replaceAll('@{', '@@{') : `@{${printExpression(part.expression)}}`,
        )
        .join('');
  }
}

/** A text as a string literal of the language. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Plain text as a template string that evaluates to it: escapes a leading `@` and every `@{`. */
export function escapeText(text: string): string {
  if (text.startsWith('@')) return `@${text}`;
  return text.replaceAll('@{', '@@{');
}
