/**
 * The formats of JSON schema that are judged: dates and addresses.
 *
 * Owns: those tests; formats not named here say nothing, as the standard asks.
 * All patterns are fixed and without nested repetition: linear on hostile text.
 */

const date = /^\d{4}-\d{2}-\d{2}$/;
const time = /^\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?$/i;
const ipv4Part = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

function isDate(text: string): boolean {
  if (!date.test(text)) return false;
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

function isTime(text: string): boolean {
  const [hours = 99, minutes = 99, seconds = 99] = text.slice(0, 8).split(':').map(Number);
  return time.test(text) && hours < 24 && minutes < 60 && seconds < 60;
}

function isDateTime(text: string): boolean {
  const [day = '', clock = ''] = text.split(/[Tt ]/, 2);
  return isDate(day) && isTime(clock);
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  return at > 0 && at < text.length - 1 && text.length <= 320 && !/\s/.test(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => ipv4Part.test(part));
}

function isIpv6(text: string): boolean {
  return text.length <= 45 && text.includes(':') && URL.parse(`http://[${text}]/`) !== null;
}

function isUri(text: string): boolean {
  return URL.parse(text) !== null;
}

const tests: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date', isDate],
  ['time', isTime],
  ['date-time', isDateTime],
  ['email', isEmail],
  ['ipv4', isIpv4],
  ['ipv6', isIpv6],
  ['uri', isUri],
]);

/** True when the format is one we judge and the text does not have it. */
export function formatIsKnownAndBroken(format: string, text: string): boolean {
  return tests.get(format)?.(text) === false;
}
