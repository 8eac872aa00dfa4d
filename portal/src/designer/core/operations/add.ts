/** Adding steps, triggers and cases. Source: portal reference 5.9. */
import { childPath, type Doc, type Edit, type Path, valueAt } from '../document.ts';
import type { Graph, NodeInfo } from '../graph.ts';
import { looseMemberOf } from '../json-tree.ts';
import type { JsonRecord } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { changeAt, changeMembers, memberOfValue } from '../text-edits.ts';
import { freeName, takenNames } from './names.ts';
import { type Place, putChain, spotOf } from './place.ts';

/** Adds an action. `value` is its JSON; its `runAfter` is that of the place. */
export function addAction(doc: Doc, graph: Graph, place: Place, wanted: string, value: JsonRecord): Result<Edit> {
  const spot = spotOf(graph, place);
  if ('code' in spot) return { ok: false, problems: [spot] };
  const name = freeName(takenNames(graph), wanted);
  const { type = '', ...rest } = value;
  const whole: JsonRecord = { type, ...rest, runAfter: { ...spot.runAfter } };
  const patches = putChain(doc, graph, spot, { members: [memberOfValue(doc, name, whole)], ends: [name] });
  return { ok: true, value: { label: `add ${name}`, patches, select: childPath(spot.body, name) } };
}

/** Adds a trigger, or puts it in place of the one that is there. Members that a new trigger has no use for go with the old one. */
export function setTrigger(doc: Doc, graph: Graph, wanted: string, value: JsonRecord): Result<Edit> {
  const [old] = graph.triggers;
  const taken = takenNames(graph);
  const before = old === undefined ? undefined : graph.nodes.get(old);
  if (before !== undefined) taken.delete(before.name.toLowerCase());
  const name = freeName(taken, wanted);
  const label = `${before === undefined ? 'add' : 'change'} trigger ${name}`;
  const triggers = looseMemberOf(doc.definition, 'triggers');
  const select = childPath(`/${triggers?.key ?? 'triggers'}`, name);
  if (triggers?.value.kind !== 'object') {
    return {
      ok: true,
      value: { label, select, patches: changeAt(doc, doc.definition, ['triggers'], { [name]: value }) },
    };
  }
  const remove = new Set(
    triggers.value.members.flatMap((member, index) => (member.value === before?.json ? [index] : [])),
  );
  const patches = changeMembers(doc, triggers.value, { remove, insert: [memberOfValue(doc, name, value)] });
  return { ok: true, value: { label, select, patches } };
}

/** Adds an empty case to a Switch. */
export function addCase(doc: Doc, graph: Graph, path: Path): Result<Edit> {
  const node = graph.nodes.get(path);
  if (node?.type.toLowerCase() !== 'switch') return { ok: false, problems: [problem('NodeMissing', { path })] };
  const cases = looseMemberOf(node.json, 'cases')?.value;
  const keys = new Set(cases?.kind === 'object' ? cases.members.map(({ key }) => key.toLowerCase()) : []);
  const key = freeName(keys, keys.size === 0 ? 'Case' : 'Case_2');
  const value = { case: keys.size === 0 ? '' : `value ${keys.size + 1}`, actions: {} };
  return {
    ok: true,
    value: { label: 'add case', patches: changeAt(doc, node.json, ['cases', key], value), select: path },
  };
}

/** Removes a case with what is in it. */
export function removeCase(doc: Doc, graph: Graph, path: Path, caseKey: string): Result<Edit> {
  const node = graph.nodes.get(path);
  if (node === undefined) return { ok: false, problems: [problem('NodeMissing', { path })] };
  const cases = looseMemberOf(node.json, 'cases')?.value;
  const index = cases?.kind === 'object' ? cases.members.findIndex(({ key }) => key === caseKey) : -1;
  if (cases?.kind !== 'object' || index < 0)
    return { ok: false, problems: [problem('NodeMissing', { path: caseKey })] };
  return {
    ok: true,
    value: { label: 'remove case', patches: changeMembers(doc, cases, { remove: new Set([index]) }), select: path },
  };
}

/** Makes an action another operation: its name, order and description stay. */
export function replaceOperation(doc: Doc, graph: Graph, path: Path, value: JsonRecord): Result<Edit> {
  const node = graph.nodes.get(path);
  if (node === undefined) return { ok: false, problems: [problem('NodeMissing', { path })] };
  return {
    ok: true,
    value: { label: `change type of ${node.name}`, patches: replaced(doc, node, value), select: path },
  };
}

function replaced(doc: Doc, node: NodeInfo, value: JsonRecord): readonly Edit['patches'][number][] {
  const json = valueAt(doc, node.path);
  if (json?.kind !== 'object') return json === undefined ? [] : changeAt(doc, json, [], value);
  const kept: Record<string, JsonRecord[string]> = { ...value };
  const remove = new Set<number>();
  const keeps = new Set(['runafter', 'description', 'metadata', 'trackedproperties']);
  for (const [index, { key }] of json.members.entries()) {
    if (!keeps.has(key.toLowerCase()) && !(key in kept)) remove.add(index);
  }
  const patches = json.members.flatMap(({ key, value: member }) => {
    const next = kept[key];
    if (next === undefined) return [];
    delete kept[key];
    return changeAt(doc, member, [], next);
  });
  const insert = Object.entries(kept).map(([key, each]) => memberOfValue(doc, key, each));
  return [...patches, ...changeMembers(doc, json, { remove, insert, after: 0 })];
}
