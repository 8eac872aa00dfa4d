/**
 * The `format` keyword: the formats the service checks.
 *
 * Owns: the formats and their rules. Formats not listed restrict nothing, as the drafts say.
 *
 * Invariants
 * FM1. Every expression here is linear and looks at no more than `longest` characters.
 */

const longest = 8_192;

const daysOf = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= (daysOf[month - 1] ?? 0) + leap;
}

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?$/.test(text);

function isDateTime(text: string): boolean {
  const match = /^([\d-]{10})T([\d:.]{8,16})(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  return match !== null && isDate(match[1] ?? '') && isTime(match[2] ?? '');
}

const isIpv4 = (text: string): boolean =>
  /^(\d{1,3})(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);

function isIpv6(text: string): boolean {
  if (!/^[\da-f:.]{2,45}$/i.test(text) || text.split('::').length > 2) return false;
  const tail = /:(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null && !isIpv4(tail[1] ?? '')) return false;
  const groups = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const count = all.length + (tail === null ? 0 : 1);
  const plain = tail === null ? all : all.slice(0, -1);
  return plain.every((group) => /^[\da-f]{1,4}$/i.test(group)) && (groups.length === 2 ? count <= 7 : count === 8);
}

const isHostName = (text: string): boolean =>
  text.length <= 255 && text.split('.').every((label) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(label));

const isEmail = (text: string): boolean => {
  const at = text.lastIndexOf('@');
  return at > 0 && at < text.length - 1 && !/[\s,;<>]/.test(text);
};

/** An absolute URI without characters that must be escaped. */
const isUri = (text: string): boolean => /^[a-z][a-z\d+.-]*:[^\s<>"{}|\\^`]+$/i.test(text);

const isUriReference = (text: string): boolean => /^[^\s<>"{}|\\^`]*$/.test(text);

const checks: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date', isDate],
  ['time', isTime],
  ['date-time', isDateTime],
  ['ipv4', isIpv4],
  ['ip-address', isIpv4],
  ['ipv6', isIpv6],
  ['hostname', isHostName],
  ['host-name', isHostName],
  ['email', isEmail],
  ['uri', isUri],
  ['uri-reference', isUriReference],
  ['json-pointer', (text) => /^(\/([^~/]|~[01])*)*$/.test(text)],
  ['color', (text) => /^#[\da-f]{3}([\da-f]{3})?$/i.test(text) || /^[a-z]{3,20}$/i.test(text)],
  ['utc-millisec', (text) => text.trim() !== '' && Number.isFinite(Number(text))],
]);

/** Whether a text has a format; true for formats nobody checks. */
export function hasFormat(text: string, format: string): boolean {
  const check = checks.get(format);
  return check === undefined || (text.length <= longest && check(text));
}
