/** What is wrong with a picture, in words: overlapping boxes, lines over cards. */
import type { Graph } from '../../portal/src/designer/core/graph.ts';
import type { Box, Layout } from '../../portal/src/designer/core/layout.ts';

export function faultsOfPicture({ boxes, lines, width, height }: Layout, { nodes }: Graph): readonly string[] {
  const faults: string[] = [];
  const byPath = new Map(boxes.map((box) => [box.path, box]));
  for (const box of boxes) {
    if (box.x < 0 || box.y < 0 || box.x + box.w > width || box.y + box.h > height) {
      faults.push(`${box.path} stands outside of the picture`);
    }
    const parent = nodes.get(box.path)?.parent;
    const frame = parent === undefined ? undefined : byPath.get(parent);
    if (frame !== undefined && !contains(frame, box)) faults.push(`${box.path} stands outside of its frame`);
  }
  for (const [index, one] of boxes.entries()) {
    for (const two of boxes.slice(index + 1)) {
      if (overlap(one, two) && !contains(one, two)) faults.push(`${one.path} overlaps ${two.path}`);
    }
  }
  const solid = boxes.filter(({ kind }) => kind === 'card' || kind === 'trigger');
  for (const { id, points, from, to } of lines) {
    for (const [index, [x2, y2]] of points.entries()) {
      const before = points[index - 1];
      if (before === undefined) continue;
      const [x1, y1] = before;
      if (x1 !== x2 && y1 !== y2) faults.push(`the line ${id} is slanted`);
      const part = { x: Math.min(x1, x2), y: Math.min(y1, y2), w: Math.abs(x1 - x2), h: Math.abs(y1 - y2) };
      for (const box of solid) {
        if (box.path !== from && box.path !== to && overlap(part, box))
          faults.push(`the line ${id} crosses ${box.path}`);
      }
      for (const box of boxes) {
        const isFrame = box.kind === 'frame' && box.path !== from && box.path !== to;
        if (isFrame && overlap(part, box) && !contains(box, part)) faults.push(`the line ${id} crosses ${box.path}`);
      }
    }
  }
  return faults;
}

type Area = Pick<Box, 'x' | 'y' | 'w' | 'h'>;

/** Touching is not overlapping; an area may be a line without width. */
const overlap = (one: Area, two: Area): boolean =>
  one.x < two.x + two.w && two.x < one.x + one.w + 0.001 && one.y < two.y + two.h && two.y < one.y + one.h + 0.001;

const contains = (outer: Area, inner: Area): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.w <= outer.x + outer.w &&
  inner.y + inner.h <= outer.y + outer.h;
