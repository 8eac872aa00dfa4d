/** Each time a trigger was looked at, and what came of it. Source: portal reference 3.6. */
import type { ReactElement } from 'react';
import type { Resource } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { workflowPath } from '../../data/workflows.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { startColumn, statusColumn } from './timed-columns.tsx';

type History = Resource<{
  readonly status: string;
  readonly startTime?: string;
  readonly fired?: boolean;
  readonly code?: string;
  readonly error?: { readonly message?: string };
  readonly run?: { readonly id: string; readonly name: string };
}>;

export function TriggerHistory({ id, trigger }: { readonly id: string; readonly trigger: string }): ReactElement {
  const path = workflowPath(`${id}/triggers/${encodeURIComponent(trigger)}/histories`, { $top: '30' });
  const { rows, query } = usePagedList<History>(path, 5000);
  if (query.error !== null) {
    return <Failure error={query.error} what="The history could not be read" retry={() => void query.refetch()} />;
  }
  if (query.isPending) return <Loading rows={3} />;
  if (rows.length === 0) return <Empty text="The trigger has not fired yet." />;
  return (
    <Grid
      label="Trigger history"
      rows={rows}
      idOf={({ name }) => name}
      nameOf={({ name }) => name}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      loadingMore={query.isFetchingNextPage}
      columns={[
        statusColumn,
        startColumn,
        {
          key: 'fired',
          title: 'Fired',
          width: '90px',
          cell: ({ properties }) => (properties.fired === true ? 'Fired' : 'No run'),
        },
        {
          key: 'run',
          title: 'Run',
          width: 'minmax(220px, 2fr)',
          cell: ({ properties: { run, error, code } }) =>
            run === undefined ? (
              (error?.message ?? code ?? '')
            ) : (
              <Anchor to={resourceAddress(run.id)}>{run.name}</Anchor>
            ),
        },
      ]}
    />
  );
}
