/**
 * Triggers: their kinds, conditions, splitOn, correlation.
 *
 * Owns: one trigger of the definition into its plan. Does not own: recurrences (`recurrence.ts`), inputs (`trigger-inputs.ts`).
 * Source: engine reference 1.1, 1.3, 2.
 */
import { isJsonArray, isJsonObject, type Json } from '#foundation';
import type { TriggerPlan, TriggerType } from '../plan.ts';
import { planSchema } from '../schema/plan-schema.ts';
import { planBatches } from './batches.ts';
import { Members } from './members.ts';
import { operationType } from './operation-catalogue.data.ts';
import type { Planning, Place } from './planning.ts';
import { planRecurrence } from './recurrence.ts';
import { commonSettings, type Operation } from './settings.ts';
import { triggerConcurrency } from './trigger-concurrency.ts';
import { planTriggerInputs } from './trigger-inputs.ts';

const known = new Set([
  'type',
  'kind',
  'inputs',
  'recurrence',
  'evaluatedrecurrence',
  'conditions',
  'spliton',
  'splitonconfiguration',
  'correlation',
  'limit',
  'runtimeconfiguration',
  'operationoptions',
  'metadata',
  'description',
]);

/** The triggers of the definition by lower-case name. */
export function planTriggers(planning: Planning): ReadonlyMap<string, TriggerPlan> {
  const declared = Members.of(planning.definition).get('triggers');
  if (declared !== undefined && !isJsonObject(declared)) {
    planning.invalid("The 'triggers' of the template must be an object.", ['triggers']);
  }
  const entries = Object.entries(isJsonObject(declared) ? declared : {});
  const most = planning.limits.triggers;
  if (entries.length > most) {
    planning.refuse('WorkflowLimitExceeded', `The number of triggers exceeds the limit of '${most}'.`, ['triggers']);
    return new Map();
  }
  const plans = new Map<string, TriggerPlan>();
  for (const [name, source] of entries) {
    if (plans.has(name.toLowerCase())) {
      planning.invalid(`The template trigger names must be unique: trigger '${name}' is declared multiple times.`, [
        'triggers',
        name,
      ]);
    }
    const plan = planTrigger(planning, name, source);
    if (plan !== undefined) plans.set(name.toLowerCase(), plan);
  }
  return plans;
}

function planTrigger(planning: Planning, name: string, source: Json): TriggerPlan | undefined {
  const steps = ['triggers', name];
  const most = planning.limits.nameCharacters;
  if (name.length === 0 || name.length > most) {
    planning.invalid(`The template trigger name '${name.slice(0, 100)}' must have '1' to '${most}' characters.`, steps);
  }
  if (!isJsonObject(source)) {
    planning.invalid(
      `The template trigger '${name}' ${planning.position(steps)} is not valid: it must be an object.`,
      steps,
    );
    return undefined;
  }
  const given = Members.of(source).text('type') ?? '';
  const type = operationType('trigger', given);
  if (type?.supported !== true) {
    const message = `The type '${given}' of trigger '${name}' is not supported.`;
    planning.refuse('WorkflowActionTypeNotSupported', message, [...steps, 'type']);
    return undefined;
  }
  const members = Members.read(planning, source, known, 'FlowTemplateTrigger', steps);
  const operation: Operation = { planning, owner: { kind: 'trigger', name, type: type.type }, type, members, steps };
  const settings = commonSettings(operation);
  const { options, secure } = settings;
  const kind = members.text('kind');
  const recurrence = recurrenceOf(operation);
  const concurrency = triggerConcurrency(operation, options);
  const conditions = conditionsOf(operation);
  return {
    name,
    type: type.type as TriggerType,
    source,
    ...planTriggerInputs(operation, settings),
    conditions,
    ...(conditions.some(({ text }) => /\bstatusCode\b/i.test(text)) ? { watchesStatus: true } : {}),
    operationOptions: options,
    secure,
    ...(kind === undefined ? {} : { kind }),
    ...splittingOf(operation),
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(type.type === 'Batch' ? { batches: planBatches(operation) } : {}),
    ...(type.type === 'Request' ? { request: requestOf(operation, options) } : {}),
  };
}

function place({ owner, steps }: Operation, what: string, ...inner: readonly (string | number)[]): Place {
  return { owner, what, steps: [...steps, what, ...inner] };
}

