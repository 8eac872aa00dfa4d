/**
 * Recurrences of triggers.
 *
 * Owns: reading them and their bounds. Does not own: when they fire (`../next-occurrence.ts`).
 * Source: engine reference 1.2, 2.6.
 */
import { type FaultCode, isJsonArray, isJsonObject, type Json } from '#foundation';
import { addMonths, parseTime, weekdayNumber } from '../calendar.ts';
import type { RecurrencePlan } from '../plan.ts';
import { wallClock } from '../time-zone.ts';
import { Members, wholeNumber } from './members.ts';
import type { Operation } from './settings.ts';

const frequencies = ['Second', 'Minute', 'Hour', 'Day', 'Week', 'Month', 'Year'] as const;
const known = new Set(['frequency', 'interval', 'starttime', 'endtime', 'timezone', 'count', 'schedule']);
const knownMarks = new Set(['minutes', 'hours', 'weekdays', 'monthdays', 'monthlyoccurrences']);

type Schedule = NonNullable<RecurrencePlan['schedule']>;
type Frequency = RecurrencePlan['frequency'];

/** The recurrence of a trigger whose type has one; undefined when it was refused. */
export function planRecurrence(operation: Operation): RecurrencePlan | undefined {
  const { planning, owner, members, steps } = operation;
  const at = [...steps, 'recurrence'];
  const given = members.get('recurrence');
  const refusal = new Refusal(operation);
  if (given === undefined) return refusal.say('is missing');
  const value = planning.setting(given, { owner, what: 'recurrence', steps: at });
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return refusal.say('must be an object');
  const recurrence = Members.read(planning, value, known, 'FlowRecurrence', at);
  const wanted = recurrence.text('frequency')?.toLowerCase();
  const frequency = frequencies.find((one) => one.toLowerCase() === wanted);
  if (frequency === undefined)
    return refusal.say(`has an invalid recurrence frequency '${recurrence.text('frequency') ?? ''}'`);
  const most = planning.limits.recurrenceInterval[frequency];
  const interval = wholeNumber(recurrence.get('interval'));
  if (interval === undefined || interval < 1 || interval > most) {
    return refusal.say(
      `has an invalid interval: for the frequency '${frequency}' it must be a whole number from '1' to '${most}'`,
    );
  }
  const count = wholeNumber(recurrence.get('count'));
  if (recurrence.has('count') && (count === undefined || count < 1)) return refusal.say('has an invalid count');
  const times = planTimes(recurrence, operation, refusal);
  const schedule = planSchedule(recurrence.get('schedule'), frequency, refusal);
  return {
    frequency,
    interval,
    ...times,
    ...(count === undefined ? {} : { count }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

class Refusal {
  readonly #operation: Operation;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** `The recurrence of trigger 'T' …`. */
  say(what: string, code: FaultCode = 'InvalidWorkflowTriggerRecurrence', part = 'recurrence'): undefined {
    const { planning, owner, steps } = this.#operation;
    planning.refuse(code, `The ${part} of trigger '${owner.name}' ${what}.`, [...steps, 'recurrence']);
    return undefined;
  }

  schedule(what: string): undefined {
    return this.say(what, 'InvalidWorkflowTriggerRecurrenceSchedule', 'recurrence schedule');
  }
}

type Times = Pick<RecurrencePlan, 'startTime' | 'endTime' | 'timeZone'>;

function planTimes(recurrence: Members, { planning, steps }: Operation, refusal: Refusal): Times {
  const timeZone = emptyAsNone(recurrence.text('timeZone'));
  if (timeZone !== undefined && wallClock(timeZone) === undefined)
    refusal.say(`has an invalid time zone '${timeZone}'`);
  const [startTime, endTime] = (['startTime', 'endTime'] as const).map((name) => {
    const text = emptyAsNone(recurrence.text(name));
    const time = text === undefined ? undefined : parseTime(text);
    if (text !== undefined && time === undefined) {
      refusal.say(
        `has an invalid ${name} '${text.slice(0, 50)}': it must have the form 'YYYY-MM-DDThh:mm:ss', with 'Z' unless a time zone is given`,
      );
    }
    if (name === 'startTime' && time !== undefined && planning.now !== undefined) {
      const years = planning.limits.startYearsAhead;
      if (time.reading > addMonths(planning.now, years * 12)) {
        refusal.say(`has an invalid startTime '${text ?? ''}': it may be at most '${years}' years ahead`);
      }
    }
    if (time?.utc === true && timeZone !== undefined) {
      const message = `The ${name} ends with 'Z': it is a time in UTC, whatever the time zone '${timeZone}'.`;
      planning.warn('RecurrenceTimeInUtc', message, [...steps, 'recurrence', name]);
    }
    return text;
  });
  return {
    ...(startTime === undefined ? {} : { startTime }),
    ...(endTime === undefined ? {} : { endTime }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

function emptyAsNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

// --- Schedule ---------------------------------------------------------------------------------------------------

/** The frequencies a mark applies to. */
const frequenciesOf: Readonly<Record<string, readonly Frequency[]>> = {
  hours: ['Day', 'Week', 'Month', 'Year'],
  minutes: ['Day', 'Week', 'Month', 'Year'],
  weekdays: ['Week'],
  monthdays: ['Month', 'Year'],
  monthlyoccurrences: ['Month', 'Year'],
};

function planSchedule(given: Json | undefined, frequency: Frequency, refusal: Refusal): Schedule | undefined {
  if (given === undefined) return undefined;
  if (!isJsonObject(given)) return refusal.schedule('must be an object');
  const schedule = Members.of(given);
  for (const name of schedule.names) {
    if (!knownMarks.has(name)) refusal.schedule(`has the unknown property '${name}'`);
    else if (isGiven(schedule.get(name)) && frequenciesOf[name]?.includes(frequency) !== true) {
      refusal.schedule(`has an invalid recurrence frequency '${frequency}' for '${name}'`);
    }
  }
  const minutes = numbersOf(schedule, 'minutes', [0, 59], refusal);
  const hours = numbersOf(schedule, 'hours', [0, 23], refusal);
  const monthDays = numbersOf(schedule, 'monthDays', [-31, 31], refusal);
  const weekDays = weekDaysOf(schedule.get('weekDays'), refusal);
  const occurrences = occurrencesOf(schedule.get('monthlyOccurrences'), refusal);
  const planned: Schedule = {
    ...(minutes === undefined ? {} : { minutes }),
    ...(hours === undefined ? {} : { hours }),
    ...(monthDays === undefined ? {} : { monthDays }),
    ...(weekDays === undefined ? {} : { weekDays }),
    ...(occurrences === undefined ? {} : { monthlyOccurrences: occurrences }),
  };
  return Object.keys(planned).length === 0 ? undefined : planned;
}

function isGiven(list: Json | undefined): boolean {
  return !isJsonArray(list) || list.length > 0;
}

function numbersOf(
  schedule: Members,
  name: string,
  [least, most]: readonly [number, number],
  refusal: Refusal,
): readonly number[] | undefined {
  const list = schedule.get(name);
  if (list === undefined || (isJsonArray(list) && list.length === 0)) return undefined;
  const numbers = (isJsonArray(list) ? list : [undefined]).map(wholeNumber);
  const fitting = numbers.filter((number) => number !== undefined && number >= least && number <= most);
  const valid = fitting.filter((number) => number !== undefined && (name !== 'monthDays' || number !== 0));
  if (valid.length < numbers.length) {
    return refusal.schedule(
      `has an invalid value in '${name}': the values must be whole numbers from '${least}' to '${most}'`,
    );
  }
  return valid.filter((number) => number !== undefined);
}

function weekDaysOf(list: Json | undefined, refusal: Refusal): readonly string[] | undefined {
  if (list === undefined || (isJsonArray(list) && list.length === 0)) return undefined;
  const days = isJsonArray(list) ? list.flatMap((day) => (typeof day === 'string' ? [day] : [''])) : [''];
  if (days.every((day) => weekdayNumber(day) !== undefined)) return days;
  return refusal.schedule("has an invalid value in 'weekDays': the values must be names of days");
}

function occurrencesOf(list: Json | undefined, refusal: Refusal): Schedule['monthlyOccurrences'] {
  if (list === undefined || (isJsonArray(list) && list.length === 0)) return undefined;
  const planned = (isJsonArray(list) ? list : [null]).flatMap((one) => {
    const members = Members.of(one);
    const day = members.text('day') ?? '';
    const occurrence = wholeNumber(members.get('occurrence')) ?? 0;
    const fits = weekdayNumber(day) !== undefined && occurrence !== 0 && Math.abs(occurrence) <= 5;
    return fits ? [{ day, occurrence }] : [];
  });
  if (isJsonArray(list) && planned.length === list.length) return planned;
  return refusal.schedule("has an invalid value in 'monthlyOccurrences'");
}
