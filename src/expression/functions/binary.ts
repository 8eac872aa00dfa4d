/**
 * The functions of group "Conversion" between text and bytes.
 *
 * Owns: base64, binary content, data URIs. Does not own: URI components (`uri-component.ts`).
 *
 * Source: expression reference 6.4.
 */
import { base64FromBytes, base64FromText, bytesFromBase64, utf8Bytes, utf8Text } from '../base64.ts';
import { binaryEnvelope, binaryEnvelopeOfText, envelope, isEnvelope } from '../content-envelope.ts';
import { EvaluationFault, evaluationFault } from '../faults.ts';
import { unescapePercent } from '../percent-encoding.ts';
import { boundedText } from '../text.ts';
import type { Value } from '../values.ts';
import { type FunctionDefinition, type FunctionResult, parameter } from './function.ts';
import { pure } from './pure.ts';
import { textOver } from './text-limit.ts';

const group = 'Conversion';

/** The bytes to encode: those of binary content, else the text's. */
function textArgument(name: string, value: Value, textLimit: number): string | EvaluationFault {
  return typeof value === 'string' ? value : (boundedText(value, textLimit) ?? textOver(name, textLimit));
}

const base64: FunctionDefinition = {
  name: 'base64',
  group,
  help: 'The base64 form of a string in UTF-8, or of binary content.',
  parameters: [parameter('value', 'the string to encode', 'String', 'Binary', 'Xml')],
  returns: 'String',
  pure: true,
  apply: ([value = null], { textLimit }) => {
    if (isEnvelope(value)) return value.$content;
    const text = textArgument('base64', value, textLimit);
    return text instanceof EvaluationFault ? text : base64FromText(text);
  },
};

function notBase64(name: string): EvaluationFault {
  return evaluationFault(
    `The template language function '${name}' was invoked with a parameter that is not valid. The value cannot be decoded from base64 representation.`,
  );
}

function base64ToString(name: string, deprecated: boolean): FunctionDefinition {
  const definition = pure({
    name,
    group,
    help: deprecated ? 'The older name of base64ToString().' : 'The string of a base64 text, read as UTF-8.',
    parameters: [parameter('value', 'the base64 encoded string to decode')],
    returns: 'String',
    apply: ([value]) => {
      const bytes = bytesFromBase64(value as string);
      return bytes === undefined ? notBase64(name) : utf8Text(bytes);
    },
  });
  return deprecated ? { ...definition, deprecated } : definition;
}

const base64ToBinary = pure({
  name: 'base64ToBinary',
  group,
  help: 'The binary content of a base64 text.',
  parameters: [parameter('value', 'the base64 encoded string to convert')],
  returns: 'Binary',
  apply: ([value]) => {
    const bytes = bytesFromBase64(value as string);
    return bytes === undefined ? notBase64('base64ToBinary') : binaryEnvelope(bytes);
  },
});

const binary = pure({
  name: 'binary',
  group,
  help: 'The string as binary content, in UTF-8.',
  parameters: [parameter('value', 'the string to convert', 'String', 'Binary')],
  returns: 'Binary',
  apply: ([value = null]) => (isEnvelope(value) ? value : binaryEnvelopeOfText(value as string)),
});

const dataUri: FunctionDefinition = {
  name: 'dataUri',
  group,
  help: 'The data URI of a string or of binary content, which keeps its media type.',
  parameters: [parameter('value', 'the string to convert', 'String', 'Binary', 'Xml')],
  returns: 'String',
  pure: true,
  apply: ([value = null], { textLimit }) => {
    if (isEnvelope(value)) return `data:${value['$content-type']};base64,${value.$content}`;
    const text = textArgument('dataUri', value, textLimit);
    return text instanceof EvaluationFault ? text : `data:text/plain;charset=utf-8;base64,${base64FromText(text)}`;
  },
};

interface DataUri {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Reads `data:[type][;parameters][;base64],content`; undefined when it is no data URI. */
function readDataUri(text: string): DataUri | undefined {
  const comma = text.indexOf(',');
  if (comma < 0 || text.slice(0, 5).toLowerCase() !== 'data:') return undefined;
  const head = text.slice(5, comma);
  const isBase64 = /;\s*base64\s*$/i.test(head.slice(-20));
  const mediaType = isBase64 ? head.slice(0, head.lastIndexOf(';')) : head;
  const content = text.slice(comma + 1);
  const bytes = isBase64 ? bytesFromBase64(unescapePercent(content)) : utf8Bytes(unescapePercent(content));
  // Without a type a data URI is plain US-ASCII text. Source: RFC 2397.
  const type =
    mediaType === '' ? 'text/plain;charset=US-ASCII' : mediaType.startsWith(';') ? `text/plain${mediaType}` : mediaType;
  return bytes === undefined ? undefined : { mediaType: type, bytes };
}

function fromDataUri(
  name: string,
  help: string,
  returns: 'Binary' | 'String',
  read: (uri: DataUri) => FunctionResult,
): FunctionDefinition {
  return pure({
    name,
    group,
    help,
    parameters: [parameter('value', 'the data URI to convert')],
    returns,
    apply: ([value]) => {
      const uri = readDataUri(value as string);
      if (uri !== undefined) return read(uri);
      const shown = (value as string).slice(0, 200);
      return evaluationFault(
        `The template language function '${name}' expects its parameter to be formatted as a valid data URI. The provided value '${shown}' was not formatted correctly. Please see https://aka.ms/logicexpressions#${name.toLowerCase()} for usage details.`,
      );
    },
  });
}

function binaryOfUri(uri: DataUri): FunctionResult {
  return envelope(uri.mediaType, base64FromBytes(uri.bytes));
}

export const binaryFunctions: readonly FunctionDefinition[] = [
  base64,
  base64ToBinary,
  base64ToString('base64ToString', false),
  base64ToString('decodeBase64', true),
  binary,
  dataUri,
  fromDataUri('dataUriToBinary', 'The binary content of a data URI.', 'Binary', binaryOfUri),
  fromDataUri('decodeDataUri', 'The binary content of a data URI.', 'Binary', binaryOfUri),
  fromDataUri('dataUriToString', 'The string of a data URI.', 'String', (uri) => utf8Text(uri.bytes)),
];
