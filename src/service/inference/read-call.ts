/**
 * What a function of an expression hands on of the values that it is given: the same value, a part of it, a value inside a text.
 *
 * Owns: that, function by function, and what a function asks of a text. Does not own: what actions and variables hold (`plan-reader.ts`).
 *
 * Invariants
 * RC1. A function that is not here hands nothing on: what it makes is its own.
 */
import { type Call, type Expression } from '#expression';
import type { Shape } from './answer-shape.ts';
import { ListShape, several, WrittenShape, xmlNodes } from './derived-shape.ts';

type Read = (expression: Expression) => Shape | undefined;

/** Functions whose result is, or is written like, their first argument. */
const same: ReadonlySet<string> = new Set([
  'take',
  'skip',
  'sort',
  'reverse',
  'distinct',
  'flatten',
  'tolower',
  'toupper',
  'trim',
  'replace',
  'int',
  'float',
  'decimal',
  'bool',
  'setproperty',
  'addproperty',
  'removeproperty',
  'uricomponent',
  'encodeuricomponent',
  'uricomponenttostring',
  'decodeuricomponent',
]);

/** The shape of a call's result before its accessors; undefined when it is none of an answer. */
export function shapeOfCall(call: Call, read: Read): Shape | undefined {
  const name = call.name.toLowerCase();
  const [first, second] = call.args;
  if (first === undefined) return undefined;
  if (same.has(name)) return read(first);
  switch (name) {
    case 'json':
      return read(first)?.content('json');
    case 'xml':
      return read(first)?.content('xml');
    case 'base64tostring':
    case 'decodebase64':
      return read(first)?.content('base64');
    case 'string':
      return written(read(first));
    case 'first':
    case 'last':
      return read(first)?.item();
    case 'coalesce':
    case 'union':
    case 'intersection':
      return several(call.args.map(read));
    case 'if':
      return several(call.args.slice(1).map(read));
    case 'array':
    case 'createarray':
      return gathered(several(call.args.map(read)));
    case 'split':
      return textLiteral(second) === undefined ? undefined : read(first)?.split(textLiteral(second) ?? '');
    case 'xpath':
      return pathOf(read(first), textLiteral(second));
    default:
      return undefined;
  }
}

const written = (shape: Shape | undefined): Shape | undefined =>
  shape === undefined ? undefined : new WrittenShape(shape);

const gathered = (shape: Shape | undefined): Shape | undefined =>
  shape === undefined ? undefined : new ListShape(shape);

const pathOf = (document: Shape | undefined, path: string | undefined): Shape | undefined =>
  document === undefined || path === undefined ? undefined : xmlNodes(document, path);

/** What a function asks of the text that it is given first: to hold something, to be long enough. */
export function demandOfCall({ name, args }: Call, read: Read): void {
  const [text, second, third] = args;
  if (text === undefined) return;
  switch (name.toLowerCase()) {
    case 'indexof':
    case 'lastindexof':
    case 'nthindexof':
      return read(text)?.mention(textLiteral(second) ?? '');
    case 'substring':
      return read(text)?.atLeastLong((numberLiteral(second) ?? 0) + (numberLiteral(third) ?? 0));
    default:
  }
}

export function textLiteral(expression: Expression | undefined): string | undefined {
  return expression?.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined;
}

export function numberLiteral(expression: Expression | undefined): number | undefined {
  if (expression?.kind !== 'literal' || typeof expression.value === 'string') return undefined;
  const value = Number(expression.text);
  return expression.value === null || typeof expression.value === 'boolean' || Number.isNaN(value) ? undefined : value;
}
