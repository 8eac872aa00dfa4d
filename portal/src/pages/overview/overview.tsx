/** The first page. Source: portal reference 3.1. */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { withQuery } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { usePagedList } from '../../data/lists.ts';
import { useScopesParameter } from '../../data/scope.ts';
import type { Run } from '../../data/workflows.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

export function Overview(): ReactElement {
  const scopes = useScopesParameter();
  const { rows, query } = usePagedList<Run>(withQuery('/tocsin/v1/runs', { scopes, $top: '20' }), 5000);
  const { data: version } = useQuery({
    queryKey: ['ready'],
    queryFn: ({ signal }) => read<{ readonly status: string }>('/readyz', signal),
  });
  return (
    <Page title="Overview" purpose={version === undefined ? undefined : `The server is ${version.status}.`}>
      <section className="card">
        <h2>Latest runs</h2>
        {query.error === null ? null : (
          <Failure error={query.error} what="The runs could not be read" retry={() => void query.refetch()} />
        )}
        {query.isPending ? <Loading rows={4} /> : null}
        <ul>
          {rows.map((run) => (
            <li key={run.id}>
              <Anchor to={resourceAddress(run.id)}>{run.name}</Anchor> <Status value={run.properties.status} />{' '}
              <Moment value={run.properties.startTime} />
            </li>
          ))}
        </ul>
      </section>
    </Page>
  );
}
