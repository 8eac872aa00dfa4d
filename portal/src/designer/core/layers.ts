/**
 * One body's cards in layers, and the lines between them.
 *
 * Owns: layers, their order, places across and down, the course of lines. Does not own: containers (`layout.ts`).
 *
 * Invariants
 * L1. A card stands below everything it runs after; what is left of a cycle keeps the layer it has.
 * L2. Two cards of a body never overlap, and no line crosses a card: long lines hold a place of their own in each layer.
 * L3. The same input gives the same picture.
 *
 * Source: portal reference 5.3, rules 3 to 5. Lengths are CSS pixels at 100 %.
 */
export interface Card {
  readonly id: string;
  readonly w: number;
  readonly h: number;
  /** Ids of cards of the same body. */
  readonly after: readonly string[];
}

export type Point = readonly [x: number, y: number];

export interface Course {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

export interface Placed {
  /** Upper left corners. */
  readonly places: ReadonlyMap<string, Point>;
  readonly courses: readonly Course[];
  /** Cards that run after nothing here. */
  readonly starts: readonly string[];
  readonly w: number;
  readonly h: number;
}

const layerGap = 40;
const cardGap = 32;
/** What a long line takes of the layers it passes. */
const lineWidth = 16;

interface Slot {
  readonly id: string;
  readonly w: number;
  readonly h: number;
  readonly layer: number;
  readonly above: Slot[];
  readonly below: Slot[];
  /** Centre. */
  x: number;
}

/** Lays out a body: its separate chains side by side, tops aligned. */
export function layers(cards: readonly Card[]): Placed {
  const places = new Map<string, Point>();
  const courses: Course[] = [];
  let w = 0;
  let h = 0;
  for (const chain of chainsOf(cards)) {
    const placed = placeChain(chain);
    const left = w === 0 ? 0 : w + cardGap;
    for (const [id, [x, y]] of placed.places) places.set(id, [x + left, y]);
    for (const course of placed.courses) {
      courses.push({ ...course, points: course.points.map(([x, y]): Point => [x + left, y]) });
    }
    w = left + placed.w;
    h = Math.max(h, placed.h);
  }
  const ids = new Set(cards.map(({ id }) => id));
  const starts = cards.filter(({ after }) => !after.some((id) => ids.has(id))).map(({ id }) => id);
  return { places, courses, starts, w, h };
}

/** The parts that nothing joins, in the order of their first cards. */
function chainsOf(cards: readonly Card[]): readonly (readonly Card[])[] {
  const owner = new Map(cards.map(({ id }) => [id, id]));
  const top = (id: string): string => {
    let at = id;
    while (owner.get(at) !== at) at = owner.get(at) ?? at;
    owner.set(id, at);
    return at;
  };
  for (const { id, after } of cards) for (const each of after) if (owner.has(each)) owner.set(top(id), top(each));
  const chains = new Map<string, Card[]>();
  for (const card of cards) {
    const key = top(card.id);
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [card]);
    else chain.push(card);
  }
  return [...chains.values()];
}

function placeChain(cards: readonly Card[]): Omit<Placed, 'starts'> {
  const layerOf = layersOf(cards);
  const { rows, links } = slotsOf(cards, layerOf);
  orderRows(rows);
  spread(rows);
  const tops: number[] = [];
  let y = 0;
  for (const row of rows) {
    tops.push(y);
    y += Math.max(0, ...row.map(({ h }) => h)) + layerGap;
  }
  const left = Math.min(...rows.flat().map(({ x, w }) => x - w / 2));
  const right = Math.max(...rows.flat().map(({ x, w }) => x + w / 2));
  for (const slot of rows.flat()) slot.x -= left;
  const places = new Map<string, Point>();
  for (const row of rows) {
    for (const { id, layer, x, w } of row) if (id !== '') places.set(id, [x - w / 2, tops[layer] ?? 0]);
  }
  const heights = rows.map((row) => Math.max(0, ...row.map(({ h }) => h)));
  const courses = links.map(({ from, to, slots }) => ({ from, to, points: courseOf(slots, tops, heights) }));
  return { places, courses, w: right - left, h: y - layerGap };
}

/** The longest way to each card. */
function layersOf(cards: readonly Card[]): ReadonlyMap<string, number> {
  const layer = new Map(cards.map(({ id }) => [id, 0]));
  const waits = new Map(cards.map(({ id, after }) => [id, new Set(after.filter((each) => layer.has(each)))]));
  const followers = new Map<string, string[]>();
  for (const [id, names] of waits) for (const name of names) followers.set(name, [...(followers.get(name) ?? []), id]);
  const ready = cards.filter(({ id }) => waits.get(id)?.size === 0).map(({ id }) => id);
  for (const id of ready) {
    for (const follower of followers.get(id) ?? []) {
      layer.set(follower, Math.max(layer.get(follower) ?? 0, (layer.get(id) ?? 0) + 1));
      const left = waits.get(follower);
      left?.delete(id);
      if (left?.size === 0) ready.push(follower);
    }
  }
  return layer;
}

