/**
 * Composite formats: `format('{0,8:N2}', 5)`.
 *
 * Owns: the holes of a format. Does not own: number formats (`#expression`). Source: template reference 5.1.
 */
import { findFunction, isEvaluationFault } from '#expression';
import { type Json, JsonNumber } from '#foundation';
import { badArguments, type EvaluationStop, isStop } from '../stop.ts';
import { formattedText } from '../values.ts';
import { any, bounded, type PlainFunction, plain } from './function.ts';
import { quietContext } from './quiet-context.ts';

const hole = /\{\{|\}\}|\{(\d{1,3})(?:,(-?\d{1,4}))?(?::([^{}]*))?\}|[{}]/g;

function holeText(value: Json, pattern: string | undefined): string | EvaluationStop {
  if (pattern === undefined || pattern === '') return formattedText(value);
  if (typeof value !== 'number' && !(value instanceof JsonNumber)) return formattedText(value);
  const format = findFunction('formatNumber');
  const text = format?.apply([value, pattern, ''], quietContext);
  if (typeof text === 'string') return text;
  const reason = isEvaluationFault(text) ? text.message : `the format '${pattern}' is not valid.`;
  return badArguments('format', reason);
}

function aligned(text: string, width: number): string {
  return width < 0 ? text.padEnd(-width) : text.padStart(width);
}

function composite(format: string, args: readonly Json[]): string | EvaluationStop {
  let wrong: EvaluationStop | undefined;
  const text = format.replaceAll(hole, (match, index?: string, width?: string, pattern?: string) => {
    if (match === '{{' || match === '}}') return match.charAt(0);
    const value = index === undefined ? undefined : args[Number(index)];
    if (value === undefined) {
      wrong ??= badArguments('format', `the format has '${match}', for which there is no argument.`);
      return '';
    }
    const part = holeText(value, pattern);
    if (!isStop(part)) return aligned(part, Number(width ?? 0));
    wrong ??= part;
    return '';
  });
  return wrong ?? bounded('format', text);
}

export const formatFunctions: readonly PlainFunction[] = [
  plain('format', 1, any, ([format, ...args]) =>
    typeof format === 'string' ? composite(format, args) : badArguments('format', 'the format must be a string.'),
  ),
];
