/**
 * The target of a raw request line: path and query.
 *
 * Owns: leading `//`, absolute forms, duplicate query names. Source: ARM reference 1.1.
 *
 * Invariants
 * R1. A leading `//x` is a path, never a host name: clients write ids behind a base URL that ends in a slash.
 */

export interface RequestTarget {
  /** Without query and fragment, percent-encoding untouched. */
  readonly path: string;
  /** First value of each name; no prototype. */
  readonly query: Readonly<Record<string, string>>;
  /** The whole query as sent, without its question mark. */
  readonly search: string;
}

const none: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

export function requestTarget(raw: string): RequestTarget {
  let text = raw;
  if (!text.startsWith('/')) {
    // The absolute form, sent to proxies and by some old clients.
    const slash = /^https?:\/\/[^/?#]*/i.exec(text);
    text = slash === null ? `/${text}` : text.slice(slash[0].length) || '/';
  }
  const fragment = text.indexOf('#');
  if (fragment >= 0) text = text.slice(0, fragment);
  const mark = text.indexOf('?');
  if (mark < 0) return { path: text, query: none, search: '' };
  const search = text.slice(mark + 1);
  return { path: text.slice(0, mark) || '/', query: queryOf(search), search };
}

function queryOf(text: string): Readonly<Record<string, string>> {
  if (text === '') return none;
  const query = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) query[name] ??= value;
  return query;
}
