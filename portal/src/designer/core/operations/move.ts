/** Moving steps within a workflow. Source: portal reference 5.9. */
import { childPath, type Doc, type Edit, memberAt, type Path, sourceOf } from '../document.ts';
import type { Graph } from '../graph.ts';
import { parseTree } from '../json-tree.ts';
import { indentAt, reindented } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { findReferences } from '../references.ts';
import { compose } from './compose.ts';
import { type Place, putChain, spotOf } from './place.ts';
import { removeNode } from './remove.ts';

/** Takes a step out of its chain and puts it elsewhere; its text stays but for its `runAfter` and its indentation. */
export function moveNode(doc: Doc, graph: Graph, path: Path, place: Place): Result<Edit> {
  const node = graph.nodes.get(path);
  const source = sourceOf(doc, path);
  const member = memberAt(doc, path);
  if (node === undefined || source === undefined || member === undefined || node.kind === 'trigger') {
    return { ok: false, problems: [problem('NodeMissing', { path })] };
  }
  const target = place.kind === 'start' ? place.body : place.path;
  if (target === path) return { ok: true, value: { label: `move ${node.name}`, patches: [], select: path } };
  if (target.startsWith(`${path}/`)) return { ok: false, problems: [problem('IntoItself', { name: node.name }, path)] };
  const from = indentAt(doc, member.value.start);
  return compose(doc, graph, `move ${node.name}`, [
    (now, drawn) => removeNode(now, drawn, path),
    (now, drawn) => putText(now, drawn, place, { name: node.name, text: source, from }),
  ]);
}

export interface StepText {
  readonly name: string;
  readonly text: string;
  /** The indentation its further lines have. */
  readonly from: string;
}

/** Puts a step's text at a place, with the place's `runAfter`. */
export function putText(doc: Doc, graph: Graph, place: Place, { name, text, from }: StepText): Result<Edit> {
  const spot = spotOf(graph, place);
  if ('code' in spot) return { ok: false, problems: [spot] };
  const placed = withRunAfter(doc, text, from, spot.runAfter);
  const members = [{ key: name, text: (indent: string) => reindented(placed, from, indent) }];
  const patches = putChain(doc, graph, spot, { members, ends: [name] });
  return { ok: true, value: { label: `move ${name}`, patches, select: childPath(spot.body, name) } };
}

/** A step's text with another `runAfter`, all else as it was. */
export function withRunAfter(
  { style }: Pick<Doc, 'style'>,
  text: string,
  from: string,
  runAfter: Readonly<Record<string, readonly string[]>>,
): string {
  const read = parseTree(text);
  if (!read.ok || read.tree.kind !== 'object') return text;
  const member = read.tree.members.findLast(({ key }) => key.toLowerCase() === 'runafter');
  if (member === undefined && Object.keys(runAfter).length === 0) return text;
  const tall = text.includes('\n');
  const inner = from + style.indent;
  const value = tall
    ? JSON.stringify(runAfter, undefined, style.indent).replaceAll('\n', style.eol + inner)
    : JSON.stringify(runAfter);
  if (member !== undefined) return text.slice(0, member.value.start) + value + text.slice(member.value.end);
  const last = read.tree.members.at(-1);
  if (last === undefined) return `{"runAfter":${value}}`;
  const gap = tall ? style.eol + inner : '';
  return `${text.slice(0, last.value.end)},${gap}"runAfter":${tall ? ' ' : ''}${value}${text.slice(last.value.end)}`;
}

/** Loops whose item the step reads and which are not around the place: said before it is moved there. */
export function lostLoops(doc: Doc, graph: Graph, path: Path, place: Place): readonly string[] {
  const spot = spotOf(graph, place);
  if ('code' in spot) return [];
  const around = new Set(
    [...graph.nodes.values()]
      .filter((node) => spot.body.startsWith(`${node.path}/`) || node.path.startsWith(`${path}/`) || node.path === path)
      .map(({ name }) => name.toLowerCase()),
  );
  const read = findReferences(doc, graph).filter(
    ({ to, owner }) => to === 'loop' && (owner === path || owner.startsWith(`${path}/`)),
  );
  return [...new Set(read.flatMap(({ name }) => (name === undefined || around.has(name.toLowerCase()) ? [] : [name])))];
}
