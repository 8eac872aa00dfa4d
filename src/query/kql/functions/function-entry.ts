/**
 * What a scalar function is: the shape of one row of the function tables.
 *
 * Owns: parameters, result types, the rule for null. Does not own: which functions there are (`*-functions.ts`).
 */
import type { Context } from '../context.ts';
import { textOf } from '../conversion.ts';
import type { KqlType } from '../types.ts';
import type { Value } from '../values.ts';

/** A type, `number` for any of the four number types, `any` for all. */
export type ParameterType = KqlType | 'number' | 'any';

export interface ScalarFunction {
  readonly name: string;
  /** The last one stands for all that follow where `most` is larger. */
  readonly parameters: readonly ParameterType[];
  readonly least: number;
  readonly most: number;
  /** A type, or how it follows from the arguments' types. */
  readonly returns: KqlType | ((types: readonly KqlType[]) => KqlType);
  /** `through`: any null argument makes the result null; `seen`: the function is called with it. */
  readonly nulls: 'through' | 'seen';
  readonly call: (values: readonly Value[], context: Context, types: readonly KqlType[]) => Value;
}

type Call = ScalarFunction['call'];
type Returns = ScalarFunction['returns'];

/**
 * One function from a signature such as `string, long, [long]`: optional ones in brackets, `...` behind the last that repeats.
 * A signature that ends in `!` sees nulls.
 */
export function scalar(name: string, signature: string, returns: Returns, call: Call): ScalarFunction {
  const nulls = signature.endsWith('!') ? 'seen' : 'through';
  const words = signature
    .replace('!', '')
    .split(', ')
    .filter((word) => word !== '');
  const parameters = words.map((word) => word.replaceAll(/[[\].]/g, '') as ParameterType);
  const repeats = words.at(-1)?.includes('...') === true;
  return {
    name,
    parameters,
    least: words.filter((word) => !word.startsWith('[')).length,
    most: repeats ? 64 : parameters.length,
    returns,
    nulls,
    call,
  };
}

/** The one type that all of the arguments have: numbers widen, other mixtures are dynamic. */
export function commonType(types: readonly KqlType[]): KqlType {
  const known = [...new Set(types)];
  if (known.length === 1) return known[0] ?? 'dynamic';
  for (const wide of ['decimal', 'real', 'long'] as const) {
    if (known.includes(wide) && known.every((type) => ['int', 'long', 'real', 'decimal'].includes(type))) return wide;
  }
  return 'dynamic';
}

/** An argument as text; the empty text where it was left out. */
export function textArgument(value: Value | undefined): string {
  return textOf(value ?? null, 'dynamic');
}
