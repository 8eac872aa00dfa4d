/**
 * The functions of group "Conversion" for parts of URIs.
 *
 * Owns: `uriComponent`, `uriComponentToString`, `uriComponentToBinary` and their older names. Does not own: taking URIs apart
 * (`uri.ts`).
 *
 * Source: expression reference 6.4, 12.5.
 */
import { binaryEnvelopeOfText } from '../content-envelope.ts';
import { escapeData, unescapePercent } from '../percent-encoding.ts';
import { type FunctionDefinition, parameter } from './function.ts';
import { pure } from './pure.ts';

const group = 'Conversion';

function component(
  name: string,
  help: string,
  argument: string,
  convert: (text: string) => string,
): FunctionDefinition {
  return pure({
    name,
    group,
    help,
    parameters: [parameter('value', argument)],
    returns: 'String',
    apply: ([value]) => convert(value as string),
  });
}

const encoded = 'the string to encode';
const decoded = 'the encoded string to decode';

export const uriComponentFunctions: readonly FunctionDefinition[] = [
  component(
    'uriComponent',
    'The string with everything escaped that is not allowed in a part of a URI.',
    encoded,
    escapeData,
  ),
  component('encodeUriComponent', 'Another name of uriComponent().', encoded, escapeData),
  component('uriComponentToString', 'The string with its escapes decoded once.', decoded, unescapePercent),
  {
    ...component('decodeUriComponent', 'Another name of uriComponentToString().', decoded, unescapePercent),
  },
  pure({
    name: 'uriComponentToBinary',
    group,
    help: 'The binary content of a string with its escapes decoded.',
    parameters: [parameter('value', decoded)],
    returns: 'Binary',
    apply: ([value]) => binaryEnvelopeOfText(unescapePercent(value as string)),
  }),
];
