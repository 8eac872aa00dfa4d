/**
 * Times as callers write them → milliseconds since the epoch.
 *
 * Owns: what is a time, and that one without a zone is UTC. Does not own: times in expressions (`#expression`), in events
 * (`#events`), in schedules (`#workflow`).
 *
 * Invariants
 * TT1. The time zone of the machine changes nothing. JavaScript takes a time without a zone for one of the machine's.
 * TT2. A day that its month lacks is none. JavaScript takes the 30th of February for the 1st of March.
 */

const isoTime =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const zoneAtEnd = /(?:Z|GMT|UTC?|[+-]\d{2}:?\d{2})$/i;

/** An ISO 8601 date, or date and time; undefined for any other text. */
export function parseIsoTime(text: string): number | undefined {
  const found = isoTime.exec(text.trim());
  if (found === null) return undefined;
  const [whole, day = '', hour, zone] = found;
  const midnight = new Date(day);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const time = Date.parse(`${whole.replace(' ', 'T')}${hour !== undefined && zone === undefined ? 'Z' : ''}`);
  return Number.isNaN(time) ? undefined : time;
}

/** As `parseIsoTime`, and the other forms JavaScript reads, such as `Thu, 01 Jan 2026 00:00:00 GMT`. */
export function parseTimeText(text: string): number | undefined {
  if (/^\s*\d{4}-\d{2}-\d{2}/.test(text)) return parseIsoTime(text);
  // JavaScript takes `1.5` for the fifth of January 2001.
  if (!/\b\d{4}\b/.test(text)) return undefined;
  const time = Date.parse(zoneAtEnd.test(text.trim()) ? text : `${text} UTC`);
  return Number.isNaN(time) ? undefined : time;
}
