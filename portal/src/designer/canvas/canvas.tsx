/**
 * A graph on a canvas to pan and zoom, to edit, or with a run over it.
 *
 * Owns: the first view, the keyboard that moves and zooms, what is collapsed on the screen. Does not own: the panel beside it,
 * what keys and menus of an editor do.
 *
 * Invariants
 * V1. Only what is in view is in the document; sizes are given, nothing is measured (portal reference 6.4, rule 4).
 * V2. What a keyboard moves to is brought into view first.
 * V3. When the picture changes, the selected step stays where it was on the screen (5.3, rule 7).
 *
 * Source: portal reference 5.3 rule 8, 5.9, 6.4.
 */
import '@xyflow/react/dist/base.css';
import './canvas.css';
import { ReactFlow, type ReactFlowInstance, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type KeyboardEvent, type ReactElement, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Graph } from '../core/graph.ts';
import { type Layout, LayoutMaker } from '../core/layout.ts';
import type { Place } from '../core/operations/place.ts';
import { problemText } from '../core/problem.ts';
import type { StepRun } from './card-text.ts';
import { type CardActions, CardActionsContext, nodeTypes } from './cards.tsx';
import { Dragged, useDrag } from './drag.tsx';
import { type CardNode, FlowNodes } from './flow-nodes.ts';
import { type Folds, useFolds } from './folds.ts';
import { useKeyboard } from './keyboard.ts';
import { Lines } from './lines.tsx';
import { MarqueeBox, useMarquee } from './marquee.tsx';
import { MiniMap } from './mini-map.tsx';
import { Tools } from './tools.tsx';

/** What an editor adds to a canvas. */
export interface CanvasEditing {
  readonly marked: ReadonlySet<string>;
  /** Sentences by path, beside those of the graph. */
  readonly findings: ReadonlyMap<string, string>;
  readonly onMark: (path: string) => void;
  readonly onMarkAll: (paths: readonly string[]) => void;
  readonly onMenu: (path: string, target: HTMLElement, collapsed: boolean) => void;
  readonly onInsert: (place: Place, target: HTMLElement) => void;
  readonly onAddCase: (path: string) => void;
  /** Steps were dragged to a place. */
  readonly onDrop: (paths: readonly string[], place: Place) => void;
  /** A key on a step; answers whether it meant something. */
  readonly onKey: (event: KeyboardEvent, path: string, collapsed: boolean) => boolean;
}

export interface CanvasProps {
  readonly graph: Graph;
  readonly label: string;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
  /** By path; given for a run. */
  readonly runs?: ReadonlyMap<string, StepRun>;
  /** Those of a second run, for comparison. */
  readonly others?: ReadonlyMap<string, StepRun>;
  readonly editing?: CanvasEditing;
  /** A step to be brought into view and focused; a new object each time. */
  readonly target?: { readonly path: string };
  /** A container to be folded, or opened where it is folded; a new object each time. */
  readonly folding?: { readonly path: string };
  /** Of the workflow, by which this browser remembers what is folded. */
  readonly folds?: string;
}

