/**
 * Ids made from texts. Source: template reference 5.1 (`guid`), 5.4 (`uniqueString`).
 */
import { type Json, uuid5 } from '#foundation';
import { badArguments, type EvaluationStop } from '../stop.ts';
import { any, type PlainFunction, plain } from './function.ts';
import { uniqueText } from './unique-string.ts';

const guidNamespace = '11fb06fb-712d-4ddd-98c7-e71bbd588830';

function joined(name: string, args: readonly Json[]): string | EvaluationStop {
  const texts = args.filter((arg): arg is string => typeof arg === 'string');
  return texts.length === args.length ? texts.join('-') : badArguments(name, 'every argument must be a string.');
}

export const identifierFunctions: readonly PlainFunction[] = [
  plain('guid', 1, any, (args) => {
    const text = joined('guid', args);
    return typeof text === 'string' ? uuid5(guidNamespace, text) : text;
  }),
  plain('uniqueString', 1, any, (args) => {
    const text = joined('uniqueString', args);
    return typeof text === 'string' ? uniqueText(text) : text;
  }),
];
