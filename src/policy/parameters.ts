/**
 * Parameters of definitions and initiatives: their declarations, and the values an assignment gives.
 *
 * Owns: types, allowed values, defaults. Does not own: where values come from.
 *
 * Source: policy reference 2, 12, 13, 19.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  jsonEquals,
  JsonNumber,
  type JsonObject,
  memberIgnoringCase,
  parseTimeText,
} from '#foundation';
import { quoted } from './quoted.ts';
import type { PolicyFault } from './rule.ts';

export type ParameterType = 'String' | 'Array' | 'Object' | 'Boolean' | 'Integer' | 'Float' | 'DateTime';

const types: readonly ParameterType[] = ['String', 'Array', 'Object', 'Boolean', 'Integer', 'Float', 'DateTime'];

export interface ParameterDeclaration {
  readonly name: string;
  readonly type: ParameterType;
  readonly allowedValues?: readonly Json[];
  readonly defaultValue?: Json;
  /** A JSON schema that values of the type Object must fit; judged by who stores assignments. */
  readonly schema?: JsonObject;
  /** What the assignment's identity needs a role on when it is given. */
  readonly assignPermissions: boolean;
}

/** Declarations by lower-case name. */
export type Declarations = ReadonlyMap<string, ParameterDeclaration>;

/** Why an assignment's values cannot be used. */
export interface ParameterFault {
  readonly code:
    | 'MissingPolicyParameter'
    | 'UndefinedPolicyParameter'
    | 'InvalidPolicyParameterValue'
    | 'PolicyParameterValueNotAllowed';
  readonly message: string;
  readonly parameter: string;
}

/** Reads `parameters` of a definition or initiative. */
export function parseDeclarations(json: Json | undefined, report: (fault: PolicyFault) => void): Declarations {
  const declarations = new Map<string, ParameterDeclaration>();
  if (json === undefined || json === null) return declarations;
  const fault = (message: string, ...path: readonly string[]): void =>
    report({ code: 'InvalidPolicyParameters', message, path: ['parameters', ...path] });
  if (!isJsonObject(json)) {
    fault("'parameters' must be an object.");
    return declarations;
  }
  for (const [name, given] of Object.entries(json)) {
    const type = memberIgnoringCase(given, 'type');
    const known = types.find((each) => typeof type === 'string' && each.toLowerCase() === type.toLowerCase());
    if (known === undefined) {
      fault(`The type '${quoted(type)}' of the parameter '${name}' is not one of ${types.join(', ')}.`, name);
      continue;
    }
    const declaration = declarationOf(name, known, given);
    if (declarations.has(name.toLowerCase())) fault(`The parameter '${name}' is declared twice.`, name);
    declarations.set(name.toLowerCase(), declaration);
    const { defaultValue } = declaration;
    const wrong = defaultValue === undefined ? undefined : valueFault(declaration, defaultValue);
    if (wrong !== undefined) fault(wrong.message, name, 'defaultValue');
  }
  return declarations;
}

function declarationOf(name: string, type: ParameterType, given: Json): ParameterDeclaration {
  const allowedValues = memberIgnoringCase(given, 'allowedValues');
  const defaultValue = memberIgnoringCase(given, 'defaultValue');
  const schema = memberIgnoringCase(given, 'schema');
  return {
    name,
    type,
    ...(isJsonArray(allowedValues) ? { allowedValues } : {}),
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(type === 'Object' && isJsonObject(schema) ? { schema } : {}),
    assignPermissions: memberIgnoringCase(memberIgnoringCase(given, 'metadata'), 'assignPermissions') === true,
  };
}

/** Defaults and given values, by lower-case name; or everything that is wrong with them. */
export function effectiveParameters(
  declarations: Declarations,
  given: Readonly<Record<string, Json>>,
): ReadonlyMap<string, Json> | readonly ParameterFault[] {
  const faults: ParameterFault[] = [];
  const values = new Map<string, Json>();
  for (const [name, value] of Object.entries(given)) {
    const declaration = declarations.get(name.toLowerCase());
    if (declaration === undefined) {
      const message = `The policy parameter '${name}' is not defined in the policy definition.`;
      faults.push({ code: 'UndefinedPolicyParameter', message, parameter: name });
      continue;
    }
    const wrong = valueFault(declaration, value);
    if (wrong !== undefined) faults.push(wrong);
    values.set(name.toLowerCase(), value);
  }
  for (const [name, { name: written, defaultValue }] of declarations) {
    if (values.has(name)) continue;
    if (defaultValue !== undefined) values.set(name, defaultValue);
    else {
      const message = `The policy assignment is missing the parameter '${written}', which has no default value.`;
      faults.push({ code: 'MissingPolicyParameter', message, parameter: written });
    }
  }
  return faults.length > 0 ? faults : values;
}

function valueFault(declaration: ParameterDeclaration, value: Json): ParameterFault | undefined {
  const { name, type, allowedValues } = declaration;
  if (!fits(type, value)) {
    const message = `The value '${quoted(value).slice(0, 200)}' of the policy parameter '${name}' is not of type '${type}'.`;
    return { code: 'InvalidPolicyParameterValue', message, parameter: name };
  }
  if (allowedValues === undefined) return undefined;
  const values = isJsonArray(value) && type === 'Array' ? value : [value];
  const refused = values.find((each) => !allowedValues.some((allowed) => isSame(allowed, each)));
  if (refused === undefined) return undefined;
  const message = `The value '${quoted(refused).slice(0, 200)}' of the policy parameter '${name}' is not allowed. Allowed values are '${allowedValues.map(quoted).join(', ')}'.`;
  return { code: 'PolicyParameterValueNotAllowed', message, parameter: name };
}

function isSame(allowed: Json, value: Json): boolean {
  if (typeof allowed === 'string' && typeof value === 'string') return allowed.toLowerCase() === value.toLowerCase();
  return jsonEquals(allowed, value);
}

function fits(type: ParameterType, value: Json): boolean {
  switch (type) {
    case 'String':
      return typeof value === 'string';
    case 'Array':
      return isJsonArray(value);
    case 'Object':
      return isJsonObject(value);
    case 'Boolean':
      return typeof value === 'boolean' || (typeof value === 'string' && /^(true|false)$/i.test(value));
    case 'Integer':
      return Number.isInteger(value) || (value instanceof JsonNumber && value.isInteger);
    case 'Float':
      return typeof value === 'number' || value instanceof JsonNumber;
    case 'DateTime':
      return typeof value === 'string' && parseTimeText(value) !== undefined;
  }
}
