/**
 * Alerts by severity, state, title, resource or type: how many there are of each.
 *
 * Owns: the groups and their counts. Does not own: the alerts of one (`read-events.ts`), scopes and rights (the viewer's).
 * Source: portal reference 3.2.
 *
 * Invariants
 * GA1. Groups are counted by kept counts or index entries: no alert is read but one for each group's name.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { alertStates } from '#events';
import { type DocumentTally, memberOf, type StoredDocument } from '#foundation';
import { eventCollections, storedEventOf } from '../event-documents.ts';
import type { Services } from '../services.ts';
import { seesContainers, type Viewer } from './viewer.ts';

const collection = eventCollections.Alerts;

/** Where the texts are that alerts are ordered and grouped by. */
export const alertMembers = {
  title: ['event.AlertDisplayName'],
  resource: ['event.CompromisedEntity', 'event.AzureResourceId'],
  type: ['event.AlertType'],
  startTime: ['event.StartTimeUtc'],
} as const;

export const alertGroupings = ['severity', 'status', 'title', 'resource', 'type'] as const;
export type AlertGrouping = (typeof alertGroupings)[number];

export interface AlertGroup {
  /** What `groupValue` takes to list its alerts. */
  readonly value: string;
  /** As alerts write it. */
  readonly title: string;
  readonly count: number;
  /** How many of which severity. */
  readonly severities: Readonly<Record<string, number>>;
}

export interface GroupRequest {
  readonly by: AlertGrouping;
  readonly statuses: readonly string[] | undefined;
  readonly severities: readonly string[] | undefined;
  readonly viewer: Viewer;
  readonly action: string;
}

export interface AlertGroups {
  readonly groups: readonly AlertGroup[];
  /** False when there are more than were looked at. */
  readonly isComplete: boolean;
}

/** More different texts than this are not counted in one go. */
const mostGroups = 50_000;
const sliceSize = 100;

const ranks = ['High', 'Medium', 'Low', 'Informational', ...alertStates];

/** The groups that have alerts: those with most first, severities and states in their own order. */
export async function groupAlerts(services: Pick<Services, 'store'>, request: GroupRequest): Promise<AlertGroups> {
  const counts = counting(request);
  const found: AlertGroup[] = [];
  const note = (value: string, rows: readonly DocumentTally[]): void => {
    const severities = counts(rows);
    const count = Object.values(severities).reduce((sum, each) => sum + each, 0);
    if (count > 0) found.push({ value, title: value, count, severities });
  };
  let isComplete = true;
  if (request.by === 'severity' || request.by === 'status') {
    for (const [value, rows] of keptCounts(services, request.by)) note(value, rows);
  } else {
    isComplete = await eachText(services, alertMembers[request.by], note);
  }
  const rank = ({ value }: AlertGroup): number => (ranks.includes(value) ? ranks.indexOf(value) : ranks.length);
  const isRanked = request.by === 'severity' || request.by === 'status';
  const groups = found.toSorted((left, right) => (isRanked ? rank(left) - rank(right) : right.count - left.count));
  return { groups, isComplete };
}

/** The group with its name as the newest of its alerts writes it. */
export function namedGroup(services: Pick<Services, 'store'>, by: AlertGrouping, group: AlertGroup): AlertGroup {
  if (by === 'severity' || by === 'status') return group;
  const [newest] = services.store.documents.list({
    collection,
    by: { members: alertMembers[by], equals: group.value },
    top: 1,
  });
  const written = newest === undefined ? undefined : writtenText(newest, alertMembers[by]);
  return { ...group, title: written ?? '' };
}

function writtenText(document: StoredDocument, members: readonly string[]): string | undefined {
  const { body } = storedEventOf(document);
  for (const member of members) {
    const text = memberOf(body, member.slice('event.'.length));
    if (typeof text === 'string') return text;
  }
  return undefined;
}

/** What counts of some rows: those asked for where the viewer sees, by severity. */
function counting({ statuses, severities, viewer, action }: GroupRequest) {
  const sees = seesContainers(viewer, action);
  return (rows: readonly DocumentTally[]): Readonly<Record<string, number>> => {
    const found: Record<string, number> = {};
    for (const row of rows) {
      const isAsked = statuses?.includes(row.status) !== false && severities?.includes(row.tally) !== false;
      if (isAsked && sees(row)) found[row.tally] = (found[row.tally] ?? 0) + row.count;
    }
    return found;
  };
}

function keptCounts(
  { store }: Pick<Services, 'store'>,
  by: 'severity' | 'status',
): ReadonlyMap<string, DocumentTally[]> {
  return Map.groupBy(store.tallies.documents(collection), ({ tally, status }) => (by === 'severity' ? tally : status));
}

/** Each text with its counts, other work getting its turn in between; whether all were looked at. */
async function eachText(
  { store }: Pick<Services, 'store'>,
  members: readonly string[],
  note: (value: string, rows: readonly DocumentTally[]) => void,
): Promise<boolean> {
  let behind: string | undefined;
  for (let looked = 0; looked < mostGroups; ) {
    const groups = store.documents.groups({
      collection,
      by: { members },
      ...(behind === undefined ? {} : { behind }),
      top: sliceSize,
    });
    for (const { value, counts } of groups) note(value, counts);
    if (groups.length === 0) return true;
    looked += groups.length;
    behind = groups.at(-1)?.value;
    await nextTurn();
  }
  return false;
}
