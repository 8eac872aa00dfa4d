/**
 * Many paths over one event in one walk: a trie of path segments that fills the slot of every path it meets.
 *
 * Owns: the trie. Does not own: what slots do with values (`slot.ts`).
 *
 * Invariants
 * W1. The values a slot gets are those `readPath` finds for its path, in the same order.
 * W2. A node with many names is walked by the event's members, one with few by its own names: the cost is bounded by
 *     the smaller of the two.
 */
import { type Json, isJsonArray, isJsonObject } from '#foundation';
import { foldCase } from './case-fold.ts';
import { type PathSegment, type PropertyPath, memberAt } from './path.ts';
import { Slot } from './slot.ts';

interface NamedChild {
  readonly name: string;
  readonly folded: string;
  readonly node: TrieNode;
}

interface TrieNode {
  readonly named: NamedChild[];
  /** The named children by folded name, used once there are many. */
  readonly byFolded: Map<string, NamedChild[]>;
  readonly indexed: Map<number, TrieNode>;
  wildcard: TrieNode | undefined;
  slot: Slot | undefined;
}

/** From here on it is cheaper to look up the event's members than the node's names. */
const manyNames = 12;

function newNode(): TrieNode {
  return { named: [], byFolded: new Map(), indexed: new Map(), wildcard: undefined, slot: undefined };
}

/** Tells paths apart that may lead to different values; two texts of the same path share a key. */
export function pathKey(path: PropertyPath): string {
  return JSON.stringify(
    path.segments.map((segment) => (segment.kind === 'name' ? segment.name : segmentNumber(segment))),
  );
}

function segmentNumber(segment: Exclude<PathSegment, { kind: 'name' }>): number {
  return segment.kind === 'index' ? segment.index : -1;
}

export class PathTrie {
  readonly #root = newNode();

  /** The slot of the path, made on first use. */
  slotOf(path: PropertyPath): Slot {
    let node = this.#root;
    for (const segment of path.segments) node = childOf(node, segment);
    node.slot ??= new Slot();
    return node.slot;
  }

  /** Takes the path's slot out again, with the nodes that only it needed. */
  drop(path: PropertyPath): void {
    const trail: { readonly node: TrieNode; readonly segment: PathSegment }[] = [];
    let node = this.#root;
    for (const segment of path.segments) {
      trail.push({ node, segment });
      node = childOf(node, segment);
    }
    node.slot = undefined;
    for (const { node: parent, segment } of trail.toReversed()) {
      if (node.slot !== undefined || node.named.length > 0 || node.indexed.size > 0 || node.wildcard !== undefined)
        return;
      dropChild(parent, segment);
      node = parent;
    }
  }

  /** Fills the slots with the values of `event`; calls `met` with each slot when it gets its first one. */
  walk(event: Json, epoch: number, met: (slot: Slot) => void): void {
    visitNode(this.#root, event, epoch, met);
  }
}

function childOf(node: TrieNode, segment: PathSegment): TrieNode {
  switch (segment.kind) {
    case 'name': {
      const known = node.byFolded.get(segment.folded)?.find((child) => child.name === segment.name);
      if (known !== undefined) return known.node;
      const child = { name: segment.name, folded: segment.folded, node: newNode() };
      node.named.push(child);
      const same = node.byFolded.get(segment.folded);
      if (same === undefined) node.byFolded.set(segment.folded, [child]);
      else same.push(child);
      return child.node;
    }
    case 'index': {
      const known = node.indexed.get(segment.index) ?? newNode();
      node.indexed.set(segment.index, known);
      return known;
    }
    case 'wildcard':
      node.wildcard ??= newNode();
      return node.wildcard;
  }
}

function dropChild(node: TrieNode, segment: PathSegment): void {
  if (segment.kind === 'wildcard') {
    node.wildcard = undefined;
  } else if (segment.kind === 'index') {
    node.indexed.delete(segment.index);
  } else {
    const same = node.byFolded.get(segment.folded)?.filter((child) => child.name !== segment.name) ?? [];
    if (same.length === 0) node.byFolded.delete(segment.folded);
    else node.byFolded.set(segment.folded, same);
    const at = node.named.findIndex((child) => child.name === segment.name);
    node.named.splice(at, 1);
  }
}

type Met = (slot: Slot) => void;

function visitNode(node: TrieNode, value: Json, epoch: number, met: Met): void {
  const { slot } = node;
  if (slot !== undefined) {
    const first = !slot.hasValues(epoch);
    slot.put(value, epoch);
    if (first) met(slot);
  }
  if (isJsonArray(value)) {
    visitArray(node, value, epoch, met);
  } else if (isJsonObject(value)) {
    if (node.named.length > manyNames) visitByMembers(node, value, epoch, met);
    else {
      for (const child of node.named) {
        const member = memberAt(value, child.name, child.folded);
        if (member !== undefined) visitNode(child.node, member, epoch, met);
      }
    }
    if (node.wildcard !== undefined) {
      for (const member of Object.values(value)) visitNode(node.wildcard, member, epoch, met);
    }
  }
}

function visitArray(node: TrieNode, value: readonly Json[], epoch: number, met: Met): void {
  for (const [index, child] of node.indexed) {
    const item = value[index];
    if (item !== undefined) visitNode(child, item, epoch, met);
  }
  if (node.wildcard === undefined) return;
  for (const item of value) visitNode(node.wildcard, item, epoch, met);
}

/** The same members as `memberAt` finds for each child: the exact one, else the first that differs in case only. */
function visitByMembers(node: TrieNode, value: { readonly [name: string]: Json }, epoch: number, met: Met): void {
  const seen = new Set<string>();
  for (const key of Object.keys(value)) {
    const folded = foldCase(key);
    const children = node.byFolded.get(folded);
    if (children === undefined) continue;
    const firstOfCase = !seen.has(folded);
    seen.add(folded);
    for (const child of children) {
      const taken = child.name === key || (firstOfCase && !Object.hasOwn(value, child.name));
      if (taken) visitNode(child.node, value[key] as Json, epoch, met);
    }
  }
}