function recurrenceOf(operation: Operation): TriggerPlan['recurrence'] {
  const { planning, owner, members, steps, type } = operation;
  if (type.settings.recurrence === true) {
    const recurrence = planRecurrence(operation);
    if (type.type === 'SlidingWindow' && recurrence?.schedule !== undefined) {
      const message = `The recurrence of trigger '${owner.name}' of type '${type.type}' must not have a schedule.`;
      planning.refuse('InvalidWorkflowTriggerRecurrenceSchedule', message, [...steps, 'recurrence', 'schedule']);
    }
    return recurrence;
  }
  if (members.get('recurrence') === undefined) return undefined;
  const message = `The trigger '${owner.name}' of type '${type.type}' must not have a recurrence.`;
  planning.refuse('InvalidWorkflowTriggerRecurrence', message, [...steps, 'recurrence']);
  return undefined;
}

function conditionsOf(operation: Operation): TriggerPlan['conditions'] {
  const { planning, owner, members, steps } = operation;
  const given = members.get('conditions') ?? [];
  if (!isJsonArray(given)) {
    planning.invalid(`The conditions of trigger '${owner.name}' must be an array.`, [...steps, 'conditions']);
    return [];
  }
  return given.map((condition, index) => {
    const members = Members.of(condition);
    if (members.has('dependsOn')) {
      const message = `The setting 'dependsOn' of a condition of trigger '${owner.name}' does not exist here.`;
      planning.refuse('WorkflowOptionNotSupported', message, [...steps, 'conditions', index]);
    }
    const where = place(operation, 'conditions', index, 'expression');
    const text = members.get('expression');
    return {
      expression: planning.condition(text, where),
      text: typeof text === 'string' ? text : JSON.stringify(text ?? null),
    };
  });
}

type Splitting = Pick<TriggerPlan, 'splitOn' | 'splitOnTrackingId' | 'trackingId'>;

function splittingOf(operation: Operation): Splitting {
  const { planning, owner, members, steps, type } = operation;
  const splitOn = members.get('splitOn');
  const perItem = members.in('splitOnConfiguration').in('correlation').get('clientTrackingId');
  const whole = members.in('correlation').get('clientTrackingId');
  if (splitOn !== undefined && (typeof splitOn !== 'string' || !/^@[^@{]/.test(splitOn))) {
    planning.invalid(`The 'splitOn' of trigger '${owner.name}' must be an expression.`, [...steps, 'splitOn']);
  }
  if (splitOn !== undefined && type.settings.splitOn !== true) {
    const message = `The trigger '${owner.name}' of type '${type.type}' has no outputs that 'splitOn' could split.`;
    planning.refuse('WorkflowOptionNotSupported', message, [...steps, 'splitOn']);
  }
  const correlation = ['correlation', 'clientTrackingId'];
  return {
    ...(splitOn === undefined ? {} : { splitOn: planning.template(splitOn, place(operation, 'splitOn')) }),
    ...(perItem === undefined
      ? {}
      : { splitOnTrackingId: planning.template(perItem, place(operation, 'splitOnConfiguration', ...correlation)) }),
    ...(whole === undefined
      ? {}
      : { trackingId: planning.template(whole, place(operation, 'correlation', 'clientTrackingId')) }),
  };
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function requestOf(operation: Operation, options: ReadonlySet<string>): NonNullable<TriggerPlan['request']> {
  const { planning, owner, members, steps } = operation;
  const inputs = members.in('inputs');
  const at = [...steps, 'inputs'];
  const given = inputs.text('method');
  const method = given?.toUpperCase() ?? 'POST';
  if (!methods.includes(method)) {
    planning.invalid(`The method '${method}' of trigger '${owner.name}' is not one of ${methods.join(', ')}.`, [
      ...at,
      'method',
    ]);
  }
  const relativePath = inputs.text('relativePath') ?? '';
  if (relativePath !== '' && given === undefined) {
    planning.invalid(`The trigger '${owner.name}' must have a 'method' when it has a 'relativePath'.`, at);
  }
  const schema = inputs.get('schema');
  if (schema !== undefined && options.has('enableschemavalidation')) {
    for (const fault of planSchema(schema).faults) {
      const message = `The schema of trigger '${owner.name}' cannot be used: at '${fault.path}', ${fault.message}.`;
      planning.refuse('ActionSchemaNotSupported', message, [...at, 'schema']);
    }
  }
  return {
    method,
    ...(relativePath === '' ? {} : { relativePath }),
    ...(schema === undefined ? {} : { schema }),
  };
}
