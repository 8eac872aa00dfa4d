/**
 * Patches that put, change and take away values.
 *
 * Owns: commas, line ends and indentation around what changes. Does not own: what should change (`operations`).
 *
 * Invariants
 * E1. A value that says already what it should keeps its text; within an object or a list only what differs is touched.
 * E2. What is put into a text is laid out as its neighbours are.
 */
import type { Doc, Patch } from './document.ts';
import { type Json, looseMemberOf } from './json-tree.ts';
import { indentAt, isOneLine, isRecord, type JsonData, layOut, says, valueOf } from './json-value.ts';

type JsonObject = Json & { readonly kind: 'object' };

/** A member to be put in; its value's text is made when its indentation is known. */
export interface NewMember {
  readonly key: string;
  readonly text: (indent: string) => string;
}

export const memberOfValue = (doc: Doc, key: string, value: JsonData): NewMember => ({
  key,
  text: (indent) => layOut(doc, value, indent),
});

export interface MemberChanges {
  /** Indexes of members that go. */
  readonly remove?: ReadonlySet<number>;
  readonly insert?: readonly NewMember[];
  /** The index of the member behind which they come; -1 for the front, absent for the end. */
  readonly after?: number;
}

/** Members that go and members that come, in one object. */
export function changeMembers(doc: Doc, object: JsonObject, changes: MemberChanges): readonly Patch[] {
  const { remove = new Set(), insert = [] } = changes;
  const kept = object.members.flatMap((_, index) => (remove.has(index) ? [] : [index]));
  if (kept.length === 0) {
    if (remove.size === 0 && insert.length === 0) return [];
    return [{ start: object.start, end: object.end, insert: wholeObject(doc, object, insert) }];
  }
  const patches = [...removals(object, remove)];
  if (insert.length > 0) {
    const wanted = changes.after ?? object.members.length - 1;
    const anchor = kept.findLast((index) => index <= wanted);
    patches.push(insertion(doc, object, anchor, insert));
  }
  return patches;
}

/** Makes a value say something else. */
export function changeValue(doc: Doc, json: Json, value: JsonData): readonly Patch[] {
  if (says(json, value)) return [];
  if (json.kind === 'object' && isRecord(value) && json.members.length > 0) return changeObject(doc, json, value);
  if (json.kind === 'array' && Array.isArray(value) && json.items.length > 0 && value.length > 0) {
    return changeArray(doc, json, value as readonly JsonData[]);
  }
  return [{ start: json.start, end: json.end, insert: layOut(doc, value, indentAt(doc, json.start)) }];
}

/**
 * Sets or takes away what stands at the end of member names, found ignoring case; objects on the way are made, and those
 * that become empty go.
 * @param value undefined takes it away.
 */
export function changeAt(
  doc: Doc,
  root: Json,
  names: readonly string[],
  value: JsonData | undefined,
): readonly Patch[] {
  const way: JsonObject[] = [];
  let at: Json = root;
  for (const [index, name] of names.entries()) {
    if (at.kind === 'array' && /^\d+$/.test(name)) return changeItem(doc, at, names.slice(index), value);
    if (at.kind !== 'object') break;
    way.push(at);
    const member = looseMemberOf(at, name);
    if (member === undefined) return value === undefined ? [] : putAt(doc, at, names.slice(way.length - 1), value);
    at = member.value;
  }
  if (value !== undefined) {
    const rest = names.slice(way.length);
    return rest.length === 0 ? changeValue(doc, at, value) : changeValue(doc, at, nested(rest, value));
  }
  return way.length < names.length ? [] : takeAway(doc, way, names);
}

/** A list's item by its index; one behind the last is added. */
function changeItem(
  doc: Doc,
  array: Json & { readonly kind: 'array' },
  [index = '', ...rest]: readonly string[],
  value: JsonData | undefined,
): readonly Patch[] {
  const item = array.items[Number(index)];
  if (item !== undefined && (rest.length > 0 || value !== undefined)) return changeAt(doc, item, rest, value);
  const items = array.items.map(valueOf);
  if (value === undefined) return item === undefined ? [] : changeValue(doc, array, items.toSpliced(Number(index), 1));
  return changeValue(doc, array, [...items, nested(rest, value)]);
}

function putAt(
  doc: Doc,
  object: JsonObject,
  [name = '', ...rest]: readonly string[],
  value: JsonData,
): readonly Patch[] {
  return changeMembers(doc, object, { insert: [memberOfValue(doc, name, nested(rest, value))] });
}

const nested = (names: readonly string[], value: JsonData): JsonData =>
  names.reduceRight<JsonData>((inner, name) => ({ [name]: inner }), value);

