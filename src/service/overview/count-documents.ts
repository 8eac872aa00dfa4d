/** How many events of a kind a viewer sees, by state and by what they are counted by: without looking at one of them. */
import type { EventKind } from '#events';
import { eventCollections } from '../event-documents.ts';
import type { Services } from '../services.ts';
import { seesContainers, type Viewer } from './viewer.ts';

export function countDocuments(
  { store }: Pick<Services, 'store'>,
  viewer: Viewer,
  kind: EventKind,
  wanted: {
    readonly action: string;
    readonly statuses: readonly string[];
    /** Absent for any. */
    readonly tallies: readonly string[] | undefined;
  },
): number {
  const sees = seesContainers(viewer, wanted.action);
  return store.tallies
    .documents(eventCollections[kind])
    .filter(({ status, tally }) => wanted.statuses.includes(status) && wanted.tallies?.includes(tally) !== false)
    .filter(sees)
    .reduce((sum, { count }) => sum + count, 0);
}
