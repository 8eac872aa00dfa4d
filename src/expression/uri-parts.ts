/**
 * Takes an absolute URI apart as .NET's `System.Uri` does.
 *
 * Owns: the parts. Does not own: escapes (`percent-encoding.ts`).
 *
 * Source: expression reference 6.8; .NET `Uri.AbsolutePath`, `Uri.Query`, `Uri.Port`.
 */
import { toLowerInvariant, trimWhiteSpace } from './dotnet-text.ts';

export interface UriParts {
  /** In lower case. */
  readonly scheme: string;
  /** In lower case, without user and port; empty for schemes without one. */
  readonly host: string;
  /** -1 when the scheme has no usual port and none is written. */
  readonly port: number;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
}

const usualPorts: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ftp', 21],
  ['ws', 80],
  ['wss', 443],
  ['gopher', 70],
  ['ldap', 389],
  ['nntp', 119],
  ['telnet', 23],
  ['net.tcp', 808],
  ['mailto', 25],
]);

/** .NET refuses longer ones. */
const longestUri = 65_519;

const uriPattern = /^([A-Za-z][A-Za-z0-9+.-]*):(\/\/([^/?#\\]*))?([^?#]*)(\?[^#]*)?(?:#.*)?$/s;

/** The parts of an absolute URI; undefined for relative and malformed ones. */
export function readUri(text: string): UriParts | undefined {
  if (text.length > longestUri) return undefined;
  const match = uriPattern.exec(trimWhiteSpace(text));
  if (match === null) return undefined;
  const [, writtenScheme = '', slashes, authority = '', path = '', query = ''] = match;
  const scheme = writtenScheme.toLowerCase();
  const server = slashes === undefined ? { host: '', port: undefined } : readAuthority(authority);
  if (server === undefined || (needsHost(scheme) && server.host === '')) return undefined;
  return {
    scheme,
    host: server.host,
    port: server.port ?? usualPorts.get(scheme) ?? -1,
    path: slashes === undefined ? escapePart(path) : absolutePath(path, needsHost(scheme)),
    query: query === '?' ? '' : escapePart(query),
  };
}

function needsHost(scheme: string): boolean {
  return scheme === 'http' || scheme === 'https' || scheme === 'ftp' || scheme === 'ws' || scheme === 'wss';
}

function readAuthority(authority: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const server = authority.slice(authority.lastIndexOf('@') + 1);
  const match = /^(\[[0-9A-Fa-f:.]+(?:%[\w.~-]+)?\]|[^[\]:\s]*)(?::(\d{0,5}))?$/.exec(server);
  if (match === null) return undefined;
  const [, host = '', digits = ''] = match;
  const port = digits === '' ? undefined : Number(digits);
  return port !== undefined && port > 65_535 ? undefined : { host: toLowerInvariant(host), port };
}

/** `/` when missing; backslashes turned for web schemes, `.` and `..` segments resolved. */
function absolutePath(path: string, web: boolean): string {
  const slashed = web ? path.replaceAll('\\', '/') : path;
  return escapePart(withoutDots(slashed === '' ? '/' : slashed));
}

function withoutDots(path: string): string {
  if (!path.includes('/.')) return path;
  const segments = path.split('/');
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else {
      if (segment === '..' && kept.length > 1) kept.pop();
      if (isLast) kept.push('');
    }
  }
  return kept.join('/');
}

/** Escapes what may not stand in a URI: blanks, quotes, control and non-ASCII characters. Escapes already there stay. */
function escapePart(part: string): string {
  return part.toWellFormed().replace(/%(?![0-9A-Fa-f]{2})|[^!#-;=?-Z\\[\]_a-z~%]+/g, (run) => encodeURIComponent(run));
}
