/**
 * Spans of time as clients of log queries write them.
 *
 * Owns: the timespan of the query API. Does not own: filters in a query's text.
 * Source: ISO 8601 intervals.
 */
import { DateTime, dateTimeAt, convert } from '#query';
import { parseIsoDuration } from '#workflow';
import type { LogSpan } from './log-table.ts';

const ticksPerMillisecond = 10_000n;

function momentOf(text: string): bigint | undefined {
  const value = convert(text, 'string', 'datetime');
  return value instanceof DateTime ? value.ticks : undefined;
}

function lengthOf(text: string): bigint | undefined {
  const milliseconds = parseIsoDuration(text.toUpperCase());
  return milliseconds === undefined ? undefined : BigInt(milliseconds) * ticksPerMillisecond;
}

/**
 * A duration that ends now, `start/end`, `start/duration` or `duration/end`; undefined when it is none of these. `now` in
 * milliseconds since 1970.
 */
export function spanOfTimespan(text: string, now: number): LogSpan | undefined {
  const [first = '', second, ...more] = text.trim().split('/');
  if (more.length > 0) return undefined;
  if (second === undefined) {
    const length = lengthOf(first);
    return length === undefined ? undefined : endingAt(dateTimeAt(now).ticks, length);
  }
  const [start, end] = [momentOf(first), momentOf(second)];
  if (start !== undefined && end !== undefined) return start <= end ? { from: start, to: end } : undefined;
  const length = lengthOf(start === undefined ? first : second);
  if (length === undefined) return undefined;
  if (start !== undefined) return { from: start, to: start + length };
  return end === undefined ? undefined : endingAt(end, length);
}

function endingAt(end: bigint, length: bigint): LogSpan {
  return { from: end - length, to: end };
}
