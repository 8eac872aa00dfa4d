/** A length of time in ticks of 100 nanoseconds, its literals and its text. */

export const ticksPer = {
  millisecond: 10_000n,
  second: 10_000_000n,
  minute: 600_000_000n,
  hour: 36_000_000_000n,
  day: 864_000_000_000n,
} as const;

export class TimeSpan {
  readonly ticks: bigint;

  constructor(ticks: bigint) {
    this.ticks = ticks;
  }

  /** `[-][d.]hh:mm:ss[.fffffff]`. */
  toString(): string {
    const ticks = this.ticks < 0n ? -this.ticks : this.ticks;
    const days = ticks / ticksPer.day;
    const two = (value: bigint): string => String(value).padStart(2, '0');
    const clock = [
      two((ticks / ticksPer.hour) % 24n),
      two((ticks / ticksPer.minute) % 60n),
      two((ticks / ticksPer.second) % 60n),
    ].join(':');
    const fraction = ticks % ticksPer.second;
    return `${this.ticks < 0n ? '-' : ''}${days > 0n ? `${days}.` : ''}${clock}${fraction > 0n ? `.${String(fraction).padStart(7, '0')}` : ''}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

const units: readonly (readonly [RegExp, number])[] = [
  [/^d(?:ays?)?$/, 864e9],
  [/^h(?:rs?|ours?)?$/, 36e9],
  [/^m(?:ins?|inutes?)?$/, 6e8],
  [/^s(?:ecs?|econds?)?$/, 1e7],
  [/^(?:ms|millis?|milliseconds?)$/, 1e4],
  [/^micro(?:s|seconds?)?$/, 10],
  [/^nano(?:s|seconds?)?$/, 0.01],
  [/^ticks?$/, 1],
];

/** `1.5h`, `2` (days), `1.02:03:04.5`; undefined for anything else. */
export function parseTimespan(given: string): TimeSpan | undefined {
  const text = given.trim();
  const simple = /^([+-]?\d+(?:\.\d+)?)([a-z]*)$/.exec(text);
  if (simple !== null) {
    const [, digits = '', word = ''] = simple;
    const unit = units.find(([pattern]) => pattern.test(word === '' ? 'd' : word));
    return unit === undefined ? undefined : new TimeSpan(scaled(digits, unit[1]));
  }
  const parts = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = parts;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const ticks =
    BigInt(days) * ticksPer.day +
    BigInt(hours) * ticksPer.hour +
    BigInt(minutes) * ticksPer.minute +
    BigInt(seconds) * ticksPer.second +
    BigInt(fraction.padEnd(7, '0'));
  return new TimeSpan(sign === '-' ? -ticks : ticks);
}

function scaled(digits: string, unit: number): bigint {
  if (!digits.includes('.') && unit >= 1) return BigInt(digits.replace('+', '')) * BigInt(unit);
  return BigInt(Math.round(Number(digits) * unit));
}
