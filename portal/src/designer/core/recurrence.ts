/**
 * A recurrence in words, and when it fires next.
 *
 * Owns: the sentence, the list of firings. Does not own: the calendar, which is the server's own code.
 *
 * Invariant
 * RC1. The firings shown are those of the server for a workflow saved at that moment (portal reference 5.7).
 */
import { isRecord, type JsonData, type JsonRecord } from './json-value.ts';
import { nextOccurrence, parseJson, planWorkflow, resolveZone } from './workflow-language.ts';

export type NextFirings =
  /** Milliseconds since 1970. Empty: it never fires. */
  | { readonly kind: 'times'; readonly times: readonly number[] }
  /** Why there are none, in the server's words. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Parameters say when. */
  | { readonly kind: 'unknown' };

export function nextFirings(recurrence: JsonData | undefined, savedAt: number, count: number): NextFirings {
  const text = JSON.stringify(recurrence ?? null);
  if (text.includes('"@')) return { kind: 'unknown' };
  const trigger = parseJson(`{"triggers":{"Recurrence":{"type":"Recurrence","recurrence":${text}}},"actions":{}}`);
  const planned = planWorkflow({ definition: trigger, now: savedAt });
  if (planned.kind === 'refused') {
    const [detail] = planned.fault.options.details ?? [];
    const message = detail?.message ?? planned.fault.message;
    return {
      kind: 'refused',
      message: message.replace(/^The recurrence( schedule)? of trigger 'Recurrence' /, 'It$1 '),
    };
  }
  const plan = [...planned.plan.triggers.values()][0]?.recurrence;
  if (plan === undefined) return { kind: 'times', times: [] };
  const times: number[] = [];
  for (let last: number | undefined; times.length < count; ) {
    const next = nextOccurrence(plan, last ?? savedAt - 1, savedAt, last);
    if (next === undefined) break;
    times.push(next);
    last = next;
  }
  return { kind: 'times', times };
}

/** A moment as the clocks of a zone show it: `Mon 30 Nov 2026, 08:00`. A zone that is not known shows UTC. */
export function onClocksOf(zone: string | undefined, time: number): string {
  const timeZone = (zone === undefined ? undefined : resolveZone(zone)?.iana) ?? 'UTC';
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(time);
}

/** *Every 2 weeks on Monday and Friday at 08:00, 17:00.* */
export function inWords(recurrence: JsonRecord): string {
  const frequency = textIn(recurrence, 'frequency').toLowerCase();
  const interval = textIn(recurrence, 'interval');
  if (frequency === '' || interval === '') return '';
  const schedule = isRecord(recurrence['schedule']) ? recurrence['schedule'] : {};
  const days = [
    ...listIn(schedule, 'weekDays'),
    ...listIn(schedule, 'monthDays').map((day) =>
      day.startsWith('-') ? `${day.slice(1)} from the end` : `day ${day}`,
    ),
    ...occurrencesIn(schedule),
  ];
  return [
    interval === '1' ? `Every ${frequency}` : `Every ${interval} ${frequency}s`,
    days.length === 0 ? '' : ` on ${joined(days)}`,
    timesIn(schedule),
    textIn(recurrence, 'timeZone') === '' ? '' : ` (${textIn(recurrence, 'timeZone')})`,
    textIn(recurrence, 'startTime') === '' ? '' : `, from ${textIn(recurrence, 'startTime')}`,
    textIn(recurrence, 'endTime') === '' ? '' : ` until ${textIn(recurrence, 'endTime')}`,
    textIn(recurrence, 'count') === '' ? '' : `, ${textIn(recurrence, 'count')} times`,
  ].join('');
}

function timesIn(schedule: JsonRecord): string {
  const hours = listIn(schedule, 'hours');
  const minutes = listIn(schedule, 'minutes');
  const two = (text: string): string => text.padStart(2, '0');
  if (hours.length === 0 && minutes.length === 0) return '';
  if (minutes.length === 0) return ` at the hours ${joined(hours.map(two))}`;
  if (hours.length === 0) return ` at the minutes ${joined(minutes.map(two))}`;
  const all = hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}`));
  return ` at ${all.length > 8 ? `${all.slice(0, 8).join(', ')}, …` : joined(all)}`;
}

const ordinals: Readonly<Record<string, string>> = {
  1: 'first',
  2: 'second',
  3: 'third',
  4: 'fourth',
  5: 'fifth',
  [-1]: 'last',
};

const occurrencesIn = (schedule: JsonRecord): readonly string[] => {
  const all = schedule['monthlyOccurrences'];
  return !Array.isArray(all)
    ? []
    : (all as readonly JsonData[]).flatMap((one) =>
        isRecord(one)
          ? [`the ${ordinals[textIn(one, 'occurrence')] ?? textIn(one, 'occurrence')} ${textIn(one, 'day')}`]
          : [],
      );
};

const joined = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

function textIn(record: JsonRecord, name: string): string {
  const value = record[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function listIn(record: JsonRecord, name: string): readonly string[] {
  const value = record[name];
  return Array.isArray(value)
    ? (value as readonly JsonData[]).flatMap((each) =>
        typeof each === 'string' || typeof each === 'number' ? [String(each)] : [],
      )
    : [];
}
