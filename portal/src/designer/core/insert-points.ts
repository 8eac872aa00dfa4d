/**
 * Where on a drawing something can be put in, and what that means.
 *
 * Invariant
 * J1. A point for every line between two steps, for every end of a chain and for every empty branch.
 *
 * Source: portal reference 5.3 rule 5, 5.4.
 */
import type { Path } from './document.ts';
import type { Graph } from './graph.ts';
import type { Layout } from './layout.ts';
import { bodiesOf, followersOf, type Place } from './operations/place.ts';

export interface InsertPoint {
  readonly id: string;
  /** Of its middle. */
  readonly x: number;
  readonly y: number;
  readonly place: Place;
  /** The step that it is behind; absent at the beginning of a branch. */
  readonly after: Path | undefined;
  readonly body: Path;
}

const above = 20;
const below = 14;

export function insertPoints(graph: Graph, layout: Layout): readonly InsertPoint[] {
  const bodies = bodiesOf(graph);
  const points: InsertPoint[] = [];
  const drawn = new Map(layout.boxes.map((box) => [box.path, box]));
  const started = new Set<Path>();
  for (const { id, from, to, points: line } of layout.lines) {
    const [x, y] = line.at(-1) ?? [0, 0];
    const first = graph.nodes.get(from);
    const at = { id: `insert ${id}`, x, y: y - above };
    if (first !== undefined && first.kind !== 'trigger') {
      const isOnly = followersOf(graph, from).length === 1;
      const place: Place = isOnly ? { kind: 'after', path: from } : { kind: 'between', path: from, next: to };
      points.push({ ...at, place, after: from, body: first.body });
      continue;
    }
    // A line into the first step of a body: from the trigger, or from the header of a branch.
    const body = bodies.get(graph.nodes.get(to)?.body ?? '')?.body;
    if (body === undefined || started.has(to)) continue;
    started.add(to);
    const starts = body.nodes.filter((path) => graph.nodes.get(path)?.after.length === 0);
    const place: Place = starts.length > 1 ? { kind: 'before', path: to } : { kind: 'start', body: body.path };
    points.push({ ...at, place, after: first?.path, body: body.path });
  }
  for (const node of graph.nodes.values()) {
    const box = drawn.get(node.path);
    const isEnd = node.kind === 'trigger' ? graph.root.nodes.length === 0 : followersOf(graph, node.path).length === 0;
    if (box === undefined || !isEnd) continue;
    const place: Place = { kind: 'after', path: node.path };
    points.push({
      id: `insert ${node.path}`,
      x: box.x + box.w / 2,
      y: box.y + box.h + below,
      place,
      after: node.path,
      body: node.body,
    });
  }
  return points;
}
