/** One remediation task: how far it is, and what came of each resource. Source: portal reference 3.7. */
import { Link, ProgressBar } from '@fluentui/react-components';
import { ArrowClockwiseRegular, DeleteRegular, DismissCircleRegular } from '@fluentui/react-icons';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts, type Page } from '../../api/arm.ts';
import {
  cancelTask,
  deleteTask,
  deploymentText,
  isTaskActive,
  readDeployments,
  type RemediationDeployment,
  type RemediationTask,
  taskPath,
  useRemediation,
} from '../../data/policy-compliance.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { type ScopeEntity, scopeName, useScopeEntities } from '../../data/scopes.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Pane } from '../../design/pane.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { PolicyPage } from './policy-page.tsx';
import { assignmentAddress } from './policy-words.ts';

export function RemediationPage({ id }: { readonly id: string }): ReactElement {
  const { data, error, refetch } = useRemediation(id);
  if (data === undefined) {
    return (
      <PolicyPage section="remediation" title="Remediation task">
        {error === null ? (
          <Loading />
        ) : (
          <Failure
            error={error}
            what="The task could not be read"
            retry={() => void refetch()}
            back={{ to: '/policy/remediation?view=tasks', text: 'All remediation tasks' }}
          />
        )}
      </PolicyPage>
    );
  }
  return (
    <PolicyPage
      section="remediation"
      title={data.name}
      badges={<Status value={data.properties.provisioningState} />}
      commands={<TaskCommands task={data} />}
    >
      <Overview task={data} />
      <h2>Deployments</h2>
      <Deployments task={data} />
    </PolicyPage>
  );
}

function TaskCommands({ task }: { readonly task: RemediationTask }): ReactElement {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const active = isTaskActive(task);
  const isEnding = task.properties.provisioningState === 'Cancelling';
  const cancel = async (): Promise<void> => {
    try {
      await cancelTask(task.id);
      notify({ kind: 'success', title: `Remediation task '${task.name}' is being cancelled` });
    } catch (error) {
      notifyFailure(`'${task.name}' could not be cancelled`, error);
    }
    await refreshAll();
  };
  const remove = async (): Promise<void> => {
    try {
      await deleteTask(task.id);
      notify({ kind: 'success', title: `Remediation task '${task.name}' was deleted` });
      await navigate({ to: '/policy/remediation', search: { view: 'tasks' } });
      await refreshAll();
    } catch (error) {
      notifyFailure(`'${task.name}' could not be deleted`, error);
    }
  };
  const whyNot = active ? (isEnding ? 'It is being cancelled already.' : undefined) : 'The task has ended.';
  return (
    <Commands>
      <Command text="Cancel" icon={<DismissCircleRegular />} blocked={whyNot} onClick={() => whyNot ?? void cancel()} />
      <Command
        text="Delete"
        icon={<DeleteRegular />}
        blocked={active ? 'Cancel the task first.' : undefined}
        onClick={() => setAsking(!active)}
      />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      {asking ? (
        <Question
          title={`Delete '${task.name}'?`}
          verb="Delete"
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          What it has deployed stays; the record of its deployments goes.
        </Question>
      ) : null}
    </Commands>
  );
}

