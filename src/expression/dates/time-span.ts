/**
 * Durations in 100-ns ticks and their .NET texts.
 *
 * Owns: reading `[-][d.]hh:mm[:ss[.fffffff]]`, printing by standard and custom formats.
 * Does not own: the functions (`operations.ts`).
 *
 * Invariants
 * TS1. A duration is a bigint of ticks within 64 bits.
 * TS2. `parseTimeSpan(formatTimeSpan(t, 'c'))` is `t`.
 *
 * Source: expression reference 6.6; .NET standard and custom TimeSpan format strings.
 */
import { ticksPerDay, ticksPerHour, ticksPerMinute, ticksPerSecond } from './date-time.ts';

const largest = 9_223_372_036_854_775_807n;
const longestFormat = 1000;

/**
 * Days alone; or hours and minutes with optional days before (`.` or `:`) and seconds after. Three numbers are hours,
 * minutes and seconds.
 */
const spanText =
  /^\s*(-)?(?:(\d{1,8})|(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?|(\d{1,8}):(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?)\s*$/;

/** The ticks a text means; undefined when it is no duration. */
export function parseTimeSpan(text: string): bigint | undefined {
  if (text.length > 100) return undefined;
  const match = spanText.exec(text);
  if (match === null) return undefined;
  const days = Number(match[2] ?? match[3] ?? match[8] ?? 0);
  const hours = Number(match[4] ?? match[9] ?? 0);
  const minutes = Number(match[5] ?? match[10] ?? 0);
  const seconds = Number(match[6] ?? match[11] ?? 0);
  const fraction = Number((match[7] ?? match[12] ?? '').padEnd(7, '0'));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const tick = hours * ticksPerHour + minutes * ticksPerMinute + seconds * ticksPerSecond + fraction;
  const ticks = BigInt(days) * BigInt(ticksPerDay) + BigInt(tick);
  const limit = match[1] === undefined ? largest : largest + 1n;
  if (ticks > limit) return undefined;
  return match[1] === undefined ? ticks : -ticks;
}

/** A duration taken apart; all parts but the sign are magnitudes. */
interface SpanParts {
  readonly negative: boolean;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  /** Seven digits. */
  readonly fraction: string;
}

function partsOf(ticks: bigint): SpanParts {
  const magnitude = ticks < 0n ? -ticks : ticks;
  const days = Number(magnitude / BigInt(ticksPerDay));
  const tick = Number(magnitude % BigInt(ticksPerDay));
  return {
    negative: ticks < 0n,
    days,
    hours: Math.floor(tick / ticksPerHour),
    minutes: Math.floor(tick / ticksPerMinute) % 60,
    seconds: Math.floor(tick / ticksPerSecond) % 60,
    fraction: String(tick % ticksPerSecond).padStart(7, '0'),
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function constantForm(span: SpanParts): string {
  const days = span.days === 0 ? '' : `${span.days}.`;
  const fraction = span.fraction === '0000000' ? '' : `.${span.fraction}`;
  return `${span.negative ? '-' : ''}${days}${two(span.hours)}:${two(span.minutes)}:${two(span.seconds)}${fraction}`;
}

function generalShort(span: SpanParts, point: string): string {
  const days = span.days === 0 ? '' : `${span.days}:`;
  const kept = span.fraction.replace(/0+$/, '');
  const fraction = kept === '' ? '' : point + kept;
  return `${span.negative ? '-' : ''}${days}${span.hours}:${two(span.minutes)}:${two(span.seconds)}${fraction}`;
}

function generalLong(span: SpanParts, point: string): string {
  return `${span.negative ? '-' : ''}${span.days}:${two(span.hours)}:${two(span.minutes)}:${two(span.seconds)}${point}${span.fraction}`;
}

/** `[-][d.]hh:mm:ss[.fffffff]`. */
export function timeSpanText(ticks: bigint): string {
  return constantForm(partsOf(ticks));
}

/**
 * Prints a duration by a standard letter (`c`, `t`, `T`, `g`, `G`) or a custom format; undefined when the format is
 * neither. `point` is the locale's decimal sign, for `g` and `G`.
 */
export function formatTimeSpan(ticks: bigint, format: string, point: string): string | undefined {
  const span = partsOf(ticks);
  switch (format) {
    case '':
    case 'c':
    case 't':
    case 'T':
      return constantForm(span);
    case 'g':
      return generalShort(span, point);
    case 'G':
      return generalLong(span, point);
    default:
      return format.length === 1 || format.length > longestFormat ? undefined : customForm(span, format);
  }
}

/** One piece of a custom format: a run of a letter, a quoted text, an escaped character. */
const customPiece = /([dhmsfF])\1*|\\([\s\S])|%(?=[dhmsfF])|'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y;

/** Custom formats print no sign, and every character that is no specifier must be quoted or escaped. */
function customForm(span: SpanParts, format: string): string | undefined {
  let text = '';
  customPiece.lastIndex = 0;
  for (let at = 0; at < format.length; at = customPiece.lastIndex) {
    const match = customPiece.exec(format);
    if (match === null) return undefined;
    const [run, letter, escaped, single, double] = match;
    const quoted = single ?? double;
    if (letter !== undefined) {
      const printed = customField(span, letter, run.length);
      if (printed === undefined) return undefined;
      text += printed;
    } else {
      text += escaped ?? quoted?.replace(/\\([\s\S])/g, '$1') ?? '';
    }
  }
  return text;
}

function customField(span: SpanParts, letter: string, count: number): string | undefined {
  switch (letter) {
    case 'd':
      return count > 8 ? undefined : String(span.days).padStart(count, '0');
    case 'f':
      return count > 7 ? undefined : span.fraction.slice(0, count);
    case 'F':
      return count > 7 ? undefined : span.fraction.slice(0, count).replace(/0+$/, '');
    default: {
      const value = letter === 'h' ? span.hours : letter === 'm' ? span.minutes : span.seconds;
      return count > 2 ? undefined : String(value).padStart(count, '0');
    }
  }
}
