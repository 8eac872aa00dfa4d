/**
 * Where something new goes into a workflow, and what that does to its neighbours.
 *
 * Owns: places, the chain of `runAfter` around them, the objects that a new branch needs. Does not own: what is put there.
 *
 * Invariants (portal reference 6.3)
 * I6. `runAfter` names siblings only; no cycle comes of an insertion.
 * P1. What ran after the place runs after what is put there, and keeps its statuses; a parallel branch leaves it as it is.
 */
import { type Doc, memberAt, type Patch, type Path, segmentsOf, valueAt } from '../document.ts';
import type { Body, Graph, NodeInfo } from '../graph.ts';
import { type Json, looseMemberOf } from '../json-tree.ts';
import { isOneLine, type JsonData } from '../json-value.ts';
import { type Problem, problem } from '../problem.ts';
import { changeAt, changeMembers, type NewMember } from '../text-edits.ts';

export type Place =
  /** Behind a step; what ran after it runs after the new one. `parallel`: as another branch beside what runs after it. */
  | { readonly kind: 'after'; readonly path: Path; readonly parallel?: boolean }
  /** Between two steps, the second of which runs after the first: others that run after the first stay as they are. */
  | { readonly kind: 'between'; readonly path: Path; readonly next: Path }
  /** In front of a step. */
  | { readonly kind: 'before'; readonly path: Path }
  /** First in a body. `parallel`: beside what is first there. */
  | { readonly kind: 'start'; readonly body: Path; readonly parallel?: boolean };

/** A chain of steps that is put somewhere. */
export interface Chain {
  readonly members: readonly NewMember[];
  /** Names of those that run last: what follows runs after them. */
  readonly ends: readonly string[];
}

export interface Spot {
  /** The body's path. */
  readonly body: Path;
  /** What the first of the chain runs after. */
  readonly runAfter: Readonly<Record<string, readonly string[]>>;
  /** The member of the body behind which the text goes. */
  readonly behind: Path | undefined;
  /** Those that run after the chain, and the name that they ran after before; absent for none. */
  readonly followers: readonly { readonly path: Path; readonly instead: string | undefined }[];
}

const succeeded = ['Succeeded'];

/** All bodies by path. */
export function bodiesOf(graph: Graph): ReadonlyMap<Path, { readonly body: Body; readonly owner: Path | undefined }> {
  const found = new Map<Path, { readonly body: Body; readonly owner: Path | undefined }>();
  found.set(graph.root.path, { body: graph.root, owner: undefined });
  for (const node of graph.nodes.values()) {
    for (const body of node.bodies) found.set(body.path, { body, owner: node.path });
  }
  return found;
}

export function spotOf(graph: Graph, place: Place): Spot | Problem {
  switch (place.kind) {
    case 'start':
      return startOf(graph, place);
    case 'after':
      return behind(graph, place);
    case 'between':
      return between(graph, place);
    case 'before':
      return before(graph, place);
  }
}

function startOf(graph: Graph, { body: path, parallel = false }: Place & { readonly kind: 'start' }): Spot | Problem {
  const body = bodiesOf(graph).get(path)?.body;
  if (body === undefined) return problem('NodeMissing', { path });
  const first = body.nodes.filter((each) => graph.nodes.get(each)?.after.length === 0);
  const followers = parallel ? [] : first.map((each) => ({ path: each, instead: undefined }));
  return { body: path, runAfter: {}, behind: undefined, followers };
}

function behind(graph: Graph, { path, parallel = false }: Place & { readonly kind: 'after' }): Spot | Problem {
  const node = graph.nodes.get(path);
  if (node === undefined) return problem('NodeMissing', { path });
  if (node.kind === 'trigger') return startOf(graph, { kind: 'start', body: graph.root.path, parallel });
  const followers = parallel ? [] : followersOf(graph, path).map((each) => ({ path: each.path, instead: node.name }));
  return { body: node.body, runAfter: { [node.name]: succeeded }, behind: path, followers };
}

function between(graph: Graph, { path, next }: Place & { readonly kind: 'between' }): Spot | Problem {
  const spot = behind(graph, { kind: 'after', path });
  if ('code' in spot) return spot;
  return { ...spot, followers: spot.followers.filter((each) => each.path === next) };
}

function before(graph: Graph, { path }: Place & { readonly kind: 'before' }): Spot | Problem {
  const node = graph.nodes.get(path);
  if (node === undefined || node.kind === 'trigger') return problem('NodeMissing', { path });
  const runAfter = Object.fromEntries(
    node.after.map(({ name, statuses }) => [name, statuses.length === 0 ? succeeded : statuses]),
  );
  const last = node.after.at(-1)?.target;
  return { body: node.body, runAfter, behind: last, followers: [{ path, instead: '*' }] };
}

