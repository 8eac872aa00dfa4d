/**
 * Times of every spelling that detectors use, as the one spelling that events use.
 *
 * Owns: reading ISO 8601 in its variants and epoch numbers; UTC text with seven fractional digits; reverse ticks.
 * Source: domain reference 21, common rules.
 *
 * Invariants
 * T1. Digits beyond the seventh of a second are cut, never rounded: 100 ns is what the format holds.
 */
import { type Json, JsonNumber } from '#foundation';

/** A moment as 100-ns ticks since the Unix epoch. */
export type Moment = bigint;

const isoTime =
  /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,30}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?\s*$/i;

const ticksPerMillisecond = 10_000n;

/** The moment a value stands for: ISO 8601 text (no offset means UTC), or seconds, ms, µs, ns since the epoch. */
export function parseMoment(value: Json | undefined): Moment | undefined {
  if (typeof value === 'number') return fromEpoch(String(value));
  if (value instanceof JsonNumber) return fromEpoch(value.text);
  if (typeof value !== 'string') return undefined;
  return fromIso(value) ?? (/^\s*\d{9,19}(?:\.\d+)?\s*$/.test(value) ? fromEpoch(value.trim()) : undefined);
}

function fromIso(text: string): Moment | undefined {
  const found = isoTime.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? '0')) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  const fraction = BigInt((found[7] ?? '').slice(0, 7).padEnd(7, '0'));
  return BigInt(milliseconds) * ticksPerMillisecond + fraction - offsetTicks(found[8]);
}

function offsetTicks(offset: string | undefined): bigint {
  if (offset === undefined || offset.toUpperCase() === 'Z') return 0n;
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return BigInt(offset.startsWith('-') ? -minutes : minutes) * 60_000n * ticksPerMillisecond;
}

/** Seconds have up to 11 digits, milliseconds up to 14, microseconds up to 17, nanoseconds more. */
function fromEpoch(text: string): Moment | undefined {
  const found = /^(\d{1,20})(?:\.(\d+))?$/.exec(text);
  if (found === null) return undefined;
  const whole = found[1] as string;
  const fraction = BigInt((found[2] ?? '').slice(0, 7).padEnd(7, '0'));
  const value = BigInt(whole);
  const ticks =
    whole.length <= 11
      ? value * 10_000_000n + fraction
      : whole.length <= 14
        ? value * ticksPerMillisecond
        : whole.length <= 17
          ? value * 10n
          : value / 100n;
  return ticks <= latest ? ticks : undefined;
}

/** 9999-12-31, the last moment that has a text. */
const latest = BigInt(Date.UTC(9999, 11, 31)) * ticksPerMillisecond;

/** `2024-11-20T21:09:44.7461505Z`. */
export function formatMoment(moment: Moment): string {
  const milliseconds = moment / ticksPerMillisecond - (moment % ticksPerMillisecond < 0n ? 1n : 0n);
  const ticks = moment - milliseconds * ticksPerMillisecond;
  const text = new Date(Number(milliseconds)).toISOString();
  return text.replace('Z', `${ticks.toString().padStart(4, '0')}Z`);
}

/** The moment of milliseconds since the epoch. */
export function momentOf(milliseconds: number): Moment {
  return BigInt(Math.trunc(milliseconds)) * ticksPerMillisecond;
}

/** Ticks left until the end of the calendar: newer sorts first, as in the service's own alert ids. */
export function reverseTicks(moment: Moment): string {
  const sinceYearOne = moment + 621_355_968_000_000_000n;
  return (3_155_378_975_999_999_999n - sinceYearOne).toString().padStart(19, '0');
}
