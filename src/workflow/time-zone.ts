/**
 * Wall clocks: what the clocks of a zone show at an instant, and when they show a reading.
 *
 * Owns: the milliseconds form recurrences calculate with. Does not own: the zones (`#expression`).
 *
 * Invariants
 * TZ1. A reading the clocks skip means the instant at which they jump; one they show twice means the later instant.
 */
import { dateTimeFromUnixMilliseconds, instantOfLocal, localOfInstant, resolveZone } from '#expression';
import { onCalendar } from './calendar.ts';

/** Instants are milliseconds since 1970 in UTC; readings are the same count on the zone's own clock. */
export interface WallClock {
  /** Undefined outside the years 1 to 9999. */
  readonly reading: (instant: number) => number | undefined;
  /** Undefined outside the years 1 to 9999. */
  readonly instant: (reading: number) => number | undefined;
}

export const utcClock: WallClock = { reading: onCalendar, instant: onCalendar };

/** The clock of a Windows id or IANA name; undefined when there is no such zone. */
export function wallClock(zoneName: string): WallClock | undefined {
  const zone = resolveZone(zoneName);
  if (zone === undefined) return undefined;
  if (zone.isUtc) return utcClock;
  return {
    reading: (instant) => {
      const time = dateTimeFromUnixMilliseconds(instant);
      return time === undefined ? undefined : localOfInstant(time, zone)?.unixMilliseconds;
    },
    instant: (reading) => {
      const time = dateTimeFromUnixMilliseconds(reading);
      return time === undefined
        ? undefined
        : instantOfLocal(time.withKind('unspecified'), zone, 'next')?.unixMilliseconds;
    },
  };
}
