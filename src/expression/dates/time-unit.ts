/**
 * The units of time intervals, as actions and functions name them.
 *
 * Owns: reading a unit's name, moving a time by a number of units. Does not own: the functions (`operations.ts`).
 *
 * Source: expression reference 6.6, 12.15.
 */
import {
  addMonths,
  addUnits,
  type DateTime,
  ticksPerDay,
  ticksPerHour,
  ticksPerMinute,
  ticksPerSecond,
} from './date-time.ts';

export const timeUnits = ['Second', 'Minute', 'Hour', 'Day', 'Week', 'Month', 'Year'] as const;

export type TimeUnit = (typeof timeUnits)[number];

const unitsByName = new Map<string, TimeUnit>(timeUnits.map((unit) => [unit.toLowerCase(), unit]));

/** The unit of that name, any case, singular only. */
export function timeUnitOf(name: string): TimeUnit | undefined {
  return unitsByName.get(name) ?? unitsByName.get(name.toLowerCase());
}

/** The time `count` whole units later (earlier when negative); undefined outside the years 1 to 9999. */
export function shiftTime(time: DateTime, count: number, unit: TimeUnit): DateTime | undefined {
  switch (unit) {
    case 'Second':
      return addUnits(time, count, ticksPerSecond);
    case 'Minute':
      return addUnits(time, count, ticksPerMinute);
    case 'Hour':
      return addUnits(time, count, ticksPerHour);
    case 'Day':
      return addUnits(time, count, ticksPerDay);
    case 'Week':
      return addUnits(time, count * 7, ticksPerDay);
    case 'Month':
      return addMonths(time, count);
    case 'Year':
      return addMonths(time, count * 12);
  }
}
