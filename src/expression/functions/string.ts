/**
 * The functions of group "String" that make or cut text.
 *
 * Owns: `concat`, `length`, `replace`, `substring`, `slice`, `split`, casing, `trim`, `guid`, lengths in bytes and the byte order
 * mark. Does not own: searching (`text-search.ts`), XML escapes (`xml-text.ts`), `formatNumber` (`number-text.ts`).
 *
 * Source: expression reference 6.1.
 */
import { bytesFromBase64, base64FromBytes, utf8Bytes } from '../base64.ts';
import { envelope, isEnvelope } from '../content-envelope.ts';
import { toLowerInvariant, toUpperInvariant, trimWhiteSpace } from '../dotnet-text.ts';
import { evaluationFault } from '../faults.ts';
import { boundedText } from '../text.ts';
import { doubleOf, type NumberValue, type Value } from '../values.ts';
import { type FunctionDefinition, type FunctionResult, optional, parameter, variadic } from './function.ts';
import { pure } from './pure.ts';
import { textOver } from './text-limit.ts';

const group = 'String';

const concat: FunctionDefinition = {
  name: 'concat',
  group,
  help: 'The texts of all arguments, one after the other.',
  parameters: [variadic('text', 'the values to combine into one string', 'Any')],
  returns: 'String',
  pure: true,
  apply: (args, { textLimit }) => {
    let text = '';
    for (const arg of args) {
      const next = typeof arg === 'string' ? arg : boundedText(arg, textLimit);
      if (next === undefined || text.length + next.length > textLimit) return textOver('concat', textLimit);
      text += next;
    }
    return text;
  },
};

const length = pure({
  name: 'length',
  group: 'Collection',
  help: 'The number of UTF-16 units of a string, or of elements of an array.',
  parameters: [parameter('collection', 'an array or a string the length of which is returned', 'Array', 'String')],
  returns: 'Integer',
  apply: ([collection]) => (collection as string | readonly Value[]).length,
});

const replace: FunctionDefinition = {
  name: 'replace',
  group,
  help: 'The string with every occurrence of a substring replaced; upper and lower case differ.',
  parameters: [
    parameter('text', 'the string'),
    parameter('oldText', 'the string to replace'),
    parameter('newText', 'the replacement'),
  ],
  returns: 'String',
  pure: true,
  apply: (args, { textLimit }) => {
    const [text, old, replacement] = args as readonly [string, string, string];
    if (old === '') {
      return evaluationFault(
        "The template language function 'replace' was invoked with a parameter that is not valid. The string to replace cannot be empty.",
      );
    }
    if (replacement.length > old.length && text.length * replacement.length > textLimit) {
      const found = text.split(old).length - 1;
      if (text.length + found * (replacement.length - old.length) > textLimit) return textOver('replace', textLimit);
    }
    return text.split(old).join(replacement);
  },
};

/** An Integer as a position; those beyond any text stay beyond it. */
function position(value: Value | undefined): number {
  return value === undefined ? 0 : doubleOf(value as NumberValue);
}

const substring = pure({
  name: 'substring',
  group,
  help: 'The part of the string from a position on, with a length or up to the end; never past the end.',
  parameters: [
    parameter('text', 'the string'),
    parameter('startIndex', 'the start index', 'Integer'),
    optional('length', 'the length', 'Integer'),
  ],
  returns: 'String',
  apply: (args) => {
    const text = args[0] as string;
    const start = position(args[1]);
    if (args.length < 3) {
      return start < 0 || start > text.length
        ? outOfRange(
            "parameter is out of range: 'start index' must be non-negative integer and no larger than the length of the string.",
          )
        : text.slice(start);
    }
    const count = position(args[2]);
    return start < 0 || count < 0 || start + count > text.length
      ? outOfRange(
          "parameters are out of range: 'start index' and 'length' must be non-negative integers and their sum must be no larger than the length of the string.",
        )
      : text.slice(start, start + count);
  },
});

function outOfRange(why: string): FunctionResult {
  return evaluationFault(
    `The template language function 'substring' ${why} Please see https://aka.ms/logicexpressions#substring for usage details.`,
  );
}

