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
import {
  type KeyboardEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Graph } from '../core/graph.ts';
import { initiallyCollapsed, type Layout, LayoutMaker } from '../core/layout.ts';
import type { Place } from '../core/operations/place.ts';
import { problemText } from '../core/problem.ts';
import type { StepRun } from './card-text.ts';
import { type CardActions, CardActionsContext, nodeTypes } from './cards.tsx';
import { type CardNode, FlowNodes } from './flow-nodes.ts';
import { useKeyboard } from './keyboard.ts';
import { Lines } from './lines.tsx';
import { MiniMap } from './mini-map.tsx';
import { Tools } from './tools.tsx';

/** What an editor adds to a canvas. */
export interface CanvasEditing {
  readonly marked: ReadonlySet<string>;
  /** Sentences by path, beside those of the graph. */
  readonly findings: ReadonlyMap<string, string>;
  readonly onMark: (path: string) => void;
  readonly onMenu: (path: string, target: HTMLElement) => void;
  readonly onInsert: (place: Place, target: HTMLElement) => void;
  /** A key on a step; answers whether it meant something. */
  readonly onKey: (event: KeyboardEvent, path: string) => boolean;
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
  const [collapsed, setCollapsed] = useState(() => openTo(initiallyCollapsed(graph), graph, selected));
  const hasRun = runs !== undefined;
  const maker = useMemo(() => (hasRun ? new LayoutMaker(isRunHeight) : new LayoutMaker()), [hasRun]);
  const layout = useMemo(() => maker.layout(graph, collapsed), [maker, graph, collapsed]);
  const problems = useMemo(() => problemsByPath(graph, editing?.findings), [graph, editing?.findings]);
  const cards = useMemo(() => new FlowNodes(), []);
  const marked = editing?.marked;
  const nodes = useMemo(
    () => cards.of({ graph, layout, selected, problems, runs, marked, others }),
    [cards, graph, layout, selected, problems, runs, marked, others],
  );
  const collapse = useCallback<CardActions['onCollapse']>(
    (path, fold) => setCollapsed((now) => new Set(fold ? [...now, path] : [...now].filter((each) => each !== path))),
    [],
  );
  const actions = useActions(props, collapse);
  const onKeyDown = useKeyboard({ frame, layout, collapsed, onCollapse: collapse, onKey: editing?.onKey });
  const colourOf = useMemo(() => {
    const colours = new Map(nodes.map(({ data }) => [data.path, data.colour]));
    return (path: string): string => colours.get(path) ?? '#8a8886';
  }, [nodes]);
  useMiddleKept(frame);
  useSelectedKept(layout, selected);
  useTarget(target, graph, layout, frame, setCollapsed);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the buttons within, as they bubble up.
    <div className="flow" ref={frame} role="group" aria-label={label} onKeyDown={onKeyDown}>
      <CardActionsContext value={actions}>
        <ReactFlow<CardNode>
          nodes={nodes}
          edges={noEdges}
          nodeTypes={nodeTypes}
          onInit={(instance) => firstView(instance, layout, selected, frame.current)}
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
          <Tools isLarge={collapsed.size > 0} onExpand={() => setCollapsed(new Set())} />
        </ReactFlow>
        <MiniMap layout={layout} selected={selected} frame={frame} colourOf={colourOf} />
      </CardActionsContext>
    </div>
  );
}

const noEdges: never[] = [];

/** Constant over the life of the canvas, whatever its handlers become. */
function useActions({ onSelect, editing }: CanvasProps, onCollapse: CardActions['onCollapse']): CardActions {
  const latest = useRef({ onSelect, editing });
  useEffect(() => {
    latest.current = { onSelect, editing };
  }, [onSelect, editing]);
  return useMemo(
    () => ({
      onSelect: (path, adds) => {
        const now = latest.current;
        if (adds && now.editing !== undefined) now.editing.onMark(path);
        else now.onSelect(path);
      },
      onCollapse,
      onMenu: (path, target) => latest.current.editing?.onMenu(path, target),
      onInsert: (place, target) => latest.current.editing?.onInsert(place, target),
    }),
    [onCollapse],
  );
}

/** What is collapsed at first, but nothing around the step to be shown. */
function openTo(collapsed: ReadonlySet<string>, { nodes }: Graph, path: string | undefined): ReadonlySet<string> {
  const open = new Set(collapsed);
  for (let at = path; at !== undefined; at = nodes.get(at)?.parent) open.delete(at);
  return open;
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
    const dx = isBoth ? to.x - from.x : (layout.width - old.width) / 2;
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
  setCollapsed: (change: (now: ReadonlySet<string>) => ReadonlySet<string>) => void,
): void {
  const { setCenter, getZoom } = useReactFlow();
  const done = useRef<CanvasProps['target']>(undefined);
  useEffect(() => {
    if (target === undefined || done.current === target) return;
    const box = layout.boxes.find(({ path }) => path === target.path);
    if (box === undefined) {
      if (graph.nodes.has(target.path)) setCollapsed((now) => openTo(now, graph, target.path));
      return;
    }
    done.current = target;
    void setCenter(box.x + box.w / 2, box.y + Math.min(box.h / 2, 120), { zoom: Math.max(0.7, getZoom()) });
    const focus = (): void =>
      frame.current
        ?.querySelector<HTMLElement>(`[data-path="${CSS.escape(target.path)}"]`)
        ?.focus({ preventScroll: true });
    requestAnimationFrame(() => requestAnimationFrame(focus));
  }, [target, graph, layout, frame, setCenter, getZoom, setCollapsed]);
}
