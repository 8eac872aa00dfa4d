/** A moment in ticks of 100 nanoseconds since the year 1, UTC: its literals, text and calendar. */

const epochTicks = 621_355_968_000_000_000n;
const lastTicks = 3_155_378_975_999_999_999n;

export class DateTime {
  readonly ticks: bigint;

  constructor(ticks: bigint) {
    this.ticks = ticks;
  }

  /** Milliseconds since 1970, rounded down. */
  get milliseconds(): number {
    const ticks = this.ticks - epochTicks;
    return Number((ticks - (((ticks % 10_000n) + 10_000n) % 10_000n)) / 10_000n);
  }

  get date(): Date {
    return new Date(this.milliseconds);
  }

  /** The fraction of the second in seven digits. */
  get fraction(): string {
    return String(this.ticks % 10_000_000n).padStart(7, '0');
  }

  /** `2026-01-31T12:00:00.0000000Z`. */
  toString(): string {
    return `${this.date.toISOString().slice(0, 19)}.${this.fraction}Z`;
  }

  /** As in results: without zeros at the end. */
  toJSON(): string {
    return this.toString().replace(/\.?0*Z$/, 'Z');
  }
}

/** A moment, or undefined outside the years 1 to 9999. */
export function dateTimeOf(ticks: bigint): DateTime | undefined {
  return ticks < 0n || ticks > lastTicks ? undefined : new DateTime(ticks);
}

/** From milliseconds since 1970. */
export function dateTimeAt(milliseconds: number): DateTime {
  return new DateTime(epochTicks + BigInt(Math.round(milliseconds * 10_000)));
}

/** The start of a day by year, month (from 0, may overflow) and day (from 1, may overflow). */
export function dayStart(year: number, month: number, day: number): DateTime {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return dateTimeAt(date.getTime());
}

const iso =
  /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?)?$/i;
const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*(AM|PM)?)?$/i;
const worded =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{2}|\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(GMT|UTC|Z)?$/i;
const months = 'janfebmaraprmayjunjulaugsepoctnovdec';

/** ISO 8601, RFC 822, `1/31/2026 1:05:00 PM`; undefined for anything else. */
export function parseDatetime(given: string): DateTime | undefined {
  const text = given.trim();
  const found = iso.exec(text);
  if (found !== null) {
    const [, year = '', month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '', zone = ''] =
      found;
    return momentOf([year, month, day, hour, minute, second].map(Number), fraction, offsetOf(zone));
  }
  const us = american.exec(text);
  if (us !== null) {
    const [, month = '', day = '', year = '', hour = '0', minute = '0', second = '0', fraction = '', half = ''] = us;
    const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (/pm/i.test(half) ? 12 : 0);
    return momentOf([Number(year), Number(month), Number(day), hours, Number(minute), Number(second)], fraction, 0n);
  }
  const rfc = worded.exec(text);
  if (rfc === null) return undefined;
  const [, day = '', month = '', year = '', hour = '0', minute = '0', second = '0'] = rfc;
  const number = months.indexOf(month.toLowerCase());
  if (number < 0 || number % 3 !== 0) return undefined;
  const full = year.length === 2 ? 2000 + Number(year) : Number(year);
  return momentOf([full, number / 3 + 1, Number(day), Number(hour), Number(minute), Number(second)], '', 0n);
}

function offsetOf(zone: string): bigint {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (parts === null) return 0n;
  const minutes = BigInt(parts[2] ?? 0) * 60n + BigInt(parts[3] ?? 0);
  return (parts[1] === '-' ? -minutes : minutes) * 600_000_000n;
}

function momentOf(parts: readonly number[], fraction: string, offset: bigint): DateTime | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  if (year < 1 || month < 1 || month > 12 || hour > 24 || minute > 59 || second > 59) return undefined;
  const start = dayStart(year, month - 1, day);
  if (day < 1 || start.date.getUTCDate() !== day) return undefined;
  const clock = BigInt(hour * 3600 + minute * 60 + second) * 10_000_000n;
  return dateTimeOf(start.ticks + clock + BigInt(fraction.slice(0, 7).padEnd(7, '0')) - offset);
}
