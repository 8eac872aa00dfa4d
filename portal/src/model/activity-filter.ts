/** The filter of the activity log as the server takes it. Source: management API reference, activity log. */

export const activityStatuses = ['Started', 'Accepted', 'Succeeded', 'Failed'] as const;

export const activityRanges = [
  { value: '1', text: 'Last 24 hours' },
  { value: '7', text: 'Last 7 days' },
  { value: '30', text: 'Last 30 days' },
  { value: '90', text: 'Last 90 days' },
  { value: 'all', text: 'All times' },
] as const;

export interface ActivityFilter {
  readonly days: string;
  readonly statuses: readonly string[];
  /** Begins or is somewhere in the operation's name. */
  readonly operation: string;
  readonly caller: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const day = 86_400_000;

/** `now` in milliseconds; the beginning is that of its day, so that the same question is asked all day. Empty for everything. */
export function activityFilter({ days, statuses, operation, caller }: ActivityFilter, now: number): string {
  const count = Number(days);
  const from = (): string => new Date(Math.floor(now / day) * day - (count - 1) * day).toISOString();
  const isAll = statuses.length === activityStatuses.length;
  return [
    ...(count > 0 ? [`eventTimestamp ge ${quoted(from())}`] : []),
    ...(isAll ? [] : [`(${statuses.map((status) => `status eq ${quoted(status)}`).join(' or ')})`]),
    ...(operation.trim() === '' ? [] : [`contains(operationName, ${quoted(operation.trim())})`]),
    ...(caller.trim() === '' ? [] : [`contains(caller, ${quoted(caller.trim())})`]),
  ].join(' and ');
}