export function Canvas(props: CanvasProps): ReactElement {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

const isRunHeight = 56;

function Flow(props: CanvasProps): ReactElement {
  const { graph, label, selected, runs, others, editing, target } = props;
  const frame = useRef<HTMLDivElement>(null);
  const folds = useFolds(graph, selected, props.folds ?? '');
  const { collapsed, fold } = folds;
  const hasRun = runs !== undefined;
  const isEditor = editing !== undefined;
  const maker = useMemo(
    () => (hasRun ? new LayoutMaker(isRunHeight) : new LayoutMaker(44, isEditor)),
    [hasRun, isEditor],
  );
  const layout = useMemo(() => maker.layout(graph, collapsed), [maker, graph, collapsed]);
  const problems = useMemo(() => problemsByPath(graph, editing?.findings), [graph, editing?.findings]);
  const cards = useMemo(() => new FlowNodes(), []);
  const marked = editing?.marked;
  const nodes = useMemo(
    () => cards.of({ graph, layout, selected, problems, runs, marked, others }),
    [cards, graph, layout, selected, problems, runs, marked, others],
  );
  const { drag, onGrab } = useDrag({ graph, layout, frame, marked, onDrop: editing?.onDrop });
  const marquee = useMarquee(frame, layout, editing?.onMarkAll);
  const actions = useActions(props, fold, onGrab);
  const onKeyDown = useKeyboard({ frame, layout, collapsed, onCollapse: fold, onKey: editing?.onKey });
  useFolding(props.folding, folds);
  const colourOf = useMemo(() => {
    const colours = new Map(nodes.map(({ data }) => [data.path, data.colour]));
    return (path: string): string => colours.get(path) ?? '#8a8886';
  }, [nodes]);
  useMiddleKept(frame);
  useSelectedKept(layout, selected);
  useTarget(target, graph, layout, frame, folds.openTo);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the buttons within, as they bubble up.
    <div
      className={drag === undefined ? 'flow' : 'flow dragging'}
      ref={frame}
      role="group"
      aria-label={label}
      onKeyDown={onKeyDown}
      onMouseDownCapture={marquee.onMouseDown}
    >
      {folds.isLarge ? <LargeBar onExpand={folds.openAll} /> : null}
      <CardActionsContext value={actions}>
        <ReactFlow<CardNode>
          nodes={nodes}
          edges={noEdges}
          nodeTypes={nodeTypes}
          onInit={(instance) => firstView(instance, layout, selected, frame.current)}
          onMoveStart={() => frame.current?.classList.add('moving')}
          onMoveEnd={() => frame.current?.classList.remove('moving')}
          onlyRenderVisibleElements
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          elevateNodesOnSelect={false}
          panOnScroll
          minZoom={0.01}
          maxZoom={2}
          zoomOnDoubleClick={false}
          // The library would take Space from every editor of code on the page.
          panActivationKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          deleteKeyCode={null}
        >
          <Lines layout={layout} />
          <Dragged drag={drag} />
          <Tools isFolded={collapsed.size > 0 && !folds.isLarge} onExpand={folds.openAll} />
        </ReactFlow>
        <MiniMap layout={layout} selected={selected} frame={frame} colourOf={colourOf} />
        <MarqueeBox rectangle={marquee.rectangle} />
      </CardActionsContext>
    </div>
  );
}

const noEdges: never[] = [];

/** Constant over the life of the canvas, whatever its handlers become. */
function useActions(
  { onSelect, editing }: CanvasProps,
  onCollapse: CardActions['onCollapse'],
  onGrab: CardActions['onGrab'],
): CardActions {
  const latest = useRef({ onSelect, editing, onGrab });
  useEffect(() => {
    latest.current = { onSelect, editing, onGrab };
  }, [onSelect, editing, onGrab]);
  return useMemo(
    () => ({
      onSelect: (path, adds) => {
        const now = latest.current;
        if (adds && now.editing !== undefined) now.editing.onMark(path);
        else now.onSelect(path);
      },
      onCollapse,
      onMenu: (path, target, collapsed) => latest.current.editing?.onMenu(path, target, collapsed),
      onInsert: (place, target) => latest.current.editing?.onInsert(place, target),
      onAddCase: (path) => latest.current.editing?.onAddCase(path),
      onGrab: (path, event) => latest.current.onGrab(path, event),
    }),
    [onCollapse],
  );
}

function LargeBar({ onExpand }: { readonly onExpand: () => void }): ReactElement {
  return (
    <div className="flow-large" role="status">
      Large workflow: inner levels are collapsed.{' '}
      <button type="button" className="link" onClick={onExpand}>
        Expand all
      </button>
    </div>
  );
}

/** Folds or opens what a menu asks for. */
function useFolding(folding: CanvasProps['folding'], { collapsed, fold }: Folds): void {
  const done = useRef(folding);
  useEffect(() => {
    if (folding === undefined || done.current === folding) return;
    done.current = folding;
    fold(folding.path, !collapsed.has(folding.path));
  }, [folding, collapsed, fold]);
}

