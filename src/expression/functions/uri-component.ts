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
import { boundedText } from '../text.ts';
import { type FunctionDefinition, parameter, variadic } from './function.ts';
import { pure } from './pure.ts';
import { textOver } from './text-limit.ts';

const group = 'Conversion';

/** Takes several arguments and other kinds too, and joins their texts: published playbooks call it with up to four. */
function encoding(name: string, help: string): FunctionDefinition {
  return {
    name,
    group,
    help,
    parameters: [variadic('value', 'the string to encode', 'Any')],
    returns: 'String',
    pure: true,
    apply: (args, { textLimit }) => {
      let joined = '';
      for (const arg of args) {
        const text = boundedText(arg, textLimit);
        if (text === undefined || joined.length + text.length > textLimit) return textOver(name, textLimit);
        joined += text;
      }
      return escapeData(joined);
    },
  };
}

const decoded = 'the encoded string to decode';

function decoding(name: string, help: string): FunctionDefinition {
  return pure({
    name,
    group,
    help,
    parameters: [parameter('value', decoded)],
    returns: 'String',
    apply: ([value]) => unescapePercent(value as string),
  });
}

export const uriComponentFunctions: readonly FunctionDefinition[] = [
  encoding('uriComponent', 'The string with everything escaped that is not allowed in a part of a URI.'),
  encoding('encodeUriComponent', 'Another name of uriComponent().'),
  decoding('uriComponentToString', 'The string with its escapes decoded once.'),
  decoding('decodeUriComponent', 'Another name of uriComponentToString().'),
  pure({
    name: 'uriComponentToBinary',
    group,
    help: 'The binary content of a string with its escapes decoded.',
    parameters: [parameter('value', decoded)],
    returns: 'Binary',
    apply: ([value]) => binaryEnvelopeOfText(unescapePercent(value as string)),
  }),
];
