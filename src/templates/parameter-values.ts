/**
 * Values of template parameters: given, defaulted, checked.
 *
 * Source: template reference 6, 15.
 */
import { Fault, isFault, isJsonArray, isJsonObject, type Json, jsonEquals, memberIgnoringCase } from '#foundation';
import { evaluateValue } from './evaluate.ts';
import type { TemplateOutline, TemplateParameter } from './outline.ts';
import { givenValue, TemplatePlace } from './place.ts';
import { type EvaluationStop, isStop, stop } from './stop.ts';
import type { DeploymentPlace } from './surroundings.ts';
import { templateFault } from './template-fault.ts';
import { schemaFault } from './type-schema.ts';
import { fitsType, smallInteger, typeOf } from './values.ts';

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
  const missingNow: TemplateParameter[] = [];
  for (const [key, parameter] of outline.parameters) {
    const entry = entries.get(key)?.entry;
    const value = givenValue(entry);
    if (entry !== undefined && value === undefined) return notSupported(parameter, entry);
    if (value !== undefined) values.set(key, value);
    else if (parameter.nullable && parameter.defaultValue === undefined) values.set(key, null);
    else if (parameter.defaultValue === undefined) missingNow.push(parameter);
  }
  const [first] = missingNow;
  if (first !== undefined) return missing(outline, first);
  const fault = addDefaults(outline, place, values);
  if (fault !== undefined) return fault;
  for (const [key, parameter] of outline.parameters) {
    const wrong = checkValue(outline, parameter, values.get(key) ?? null);
    if (isFault(wrong)) return wrong;
  }
  return values;
}

/** A default may use any other parameter, wherever that stands; one that leads back to itself is a fault. */
function addDefaults(outline: TemplateOutline, place: DeploymentPlace, values: Map<string, Json>): Fault | undefined {
  const underway = new Set<string>();
  const read = (key: string): Json | EvaluationStop | undefined => {
    const known = values.get(key);
    const planned = outline.parameters.get(key)?.defaultValue;
    if (known !== undefined || planned === undefined) return known;
    if (underway.has(key)) return stop(`The template parameter '${key}' refers to itself.`);
    underway.add(key);
    const value = evaluateValue(planned, defaults);
    underway.delete(key);
    if (!isStop(value)) values.set(key, value);
    return value;
  };
  const defaults = new TemplatePlace({
    outline: { ...outline, variables: new Map(), variableCopies: [] },
    place,
    parameters: { get: read },
    findResources: () => undefined,
    isLeftOut: () => false,
  }).defaults();
  for (const [key, parameter] of outline.parameters) {
    const value = read(key);
    if (isStop(value)) return invalid(outline, parameter, value.message);
  }
  return undefined;
}

function unknownParameters(names: readonly string[], outline: TemplateOutline): Fault {
  const known = [...outline.parameters.values()].map(({ name }) => name).join(', ');
  return templateFault(
    `The template parameters '${names.join(', ')}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '${known}'`,
    ['parameters', names[0] ?? ''],
    outline.positionOf(['parameters']),
  );
}

function missing(outline: TemplateOutline, { name }: TemplateParameter): Fault {
  const path = ['parameters', name];
  const position = outline.positionOf(path);
  return templateFault(
    `The value for the template parameter '${name}' at line '${position.line}' and column '${position.column}' is not provided.`,
    path,
    position,
  );
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

function invalid(outline: TemplateOutline, { name }: TemplateParameter, reason: string): Fault {
  const path = ['parameters', name];
  const position = outline.positionOf(path);
  return templateFault(
    `The template parameter '${name}' at line '${position.line}' and column '${position.column}' is not valid: ${reason}`,
    path,
    position,
  );
}

function checkValue(outline: TemplateOutline, parameter: TemplateParameter, value: Json): Fault | undefined {
  const { source, type } = parameter;
  if (value === null && parameter.nullable) return undefined;
  if (!fitsType(type, value))
    return invalid(outline, parameter, `expected a value of type '${type}', but received '${typeOf(value)}'.`);
  const allowed = memberIgnoringCase(source, 'allowedValues');
  if (isJsonArray(allowed)) {
    const parts = isJsonArray(value) && type === 'array' && !allowed.some((one) => isJsonArray(one)) ? value : [value];
    if (!parts.every((part) => allowed.some((one) => jsonEquals(one, part)))) {
      return invalid(
        outline,
        parameter,
        `the value is not part of the allowed values '${allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(',')}'.`,
      );
    }
  }
  const wrong = schemaFault(source, value, memberIgnoringCase(outline.source, 'definitions'));
  return wrong === undefined ? checkBounds(outline, parameter, value) : invalid(outline, parameter, wrong);
}

function checkBounds(outline: TemplateOutline, parameter: TemplateParameter, value: Json): Fault | undefined {
  const bound = (name: string) => smallInteger(memberIgnoringCase(parameter.source, name));
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
      return invalid(outline, parameter, `the value breaks the limit '${name}' of '${limit}'.`);
    }
  }
  return undefined;
}