function Overview({ task }: { readonly task: RemediationTask }): ReactElement {
  const entities = useScopeEntities();
  const { properties } = task;
  const {
    totalDeployments: total,
    successfulDeployments: done,
    failedDeployments: failed,
  } = properties.deploymentStatus;
  const active = isTaskActive(task);
  return (
    <div className="card">
      <p className="task-line">
        <strong role="status">{total === 0 && active ? 'Resources are being chosen' : deploymentText(task)}</strong>
        {/threshold/.test(properties.statusMessage ?? '') ? <span> · {properties.statusMessage}</span> : null}
      </p>
      <ProgressBar
        aria-label="Progress of the task"
        thickness="large"
        color={failed > 0 ? 'error' : active ? 'brand' : 'success'}
        {...(total === 0 && active ? {} : { value: total === 0 ? 1 : (done + failed) / total })}
      />
      <Facts
        facts={[
          ['Scope', scopeName(task.id.split(/\/providers\/Microsoft\.PolicyInsights\//i)[0] ?? '', entities)],
          ...(properties.policyDefinitionReferenceId === undefined
            ? []
            : [['Policy of the initiative', properties.policyDefinitionReferenceId] as const]),
          ['Locations', properties.filters?.locations?.join(', ') ?? 'All'],
          ['Resources', `at most ${properties.resourceCount.toLocaleString('en')}`],
          ['Parallel deployments', properties.parallelDeployments],
          ['Failure threshold', `${Math.round(properties.failureThreshold.percentage * 100)}%`],
        ]}
      />
      <p>
        <Anchor to={assignmentAddress(properties.policyAssignmentId)}>
          Assignment {idParts(properties.policyAssignmentId).name}
        </Anchor>{' '}
        · created <Moment value={properties.createdOn} /> · changed <Moment value={properties.lastUpdatedOn} />
      </p>
    </div>
  );
}

function Deployments({ task }: { readonly task: RemediationTask }): ReactElement {
  const entities = useScopeEntities();
  const active = isTaskActive(task);
  const [failed, setFailed] = useState<RemediationDeployment>();
  const query = useInfiniteQuery<
    Page<RemediationDeployment>,
    ArmError,
    InfiniteData<Page<RemediationDeployment>>,
    readonly unknown[],
    string
  >({
    // What ends anew is read anew.
    queryKey: ['remediationDeployments', task.id.toLowerCase(), task.properties.provisioningState],
    queryFn: ({ pageParam, signal }) => readDeployments(pageParam, signal),
    initialPageParam: taskPath(`${task.id}/listDeployments`),
    getNextPageParam: ({ nextLink }) => nextLink,
    maxPages: 100,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (active && (state.data?.pages.length ?? 0) < 2 ? 1000 : false),
  });
  const rows = query.data?.pages.flatMap(({ value }) => value) ?? [];
  if (query.error !== null) {
    return <Failure error={query.error} what="The deployments could not be read" retry={() => void query.refetch()} />;
  }
  if (query.isPending) return <Loading />;
  if (rows.length === 0) {
    return (
      <Empty text={active ? 'No deployment has begun yet.' : 'Nothing was non-compliant, so nothing was deployed.'} />
    );
  }
  return (
    <>
      <Grid
        label="Deployments of the task"
        rows={rows}
        columns={columnsOf(entities, setFailed)}
        idOf={({ remediatedResourceId }) => remediatedResourceId}
        nameOf={({ remediatedResourceId }) => remediatedResourceId}
        total={task.properties.deploymentStatus.totalDeployments}
        more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
      />
      {failed === undefined ? null : (
        <Pane title="Error of the deployment" onClose={() => setFailed(undefined)}>
          <Facts
            facts={[
              ['Resource', failed.remediatedResourceId],
              ['Deployment', failed.deploymentId],
              ['Code', failed.error?.code],
              ['Message', failed.error?.message],
            ]}
          />
          <h2>The error as it was answered</h2>
          <JsonView value={failed.error} label="The error as JSON" />
        </Pane>
      )}
    </>
  );
}

interface ErrorCellProps {
  readonly row: RemediationDeployment;
  readonly onError: (row: RemediationDeployment) => void;
}

function columnsOf(
  entities: readonly ScopeEntity[],
  onError: ErrorCellProps['onError'],
): readonly Column<RemediationDeployment>[] {
  return [
    {
      key: 'resource',
      title: 'Resource',
      width: 'minmax(200px, 1.4fr)',
      cell: ({ remediatedResourceId: id }) => (
        <span title={id}>
          <Anchor to={resourceAddress(id)}>{scopeName(id, entities)}</Anchor>
        </span>
      ),
    },
    { key: 'status', title: 'Status', width: '130px', cell: ({ status }) => <Status value={status} /> },
    {
      key: 'deployment',
      title: 'Deployment',
      width: 'minmax(200px, 1.4fr)',
      cell: ({ deploymentId, status, error }) =>
        deploymentId === undefined ? (
          <span className="muted">None needed</span>
        ) : status === 'Failed' && error?.code !== 'DeploymentFailed' ? (
          // It was refused before there was a deployment to look at.
          <span title={deploymentId}>{idParts(deploymentId).name}</span>
        ) : (
          <Anchor to={resourceAddress(deploymentId)}>{idParts(deploymentId).name}</Anchor>
        ),
    },
    {
      key: 'error',
      title: 'Error',
      width: 'minmax(200px, 2fr)',
      cell: (row) => <ErrorCell row={row} onError={onError} />,
    },
    { key: 'changed', title: 'Changed', width: '110px', cell: ({ lastUpdatedOn }) => <Moment value={lastUpdatedOn} /> },
  ];
}

/** The message in the cell; all of it behind it. */
function ErrorCell({ row, onError }: ErrorCellProps): ReactElement {
  if (row.error === undefined) return <span className="muted">–</span>;
  const text = `${row.error.code ?? 'Error'}: ${row.error.message ?? ''}`;
  return (
    <span title={text}>
      <Link as="button" onClick={() => onError(row)}>
        {text}
      </Link>
    </span>
  );
}
