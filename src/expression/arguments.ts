/**
 * Checks arguments against the declared parameters, when a template is saved and when it is evaluated.
 *
 * Owns: what each parameter type takes, the conversions into text, the messages about number and type.
 * Does not own: the functions' own rules about values.
 *
 * Source: expression reference 3.7, 4.7, 5; wording from the service's published error messages.
 */
import { JsonNumber } from '#foundation';
import { envelopeAsText, isEnvelope } from './content-envelope.ts';
import { Decimal } from './decimal.ts';
import { type EvaluationFault, evaluationFault } from './faults.ts';
import type { FunctionDefinition, ParameterDefinition, ParameterType } from './functions/function.ts';
import { isIntegerNumber, type Value, valueKind, valueType } from './values.ts';
import { XmlValue } from './xml-value.ts';

const bits = {
  Null: 1,
  Boolean: 2,
  Integer: 4,
  Float: 8,
  Decimal: 16,
  String: 32,
  Array: 64,
  Object: 128,
  Xml: 256,
} as const;

const anything = 511;

const maskOfType: { readonly [type in ParameterType]: number } = {
  Any: anything,
  Null: bits.Null,
  Boolean: bits.Boolean,
  Integer: bits.Integer,
  Number: bits.Integer | bits.Float | bits.Decimal,
  String: bits.String,
  Array: bits.Array,
  Object: bits.Object,
  // An envelope is an object; which objects are envelopes is looked at in `fitsBinary`.
  Binary: 0,
  Xml: bits.Xml,
};

/** The value's kind as one bit. */
function bitOf(value: Value): number {
  switch (typeof value) {
    case 'string':
      return bits.String;
    case 'boolean':
      return bits.Boolean;
    case 'number':
      return isIntegerNumber(value) ? bits.Integer : bits.Float;
    default:
      if (value === null) return bits.Null;
      if (Array.isArray(value)) return bits.Array;
      if (value instanceof JsonNumber || value instanceof Decimal || value instanceof XmlValue) {
        return bits[valueKind(value)];
      }
      return bits.Object;
  }
}

/** A parameter's types in the form that is quick to check. */
export interface ParameterCheck {
  readonly mask: number;
  readonly binary: boolean;
}

export function parameterCheck(parameter: ParameterDefinition): ParameterCheck {
  return {
    mask: parameter.types.reduce((mask, type) => mask | maskOfType[type], 0),
    binary: parameter.types.includes('Binary'),
  };
}

/** Whether every value fits as it is, so that `fitArgument` need not be asked. */
export function takesAnything(check: ParameterCheck): boolean {
  return check.mask === anything;
}

/** The parameter an argument belongs to; a variadic last one takes all the rest. */
export function parameterAt(definition: FunctionDefinition, index: number): ParameterDefinition | undefined {
  const parameter = definition.parameters[index];
  if (parameter !== undefined) return parameter;
  const last = definition.parameters.at(-1);
  return last?.variadic === true ? last : undefined;
}

/**
 * The argument as the function takes it: itself, or its text where only text fits and it is an envelope or XML. A fault
 * when its type does not fit.
 */
export function fitArgument(
  value: Value,
  check: ParameterCheck,
  definition: FunctionDefinition,
  index: number,
): Value | EvaluationFault {
  if (check.mask === anything || (bitOf(value) & check.mask) !== 0) return value;
  if (check.binary && isEnvelope(value)) return value;
  if ((check.mask & bits.String) !== 0) {
    if (value instanceof XmlValue) return value.text;
    if (isEnvelope(value)) return envelopeAsText(value) ?? typeFault(definition, index, value);
  }
  return typeFault(definition, index, value);
}

/** Whether the number of arguments fits; the message when it does not. */
export function arityFault(definition: FunctionDefinition, count: number): string | undefined {
  const { parameters } = definition;
  const required = parameters.filter((parameter) => parameter.optional !== true).length;
  const most = parameters.at(-1)?.variadic === true ? Number.POSITIVE_INFINITY : parameters.length;
  if (count >= required && count <= most) return undefined;
  const subject = `The template language function '${definition.name}'`;
  if (parameters.length === 0) return `${subject} must not have any parameters.`;
  const invoked = `The function was invoked with '${count}' parameter(s).`;
  return `${subject} expects ${describeParameters(definition, required, most)}. ${invoked} ${usageOf(definition)}`;
}

const counts = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

function describeParameters(definition: FunctionDefinition, required: number, most: number): string {
  const { parameters } = definition;
  const only = parameters.length === 1 ? parameters[0] : undefined;
  if (only !== undefined && only.variadic === true) return `a comma separated list of parameters: ${only.help}`;
  if (only !== undefined && only.optional !== true) return `one parameter: ${only.help}`;
  const phrases = parameters.map((parameter, index) => {
    const ordinal = ordinals[index] ?? `#${index + 1}`;
    return `${parameter.optional === true ? 'optionally ' : ''}${parameter.help} as the ${ordinal} parameter`;
  });
  return `${countOf(required, most)}: ${phrases.join(', ')}`;
}

function countOf(required: number, most: number): string {
  const least = counts[required] ?? String(required);
  if (most === Number.POSITIVE_INFINITY) return `at least ${least} parameters`;
  if (required === most) return `${least} parameters`;
  const greatest = counts[most] ?? String(most);
  return most === 1 ? `${least} or one parameter` : `${least} to ${greatest} parameters`;
}

const phraseOfType: { readonly [type in ParameterType]: string } = {
  Any: 'a value',
  Null: 'null',
  Boolean: 'a boolean',
  Integer: 'an integer',
  Number: 'an integer, a float or a decimal number',
  String: 'a string',
  Array: 'an array',
  Object: 'an object',
  Binary: 'binary content',
  Xml: 'XML',
};

/** "expects its first parameter to be an array or a string. The provided value is of type 'Null'." */
export function typeFault(definition: FunctionDefinition, index: number, value: Value): EvaluationFault {
  const parameter = parameterAt(definition, index);
  const types = (parameter?.types ?? ['Any']).map((type) => phraseOfType[type]);
  const wanted = types.length < 2 ? types.join('') : `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
  return wrongType(definition, index, wanted, value);
}

/** The same sentence with words of the function's own for what it takes. */
export function wrongType(
  definition: Pick<FunctionDefinition, 'name' | 'parameters'>,
  index: number,
  wanted: string,
  value: Value,
): EvaluationFault {
  const single = definition.parameters.length === 1 && definition.parameters[0]?.variadic !== true;
  const which = single ? 'its parameter' : `its ${ordinals[index] ?? `#${index + 1}`} parameter`;
  return evaluationFault(
    `The template language function '${definition.name}' expects ${which} to be ${wanted}. The provided value is of type '${valueType(value)}'. ${usageOf(definition)}`,
  );
}

/** Where Azure's documentation explains the function. */
export function usageOf(definition: Pick<FunctionDefinition, 'name'>): string {
  return `Please see https://aka.ms/logicexpressions#${definition.name.toLowerCase()} for usage details.`;
}
