/**
 * A graph on a canvas to pan and zoom, with or without a run over it.
 *
 * Owns: the first view, the keyboard, what is collapsed on the screen. Does not own: the panel beside it.
 *
 * Invariants
 * V1. Only what is in view is in the document; sizes are given, nothing is measured (portal reference 6.4, rule 4).
 * V2. What a keyboard moves to is brought into view first.
 *
 * Source: portal reference 5.3 rule 8, 5.9, 6.4.
 */
import '@xyflow/react/dist/base.css';
import './canvas.css';
import { Button } from '@fluentui/react-components';
import { AddRegular, SubtractRegular, ZoomFitRegular } from '@fluentui/react-icons';
import { Panel, ReactFlow, type ReactFlowInstance, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { Graph } from '../core/graph.ts';
import { initiallyCollapsed, type Layout, LayoutMaker } from '../core/layout.ts';
import { problemText } from '../core/problem.ts';
import type { StepRun } from './card-text.ts';
import { type CardActions, CardActionsContext, nodeTypes } from './cards.tsx';
import { type CardNode, FlowNodes } from './flow-nodes.ts';
import { Lines } from './lines.tsx';

export interface CanvasProps {
  readonly graph: Graph;
  readonly label: string;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
  /** By path; given for a run. */
  readonly runs?: ReadonlyMap<string, StepRun>;
}

export function Canvas(props: CanvasProps): ReactElement {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

const isRunHeight = 56;

function Flow({ graph, label, selected, onSelect, runs }: CanvasProps): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [collapsed, setCollapsed] = useState(() => openTo(initiallyCollapsed(graph), graph, selected));
  const hasRun = runs !== undefined;
  const maker = useMemo(() => (hasRun ? new LayoutMaker(isRunHeight) : new LayoutMaker()), [hasRun]);
  const layout = useMemo(() => maker.layout(graph, collapsed), [maker, graph, collapsed]);
  const problems = useMemo(() => problemsByPath(graph), [graph]);
  const cards = useMemo(() => new FlowNodes(), []);
  const nodes = useMemo(
    () => cards.of({ graph, layout, selected, problems, runs }),
    [cards, graph, layout, selected, problems, runs],
  );
  const latest = useRef(onSelect);
  useEffect(() => {
    latest.current = onSelect;
  }, [onSelect]);
  const actions = useMemo((): CardActions => {
    const onCollapse: CardActions['onCollapse'] = (path, fold) =>
      setCollapsed((now) => new Set(fold ? [...now, path] : [...now].filter((each) => each !== path)));
    return { onSelect: (path) => latest.current(path), onCollapse };
  }, []);
  const onKeyDown = useKeyboard(frame, layout);
  useMiddleKept(frame);
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
          deleteKeyCode={null}
        >
          <Lines layout={layout} />
          <Tools isLarge={collapsed.size > 0} onExpand={() => setCollapsed(new Set())} />
        </ReactFlow>
      </CardActionsContext>
    </div>
  );
}

const noEdges: never[] = [];

function Tools({ isLarge, onExpand }: { readonly isLarge: boolean; readonly onExpand: () => void }): ReactElement {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Panel position="bottom-left" className="flow-tools">
      <Button size="small" icon={<AddRegular />} aria-label="Zoom in" title="Zoom in" onClick={() => void zoomIn()} />
      <Button
        size="small"
        icon={<SubtractRegular />}
        aria-label="Zoom out"
        title="Zoom out"
        onClick={() => void zoomOut()}
      />
      <Button
        size="small"
        icon={<ZoomFitRegular />}
        aria-label="Fit to screen"
        title="Fit to screen"
        onClick={() => void fitView({ padding: 0.05 })}
      />
      {isLarge ? (
        <Button size="small" onClick={onExpand}>
          Expand all
        </Button>
      ) : null}
    </Panel>
  );
}

/** What is collapsed at first, but nothing around the step to be shown. */
function openTo(collapsed: ReadonlySet<string>, { nodes }: Graph, path: string | undefined): ReadonlySet<string> {
  const open = new Set(collapsed);
  for (let at = path; at !== undefined; at = nodes.get(at)?.parent) open.delete(at);
  return open;
}

function problemsByPath({ problems }: Graph): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
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

/** Arrows move from card to card in order of running; Home and End to the first and the last. */
function useKeyboard(
  frame: { readonly current: HTMLDivElement | null },
  layout: Layout,
): (event: KeyboardEvent<HTMLDivElement>) => void {
  const { setCenter, getZoom } = useReactFlow();
  return (event) => {
    const from = (event.target as HTMLElement).dataset['path'];
    if (from === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const steps = layout.boxes.filter(({ kind }) => kind !== 'branch' && kind !== 'empty');
    const next = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -steps.length, End: steps.length };
    const by = next[event.key as keyof typeof next];
    if (by === undefined) return;
    event.preventDefault();
    const at = steps.findIndex(({ path }) => path === from) + by;
    const to = steps[Math.max(0, Math.min(steps.length - 1, at))];
    if (to === undefined) return;
    const find = (): HTMLElement | null =>
      frame.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(to.path)}"]`) ?? null;
    void setCenter(to.x + to.w / 2, to.y + Math.min(to.h / 2, 120), { zoom: getZoom() });
    requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: true })));
  };
}
