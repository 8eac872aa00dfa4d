/** Outputs of a template: their values, their type words. Source: template reference 12. */
import { type Json, type JsonObject, setMember } from '#foundation';
import type { EvaluationContext } from './context.ts';
import { evaluateCopy, evaluateValue } from './evaluate.ts';
import type { TemplateOutput } from './outline.ts';
import { type EvaluationStop, isStop, stop } from './stop.ts';
import { fitsType, typeOf } from './values.ts';

/** `{ name: { type, value } }`; a stop's path begins with the output's name. */
export function templateOutputs(
  outputs: readonly TemplateOutput[],
  context: EvaluationContext,
): JsonObject | EvaluationStop {
  const made: { [name: string]: Json } = {};
  for (const output of outputs) {
    const wanted = output.condition === undefined ? true : evaluateValue(output.condition, context);
    if (isStop(wanted)) return within(wanted, output.name);
    if (wanted === false) continue;
    if (wanted !== true) {
      return within(stop(`The 'condition' must be a boolean, not '${typeOf(wanted)}'.`), output.name);
    }
    const value =
      output.copy === undefined
        ? evaluateValue(output.value ?? { kind: 'constant', value: null }, context)
        : evaluateCopy(output.copy, context, true);
    if (isStop(value)) return within(value, output.name);
    if (!fitsType(output.type, value) && !(value === null && output.nullable)) {
      return within(
        stop(`the value is of type '${typeOf(value)}', the output is declared as '${output.type}'.`),
        output.name,
      );
    }
    const secure = /^secure/i.test(output.type);
    setMember(made, output.name, { type: outputType(output.type), ...(secure ? {} : { value }) });
  }
  return made;
}

function within(reason: EvaluationStop, name: string): EvaluationStop {
  reason.path = [name, ...reason.path];
  return reason;
}

const outputTypes: Readonly<Record<string, string>> = {
  string: 'String',
  securestring: 'SecureString',
  int: 'Int',
  bool: 'Bool',
  object: 'Object',
  secureobject: 'SecureObject',
  array: 'Array',
};

/** The type word of answers: `String`. */
export function outputType(type: string): string {
  return outputTypes[type.toLowerCase()] ?? type;
}
