/** Columns of what has a status and a time: runs, iterations, firings of a trigger. */
import type { Column } from '../../design/grid.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { between, durationText } from '../../model/times.ts';

interface Timed {
  readonly properties: { readonly status: string; readonly startTime?: string; readonly endTime?: string };
}

export const statusColumn: Column<Timed> = {
  key: 'status',
  title: 'Status',
  width: '130px',
  cell: ({ properties }) => <Status value={properties.status} />,
};

export const startColumn: Column<Timed> = {
  key: 'start',
  title: 'Start time',
  width: '150px',
  cell: ({ properties }) => <Moment value={properties.startTime} />,
};

/** Of what is still going on: until `now`, in milliseconds. */
export const durationColumn = (now: number): Column<Timed> => ({
  key: 'duration',
  title: 'Duration',
  width: '110px',
  numeric: true,
  cell: ({ properties }) => durationText(between(properties.startTime, properties.endTime, now) ?? 0),
});
