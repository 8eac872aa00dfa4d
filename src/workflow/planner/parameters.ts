/**
 * The parameters a definition declares, with the values its resource gives.
 *
 * Owns: declarations, types, what value a parameter has before any run.
 * Does not own: who refers to parameters (`references.ts`).
 *
 * Invariants
 * PM1. A default may refer only to parameters whose value is known without evaluating another default: no circles.
 *
 * Source: engine reference 1.
 */
import { isJsonArray, isJsonObject, type Json, JsonNumber, type JsonObject, jsonEquals, setMember } from '#foundation';
import type { ParameterPlan, ParameterType } from '../plan.ts';
import { Members } from './members.ts';
import type { Planning } from './planning.ts';

const types: Readonly<Record<string, ParameterType>> = {
  string: 'String',
  securestring: 'SecureString',
  int: 'Int',
  float: 'Float',
  bool: 'Bool',
  array: 'Array',
  object: 'Object',
  secureobject: 'SecureObject',
};

const declarationMembers = new Set(['type', 'defaultvalue', 'allowedvalues', 'metadata', 'description']);
const valueMembers = new Set(['value', 'type', 'metadata', 'description', 'reference']);

/** Plans the declarations; `given` is the resource's `{ name: { value, type? } }`. By lower-case name. */
export function planParameters(planning: Planning, given: Json | undefined): ReadonlyMap<string, ParameterPlan> {
  const declared = Members.of(planning.definition).get('parameters');
  if (declared !== undefined && !isJsonObject(declared)) {
    planning.invalid("The 'parameters' of the template must be an object.", ['parameters']);
  }
  const entries = Object.entries(isJsonObject(declared) ? declared : {});
  const most = planning.limits.parameters;
  if (entries.length > most) {
    planning.refuse('WorkflowLimitExceeded', `The number of parameters exceeds the limit of '${most}'.`, [
      'parameters',
    ]);
    return new Map();
  }
  const values = new Map(
    Object.entries(isJsonObject(given) ? given : {}).map(([name, entry]) => [name.toLowerCase(), entry]),
  );
  const plans = new Map<string, ParameterPlan>();
  for (const [name, source] of entries) {
    const key = name.toLowerCase();
    if (plans.has(key))
      planning.invalid(`The workflow parameter '${name}' is declared more than once.`, ['parameters', name]);
    const plan = planParameter(planning, name, source, valueOf(planning, name, values.get(key)));
    if (plan !== undefined) plans.set(key, plan);
  }
  for (const name of Object.keys(isJsonObject(given) ? given : {})) {
    const known = entries.some(([one]) => one.toLowerCase() === name.toLowerCase());
    if (!known) planning.invalid(`The workflow parameter '${name}' is not found.`, ['parameters', name]);
  }
  planning.parameterValues = knownValues(plans);
  checkDefaults(planning, plans);
  return plans;
}

function valueOf(planning: Planning, name: string, entry: Json | undefined): Json | undefined {
  if (entry === undefined || entry === null) return undefined;
  const members = Members.read(planning, entry, valueMembers, 'FlowTemplateParameter', ['parameters', name]);
  if (members.has('reference')) {
    const message = `The value of the workflow parameter '${name}' is a reference, which does not exist here.`;
    planning.refuse('WorkflowOptionNotSupported', message, ['parameters', name, 'reference']);
  }
  return members.get('value');
}

function planParameter(
  planning: Planning,
  name: string,
  source: Json,
  value: Json | undefined,
): ParameterPlan | undefined {
  const steps = ['parameters', name];
  const members = Members.read(planning, source, declarationMembers, 'FlowTemplateParameter', steps);
  const type = types[(members.text('type') ?? '').toLowerCase()];
  if (type === undefined) {
    const list = Object.values(types).join(', ');
    planning.invalid(`The type of the workflow parameter '${name}' is not one of ${list}.`, [...steps, 'type']);
    return undefined;
  }
  const fallback = members.get('defaultValue');
  if (value === undefined && fallback === undefined) {
    const position = planning.position(steps);
    planning.invalid(`The value for the workflow parameter '${name}' ${position} is not provided.`, steps);
  }
  const planned =
    fallback === undefined
      ? undefined
      : planning.template(fallback, {
          owner: { kind: 'parameter', name },
          what: 'defaultValue',
          steps: [...steps, 'defaultValue'],
        });
  for (const one of [value, planned?.constant]) {
    if (one !== undefined && one !== null) checkValue(planning, name, type, one, members.get('allowedValues'));
  }
  return {
    name,
    type,
    secure: type === 'SecureString' || type === 'SecureObject',
    ...(value === undefined ? {} : { value }),
    ...(planned === undefined ? {} : { defaultValue: planned }),
  };
}

function checkValue(
  planning: Planning,
  name: string,
  type: ParameterType,
  value: Json,
  allowed: Json | undefined,
): void {
  const refuse = (why: string): void => {
    const steps = ['parameters', name];
    const position = planning.position(steps);
    planning.invalid(
      `The provided value for the workflow parameter '${name}' ${position} is not valid. ${why}.`,
      steps,
    );
  };
  if (!fits(type, value)) {
    refuse(`Expected a value of type '${type}', but received a value of type '${kindOf(value)}'`);
  } else if (isJsonArray(allowed) && !allowed.some((one) => jsonEquals(one, value))) {
    refuse('It is not one of the allowed values');
  }
}

function fits(type: ParameterType, value: Json): boolean {
  switch (type) {
    case 'String':
    case 'SecureString':
      return typeof value === 'string';
    case 'Int':
      return kindOf(value) === 'Integer';
    case 'Float':
      return kindOf(value) === 'Integer' || kindOf(value) === 'Float';
    case 'Bool':
      return typeof value === 'boolean';
    case 'Array':
      return isJsonArray(value);
    case 'Object':
    case 'SecureObject':
      return isJsonObject(value);
  }
}

function kindOf(value: Json): string {
  if (value === null) return 'Null';
  if (value instanceof JsonNumber) return value.isInteger ? 'Integer' : 'Float';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float';
  if (isJsonArray(value)) return 'Array';
  if (isJsonObject(value)) return 'Object';
  return typeof value === 'string' ? 'String' : 'Boolean';
}

function knownValues(plans: ReadonlyMap<string, ParameterPlan>): JsonObject {
  const values: { [name: string]: Json } = {};
  for (const { name, value, defaultValue } of plans.values()) {
    const known = value ?? defaultValue?.constant;
    if (known !== undefined) setMember(values, name, known);
  }
  return values;
}

/** PM1; run data is refused with the other places (`references.ts`). */
function checkDefaults(planning: Planning, plans: ReadonlyMap<string, ParameterPlan>): void {
  for (const { name, defaultValue } of plans.values()) {
    for (const reference of defaultValue?.references ?? []) {
      if (reference.target !== 'parameter') continue;
      const other = plans.get(reference.name?.toLowerCase() ?? '');
      if (other !== undefined && (other.value !== undefined || other.defaultValue?.constant !== undefined)) continue;
      const message = `The default value of the workflow parameter '${name}' may refer only to parameters that have a value of their own.`;
      planning.invalid(message, ['parameters', name, 'defaultValue']);
    }
  }
}
