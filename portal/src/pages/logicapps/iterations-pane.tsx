/** All iterations of a loop, a page at a time: which failed, and a way to each. Source: portal reference 7.2. */
import { Switch } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import type { Resource } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { workflowPath } from '../../data/workflows.ts';
import { Grid } from '../../design/grid.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { useNow } from '../../design/time.tsx';
import { durationColumn, startColumn, statusColumn } from './timed-columns.tsx';

export interface IterationsPaneProps {
  readonly runId: string;
  readonly loop: string;
  /** The iteration of the loops around, as its name; empty at the top. */
  readonly inside: string;
  readonly onChoose: (index: number) => void;
  readonly onClose: () => void;
}

type Iteration = Resource<{
  readonly status: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly code?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}>;

const indexOf = (name: string): number => Number(name.split('-').at(-1) ?? '0');

export function IterationsPane({ runId, loop, inside, onChoose, onClose }: IterationsPaneProps): ReactElement {
  const [failedOnly, setFailedOnly] = useState(false);
  const now = useNow();
  const path = workflowPath(`${runId}/actions/${encodeURIComponent(loop)}/scopeRepetitions`, {
    $top: '100',
    $filter: failedOnly ? "status eq 'Failed'" : '',
  });
  const { rows, query } = usePagedList<Iteration>(path, false);
  const mine = rows.filter(({ name }) => inside === '' || name.startsWith(`${inside}-`));
  return (
    <Pane title={`Iterations of ${loop.replaceAll('_', ' ')}`} large onClose={onClose}>
      <Switch label="Failed only" checked={failedOnly} onChange={(_, { checked }) => setFailedOnly(checked)} />
      {query.error === null ? null : (
        <Failure error={query.error} what="The iterations could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && mine.length === 0 ? <p>There are none.</p> : null}
      {mine.length === 0 ? null : (
        <Grid
          label="Iterations"
          rows={mine}
          idOf={({ name }) => name}
          nameOf={({ name }) => name}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            {
              key: 'index',
              title: 'Iteration',
              width: '110px',
              cell: ({ name }) => (
                <button type="button" className="link" onClick={() => onChoose(indexOf(name))}>
                  {(indexOf(name) + 1).toLocaleString('en')}
                </button>
              ),
            },
            statusColumn,
            startColumn,
            durationColumn(now),
            {
              key: 'error',
              title: 'Error',
              width: 'minmax(160px, 1fr)',
              cell: ({ properties }) => properties.error?.message ?? properties.code ?? '',
            },
          ]}
        />
      )}
    </Pane>
  );
}
