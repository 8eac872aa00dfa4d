/**
 * Taking steps away. Source: portal reference 5.9.
 *
 * Invariant
 * D1. What ran after a step that goes runs after what that step ran after, with its own statuses kept.
 */
import { type Doc, type Edit, memberAt, type Patch, type Path } from '../document.ts';
import type { Graph, NodeInfo } from '../graph.ts';
import type { JsonData } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { findReferences, type Ref } from '../references.ts';
import { changeAt, changeMembers } from '../text-edits.ts';
import { compose } from './compose.ts';
import { followersOf } from './place.ts';

/** Removes a step with everything in it. */
export function removeNode(doc: Doc, graph: Graph, path: Path): Result<Edit> {
  const node = graph.nodes.get(path);
  const place = memberAt(doc, path);
  if (node === undefined || place === undefined) return { ok: false, problems: [problem('NodeMissing', { path })] };
  const followers = followersOf(graph, path).flatMap((follower) => inherit(doc, node, follower));
  const patches = [...followers, ...changeMembers(doc, place.owner, { remove: new Set([place.index]) })];
  const next = node.after[0]?.target ?? node.parent ?? graph.triggers[0];
  return {
    ok: true,
    value: { label: `delete ${node.name}`, patches, ...(next === undefined || next === path ? {} : { select: next }) },
  };
}

/** Removes several as one step. Those within others go with them. */
export function removeNodes(doc: Doc, graph: Graph, paths: readonly Path[]): Result<Edit> {
  const outer = paths.filter((path) => !paths.some((other) => other !== path && path.startsWith(`${other}/`)));
  const [only] = outer;
  if (outer.length === 1 && only !== undefined) return removeNode(doc, graph, only);
  return compose(
    doc,
    graph,
    `delete ${outer.length} steps`,
    outer.map((path) => (now, drawn) => removeNode(now, drawn, path)),
  );
}

function inherit(doc: Doc, gone: NodeInfo, follower: NodeInfo): readonly Patch[] {
  const next: Record<string, JsonData> = {};
  const known = new Set(follower.after.map(({ name }) => name.toLowerCase()));
  for (const { name, statuses, target } of follower.after) {
    const kept = statuses.length === 0 ? ['Succeeded'] : [...statuses];
    if (target !== gone.path) next[name] = kept;
    else for (const before of gone.after) if (!known.has(before.name.toLowerCase())) next[before.name] = kept;
  }
  const entry = follower.after.find(({ target }) => target === gone.path);
  const [only] = gone.after;
  if (gone.after.length === 1 && only !== undefined && entry !== undefined && !known.has(only.name.toLowerCase())) {
    return renamedKey(doc, follower, entry.name, only.name);
  }
  return changeAt(doc, follower.json, ['runAfter'], next);
}

function renamedKey(doc: Doc, { path }: NodeInfo, from: string, to: string): readonly Patch[] {
  const runAfter = memberAt(doc, path)?.value;
  const member =
    runAfter?.kind === 'object'
      ? runAfter.members.find(({ key }) => key.toLowerCase() === 'runafter')?.value
      : undefined;
  const entry = member?.kind === 'object' ? member.members.find(({ key }) => key === from) : undefined;
  return entry === undefined ? [] : [{ start: entry.keyStart, end: entry.keyEnd, insert: JSON.stringify(to) }];
}

export interface LostReference {
  readonly ref: Ref;
  /** The step that still reads it. */
  readonly by: Path;
  readonly name: string;
}

/** What would be read in vain if these went. */
export function lostReferences(doc: Doc, graph: Graph, paths: readonly Path[]): readonly LostReference[] {
  const isGone = (path: Path): boolean => paths.some((gone) => path === gone || path.startsWith(`${gone}/`));
  const gone = [...graph.nodes.values()].filter(({ path }) => isGone(path));
  const names = new Map(gone.filter(({ kind }) => kind !== 'trigger').map(({ name }) => [name.toLowerCase(), name]));
  return findReferences(doc, graph).flatMap((ref) => {
    const name = ref.name === undefined ? undefined : names.get(ref.name.toLowerCase());
    const isStep = ref.to === 'action' || ref.to === 'loop';
    return name === undefined || !isStep || isGone(ref.owner) ? [] : [{ ref, by: ref.owner, name }];
  });
}
