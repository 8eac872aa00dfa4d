/** Which steps a step waits for, and with which results. Source: portal reference 5.5. */
import type { Doc, Edit, Path } from '../document.ts';
import type { Graph, NodeInfo } from '../graph.ts';
import { problem, type Result } from '../problem.ts';
import { changeAt } from '../text-edits.ts';
import { bodiesOf } from './place.ts';

export type RunAfter = Readonly<Record<string, readonly string[]>>;

/** Sets what a step runs after: names of siblings with at least one status each. */
export function setRunAfter(doc: Doc, graph: Graph, path: Path, runAfter: RunAfter): Result<Edit> {
  const node = graph.nodes.get(path);
  if (node === undefined || node.kind === 'trigger') return { ok: false, problems: [problem('NodeMissing', { path })] };
  const allowed = new Set(possiblePredecessors(graph, node).map(({ name }) => name.toLowerCase()));
  const siblings = siblingsOf(graph, node);
  for (const [name, statuses] of Object.entries(runAfter)) {
    const known = siblings.some((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!known) return { ok: false, problems: [problem('NotBeside', { after: name, name: node.name }, path)] };
    if (!allowed.has(name.toLowerCase()))
      return { ok: false, problems: [problem('WouldCycle', { name: node.name }, path)] };
    if (statuses.length === 0) return { ok: false, problems: [problem('StatusMissing', {}, path)] };
  }
  const value = Object.fromEntries(Object.entries(runAfter).map(([name, statuses]) => [name, [...statuses]]));
  const patches = changeAt(doc, node.json, ['runAfter'], value);
  return { ok: true, value: { label: `change when ${node.name} runs`, patches, select: path } };
}

function siblingsOf(graph: Graph, node: NodeInfo): readonly NodeInfo[] {
  const nodes = bodiesOf(graph).get(node.body)?.body.nodes ?? [];
  return nodes.flatMap((path) => (path === node.path ? [] : (graph.nodes.get(path) ?? [])));
}

/** Siblings after which it can run without a circle. */
export function possiblePredecessors(graph: Graph, node: NodeInfo): readonly NodeInfo[] {
  const behind = new Set<Path>([node.path]);
  const siblings = siblingsOf(graph, node);
  for (let grown = true; grown; ) {
    grown = false;
    for (const each of siblings) {
      if (behind.has(each.path) || !each.after.some(({ target }) => target !== undefined && behind.has(target)))
        continue;
      behind.add(each.path);
      grown = true;
    }
  }
  return siblings.filter(({ path }) => !behind.has(path));
}
