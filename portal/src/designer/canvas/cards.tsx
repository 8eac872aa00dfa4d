/**
 * The cards, frames and branches of the canvas.
 *
 * Invariant
 * K1. Below a zoom of 0.45 a card is a coloured rectangle with nothing in it but its name for screen readers
 *     (portal reference 6.4, rule 5).
 * K2. A press on a button is that button's alone (`nopan`): as the beginning of a pan, a pointer that moves by one pixel before it is
 *     released would swallow the click.
 */
import {
  AddRegular,
  ArrowClockwiseRegular,
  BeakerRegular,
  BranchRegular,
  ChevronDownRegular,
  ChevronRightRegular,
  CommentRegular,
  ErrorCircleFilled,
  LockClosedRegular,
  MoreHorizontalRegular,
} from '@fluentui/react-icons';
import { type NodeProps, type ReactFlowState, useStore } from '@xyflow/react';
import { createContext, memo, type PointerEvent, type ReactElement, useContext } from 'react';
import { Status } from '../../design/status.tsx';
import { lookOf } from '../../model/status.ts';
import type { Place } from '../core/operations/place.ts';
import type { CardNode } from './flow-nodes.ts';

export interface CardActions {
  readonly onSelect: (path: string, adds: boolean) => void;
  readonly onCollapse: (path: string, collapsed: boolean) => void;
  /** In an editor: the menu of a step, and that of a place between steps. */
  readonly onMenu: (path: string, target: HTMLElement, collapsed: boolean) => void;
  readonly onInsert: (place: Place, target: HTMLElement) => void;
  readonly onAddCase: (path: string) => void;
  /** A press that may become a drag. */
  readonly onGrab: (path: string, event: PointerEvent<HTMLElement>) => void;
}

/** Constant over the life of a canvas, so that it draws no card again. */
export const CardActionsContext = createContext<CardActions>({
  onSelect: () => {},
  onCollapse: () => {},
  onMenu: () => {},
  onInsert: () => {},
  onAddCase: () => {},
  onGrab: () => {},
});

const isFar = ({ transform }: ReactFlowState): boolean => transform[2] < 0.45;

type Props = NodeProps<CardNode>;

const Card = memo(function Card({ data }: Props): ReactElement {
  const { onSelect, onMenu, onGrab } = useContext(CardActionsContext);
  const far = useStore(isFar);
  const { path, title, operation, colour, spoken, selected, problems, status, editable } = data;
  const card = (
    <button
      type="button"
      className={`nopan flow-card${selected ? ' chosen' : ''}${status === '' ? '' : ` look-${lookOf(status)}`}`}
      style={far ? { borderLeftColor: colour, background: colour } : { borderLeftColor: colour }}
      aria-label={problems === '' ? spoken : `${spoken}. ${problems}`}
      aria-pressed={selected}
      data-path={path}
      title={problems === '' ? title : problems}
      onPointerDown={(event) => (editable ? onGrab(path, event) : undefined)}
      onClick={(event) => onSelect(path, event.shiftKey)}
      onContextMenu={(event) => {
        if (!editable) return;
        event.preventDefault();
        onMenu(path, event.currentTarget, false);
      }}
    >
      {far ? null : (
        <>
          <CardIcon data={data} />
          <span className="flow-title">{title}</span> <span className="flow-operation">{operation}</span>{' '}
          {problems === '' ? null : <ErrorCircleFilled className="flow-problem look-high" aria-hidden="true" />}
          <Marks marks={data.marks} />
          <StatusLine data={data} />
          <Span data={data} />
        </>
      )}
    </button>
  );
  return editable && !far ? (
    <>
      {card}
      <MoreButton data={data} />
    </>
  ) : (
    card
  );
});

/** The connector's colour with its letter. */
function CardIcon({ data: { colour, operation } }: Pick<Props, 'data'>): ReactElement {
  return (
    <span
      className="flow-icon"
      style={{ background: colour }}
      data-letter={operation.charAt(0).toUpperCase()}
      aria-hidden="true"
    />
  );
}

const markIcons: Readonly<Record<string, ReactElement>> = {
  'Static result': <BeakerRegular />,
  'Secure data': <LockClosedRegular />,
  'Run after': <BranchRegular />,
  'Retry policy': <ArrowClockwiseRegular />,
  Description: <CommentRegular />,
};

/** What is set on a step, as small icons whose words are in the card's name. */
function Marks({ marks }: { readonly marks: string }): ReactElement | null {
  if (marks === '') return null;
  return (
    <span className="flow-marks" aria-hidden="true">
      {marks.split(', ').map((mark) => (
        <span key={mark} title={mark}>
          {markIcons[mark]}
        </span>
      ))}
    </span>
  );
}

function MoreButton({ data: { path, title, collapsed } }: Pick<Props, 'data'>): ReactElement {
  const { onMenu } = useContext(CardActionsContext);
  return (
    <button
      type="button"
      className="nopan flow-more"
      tabIndex={-1}
      aria-label={`More actions for ${title}`}
      aria-haspopup="menu"
      onClick={(event) => onMenu(path, event.currentTarget, collapsed)}
    >
      <MoreHorizontalRegular />
    </button>
  );
}

