/**
 * The functions of group "String" that escape text for XML.
 *
 * Owns: `encodeXmlValue`, `decodeXmlValue`, `encodeXmlName`, `decodeXmlName`. Does not own: XML documents (`xml.ts`).
 *
 * Source: expression reference 6.1; .NET `SecurityElement.Escape`, `XmlConvert.EncodeName`; XML 1.0 productions 4, 4a.
 */
import { type FunctionDefinition, parameter } from './function.ts';
import { pure } from './pure.ts';

function textFunction(
  name: string,
  help: string,
  argument: string,
  convert: (text: string) => string,
): FunctionDefinition {
  return pure({
    name,
    group: 'String',
    help,
    parameters: [parameter('text', argument)],
    returns: 'String',
    apply: ([text]) => convert(text as string),
  });
}

const entityOf: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const characterOf: { readonly [entity: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function encodeValue(text: string): string {
  return text.replace(/[&<>]/g, (character) => entityOf[character] ?? character);
}

/** The five named entities and character references; anything else that looks like an entity stays. */
function decodeValue(text: string): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g,
    (whole, name: string, decimal: string, hex: string) => {
      if (name !== undefined) return characterOf[name] ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}

const startClass =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD';
const nameStart = new RegExp(`[:${startClass}]`);
const nameCharacter = new RegExp(`[:${startClass}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040]`);
const encodedCharacter = /_x([0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_/g;

/** A unit not allowed at its place becomes `_xHHHH_`; so does a `_` that would read as such an escape. */
function encodeName(text: string): string {
  let encoded = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    const looksEncoded = unit === '_' && /^_x(?:[0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_/.test(text.slice(at, at + 11));
    const allowed = !looksEncoded && (at === 0 ? nameStart : nameCharacter).test(unit);
    encoded += allowed ? unit : escapedUnit(unit);
  }
  return encoded;
}

function escapedUnit(unit: string): string {
  return `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

function decodeName(text: string): string {
  return text.replace(encodedCharacter, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

export const xmlTextFunctions: readonly FunctionDefinition[] = [
  textFunction(
    'encodeXmlValue',
    "The string with '&', '<' and '>' escaped, to stand in XML.",
    'the string to encode',
    encodeValue,
  ),
  textFunction('decodeXmlValue', 'The string with XML entities resolved.', 'the string to decode', decodeValue),
  textFunction(
    'encodeXmlName',
    'The string as an XML name, with other characters escaped.',
    'the string to encode',
    encodeName,
  ),
  textFunction('decodeXmlName', 'The string that encodeXmlName() escaped.', 'the name to decode', decodeName),
];
