/**
 * The `$filter` of run and history lists: comparisons joined by `and`.
 *
 * Owns: `status`, `startTime`, `clientTrackingId`. Source: ARM reference 6.1.
 */
import { raise, type RunQuery } from '#foundation';

export type RunFilter = Pick<RunQuery, 'status' | 'startTimeFrom' | 'startTimeTo' | 'clientTrackingId'>;

const comparison = /^\s*(\w+)\s+(eq|ge|gt|le|lt)\s+(?:datetime)?'?([^']*?)'?\s*$/i;

/** @throws TocsinError `InvalidParameter` for what the list cannot filter by. */
export function runFilter(text: string | undefined): RunFilter {
  if (text === undefined || text.trim() === '') return {};
  let filter: RunFilter = {};
  for (const part of text.split(/\s+and\s+/i)) {
    const [, member = '', operator = '', value = ''] = comparison.exec(part) ?? [];
    filter = { ...filter, ...clause(member.toLowerCase(), operator.toLowerCase(), value, part) };
  }
  return filter;
}

function clause(member: string, operator: string, value: string, part: string): RunFilter {
  if (member === 'status' && operator === 'eq') return { status: value };
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
