/** Static results: what a step answers instead of running, declared beside the actions. Source: engine reference 13. */
import type { Doc, Edit, Path } from '../document.ts';
import type { Graph } from '../graph.ts';
import { looseMemberOf, textOf } from '../json-tree.ts';
import type { JsonData } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { changeAt } from '../text-edits.ts';
import { freeName } from './names.ts';

/** Declares a step's static result and turns it on; or turns it off, and keeps what was declared. */
export function setStaticResult(doc: Doc, graph: Graph, path: Path, enabled: boolean, result: JsonData): Result<Edit> {
  const node = graph.nodes.get(path);
  if (node === undefined) return { ok: false, problems: [problem('NodeMissing', { path })] };
  const use = looseMemberOf(looseMemberOf(node.json, 'runtimeConfiguration')?.value, 'staticResult')?.value;
  const known = textOf(looseMemberOf(use, 'name')?.value);
  const declared = looseMemberOf(doc.definition, 'staticResults')?.value;
  const taken = new Set(declared?.kind === 'object' ? declared.members.map(({ key }) => key.toLowerCase()) : []);
  const name = known ?? freeName(taken, `${node.name}0`);
  const options = enabled ? 'Enabled' : 'Disabled';
  const patches = [
    ...changeAt(doc, node.json, ['runtimeConfiguration', 'staticResult'], { staticResultOptions: options, name }),
    ...(enabled ? changeAt(doc, doc.definition, ['staticResults', name], result) : []),
  ];
  return {
    ok: true,
    value: {
      label: `${enabled ? 'set' : 'turn off'} the static result of ${node.name}`,
      patches,
      coalesce: `${path} static`,
      select: path,
    },
  };
}
