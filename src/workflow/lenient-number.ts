/**
 * Number texts as Newtonsoft's reader takes them: decimal, `0x1A`, octal `017`, `.5`, `1.`.
 *
 * Owns: their meaning as JSON numbers. Does not own: finding them in a text (`lenient-json.ts`).
 * Source: engine reference 4.5.
 */
import { type Json, type JsonNumber, numberFromText } from '#foundation';

/** The number a text means; a text where the value is infinite, as it would be written; undefined when it is none. */
export function readNumber(text: string): Json | undefined {
  if (/^0[^.eE]/.test(text)) return readOtherBase(text);
  const match = /^(-?)(\d*)(?:(\.)(\d*))?([eE][+-]?\d+)?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', point = '', fraction = '', exponent = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  if (point === '' && exponent === '') return integer(sign, whole);
  if (!Number.isFinite(Number(text))) return sign === '' ? 'Infinity' : '-Infinity';
  const digits = whole.replace(/^0+(?=\d)/, '');
  const decimals = point === '' ? '' : `.${fraction === '' ? '0' : fraction}`;
  return numberFromText(`${sign}${digits === '' ? '0' : digits}${decimals}${exponent}`);
}

function integer(sign: string, digits: string): number | JsonNumber {
  const text = digits.replace(/^0+(?=\d)/, '');
  return text === '0' ? 0 : numberFromText(`${sign}${text}`);
}

/** Hexadecimal and octal, in 64 bits. */
function readOtherBase(text: string): number | JsonNumber | undefined {
  const hexadecimal = /^0[xX][\da-fA-F]{1,16}$/.test(text);
  if (!hexadecimal && !/^0[0-7]{1,21}$/.test(text)) return undefined;
  const value = BigInt.asIntN(64, BigInt(hexadecimal ? text : `0o${text}`));
  return numberFromText(value.toString());
}
