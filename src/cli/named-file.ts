/**
 * Files that a command line names.
 *
 * Owns: reading them, and saying which file is at fault and why. Does not own: files of events, which are read piece by
 * piece (`sending/file-pieces.ts`).
 */
import { readFileSync } from 'node:fs';
import { type Json, JsonSyntaxError, parseJson } from '#foundation';
import { RequestError } from './command.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

/** What to say when a file cannot be read: `The file 'a.json' cannot be read: there is no such file.` */
export function unreadable(file: string, error: unknown): RequestError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new RequestError(`The file '${file}' cannot be read: ${reasons[code] ?? code}.`);
}

/** A file's text, `-` being standard input; UTF-8 or UTF-16, with or without a byte-order mark. @throws RequestError */
export function textOfFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return (wide ? bytes.toString('utf16le') : bytes.toString('utf8')).replace(/^\uFEFF/, '');
}

/** A file's JSON. @throws RequestError that says where the text is no JSON. */
export function jsonOfFile(file: string): Json {
  const text = textOfFile(file);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new RequestError(`The file '${file}' is not JSON: ${error.message}`);
  }
}
