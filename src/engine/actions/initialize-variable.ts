/** InitializeVariable: creates variables with their types. Source: engine reference 3.6. */
import { isJsonArray, type Json, memberOf } from '#foundation';
import type { ActionKind, Activation } from '../kind.ts';
import { emptyValue, takes, typeMismatch } from './variable-types.ts';

export const initializeVariable: ActionKind<'initializeVariable'> = {
  start(act) {
    const values: Json[] = [];
    for (const { type, value } of act.plan.variables) {
      const evaluated = value === undefined ? emptyValue(type) : act.evaluate(value);
      if (evaluated === undefined) return;
      values.push(evaluated);
    }
    const variables = act.plan.variables.map(({ name, type }, index) => ({ name, type, value: values[index] ?? null }));
    if (
      !act.record({ variables: variables.map((variable, index) => ({ ...variable, type: typeAsWritten(act, index) })) })
    )
      return;
    const wrong = variables.find(({ type, value }) => !takes(type, value));
    if (wrong !== undefined) {
      act.fail('BadRequest', typeMismatch(wrong.name, wrong.type, wrong.value));
      return;
    }
    for (const { name, type, value } of variables) act.setVariable(name, type, value);
    act.succeed();
  },
};

/** The record shows the type's name as the definition spells it. */
function typeAsWritten(act: Activation<'initializeVariable'>, index: number): string {
  const written = memberOf(memberOf(act.plan.source, 'inputs'), 'variables');
  const type = isJsonArray(written) ? memberOf(written[index], 'type') : undefined;
  return typeof type === 'string' ? type : (act.plan.variables[index]?.type ?? '');
}
