/** The findings below one recommendation on one resource, and the rule of what they start. Source: portal reference 3.3. */
import type { ReactElement } from 'react';
import { armPath, type Resource } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';

interface FindingProperties {
  readonly displayName?: string;
  readonly status?: { readonly code?: string; readonly severity?: string };
}

export function Findings({ id }: { readonly id: string }): ReactElement {
  const { rows, query } = usePagedList<Resource<FindingProperties>>(
    armPath(`${id}/subAssessments`, 'microsoft.security/subassessments'),
    false,
  );
  return (
    <>
      <p className="help">Automations fire when the recommendation itself changes its state, not for each finding.</p>
      {query.error === null ? null : (
        <Failure error={query.error} what="The findings could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? <Empty text="There are no findings below this recommendation." /> : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Security findings"
          rows={rows}
          idOf={(row) => row.id}
          nameOf={({ properties, name }) => properties.displayName ?? name}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            {
              key: 'name',
              title: 'Finding',
              width: 'minmax(240px, 3fr)',
              cell: ({ properties, name }) => properties.displayName ?? name,
            },
            {
              key: 'severity',
              title: 'Severity',
              width: '120px',
              cell: ({ properties }) => <Status value={properties.status?.severity ?? '–'} />,
            },
            {
              key: 'state',
              title: 'State',
              width: '140px',
              cell: ({ properties }) => <Status value={properties.status?.code ?? '–'} />,
            },
          ]}
        />
      )}
    </>
  );
}
