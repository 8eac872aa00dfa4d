/**
 * Copied resources inside a nested template of outer scope: the parent evaluates them, so the parent makes the copies.
 *
 * Owns: writing such copies as copies of the member `resources`, and joining what they made with the other resources.
 * Does not own: planning and evaluating copies (`plan-value.ts`, `evaluate.ts`). Source: template reference 8, 10.
 *
 * Invariants
 * RC1. `dependsOn` that names a copy names all its resources afterwards; a serial copy's resources wait for the batch before.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberIgnoringCase, textMember } from '#foundation';

export interface ResourceCopy {
  /** What `copyIndex('name')` and `dependsOn` call it. */
  readonly name: string;
  /** Resources made at a time; 0 for all at once. */
  readonly batch: number;
}

const mark = 'resources:';

/** The name under which such a copy stands in `copy: [...]`, and what it says. */
function memberName({ name, batch }: ResourceCopy): string {
  return `${mark}${batch}:${name}`;
}

export function readResourceCopy(member: string): ResourceCopy | undefined {
  const match = /^resources:(\d+):(.*)$/s.exec(member);
  return match === null ? undefined : { name: match[2] ?? '', batch: Number(match[1]) };
}

/** A template whose copied resources are copies of the member `resources`. */
export function separateCopies(template: Json): Json {
  const resources = memberIgnoringCase(template, 'resources');
  if (!isJsonObject(template) || !isJsonArray(resources)) return template;
  const copies = resources.flatMap((resource) => copyOf(resource) ?? []);
  if (copies.length === 0) return template;
  const plain = resources.filter((resource) => copyOf(resource) === undefined);
  const rest = Object.entries(template).filter(([name]) => name.toLowerCase() !== 'resources');
  return { ...Object.fromEntries(rest), resources: plain, copy: copies };
}

function copyOf(resource: Json): JsonObject | undefined {
  const copy = memberIgnoringCase(resource, 'copy');
  const name = textMember(copy, 'name');
  const count = memberIgnoringCase(copy, 'count');
  if (!isJsonObject(resource) || name === undefined || count === undefined) return undefined;
  const isSerial = /^serial$/i.test(textMember(copy, 'mode') ?? '');
  const size = memberIgnoringCase(copy, 'batchSize') ?? 1;
  const batch = isSerial && typeof size === 'number' && size >= 1 ? Math.floor(size) : 0;
  const input = Object.fromEntries(Object.entries(resource).filter(([member]) => member.toLowerCase() !== 'copy'));
  return { name: memberName({ name, batch }), count, input };
}

/** The resources with what the copies made behind them. */
export function joinCopies(
  plain: Json | undefined,
  made: readonly (ResourceCopy & { readonly items: readonly Json[] })[],
): readonly Json[] {
  const names = new Map(made.map(({ name, items }) => [name.toLowerCase(), items.map(nameOf)]));
  const copied = made.flatMap(({ batch, items }) =>
    items.map((item, index) => {
      if (batch === 0 || index < batch) return item;
      const first = (Math.floor(index / batch) - 1) * batch;
      return waiting(item, items.slice(first, first + batch).map(nameOf));
    }),
  );
  return [...(isJsonArray(plain) ? plain : []), ...copied].map((resource) => named(resource, names));
}

const nameOf = (resource: Json): string => textMember(resource, 'name') ?? '';

function waiting(resource: Json, names: readonly string[]): Json {
  if (!isJsonObject(resource)) return resource;
  const dependsOn = memberIgnoringCase(resource, 'dependsOn');
  return { ...resource, dependsOn: [...(isJsonArray(dependsOn) ? dependsOn : []), ...names] };
}

function named(resource: Json, copies: ReadonlyMap<string, readonly string[]>): Json {
  const dependsOn = memberIgnoringCase(resource, 'dependsOn');
  if (!isJsonObject(resource) || !isJsonArray(dependsOn)) return resource;
  const all = dependsOn.flatMap((one): readonly Json[] =>
    typeof one === 'string' ? (copies.get(one.toLowerCase()) ?? [one]) : [one],
  );
  return { ...resource, dependsOn: all };
}
