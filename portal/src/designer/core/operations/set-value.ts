/** Setting what stands in a step: parameters, settings, its whole text. Source: portal reference 5.5, 5.7. */
import { type Doc, type Edit, parse, type Path, valueAt } from '../document.ts';
import type { Graph } from '../graph.ts';
import { parseTree } from '../json-tree.ts';
import { indentAt, type JsonData, reindented } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { changeAt } from '../text-edits.ts';
import { editBetween } from './compose.ts';

/** Sets or takes away a member of a step, found by its names ignoring case. Changes of one place coalesce. */
export function setValue(doc: Doc, path: Path, names: readonly string[], value: JsonData | undefined): Result<Edit> {
  const json = valueAt(doc, path);
  if (json === undefined) return { ok: false, problems: [problem('NodeMissing', { path })] };
  const patches = changeAt(doc, json, names, value);
  const label = `change ${names.at(-1) ?? 'step'}`;
  return { ok: true, value: { label, patches, coalesce: `${path} ${names.join('/')}`, select: path } };
}

/** Sets or takes away a member beside the definition: `parameters/$connections/value/…`. */
export function setBeside(doc: Doc, names: readonly string[], value: JsonData | undefined): Result<Edit> {
  if (doc.definition === doc.tree) return { ok: false, problems: [problem('NodeMissing', { path: names.join('/') })] };
  return { ok: true, value: { label: `change ${names.at(-1) ?? ''}`, patches: changeAt(doc, doc.tree, names, value) } };
}

/** Puts a text in place of a step's own. */
export function replaceNodeText(doc: Doc, graph: Graph, path: Path, text: string): Result<Edit> {
  const json = valueAt(doc, path);
  const node = graph.nodes.get(path);
  if (json === undefined || node === undefined) return { ok: false, problems: [problem('NodeMissing', { path })] };
  const read = parseTree(text);
  if (!read.ok || read.tree.kind !== 'object') return { ok: false, problems: [problem('NotJson', {}, path)] };
  const plain = text.slice(read.tree.start, read.tree.end);
  const insert = reindented(plain, '', indentAt(doc, json.start));
  const patches = insert === doc.text.slice(json.start, json.end) ? [] : [{ start: json.start, end: json.end, insert }];
  return { ok: true, value: { label: `change ${node.name}`, patches, select: path } };
}

/** A whole new text, as the smallest change from the one before; text that does not parse is refused (I4). */
export function replaceAllText(doc: Doc, text: string): Result<Edit> {
  const read = parse(text);
  if (!read.ok) return read;
  return { ok: true, value: { ...editBetween(doc.text, text, 'edit the code'), coalesce: 'code' } };
}
