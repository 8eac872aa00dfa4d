/** Values inside texts of queries over Resource Graph. */

/** A text as a literal: nothing in it ends it early. */
export function kqlText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}

/** `where {expression} in~ (…)`; nothing when all may come. */
export function whereIn(expression: string, values: readonly string[], all?: readonly string[]): string {
  if (all !== undefined && (values.length === 0 || all.every((each) => values.includes(each)))) return '';
  return values.length === 0 ? '| where false' : `| where ${expression} in~ (${values.map(kqlText).join(', ')})`;
}
