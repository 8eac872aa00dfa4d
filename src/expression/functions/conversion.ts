/**
 * The functions of group "Conversion" between kinds of values.
 *
 * Owns: `array`, `createArray`, `bool`, `decimal`, `int`, `string`, `json`. Does not own: bytes and URIs (`binary.ts`,
 * `uri-component.ts`), `float` (`number-text.ts`), `xml` (`xml.ts`).
 *
 * Source: expression reference 6.4, 12.6.
 */
import { JsonSyntaxError, parseJson } from '#foundation';
import { toDecimal } from '../arithmetic.ts';
import { type Envelope, envelopeAsText, isEnvelope } from '../content-envelope.ts';
import { Decimal, parseDecimal } from '../decimal.ts';
import { trimWhiteSpace } from '../dotnet-text.ts';
import { evaluationFault } from '../faults.ts';
import { boundedText } from '../text.ts';
import { doubleOf, isInteger, isNumber, type NumberValue } from '../values.ts';
import { holdsXml, jsonOfXml, xmlOfEnvelope } from '../xml/xml-operations.ts';
import { XmlValue } from '../xml-value.ts';
import { type FunctionDefinition, type FunctionResult, parameter, variadic } from './function.ts';
import { readInteger } from './number-text.ts';
import { pure } from './pure.ts';
import { textOver } from './text-limit.ts';

const group = 'Conversion';

export function notConvertible(name: string): FunctionResult {
  return evaluationFault(
    `The template language function '${name}' was invoked with a parameter that is not valid. The value cannot be converted to the target type.`,
  );
}

const array = pure({
  name: 'array',
  group,
  help: 'An array with the one value.',
  parameters: [parameter('value', 'the value to wrap', 'Any')],
  returns: 'Array',
  apply: ([value = null]) => [value],
});

const createArray = pure({
  name: 'createArray',
  group,
  help: 'An array of the arguments.',
  // Saved without arguments it passes, as published playbooks need; it fails when it is evaluated.
  parameters: [{ ...variadic('object', 'the elements', 'Any'), optional: true }],
  returns: 'Array',
  apply: (args) =>
    args.length > 0
      ? [...args]
      : evaluationFault(
          "The template language function 'createArray' expects a comma separated list of parameters. The function was invoked with no parameters. Please see https://aka.ms/logicexpressions#createarray for usage details.",
        ),
});

const bool = pure({
  name: 'bool',
  group,
  help: "The value as a boolean: zero and 'false' are false, other numbers and 'true' are true.",
  parameters: [parameter('value', 'the value to convert', 'Any')],
  returns: 'Boolean',
  apply: ([value = null]) => {
    if (typeof value === 'boolean') return value;
    if (isNumber(value)) return value instanceof Decimal ? value.unscaled !== 0n : doubleOf(value) !== 0;
    const text = typeof value === 'string' ? trimWhiteSpace(value).toLowerCase() : undefined;
    return text === 'true' || text === 'false' ? text === 'true' : notConvertible('bool');
  },
});

const decimal = pure({
  name: 'decimal',
  group,
  help: 'A text or number as a decimal of up to 28 digits; arithmetic with it keeps all of them.',
  parameters: [parameter('value', 'the string to convert', 'String', 'Number')],
  returns: 'Number',
  apply: ([value = null]) => {
    const result = typeof value === 'string' ? parseDecimal(value) : toDecimal(value as NumberValue);
    return result ?? notConvertible('decimal');
  },
});

const int = pure({
  name: 'int',
  group,
  help: 'A text as an integer.',
  parameters: [parameter('value', 'the string to convert', 'Any')],
  returns: 'Integer',
  apply: ([value = null]) => {
    if (typeof value === 'string') return readInteger(value) ?? notConvertible('int');
    if (typeof value === 'boolean') return value ? 1 : 0;
    return isInteger(value) ? value : notConvertible('int');
  },
});

const string: FunctionDefinition = {
  name: 'string',
  group,
  help: 'The value as text; objects and arrays as compact JSON.',
  parameters: [parameter('value', 'the value to convert', 'Any')],
  returns: 'String',
  pure: true,
  apply: ([value = null], { textLimit }) => boundedText(value, textLimit) ?? textOver('string', textLimit),
};

/** How deep JSON in a text may nest; deeper texts are made to exhaust the stack of whoever reads them next. */
const jsonDepthLimit = 128;

function readJson(text: string): FunctionResult {
  const why = nestsTooDeep(text) ? `it is nested deeper than the limit of ${jsonDepthLimit}` : undefined;
  if (why !== undefined) return unreadable(text, why);
  try {
    return parseJson(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, column, message } = error.fault;
    return unreadable(text, `${message}. Line ${line}, position ${column}.`);
  }
}

function unreadable(text: string, why: string): FunctionResult {
  const shown = text.length > 500 ? `${text.slice(0, 500)}…` : text;
  return evaluationFault(
    `The template language function 'json' parameter is not valid. The provided value '${shown}' cannot be parsed: '${why}'. Please see https://aka.ms/logicexpressions#json for usage details.`,
  );
}

/** Counts brackets outside of strings. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (quoted) {
      if (unit === 0x5c) at++;
      else if (unit === 0x22) quoted = false;
    } else if (unit === 0x22) quoted = true;
    else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > jsonDepthLimit) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return false;
}

const json = pure({
  name: 'json',
  group,
  help: 'The value of a JSON text, or of XML as JSON.',
  parameters: [parameter('value', 'the string or XML to convert', 'Any')],
  returns: 'Any',
  apply: ([value = null]) => {
    if (typeof value === 'string') return readJson(value);
    if (value === null) return {};
    if (value instanceof XmlValue) return jsonOfXml(value);
    return isEnvelope(value) ? readEnvelope(value) : value;
  },
});

function readEnvelope(value: Envelope): FunctionResult {
  if (holdsXml(value)) {
    const xml = xmlOfEnvelope('json', value);
    return xml instanceof XmlValue ? jsonOfXml(xml) : xml;
  }
  const text = envelopeAsText(value);
  return text === undefined ? unreadable(value.$content, 'The content is not base64') : readJson(text);
}

export const conversionFunctions: readonly FunctionDefinition[] = [
  array,
  createArray,
  bool,
  decimal,
  int,
  string,
  json,
];
