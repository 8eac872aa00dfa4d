/**
 * The functions of group "URI parsing".
 *
 * Owns: `uriHost`, `uriPath`, `uriPathAndQuery`, `uriPort`, `uriQuery`, `uriScheme`. Does not own: reading URIs (`../uri-parts.ts`).
 *
 * Source: expression reference 6.8.
 */
import { evaluationFault } from '../faults.ts';
import { readUri, type UriParts } from '../uri-parts.ts';
import type { Value } from '../values.ts';
import { type FunctionDefinition, parameter } from './function.ts';
import { pure } from './pure.ts';

function part(
  name: string,
  help: string,
  returns: 'String' | 'Integer',
  read: (uri: UriParts) => Value,
): FunctionDefinition {
  return pure({
    name,
    group: 'URI parsing',
    help,
    parameters: [parameter('uri', 'the absolute URI')],
    returns,
    apply: ([text]) => {
      const uri = readUri(text as string);
      if (uri !== undefined) return read(uri);
      const shown = (text as string).slice(0, 200);
      return evaluationFault(
        `The template language function '${name}' was invoked with a parameter that is not valid. The value '${shown}' is not an absolute URI.`,
      );
    },
  });
}

export const uriFunctions: readonly FunctionDefinition[] = [
  part('uriHost', 'The host of a URI, in lower case.', 'String', (uri) => uri.host),
  part('uriPath', "The path of a URI; '/' when it has none.", 'String', (uri) => uri.path),
  part('uriPathAndQuery', 'The path and the query of a URI.', 'String', (uri) => uri.path + uri.query),
  part('uriPort', 'The port of a URI, or the usual one of its scheme.', 'Integer', (uri) => uri.port),
  part('uriQuery', "The query of a URI with its '?'; empty when it has none.", 'String', (uri) => uri.query),
  part('uriScheme', 'The scheme of a URI, in lower case.', 'String', (uri) => uri.scheme),
];
