/**
 * Copied resources inside a nested template of outer scope: the parent evaluates them, so the parent makes the copies.
 *
 * Owns: writing such copies as copies of the member `resources`, and joining what they made with the other resources.
 * Does not own: planning and evaluating copies (`plan-value.ts`, `evaluate.ts`). Source: template reference 8, 10, 13.
 *
 * Invariants
 * RC1. `dependsOn` that names a copy names all its resources afterwards; a serial copy's resources wait for the batch before.
 * RC2. Copies of the symbol `s` have the symbols `s[0]`, `s[1]`, ….
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  setMember,
  textIgnoringCase,
} from '#foundation';

export interface ResourceCopy {
  /** What `copyIndex('name')` and `dependsOn` call it. */
  readonly name: string;
  /** Resources made at a time; 0 for all at once. */
  readonly batch: number;
  /** In templates with symbolic names. */
  readonly symbol?: string;
}

/** A copy with the resources it made. */
export interface MadeCopy extends ResourceCopy {
  readonly items: readonly Json[];
}

/** The name under which such a copy stands in `copy: [...]`, and what it says. */
function memberName({ name, batch, symbol }: ResourceCopy): string {
  return `resources:${batch}:${symbol === undefined ? '-' : symbol.length}:${symbol ?? ''}${name}`;
}

export function readResourceCopy(member: string): ResourceCopy | undefined {
  const match = /^resources:(\d+):(\d+|-):(.*)$/s.exec(member);
  if (match === null) return undefined;
  const [, batch = '0', length = '-', text = ''] = match;
  if (length === '-') return { name: text, batch: Number(batch) };
  return { name: text.slice(Number(length)), batch: Number(batch), symbol: text.slice(0, Number(length)) };
}

/** A template whose copied resources are copies of the member `resources`. */
export function separateCopies(template: Json): Json {
  const resources = memberIgnoringCase(template, 'resources');
  if (!isJsonObject(template) || (!isJsonArray(resources) && !isJsonObject(resources))) return template;
  const entries: readonly (readonly [string | undefined, Json])[] = isJsonArray(resources)
    ? resources.map((resource) => [undefined, resource])
    : Object.entries(resources);
  const copies = entries.flatMap(([symbol, resource]) => copyOf(resource, symbol) ?? []);
  if (copies.length === 0) return template;
  const plain = entries.filter(([symbol, resource]) => copyOf(resource, symbol) === undefined);
  const rest = Object.entries(template).filter(([name]) => name.toLowerCase() !== 'resources');
  const left: Json = isJsonArray(resources)
    ? plain.map(([, resource]) => resource)
    : (Object.fromEntries(plain) as JsonObject);
  return { ...Object.fromEntries(rest), resources: left, copy: copies };
}

function copyOf(resource: Json, symbol: string | undefined): JsonObject | undefined {
  const copy = memberIgnoringCase(resource, 'copy');
  const name = textIgnoringCase(copy, 'name');
  const count = memberIgnoringCase(copy, 'count');
  if (!isJsonObject(resource) || name === undefined || count === undefined) return undefined;
  const isSerial = /^serial$/i.test(textIgnoringCase(copy, 'mode') ?? '');
  const size = memberIgnoringCase(copy, 'batchSize') ?? 1;
  const batch = isSerial && typeof size === 'number' && size >= 1 ? Math.floor(size) : 0;
  const input = Object.fromEntries(Object.entries(resource).filter(([member]) => member.toLowerCase() !== 'copy'));
  return { name: memberName({ name, batch, ...(symbol === undefined ? {} : { symbol }) }), count, input };
}

/** The resources with what the copies made behind them. */
export function joinCopies(plain: Json | undefined, made: readonly MadeCopy[]): Json {
  const names = new Map<string, readonly string[]>();
  for (const copy of made) {
    const each = copy.items.map((item, index) => nameOf(copy, item, index));
    for (const name of [copy.name, copy.symbol]) if (name !== undefined) names.set(name.toLowerCase(), each);
  }
  const copied = made.flatMap((copy) =>
    copy.items.map((item, index) => [nameOf(copy, item, index), behindBatch(copy, item, index)] as const),
  );
  if (!isJsonObject(plain)) {
    const list = [...(isJsonArray(plain) ? plain : []), ...copied.map(([, resource]) => resource)];
    return list.map((resource) => named(resource, names));
  }
  const all: { [symbol: string]: Json } = {};
  for (const [symbol, resource] of [...Object.entries(plain), ...copied])
    setMember(all, symbol, named(resource, names));
  return all;
}

function nameOf({ symbol }: ResourceCopy, resource: Json, index: number): string {
  return symbol === undefined ? (textIgnoringCase(resource, 'name') ?? '') : `${symbol}[${index}]`;
}

function behindBatch(copy: MadeCopy, item: Json, index: number): Json {
  const { batch, items } = copy;
  if (batch === 0 || index < batch || !isJsonObject(item)) return item;
  const first = (Math.floor(index / batch) - 1) * batch;
  const before = items.slice(first, first + batch).map((one, offset) => nameOf(copy, one, first + offset));
  const dependsOn = memberIgnoringCase(item, 'dependsOn');
  return { ...item, dependsOn: [...(isJsonArray(dependsOn) ? dependsOn : []), ...before] };
}

function named(resource: Json, copies: ReadonlyMap<string, readonly string[]>): Json {
  const dependsOn = memberIgnoringCase(resource, 'dependsOn');
  if (!isJsonObject(resource) || !isJsonArray(dependsOn)) return resource;
  const all = dependsOn.flatMap((one): readonly Json[] =>
    typeof one === 'string' ? (copies.get(one.toLowerCase()) ?? [one]) : [one],
  );
  return { ...resource, dependsOn: all };
}
