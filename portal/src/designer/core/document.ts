/**
 * A logic app's text, its tree, and changes of it as patches.
 *
 * Owns: documents, applying edits, their inverses, pointers. Does not own: what an edit should be (`operations`).
 *
 * Invariants (numbers of portal reference 6.3)
 * I1. The text of a document is the text it was read from, byte for byte.
 * I2. An edit changes the spans of its patches and nothing else.
 * I3. An edit followed by its inverse gives the text before.
 * I4. Text that does not parse never becomes a document.
 */
import { type Json, memberOf, parseTree } from './json-tree.ts';
import { type Problem, type Result, problem } from './problem.ts';

/** A JSON pointer into the definition: the identity of a node. A name's second appearance in one object ends in `~d2`. */
export type Path = string;

export interface Style {
  readonly indent: string;
  readonly eol: '\n' | '\r\n';
}

export interface Doc {
  /** The only truth. */
  readonly text: string;
  readonly tree: Json;
  /** The definition within: the member `definition`, or the whole text where it has none. */
  readonly definition: Json;
  readonly version: number;
  /** How the text is laid out, for what is added to it. */
  readonly style: Style;
}

export interface Patch {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

export interface Edit {
  /** What undo calls it: `rename Compose`. */
  readonly label: string;
  readonly patches: readonly Patch[];
  /** The node to be selected behind it. */
  readonly select?: Path;
  /** Edits of one key that follow each other are one step of undo. */
  readonly coalesce?: string;
}

export function parse(text: string, version = 0): Result<Doc> {
  const read = parseTree(text);
  if (!read.ok) {
    const { message, offset } = read.fault;
    return { ok: false, problems: [{ ...problem('InvalidJson', { message }), start: offset, end: offset }] };
  }
  const inner = memberOf(read.tree, 'definition')?.value;
  return {
    ok: true,
    value: {
      text,
      tree: read.tree,
      definition: inner?.kind === 'object' ? inner : read.tree,
      version,
      style: styleOf(text),
    },
  };
}

/** The document behind an edit, or why its text would be none. */
export function apply(doc: Doc, edit: Edit): Result<Doc> {
  const overlap = overlapOf(edit.patches);
  if (overlap !== undefined) return { ok: false, problems: [overlap] };
  return parse(patched(doc.text, edit.patches), doc.version + 1);
}

/** What takes an edit back; for the text behind it. */
export function inverse(doc: Doc, edit: Edit): Edit {
  let shift = 0;
  const patches = inOrder(edit.patches).map(({ start, end, insert }) => {
    const at = start + shift;
    shift += insert.length - (end - start);
    return { start: at, end: at + insert.length, insert: doc.text.slice(start, end) };
  });
  return { ...edit, patches };
}

const inOrder = (patches: readonly Patch[]): readonly Patch[] =>
  patches.toSorted((left, right) => left.start - right.start || left.end - right.end);

function patched(text: string, patches: readonly Patch[]): string {
  let at = 0;
  const parts: string[] = [];
  for (const { start, end, insert } of inOrder(patches)) {
    parts.push(text.slice(at, start), insert);
    at = end;
  }
  return parts.join('') + text.slice(at);
}

function overlapOf(patches: readonly Patch[]): Problem | undefined {
  let end = 0;
  for (const patch of inOrder(patches)) {
    if (patch.start < end || patch.end < patch.start) return problem('OverlappingChange');
    end = patch.end;
  }
  return undefined;
}

function styleOf(text: string): Style {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return { eol, indent: /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ' };
}

export const escapeSegment = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

export const childPath = (parent: Path, key: string): Path => `${parent}/${escapeSegment(key)}`;

/** The keys of a path, and which appearance of the key is meant (1 for the first). */
export function segmentsOf(path: Path): readonly { readonly key: string; readonly appearance: number }[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => {
      const again = /~d(\d+)$/.exec(segment);
      const key = (again === null ? segment : segment.slice(0, again.index))
        .replaceAll('~1', '/')
        .replaceAll('~0', '~');
      return { key, appearance: again === null ? 1 : Number(again[1]) };
    });
}

/** The member that a path names, with its key. */
export function memberAt(doc: Doc, path: Path): MemberPlace | undefined {
  let owner: Json = doc.definition;
  let found: MemberPlace | undefined;
  for (const { key, appearance } of segmentsOf(path)) {
    if (owner.kind !== 'object') return undefined;
    const index = nthIndex(owner.members, key, appearance);
    const member = owner.members[index];
    if (member === undefined) return undefined;
    found = { ...member, owner, index };
    owner = member.value;
  }
  return found;
}

export interface MemberPlace {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: Json;
  readonly owner: Json & { readonly kind: 'object' };
  readonly index: number;
}

function nthIndex(members: readonly { readonly key: string }[], key: string, appearance: number): number {
  let seen = 0;
  return members.findIndex((member) => member.key === key && ++seen === appearance);
}

/** The value that a path names; the definition itself for the empty path. */
export const valueAt = (doc: Doc, path: Path): Json | undefined =>
  path === '' ? doc.definition : memberAt(doc, path)?.value;

/** The text of a node's value. */
export function sourceOf(doc: Doc, path: Path): string | undefined {
  const value = valueAt(doc, path);
  return value === undefined ? undefined : doc.text.slice(value.start, value.end);
}