const slice = pure({
  name: 'slice',
  group,
  help: 'The part of the string from one position up to another, excluded; negative ones count from the end.',
  parameters: [
    parameter('text', 'the string'),
    parameter('startIndex', 'the start index', 'Integer'),
    optional('endIndex', 'the end index', 'Integer'),
  ],
  returns: 'String',
  apply: (args) => {
    const text = args[0] as string;
    return args.length < 3 ? text.slice(position(args[1])) : text.slice(position(args[1]), position(args[2]));
  },
});

const split = pure({
  name: 'split',
  group,
  help: 'The substrings of a string between delimiters; empty ones are kept.',
  parameters: [parameter('text', 'the string to split'), parameter('delimiter', 'the delimiter')],
  returns: 'Array',
  apply: (args) => {
    const [text, delimiter] = args as readonly [string, string];
    return delimiter === '' ? [text] : text.split(delimiter);
  },
});

const toLower = pure({
  name: 'toLower',
  group,
  help: 'The string in lower case.',
  parameters: [parameter('text', 'the string to convert to lower casing')],
  returns: 'String',
  apply: ([text]) => toLowerInvariant(text as string),
});

const toUpper = pure({
  name: 'toUpper',
  group,
  help: 'The string in upper case.',
  parameters: [parameter('text', 'the string to convert to upper casing')],
  returns: 'String',
  apply: ([text]) => toUpperInvariant(text as string),
});

const trim = pure({
  name: 'trim',
  group,
  help: 'The string without white space at both ends.',
  parameters: [parameter('text', 'the string to trim')],
  returns: 'String',
  apply: ([text]) => trimWhiteSpace(text as string),
});

const guid: FunctionDefinition = {
  name: 'guid',
  group,
  help: "A new random identifier, in the .NET format 'N', 'D', 'B', 'P' or 'X'; 'D' unless given.",
  parameters: [optional('format', 'the format specifier')],
  returns: 'String',
  pure: false,
  apply: (args, context) => {
    const format = args.length === 0 ? 'D' : (args[0] as string);
    return formatGuid(context.random.uuid(), format);
  },
};

function formatGuid(id: string, format: string): FunctionResult {
  const digits = id.replaceAll('-', '');
  switch (format.toUpperCase()) {
    case '':
    case 'D':
      return id;
    case 'N':
      return digits;
    case 'B':
      return `{${id}}`;
    case 'P':
      return `(${id})`;
    case 'X':
      return hexadecimalGuid(digits);
    default:
      return evaluationFault(
        `The template language function 'guid' was invoked with a parameter that is not valid. The format '${format.slice(0, 100)}' is not one of 'N', 'D', 'B', 'P', 'X'.`,
      );
  }
}

function hexadecimalGuid(digits: string): string {
  const bytes = Array.from({ length: 8 }, (_, index) => `0x${digits.slice(16 + index * 2, 18 + index * 2)}`);
  return `{0x${digits.slice(0, 8)},0x${digits.slice(8, 12)},0x${digits.slice(12, 16)},{${bytes.join(',')}}}`;
}

const trimByteOrderMark = pure({
  name: 'trimByteOrderMark',
  group,
  help: 'The string or binary content without a byte order mark at its start.',
  parameters: [parameter('text', 'the string or binary content', 'String', 'Binary')],
  returns: 'Any',
  apply: ([value]) => {
    if (typeof value === 'string') return value.startsWith('\ufeff') ? value.slice(1) : value;
    if (!isEnvelope(value)) return value ?? null;
    const bytes = bytesFromBase64(value.$content);
    const marked = bytes !== undefined && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return marked ? envelope(value['$content-type'], base64FromBytes(bytes.subarray(3))) : value;
  },
});

const utf8Length = pure({
  name: 'utf8Length',
  group,
  help: 'The number of bytes of the string in UTF-8.',
  parameters: [parameter('text', 'the string')],
  returns: 'Integer',
  apply: ([text]) => utf8Bytes(text as string).length,
});

const utf16Length = pure({
  name: 'utf16Length',
  group,
  help: 'The number of bytes of the string in UTF-16.',
  parameters: [parameter('text', 'the string')],
  returns: 'Integer',
  apply: ([text]) => (text as string).length * 2,
});

export const stringFunctions: readonly FunctionDefinition[] = [
  concat,
  length,
  replace,
  substring,
  slice,
  split,
  toLower,
  toUpper,
  trim,
  guid,
  trimByteOrderMark,
  utf8Length,
  utf16Length,
];