interface Link {
  readonly from: string;
  readonly to: string;
  readonly slots: readonly Slot[];
}

/** A slot for each card, and for each layer that a long line passes. Lines that lead up (of a cycle) are left out. */
function slotsOf(cards: readonly Card[], layerOf: ReadonlyMap<string, number>): { rows: Slot[][]; links: Link[] } {
  const rows: Slot[][] = Array.from({ length: Math.max(0, ...layerOf.values()) + 1 }, () => []);
  const slots = new Map<string, Slot>();
  const add = (id: string, w: number, h: number, layer: number): Slot => {
    const slot: Slot = { id, w, h, layer, above: [], below: [], x: 0 };
    rows[layer]?.push(slot);
    return slot;
  };
  for (const { id, w, h } of cards) slots.set(id, add(id, w, h, layerOf.get(id) ?? 0));
  const links: Link[] = [];
  for (const { id, after } of cards) {
    const to = slots.get(id);
    for (const name of new Set(after)) {
      const from = slots.get(name);
      if (to === undefined || from === undefined || from.layer >= to.layer) continue;
      const way = [from];
      for (let layer = from.layer + 1; layer < to.layer; layer++) way.push(add('', lineWidth, 0, layer));
      way.push(to);
      for (const [index, slot] of way.slice(1).entries()) {
        way[index]?.below.push(slot);
        slot.above.push(way[index] ?? slot);
      }
      links.push({ from: name, to: id, slots: way });
    }
  }
  return { rows: rows.filter((row) => row.length > 0), links };
}

/** Four sweeps that put each slot at the median of its neighbours in the row before; ties keep their order. */
function orderRows(rows: Slot[][]): void {
  for (let sweep = 0; sweep < 4; sweep++) {
    const down = sweep % 2 === 0;
    const walk = down ? rows : rows.toReversed();
    for (const [index, row] of walk.entries()) {
      const before = walk[index - 1];
      if (before === undefined) continue;
      const place = new Map(before.map((slot, at) => [slot, at]));
      const wanted = row.map((slot, at) => {
        const near = (down ? slot.above : slot.below).map((each) => place.get(each) ?? 0).toSorted((a, b) => a - b);
        return { slot, key: near.length === 0 ? at : median(near) };
      });
      row.splice(0, row.length, ...wanted.toSorted((a, b) => a.key - b.key).map(({ slot }) => slot));
    }
  }
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/** Places across: three passes down and up pull each slot to the mean of its neighbours. */
function spread(rows: readonly Slot[][]): void {
  for (const row of rows)
    settle(
      row,
      row.map(() => 0),
    );
  for (let pass = 0; pass < 3; pass++) {
    for (const row of rows)
      settle(
        row,
        row.map((slot) => meanOf(slot.above, slot.x)),
      );
    for (const row of rows.toReversed())
      settle(
        row,
        row.map((slot) => meanOf(slot.below, slot.x)),
      );
  }
}

const meanOf = (slots: readonly Slot[], otherwise: number): number =>
  slots.length === 0 ? otherwise : slots.reduce((sum, { x }) => sum + x, 0) / slots.length;

/** The places nearest to the wanted ones (least squares) that keep order and distance: isotonic regression by blocks. */
function settle(row: readonly Slot[], wanted: readonly number[]): void {
  const offsets: number[] = [];
  for (const [index, { w }] of row.entries()) {
    const before = row[index - 1];
    offsets.push(before === undefined ? 0 : (offsets[index - 1] ?? 0) + (before.w + w) / 2 + cardGap);
  }
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, value] of wanted.entries()) {
    blocks.push({ sum: value - (offsets[index] ?? 0), count: 1 });
    for (let last = blocks.length - 1; last > 0; last--) {
      const [one, two] = [blocks[last - 1], blocks[last]];
      if (one === undefined || two === undefined || one.sum / one.count <= two.sum / two.count) break;
      blocks.splice(last - 1, 2, { sum: one.sum + two.sum, count: one.count + two.count });
    }
  }
  let at = 0;
  for (const { sum, count } of blocks) {
    const end = at + count;
    for (; at < end; at++) {
      const slot = row[at];
      if (slot !== undefined) slot.x = Math.round(sum / count + (offsets[at] ?? 0));
    }
  }
}

/** Straight down through its layers, across in the gaps between them. */
function courseOf(slots: readonly Slot[], tops: readonly number[], heights: readonly number[]): readonly Point[] {
  const points: Point[] = [];
  for (const [index, slot] of slots.entries()) {
    const top = tops[slot.layer] ?? 0;
    const bottom = top + (heights[slot.layer] ?? 0);
    if (index === 0) {
      points.push([slot.x, top + slot.h]);
    } else {
      const gap = top - layerGap / 2;
      const before = slots[index - 1];
      if (before !== undefined && before.x !== slot.x) points.push([before.x, gap], [slot.x, gap]);
    }
    if (index === slots.length - 1) points.push([slot.x, top]);
    else if (index > 0) points.push([slot.x, bottom]);
  }
  return points;
}
