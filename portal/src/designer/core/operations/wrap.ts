/** Putting steps into a container, and taking a container away from around them. Source: portal reference 5.9. */
import { childPath, type Doc, type Edit, memberAt, type Path, sourceOf, valueAt } from '../document.ts';
import type { Graph } from '../graph.ts';
import { looseMemberOf } from '../json-tree.ts';
import { indentAt, type JsonRecord, reindented } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { changeAt } from '../text-edits.ts';
import { compose } from './compose.ts';
import { withRunAfter } from './move.ts';
import { freeName, takenNames } from './names.ts';
import { followersOf } from './place.ts';
import { removeNode } from './remove.ts';

/** Puts a step into a new container, which takes its place: `{type: 'Foreach', foreach: …}`, `{type: 'Scope'}`. */
export function wrap(doc: Doc, graph: Graph, path: Path, wanted: string, container: JsonRecord): Result<Edit> {
  const node = graph.nodes.get(path);
  const member = memberAt(doc, path);
  const source = sourceOf(doc, path);
  if (node === undefined || member === undefined || source === undefined || node.kind === 'trigger') {
    return { ok: false, problems: [problem('NodeMissing', { path })] };
  }
  const name = freeName(takenNames(graph), wanted);
  const { style } = doc;
  const outer = indentAt(doc, member.value.start);
  const tall = source.includes('\n');
  const inner = outer + style.indent;
  const deep = inner + style.indent;
  const moved = reindented(withRunAfter(doc, source, outer, {}), outer, deep);
  const runAfter = looseMemberOf(node.json, 'runAfter')?.value;
  const own = runAfter === undefined ? '{}' : reindented(doc.text.slice(runAfter.start, runAfter.end), inner, inner);
  const parts = Object.entries(container).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const gap = tall ? style.eol : '';
  const actions = `"actions": {${gap}${tall ? deep : ''}${JSON.stringify(node.name)}: ${moved}${gap}${tall ? inner : ''}}`;
  const lines = [...parts, actions, `"runAfter": ${own}`].map((line) => (tall ? inner : '') + line);
  const text = `{${gap}${lines.join(`,${gap}`)}${gap}${tall ? outer : ''}}`;
  const patches = [
    { start: member.keyStart, end: member.value.end, insert: `${JSON.stringify(name)}: ${text}` },
    ...followersOf(graph, path).flatMap((follower) => {
      const entries = looseMemberOf(follower.json, 'runAfter')?.value;
      const entry =
        entries?.kind === 'object'
          ? entries.members.find(({ key }) => key.toLowerCase() === node.name.toLowerCase())
          : undefined;
      return entry === undefined ? [] : [{ start: entry.keyStart, end: entry.keyEnd, insert: JSON.stringify(name) }];
    }),
  ];
  const select = childPath(childPath(childPath(node.body, name), 'actions'), node.name);
  return { ok: true, value: { label: `put ${node.name} into ${name}`, patches, select } };
}

/** Takes a scope or loop away; what is in it stays, in its place. Fails for containers with several branches. */
export function unwrap(doc: Doc, graph: Graph, path: Path): Result<Edit> {
  const node = graph.nodes.get(path);
  const [body] = node?.bodies ?? [];
  if (node === undefined || body === undefined || node.bodies.length !== 1) {
    return { ok: false, problems: [problem('NodeMissing', { path })] };
  }
  const inner = body.nodes.flatMap((each) => graph.nodes.get(each) ?? []);
  if (inner.length === 0) return removeNode(doc, graph, path);
  const ends = inner.filter(({ path: each }) => followersOf(graph, each).length === 0).map(({ name }) => name);
  return compose(doc, graph, `ungroup ${node.name}`, [(now, drawn) => lift(now, drawn, path, ends)]);
}

function lift(doc: Doc, graph: Graph, path: Path, ends: readonly string[]): Result<Edit> {
  const node = graph.nodes.get(path);
  const member = memberAt(doc, path);
  const actions = node?.bodies[0] === undefined ? undefined : valueAt(doc, node.bodies[0].path);
  if (node === undefined || member === undefined || actions?.kind !== 'object') {
    return { ok: false, problems: [problem('NodeMissing', { path })] };
  }
  const before = Object.fromEntries(
    node.after.map(({ name, statuses }) => [name, statuses.length === 0 ? ['Succeeded'] : statuses]),
  );
  const outer = indentAt(doc, member.value.start);
  const texts = actions.members.map(({ key, value }) => {
    const child = graph.nodes.get(childPath(node.bodies[0]?.path ?? '', key));
    const from = indentAt(doc, value.start);
    const source = doc.text.slice(value.start, value.end);
    const first = child?.after.length === 0;
    return `${JSON.stringify(key)}: ${reindented(first ? withRunAfter(doc, source, from, before) : source, from, outer)}`;
  });
  const gap =
    texts.join('').includes('\n') || doc.text.slice(actions.start, actions.end).includes('\n')
      ? doc.style.eol + outer
      : '';
  const patches = [
    { start: member.keyStart, end: member.value.end, insert: texts.join(`,${gap}`) },
    ...followersOf(graph, path).flatMap((follower) => {
      const next = follower.after.flatMap(({ name, statuses, target }) => {
        const kept = statuses.length === 0 ? ['Succeeded'] : [...statuses];
        return (target === path ? ends : [name]).map((each) => [each, kept] as const);
      });
      return changeAt(doc, follower.json, ['runAfter'], Object.fromEntries(next));
    }),
  ];
  const [first] = actions.members;
  const select = childPath(node.body, first?.key ?? node.name);
  return { ok: true, value: { label: `ungroup ${node.name}`, patches, select } };
}
