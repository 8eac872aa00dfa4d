/**
 * SetVariable, IncrementVariable, DecrementVariable, AppendToArrayVariable, AppendToStringVariable.
 *
 * Owns: the five operations. Does not own: how variables are kept (`variables.ts` of the engine).
 * Source: engine reference 3.6.
 */
import { isEvaluationFault, type Planned, planTemplate, textOf, valueKind, valueType } from '#expression';
import { isJsonArray, isJsonObject, type Json } from '#foundation';
import type { ActionKind, Activation, VariableView } from '../kind.ts';
import { takes, typeMismatch } from './variable-types.ts';

export const changeVariable: ActionKind<'changeVariable'> = {
  start(act) {
    const { plan } = act;
    const value = plan.value === undefined ? 1 : act.evaluate(plan.value);
    if (value === undefined || !act.record({ name: plan.variable, value })) return;
    const variable = act.variable(plan.variable);
    if (variable === undefined) {
      act.fail(
        'InvalidVariableOperation',
        `The variable '${plan.variable}' must be initialized before it can be used.`,
      );
      return;
    }
    switch (plan.operation) {
      case 'SetVariable':
        replace(act, variable, value);
        break;
      case 'IncrementVariable':
      case 'DecrementVariable':
        count(act, variable, value);
        break;
      case 'AppendToArrayVariable':
      case 'AppendToStringVariable':
        append(act, variable, value);
        break;
    }
  },
};

function replace(act: Activation<'changeVariable'>, variable: VariableView, value: Json): void {
  const { variable: name } = act.plan;
  if (!takes(variable.type, value)) {
    act.fail('BadRequest', typeMismatch(name, variable.type, value));
    return;
  }
  act.setVariable(name, variable.type, value);
  act.succeed({ body: { name, value } });
}

// The expression language's own arithmetic: 64-bit integers, overflow, integers beside floats.
const sums = {
  IncrementVariable: plannedSum("@add(item()['value'], item()['by'])"),
  DecrementVariable: plannedSum("@sub(item()['value'], item()['by'])"),
} as const;

function plannedSum(text: string): Planned {
  const planned = planTemplate(text);
  if (!('evaluate' in planned)) throw new TypeError(`not an expression: ${text}`);
  return planned;
}

function count(act: Activation<'changeVariable'>, variable: VariableView, by: Json): void {
  const { operation, variable: name } = act.plan;
  const kind = valueKind(by);
  if (operation !== 'IncrementVariable' && operation !== 'DecrementVariable') return;
  if (kind !== 'Integer' && !(kind === 'Float' && variable.type === 'Float')) {
    act.fail('BadRequest', typeMismatch(name, variable.type, by));
    return;
  }
  if (variable.type !== 'Integer' && variable.type !== 'Float') {
    act.fail('BadRequest', `The variable '${name}' of type '${variable.type}' cannot be incremented or decremented.`);
    return;
  }
  const value = act.evaluateRow(sums[operation], { value: variable.value, by });
  if (isEvaluationFault(value)) {
    act.fail('InvalidTemplate', value.message);
    return;
  }
  act.setVariable(name, variable.type, value);
  act.succeed({ body: { name, value } });
}

function append(act: Activation<'changeVariable'>, variable: VariableView, value: Json): void {
  const { operation, variable: name } = act.plan;
  const isArray = operation === 'AppendToArrayVariable';
  if (variable.type !== (isArray ? 'Array' : 'String')) {
    act.fail(
      'BadRequest',
      `The variable '${name}' of type '${variable.type}' cannot be appended to by '${operation}'.`,
    );
    return;
  }
  if (!isArray && (isJsonArray(value) || isJsonObject(value))) {
    act.fail(
      'BadRequest',
      `The value appended to the variable '${name}' is of type '${valueType(value)}'. It must be of type 'String'.`,
    );
    return;
  }
  if (isArray && variable.value === null) act.setVariable(name, variable.type, []);
  if (!act.appendToVariable(name, isArray ? value : textOf(value))) {
    act.fail('VariableSizeLimitExceeded', `The variable '${name}' exceeds the maximum size allowed.`);
    return;
  }
  act.succeed();
}
