/**
 * From iteration to iteration of a loop.
 *
 * Invariants
 * PG1. The next failed iteration is found however many there are: where the list that came with the run ends, the server is asked for
 *      those around the shown one (portal reference 7.2).
 */
import { Button, SpinButton } from '@fluentui/react-components';
import {
  ChevronLeftRegular,
  ChevronRightRegular,
  ListRegular,
  NextRegular,
  PreviousRegular,
} from '@fluentui/react-icons';
import { type MouseEvent, type ReactElement, useState } from 'react';
import { withQuery } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { notifyFailure } from '../../data/notifications.ts';
import type { LoopStrip, RunTree } from '../../data/workflows.ts';
import { indexOf, nextFailed, stripLooks } from '../../model/run-steps.ts';
import { findAction } from './find-action.ts';
import { IterationsPane } from './iterations-pane.tsx';

export interface PagerProps {
  readonly runId: string;
  readonly name: string;
  readonly loop: LoopStrip;
  readonly index: number;
  /** The iteration of the loops around, as its name; empty at the top. */
  readonly inside: string;
  readonly onChoose: (index: number) => void;
}

export function Pager({ runId, name, loop, index, inside, onChoose }: PagerProps): ReactElement {
  const [listing, setListing] = useState(false);
  const last = loop.count - 1;
  const known = loop.failed.map(indexOf);
  const isWhole = known.length >= loop.failedCount;
  const step = (label: string, icon: ReactElement, to: number | undefined, text?: string): ReactElement => (
    <Button
      size="small"
      aria-label={label}
      icon={icon}
      disabledFocusable={to === undefined || to < 0 || to > last || to === index}
      onClick={() => (to === undefined ? undefined : onChoose(to))}
    >
      {text}
    </Button>
  );
  const failed = (side: 1 | -1): number | undefined => {
    const near = nextFailed(loop.failed, index, side);
    // A cut list knows all up to its last one only.
    const covers = isWhole || (side === 1 ? near !== undefined : index <= (known.at(-1) ?? 0));
    return covers ? near : undefined;
  };
  const ask = async (side: 1 | -1): Promise<void> => {
    try {
      const query = { id: runId, action: name, around: String(index), ...(inside === '' ? {} : { inside }) };
      const tree = await read<RunTree>(withQuery('/tocsin/v1/runTree', query));
      const found = nextFailed(findAction(tree.actions, name)?.loop?.failed ?? [], index, side);
      if (found !== undefined) onChoose(found);
    } catch (error) {
      notifyFailure('The failed iterations could not be read', error);
    }
  };
  const failedStep = (label: string, icon: ReactElement, side: 1 | -1, text: string): ReactElement =>
    isWhole || failed(side) !== undefined ? (
      step(label, icon, failed(side), text)
    ) : (
      <Button size="small" aria-label={label} icon={icon} onClick={() => void ask(side)}>
        {text}
      </Button>
    );
  return (
    <div role="group" aria-label={`Iterations of ${name.replaceAll('_', ' ')}`}>
      <div className="pager">
        {step('First iteration', <PreviousRegular />, 0)}
        {step('Previous iteration', <ChevronLeftRegular />, index - 1)}
        <SpinButton
          aria-label="Iteration"
          size="small"
          min={1}
          max={loop.count}
          value={index + 1}
          onChange={(_, { value, displayValue }) => {
            const wanted = value ?? Number(displayValue);
            if (Number.isInteger(wanted) && wanted >= 1 && wanted <= loop.count) onChoose(wanted - 1);
          }}
        />
        <span className="muted">of {loop.count.toLocaleString('en')}</span>
        {step('Next iteration', <ChevronRightRegular />, index + 1)}
        {step('Last iteration', <NextRegular />, last)}
        {loop.failedCount === 0 ? null : (
          <>
            {failedStep('Previous failed iteration', <ChevronLeftRegular />, -1, 'Failed')}
            {failedStep(
              `Next failed iteration (${loop.failedCount})`,
              <ChevronRightRegular />,
              1,
              `Failed (${loop.failedCount.toLocaleString('en')})`,
            )}
          </>
        )}
        <Button
          size="small"
          icon={<ListRegular />}
          aria-label="Show all iterations"
          title="Show all iterations"
          onClick={() => setListing(true)}
        />
      </div>
      <Strip loop={loop} index={index} onChoose={onChoose} />
      {listing ? (
        <IterationsPane
          runId={runId}
          loop={name}
          count={loop.count}
          inside={inside}
          onChoose={(to) => {
            onChoose(to);
            setListing(false);
          }}
          onClose={() => setListing(false)}
        />
      ) : null}
    </div>
  );
}

/** The statuses of all iterations in one line; a press goes there. The spin button is its keyboard way. */
function Strip({ loop, index, onChoose }: Pick<PagerProps, 'loop' | 'index' | 'onChoose'>): ReactElement {
  const toPlace = ({ clientX, currentTarget }: MouseEvent<HTMLElement>): void => {
    const { left, width } = currentTarget.getBoundingClientRect();
    onChoose(Math.max(0, Math.min(loop.count - 1, Math.floor(((clientX - left) / width) * loop.count))));
  };
  return (
    <div className="strip" aria-hidden="true" onClick={toPlace}>
      {stripLooks(loop.buckets).map((look, place) => (
        <span key={place} className={`look-${look}`} />
      ))}
      <span className="strip-here" style={{ left: `${((index + 0.5) / loop.count) * 100}%` }} />
    </div>
  );
}
