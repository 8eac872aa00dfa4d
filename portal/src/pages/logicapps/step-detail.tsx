/** One step of a run: what went in and out, attempts, error. */
import { Button, MessageBar, MessageBarBody, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { type Resource, withQuery } from '../../api/arm.ts';
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
import { loopsAround, repetitionPart } from '../../model/run-steps.ts';
import { between, durationText } from '../../model/times.ts';
import { ContentView } from './content-view.tsx';
import { findAction } from './find-action.ts';
import { chosenIndex, type Iterations } from './step-list.tsx';

interface Attempt {
  readonly startTime: string;
  readonly endTime?: string;
  readonly code?: string;
  readonly clientRequestId?: string;
  readonly serviceRequestId?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

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
  /** Why it did not run, where that is known. */
  readonly reason?: string | undefined;
  /** Shows another step. */
  readonly onShow?: ((name: string) => void) | undefined;
}

/** Where the API keeps what is shown: the action, or its repetition in the chosen iterations. */
function addressOf({ runId, tree, name, iterations }: StepDetailProps): string {
  const loops = loopsAround(tree.actions, name) ?? [];
  const parts = loops.map((loop) => {
    const strip = findAction(tree.actions, loop)?.loop;
    return repetitionPart(strip === undefined ? (iterations[loop] ?? 0) : chosenIndex(loop, strip, iterations));
  });
  const action = `${runId}/actions/${encodeURIComponent(name)}`;
  return parts.length === 0 ? action : `${action}/repetitions/${parts.join('-')}`;
}

export function StepDetail(props: StepDetailProps): ReactElement {
  const address = addressOf(props);
  const { data, error, refetch } = useQuery<Resource<ActionProperties>, ArmError>({
    queryKey: ['step', address],
    queryFn: ({ signal }) => read<Resource<ActionProperties>>(workflowPath(address), signal),
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

/** The step that a container's failure came from. */
function causeOf({ tree, name }: StepDetailProps): string | undefined {
  const action = findAction(tree.actions, name);
  return action?.status === 'Failed' ? rootCause(action)?.name : undefined;
}

interface DetailProps {
  readonly address: string;
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
  properties,
  raw,
  isSandbox,
  runId,
  name,
  reason,
  cause,
  onShow,
}: DetailProps): ReactElement {
  const now = useNow();
  const hasError = properties.error !== undefined;
  const [view, setView] = useState(hasError ? 'error' : 'inputs');
  const retries = properties.retryHistory ?? [];
  return (
    <>
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
      </div>
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
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setView(value as string)} aria-label="Step">
        <Tab value="inputs">Inputs</Tab>
        <Tab value="outputs">Outputs</Tab>
        {retries.length === 0 ? null : <Tab value="retries">Retries</Tab>}
        {hasError ? <Tab value="error">Error</Tab> : null}
        <Tab value="expressions">Expressions</Tab>
        <Tab value="properties">Properties</Tab>
        <Tab value="raw">Raw</Tab>
      </TabList>
      <div style={{ marginTop: 12 }}>
        {view === 'inputs' ? (
          <ContentView link={properties.inputsLink} value={properties.inputs} label="Inputs" />
        ) : null}
        {view === 'outputs' ? (
          <ContentView link={properties.outputsLink} value={properties.outputs} label="Outputs" />
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
      </div>
    </>
  );
}

interface Captured {
  readonly value: readonly { readonly id: string; readonly runId?: string; readonly action?: string }[];
}

/** To what was captured of the step; to the outbox where it is not among the newest. */
function OutboxLink({ runId, name }: { readonly runId: string; readonly name: string }): ReactElement {
  const { data } = useQuery<Captured, ArmError>({
    queryKey: ['newestOutbox'],
    queryFn: ({ signal }) => read<Captured>(withQuery('/tocsin/v1/outbox', { $top: '500' }), signal),
  });
  const mine = data?.value.find(
    (each) => each.runId?.toLowerCase() === runId.toLowerCase() && each.action?.toLowerCase() === name.toLowerCase(),
  );
  return mine === undefined ? (
    <Anchor to="/outbox">Outbox</Anchor>
  ) : (
    <Anchor to={`/outbox/${mine.id}`}>What would have been sent</Anchor>
  );
}

function Retries({ attempts }: { readonly attempts: readonly Attempt[] }): ReactElement {
  const now = useNow();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">Attempt</th>
          <th scope="col">Start</th>
          <th scope="col">Duration</th>
          <th scope="col">Code</th>
          <th scope="col">Error</th>
          <th scope="col">Client request ID</th>
          <th scope="col">Service request ID</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt, index) => (
          <tr key={attempt.startTime}>
            <td>{index + 1}</td>
            <td>
              <Moment value={attempt.startTime} absolute />
            </td>
            <td>{durationText(between(attempt.startTime, attempt.endTime, now) ?? 0)}</td>
            <td>{attempt.code ?? '–'}</td>
            <td>{attempt.error?.message ?? '–'}</td>
            <td>{attempt.clientRequestId ?? '–'}</td>
            <td>{attempt.serviceRequestId ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Trace {
  readonly text?: string;
  readonly path?: string;
  readonly value?: unknown;
}

/** Each expression of the step with the value it had. */
function Expressions({ address }: { readonly address: string }): ReactElement {
  const { data, error } = useQuery<readonly Trace[], ArmError>({
    queryKey: ['traces', address],
    queryFn: async ({ signal }) => {
      const { body } = await call<{ readonly inputs?: readonly Trace[]; readonly value?: readonly Trace[] }>(
        'POST',
        workflowPath(`${address}/listExpressionTraces`),
        { signal },
      );
      return body.inputs ?? body.value ?? [];
    },
  });
  if (error !== null) return <Failure error={error} what="The expressions could not be read" />;
  if (data === undefined) return <Loading rows={3} />;
  if (data.length === 0) return <p>This step has no expressions.</p>;
  return <Facts facts={data.map(({ text, path, value }) => [text ?? path ?? '', value] as const)} />;
}