/** A place between steps. */
const Insert = memo(function Insert({ data }: Props): ReactElement | null {
  const { onInsert } = useContext(CardActionsContext);
  const far = useStore(isFar);
  const { insert, spoken } = data;
  if (insert === undefined || far) return null;
  return (
    <button
      type="button"
      className="nopan flow-insert"
      aria-label={spoken}
      title={spoken}
      aria-haspopup="menu"
      onClick={(event) => onInsert(insert.place, event.currentTarget)}
    >
      <AddRegular />
    </button>
  );
});

/** How much of the run's time it took, and which. */
function Span({ data: { spanLeft, spanWidth } }: Pick<Props, 'data'>): ReactElement | null {
  if (spanWidth === 0) return null;
  return (
    <span
      className="flow-span"
      style={{ left: `${spanLeft}%`, width: `${spanWidth}%` }}
      title={`Began after ${spanLeft} % of the run, took ${spanWidth} %`}
      aria-hidden="true"
    />
  );
}

function StatusLine({ data: { status, duration, badge, other } }: Pick<Props, 'data'>): ReactElement | null {
  if (status === '') return null;
  return (
    <span className="flow-status">
      <Status value={status} />{' '}
      <span className="muted">{[duration, badge].filter((word) => word !== '').join(' · ')}</span>
      {other === '' ? null : <span className="flow-other"> was {other}</span>}
    </span>
  );
}

const Frame = memo(function Frame({ data }: Props): ReactElement {
  return (
    <div className={`flow-frame${data.selected ? ' chosen' : ''}`} style={{ borderTopColor: data.colour }}>
      <FrameHeader data={data} />
    </div>
  );
});

const Folded = memo(function Folded({ data }: Props): ReactElement {
  return (
    <div className={`flow-folded${data.selected ? ' chosen' : ''}`} style={{ borderLeftColor: data.colour }}>
      <FrameHeader data={data} />
    </div>
  );
});

function FrameHeader({ data }: Pick<Props, 'data'>): ReactElement {
  const { onSelect, onCollapse, onMenu, onGrab } = useContext(CardActionsContext);
  const far = useStore(isFar);
  const { path, title, spoken, selected, collapsed, label, problems, status, duration, editable } = data;
  return (
    <div className="flow-header">
      <button
        type="button"
        className="nopan flow-header-title"
        aria-label={problems === '' ? spoken : `${spoken}. ${problems}`}
        aria-pressed={selected}
        data-path={path}
        title={problems === '' ? title : problems}
        onPointerDown={(event) => (editable ? onGrab(path, event) : undefined)}
        onClick={(event) => onSelect(path, event.shiftKey)}
        onContextMenu={(event) => {
          if (!editable) return;
          event.preventDefault();
          onMenu(path, event.currentTarget, collapsed);
        }}
      >
        {far ? null : (
          <>
            <span className="flow-title">{title}</span> {label === '' ? null : <span className="muted">{label} </span>}
            {status === '' ? null : <Status value={status} text={duration === '' ? status : `${status} ${duration}`} />}
          </>
        )}
      </button>
      {editable && !far ? <MoreButton data={data} /> : null}
      <button
        type="button"
        className="nopan flow-fold"
        aria-label={`${collapsed ? 'Expand' : 'Collapse'} ${title}`}
        aria-expanded={!collapsed}
        onClick={() => onCollapse(path, !collapsed)}
      >
        {collapsed ? <ChevronRightRegular /> : <ChevronDownRegular />}
      </button>
    </div>
  );
}

const Branch = memo(function Branch({ data }: Props): ReactElement {
  const far = useStore(isFar);
  return <div className="flow-branch">{far ? null : <span title={data.label}>{data.label}</span>}</div>;
});

const Empty = memo(function Empty({ data }: Props): ReactElement {
  const { onInsert } = useContext(CardActionsContext);
  const far = useStore(isFar);
  const { editable, path, label } = data;
  if (!editable || far) return <div className="flow-empty">{far ? null : 'No actions'}</div>;
  return (
    <button
      type="button"
      className="nopan flow-empty"
      aria-label={`Insert a new step in ${label}`}
      aria-haspopup="menu"
      onClick={(event) => onInsert({ kind: 'start', body: path }, event.currentTarget)}
    >
      <AddRegular /> <span data-text="Add an action" />
    </button>
  );
});

/** The place for one more case. */
const AddCase = memo(function AddCase({ data: { path, spoken } }: Props): ReactElement | null {
  const { onAddCase } = useContext(CardActionsContext);
  const far = useStore(isFar);
  if (far) return null;
  return (
    <button type="button" className="nopan flow-empty" aria-label={spoken} onClick={() => onAddCase(path)}>
      <AddRegular /> Add case
    </button>
  );
});

/** Constant, as React Flow asks for. */
export const nodeTypes = {
  card: Card,
  frame: Frame,
  folded: Folded,
  branch: Branch,
  empty: Empty,
  insert: Insert,
  addCase: AddCase,
};
