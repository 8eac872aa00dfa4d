/**
 * Copying steps as text, and pasting them, also into another workflow. Source: portal reference 5.9.
 *
 * Invariants (portal reference 6.3)
 * I10. After a paste no two steps have one name; references among what is pasted follow, all others stay.
 */
import { apply, childPath, type Doc, type Edit, parse, type Path, sourceOf, valueAt } from '../document.ts';
import { type Graph, graph as graphOf, inside } from '../graph.ts';
import { looseMemberOf, memberOf, parseTree } from '../json-tree.ts';
import { indentAt, type JsonData, type JsonRecord, reindented, valueOf } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { changeAt } from '../text-edits.ts';
import { withRunAfter } from './move.ts';
import { freeName, takenNames } from './names.ts';
import { type Place, putChain, spotOf } from './place.ts';
import { rename } from './rename.ts';

const connectionKey = /\$connections'\)\s*\[\s*'([^']+)'\s*\]/g;

/** The clipboard's text for some steps of one body, in order of running; triggers are left out. */
export function copySteps(doc: Doc, graph: Graph, paths: readonly Path[]): string {
  const chosen = [...graph.nodes.values()].filter(({ path, kind }) => kind !== 'trigger' && paths.includes(path));
  const outer = chosen.filter(({ path }) => !chosen.some((other) => path.startsWith(`${other.path}/`)));
  const sources = outer.map(({ path, json, name }) => {
    const text = sourceOf(doc, path) ?? '{}';
    return `${JSON.stringify(name)}: ${reindented(text, indentAt(doc, json.start), '    ')}`;
  });
  const keys = new Set(sources.flatMap((text) => [...text.matchAll(connectionKey)].map((match) => match[1] ?? '')));
  const all = connectionsOf(doc);
  const connections = Object.fromEntries([...keys].flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
  const head = `{\n  "tocsin": 1,\n  "connections": ${JSON.stringify(connections)},\n  "actions": {`;
  return `${head}\n    ${sources.join(',\n    ')}\n  }\n}`;
}

/** The value of `$connections` beside a definition. */
export function connectionsOf(doc: Doc): JsonRecord {
  const value = memberOf(memberOf(memberOf(doc.tree, 'parameters')?.value, '$connections')?.value, 'value')?.value;
  return value?.kind === 'object' ? (valueOf(value) as JsonRecord) : {};
}

/** What a clipboard's text holds: ours, one action, or a map of actions; else nothing. */
export function readClipboard(text: string): Doc | undefined {
  const read = parseTree(text);
  if (!read.ok || read.tree.kind !== 'object') return undefined;
  const { tree } = read;
  const raw = text.slice(tree.start, tree.end);
  const actions = memberOf(tree, 'actions')?.value;
  const type = looseMemberOf(tree, 'type')?.value;
  // The designer of Azure copies `{nodeId, serializedOperation}` in various wrappings.
  const serialized = looseMemberOf(tree, 'serializedOperation') ?? looseMemberOf(tree, 'serializedValue');
  let source: string | undefined;
  if (memberOf(tree, 'tocsin') !== undefined && actions?.kind === 'object') source = raw;
  else if (serialized?.value.kind === 'object') {
    const id = looseMemberOf(tree, 'nodeId')?.value ?? looseMemberOf(tree, 'id')?.value;
    const name = id?.kind === 'string' ? id.value : 'Pasted';
    source = `{"actions": {${JSON.stringify(name)}: ${text.slice(serialized.value.start, serialized.value.end)}}}`;
  } else if (type?.kind === 'string') source = `{"actions": {"Pasted_${cleanType(type.value)}": ${raw}}}`;
  else if (tree.members.length > 0 && tree.members.every(({ value }) => looseMemberOf(value, 'type') !== undefined)) {
    source = `{"actions": ${raw}}`;
  }
  const doc = source === undefined ? undefined : parse(source);
  return doc?.ok === true && graphOf(doc.value).root.nodes.length > 0 ? doc.value : undefined;
}

const cleanType = (type: string): string => type.replaceAll(/\W/g, '');

/** Pastes a clipboard's steps as one chain. Connections that this workflow lacks come with them. */
export function paste(doc: Doc, graph: Graph, place: Place, clip: Doc): Result<Edit> {
  const spot = spotOf(graph, place);
  if ('code' in spot) return { ok: false, problems: [spot] };
  const renamed = withFreeNames(clip, takenNames(graph));
  if (renamed === undefined) return { ok: false, problems: [problem('NotJson')] };
  const drawn = graphOf(renamed);
  const nodes = drawn.root.nodes.flatMap((path) => drawn.nodes.get(path) ?? []);
  const followed = new Set(nodes.flatMap(({ after }) => after.flatMap(({ target }) => target ?? [])));
  const ends = nodes.filter(({ path }) => !followed.has(path)).map(({ name }) => name);
  const members = nodes.map(({ name, path, json, after }) => {
    const from = indentAt(renamed, json.start);
    const within = after.filter(({ target }) => target !== undefined);
    const kept = Object.fromEntries(
      within.map(({ name: each, statuses }) => [each, statuses.length === 0 ? ['Succeeded'] : statuses]),
    );
    const text = withRunAfter(
      renamed,
      sourceOf(renamed, path) ?? '{}',
      from,
      within.length === 0 ? spot.runAfter : kept,
    );
    return { key: name, text: (indent: string) => reindented(text, from, indent).replaceAll(/\r?\n/g, doc.style.eol) };
  });
  const [first] = nodes;
  const select = childPath(spot.body, first?.name ?? '');
  const label = nodes.length === 1 ? `paste ${first?.name ?? ''}` : `paste ${nodes.length} steps`;
  const patches = [...putChain(doc, graph, spot, { members, ends }), ...connectionPatches(doc, clip)];
  return { ok: true, value: { label, patches, select } };
}

function connectionPatches(doc: Doc, clip: Doc): ReturnType<typeof changeAt> {
  const given = memberOf(clip.tree, 'connections')?.value;
  if (given?.kind !== 'object' || doc.definition === doc.tree) return [];
  const known = connectionsOf(doc);
  const missing = given.members.filter(({ key }) => known[key] === undefined);
  if (missing.length === 0) return [];
  const value: JsonData = {
    ...known,
    ...Object.fromEntries(missing.map(({ key, value: each }) => [key, valueOf(each)])),
  };
  const declared = looseMemberOf(looseMemberOf(doc.definition, 'parameters')?.value, '$connections');
  return [
    ...changeAt(doc, doc.tree, ['parameters', '$connections', 'value'], value),
    ...(declared === undefined
      ? changeAt(doc, doc.definition, ['parameters', '$connections'], { defaultValue: {}, type: 'Object' })
      : []),
  ];
}

/** The clip with names that are free where it goes; references among its steps follow. */
function withFreeNames(clip: Doc, taken: Set<string>): Doc | undefined {
  let now = clip;
  const used = new Set(taken);
  const first = graphOf(clip);
  for (const { name } of inside(first, first.root)) {
    const drawn = graphOf(now);
    const path = drawn.byName.get(name.toLowerCase())?.[0];
    if (path === undefined) continue;
    const others = new Set([...used, ...[...drawn.byName.keys()].filter((each) => each !== name.toLowerCase())]);
    const free = used.has(name.toLowerCase()) ? freeName(others, name) : name;
    used.add(free.toLowerCase());
    if (free === name) continue;
    const edit = rename(now, drawn, path, free);
    const next = edit.ok ? apply(now, edit.value) : edit;
    if (!next.ok) return undefined;
    now = next.value;
  }
  return valueAt(now, '/actions') === undefined ? undefined : now;
}
