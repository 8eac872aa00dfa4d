/** Scalar functions that turn texts, bytes and GUIDs into BASE64 and back. */
import { isArray, type Value } from '../values.ts';
import { scalar, type ScalarFunction, textArgument } from './function-entry.ts';

function encoded(bytes: Iterable<number>): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes; undefined for what is no BASE64. */
function decoded(given: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(given), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Bytes of a GUID in the order that Windows keeps them: the first three groups turned around. */
const guidPlaces = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidOf(bytes: Uint8Array | undefined): Value {
  if (bytes?.length !== 16) return null;
  const digits = guidPlaces.map((place) => (bytes[place] ?? 0).toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function bytesOf(value: Value): readonly number[] | undefined {
  const bytes = isArray(value) ? value.map(Number) : [];
  return isArray(value) && bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256) ? bytes : undefined;
}

export const encodingFunctions: readonly ScalarFunction[] = [
  ...['base64_encode_tostring', 'base64_encodestring'].map((name) =>
    scalar(name, 'string', 'string', ([given]) => encoded(new TextEncoder().encode(textArgument(given)))),
  ),
  ...['base64_decode_tostring', 'base64_decodestring'].map((name) =>
    scalar(name, 'string', 'string', ([given]) => {
      const bytes = decoded(textArgument(given));
      return bytes === undefined ? '' : new TextDecoder().decode(bytes);
    }),
  ),
  scalar('base64_decode_toarray', 'string', 'dynamic', ([given]) => {
    const bytes = decoded(textArgument(given));
    return bytes === undefined ? null : [...bytes];
  }),
  scalar('base64_encode_fromarray', 'dynamic', 'string', ([given]) => {
    const bytes = bytesOf(given ?? null);
    return bytes === undefined ? '' : encoded(bytes);
  }),
  scalar('base64_decode_toguid', 'string', 'guid', ([given]) => guidOf(decoded(textArgument(given)))),
  scalar('base64_encode_fromguid', 'guid', 'string', ([given]) => {
    const digits = textArgument(given).replaceAll('-', '').match(/../g) ?? [];
    return encoded(guidPlaces.map((place) => Number.parseInt(digits[place] ?? '0', 16)));
  }),
];
