/**
 * A layout as React Flow's nodes.
 *
 * Invariant
 * F1. A node object is the one of before where nothing of it changed, so that only changed cards are drawn again
 *     (portal reference 6.4, rules 3 and 9).
 */
import type { Node } from '@xyflow/react';
import type { Graph, NodeInfo } from '../core/graph.ts';
import { bodiesOf } from '../core/operations/place.ts';
import { type InsertPoint, insertPoints } from '../core/insert-points.ts';
import type { Box, Layout } from '../core/layout.ts';
import { operationOf, marksOf, spokenName, type StepRun, titleOf, whatOf } from './card-text.ts';

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
  /** Of what is put in here; in an editor only. */
  readonly insert: InsertPoint | undefined;
  /** An editor: cards have menus. */
  readonly editable: boolean;
  /** Words of what is set on it: *Static result*, *Secure data*. */
  readonly marks: string;
  /** Of a second run that this one is compared with. */
  readonly other: string;
  /** Where it stands in its run's time, in percent; both 0 where it did not run. */
  readonly spanLeft: number;
  readonly spanWidth: number;
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
  /** Further marked steps; given in an editor. */
  readonly marked: ReadonlySet<string> | undefined;
  /** A second run, for comparison. */
  readonly others: ReadonlyMap<string, StepRun> | undefined;
}

/** Makes nodes, and keeps those that did not change. */
export class FlowNodes {
  #before: ReadonlyMap<string, CardNode> = new Map();

  of(shown: Shown): CardNode[] {
    const points = shown.marked === undefined ? [] : insertPoints(shown.graph, shown.layout);
    const made = [
      ...shown.layout.boxes.map((box) => nodeOf(`${box.kind} ${box.path}`, box, shown)),
      ...points.map((point) => insertNode(shown.graph, point)),
    ];
    const next = new Map(
      made.map((node): [string, CardNode] => {
        const known = this.#before.get(node.id);
        return [node.id, known !== undefined && isSame(known, node) ? known : node];
      }),
    );
    this.#before = next;
    return [...next.values()];
  }
}

function nodeOf(id: string, box: Box, shown: Shown): CardNode {
  const node = shown.graph.nodes.get(box.path);
  const data = node === undefined ? branchData(box, shown) : cardData(box, node, shown);
  return {
    id,
    type: box.kind === 'trigger' ? 'card' : box.kind === 'frame' && box.collapsed ? 'folded' : box.kind,
    position: { x: box.x, y: box.y },
    width: box.w,
    height: box.h,
    data,
  };
}

const none = {
  title: '',
  operation: '',
  colour: '',
  spoken: '',
  problems: '',
  status: '',
  duration: '',
  badge: '',
  other: '',
  spanLeft: 0,
  spanWidth: 0,
  marks: '',
  label: '',
  selected: false,
  collapsed: false,
  editable: false,
  insert: undefined,
};

function branchData({ path, kind, label }: Box, { graph, marked }: Shown): CardData {
  const editable = marked !== undefined;
  if (kind === 'addCase') {
    const owner = graph.nodes.get(path.replace(/#case$/, ''));
    return { ...none, path: owner?.path ?? '', label, spoken: `Add case to ${titleOf(owner?.name ?? '')}`, editable };
  }
  return { ...none, path, label: kind === 'empty' && editable ? branchName(graph, path) : label, editable };
}

/** *Check, True*; the container's name alone where it has one branch. */
function branchName(graph: Graph, body: string): string {
  const found = bodiesOf(graph).get(body);
  const owner = found?.owner === undefined ? undefined : graph.nodes.get(found.owner);
  const title = titleOf(owner?.name ?? '');
  return found === undefined || found.body.role === 'actions' ? title : `${title}, ${found.body.label}`;
}

const size = 24;

function insertNode(graph: Graph, point: InsertPoint): CardNode {
  const { id, x, y, after, body } = point;
  const node = after === undefined ? undefined : graph.nodes.get(after);
  const spoken =
    node === undefined
      ? `Insert a new step in ${branchName(graph, body)}`
      : `Insert a new step after ${titleOf(node.name)}`;
  return {
    id,
    type: 'insert',
    position: { x: x - size / 2, y: y - size / 2 },
    width: size,
    height: size,
    zIndex: 10,
    data: { ...none, path: id, spoken, insert: point, editable: true },
  };
}

function cardData({ path, kind, label, collapsed }: Box, node: NodeInfo, shown: Shown): CardData {
  const { graph, selected, problems, runs, marked, others } = shown;
  const { name, colour } = operationOf(node);
  const about = kind === 'frame' && !collapsed ? whatOf(node) : '';
  const operation = node.asCode ? `${name} · Shown as code` : name;
  const run = runs === undefined ? undefined : (runs.get(path) ?? notRun);
  const { status, duration } = run ?? { status: '', duration: '' };
  const badge = run === undefined ? '' : badgeOf(run);
  const isFrame = kind === 'frame';
  const inside = collapsed ? (run?.worst ?? '') : '';
  const worst = inside === 'Failed' || inside === 'TimedOut' ? inside : '';
  const seen = isFrame
    ? [about === '' ? label : about, worst === '' ? '' : `${worst} inside`, status, duration]
    : [operation, status, duration, badge];
  return {
    path,
    title: titleOf(node.name),
    operation,
    colour,
    spoken: spokenName(graph, node, [...seen, ...marksOf(node).filter((mark) => mark !== 'Run after')], isFrame),
    selected: selected === path || marked?.has(path) === true,
    collapsed,
    label: worst === '' ? (about === '' ? label : about) : `${label} · ${worst} inside`,
    problems: problems.get(path) ?? '',
    status,
    duration,
    badge,
    insert: undefined,
    editable: marked !== undefined,
    marks: marksOf(node).join(', '),
    other: comparison(run, others?.get(path)),
    spanLeft: run?.span?.left ?? 0,
    spanWidth: run?.span?.width ?? 0,
  };
}

/** How it went in the other run, where it went otherwise; nothing is said of steps that are not compared. */
function comparison(mine: StepRun | undefined, other: StepRun | undefined): string {
  if (other === undefined) return '';
  const words = [other.status, other.duration].filter((word) => word !== '').join(' ');
  return mine?.status === other.status && mine.duration === other.duration ? '' : words;
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
    Object.entries(one.data).every(([name, value]) => name === 'insert' || two.data[name] === value) &&
    samePlace(one.data.insert, two.data.insert)
  );
}

const samePlace = (one: InsertPoint | undefined, two: InsertPoint | undefined): boolean =>
  one === two || JSON.stringify(one?.place) === JSON.stringify(two?.place);