/** From the deepest object that keeps something else. */
function takeAway(doc: Doc, way: readonly JsonObject[], names: readonly string[]): readonly Patch[] {
  let depth = way.length - 1;
  while (depth > 0 && way[depth]?.members.length === 1) depth -= 1;
  const object = way[depth];
  const wanted = looseMemberOf(object, names[depth] ?? '');
  if (object === undefined || wanted === undefined) return [];
  const remove = new Set(object.members.flatMap(({ key }, index) => (key === wanted.key ? [index] : [])));
  return changeMembers(doc, object, { remove });
}

function changeObject(doc: Doc, object: JsonObject, value: JsonData & object): readonly Patch[] {
  const wanted = new Map(Object.entries(value as Readonly<Record<string, JsonData>>));
  const remove = new Set<number>();
  const seen = new Set<string>();
  const patches: Patch[] = [];
  for (const [index, member] of [...object.members.entries()].toReversed()) {
    const next = wanted.get(member.key);
    if (next === undefined || seen.has(member.key)) remove.add(index);
    else patches.push(...changeValue(doc, member.value, next));
    seen.add(member.key);
  }
  const insert = [...wanted].flatMap(([key, next]) => (seen.has(key) ? [] : [memberOfValue(doc, key, next)]));
  if (remove.size === object.members.length) return changeMembers(doc, object, { remove, insert });
  return [...patches, ...changeMembers(doc, object, { remove, insert })];
}

function changeArray(doc: Doc, array: Json & { readonly kind: 'array' }, value: readonly JsonData[]): readonly Patch[] {
  const common = Math.min(array.items.length, value.length);
  const patches = array.items.slice(0, common).flatMap((item, index) => changeValue(doc, item, value[index] ?? null));
  const last = array.items[common - 1];
  if (last === undefined) return patches;
  const end = array.items.at(-1)?.end ?? last.end;
  if (array.items.length > common) return [...patches, { start: last.end, end, insert: '' }];
  const added = value.slice(common);
  if (added.length === 0) return patches;
  const first = array.items[0] ?? last;
  const isTall = doc.text.slice(array.start, first.start).includes('\n');
  const indent = indentAt(doc, first.start);
  const gap = isTall ? doc.style.eol + indent : isOneLine(doc) ? '' : ' ';
  const insert = added.map((item) => `,${gap}${isTall ? layOut(doc, item, indent) : JSON.stringify(item)}`).join('');
  return [...patches, { start: last.end, end: last.end, insert }];
}

function* removals({ members }: JsonObject, remove: ReadonlySet<number>): Generator<Patch> {
  for (let from = 0; from < members.length; from += 1) {
    if (!remove.has(from)) continue;
    let to = from;
    while (remove.has(to + 1)) to += 1;
    const before = members[from - 1];
    const behind = members[to + 1];
    const first = members[from];
    const last = members[to];
    if (first === undefined || last === undefined) return;
    if (before !== undefined) yield { start: before.value.end, end: last.value.end, insert: '' };
    else if (behind !== undefined) yield { start: first.keyStart, end: behind.keyStart, insert: '' };
    from = to;
  }
}

const isTall = (doc: Doc, { start, end }: Json): boolean => doc.text.slice(start, end).includes('\n');

function insertion(doc: Doc, object: JsonObject, after: number | undefined, insert: readonly NewMember[]): Patch {
  const first = object.members[0];
  const tall = isTall(doc, object);
  const indent = indentAt(doc, first?.keyStart ?? object.start);
  const gap = tall ? doc.style.eol + indent : isOneLine(doc) ? '' : ' ';
  const colon = isOneLine(doc) ? ':' : ': ';
  const texts = insert.map(({ key, text }) => `${JSON.stringify(key)}${colon}${oneLined(text(indent), tall)}`);
  const anchor = after === undefined ? undefined : object.members[after];
  if (anchor !== undefined) {
    return { start: anchor.value.end, end: anchor.value.end, insert: texts.map((text) => `,${gap}${text}`).join('') };
  }
  const at = first?.keyStart ?? object.end - 1;
  return { start: at, end: at, insert: texts.map((text) => `${text},${gap}`).join('') };
}

/** Within an object that stands in one line, what comes does so too, where that is possible without reading it again. */
const oneLined = (text: string, tall: boolean): string =>
  tall || !text.includes('\n') || text.length > 400 ? text : JSON.stringify(JSON.parse(text));

function wholeObject(doc: Doc, object: JsonObject, insert: readonly NewMember[]): string {
  if (insert.length === 0) return '{}';
  if (isOneLine(doc)) return `{${insert.map(({ key, text }) => `${JSON.stringify(key)}:${text('')}`).join(',')}}`;
  const outer = indentAt(doc, object.start);
  const inner = outer + doc.style.indent;
  const { eol } = doc.style;
  const lines = insert.map(({ key, text }) => `${inner}${JSON.stringify(key)}: ${text(inner)}`);
  return `{${eol}${lines.join(`,${eol}`)}${eol}${outer}}`;
}
