/**
 * Spans of time as clients of log queries write them.
 *
 * Owns: the timespan of the query API, the freer texts of the connector's designer. Does not own: filters in a query's text.
 * Source: ISO 8601 intervals; connectors reference 3.4.
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

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/**
 * A time range of the connector: `Last 24 hours`, `7d`, an ISO period or interval, an ISO start, `between(datetime(…) ..
 * datetime(…))`; `Set in query` and an empty text are the whole. Undefined when it cannot be read.
 */
export function spanOfTimeRange(text: string, now: number): LogSpan | undefined {
  const given = text.trim();
  if (given === '' || /^set in query$/i.test(given)) return {};
  const last = /^last\s+(?:(\d{1,5})\s+)?(minute|hour|day|week)s?$/i.exec(given);
  const short = /^(\d{1,5})\s*([mhdw])$/i.exec(given);
  const unit =
    last?.[2]?.toLowerCase() ?? { m: 'minute', h: 'hour', d: 'day', w: 'week' }[short?.[2]?.toLowerCase() ?? ''];
  if (unit !== undefined) {
    const count = Number(last?.[1] ?? short?.[1] ?? 1);
    return endingAt(dateTimeAt(now).ticks, BigInt(count * (units[unit] ?? 0)) * ticksPerMillisecond);
  }
  const between = /^between\s*\(\s*datetime\s*\(([^)]*)\)\s*\.\.\s*datetime\s*\(([^)]*)\)\s*\)$/i.exec(given);
  if (between !== null) return spanOfTimespan(`${unquoted(between[1])}/${unquoted(between[2])}`, now);
  const interval = spanOfTimespan(given, now);
  if (interval !== undefined) return interval;
  const start = momentOf(given);
  return start === undefined ? undefined : { from: start };
}

function unquoted(text: string | undefined): string {
  return (text ?? '').trim().replaceAll(/^["']|["']$/g, '');
}
