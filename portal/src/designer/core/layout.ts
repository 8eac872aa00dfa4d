/**
 * Where everything of a graph is drawn.
 *
 * Owns: containers from inside out, absolute places, which containers start collapsed. Does not own: one body (`layers.ts`).
 *
 * Invariants
 * I8. A function of graph and collapsed set alone; no overlapping boxes in a body, no line over a card (portal reference 6.3).
 * Y1. A container whose content, collapse state and sizes did not change is taken from the cache (5.3, rule 6).
 *
 * Lengths are CSS pixels at 100 %; the origin is the upper left corner of everything.
 */
import type { Path } from './document.ts';
import { type Body, type Graph, inside, type NodeInfo } from './graph.ts';
import { type Card, layers, type Placed, type Point } from './layers.ts';

export interface Box {
  readonly path: Path;
  readonly kind: 'trigger' | 'card' | 'frame' | 'branch' | 'empty' | 'addCase';
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** A branch's label; the number of actions in a collapsed container as text. */
  readonly label: string;
  readonly collapsed: boolean;
}

export interface Line {
  readonly id: string;
  readonly from: Path;
  readonly to: Path;
  readonly points: readonly Point[];
  /** Of the `runAfter` entry; empty means `Succeeded`. */
  readonly statuses: readonly string[];
}

export interface Layout {
  /** In paint order: a frame before what is in it. */
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export const leafWidth = 200;
const padding = 16;
const header = 40;
const branchHeader = 32;
const branchGap = 16;
const lead = 32;
const leastBody = leafWidth;
const emptyHeight = 28;
const addCaseWidth = 112;

/** The path of the place for one more case beside those of a Switch. */
export const addCasePath = (path: Path): Path => `${path}#case`;

/** Over this many actions the inner levels start collapsed (5.3, rule 8). */
const largeFrom = 150;
const deepFrom = 4;

/** The containers that start collapsed. */
export function initiallyCollapsed({ nodes }: Graph): ReadonlySet<Path> {
  if (nodes.size <= largeFrom) return new Set();
  const deep = [...nodes.values()].filter(({ kind, depth }) => kind === 'container' && depth >= deepFrom - 1);
  return new Set(deep.map(({ path }) => path));
}

/** One body or container, its corner at the origin. */
interface Piece {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly w: number;
  readonly h: number;
}

/** Lays out, and keeps the containers for the next time. */
export class LayoutMaker {
  /** Bodies that were laid out rather than taken from the cache. */
  bodiesMade = 0;
  readonly #leafHeight: number;
  readonly #editable: boolean;
  #before = new Map<string, Piece>();
  #now = new Map<string, Piece>();

  /**
   * @param leafHeight 44; 56 with a second line for a status.
   * @param editable a Switch has a place for one more case.
   */
  constructor(leafHeight = 44, editable = false) {
    this.#leafHeight = leafHeight;
    this.#editable = editable;
  }

  layout(graph: Graph, collapsed: ReadonlySet<Path>): Layout {
    const one = new One(graph, collapsed, { leafHeight: this.#leafHeight, editable: this.#editable }, (key, make) =>
      this.#kept(key, make),
    );
    const { boxes, lines, w, h } = one.whole();
    this.#before = this.#now;
    this.#now = new Map();
    return { boxes, lines, width: w, height: h };
  }

  #kept(key: string, make: () => Piece): Piece {
    const known = this.#before.get(key) ?? this.#now.get(key);
    if (known === undefined) this.bodiesMade += 1;
    const piece = known ?? make();
    this.#now.set(key, piece);
    return piece;
  }
}

type Keep = (key: string, make: () => Piece) => Piece;

class One {
  readonly #graph: Graph;
  readonly #collapsed: ReadonlySet<Path>;
  readonly #leafHeight: number;
  readonly #editable: boolean;
  readonly #keep: Keep;