function problemsByPath(
  { problems }: Graph,
  findings: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>(findings);
  for (const problem of problems) {
    if (problem.path === undefined) continue;
    const known = found.get(problem.path);
    const text = problemText(problem);
    found.set(problem.path, known === undefined ? text : `${known} ${text}`);
  }
  return found;
}

/** The whole width where that can be read; else the top centre, or the step that is shown, at 0.8. */
function firstView(
  instance: ReactFlowInstance<CardNode>,
  { boxes, width, height }: Layout,
  selected: string | undefined,
  frame: HTMLDivElement | null,
): void {
  const room = frame?.clientWidth ?? width;
  const fitting = Math.min(1, (room - 32) / width);
  const zoom = fitting >= 0.6 ? fitting : 0.8;
  const box = boxes.find(({ path }) => path === selected);
  const isBelow = box !== undefined && (fitting < 0.6 || box.y * zoom > (frame?.clientHeight ?? height) - 80);
  if (isBelow) void instance.setCenter(box.x + box.w / 2, box.y + Math.min(box.h / 2, 120), { zoom });
  else void instance.setViewport({ x: (room - width * zoom) / 2, y: 16, zoom });
}

/** When a panel opens or closes beside it, the middle of the picture stays in the middle. */
function useMiddleKept(frame: { readonly current: HTMLDivElement | null }): void {
  const { getViewport, setViewport } = useReactFlow();
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      const by = element.clientWidth - width;
      width += by;
      const { x, y, zoom } = getViewport();
      if (by !== 0) void setViewport({ x: x + by / 2, y, zoom });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame, getViewport, setViewport]);
}

/** V3; without a selected step the middle of the top. */
function useSelectedKept(layout: Layout, selected: string | undefined): void {
  const { getViewport, setViewport } = useReactFlow();
  const before = useRef(layout);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = layout;
    if (old === layout) return;
    const find = ({ boxes }: Layout) => boxes.find(({ path }) => path === selected);
    const from = find(old);
    const to = find(layout);
    const isBoth = from !== undefined && to !== undefined;
    // By their middles: a frame that is folded becomes a card under its own middle.
    const dx = isBoth ? to.x + to.w / 2 - (from.x + from.w / 2) : (layout.width - old.width) / 2;
    const dy = isBoth ? to.y - from.y : 0;
    const { x, y, zoom } = getViewport();
    if (dx !== 0 || dy !== 0) void setViewport({ x: x - dx * zoom, y: y - dy * zoom, zoom });
  }, [layout, selected, getViewport, setViewport]);
}

/** Opens what is around a step, brings it into view and focuses it. */
function useTarget(
  target: CanvasProps['target'],
  graph: Graph,
  layout: Layout,
  frame: { readonly current: HTMLDivElement | null },
  openTo: (path: string) => void,
): void {
  const { setViewport, getZoom } = useReactFlow();
  const done = useRef<CanvasProps['target']>(undefined);
  useEffect(() => {
    if (target === undefined || done.current === target) return;
    const box = layout.boxes.find(({ path }) => path === target.path);
    if (box === undefined) {
      if (graph.nodes.has(target.path)) openTo(target.path);
      return;
    }
    done.current = target;
    const centre = (): void => {
      const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
      const zoom = Math.max(0.7, getZoom());
      const x = clientWidth / 2 - (box.x + box.w / 2) * zoom;
      const y = clientHeight / 2 - (box.y + Math.min(box.h / 2, 120)) * zoom;
      void setViewport({ x, y, zoom });
    };
    const focus = (): boolean => {
      const card = frame.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(target.path)}"]`);
      card?.focus({ preventScroll: true });
      return card !== undefined && card !== null;
    };
    const twoFramesOn = (then: () => void): void =>
      void requestAnimationFrame(() => requestAnimationFrame(() => then()));
    centre();
    twoFramesOn(() => {
      const isThere = focus();
      // A panel that opened with it has taken its room by now, and the picture has been moved for that (`useMiddleKept`).
      centre();
      if (!isThere) twoFramesOn(() => void focus());
    });
  }, [target, graph, layout, frame, setViewport, getZoom, openTo]);
}
