/** One step of a run: what went in and out, attempts, error. */
import { Button, MessageBar, MessageBarBody, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import type { Resource } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { type ContentLink, type RunTree, workflowPath } from '../../data/workflows.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { rootCause } from '../../model/run-reasons.ts';
import { type Iterations, iterationsText } from '../../model/iterations.ts';
import { loopsAround, pathOf, repetitionPart } from '../../model/run-steps.ts';
import { between, durationText } from '../../model/times.ts';
import { ContentView } from './content-view.tsx';
import { findAction } from './find-action.ts';
import { StepDifferences } from './step-differences.tsx';
import { chosenIndex } from './step-list.tsx';
import { type Attempt, Expressions, OutboxLink, Retries } from './step-tabs.tsx';

interface ActionProperties {
  readonly status: string;
  readonly code?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly inputsLink?: ContentLink;
  readonly outputsLink?: ContentLink;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
  readonly trackedProperties?: unknown;
  readonly retryHistory?: readonly Attempt[];
  /** A new run can go on from here, with what came before as it was. */
  readonly canResubmit?: boolean;
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly correlation?: { readonly actionTrackingId?: string; readonly clientTrackingId?: string };
}

export interface StepDetailProps {
  readonly runId: string;
  readonly tree: RunTree;
  readonly name: string;
  readonly iterations: Iterations;
  readonly isFinal: boolean;
  /** The id of a run that this one is compared with; absent or empty for none. */
  readonly compared?: string;
  /** Why it did not run, where that is known. */
  readonly reason?: string | undefined;
  /** Shows another step. */
  readonly onShow?: ((name: string) => void) | undefined;
}

/** Where a run keeps what is shown: the action, or its repetition in the chosen iterations. */
function placeOf({ tree, name, iterations }: StepDetailProps): string {
  const loops = loopsAround(tree.actions, name) ?? [];
  const parts = loops.map((loop) => {
    const strip = findAction(tree.actions, loop)?.loop;
    return repetitionPart(strip === undefined ? (iterations[loop] ?? 0) : chosenIndex(loop, strip, iterations));
  });
  const action = `actions/${encodeURIComponent(name)}`;
  return parts.length === 0 ? action : `${action}/repetitions/${parts.join('-')}`;
}

/** The chosen iterations with those that are chosen by themselves. */
function shownIterations({ tree, name, iterations }: StepDetailProps): Iterations {
  const loops = loopsAround(tree.actions, name) ?? [];
  return Object.fromEntries(
    loops.flatMap((loop) => {
      const strip = findAction(tree.actions, loop)?.loop;
      return strip === undefined ? [] : [[loop, chosenIndex(loop, strip, iterations)]];
    }),
  );
}

export const readStep = (address: string, signal?: AbortSignal): Promise<Resource<ActionProperties>> =>
  read<Resource<ActionProperties>>(workflowPath(address), signal);

export function StepDetail(props: StepDetailProps): ReactElement {
  const place = placeOf(props);
  const address = `${props.runId}/${place}`;
  const { data, error, refetch } = useQuery<Resource<ActionProperties>, ArmError>({
    queryKey: ['step', address],
    queryFn: ({ signal }) => readStep(address, signal),
    refetchInterval: props.isFinal ? false : 2000,
  });
  const title = props.name.replaceAll('_', ' ');
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {error === null ? null : error.status === 404 ? (
        <p className="muted">This step did not run {address.includes('/repetitions/') ? 'in this iteration' : ''}.</p>
      ) : (
        <Failure error={error} what="The step could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading rows={4} /> : null}
      {data === undefined || error !== null ? null : (
        <Detail
          key={address}
          address={address}
          other={props.compared === undefined || props.compared === '' ? undefined : `${props.compared}/${place}`}
          sample={sampleAddress(props)}
          properties={data.properties}
          raw={data}
          isSandbox={findAction(props.tree.actions, props.name)?.sandbox !== undefined}
          runId={props.runId}
          name={props.name}
          reason={props.reason}
          cause={causeOf(props)}
          onShow={props.onShow}
        />
      )}
    </section>
  );
}

/** The step in the designer, with this run's values as sample data. */
function sampleAddress(props: StepDetailProps): string {
  const iterations = iterationsText(shownIterations(props));
  const query = new URLSearchParams({
    view: 'designer',
    step: pathOf(props.tree.actions, props.name) ?? '',
    sample: props.runId.split('/').at(-1) ?? '',
    ...(iterations === '' ? {} : { rep: iterations }),
  });
  return `${resourceAddress(props.runId.replace(/\/runs\/[^/]+$/i, ''))}?${query.toString()}`;
}

/** The step that a container's failure came from. */
function causeOf({ tree, name }: StepDetailProps): string | undefined {
  const action = findAction(tree.actions, name);
  return action?.status === 'Failed' ? rootCause(action)?.name : undefined;
}

interface DetailProps {
  readonly address: string;
  /** The same step of the run that is compared. */
  readonly other: string | undefined;
  /** The page where this run's values are sample data. */
  readonly sample: string;
  readonly properties: ActionProperties;
  readonly raw: unknown;
  readonly isSandbox: boolean;
  readonly runId: string;
  readonly name: string;
  readonly reason: string | undefined;
  readonly cause: string | undefined;
  readonly onShow: ((name: string) => void) | undefined;
}

/** Starts a run that goes on from a step. */
async function submitFrom(runId: string, name: string): Promise<void> {
  try {
    const { headers } = await call('POST', workflowPath(`${runId}/resubmit`), {
      body: { actionsToResubmit: [{ name }] },
    });
    const next = headers.get('x-ms-workflow-run-id') ?? '';
    const to = resourceAddress(runId.replace(/[^/]+$/, next));
    notify({
      kind: 'success',
      title: `A run goes on from '${name.replaceAll('_', ' ')}'`,
      link: { text: 'View run', to },
    });
    await refreshAll();
  } catch (error) {
    notifyFailure('The run was not submitted', error);
  }
}

function Detail({
  address,
  other,
  sample,
  properties,
  raw,
  isSandbox,
  runId,
  name,
  reason,
  cause,
  onShow,
}: DetailProps): ReactElement {
  const hasError = properties.error !== undefined;
  const [view, setView] = useState(hasError ? 'error' : 'inputs');
  const retries = properties.retryHistory ?? [];
  const renewed = (side: 'inputsLink' | 'outputsLink') => async () => (await readStep(address)).properties[side];
  return (
    <>
      <Summary properties={properties} runId={runId} name={name} sample={sample} />
      {properties.status === 'Skipped' && reason !== undefined ? <p>{reason}</p> : null}
      {cause === undefined || onShow === undefined ? null : (
        <p>
          Root cause:{' '}
          <button type="button" className="link" onClick={() => onShow(cause)}>
            {cause.replaceAll('_', ' ')}
          </button>
        </p>
      )}
      {isSandbox ? (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            The sandbox answered; nothing was sent. <OutboxLink runId={runId} name={name} />
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <TabList
        size="small"
        selectedValue={view}
        onTabSelect={(_, { value }) => setView(value as string)}
        aria-label="Step"
      >
        <Tab value="inputs">Inputs</Tab>
        <Tab value="outputs">Outputs</Tab>
        {retries.length === 0 ? null : <Tab value="retries">Retries</Tab>}
        {hasError ? <Tab value="error">Error</Tab> : null}
        <Tab value="expressions">Expressions</Tab>
        <Tab value="properties">Properties</Tab>
        <Tab value="raw">Raw</Tab>
        {other === undefined ? null : <Tab value="differences">Differences</Tab>}
      </TabList>
      <div style={{ marginTop: 12 }}>
        {view === 'inputs' ? (
          <ContentView
            link={properties.inputsLink}
            value={properties.inputs}
            label="Inputs"
            file={`${name}-inputs`}
            renew={renewed('inputsLink')}
          />
        ) : null}
        {view === 'outputs' ? (
          <ContentView
            link={properties.outputsLink}
            value={properties.outputs}
            label="Outputs"
            file={`${name}-outputs`}
            renew={renewed('outputsLink')}
          />
        ) : null}
        {view === 'retries' ? <Retries attempts={retries} /> : null}
        {view === 'error' && properties.error !== undefined ? (
          <JsonView value={properties.error} label="The error" />
        ) : null}
        {view === 'expressions' ? <Expressions address={address} /> : null}
        {view === 'properties' ? (
          <Facts
            facts={[
              ['Start time', properties.startTime],
              ['End time', properties.endTime],
              ['Tracked properties', properties.trackedProperties],
              ['Action tracking id', properties.correlation?.actionTrackingId],
              ['Client tracking id', properties.correlation?.clientTrackingId],
            ]}
          />
        ) : null}
        {view === 'raw' ? <JsonView value={raw} label="The step as JSON" /> : null}
        {view === 'differences' && other !== undefined ? <StepDifferences address={address} other={other} /> : null}
      </div>
    </>
  );
}

/** How it went, and what can be done from here. */
function Summary({
  properties,
  runId,
  name,
  sample,
}: Pick<DetailProps, 'properties' | 'runId' | 'name' | 'sample'>): ReactElement {
  const now = useNow();
  const retries = properties.retryHistory ?? [];
  return (
    <div className="row">
      <Status value={properties.status} />
      {properties.status === 'Skipped' ? null : (
        <span>{durationText(between(properties.startTime, properties.endTime, now) ?? 0)}</span>
      )}
      {retries.length === 0 ? null : <span>{retries.length + 1} attempts</span>}
      {properties.code === undefined ? null : <span className="muted">{properties.code}</span>}
      <Moment value={properties.startTime} />
      {properties.canResubmit === true ? (
        <Button size="small" onClick={() => void submitFrom(runId, name)}>
          Submit from this action
        </Button>
      ) : null}
      <Anchor to={sample}>Use as sample data</Anchor>
    </div>
  );
}
