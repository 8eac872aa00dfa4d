/**
 * Values of template parameters: given, defaulted, checked.
 *
 * Source: template reference 6, 15.
 */
import {
  Fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberIgnoringCase,
} from '#foundation';
import { evaluateValue } from './evaluate.ts';
import { type TemplateOutline, type TemplateParameter, templateFault } from './outline.ts';
import { givenValue, TemplatePlace } from './place.ts';
import { isStop } from './stop.ts';
import { nowhere } from './text-position.ts';
import type { DeploymentPlace } from './surroundings.ts';
import { isInteger, smallInteger, typeOf } from './values.ts';

export type ParameterValues = ReadonlyMap<string, Json>;

/** All parameters by lower-case name, or why a value is missing or not allowed. */
export function parameterValues(
  outline: TemplateOutline,
  place: DeploymentPlace,
  given: Json | undefined,
): ParameterValues | Fault {
  const entries = new Map(
    Object.entries(isJsonObject(given) ? given : {}).map(([name, entry]) => [name.toLowerCase(), { name, entry }]),
  );
  const unknown = [...entries].filter(([key]) => !outline.parameters.has(key)).map(([, { name }]) => name);
  if (unknown.length > 0) return unknownParameters(unknown, outline);
  const values = new Map<string, Json>();
  const defaults = new TemplatePlace({ outline, place, parameters: values, findResource: () => undefined }).defaults();
  for (const [key, parameter] of outline.parameters) {
    const entry = entries.get(key)?.entry;
    let value = givenValue(entry);
    if (entry !== undefined && value === undefined) return notSupported(parameter, entry);
    if (value === undefined && parameter.defaultValue !== undefined) {
      const evaluated = evaluateValue(parameter.defaultValue, defaults);
      if (isStop(evaluated)) return invalid(parameter, evaluated.message);
      value = evaluated;
    }
    if (value === undefined) return missing(parameter);
    const fault = checkValue(parameter, value);
    if (isFault(fault)) return fault;
    values.set(key, value);
  }
  return values;
}

function unknownParameters(names: readonly string[], outline: TemplateOutline): Fault {
  const known = [...outline.parameters.values()].map(({ name }) => name).join(', ');
  return templateFault(
    `The template parameters '${names.join(', ')}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '${known}'`,
    ['parameters', names[0] ?? ''],
    nowhere,
  );
}

function missing({ name }: TemplateParameter): Fault {
  return templateFault(`The value for the template parameter '${name}' is not provided`, ['parameters', name], nowhere);
}

function notSupported({ name }: TemplateParameter, entry: Json): Fault {
  if (memberIgnoringCase(entry, 'reference') !== undefined) {
    return new Fault(
      'InvalidTemplate',
      `The parameter '${name}' refers to a key vault; references to key vaults are not supported.`,
    );
  }
  return new Fault('InvalidRequestContent', `The parameter '${name}' must be given as an object with 'value'.`);
}

function invalid({ name }: TemplateParameter, reason: string): Fault {
  return templateFault(
    `The provided value for the template parameter '${name}' is not valid: ${reason}`,
    ['parameters', name],
    nowhere,
  );
}

function fits(type: TemplateParameter['type'], value: Json): boolean {
  switch (type) {
    case 'string':
    case 'securestring':
      return typeof value === 'string';
    case 'int':
      return isInteger(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'array':
      return isJsonArray(value);
    case 'object':
    case 'secureobject':
      return isJsonObject(value);
  }
}

function checkValue(parameter: TemplateParameter, value: Json): Fault | undefined {
  const { source, type } = parameter;
  if (!fits(type, value))
    return invalid(parameter, `expected a value of type '${type}', but received '${typeOf(value)}'.`);
  const allowed = memberIgnoringCase(source, 'allowedValues');
  if (isJsonArray(allowed)) {
    const parts = isJsonArray(value) && type === 'array' && !allowed.some((one) => isJsonArray(one)) ? value : [value];
    if (!parts.every((part) => allowed.some((one) => jsonEquals(one, part)))) {
      return invalid(
        parameter,
        `the value is not part of the allowed values '${allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(',')}'.`,
      );
    }
  }
  return checkBounds(parameter, source, value);
}

function checkBounds(parameter: TemplateParameter, source: JsonObject, value: Json): Fault | undefined {
  const bound = (name: string) => smallInteger(memberIgnoringCase(source, name));
  const size = typeof value === 'string' || isJsonArray(value) ? value.length : undefined;
  const number = typeof value === 'number' ? value : undefined;
  const checks = [
    ['minLength', size, (limit: number, actual: number) => actual < limit],
    ['maxLength', size, (limit: number, actual: number) => actual > limit],
    ['minValue', number, (limit: number, actual: number) => actual < limit],
    ['maxValue', number, (limit: number, actual: number) => actual > limit],
  ] as const;
  for (const [name, actual, breaks] of checks) {
    const limit = bound(name);
    if (limit !== undefined && actual !== undefined && breaks(limit, actual)) {
      return invalid(parameter, `the value breaks the limit '${name}' of '${limit}'.`);
    }
  }
  return undefined;
}
