/**
 * Literals: numbers, timespans, `datetime(…)` and its like, `dynamic(…)`.
 *
 * Owns: text of a literal to its value. Does not own: conversions at run time (`functions/`), though both read the same forms.
 */
import { setMember } from '#foundation';
import type { Cursor } from './cursor.ts';
import { parseDatetime } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { syntaxError } from './kql-fault.ts';
import type { Expression } from './syntax.ts';
import { parseTimespan } from './timespan.ts';
import type { Token } from './tokens.ts';
import { typeNamed } from './types.ts';
import { integerOf, realInDynamic, type Value } from './values.ts';

type Literal = Expression & { readonly kind: 'literal' };

/** A literal of one token, or undefined where the token is none. */
export function literalOf(token: Token): Literal | undefined {
  const { at, value } = token;
  if (token.kind === 'text') return { kind: 'literal', type: 'string', value, at };
  if (token.kind === 'long') return { kind: 'literal', type: 'long', value: integer(value, at), at };
  if (token.kind === 'real') return { kind: 'literal', type: 'real', value: Number(value), at };
  if (token.kind === 'timespan')
    return { kind: 'literal', type: 'timespan', value: demand(parseTimespan(value), token), at };
  if (token.kind === 'typed') return typedLiteral(token);
  if (token.kind === 'name' && (value === 'true' || value === 'false')) {
    return { kind: 'literal', type: 'bool', value: value === 'true', at };
  }
  return undefined;
}

function integer(text: string, at: number): Value {
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) throw syntaxError(`${text} is no long.`, at);
  return integerOf(value);
}

function demand(value: Value | undefined, token: Token): Value {
  if (value === undefined) throw syntaxError(`'${token.value}' is no ${token.type ?? token.kind}.`, token.at);
  return value;
}

function typedLiteral(token: Token): Literal {
  const type = typeNamed(token.type ?? '') ?? 'string';
  const { value: text, at } = token;
  if (text === 'null') return { kind: 'literal', type, value: null, at };
  return { kind: 'literal', type, value: demand(readTyped(type, text, token), token), at };
}

function readTyped(type: string, text: string, { at }: Token): Value | undefined {
  switch (type) {
    case 'datetime':
      return parseDatetime(text);
    case 'timespan':
      return parseTimespan(text);
    case 'guid':
      return /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(text)
        ? text.replaceAll(/[{}]/g, '').toLowerCase()
        : undefined;
    case 'int':
    case 'long':
      return /^[+-]?\d+$|^0x[0-9a-f]+$/i.test(text) ? integer(text.replace('+', ''), at) : undefined;
    case 'real':
      return readReal(text);
    case 'decimal':
      return Decimal.parse(text);
    default:
      return /^(?:true|1)$/i.test(text) ? true : /^(?:false|0)$/i.test(text) ? false : undefined;
  }
}

function readReal(text: string): number | undefined {
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** What stands between the brackets of `dynamic(…)`. */
export function dynamicValue(cursor: Cursor): Value {
  return cursor.nested(() => {
    const { at } = cursor.peek();
    if (cursor.takeMark('{')) return dynamicBag(cursor);
    if (cursor.takeMark('[')) return dynamicArray(cursor);
    if (cursor.takeWord('null')) return null;
    if (cursor.isWord('dynamic') && cursor.isMark('(', 1)) {
      cursor.skip(2);
      const inner = dynamicValue(cursor);
      cursor.mark(')');
      return inner;
    }
    const negative = cursor.takeMark('-');
    const literal = literalOf(cursor.peek());
    if (literal === undefined) throw cursor.unexpected('a value');
    cursor.next();
    if (negative) return negated(literal.value, at);
    return literal.type === 'real' ? realInDynamic(literal.value as number) : literal.value;
  });
}

function negated(value: Value, at: number): Value {
  if (typeof value === 'number') return Number.isInteger(value) ? -value : realInDynamic(-value);
  if (typeof value === 'bigint') return integerOf(-value);
  throw syntaxError('A number is expected.', at);
}

function dynamicBag(cursor: Cursor): Value {
  const bag: { [name: string]: Value } = {};
  while (!cursor.takeMark('}')) {
    if (cursor.peek().kind !== 'text') throw cursor.unexpected('a name in quotes');
    const name = cursor.next().value;
    cursor.mark(':');
    setMember(bag as never, name, dynamicValue(cursor) as never);
    if (!cursor.isMark('}')) cursor.mark(',');
  }
  return bag;
}

function dynamicArray(cursor: Cursor): Value {
  const items: Value[] = [];
  while (!cursor.takeMark(']')) {
    items.push(dynamicValue(cursor));
    if (!cursor.isMark(']')) cursor.mark(',');
  }
  return items;
}
