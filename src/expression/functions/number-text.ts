/**
 * The functions that read and print numbers: `float`, `isFloat`, `formatNumber`.
 *
 * Owns: those functions and reading integers for `int` and `isInt`. Does not own: the rules of .NET's number texts (`../numbers/`).
 *
 * Source: expression reference 6.1, 6.3, 6.4, 8.
 */
import type { JsonNumber } from '#foundation';
import { usageOf } from '../arguments.ts';
import { EvaluationFault, evaluationFault } from '../faults.ts';
import { formatNumber } from '../numbers/format-number.ts';
import {
  defaultNumberCulture,
  invariantNumberCulture,
  type NumberCulture,
  numberCulture,
} from '../numbers/number-culture.ts';
import { parseFloatText, parseIntegerText } from '../numbers/parse-number.ts';
import { doubleOf, floatValue, integerFromBigInt, isNumber, type NumberValue, type Value } from '../values.ts';
import { type FunctionDefinition, optional, parameter } from './function.ts';
import { pure } from './pure.ts';

/** The Integer that a text stands for, or undefined. */
export function readInteger(text: string): number | JsonNumber | undefined {
  const value = parseIntegerText(text);
  return value === undefined ? undefined : integerFromBigInt(value);
}

function cultureOf(name: string, locale: Value | undefined, fallback: NumberCulture): NumberCulture | EvaluationFault {
  if (locale === undefined) return fallback;
  const shown = (locale as string).slice(0, 100);
  return (
    numberCulture(locale as string) ??
    evaluationFault(
      `The template language function '${name}' was invoked with a parameter that is not valid. The locale '${shown}' is not a valid culture.`,
    )
  );
}

const localeOfText = optional('locale', 'the locale that the number is written in');

const float = pure({
  name: 'float',
  group: 'Conversion',
  help: 'A text as a floating-point number; separators by locale, invariant unless given.',
  parameters: [parameter('value', 'the string to convert', 'String', 'Number'), localeOfText],
  returns: 'Number',
  apply: ([value = null, locale]) => {
    const culture = cultureOf('float', locale, invariantNumberCulture);
    if (culture instanceof EvaluationFault) return culture;
    const double = typeof value === 'string' ? parseFloatText(value, culture) : doubleOf(value as NumberValue);
    if (double !== undefined) return floatValue(double);
    return evaluationFault(
      "The template language function 'float' was invoked with a parameter that is not valid. The value cannot be converted to the target type.",
    );
  },
});

const isFloat = pure({
  name: 'isFloat',
  group: 'Logical comparison',
  help: 'Whether a string is a floating-point number; separators by locale, invariant unless given.',
  parameters: [parameter('text', 'the string to check', 'String', 'Number'), localeOfText],
  returns: 'Boolean',
  apply: ([value = null, locale]) => {
    const culture = cultureOf('isFloat', locale, invariantNumberCulture);
    if (culture instanceof EvaluationFault) return culture;
    return typeof value === 'string' ? parseFloatText(value, culture) !== undefined : isNumber(value);
  },
});

const formatNumberFunction: FunctionDefinition = pure({
  name: 'formatNumber',
  group: 'String',
  help: 'The number as text by a .NET numeric format; locale en-US unless given.',
  parameters: [
    parameter('number', 'the number to format', 'Number'),
    parameter('format', 'the numeric format string'),
    optional('locale', 'the locale to write the number in'),
  ],
  returns: 'String',
  apply: ([value, format, locale]) => {
    const culture = cultureOf('formatNumber', locale, defaultNumberCulture);
    if (culture instanceof EvaluationFault) return culture;
    const text = formatNumber(value as NumberValue, format as string, culture);
    if (text !== undefined) return text;
    const shown = (format as string).slice(0, 100);
    return evaluationFault(
      `The template language function 'formatNumber' was invoked with a parameter that is not valid. The format '${shown}' is not a valid numeric format for the number. ${usageOf(formatNumberFunction)}`,
    );
  },
});

export const numberTextFunctions: readonly FunctionDefinition[] = [float, isFloat, formatNumberFunction];
