/**
 * ISO 8601 durations as workflow definitions write them: `PT20S`, `P1DT2H`.
 *
 * Owns: reading them. Does not own: what a duration is for, nor its limits.
 * Source: engine reference 1.2, 4.1; `XmlConvert.ToTimeSpan` for the length of months and years.
 */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The longest .NET time span in days; longer durations are no durations there. */
const longest = 10_675_199 * day;
const longestText = 64;

const durationText =
  /^P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/;

/**
 * The milliseconds a duration lasts, a month counted as 30 days and a year as 365; undefined when the text is no
 * duration, is negative, or is longer than .NET can hold.
 */
export function parseIsoDuration(text: string): number | undefined {
  if (text.length > longestText) return undefined;
  const match = durationText.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const days = part(1) * 365 + part(2) * 30 + part(3) * 7 + part(4);
  const milliseconds = days * day + part(5) * hour + part(6) * minute + Math.round(part(7) * second);
  return milliseconds > longest ? undefined : milliseconds;
}
