/** What stands beside the contents of a step: its attempts, its expressions, what was captured of it. Source: portal reference 7.1. */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { withQuery } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { workflowPath } from '../../data/workflows.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { between, durationText } from '../../model/times.ts';

export interface Attempt {
  readonly startTime: string;
  readonly endTime?: string;
  readonly code?: string;
  readonly clientRequestId?: string;
  readonly serviceRequestId?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

interface Captured {
  readonly value: readonly { readonly id: string; readonly runId?: string; readonly action?: string }[];
}

/** To what was captured of the step; to the outbox where it is not among the newest. */
export function OutboxLink({ runId, name }: { readonly runId: string; readonly name: string }): ReactElement {
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

export function Retries({ attempts }: { readonly attempts: readonly Attempt[] }): ReactElement {
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
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly subexpressions?: readonly Trace[];
}

/** Each expression of the step with the value it had, and what its parts had. */
export function Expressions({ address }: { readonly address: string }): ReactElement {
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
  return (
    <ul className="traces" aria-label="Expressions">
      {data.map((trace, index) => (
        <li key={index}>
          {trace.path === undefined || trace.path === '' ? null : <span className="muted">{trace.path}</span>}
          <TraceLine trace={trace} />
        </li>
      ))}
    </ul>
  );
}

function TraceLine({ trace }: { readonly trace: Trace }): ReactElement {
  const { text = '', value, error, subexpressions = [] } = trace;
  return (
    <>
      <code className="trace-text">{text}</code>
      <pre className={error === undefined ? 'json-small' : 'json-small field-fault'}>
        {error === undefined ? (JSON.stringify(value, undefined, 2) ?? '–') : (error.message ?? error.code)}
      </pre>
      {subexpressions.length === 0 ? null : (
        <details>
          <summary>{subexpressions.length === 1 ? '1 part' : `${subexpressions.length} parts`}</summary>
          <ul>
            {subexpressions.map((each, index) => (
              <li key={index}>
                <TraceLine trace={each} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
