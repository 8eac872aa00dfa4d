/** .NET composite formats, invariant culture. Source: template reference 5.1. */
import { formatNumber, invariantNumberCulture } from '#expression';
import { type Json, JsonNumber } from '#foundation';
import { badArguments, type EvaluationStop, isStop } from '../stop.ts';
import { formattedText } from '../values.ts';
import { any, bounded, plain, type PlainFunction } from './function.ts';

const piece = /\{\{|\}\}|\{(\d{1,4})(?:,\s*(-?\d{1,4}))?(?::([^{}]{0,200}))?\}|[{}]|[^{}]+/g;

function format([template, ...values]: readonly Json[]): Json | EvaluationStop {
  if (typeof template !== 'string') return badArguments('format', 'the first argument must be a string.');
  let text = '';
  for (const [whole, index, width, form] of template.matchAll(piece)) {
    if (whole === '{{' || whole === '}}') text += whole.charAt(0);
    else if (whole === '{' || whole === '}') return badArguments('format', 'the format string is not correct.');
    else if (index === undefined) text += whole;
    else {
      const value = values[Number(index)];
      if (value === undefined) return badArguments('format', `there is no argument for '${whole}'.`);
      const printed = printedValue(value, form);
      if (isStop(printed)) return printed;
      const size = Number(width ?? 0);
      text += size < 0 ? printed.padEnd(-size) : printed.padStart(size);
    }
    if (text.length > 8 << 20) return bounded('format', text);
  }
  return bounded('format', text);
}

function printedValue(value: Json, form: string | undefined): string | EvaluationStop {
  const isNumber = typeof value === 'number' || value instanceof JsonNumber;
  if (form === undefined || form === '' || !isNumber) return formattedText(value);
  return (
    formatNumber(value, form, invariantNumberCulture) ?? badArguments('format', `the format '${form}' is not valid.`)
  );
}

export const formatFunctions: readonly PlainFunction[] = [plain('format', 1, any, format)];
