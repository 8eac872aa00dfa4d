/**
 * The `$filter` of run and history lists: comparisons joined by `and`.
 *
 * Owns: `status`, `startTime`, `clientTrackingId`, with or without parentheses. Source: ARM reference 6.1.
 */
import { raise, type RunQuery } from '#foundation';

export type RunFilter = Pick<RunQuery, 'status' | 'startTimeFrom' | 'startTimeTo' | 'clientTrackingId'>;

const comparison = /^\s*(\w+)\s+(eq|ge|gt|le|lt)\s+(?:datetime)?(?:'((?:[^']|'')*)'|([^\s']+))\s*$/i;

/** Statuses as they are stored; a filter may write them in any case. */
const statuses =
  'NotSpecified Paused Running Waiting Succeeded Skipped Suspended Cancelled Failed Faulted TimedOut Aborted Ignored'.split(
    ' ',
  );

/** @throws TocsinError `InvalidParameter` for what the list cannot filter by. */
export function runFilter(text: string | undefined): RunFilter {
  if (text === undefined || text.trim() === '') return {};
  let filter: RunFilter = {};
  for (const part of clausesOf(text)) {
    const [, member = '', operator = '', quoted, bare = ''] = comparison.exec(part) ?? [];
    const value = quoted === undefined ? bare : quoted.replaceAll("''", "'");
    filter = joined(filter, clause(member.toLowerCase(), operator.toLowerCase(), value, part), part);
  }
  return filter;
}

/** The comparisons between `and`, parentheses around one or several of them taken off; texts are left alone. */
function clausesOf(text: string): readonly string[] {
  const plain = text.replace(/'(?:[^']|'')*'|[()]/g, (found) => (found === '(' || found === ')' ? ' ' : found));
  const parts: string[] = [''];
  for (const token of plain.match(/'(?:[^']|'')*'|[^\s']+|\s+/g) ?? []) {
    if (/^and$/i.test(token)) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

function clause(member: string, operator: string, value: string, part: string): RunFilter {
  if (member === 'status' && operator === 'eq') {
    return { status: statuses.find((status) => status.toLowerCase() === value.toLowerCase()) ?? value };
  }
  if (member === 'clienttrackingid' && operator === 'eq') return { clientTrackingId: value };
  const time = Date.parse(value);
  if (member === 'starttime' && !Number.isNaN(time)) {
    if (operator === 'ge') return { startTimeFrom: time };
    if (operator === 'gt') return { startTimeFrom: time + 1 };
    if (operator === 'le') return { startTimeTo: time };
    if (operator === 'lt') return { startTimeTo: time - 1 };
    return { startTimeFrom: time, startTimeTo: time };
  }
  return raise('InvalidParameter', `The filter '${part.trim()}' is not supported.`, { target: '$filter' });
}

/** Both must hold: of two bounds the narrower one; two different statuses or tracking ids are refused. */
function joined(one: RunFilter, other: RunFilter, part: string): RunFilter {
  const conflicts =
    (one.status !== undefined && other.status !== undefined && one.status !== other.status) ||
    (one.clientTrackingId !== undefined && other.clientTrackingId !== undefined);
  if (conflicts) raise('InvalidParameter', `The filter '${part.trim()}' contradicts another.`, { target: '$filter' });
  const from = Math.max(one.startTimeFrom ?? -Infinity, other.startTimeFrom ?? -Infinity);
  const to = Math.min(one.startTimeTo ?? Infinity, other.startTimeTo ?? Infinity);
  return {
    ...one,
    ...other,
    ...(from === -Infinity ? {} : { startTimeFrom: from }),
    ...(to === Infinity ? {} : { startTimeTo: to }),
  };
}
