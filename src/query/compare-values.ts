/** Which of two values comes first: texts ignoring case, numbers by value, times by instant, truth by its words. */
import { type Json, parseIsoTime } from '#foundation';

/** Negative, zero or positive; undefined when the two have no order. */
export function orderOf(left: Json, right: Json): number | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    const [leftTime, rightTime] = [timeOf(left), timeOf(right)];
    if (leftTime !== undefined && rightTime !== undefined) return leftTime - rightTime;
    const [one, two] = [left.toLowerCase(), right.toLowerCase()];
    return one < two ? -1 : one > two ? 1 : 0;
  }
  if (left === null || right === null) return left === right ? 0 : undefined;
  if (typeof left === 'boolean' || typeof right === 'boolean') {
    return truthOf(left) === truthOf(right) ? 0 : undefined;
  }
  const [one, two] = [numberOf(left), numberOf(right)];
  return one === undefined || two === undefined ? undefined : one - two;
}

/** The same, but texts that are no times compare by their characters. */
export function exactOrderOf(left: Json, right: Json): number | undefined {
  if (typeof left !== 'string' || typeof right !== 'string') return orderOf(left, right);
  if (timeOf(left) !== undefined && timeOf(right) !== undefined) return orderOf(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A boolean, or a text that spells one. */
function truthOf(value: Json): Json {
  return typeof value === 'string' && /^(?:true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value;
}

const timeText = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** The instant of an ISO time, which is UTC when it does not say; undefined for any other text. */
export function timeOf(text: string): number | undefined {
  if (!timeText.test(text)) return undefined;
  return parseIsoTime(text);
}

/** A number, also one in a text. */
export function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : String((value as { text?: string }).text ?? '');
  return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}
