/** ParseJson: text or JSON, judged by a schema; the body is the value unchanged. Source: engine reference 4.5. */
import { type Json, memberOf } from '#foundation';
import { templateError } from '../errors.ts';
import { unsupportedKeyword, validateJson } from '../json-schema.ts';
import type { ActionKind, Activation } from '../kind.ts';
import { isLenientFault, parseLenientJson } from '../lenient-json.ts';

export const parseJson: ActionKind<'parseJson'> = {
  start(act) {
    const { name, schema } = act.plan;
    const content = act.evaluate(act.plan.content);
    if (content === undefined) return;
    if (content === null || content === '') {
      const inner = "Required property 'content' expects a value but got null. Path ''.";
      act.end({ status: 'Failed', code: 'BadRequest', error: templateError(name, inner) });
      return;
    }
    if (!act.record({ content, schema })) return;
    const keyword = unsupportedKeyword(schema);
    if (keyword !== undefined) {
      act.fail('ActionSchemaNotSupported', `The schema of action '${name}' uses '${keyword}', which is not supported.`);
      return;
    }
    const value = valueOf(act, content);
    if (value !== undefined) judge(act, value);
  },
};

/** The JSON value; undefined when the action has failed for it. */
function valueOf(act: Activation<'parseJson'>, content: Json): Json | undefined {
  const { name } = act.plan;
  if (memberOf(content, '$content') !== undefined) {
    act.fail('BadRequest', `The content of action '${name}' is not JSON: its type is not application/json.`);
    return undefined;
  }
  if (typeof content !== 'string') return content;
  const parsed = parseLenientJson(content);
  if (!isLenientFault(parsed)) return parsed.value;
  const message = `The content of action '${name}' is not valid JSON: '${parsed.message}' (position ${parsed.offset}).`;
  act.fail('InvalidJSON', message, 'InvalidJSON');
  return undefined;
}

function judge(act: Activation<'parseJson'>, value: Json): void {
  const errors = validateJson(act.plan.schema, value);
  if (errors.length === 0) {
    act.succeed({ body: value }, 'OK');
    return;
  }
  const error = { code: 'ValidationFailed', message: 'The schema validation failed.' };
  act.end({ status: 'Failed', code: 'ValidationFailed', error, outputs: { errors: errors as unknown as Json } });
}
