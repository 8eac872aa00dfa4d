/**
 * Renaming a step, with everything that names it.
 *
 * Invariants (portal reference 6.3)
 * I7. Changed are exactly: the key, `runAfter` of siblings, names in expressions that are found by reading them, inline code
 *     and what it depends on. References that are worked out at run time are reported.
 */
import { childPath, type Doc, type Edit, memberAt, type Patch, type Path } from '../document.ts';
import type { Graph } from '../graph.ts';
import { looseMemberOf } from '../json-tree.ts';
import { quoteText } from '../language.ts';
import { type Problem, problem, type Result } from '../problem.ts';
import { findReferences, type Ref, referencesTo } from '../references.ts';
import { nameProblem } from './names.ts';

export interface Renamed extends Edit {
  /** References that were followed. */
  readonly followed: number;
  readonly warnings: readonly Problem[];
}

export function rename(doc: Doc, graph: Graph, path: Path, name: string): Result<Renamed> {
  const node = graph.nodes.get(path);
  const place = memberAt(doc, path);
  if (node === undefined || place === undefined) return { ok: false, problems: [problem('NodeMissing', { path })] };
  const refused = nameProblem(graph, name, path);
  if (refused !== undefined) return { ok: false, problems: [refused] };
  const patches: Patch[] = [{ start: place.keyStart, end: place.keyEnd, insert: JSON.stringify(name) }];
  const all = node.kind === 'trigger' ? [] : findReferences(doc, graph);
  const followed = referencesTo(all, node.name);
  if (node.kind !== 'trigger') {
    for (const other of graph.nodes.values())
      if (other.body === node.body) patches.push(...runAfterKeys(other.json, node.name, name));
    patches.push(...followed.map((ref) => ({ start: ref.start, end: ref.end, insert: written(ref, name) })));
  }
  const dynamic = all.filter(({ to, name: named }) => named === undefined && to === 'action').length;
  const warnings = dynamic === 0 ? [] : [problem('DynamicReference', { count: String(dynamic) }, path)];
  const select = childPath(path.slice(0, path.lastIndexOf('/')), name);
  return { ok: true, value: { label: `rename ${node.name}`, patches, select, followed: followed.length, warnings } };
}

function runAfterKeys(json: Parameters<typeof looseMemberOf>[0], from: string, to: string): readonly Patch[] {
  const runAfter = looseMemberOf(json, 'runAfter')?.value;
  if (runAfter?.kind !== 'object') return [];
  return runAfter.members
    .filter(({ key }) => key.toLowerCase() === from.toLowerCase())
    .map(({ keyStart, keyEnd }) => ({ start: keyStart, end: keyEnd, insert: JSON.stringify(to) }));
}

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);

/** As it stands within a JSON text. */
const inner = (text: string): string => JSON.stringify(text).slice(1, -1);

const scriptText = (name: string): string => name.replaceAll(/['"\\]/g, String.raw`\$&`);

/** A name as it is written where a reference stands. */
function written({ form }: Ref, name: string): string {
  switch (form) {
    case 'text':
      return JSON.stringify(name);
    case 'expression':
      return inner(quoteText(name));
    case 'scriptText':
      return inner(scriptText(name));
    case 'scriptMember':
      return isIdentifier(name) ? `.${name}` : inner(`['${scriptText(name)}']`);
  }
}
