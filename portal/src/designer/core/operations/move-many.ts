/**
 * Several steps at once: moved together, and put into one scope.
 *
 * Invariant
 * MM1. What runs after what among them stays, with its statuses; the rest of the workflow closes behind them (portal reference 5.9).
 */
import type { Doc, Edit, Path } from '../document.ts';
import type { Graph, NodeInfo } from '../graph.ts';
import { problem, type Result } from '../problem.ts';
import { compose, type Operation } from './compose.ts';
import { moveNode } from './move.ts';
import type { Place } from './place.ts';
import { setRunAfter } from './run-after.ts';
import { wrap } from './wrap.ts';

/** Those that are in none of the others, in order of running. */
function outermost(graph: Graph, paths: readonly Path[]): readonly NodeInfo[] {
  const wanted = new Set(paths);
  return [...graph.nodes.values()].filter(
    ({ path, kind }) =>
      kind !== 'trigger' && wanted.has(path) && !paths.some((other) => other !== path && path.startsWith(`${other}/`)),
  );
}

/** Moves steps behind each other to a place. */
export function moveNodes(doc: Doc, graph: Graph, paths: readonly Path[], place: Place): Result<Edit> {
  const nodes = outermost(graph, paths);
  const [first, ...others] = nodes;
  if (first === undefined) return { ok: false, problems: [problem('NodeMissing', { path: paths[0] ?? '' })] };
  if (others.length === 0) return moveNode(doc, graph, first.path, place);
  let last: Path = '';
  const step =
    (node: NodeInfo, to: () => Place): Operation =>
    (now, drawn) => {
      const edit = moveNode(now, drawn, node.path, to());
      if (edit.ok) last = edit.value.select ?? node.path;
      return edit;
    };
  return compose(doc, graph, `move ${nodes.length} steps`, [
    step(first, () => place),
    ...others.map((node) => step(node, () => ({ kind: 'after', path: last }))),
    ...nodes.flatMap((node, index) => statusesKept(node, nodes[index - 1], () => last)),
  ]);
}

/** Puts a chain of steps into one new scope, which takes its place. */
export function groupNodes(doc: Doc, graph: Graph, paths: readonly Path[]): Result<Edit> {
  const nodes = outermost(graph, paths);
  const [first, ...others] = nodes;
  if (first === undefined) return { ok: false, problems: [problem('NodeMissing', { path: paths[0] ?? '' })] };
  if (!isChain(nodes)) return { ok: false, problems: [problem('NotAChain', {}, first.path)] };
  let last: Path = '';
  const begin: Operation = (now, drawn) => {
    const edit = wrap(now, drawn, first.path, 'Scope', { type: 'Scope' });
    if (edit.ok) last = edit.value.select ?? first.path;
    return edit;
  };
  const join =
    ({ path }: NodeInfo): Operation =>
    (now, drawn) => {
      const edit = moveNode(now, drawn, path, { kind: 'after', path: last });
      if (edit.ok) last = edit.value.select ?? path;
      return edit;
    };
  return compose(doc, graph, nodes.length === 1 ? `group ${first.name}` : `group ${nodes.length} steps`, [
    begin,
    ...others.map(join),
    ...nodes.flatMap((node, index) => statusesKept(node, nodes[index - 1], () => last)),
  ]);
}

/** Each runs after the one before it, and after nothing else; nothing else runs after those within. */
function isChain(nodes: readonly NodeInfo[]): boolean {
  return nodes.every((node, index) => {
    const before = nodes[index - 1];
    return (
      before === undefined ||
      (node.body === before.body && node.after.length === 1 && node.after[0]?.target === before.path)
    );
  });
}

/** Runs again after the results that it ran after, where these were not the ordinary ones. */
function statusesKept(node: NodeInfo, before: NodeInfo | undefined, last: () => Path): readonly Operation[] {
  const statuses =
    before === undefined ? [] : (node.after.find(({ target }) => target === before.path)?.statuses ?? []);
  const isPlain = statuses.length === 0 || (statuses.length === 1 && statuses[0]?.toLowerCase() === 'succeeded');
  if (before === undefined || isPlain) return [];
  return [
    (now, drawn) => {
      const body = last().slice(0, last().lastIndexOf('/'));
      const path = [...drawn.nodes.values()].find(({ name, body: here }) => name === node.name && here === body)?.path;
      return setRunAfter(now, drawn, path ?? node.path, { [before.name]: statuses });
    },
  ];
}
