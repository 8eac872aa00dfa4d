/**
 * Scalar functions that take structure out of a text: paths, queries of addresses, lines of CSV, versions, command lines.
 *
 * Owns: these forms. Does not own: JSON (`dynamic-functions.ts`), Internet addresses (`address-functions.ts`).
 * Source: published reference of the Kusto query language.
 */
import { Decimal } from '../decimal.ts';
import type { Value } from '../values.ts';
import { bagOf } from './dynamic-functions.ts';
import { scalar, type ScalarFunction, textArgument } from './function-entry.ts';

function pairsOf(query: string): Value {
  const pairs = query
    .replace(/^[?&]+/, '')
    .split('&')
    .filter((pair) => pair !== '');
  return bagOf(
    pairs.map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      return [name, rest.join('=')] as const;
    }),
  );
}

function parseUrl(given: string): Value {
  const found =
    /^([a-z][a-z0-9+.-]*):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?#]*)(?::(\d+))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i.exec(
      given,
    );
  const [, Scheme = '', Username = '', Password = '', Host = '', Port = '', Path = '', query = '', Fragment = ''] =
    found ?? [];
  return { Scheme, Host, Port, Path, Username, Password, 'Query Parameters': pairsOf(query), Fragment };
}

/** A path of Windows or of others, with its parts. */
function parsePath(given: string): Value {
  const [, scheme = '', rest = given] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(given) ?? [];
  const root = scheme === '' ? (/^(?:[A-Za-z]:|\\\\[^\\]+|\/)/.exec(rest)?.[0] ?? '') : '';
  const stream = /:([^:\\/]+)$/.exec(rest.slice(2))?.[1] ?? '';
  const plain = stream === '' ? rest : rest.slice(0, -stream.length - 1);
  const cut = Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\'));
  const Filename = plain.slice(cut + 1);
  const directory = cut < 0 ? '' : plain.slice(0, cut);
  return {
    Scheme: scheme,
    RootPath: root,
    DirectoryPath: scheme === '' ? directory : `${scheme}://${directory}`,
    DirectoryName: directory.split(/[\\/]/).at(-1) ?? '',
    Filename,
    Extension: /\.([^.]+)$/.exec(Filename)?.[1] ?? '',
    AlternateDataStreamName: stream,
  };
}

/** The first line of CSV: fields in quotes may hold commas, and quotes twice. */
function parseCsv(given: string): Value {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(given.slice(at));
    const field = quoted?.[0] ?? /^[^,\r\n]*/.exec(given.slice(at))?.[0] ?? '';
    fields.push(quoted === null ? field : (quoted[1] ?? '').replaceAll('""', '"'));
    at += field.length;
    if (given.charAt(at) !== ',') return fields;
    at++;
  }
}

/** Up to four numbers as one that orders as they do. */
function parseVersion(given: string): Value {
  const parts = given.split('.');
  if (parts.length > 4 || !parts.every((part) => /^\d{1,8}$/.test(part))) return null;
  const padded = Array.from({ length: 4 }, (_, index) => (parts[index] ?? '0').padStart(8, '0'));
  return Decimal.parse(padded.join('')) ?? null;
}

/** Arguments as Windows takes a command line apart: blanks between, quotes around, backslashes before quotes. */
function parseCommandLine(given: string): Value {
  const parts: string[] = [];
  let [part, open, quoted] = ['', false, false];
  for (let at = 0; at < given.length; ) {
    const slashes = /^\\+/.exec(given.slice(at))?.[0].length ?? 0;
    const after = given.charAt(at + slashes);
    if (slashes > 0 && after === '"') {
      part += '\\'.repeat(Math.floor(slashes / 2)) + (slashes % 2 === 1 ? '"' : '');
      open = true;
      at += slashes + (slashes % 2);
      continue;
    }
    const char = given.charAt(at++);
    if (char === '"') [quoted, open] = [!quoted, true];
    else if (!quoted && /[ \t]/.test(char)) {
      if (open) parts.push(part);
      [part, open] = ['', false];
    } else [part, open] = [part + char, true];
  }
  if (open) parts.push(part);
  return parts.length === 0 ? null : parts;
}

export const parseFunctions: readonly ScalarFunction[] = [
  ...['parse_url', 'parseurl'].map((name) =>
    scalar(name, 'string', 'dynamic', ([given]) => parseUrl(textArgument(given))),
  ),
  ...['parse_urlquery', 'parseurlquery'].map((name) =>
    scalar(name, 'string', 'dynamic', ([given]) => ({ 'Query Parameters': pairsOf(textArgument(given)) })),
  ),
  scalar('parse_path', 'string', 'dynamic', ([given]) => parsePath(textArgument(given))),
  scalar('parse_version', 'string', 'decimal', ([given]) => parseVersion(textArgument(given))),
  scalar('parse_csv', 'string', 'dynamic', ([given]) => parseCsv(textArgument(given))),
  scalar('parse_command_line', 'string, string', 'dynamic', ([given, parser]) =>
    textArgument(parser).toLowerCase() === 'windows' ? parseCommandLine(textArgument(given)) : null,
  ),
];
