/** All iterations of a loop, a page at a time: which failed, and a way to each. Source: portal reference 7.2. */
import { Switch } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import type { Resource } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { readItems } from '../../data/run-items.ts';
import { workflowPath } from '../../data/workflows.ts';
import { Grid } from '../../design/grid.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { useNow } from '../../design/time.tsx';
import { durationColumn, startColumn, statusColumn } from './timed-columns.tsx';

export interface IterationsPaneProps {
  readonly runId: string;
  readonly loop: string;
  /** How many iterations there are. */
  readonly count: number;
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

/** What longer loops went over is too much to be read for a list of a hundred. */
const mostItems = 5000;

/** The first 80 characters. */
function itemText(item: unknown): string {
  const text = typeof item === 'string' ? item : (JSON.stringify(item) ?? '');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const indexOf = (name: string): number => Number(name.split('-').at(-1) ?? '0');

export function IterationsPane({ runId, loop, count, inside, onChoose, onClose }: IterationsPaneProps): ReactElement {
  const [failedOnly, setFailedOnly] = useState(false);
  const now = useNow();
  const path = workflowPath(`${runId}/actions/${encodeURIComponent(loop)}/scopeRepetitions`, {
    $top: '100',
    $filter: failedOnly ? "status eq 'Failed'" : '',
  });
  const { rows, query } = usePagedList<Iteration>(path, false);
  const items = useQuery<readonly unknown[], ArmError>({
    queryKey: ['loopItems', runId, loop, inside],
    queryFn: ({ signal }) => readItems<unknown>(runId, loop, inside, signal),
    enabled: count <= mostItems,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data;
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
            ...(items === undefined || items.length === 0
              ? []
              : [
                  {
                    key: 'item',
                    title: 'Item',
                    width: 'minmax(120px, 1fr)',
                    cell: ({ name }: Iteration) => itemText(items[indexOf(name)]),
                  },
                ]),
            {
              key: 'error',
              title: 'Error',
              width: 'minmax(160px, 1fr)',
              cell: ({ properties: { status, error, code } }) =>
                status === 'Succeeded' ? '' : (error?.message ?? code ?? ''),
            },
          ]}
        />
      )}
    </Pane>
  );
}
