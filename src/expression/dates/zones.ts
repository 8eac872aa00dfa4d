/**
 * Time zones: names, offsets, and conversions between instants and wall-clock readings.
 *
 * Owns: finding a zone by its Windows id or IANA name, its offsets, both conversions and what happens at the changes
 * of daylight saving time. Does not own: the functions (`operations.ts`), recurrences (the engine).
 *
 * Invariants
 * Z1. `localOfInstant` always has an answer; `instantOfLocal` has none for a reading that the clocks skip, unless asked
 *     to go past the gap.
 * Z2. A reading that occurs twice means standard time: the later instant.
 * Z3. Offsets come from Intl; a zone's changes of a year are found once and kept.
 *
 * Source: expression reference 7.5.
 */
import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { BoundedCache } from '../numbers/bounded-cache.ts';
import { civilFromDay, dayFromCivil, unixEpochDay } from './civil.ts';
import { addUnits, DateTime, ticksPerSecond } from './date-time.ts';
import { obsoleteWindowsZones } from './zones.data.ts';

const secondsPerDay = 86_400;
/** Ten days: shorter than any stretch between two changes (a suspension over Ramadan lasts four weeks). */
const probeStep = 10 * secondsPerDay;
/** No zone is farther from UTC than 14 hours, none ever was by more than 16. */
const farthestOffset = 16 * 3600;
const longestName = 64;

/** From `from` on (seconds since 1970 in UTC), the zone is `offset` seconds east of UTC. */
interface Stretch {
  readonly from: number;
  readonly offset: number;
}

/** A time zone. Compare by `iana`; `name` is what the user wrote. */
export class Zone {
  readonly name: string;
  readonly iana: string;
  /** UTC itself: a reading in it is an instant. */
  readonly isUtc: boolean;
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new BoundedCache<readonly Stretch[]>(300);

  constructor(name: string, format: Intl.DateTimeFormat) {
    this.name = name;
    this.iana = format.resolvedOptions().timeZone;
    this.isUtc = /^(?:UTC|Etc\/(?:UTC|UCT|Zulu|Universal)|Zulu|Universal)$/.test(this.iana);
    this.#format = format;
  }

  /** Seconds east of UTC at an instant given in seconds since 1970; for instants of the years 1 to 9999. */
  offsetAt(seconds: number): number {
    if (this.isUtc) return 0;
    const { year } = civilFromDay(Math.floor(seconds / secondsPerDay) + unixEpochDay);
    const stretches = this.#years.get(String(year), () => this.#stretchesOf(year));
    return stretches.findLast((stretch) => stretch.from <= seconds)?.offset ?? 0;
  }

  /** The first second after `seconds` at which the offset differs, which is within a day. */
  changeAfter(seconds: number): number {
    return this.#changeBetween(seconds, seconds + secondsPerDay, this.offsetAt(seconds));
  }

  #stretchesOf(year: number): readonly Stretch[] {
    const first = (dayFromCivil(year, 1, 1) - unixEpochDay) * secondsPerDay;
    const end = first + 366 * secondsPerDay;
    const stretches = [{ from: first, offset: this.#askIntl(first) }];
    for (let start = first; start < end; start += probeStep) {
      const next = Math.min(start + probeStep, end);
      const before = stretches.at(-1)?.offset ?? 0;
      const after = this.#askIntl(next);
      if (before !== after) stretches.push({ from: this.#changeBetween(start, next, before), offset: after });
    }
    return stretches;
  }

  /** The second at which the offset stops being `before`. */
  #changeBetween(start: number, end: number, before: number): number {
    let low = start;
    let high = end;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#askIntl(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  #askIntl(seconds: number): number {
    const parts = this.#format.formatToParts(seconds * 1000);
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    const match = /([+\-−])(\d{1,2}):?(\d{2})?:?(\d{2})?$/.exec(name);
    if (match === null) return 0;
    const magnitude = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
    return match[1] === '+' ? magnitude : -magnitude;
  }
}

function offsetFormat(iana: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: iana, timeZoneName: 'longOffset' });
  } catch {
    // The only way Intl reports a name it does not know.
    return undefined;
  }
}

const windowsNames: readonly (readonly [name: string, iana: string])[] = [
  ...WINDOWS_TO_IANA_MAP.filter(({ territory }) => territory === '001').map(
    ({ windowsName, iana }): [string, string] => [windowsName, iana[0] ?? ''],
  ),
  ...Object.entries(obsoleteWindowsZones),
];

/** Windows ids in lower case (Windows looks them up ignoring case), each with its zone for the whole world. */
const windowsZones: ReadonlyMap<string, string> = new Map(
  windowsNames.map(([name, iana]) => [name.toLowerCase(), iana]),
);

/** The Windows ids that there are, in their order of the alphabet: what forms offer. */
export const windowsZoneNames: readonly string[] = windowsNames.map(([name]) => name).toSorted();

function findZone(name: string): Zone | undefined {
  // Intl also takes bare offsets (`+02:00`), which name no zone.
  const iana = windowsZones.get(name.toLowerCase()) ?? (/^[a-z]/i.test(name) ? name : undefined);
  const format = iana === undefined ? undefined : offsetFormat(iana);
  return format && new Zone(name, format);
}

const knownZones = new BoundedCache<Zone | undefined>(1000);

/** The zone of a Windows id (`W. Europe Standard Time`) or IANA name (`Europe/Berlin`), any case. */
export function resolveZone(name: string): Zone | undefined {
  return name.length > longestName ? undefined : knownZones.get(name, findZone);
}

/** Seconds since 1970 of a clock reading, its fraction left out. */
function secondsOf(time: DateTime): number {
  return (time.day - unixEpochDay) * secondsPerDay + Math.floor(time.tick / ticksPerSecond);
}

/** What the clocks of a zone show at an instant in UTC; of kind `utc` when the zone is UTC. Undefined past year 1 or 9999. */
export function localOfInstant(instant: DateTime, zone: Zone): DateTime | undefined {
  if (zone.isUtc) return instant.withKind('utc');
  return addUnits(instant.withKind('unspecified'), zone.offsetAt(secondsOf(instant)), ticksPerSecond);
}

/**
 * The instant in UTC at which the clocks of a zone show `local`, whatever its kind. For a reading that they skip:
 * undefined, or with `gap` = `next` the instant at which they jump.
 */
export function instantOfLocal(local: DateTime, zone: Zone, gap: 'fail' | 'next' = 'fail'): DateTime | undefined {
  const reading = local.withKind('utc');
  if (zone.isUtc) return reading;
  const seconds = secondsOf(local);
  const before = zone.offsetAt(seconds - farthestOffset);
  const after = zone.offsetAt(seconds + farthestOffset);
  const fits = (offset: number) => zone.offsetAt(seconds - offset) === offset;
  // The smaller offset is standard time, and the later instant of the two (Z2).
  const fitting = [Math.min(before, after), Math.max(before, after)].find(fits);
  if (fitting !== undefined) return addUnits(reading, -fitting, ticksPerSecond);
  if (gap === 'fail') return undefined;
  return addUnits(new DateTime(unixEpochDay, 0, 'utc'), zone.changeAfter(seconds - after), ticksPerSecond);
}
