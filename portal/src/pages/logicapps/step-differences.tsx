/** One step in two runs: how it went in each, and what went in and out side by side. Source: portal reference 7.3 (*Compare*). */
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import type { Resource } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { type ContentLink, workflowPath } from '../../data/workflows.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { useNow } from '../../design/time.tsx';
import { between, durationText } from '../../model/times.ts';

/** The editor is large: it comes when it is looked at. */
const DiffView = lazy(async () => ({ default: (await import('../../parts/code-editor.tsx')).DiffView }));

const mostBytes = 256 * 1024;

interface ComparedStep {
  readonly status: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly inputs: string;
  readonly outputs: string;
}

interface Properties {
  readonly status: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly inputsLink?: ContentLink;
  readonly outputsLink?: ContentLink;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

async function readCompared(address: string, signal: AbortSignal): Promise<ComparedStep> {
  const { properties } = await read<Resource<Properties>>(workflowPath(address), signal);
  const { status, startTime, endTime, inputsLink, outputsLink, inputs, outputs } = properties;
  const [into, out] = await Promise.all([textOf(inputsLink, inputs, signal), textOf(outputsLink, outputs, signal)]);
  return {
    status,
    ...(startTime === undefined ? {} : { startTime }),
    ...(endTime === undefined ? {} : { endTime }),
    inputs: into,
    outputs: out,
  };
}

async function textOf(link: ContentLink | undefined, value: unknown, signal: AbortSignal): Promise<string> {
  if (link === undefined) return value === undefined ? '' : JSON.stringify(value, undefined, 2);
  if (link.uri === undefined) return 'Content not shown due to security configuration.';
  if ((link.contentSize ?? 0) > mostBytes)
    return `${Math.ceil((link.contentSize ?? 0) / 1024)} KB: too large to compare.`;
  const { body } = await call<unknown>('GET', link.uri, { signal });
  return typeof body === 'string' ? body : JSON.stringify(body, undefined, 2);
}

export interface StepDifferencesProps {
  /** Of the step, in the run that is shown and in the one it is compared with. */
  readonly address: string;
  readonly other: string;
}

export function StepDifferences({ address, other }: StepDifferencesProps): ReactElement {
  const here = useQuery<ComparedStep, ArmError>({
    queryKey: ['comparedStep', address],
    queryFn: ({ signal }) => readCompared(address, signal),
  });
  const there = useQuery<ComparedStep, ArmError>({
    queryKey: ['comparedStep', other],
    queryFn: ({ signal }) => readCompared(other, signal),
    retry: false,
  });
  if (here.error !== null) return <Failure error={here.error} what="The step could not be read" />;
  if (there.error !== null) {
    return there.error.status === 404 ? (
      <p className="muted">This step did not run in the other run.</p>
    ) : (
      <Failure error={there.error} what="The step of the other run could not be read" />
    );
  }
  if (here.data === undefined || there.data === undefined) return <Loading rows={4} />;
  return <Compared here={here.data} there={there.data} />;
}

function Compared({ here, there }: { readonly here: ComparedStep; readonly there: ComparedStep }): ReactElement {
  const now = useNow();
  return (
    <>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Status</th>
            <th scope="col">Duration</th>
          </tr>
        </thead>
        <tbody>
          {[['The other run', there] as const, ['This run', here] as const].map(
            ([name, { status, startTime, endTime }]) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  <Status value={status} />
                </td>
                <td>{durationText(between(startTime, endTime, now) ?? 0)}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      {(['inputs', 'outputs'] as const).map((side) => (
        <section key={side} aria-label={`Differences of the ${side}`}>
          <h3>{side === 'inputs' ? 'Inputs' : 'Outputs'}</h3>
          {here[side] === there[side] ? (
            <p className="muted">The same in both runs.</p>
          ) : (
            <Suspense fallback={<Loading label="Loading the editor" />}>
              <div className="diff-small">
                <DiffView before={there[side]} after={here[side]} label={`The ${side} of both runs`} />
              </div>
            </Suspense>
          )}
        </section>
      ))}
    </>
  );
}
