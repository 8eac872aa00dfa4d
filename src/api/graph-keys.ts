/**
 * Keys in brackets, as OData writes them: `users('id')`, `servicePrincipals(appId='…')`.
 *
 * Owns: making segments of them. Does not own: what an alternate key names (`graph-alternate-key.ts` of `#service`).
 */

const bracketed = /(\/[A-Za-z][\w.]*)\((?:([A-Za-z]\w*)=)?(?:'|%27)((?:[^/')]|'')*?)(?:'|%27)\)/gi;

/** The path with `name/id` for `name('id')`, and `name/key='value'` for an alternate key. */
export function withKeySegments(path: string): string {
  if (!path.includes('(')) return path;
  return path.replaceAll(bracketed, (_, name: string, key: string | undefined, value: string) =>
    key === undefined ? `${name}/${value.replaceAll("''", "'")}` : `${name}/${key}='${value}'`,
  );
}