  constructor(
    graph: Graph,
    collapsed: ReadonlySet<Path>,
    { leafHeight, editable }: { readonly leafHeight: number; readonly editable: boolean },
    keep: Keep,
  ) {
    this.#graph = graph;
    this.#collapsed = collapsed;
    this.#leafHeight = leafHeight;
    this.#editable = editable;
    this.#keep = keep;
  }

  /** Triggers side by side over the actions. */
  whole(): Piece {
    const { triggers, root } = this.#graph;
    const actions = this.#body(root);
    const row = triggers.length * leafWidth + Math.max(0, triggers.length - 1) * padding;
    const w = Math.max(actions.piece.w, row, leafWidth);
    const left = (w - row) / 2;
    const boxes = triggers.map((path, index) => this.#leaf(path, left + index * (leafWidth + padding), 'trigger'));
    const top = triggers.length === 0 ? 0 : this.#leafHeight + lead + padding / 2;
    const shifted = moved(actions.piece, (w - actions.piece.w) / 2, top);
    const lines = boxes.flatMap((box) =>
      actions.starts.flatMap((to) => {
        const target = shifted.boxes.find(({ path }) => path === to);
        return target === undefined ? [] : [leadLine(box.path, to, [box.x + box.w / 2, box.y + box.h], target)];
      }),
    );
    const hasActions = root.nodes.length > 0;
    return {
      boxes: [...boxes, ...(hasActions ? shifted.boxes : [])],
      lines: [...lines, ...(hasActions ? shifted.lines : [])],
      w,
      h: hasActions ? top + shifted.h : Math.max(this.#leafHeight, 0),
    };
  }

  #leaf(path: Path, x: number, kind: Box['kind'], label = ''): Box {
    return { path, kind, x, y: 0, w: leafWidth, h: this.#leafHeight, label, collapsed: label !== '' };
  }

  /** The cards of a body, and which of them are first. */
  #body(body: Body): { readonly piece: Piece; readonly starts: readonly Path[] } {
    if (body.nodes.length === 0) {
      const empty: Box = {
        path: body.path,
        kind: 'empty',
        x: 0,
        y: 0,
        w: leafWidth,
        h: emptyHeight,
        label: '',
        collapsed: false,
      };
      return { piece: { boxes: [empty], lines: [], w: leafWidth, h: emptyHeight }, starts: [] };
    }
    const pieces = new Map(body.nodes.map((path) => [path, this.#node(path)]));
    const nodes = body.nodes.flatMap((path) => this.#graph.nodes.get(path) ?? []);
    const cards = nodes.map((node): Card => {
      const { w, h } = pieces.get(node.path) ?? { w: 0, h: 0 };
      return { id: node.path, w, h, after: node.after.flatMap(({ target }) => target ?? []) };
    });
    const placed = layers(cards);
    return { piece: assemble(pieces, placed, nodes), starts: placed.starts };
  }

  #node(path: Path): Piece {
    const node = this.#graph.nodes.get(path);
    if (node?.kind !== 'container') {
      return { boxes: [this.#leaf(path, 0, 'card')], lines: [], w: leafWidth, h: this.#leafHeight };
    }
    return this.#keep(`${this.#leafHeight} ${path} ${this.#signature(node)}`, () =>
      this.#collapsed.has(path) ? this.#folded(node) : this.#frame(node),
    );
  }

  #folded(node: NodeInfo): Piece {
    const count = node.bodies.reduce((sum, body) => sum + inside(this.#graph, body).length, 0);
    const box = this.#leaf(node.path, 0, 'frame', count === 1 ? '1 action' : `${count} actions`);
    return { boxes: [box], lines: [], w: leafWidth, h: this.#leafHeight };
  }

  #frame(node: NodeInfo): Piece {
    const branches = node.bodies.map((body) => this.#branch(body, node.bodies.length > 1 || body.role !== 'actions'));
    if (this.#editable && node.type.toLowerCase() === 'switch') branches.splice(-1, 0, addCase(node.path));
    const h = header + Math.max(...branches.map((each) => each.h)) + padding;
    let x = padding;
    const shifted = branches.map((each) => {
      const piece = moved(each, x, header);
      x += each.w + branchGap;
      return piece;
    });
    const w = x - branchGap + padding;
    const box: Box = { path: node.path, kind: 'frame', x: 0, y: 0, w, h, label: '', collapsed: false };
    return {
      boxes: [box, ...shifted.flatMap(({ boxes }) => boxes)],
      lines: shifted.flatMap(({ lines }) => lines),
      w,
      h,
    };
  }

  /** A branch with its own frame and header, or the single body of a scope or loop. */
  #branch(body: Body, framed: boolean): Piece {
    const { piece, starts } = this.#body(body);
    const side = framed ? padding : 0;
    const top = framed ? branchHeader : 0;
    const gap = body.nodes.length === 0 ? padding / 2 : lead - padding / 2;
    const w = Math.max(piece.w, leastBody) + 2 * side;
    const inner = moved(piece, (w - piece.w) / 2, top + gap);
    const h = top + gap + piece.h + side;
    const box: Box = { path: body.path, kind: 'branch', x: 0, y: 0, w, h, label: body.label, collapsed: false };
    const lines = starts.flatMap((to) => {
      const target = inner.boxes.find(({ path }) => path === to);
      return target === undefined ? [] : [leadLine(body.path, to, [w / 2, top], target)];
    });
    return { boxes: framed ? [box, ...inner.boxes] : inner.boxes, lines: [...lines, ...inner.lines], w, h };
  }

  /** All that the picture of a container depends on. */
  #signature(node: NodeInfo): string {
    if (this.#collapsed.has(node.path)) {
      return `-${node.bodies.reduce((sum, body) => sum + inside(this.#graph, body).length, 0)}`;
    }
    return node.bodies.map((body) => `${body.path} ${body.label}[${this.#contents(body)}]`).join('');
  }

  #contents(body: Body): string {
    return body.nodes
      .flatMap((path) => {
        const node = this.#graph.nodes.get(path);
        if (node === undefined) return [];
        const after = node.after.map(({ target, statuses }) => `${target ?? ''}:${statuses.join('+')}`).join();
        return [`${path}<${after}>${node.kind === 'container' ? this.#signature(node) : ''}`];
      })
      .join(';');
  }
}

/** Between the cases and *Default*, which is always last. */
function addCase(path: Path): Piece {
  const [w, h] = [addCaseWidth, branchHeader];
  const box: Box = { path: addCasePath(path), kind: 'addCase', x: 0, y: 0, w, h, label: 'Add case', collapsed: false };
  return { boxes: [box], lines: [], w, h };
}

function assemble(pieces: ReadonlyMap<Path, Piece>, placed: Placed, nodes: readonly NodeInfo[]): Piece {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  for (const [path, piece] of pieces) {
    const [x, y] = placed.places.get(path) ?? [0, 0];
    const there = moved(piece, x, y);
    boxes.push(...there.boxes);
    lines.push(...there.lines);
  }
  const after = new Map(nodes.map((node) => [node.path, node.after]));
  for (const { from, to, points } of placed.courses) {
    const statuses = after.get(to)?.find(({ target }) => target === from)?.statuses ?? [];
    lines.push({ id: `${from} ${to}`, from, to, points, statuses });
  }
  return { boxes, lines, w: placed.w, h: placed.h };
}

function leadLine(from: Path, to: Path, [x, y]: Point, target: Box): Line {
  const end = target.x + target.w / 2;
  const middle = (y + target.y) / 2;
  const points: readonly Point[] =
    end === x
      ? [
          [x, y],
          [end, target.y],
        ]
      : [
          [x, y],
          [x, middle],
          [end, middle],
          [end, target.y],
        ];
  return { id: `${from} ${to}`, from, to, points, statuses: [] };
}

const moved = ({ boxes, lines, w, h }: Piece, x: number, y: number): Piece => ({
  boxes: boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y })),
  lines: lines.map((line) => ({ ...line, points: line.points.map(([px, py]): Point => [px + x, py + y]) })),
  w,
  h,
});
