/**
 * Triggers: their kinds, recurrence, conditions, splitOn.
 *
 * Owns: one trigger of the definition into its plan. Source: engine reference 2, 1.2, 1.3.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  textMember,
} from '#foundation';
import type { RecurrencePlan, TriggerPlan, TriggerType } from '../plan.ts';
import { operationType } from './operation-catalogue.data.ts';
import type { Planning } from './planning.ts';
import { configuration, operationOptions, secureData } from './settings.ts';

export function planTrigger(planning: Planning, name: string, source: Json): TriggerPlan | undefined {
  const path = `triggers.${name}`;
  if (!isJsonObject(source)) {
    planning.invalid(`The trigger '${name}' must be an object`, path);
    return undefined;
  }
  const given = textMember(source, 'type') ?? '';
  const known = operationType('trigger', given);
  if (known?.supported !== true) {
    const message = `The type '${given}' of trigger '${name}' is not supported.`;
    planning.refuse('WorkflowActionTypeNotSupported', message, `${path}.type`);
    return undefined;
  }
  refuseOptions(planning, source, name, path);
  const kind = textMember(source, 'kind');
  const recurrence = recurrenceOf(planning, source, known.type, name);
  const request = known.type === 'Request' ? requestOf(planning, source, name, path) : undefined;
  return {
    name,
    type: known.type as TriggerType,
    source,
    inputs: planning.template(memberOf(source, 'inputs'), `trigger '${name}' inputs`, `${path}.inputs`),
    conditions: conditionsOf(planning, source, name, path),
    operationOptions: operationOptions(source),
    secure: secureData(source),
    ...(kind === undefined ? {} : { kind }),
    ...correlationOf(planning, source, name, path),
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(request === undefined ? {} : { request }),
  };
}

/** Options of triggers that do not exist here yet are refused, never ignored. */
function refuseOptions(planning: Planning, source: JsonObject, name: string, path: string): void {
  const concurrency = configuration(source, 'concurrency', 'runs');
  const single = operationOptions(source).has('singleinstance');
  if (concurrency === undefined && !single) return;
  const message = `The concurrency of runs of trigger '${name}' cannot be limited here.`;
  planning.refuse('WorkflowOptionNotSupported', message, `${path}.runtimeConfiguration.concurrency`);
}

function conditionsOf(planning: Planning, source: JsonObject, name: string, path: string): TriggerPlan['conditions'] {
  const conditions = memberOf(source, 'conditions');
  return (isJsonArray(conditions) ? conditions : []).map((condition, index) => {
    const text = textMember(condition, 'expression') ?? '';
    const at = `${path}.conditions[${index}]`;
    return { expression: planning.template(text, `trigger '${name}' condition`, at), text };
  });
}

function correlationOf(planning: Planning, source: JsonObject, name: string, path: string) {
  const splitOn = memberOf(source, 'splitOn');
  const perItem = memberOf(memberOf(memberOf(source, 'splitOnConfiguration'), 'correlation'), 'clientTrackingId');
  const whole = memberOf(memberOf(source, 'correlation'), 'clientTrackingId');
  const planned = (value: Json, what: string) =>
    planning.template(value, `trigger '${name}' ${what}`, `${path}.${what}`);
  return {
    ...(splitOn === undefined || splitOn === null ? {} : { splitOn: planned(splitOn, 'splitOn') }),
    ...(perItem === undefined ? {} : { splitOnTrackingId: planned(perItem, 'splitOnConfiguration') }),
    ...(whole === undefined ? {} : { trackingId: planned(whole, 'correlation') }),
  };
}

const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

function requestOf(planning: Planning, source: JsonObject, name: string, path: string): TriggerPlan['request'] {
  const inputs = memberOf(source, 'inputs');
  const given = memberIgnoringCase(inputs, 'method');
  const method = typeof given === 'string' ? given.toUpperCase() : 'POST';
  if (!methods.has(method)) {
    planning.invalid(
      `The method '${method}' of trigger '${name}' is not one of ${[...methods].join(', ')}`,
      `${path}.inputs.method`,
    );
  }
  const relativePath = textMember(inputs, 'relativePath');
  if (relativePath !== undefined && relativePath !== '' && given === undefined) {
    planning.invalid(`The trigger '${name}' must have a 'method' when it has a 'relativePath'`, `${path}.inputs`);
  }
  const schema = memberIgnoringCase(inputs, 'schema');
  return {
    method,
    ...(relativePath === undefined || relativePath === '' ? {} : { relativePath }),
    ...(isJsonObject(schema) ? { schema } : {}),
  };
}