/** The steps that run after one. */
export const followersOf = (graph: Graph, path: Path): readonly NodeInfo[] =>
  [...graph.nodes.values()].filter(({ after }) => after.some(({ target }) => target === path));

/** The patches that put a chain at a spot. */
export function putChain(doc: Doc, graph: Graph, spot: Spot, { members, ends }: Chain): readonly Patch[] {
  const patches = spot.followers.flatMap(({ path, instead }) => {
    const node = graph.nodes.get(path);
    return node === undefined ? [] : followerPatches(doc, node, instead, ends);
  });
  return [...patches, ...putMembers(doc, graph, spot, members)];
}

/** Puts members into a body, which is made where it is not there yet. */
function putMembers(doc: Doc, graph: Graph, spot: Spot, insert: readonly NewMember[]): readonly Patch[] {
  const object = valueAt(doc, spot.body);
  if (object?.kind === 'object') {
    const after = spot.behind === undefined ? undefined : memberAt(doc, spot.behind)?.index;
    const isFirst = spot.behind === undefined && graph.nodes.size > 0 && spot.followers.length > 0;
    return changeMembers(doc, object, {
      insert,
      ...(after === undefined ? (isFirst ? { after: -1 } : {}) : { after }),
    });
  }
  return makeBody(doc, spot.body, insert);
}

/** `else/actions` where there is no `else` yet, and everything between. */
function makeBody(doc: Doc, path: Path, insert: readonly NewMember[]): readonly Patch[] {
  const keys = segmentsOf(path).map(({ key }) => key);
  let at: Json = doc.definition;
  let depth = 0;
  while (depth < keys.length) {
    const member = looseMemberOf(at, keys[depth] ?? '');
    if (member === undefined || member.value.kind !== 'object') break;
    at = member.value;
    depth += 1;
  }
  if (at.kind !== 'object') return [];
  const [key = '', ...rest] = keys.slice(depth);
  const old = at.members.findIndex((member) => member.key.toLowerCase() === key.toLowerCase());
  const text = (indent: string): string => nestedText(doc, rest, insert, indent);
  return changeMembers(doc, at, { ...(old < 0 ? {} : { remove: new Set([old]) }), insert: [{ key, text }] });
}

function nestedText(doc: Doc, [key, ...rest]: readonly string[], insert: readonly NewMember[], indent: string): string {
  const inner = indent + doc.style.indent;
  const parts = key === undefined ? insert : [{ key, text: (at: string) => nestedText(doc, rest, insert, at) }];
  if (isOneLine(doc)) return `{${parts.map((part) => `${JSON.stringify(part.key)}:${part.text('')}`).join(',')}}`;
  const { eol } = doc.style;
  const lines = parts.map((part) => `${inner}${JSON.stringify(part.key)}: ${part.text(inner)}`);
  return `{${eol}${lines.join(`,${eol}`)}${eol}${indent}}`;
}

/** A follower runs after the ends of the chain instead of what it ran after; with one end only the name changes. */
function followerPatches(
  doc: Doc,
  node: NodeInfo,
  instead: string | undefined,
  ends: readonly string[],
): readonly Patch[] {
  const runAfter = looseMemberOf(node.json, 'runAfter')?.value;
  if (instead === undefined) return changeAt(doc, node.json, ['runAfter'], afterAll(ends));
  if (instead === '*') {
    return changeAt(doc, node.json, ['runAfter'], afterAll(ends));
  }
  const entries = runAfter?.kind === 'object' ? runAfter.members : [];
  const entry = entries.find(({ key }) => key.toLowerCase() === instead.toLowerCase());
  if (entry === undefined) return [];
  const [only] = ends;
  if (ends.length === 1 && only !== undefined) {
    return [{ start: entry.keyStart, end: entry.keyEnd, insert: JSON.stringify(only) }];
  }
  const next: Record<string, JsonData> = {};
  for (const { name, statuses } of node.after) {
    const kept = statuses.length === 0 ? succeeded : [...statuses];
    if (name.toLowerCase() !== instead.toLowerCase()) next[name] = kept;
    else for (const end of ends) next[end] = kept;
  }
  return changeAt(doc, node.json, ['runAfter'], next);
}

const afterAll = (ends: readonly string[]): JsonData => Object.fromEntries(ends.map((end) => [end, succeeded]));
