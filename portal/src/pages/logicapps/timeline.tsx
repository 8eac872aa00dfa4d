/** A run over time: one bar for each step that ran, on one axis; of a loop the statuses of its iterations, waits hatched. Source: portal reference 7.1. */
import type { ReactElement } from 'react';
import type { RunTree, TreeAction } from '../../data/workflows.ts';
import { Status } from '../../design/status.tsx';
import { useNow } from '../../design/time.tsx';
import { type TimelineRow, timelineRows } from '../../model/run-timeline.ts';
import { stripLooks } from '../../model/run-steps.ts';
import { lookOf } from '../../model/status.ts';
import { durationText } from '../../model/times.ts';

export interface TimelineProps {
  readonly tree: RunTree;
  readonly isFinal: boolean;
  readonly shown: string;
  readonly onShow: (name: string) => void;
}

export function Timeline({ tree, isFinal, shown, onShow }: TimelineProps): ReactElement {
  const now = useNow();
  const start = Date.parse(tree.startTime);
  const end = tree.endTime === undefined ? now : Date.parse(tree.endTime);
  const rows = timelineRows(tree.actions, { start, end: Math.max(end, start + 1) });
  const marks = [0, 0.25, 0.5, 0.75, 1];
  if (rows.length === 0) return <p>No step has run {isFinal ? '' : 'yet'}.</p>;
  return (
    <div className="timeline">
      <div className="timeline-axis" aria-hidden="true">
        {marks.map((part) => (
          <span key={part} style={{ left: `${part * 100}%` }}>
            {durationText((end - start) * part)}
          </span>
        ))}
      </div>
      <ol aria-label="Timeline">
        {rows.map((row) => (
          <li key={row.name}>
            <Row row={row} isShown={shown === row.name} onShow={onShow} />
          </li>
        ))}
      </ol>
    </div>
  );
}

interface RowProps {
  readonly row: TimelineRow<TreeAction>;
  readonly isShown: boolean;
  readonly onShow: (name: string) => void;
}

/** Time that passes without work: a delay, an answer that somebody else gives. */
const isWaiting = ({ type, status }: TreeAction): boolean =>
  status === 'Waiting' || /^(?:wait|httpwebhook|apiconnectionwebhook)$/i.test(type);

function Row({ row, isShown, onShow }: RowProps): ReactElement {
  const { name, step, depth, left, width, milliseconds } = row;
  const { status = '', attempts = 1, loop } = step;
  const more = [
    attempts > 1 ? `${attempts} attempts` : '',
    loop === undefined ? '' : `${loop.count.toLocaleString('en')} iterations`,
  ].filter((word) => word !== '');
  return (
    <button type="button" className="timeline-row" aria-pressed={isShown} onClick={() => onShow(name)}>
      <span className="timeline-name" style={{ paddingLeft: depth * 12 }} title={name}>
        {name.replaceAll('_', ' ')}
      </span>{' '}
      <span className="timeline-words">
        <Status value={status} /> <span className="muted">{[durationText(milliseconds), ...more].join(' · ')}</span>
      </span>{' '}
      <span className="timeline-track" aria-hidden="true">
        <span
          className={`timeline-bar look-${lookOf(status)}${isWaiting(step) ? ' waits' : ''}`}
          style={{ left: `${left}%`, width: `${width}%` }}
        >
          {loop === undefined
            ? null
            : stripLooks(loop.buckets).map((look, place) => <span key={place} className={`look-${look}`} />)}
        </span>
      </span>
    </button>
  );
}
