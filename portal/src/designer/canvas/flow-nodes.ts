/**
 * A layout as React Flow's nodes.
 *
 * Invariant
 * F1. A node object is the one of before where nothing of it changed, so that only changed cards are drawn again
 *     (portal reference 6.4, rules 3 and 9).
 */
import type { Node } from '@xyflow/react';
import type { Graph, NodeInfo } from '../core/graph.ts';
import type { Box, Layout } from '../core/layout.ts';
import { operationOf, spokenName, type StepRun, titleOf } from './card-text.ts';

export interface CardData extends Record<string, unknown> {
  readonly path: string;
  readonly title: string;
  readonly operation: string;
  readonly colour: string;
  /** Accessible name. */
  readonly spoken: string;
  readonly selected: boolean;
  readonly collapsed: boolean;
  /** A branch's label; `12 actions` of a collapsed container. */
  readonly label: string;
  readonly problems: string;
  readonly status: string;
  readonly duration: string;
  readonly badge: string;
}

export type CardNode = Node<CardData>;

export interface Shown {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly selected: string | undefined;
  /** Sentences by path. */
  readonly problems: ReadonlyMap<string, string>;
  /** By path; absent where no run is shown. */
  readonly runs: ReadonlyMap<string, StepRun> | undefined;
}

/** Makes nodes, and keeps those that did not change. */
export class FlowNodes {
  #before: ReadonlyMap<string, CardNode> = new Map();

  of(shown: Shown): CardNode[] {
    const next = new Map(
      shown.layout.boxes.map((box): [string, CardNode] => {
        const id = `${box.kind} ${box.path}`;
        const made = nodeOf(id, box, shown);
        const known = this.#before.get(id);
        return [id, known !== undefined && isSame(known, made) ? known : made];
      }),
    );
    this.#before = next;
    return [...next.values()];
  }
}

function nodeOf(id: string, box: Box, shown: Shown): CardNode {
  const node = shown.graph.nodes.get(box.path);
  const data = node === undefined ? branchData(box) : cardData(box, node, shown);
  return {
    id,
    type: box.kind === 'trigger' ? 'card' : box.kind === 'frame' && box.collapsed ? 'folded' : box.kind,
    position: { x: box.x, y: box.y },
    width: box.w,
    height: box.h,
    data,
  };
}

function branchData({ path, label }: Box): CardData {
  const none = { title: '', operation: '', colour: '', spoken: '', problems: '', status: '', duration: '', badge: '' };
  return { ...none, path, label, selected: false, collapsed: false };
}

function cardData({ path, kind, label, collapsed }: Box, node: NodeInfo, shown: Shown): CardData {
  const { graph, selected, problems, runs } = shown;
  const { name, colour } = operationOf(node);
  const operation = node.asCode ? `${name} · Shown as code` : name;
  const run = runs === undefined ? undefined : (runs.get(path) ?? notRun);
  const { status, duration } = run ?? { status: '', duration: '' };
  const badge = run === undefined ? '' : badgeOf(run);
  const isFrame = kind === 'frame';
  const seen = isFrame ? [label, status, duration] : [operation, status, duration, badge];
  return {
    path,
    title: titleOf(node.name),
    operation,
    colour,
    spoken: spokenName(graph, node, seen, isFrame),
    selected: selected === path,
    collapsed,
    label,
    problems: problems.get(path) ?? '',
    status,
    duration,
    badge,
  };
}

const notRun: StepRun = { status: 'Not run', duration: '', attempts: 0, sandbox: false };

const badgeOf = ({ attempts, sandbox }: StepRun): string =>
  [attempts > 1 ? `${attempts} attempts` : '', sandbox ? 'Sandbox' : ''].filter((word) => word !== '').join(' · ');

function isSame(one: CardNode, two: CardNode): boolean {
  return (
    one.type === two.type &&
    one.position.x === two.position.x &&
    one.position.y === two.position.y &&
    one.width === two.width &&
    one.height === two.height &&
    Object.entries(one.data).every(([name, value]) => two.data[name] === value)
  );
}
