/** ParseJson: text or JSON, judged by a schema; the body is the value unchanged. Source: engine reference 4.5. */
import { type Json, memberOf } from '#foundation';
import { type ActionPlan, lenientJson, type PlannedSchema, planSchema } from '#workflow';
import { templateError } from '../errors.ts';
import type { ActionKind, Activation } from '../kind.ts';

/** Schemas are planned at the first run of their plan, not at every run. */
const plannedSchemas = new WeakMap<ActionPlan, PlannedSchema>();

function schemaOf(plan: Activation<'parseJson'>['plan']): PlannedSchema {
  let schema = plannedSchemas.get(plan);
  if (schema === undefined) {
    schema = planSchema(plan.schema);
    plannedSchemas.set(plan, schema);
  }
  return schema;
}

export const parseJson: ActionKind<'parseJson'> = {
  start(act) {
    const { name } = act.plan;
    const content = act.evaluate(act.plan.content);
    if (content === undefined) return;
    if (content === null || content === '') {
      const inner = "Required property 'content' expects a value but got null. Path ''.";
      act.end({ status: 'Failed', code: 'BadRequest', error: templateError(name, inner) });
      return;
    }
    if (!act.record({ content, schema: act.plan.schema })) return;
    const value = valueOf(act, content);
    if (value !== undefined) judge(act, value);
  },
};

/** The JSON value; undefined when the action has failed for it. */
function valueOf(act: Activation<'parseJson'>, content: Json): Json | undefined {
  if (memberOf(content, '$content') !== undefined) {
    act.fail('BadRequest', `The content of action '${act.plan.name}' is not JSON: its type is not application/json.`);
    return undefined;
  }
  if (typeof content !== 'string') return content;
  const parsed = lenientJson(content);
  if (parsed.kind === 'parsed') return parsed.value;
  act.fail(parsed.code, parsed.message, parsed.code);
  return undefined;
}

function judge(act: Activation<'parseJson'>, value: Json): void {
  const { faults, patterns, validate } = schemaOf(act.plan);
  const [fault] = faults;
  if (fault !== undefined) {
    act.fail('ActionSchemaNotSupported', `The schema is not valid at '${fault.path}': ${fault.message}`);
    return;
  }
  if (patterns.length > 0) {
    act.fail(
      'ActionSchemaNotSupported',
      `The schema uses regular expressions, which are not supported: '${patterns[0]}'.`,
    );
    return;
  }
  const errors = validate(value);
  if (errors.length === 0) {
    act.succeed({ body: value }, 'OK');
    return;
  }
  const error = { code: 'ValidationFailed', message: 'The schema validation failed.' };
  act.end({ status: 'Failed', code: 'ValidationFailed', error, outputs: { errors: errors as unknown as Json } });
}
