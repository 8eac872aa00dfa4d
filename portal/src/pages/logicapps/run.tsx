/** One run: its steps, and what went in and out of each. Source: portal reference 7. */
import { Button, MessageBar, MessageBarActions, MessageBarBody, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts, withQuery } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { isFinal, type Run, type RunTree, type Workflow, workflowPath } from '../../data/workflows.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { iterationsOf, iterationsText } from '../../model/iterations.ts';
import { firstFailed, loopsAround } from '../../model/run-steps.ts';
import { between, durationText } from '../../model/times.ts';
import { EventsView } from './events-view.tsx';
import { RunCommands } from './run-commands.tsx';
import { RunTrigger } from './run-trigger.tsx';
import { RunsRail } from './runs-rail.tsx';
import { StartedBy } from './started-by.tsx';
import { StepDetail } from './step-detail.tsx';
import { StepList } from './step-list.tsx';
import { Timeline } from './timeline.tsx';

/** The canvas is large: it comes when it is looked at. */
const RunGraph = lazy(async () => ({ default: (await import('./run-graph.tsx')).RunGraph }));

const defaults = { view: 'graph', action: '', rep: '', compare: '' };

export function RunPage({ id }: { readonly id: string }): ReactElement {
  const workflowId = id.replace(/\/runs\/[^/]+$/i, '');
  const { name } = idParts(workflowId);
  const {
    data: run,
    error,
    refetch,
  } = useQuery<Run, ArmError>({
    queryKey: ['arm', id],
    queryFn: ({ signal }) => read<Run>(workflowPath(id, { $expand: 'startedBy' }), signal),
    refetchInterval: ({ state }) => (state.data !== undefined && isFinal(state.data.properties.status) ? false : 1000),
  });
  const { data: tree } = useQuery<RunTree, ArmError>({
    queryKey: ['runTree', id],
    queryFn: ({ signal }) => read<RunTree>(withQuery('/tocsin/v1/runTree', { id }), signal),
    refetchInterval: run === undefined || isFinal(run.properties.status) ? false : 1000,
  });
  const crumbs = [
    { text: 'Logic apps', to: '/logicapps' },
    { text: name, to: resourceAddress(workflowId) },
  ];
  return (
    <Page
      title={`Run ${idParts(id).name}`}
      crumbs={crumbs}
      badges={run === undefined ? null : <RunBadges run={run} />}
      commands={run === undefined ? null : <RunCommands run={run} workflowId={workflowId} />}
    >
      {error === null ? null : (
        <Failure
          error={error}
          what="The run could not be read"
          retry={() => void refetch()}
          back={{ to: resourceAddress(workflowId), text: `All runs of ${name}` }}
        />
      )}
      {run === undefined && error === null ? <Loading /> : null}
      {run === undefined ? null : <RunViews run={run} tree={tree} />}
    </Page>
  );
}

function RunBadges({ run: { id, properties } }: { readonly run: Run }): ReactElement {
  const now = useNow();
  const workflowId = id.replace(/\/runs\/[^/]+$/i, '');
  const { data: workflow } = useQuery<Workflow, ArmError>({
    queryKey: ['arm', workflowId],
    queryFn: ({ signal }) => read<Workflow>(workflowPath(workflowId), signal),
  });
  const used = properties.workflow?.name;
  const current = workflow?.properties.version;
  return (
    <>
      <Status value={properties.status} />
      <Moment value={properties.startTime} />
      <span className="muted">{durationText(between(properties.startTime, properties.endTime, now) ?? 0)}</span>
      {used === undefined || current === undefined ? null : (
        <span className="muted">{used === current ? 'Current version' : 'An earlier version'}</span>
      )}
      <StartedBy origin={properties.startedBy} />
      {isFinal(properties.status) ? null : <span className="muted">Live</span>}
    </>
  );
}

