/**
 * Tags as values: what is allowed, and the three ways to change them.
 *
 * Owns: limits, merging, replacing, deleting. Source: ARM reference 8.2 (50 tags, names of 512, values of 256 characters).
 *
 * Invariants
 * L1. Tag names compare ignoring case and keep the case they were first given.
 */
import { type Fault, fault, isJsonObject, type Json, setMember } from '#foundation';

export type Tags = { readonly [name: string]: string };

export type TagOperation = 'Merge' | 'Replace' | 'Delete';

/** The tags of a request body; absent or null means none. */
export function parseTags(value: Json | undefined): Tags | Fault {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) return invalid('The tags must be an object of texts.');
  const tags: { [name: string]: string } = {};
  const seen = new Set<string>();
  for (const [name, content] of Object.entries(value)) {
    if (name.length === 0 || name.length > 512)
      return invalid(`The tag name '${name.slice(0, 60)}' is not 1 to 512 characters long.`);
    // Azure's own `hidden-link:/subscriptions/…` tags carry an id.
    if (!name.startsWith('hidden-') && /[<>%&\\?/]/.test(name)) {
      return invalid(`The tag name '${name}' contains one of the characters '<,>,%,&,\\,?,/'.`);
    }
    if (seen.has(name.toLowerCase())) return invalid(`The tag name '${name}' is given more than once.`);
    seen.add(name.toLowerCase());
    const text = content === null ? '' : content;
    if (typeof text !== 'string') return invalid(`The value of the tag '${name}' is not a text.`);
    if (text.length > 256) return invalid(`The value of the tag '${name}' is over 256 characters long.`);
    setMember(tags, name, text);
  }
  if (seen.size > 50) return invalid(`${seen.size} tags are given; a resource takes at most 50.`);
  return tags;
}

/** The tags after a change (L1), checked again: merging may exceed the limit. */
export function changeTags(current: Tags, operation: TagOperation, given: Tags): Tags | Fault {
  if (operation === 'Replace') return given;
  const result = new Map(Object.entries(current).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    const present = result.get(key);
    if (operation === 'Merge') result.set(key, { name: present?.name ?? name, value });
    else if (present !== undefined && (value === '' || value === present.value)) result.delete(key);
  }
  const tags: { [name: string]: Json } = {};
  for (const { name, value } of result.values()) setMember(tags, name, value);
  return parseTags(tags);
}

function invalid(message: string): Fault {
  return fault('InvalidTag', message, { target: 'tags' });
}
