/**
 * Types of variables: what each starts with and what it takes.
 *
 * Owns: the type rule. Source: engine reference 3.6.
 */
import { valueKind, valueType } from '#expression';
import type { Json } from '#foundation';
import { JsonNumber } from '#foundation';
import type { VariableType } from '#workflow';

/** The value of a variable that was given none. */
export function emptyValue(type: VariableType): Json {
  switch (type) {
    case 'Boolean':
      return false;
    case 'Integer':
      return 0;
    case 'Float':
      return new JsonNumber('0.0');
    case 'String':
      return '';
    case 'Object':
      return null;
    case 'Array':
      return [];
  }
}

/** Whether a variable takes a value; integers fit floats, null fits text, arrays and objects. */
export function takes(type: VariableType, value: Json): boolean {
  const kind = valueKind(value);
  switch (type) {
    case 'Float':
      return kind === 'Float' || kind === 'Integer';
    case 'String':
    case 'Array':
    case 'Object':
      return kind === type || kind === 'Null';
    default:
      return kind === type;
  }
}

/** Why a variable does not take a value. */
export function typeMismatch(name: string, type: VariableType, value: Json): string {
  return `The variable '${name}' of type '${type}' cannot be initialized or updated with value of type '${valueType(value)}'. The variable '${name}' only supports values of types '${type}'.`;
}
