/** `$filter` texts for the server's lists. */

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `(a eq 'x' or a eq 'y')`; undefined when nothing or everything is chosen. */
export function anyOf(path: string, chosen: readonly string[], all: readonly string[]): string | undefined {
  if (chosen.length === 0 || all.every((each) => chosen.includes(each))) return undefined;
  const parts = chosen.map((value) => `${path} eq ${quoted(value)}`);
  return parts.length === 1 ? parts[0] : `(${parts.join(' or ')})`;
}

/** All parts at once; empty when there is none. */
export function allOf(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' and ');
}