function RunViews({ run, tree }: { readonly run: Run; readonly tree: RunTree | undefined }): ReactElement {
  const [{ view }, setAddress] = useAddress(defaults);
  const { error } = run.properties;
  return (
    <>
      {error === undefined ? null : (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {error.code}: {error.message}
          </MessageBarBody>
        </MessageBar>
      )}
      <TabList
        selectedValue={view}
        onTabSelect={(_, { value }) => setAddress({ view: value as string })}
        aria-label="Run"
      >
        <Tab value="graph">Graph</Tab>
        <Tab value="timeline">Timeline</Tab>
        <Tab value="steps">List</Tab>
        <Tab value="trigger">Trigger</Tab>
        <Tab value="events">Events</Tab>
        <Tab value="raw">Raw</Tab>
      </TabList>
      <div style={{ marginTop: 12 }}>
        {view === 'graph' ? tree === undefined ? <Loading /> : <Drawn run={run} tree={tree} /> : null}
        {view === 'timeline' ? tree === undefined ? <Loading /> : <OverTime run={run} tree={tree} /> : null}
        {view === 'steps' ? tree === undefined ? <Loading /> : <Steps run={run} tree={tree} /> : null}
        {view === 'trigger' ? <RunTrigger run={run} /> : null}
        {view === 'events' ? <Events run={run} tree={tree} /> : null}
        {view === 'raw' ? <JsonView value={run} label="The run as JSON" /> : null}
      </div>
    </>
  );
}

function Drawn({ run, tree }: { readonly run: Run; readonly tree: RunTree }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const iterations = iterationsOf(address.rep);
  return (
    <Suspense fallback={<Loading label="Loading the drawing" />}>
      {address.compare === '' ? null : (
        <MessageBar intent="info">
          <MessageBarBody>
            Compared with{' '}
            <Anchor to={resourceAddress(run.id.replace(/[^/]+$/, address.compare))}>run {address.compare}</Anchor>: a
            step that went otherwise there says how.
          </MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={() => setAddress({ compare: undefined })}>
              Stop comparing
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      <div className="with-rail">
        <RunsRail workflowId={run.id.replace(/\/runs\/[^/]+$/i, '')} runId={run.id} />
        <RunGraph
          key={tree.version}
          runId={run.id}
          tree={tree}
          isFinal={isFinal(run.properties.status)}
          iterations={iterations}
          compared={address.compare === '' ? '' : run.id.replace(/[^/]+$/, address.compare)}
          shown={address.action === '' ? (firstFailed(tree.actions)?.name ?? '') : address.action}
          onShow={(action) => setAddress({ action })}
          onIterate={(loop, index) => setAddress({ rep: iterationsText({ ...iterations, [loop]: index }) })}
        />
      </div>
    </Suspense>
  );
}

function OverTime({ run, tree }: { readonly run: Run; readonly tree: RunTree }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const shown = address.action;
  const isOver = isFinal(run.properties.status);
  return (
    <div className={shown === '' ? '' : 'run'}>
      <Timeline tree={tree} isFinal={isOver} shown={shown} onShow={(action) => setAddress({ action })} />
      {shown === '' ? null : (
        <StepDetail runId={run.id} tree={tree} name={shown} iterations={iterationsOf(address.rep)} isFinal={isOver} />
      )}
    </div>
  );
}

/** A press on an event shows its step, in the iteration that it was of. */
function Events({ run, tree }: { readonly run: Run; readonly tree: RunTree | undefined }): ReactElement {
  const [{ rep }, setAddress] = useAddress(defaults);
  const show = (action: string, repetition: string): void => {
    const parts = repetition.split('-');
    const loops = loopsAround(tree?.actions ?? [], action) ?? [];
    const chosen = Object.fromEntries(
      loops.flatMap((loop, index) =>
        parts[index] === undefined || parts[index] === '' ? [] : [[loop, Number(parts[index])]],
      ),
    );
    setAddress({ view: 'graph', action, rep: iterationsText({ ...iterationsOf(rep), ...chosen }) });
  };
  return (
    <EventsView
      runId={run.id}
      isFinal={isFinal(run.properties.status)}
      startTime={run.properties.startTime}
      onShow={show}
    />
  );
}

function Steps({ run, tree }: { readonly run: Run; readonly tree: RunTree }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const iterations = iterationsOf(address.rep);
  const shown =
    address.action === '' ? (firstFailed(tree.actions)?.name ?? tree.actions[0]?.name ?? '') : address.action;
  if (tree.actions.length === 0) return <p>This run has no steps.</p>;
  return (
    <div className="run">
      <StepList
        runId={run.id}
        isFinal={isFinal(run.properties.status)}
        actions={tree.actions}
        iterations={iterations}
        shown={shown}
        onShow={(action) => setAddress({ action })}
        onIterate={(loop, index) => setAddress({ rep: iterationsText({ ...iterations, [loop]: index }) })}
      />
      <StepDetail
        runId={run.id}
        tree={tree}
        name={shown}
        iterations={iterations}
        isFinal={isFinal(run.properties.status)}
      />
    </div>
  );
}
