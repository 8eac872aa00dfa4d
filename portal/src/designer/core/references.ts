/**
 * Who names whom in expressions.
 *
 * Owns: finding references by reading every expression as the server does, and where their names stand in the text.
 * Does not own: changing them (`operations/rename.ts`), whether they are allowed (`validate.ts`).
 *
 * Invariants (portal reference 6.3 I7)
 * N1. Found by parsing, never by searching the text: a name in a text or in another function's argument is none.
 * N2. A name that is worked out at run time is a dynamic reference, without a name.
 */
import type { Doc, Path } from './document.ts';
import type { Graph } from './graph.ts';
import { type Json, looseMemberOf, textOf } from './json-tree.ts';
import { areFaults, parseTemplate, references as referencesOf } from './language.ts';

export type RefKind = 'action' | 'loop' | 'variable' | 'parameter';

export interface Ref {
  readonly to: RefKind;
  /** Absent where it is worked out at run time. */
  readonly name: string | undefined;
  /** The step whose text it stands in; empty for the definition's own outputs and parameters. */
  readonly owner: Path;
  /** Of the name in the text, its quotes included for expressions. */
  readonly start: number;
  readonly end: number;
  /** How the name is written there. */
  readonly form: 'expression' | 'scriptMember' | 'scriptText' | 'text';
  /** The name of the function that reads it. */
  readonly by: string;
}

const kinds: Readonly<Record<string, RefKind>> = {
  action: 'action',
  scope: 'action',
  foreach: 'loop',
  until: 'loop',
  variable: 'variable',
  parameter: 'parameter',
};

const found = new WeakMap<Doc, readonly Ref[]>();

/** Every reference of a definition, in the order of its text. A document is read once, whoever asks. */
export function findReferences(doc: Doc, graph: Graph): readonly Ref[] {
  const known = found.get(doc);
  if (known !== undefined) return known;
  const made = readReferences(doc, graph);
  found.set(doc, made);
  return made;
}

function readReferences(doc: Doc, graph: Graph): readonly Ref[] {
  const owners = new Map([...graph.nodes.values()].map(({ json, path }) => [json, path]));
  const refs: Ref[] = [];
  const walk = (json: Json, owner: Path): void => {
    const here = owners.get(json) ?? owner;
    if (here !== owner) refs.push(...besideExpressions(doc, json, here));
    if (json.kind === 'string') refs.push(...inString(doc, json, here));
    else if (json.kind === 'array') for (const item of json.items) walk(item, here);
    else if (json.kind === 'object') {
      for (const { key, keyStart, keyEnd, value } of json.members) {
        if (key.includes('@')) refs.push(...inString(doc, { start: keyStart, end: keyEnd, value: key }, here));
        walk(value, here);
      }
    }
  };
  walk(doc.definition, '');
  return refs;
}

interface Quoted {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

function inString(doc: Doc, { start, end, value }: Quoted, owner: Path): readonly Ref[] {
  if (!value.includes('@')) return [];
  const template = parseTemplate(value);
  if (areFaults(template)) return [];
  const found = referencesOf(template);
  if (found.length === 0) return [];
  const place = rawPlaces(doc.text, { start, end, value });
  return found.flatMap((one): readonly Ref[] => {
    const to = kinds[one.target];
    if (to === undefined || one.nameSpan === undefined) return [];
    return [
      {
        to,
        name: one.name,
        owner,
        start: place(one.nameSpan.start),
        end: place(one.nameSpan.end),
        form: 'expression',
        by: one.function,
      },
    ];
  });
}

const escape = /\\(?:u[\dA-Fa-f]{4}|.)|[^\\]/gs;

/** From an offset in a string's value to that in the text, where escapes are longer. */
function rawPlaces(text: string, { start, end, value }: Quoted): (offset: number) => number {
  if (end - start - 2 === value.length) return (offset) => start + 1 + offset;
  const places: number[] = [];
  let at = start + 1;
  for (const [unit] of text.slice(start + 1, end - 1).matchAll(escape)) {
    places.push(at);
    at += unit.length;
  }
  places.push(at);
  return (offset) => places[offset] ?? at;
}

const scriptReference =
  /workflowContext\s*\.\s*actions\s*(?:\.([A-Za-z_$][\w$]*)|\[\s*(['"])((?:(?!\2)[^\\\n])+)\2\s*\])/g;

/** Variables that an action sets, what inline code reads, and what a script says it depends on. */
function besideExpressions(doc: Doc, json: Json, owner: Path): readonly Ref[] {
  const inputs = looseMemberOf(json, 'inputs')?.value;
  const type = textOf(looseMemberOf(json, 'type')?.value)?.toLowerCase() ?? '';
  const plain = (to: RefKind, item: Json | undefined, by: string): readonly Ref[] =>
    item?.kind === 'string' && !item.value.includes('@')
      ? [{ to, name: item.value, owner, start: item.start, end: item.end, form: 'text', by }]
      : [];
  if (type.endsWith('variable') && type !== 'initializevariable') {
    return plain('variable', looseMemberOf(inputs, 'name')?.value, type);
  }
  if (type !== 'javascriptcode') return [];
  const listed = looseMemberOf(looseMemberOf(inputs, 'explicitDependencies')?.value, 'actions')?.value;
  const depends = listed?.kind === 'array' ? listed.items.flatMap((item) => plain('action', item, 'depends')) : [];
  const code = looseMemberOf(inputs, 'code')?.value;
  if (code?.kind !== 'string') return depends;
  const place = rawPlaces(doc.text, code);
  const inCode = [...code.value.matchAll(scriptReference)].map((match): Ref => {
    const name = match[1] ?? match[3] ?? '';
    // `.Name` with its dot, so that it can become `['a name']`; within brackets the text alone.
    const at = match.index + match[0].lastIndexOf(name) - (match[1] === undefined ? 0 : 1);
    const end = place(at + name.length + (match[1] === undefined ? 0 : 1));
    const form = match[1] === undefined ? 'scriptText' : 'scriptMember';
    return { to: 'action', name, owner, start: place(at), end, form, by: 'workflowContext' };
  });
  return [...depends, ...inCode];
}

/** Those that read a step of that name: its outputs, its items or its results. */
export const referencesTo = (found: readonly Ref[], name: string): readonly Ref[] =>
  found.filter(
    ({ to, name: named }) => (to === 'action' || to === 'loop') && named?.toLowerCase() === name.toLowerCase(),
  );
