/** Earlier versions: look at one, compare it with the current one, bring it back. */
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import type { Resource } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { usePagedList } from '../../data/lists.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { type Workflow, type WorkflowProperties, workflowPath } from '../../data/workflows.ts';
import { Grid } from '../../design/grid.tsx';
import { Pane } from '../../design/pane.tsx';
import { Question } from '../../design/question.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Moment } from '../../design/time.tsx';

type Version = Resource<WorkflowProperties>;

const VersionDrawing = lazy(async () => ({ default: (await import('./version-drawing.tsx')).VersionDrawing }));
const DiffView = lazy(async () => ({ default: (await import('../../parts/code-editor.tsx')).DiffView }));

export function VersionsView({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const [compared, setCompared] = useState<string>();
  const [promoted, setPromoted] = useState<string>();
  const [drawn, setDrawn] = useState<string>();
  const { rows, query } = usePagedList<Version>(workflowPath(`${workflow.id}/versions`), false);
  const promote = async (name: string): Promise<void> => {
    try {
      const old = await read<Version>(workflowPath(`${workflow.id}/versions/${name}`));
      const { definition, parameters = {} } = old.properties;
      const body = {
        location: workflow.location,
        ...(workflow.tags === undefined ? {} : { tags: workflow.tags }),
        properties: { state: workflow.properties.state, definition, parameters },
      };
      await call('PUT', workflowPath(workflow.id), { body });
      notify({ kind: 'success', title: `Version ${name} is current again` });
      await refreshAll();
    } catch (error) {
      notifyFailure('The version could not be promoted', error);
    }
  };
  if (query.error !== null)
    return <Failure error={query.error} what="The versions could not be read" retry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  return (
    <>
      <Grid
        label="Versions"
        rows={rows}
        idOf={({ name }) => name}
        nameOf={({ name }) => name}
        more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        columns={[
          {
            key: 'name',
            title: 'Version',
            width: 'minmax(200px, 1fr)',
            cell: ({ name }) => `${name}${name === workflow.properties.version ? ' (current)' : ''}`,
          },
          {
            key: 'time',
            title: 'Changed',
            width: '160px',
            cell: ({ properties }) => <Moment value={properties.changedTime} />,
          },
          {
            key: 'actions',
            title: 'Commands',
            width: '400px',
            cell: ({ name }) =>
              name === workflow.properties.version ? (
                '–'
              ) : (
                <span className="row" style={{ flexWrap: 'nowrap' }}>
                  <Button size="small" aria-label={`Compare ${name} with current`} onClick={() => setCompared(name)}>
                    Compare with current
                  </Button>
                  <Button size="small" aria-label={`Open ${name} in designer`} onClick={() => setDrawn(name)}>
                    Open in designer
                  </Button>
                  <Button size="small" aria-label={`Promote ${name}`} onClick={() => setPromoted(name)}>
                    Promote
                  </Button>
                </span>
              ),
          },
        ]}
      />
      {compared === undefined ? null : (
        <Comparison workflow={workflow} name={compared} onClose={() => setCompared(undefined)} />
      )}
      {drawn === undefined ? null : (
        <Pane title={`Version ${drawn}`} large onClose={() => setDrawn(undefined)}>
          <Suspense fallback={<Loading label="Loading the drawing" />}>
            <VersionDrawing id={workflow.id} version={drawn} />
          </Suspense>
        </Pane>
      )}
      {promoted === undefined ? null : (
        <Question
          title={`Promote version ${promoted}?`}
          verb="Promote"
          onConfirm={() => void promote(promoted)}
          onClose={() => setPromoted(undefined)}
        >
          Its definition is saved as a new, current version. Runs under way go on with theirs.
        </Question>
      )}
    </>
  );
}

interface ComparisonProps {
  readonly workflow: Workflow;
  readonly name: string;
  readonly onClose: () => void;
}

function Comparison({ workflow, name, onClose }: ComparisonProps): ReactElement {
  const { data, error } = useQuery<Version, ArmError>({
    queryKey: ['version', workflow.id, name],
    queryFn: ({ signal }) => read<Version>(workflowPath(`${workflow.id}/versions/${name}`), signal),
  });
  const textOf = (value: unknown): string => JSON.stringify(value, undefined, 2);
  return (
    <Pane title={`Version ${name} compared with current`} large onClose={onClose}>
      {error === null ? null : <Failure error={error} what="The version could not be read" />}
      {data === undefined ? null : (
        <Suspense fallback={<Loading label="Loading the editor" />}>
          <DiffView
            before={textOf(data.properties.definition)}
            after={textOf(workflow.properties.definition)}
            label="Differences"
          />
        </Suspense>
      )}
    </Pane>
  );
}
