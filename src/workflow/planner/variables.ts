/**
 * The actions that declare and change variables.
 *
 * Owns: their inputs. Does not own: whether a variable is initialised where it is used (`variable-use.ts`).
 * Source: engine reference 3.6.
 */
import { isJsonArray } from '#foundation';
import type { VariableOperation, VariableType } from '../plan.ts';
import { type ActionInputs, inputPlace, type PlainBody, plannedInput, requireInputs } from './inputs.ts';
import { Members } from './members.ts';

const types: Readonly<Record<string, VariableType>> = {
  boolean: 'Boolean',
  integer: 'Integer',
  float: 'Float',
  string: 'String',
  object: 'Object',
  array: 'Array',
};

export const initializeVariable: PlainBody = (action) => {
  const { planning, owner } = action.operation;
  requireInputs(action, 'variables');
  const given = action.members.get('variables');
  const refuse = (what: string, ...inner: readonly (string | number)[]): void => {
    const message = `The inputs of workflow run action '${owner.name}' of type 'InitializeVariable' are not valid. ${what}`;
    planning.refuse('InvalidVariableInitialization', message, inputPlace(action, 'variables', ...inner).steps);
  };
  if (given !== undefined && !isJsonArray(given)) refuse("The property 'variables' must be an array.");
  const declared = isJsonArray(given) ? given : [];
  if (isJsonArray(given) && given.length === 0) refuse("The property 'variables' must have at least one variable.");
  const variables = declared.flatMap((variable, index) => {
    const members = Members.of(variable);
    const name = members.text('name') ?? '';
    const type = types[(members.text('type') ?? '').toLowerCase()];
    if (name === '' || name.includes('@{') || name.startsWith('@'))
      refuse('The name of a variable must be literal text.', index);
    if (type === undefined)
      refuse(`The type of the variable '${name}' must be one of ${Object.values(types).join(', ')}.`, index);
    if (name === '' || type === undefined) return [];
    const value = members.get('value');
    const place = inputPlace(action, 'variables', index, 'value');
    return [{ name, type, ...(value === undefined ? {} : { value: planning.template(value, place) }) }];
  });
  return { kind: 'initializeVariable', variables };
};

export function changeVariable(operation: VariableOperation): PlainBody {
  const counts = operation === 'IncrementVariable' || operation === 'DecrementVariable';
  return (action) => {
    requireInputs(action, 'name', ...(counts ? [] : ['value']));
    const variable = nameOf(action);
    const hasValue = counts ? action.members.get('value') !== undefined : action.members.has('value');
    return {
      kind: 'changeVariable',
      operation,
      variable,
      ...(hasValue ? { value: plannedInput(action, 'value') } : {}),
    };
  };
}

function nameOf(action: ActionInputs): string {
  const name = action.members.get('name');
  if (typeof name === 'string' && name !== '' && !name.startsWith('@') && !name.includes('@{')) return name;
  const { planning, owner, type } = action.operation;
  if (name !== undefined) {
    const message = `The inputs of workflow run action '${owner.name}' of type '${type.type}' are not valid. The name of the variable must be literal text.`;
    planning.refuse('InvalidVariableOperation', message, inputPlace(action, 'name').steps);
  }
  return '';
}
