/** Times in policy expressions: `utcNow` and `addDays`. Source: policy reference 8. */
import { type Json, parseTimeText } from '#foundation';
import { badArguments, type EvaluationStop } from '#templates';
import { quoted } from './quoted.ts';

const millisecondsPerDay = 86_400_000;

/** `yyyy-MM-ddTHH:mm:ss.fffffffZ`. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '0000Z');
}

/** A date so many days later, as `isoTime`. */
export function addDays(date: Json | undefined, days: Json | undefined): string | EvaluationStop {
  const start = typeof date === 'string' ? parseTimeText(date) : undefined;
  if (start === undefined) return badArguments('addDays', `'${quoted(date)}' is not a date in ISO 8601.`);
  if (typeof days !== 'number' || !Number.isInteger(days)) {
    return badArguments('addDays', 'the number of days must be an integer.');
  }
  const moved = start + days * millisecondsPerDay;
  return Math.abs(moved) > 8.64e15 ? badArguments('addDays', 'the result is beyond the calendar.') : isoTime(moved);
}
