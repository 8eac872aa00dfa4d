/**
 * Which property of a resource a field name means.
 *
 * Owns: field names, how an alias becomes a path for one type of resource. Does not own: reading values (`select.ts`).
 *
 * Invariants
 * A1. A path is found from the names alone, once per alias and type; no resource is looked at.
 * A2. An alias of another type than the resource's means nothing there: missing, never an error.
 *
 * Source: policy reference 3.
 */
import { aliasPaths } from './alias-paths.data.ts';

/** One step of a path: a member by name, or every member of an array (`[*]`). */
export type Step =
  | { readonly kind: 'name'; readonly name: string }
  /** `key`: the path up to and with this `[*]`, lower case; what a count binds a member under. */
  | { readonly kind: 'each'; readonly key: string };

/** What a field condition or `field()` reads. */
export type Field =
  | { readonly kind: 'name' | 'fullName' | 'type' | 'kind' | 'location' | 'id' | 'identityType' | 'tags' }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'alias'; readonly alias: string };

const plainFields: { readonly [lower: string]: Exclude<Field['kind'], 'tag' | 'alias'> } = {
  name: 'name',
  fullname: 'fullName',
  type: 'type',
  kind: 'kind',
  location: 'location',
  id: 'id',
  'identity.type': 'identityType',
  tags: 'tags',
};

/** Reads a field name; undefined when it is neither a known field, a tag, nor an alias. */
export function parseField(text: string): Field | undefined {
  const lower = text.toLowerCase();
  if (Object.hasOwn(plainFields, lower)) return { kind: plainFields[lower] as 'name' };
  if (lower.startsWith('tags.') && text.length > 5) return { kind: 'tag', name: text.slice(5) };
  if (lower.startsWith('tags[') && text.endsWith(']')) return tagInBrackets(text.slice(5, -1));
  return isAlias(text) ? { kind: 'alias', alias: text } : undefined;
}

/** Equal for names of one field: `tags.x` and `tags['X']`. */
export function fieldKey(text: string): string {
  const field = parseField(text);
  return (field?.kind === 'tag' ? `tags.${field.name}` : text).toLowerCase();
}

/** `tags[x]`, `tags['x']`, and `tags['''x''']` for a name with an apostrophe. */
function tagInBrackets(inner: string): Field | undefined {
  const quoted = inner.length >= 2 && inner.startsWith("'") && inner.endsWith("'");
  const name = quoted ? inner.slice(1, -1).replaceAll("''", "'") : inner;
  return name === '' ? undefined : { kind: 'tag', name };
}

function isAlias(text: string): boolean {
  return /^[^/[\]\s]+(?:\/[^/\s]+)+$/.test(text) && !/\[(?!\*\])/.test(text);
}

/** Whether a name stands for the members of an array. */
export function isArrayAlias(text: string): boolean {
  return isAlias(text) && text.endsWith('[*]');
}

/**
 * The steps from a resource of `type` to what `alias` names; undefined when the alias is of another type (A2). The first
 * step is looked for under `properties`, then at top level.
 */
export function aliasSteps(alias: string, type: string): readonly Step[] | undefined {
  const rest = restOfAlias(alias, type);
  if (rest === undefined) return undefined;
  return stepsOf(aliasPaths[alias.toLowerCase()] ?? rest);
}

/** What follows the type in an alias: `sources[*].ruleSets`. */
function restOfAlias(alias: string, type: string): string | undefined {
  const lower = alias.toLowerCase();
  const parts = type.toLowerCase().split('/');
  // The type itself first, then its parents: the longest prefix wins.
  for (let length = parts.length; length >= 2; length--) {
    const prefix = `${parts.slice(0, length).join('/')}/`;
    if (lower.startsWith(prefix) && lower.length > prefix.length) {
      return length === parts.length || parts.length === 2
        ? alias.slice(prefix.length)
        : ofParent(alias, prefix, parts);
    }
  }
  return withoutParents(alias, parts);
}

/** A child's resource has its parent's aliases only where they lead on to the child's own type. */
function ofParent(alias: string, prefix: string, parts: readonly string[]): string | undefined {
  const rest = alias.slice(prefix.length);
  const child = parts.slice(prefix.split('/').length - 1).join('/');
  return rest.toLowerCase().startsWith(`${child}.`) ? rest.slice(child.length + 1) : undefined;
}

/** `Microsoft.Sql/auditingSettings.state`: the namespace, and the last segment of the type. */
function withoutParents(alias: string, parts: readonly string[]): string | undefined {
  const prefix = `${parts[0]}/${parts.at(-1)}.`;
  if (alias.toLowerCase().startsWith(prefix)) return alias.slice(prefix.length);
  // `Microsoft.Compute/imagePublisher`: an alias of the whole namespace, by the table.
  const isKnown = Object.hasOwn(aliasPaths, alias.toLowerCase());
  return isKnown && alias.toLowerCase().startsWith(`${parts[0]}/`) && alias.split('/').length === 2
    ? alias.slice((parts[0] ?? '').length + 1)
    : undefined;
}

function stepsOf(path: string): readonly Step[] {
  const steps: Step[] = [];
  for (const match of path.matchAll(/\[\*\]|[^./[\]]+/g)) {
    const [part] = match;
    if (part === '[*]') steps.push({ kind: 'each', key: path.slice(0, match.index + part.length).toLowerCase() });
    else steps.push({ kind: 'name', name: part });
  }
  return steps;
}
