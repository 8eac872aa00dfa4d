/** The steps of a run as a list: containers with what is in them, loops with their iterations. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { withQuery } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import type { LoopStrip, RunTree, TreeAction } from '../../data/workflows.ts';
import { Status } from '../../design/status.tsx';
import { useNow } from '../../design/time.tsx';
import type { Iterations } from '../../model/iterations.ts';
import { repetitionPart } from '../../model/run-steps.ts';
import { lookOf } from '../../model/status.ts';
import { between, durationText } from '../../model/times.ts';
import { Pager } from './pager.tsx';

export interface StepListProps {
  readonly runId: string;
  readonly isFinal: boolean;
  readonly actions: readonly TreeAction[];
  readonly iterations: Iterations;
  readonly shown: string;
  readonly onShow: (name: string) => void;
  readonly onIterate: (loop: string, index: number) => void;
  /** The repetition around, as its name; absent at the top. */
  readonly inside?: string;
}

export function StepList(props: StepListProps): ReactElement {
  return (
    <ol className="steps" aria-label="Steps">
      {props.actions.map((action) => (
        <StepItem key={action.name} {...props} action={action} />
      ))}
    </ol>
  );
}

/** What is not chosen shows its first failed iteration, else the first. */
export const chosenIndex = (loop: string, strip: LoopStrip, iterations: Iterations): number => {
  const first = strip.failed.find((each) => typeof each === 'number');
  return Math.min(iterations[loop] ?? (typeof first === 'number' ? first : 0), Math.max(0, strip.count - 1));
};

function StepItem({ action, ...props }: StepListProps & { readonly action: TreeAction }): ReactElement {
  const { name, status, startTime, endTime, attempts = 1, branch, sandbox, loop, actions = [] } = action;
  const now = useNow();
  const duration = between(startTime, endTime, now);
  const word = status ?? 'Not run';
  return (
    <li>
      {branch === undefined ? null : <span className="muted">{branch === 'else' ? 'False' : `Case: ${branch}`}</span>}
      <button
        type="button"
        className={`step look-${lookOf(word)}`}
        aria-pressed={props.shown === name}
        onClick={() => props.onShow(name)}
      >
        <span className="step-name" title={name}>
          {name.replaceAll('_', ' ')}
        </span>
        <span className="step-time">
          {attempts > 1 ? `${attempts} attempts · ` : ''}
          {sandbox === undefined ? '' : 'Sandbox · '}
          {loop === undefined ? '' : `${loop.count.toLocaleString('en')} iterations · `}
          {duration === undefined || status === 'Skipped' ? '' : durationText(duration)}
        </span>
        <Status value={word} />
      </button>
      {loop === undefined ? null : <Loop {...props} action={action} loop={loop} />}
      {loop === undefined && actions.length > 0 ? <StepListInner {...props} actions={actions} /> : null}
    </li>
  );
}

function StepListInner(props: StepListProps): ReactElement {
  return (
    <ul>
      {props.actions.map((action) => (
        <StepItem key={action.name} {...props} action={action} />
      ))}
    </ul>
  );
}

type LoopProps = StepListProps & { readonly action: TreeAction; readonly loop: LoopStrip };

/** Invariant: what is shown belongs to the iteration that is named, or says that it is loading. */
function Loop({ action, loop, ...props }: LoopProps): ReactElement | null {
  const index = chosenIndex(action.name, loop, props.iterations);
  const part = repetitionPart(index);
  const repetition = props.inside === undefined ? part : `${props.inside}-${part}`;
  const { data, isPlaceholderData } = useQuery<RunTree, ArmError>({
    queryKey: ['runTree', props.runId, action.name, repetition],
    queryFn: ({ signal }) =>
      read<RunTree>(withQuery('/tocsin/v1/runTree', { id: props.runId, action: action.name, rep: repetition }), signal),
    enabled: loop.count > 0,
    placeholderData: keepPreviousData,
    refetchInterval: props.isFinal ? false : 2000,
  });
  if (loop.count === 0) return null;
  return (
    <>
      <Pager
        runId={props.runId}
        name={action.name}
        loop={loop}
        index={index}
        inside={props.inside ?? ''}
        onChoose={(next) => props.onIterate(action.name, next)}
      />
      {data === undefined || isPlaceholderData ? (
        <p className="muted" role="status">
          Loading iteration {index + 1}…
        </p>
      ) : (
        <StepListInner {...props} actions={data.actions} inside={repetition} />
      )}
    </>
  );
}
