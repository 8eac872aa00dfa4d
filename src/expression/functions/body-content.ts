/**
 * The functions of group "Workflow" that read form fields and multipart bodies.
 *
 * Owns: `formDataValue`, `formDataMultiValues`, `multipartBody` and their trigger forms. Does not own: reading the bodies
 * (`../body-parts.ts`).
 *
 * Source: expression reference 6.7.
 */
import { formFields, multipartParts } from '../body-parts.ts';
import { openEnvelope } from '../content-envelope.ts';
import type { EvaluationContext } from '../context.ts';
import { EvaluationFault, evaluationFault } from '../faults.ts';
import { memberName } from '../select.ts';
import { bigIntOf, type ObjectValue, type Value } from '../values.ts';
import { type FunctionDefinition, type FunctionResult, type ParameterType, parameter } from './function.ts';
import { bodyOf, missingAction, outputsOf, triggerBodyOf } from './workflow.ts';

/** Both forms of a function: over a named action's body, and over the trigger's body. */
function pair(
  [name, triggerName]: readonly [string, string],
  help: string,
  selector: readonly [name: string, help: string, type: ParameterType],
  returns: ParameterType,
  read: (name: string, body: Value, selector: Value) => FunctionResult,
): readonly FunctionDefinition[] {
  const chosen = parameter(...selector);
  const shared = { group: 'Workflow', returns, pure: false } as const;
  return [
    {
      ...shared,
      name,
      help: `${help} of an action's outputs.`,
      parameters: [parameter('actionName', 'the name of the action'), chosen],
      refersTo: 'action',
      apply: (args, context) => {
        const record = context.action(args[0] as string);
        if (record === undefined) return evaluationFault(missingAction(args[0] as string));
        return read(name, bodyOf(outputsOf(record)), args[1] as Value);
      },
    },
    {
      ...shared,
      name: triggerName,
      help: `${help} of the trigger's outputs.`,
      parameters: [chosen],
      refersTo: 'trigger',
      apply: (args, context) => {
        const body = triggerBody(triggerName, context);
        return body instanceof EvaluationFault ? body : read(triggerName, body, args[0] as Value);
      },
    },
  ];
}

function triggerBody(name: string, context: EvaluationContext): FunctionResult {
  const record = context.trigger();
  return record === undefined
    ? evaluationFault(`The template function '${name}' is not expected at this location.`)
    : triggerBodyOf(record);
}

function fieldValues(name: string, body: Value, key: Value): readonly Value[] | EvaluationFault {
  const fields = formFields(body);
  if (fields === undefined) {
    return evaluationFault(`The template language function '${name}' expects a body with form data.`);
  }
  return fields.filter((field) => field.key === key).map((field) => field.value);
}

function singleField(name: string, body: Value, key: Value): FunctionResult {
  const values = fieldValues(name, body, key);
  if (values instanceof EvaluationFault) return values;
  if (values.length < 2) return values[0] ?? null;
  return evaluationFault(
    `The template language function '${name}' expects the form data to have one value with key '${key as string}', found '${values.length}'.`,
  );
}

function partBody(name: string, body: Value, index: Value): FunctionResult {
  const parts = multipartParts(body);
  if (parts === undefined) {
    return evaluationFault(`The template language function '${name}' expects a multipart body.`);
  }
  const at = bigIntOf(index as number);
  const part: ObjectValue | undefined = at >= 0n && at < BigInt(parts.length) ? parts[Number(at)] : undefined;
  if (part === undefined) {
    return evaluationFault(
      `The template language function '${name}' was invoked with an index that is out of range: '${at}' of '${parts.length}' part(s).`,
    );
  }
  const own = memberName(part, 'body');
  return own === undefined ? null : openEnvelope(part[own] as Value);
}

export const bodyContentFunctions: readonly FunctionDefinition[] = [
  ...pair(
    ['formDataValue', 'triggerFormDataValue'],
    'The one value with a key in the form data',
    ['key', 'the key of the form field', 'String'],
    'Any',
    singleField,
  ),
  ...pair(
    ['formDataMultiValues', 'triggerFormDataMultiValues'],
    'All values with a key in the form data',
    ['key', 'the key of the form field', 'String'],
    'Array',
    fieldValues,
  ),
  ...pair(
    ['multipartBody', 'triggerMultipartBody'],
    'The body of one part of the multipart body',
    ['index', 'the index of the part', 'Integer'],
    'Any',
    partBody,
  ),
];