// --- Recurrence -------------------------------------------------------------------------------------------------

/** Frequencies with the largest interval each takes (engine reference 1.2). */
const frequencies = {
  Second: 9_999_999,
  Minute: 72_000,
  Hour: 12_000,
  Day: 500,
  Week: 71,
  Month: 16,
  Year: 1,
} as const;

function recurrenceOf(planning: Planning, source: JsonObject, type: string, name: string): RecurrencePlan | undefined {
  const recurrence = memberOf(source, 'recurrence');
  const path = `triggers.${name}.recurrence`;
  const refuse = (what: string): undefined => {
    planning.refuse(
      'InvalidWorkflowTriggerRecurrence',
      `The recurrence of trigger '${name}' is not valid: ${what}.`,
      path,
    );
    return undefined;
  };
  if (recurrence === undefined) return type === 'Recurrence' ? refuse('it is missing') : undefined;
  const given = (textMember(recurrence, 'frequency') ?? '').toLowerCase();
  const frequency = (Object.keys(frequencies) as (keyof typeof frequencies)[]).find(
    (one) => one.toLowerCase() === given,
  );
  if (frequency === undefined) return refuse(`the frequency is not one of ${Object.keys(frequencies).join(', ')}`);
  const interval = Number(memberIgnoringCase(recurrence, 'interval') ?? 1);
  if (!Number.isInteger(interval) || interval < 1 || interval > frequencies[frequency]) {
    return refuse(`the interval must be a whole number from 1 to ${frequencies[frequency]}`);
  }
  const texts = ['startTime', 'endTime', 'timeZone'] as const;
  const named = Object.fromEntries(
    texts.flatMap((member) => {
      const value = textMember(recurrence, member);
      return value === undefined || value === '' ? [] : [[member, value]];
    }),
  );
  for (const member of ['startTime', 'endTime']) {
    const value = named[member];
    if (value !== undefined && Number.isNaN(Date.parse(value))) return refuse(`'${member}' is not a date and time`);
  }
  const schedule = scheduleOf(planning, memberIgnoringCase(recurrence, 'schedule'), name);
  const count = memberIgnoringCase(recurrence, 'count');
  return {
    frequency,
    interval,
    ...named,
    ...(typeof count === 'number' ? { count } : {}),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

type Schedule = NonNullable<RecurrencePlan['schedule']>;

const weekDays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function scheduleOf(planning: Planning, schedule: Json | undefined, name: string): Schedule | undefined {
  if (!isJsonObject(schedule)) return undefined;
  const path = `triggers.${name}.recurrence.schedule`;
  const refuse = (member: string) => {
    const message = `The recurrence schedule of trigger '${name}' is not valid: '${member}' has a value outside its range.`;
    planning.refuse('InvalidWorkflowTriggerRecurrenceSchedule', message, `${path}.${member}`);
  };
  const numbers = (member: string, low: number, high: number): readonly number[] | undefined => {
    const list = memberIgnoringCase(schedule, member);
    if (!isJsonArray(list)) return undefined;
    const values = list.map(Number);
    if (values.some((value) => !Number.isInteger(value) || value < low || value > high)) refuse(member);
    return values;
  };
  const minutes = numbers('minutes', 0, 59);
  const hours = numbers('hours', 0, 23);
  const monthDays = numbers('monthDays', -31, 31);
  const days = memberIgnoringCase(schedule, 'weekDays');
  const named = isJsonArray(days) ? days.map((day) => (typeof day === 'string' ? day : '')) : undefined;
  if (named?.some((day) => !weekDays.includes(day.toLowerCase())) === true) refuse('weekDays');
  const occurrences = memberIgnoringCase(schedule, 'monthlyOccurrences');
  return {
    ...(minutes === undefined ? {} : { minutes }),
    ...(hours === undefined ? {} : { hours }),
    ...(monthDays === undefined ? {} : { monthDays }),
    ...(named === undefined ? {} : { weekDays: named }),
    ...(isJsonArray(occurrences)
      ? {
          monthlyOccurrences: occurrences.map((one) => ({
            day: textMember(one, 'day') ?? '',
            occurrence: Number(memberIgnoringCase(one, 'occurrence')),
          })),
        }
      : {}),
  };
}
