/** What happened in a run, as it was written down, oldest first. Source: portal reference 7.1 (Events). */
import type { ReactElement } from 'react';
import { withQuery } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { Grid } from '../../design/grid.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { causeText, eventText, type RunEvent } from '../../model/run-events.ts';
import { durationText } from '../../model/times.ts';

export interface EventsViewProps {
  readonly runId: string;
  readonly isFinal: boolean;
  readonly startTime: string;
  /** Of a repetition by its name; empty at the top. */
  readonly onShow: (action: string, repetition: string) => void;
}

export function EventsView({ runId, isFinal, startTime, onShow }: EventsViewProps): ReactElement {
  const path = withQuery('/tocsin/v1/runEvents', { id: runId, $top: '200' });
  const { rows, query } = usePagedList<RunEvent>(path, isFinal ? false : 2000);
  const start = Date.parse(startTime);
  if (query.error !== null) {
    return <Failure error={query.error} what="The events could not be read" retry={() => void query.refetch()} />;
  }
  if (query.isPending) return <Loading />;
  if (rows.length === 0) return <p>Nothing has happened in this run yet.</p>;
  const numbered = rows.map((event, index) => ({ event, index }));
  return (
    <Grid
      label="Events"
      rows={numbered}
      idOf={({ index }) => String(index)}
      nameOf={({ index }) => `event ${index + 1}`}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      loadingMore={query.isFetchingNextPage}
      columns={[
        { key: 'step', title: 'Step', width: '60px', numeric: true, cell: ({ event }) => event.step + 1 },
        { key: 'at', title: 'Time', width: '170px', cell: ({ event }) => <Moment value={event.at} absolute /> },
        {
          key: 'after',
          title: 'After start',
          width: '96px',
          numeric: true,
          cell: ({ event }) => durationText(Math.max(0, Date.parse(event.at) - start)),
        },
        { key: 'cause', title: 'Because', width: '140px', cell: ({ event }) => causeText(event.cause) },
        {
          key: 'what',
          title: 'What',
          width: 'minmax(220px, 1fr)',
          cell: ({ event }) => <What event={event} onShow={onShow} />,
        },
        {
          key: 'status',
          title: 'Status',
          width: '120px',
          cell: ({ event }) => (event.status === undefined ? '' : <Status value={event.status} />),
        },
        { key: 'code', title: 'Code', width: '120px', cell: ({ event }) => event.code ?? '' },
      ]}
    />
  );
}

function What({
  event,
  onShow,
}: {
  readonly event: RunEvent;
  readonly onShow: EventsViewProps['onShow'];
}): ReactElement {
  const { action, repetition = '' } = event;
  const text = eventText(event);
  if (action === undefined) return <span>{text}</span>;
  return (
    <button type="button" className="link" title={text} onClick={() => onShow(action, repetition)}>
      {text}
    </button>
  );
}
