/** Names made from other texts. Source: template reference 5.1 and 5.4. */
import { type Json, nameUuid } from '#foundation';
import { badArguments, type EvaluationStop } from '../stop.ts';
import { any, plain, type PlainFunction } from './function.ts';
import { uniqueText } from './unique-string.ts';

const guidNamespace = '11fb06fb-712d-4ddd-98c7-e71bbd588830';

function named(name: string, make: (joined: string) => string): PlainFunction {
  return plain(name, 1, any, (args): Json | EvaluationStop =>
    args.every((value) => typeof value === 'string')
      ? make(args.join('-'))
      : badArguments(name, 'all arguments must be strings.'),
  );
}

export const identifierFunctions: readonly PlainFunction[] = [
  named('guid', (joined) => nameUuid(guidNamespace, joined)),
  named('uniqueString', uniqueText),
];
