/** Remediation tasks: of all scopes that were chosen, or of one assignment. */
import type { ReactElement } from 'react';
import {
  deploymentText,
  isTaskActive,
  type RemediationTask,
  remediationListPath,
} from '../../data/policy-compliance.ts';
import { usePagedList } from '../../data/lists.ts';
import { useScopesParameter } from '../../data/scope.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { quoted } from '../../model/filter-text.ts';
import { idParts } from '../../api/arm.ts';
import { assignmentAddress, remediationAddress } from './policy-words.ts';

export interface RemediationTasksProps {
  readonly assignmentId?: string;
}

export function RemediationTasks({ assignmentId }: RemediationTasksProps): ReactElement {
  const scopes = useScopesParameter();
  const entities = useScopeEntities();
  const filter = assignmentId === undefined ? '' : `policyAssignmentId eq ${quoted(assignmentId)}`;
  const { rows, total, query } = usePagedList<RemediationTask>(
    remediationListPath(assignmentId === undefined ? scopes : undefined, filter),
    2000,
  );
  if (query.error !== null) {
    return <Failure error={query.error} what="The tasks could not be read" retry={() => void query.refetch()} />;
  }
  if (query.isPending) return <Loading />;
  if (rows.length === 0) return <Empty text="There is no remediation task yet." />;
  return (
    <Grid
      label="Remediation tasks"
      rows={rows}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      total={total}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      loadingMore={query.isFetchingNextPage}
      columns={[
        {
          key: 'name',
          title: 'Name',
          width: 'minmax(200px, 1.6fr)',
          cell: ({ id, name }) => <Anchor to={remediationAddress(id)}>{name}</Anchor>,
        },
        {
          key: 'state',
          title: 'Status',
          width: '130px',
          cell: ({ properties }) => <Status value={properties.provisioningState} />,
        },
        {
          key: 'deployments',
          title: 'Deployments',
          width: 'minmax(180px, 1.2fr)',
          cell: (row) => <Progress task={row} />,
        },
        {
          key: 'scope',
          title: 'Scope',
          width: 'minmax(130px, 1fr)',
          cell: ({ id }) => scopeName(id.split(/\/providers\/Microsoft\.PolicyInsights\//i)[0] ?? '', entities),
        },
        {
          key: 'assignment',
          title: 'Assignment',
          width: 'minmax(140px, 1fr)',
          cell: ({ properties: { policyAssignmentId: id } }) => (
            <Anchor to={assignmentAddress(id)}>{idParts(id).name}</Anchor>
          ),
        },
        {
          key: 'created',
          title: 'Created',
          width: '120px',
          cell: ({ properties }) => <Moment value={properties.createdOn} />,
        },
      ]}
    />
  );
}

function Progress({ task }: { readonly task: RemediationTask }): ReactElement {
  const { totalDeployments: total } = task.properties.deploymentStatus;
  return <>{total === 0 && isTaskActive(task) ? 'Being chosen' : deploymentText(task)}</>;
}
