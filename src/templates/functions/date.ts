/**
 * Dates that are given; `utcNow` belongs to the place. Source: template reference 5.2.
 *
 * Does not own: formats and arithmetic (`#expression`).
 */
import { findFunction, isEvaluationFault, type Value } from '#expression';
import type { Json } from '#foundation';
import { badArguments, type EvaluationStop } from '../stop.ts';
import { smallInteger } from '../values.ts';
import { type PlainFunction, plain } from './function.ts';
import { quietContext } from './quiet-context.ts';

const usual = 'yyyy-MM-ddTHH:mm:ssZ';
const duration =
  /^(-)?P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/;
const units = ['Year', 'Month', 'Week', 'Day', 'Hour', 'Minute', 'Second'];

/** A function of the workflow language, on text. */
function borrowed(owner: string, name: string, args: readonly Value[]): string | EvaluationStop {
  const result = findFunction(name)?.apply(args, quietContext);
  if (typeof result === 'string') return result;
  return badArguments(owner, isEvaluationFault(result) ? result.message : 'the date is not valid.');
}

/** A moment in a .NET format; also what `utcNow` of the place gives. */
export function formatMoment(owner: string, text: string, format: string): string | EvaluationStop {
  return borrowed(owner, 'formatDateTime', [text, format]);
}

function dateTimeAdd([base, span, format]: readonly Json[]): Json | EvaluationStop {
  const found = typeof span === 'string' ? duration.exec(span) : null;
  if (typeof base !== 'string' || found === null || (format !== undefined && typeof format !== 'string')) {
    return badArguments('dateTimeAdd', 'it takes a date, an ISO 8601 duration and a format.');
  }
  let moment: string | EvaluationStop = base;
  for (const [index, unit] of units.entries()) {
    const count = Number(found[index + 2] ?? 0) * (found[1] === undefined ? 1 : -1);
    if (count !== 0 && typeof moment === 'string') moment = borrowed('dateTimeAdd', 'addToTime', [moment, count, unit]);
  }
  return typeof moment === 'string' ? formatMoment('dateTimeAdd', moment, format ?? usual) : moment;
}

export const dateFunctions: readonly PlainFunction[] = [
  plain('dateTimeAdd', 2, 3, dateTimeAdd),
  plain('dateTimeFromEpoch', 1, 1, ([seconds]) => {
    const count = smallInteger(seconds);
    if (count === undefined || Math.abs(count) > 8.64e12) {
      return badArguments('dateTimeFromEpoch', 'it takes a number of seconds.');
    }
    return new Date(count * 1000).toISOString().replace('.000Z', 'Z');
  }),
  plain('dateTimeToEpoch', 1, 1, ([text]) => {
    const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time) ? badArguments('dateTimeToEpoch', 'it takes a date.') : Math.floor(time / 1000);
  }),
];
